// What would be clicked if every place were looked at?

export {
  type ClickCells,
  type CountedClicks,
  cellsWhere,
  countClicks,
  type Impression,
} from './cells.ts'
export { clickLogLoss } from './log-loss.ts'
export { fitPositionModel, type PositionModel, type PositionOptions } from './position-model.ts'
export { effectiveClicks, inversePropensities } from './propensity.ts'
export { examinationFromSwaps, type SwapCounts } from './swap-experiments.ts'
