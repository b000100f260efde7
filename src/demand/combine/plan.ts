import type { Panel } from '../../core/panel.ts'
import { axisOf, seasonOf } from '../axis.ts'
import type { BacktestPlan } from '../backtest-plan.ts'

/** Slots of a season that few histories hold more than two or three of. */
const LONG_SEASON = 24
/** Share of the horizon that a judgement must see at least. */
const LEAST_SHARE = 1 / 8

/**
 * Where learned and classical forecasts are judged before `end`: rolling origins a horizon apart, so
 * that every bucket is judged once. Half of the span and 1¼ long seasons (three short ones) stay before
 * the first: models that compare seasons have nothing to say on less, and would be judged on what they
 * are not. Where that leaves less than a horizon, one origin with a shorter one. Undefined where not
 * even an eighth of the horizon is left.
 */
export function planJudgement(
  panel: Panel,
  end: number,
  horizon: number,
  count: number,
  season?: number,
): BacktestPlan | undefined {
  if (panel.ids.length === 0) return undefined
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), Infinity)
  const m = seasonOf(panel, axisOf(panel), season)
  const room =
    end -
    first -
    Math.max(Math.ceil((end - first) / 2), m > LONG_SEASON ? Math.ceil(1.25 * m) : 3 * m)
  const judged = Math.min(horizon, room)
  if (judged < Math.max(1, horizon * LEAST_SHARE)) return undefined
  const origins = Math.max(1, Math.min(count, Math.floor(room / horizon)))
  return {
    origins: Array.from({ length: origins }, (_, k) => end - judged - (origins - 1 - k) * horizon),
    horizon: judged,
  }
}

/**
 * Whether a judgement says little: one origin of a long season, before which members knew hardly more
 * than one season, whereas they know up to twice as much now.
 */
export function isThin(panel: Panel, plan: BacktestPlan, season?: number): boolean {
  return plan.origins.length === 1 && seasonOf(panel, axisOf(panel), season) > LONG_SEASON
}
