export {
  type BacktestFigures,
  type BacktestOptions,
  type BacktestReport,
  backtestModels,
} from './backtest.ts'
export type { BacktestRow } from './backtest-rows.ts'
export {
  type ChooseForecasterOptions,
  chooseForecaster,
  modelNames,
} from './choose-forecaster.ts'
export { type ChooseOptions, chooseModels } from './classical/choose-models.ts'
export type { ChosenForecaster } from './classical/fitted-choice.ts'
export type { RunOptions } from './classical/sharded.ts'
export {
  COLD_START,
  type ColdStartForecaster,
  type ColdStartLike,
  type FittedColdStart,
} from './cold-start/cold-start.ts'
export { type CalibrationRow, calibrationRows } from './combine/calibration-rows.ts'
export type { CombinedForecaster } from './combine/combined-forecaster.ts'
export type { Verdict } from './combine/judge.ts'
export type { SegmentRow } from './combine/segment-rows.ts'
export {
  changesBetween,
  type DaySpan,
  partsMethod,
  type SpanTotals,
  sharedWeeks,
  spanTotals,
} from './explain/changes.ts'
export {
  type Contributions,
  combineContributions,
  type WeightedContributions,
} from './explain/contributions.ts'
export { curveContributions } from './explain/curve-parts.ts'
export { type Explaining, explainCombination, type WeighedMembers } from './explain/members.ts'
export { type ChangePart, PART_WORDS, PARTS, type Part } from './explain/parts.ts'
export { weeklyContributions } from './explain/weeks.ts'
export {
  type Combination,
  type ForecastPanelOptions,
  forecastPanel,
  type PanelForecast,
} from './forecast-panel.ts'
export {
  type ForecastTables,
  type ForecastTablesOptions,
  forecastTables,
} from './forecast-tables.ts'
export type { FitParameters, FittedForecaster, Forecaster } from './forecaster.ts'
export { FORECASTERS, forecasterOf } from './forecasters.ts'
export type { LevelFigures, MethodChoice, ReconcileMethod } from './hierarchy/choose-method.ts'
export { pastForecasts } from './hierarchy/past.ts'
export {
  type HierarchyForecast,
  type ReconcileOptions,
  reconcileForecast,
} from './hierarchy/reconcile-forecast.ts'
export { type SplitForecast, type SplitOptions, splitTotal } from './hierarchy/split-total.ts'
export type { SpreadRow } from './hierarchy/spread.ts'
export type { TableSums } from './hierarchy/table-sums.ts'
export { type KeptNet, type NetShelf, packNets, unpackNets } from './learned/net/kept.ts'
export { type DemandModel, type DemandModelOptions, fitDemand } from './lost-sales/estimate.ts'
export { estimateLostSales, type LostSales } from './lost-sales/lost-sales.ts'
export {
  censorSuspected,
  type SuspectedStockOut,
  suspectStockOuts,
} from './lost-sales/suspected.ts'
export { type PanelTables, readHistory } from './panel-request.ts'
export { type PanelTableOptions, readPanelTable } from './panel-table.ts'
export type { PastForecast } from './past-forecast.ts'
export { BACKTEST_LEVELS } from './score.ts'
export { pickPanel } from './slice.ts'
export {
  estimateSubstitution,
  type Substitution,
  type SubstitutionOptions,
} from './substitution/substitution.ts'
