import type { Panel } from '../../core/panel.ts'
import { panelEnd } from '../../core/panel.ts'
import { type ChooseForecasterOptions, chooseForecaster } from '../choose-forecaster.ts'
import type { ChosenForecaster } from '../classical/fitted-choice.ts'
import type { CombinedForecaster } from '../combine/combined-forecaster.ts'
import { actualsOf, predictIn } from '../combine/judged.ts'
import { planJudgement } from '../combine/plan.ts'
import type { Forecaster } from '../forecaster.ts'
import { forecasterOf } from '../forecasters.ts'
import type { PastForecast } from '../past-forecast.ts'
import { BACKTEST_LEVELS } from '../score.ts'

/** Who stands in for series that were not among those judged: quick, and near the others in level. */
const STAND_IN = 'weighted-history'

/** Origins at which a forecaster that was not judged as a combination is asked again. */
const ORIGINS = 2

/**
 * What a fitted forecaster said of all series at past origins. A combination that kept its past tells
 * (series outside the sample it was judged on are forecast by a plain model); others are fitted again
 * before the first of two origins. Empty where the history is too short to judge anything.
 */
export async function pastForecasts(
  panel: Panel,
  fitted: ChosenForecaster | CombinedForecaster,
  options: ChooseForecasterOptions,
): Promise<readonly PastForecast[]> {
  if ('verdict' in fitted) return pastOfCombination(panel, fitted, options)
  const end = options.trainEnd ?? panelEnd(panel)
  const plan = planJudgement(panel, end, options.horizon, ORIGINS, options.season)
  if (plan === undefined) return []
  const { origins, horizon } = plan
  // Nets trained for this past alone are not to be kept.
  const { nets: _, ...asked } = options
  const early = await chooseForecaster(panel, { ...asked, trainEnd: origins[0]! })
  const past: PastForecast[] = []
  for (const origin of origins) {
    const made = await early.predictSharded(origin, horizon, BACKTEST_LEVELS, options)
    const { mean, quantiles } = made
    const actual = actualsOf(panel, origin, Math.min(end, origin + horizon), horizon)
    past.push({ origin, horizon, mean, quantiles, actual })
  }
  return past
}

async function pastOfCombination(
  panel: Panel,
  { verdict, judged }: CombinedForecaster,
  options: ChooseForecasterOptions,
): Promise<readonly PastForecast[]> {
  const { past = [] } = verdict
  if (past.length === 0 || judged.length === panel.ids.length) return past
  const end = options.trainEnd ?? panelEnd(panel)
  const forecaster: Forecaster = forecasterOf(STAND_IN)
  const fitted = await forecaster.fit(panel, { ...options, trainEnd: past[0]!.origin })
  const whole: PastForecast[] = []
  for (const own of past) {
    const { origin, horizon } = own
    const made = await predictIn(fitted, origin, horizon, BACKTEST_LEVELS, options)
    const { mean, quantiles } = made
    putRows(mean, own.mean, judged, horizon)
    putRows(quantiles, own.quantiles!, judged, horizon * BACKTEST_LEVELS.length)
    const actual = actualsOf(panel, origin, Math.min(end, origin + horizon), horizon)
    whole.push({ origin, horizon, mean, quantiles, actual })
  }
  return whole
}

/** Writes the rows of some series, each of that size, over those of all. */
function putRows(into: Float64Array, rows: Float64Array, of: Int32Array, size: number): void {
  of.forEach((i, k) => {
    into.set(rows.subarray(k * size, (k + 1) * size), i * size)
  })
}
