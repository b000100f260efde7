import type { Panel } from '../core/panel.ts'
import { axisOf, seasonOf } from './axis.ts'

/** Where a backtest forecasts from, and how far. */
export interface BacktestPlan {
  /** Rising buckets. */
  readonly origins: readonly number[]
  readonly horizon: number
}

/**
 * Rolling origins `horizon` apart, the last one horizon before `end`, so that every judged bucket is
 * judged once. At least half of the panel's span and 1¼ long seasons (3 short ones) stay before the
 * first origin; origins, then the horizon, give way to that. Undefined where nothing is left.
 */
export function planBacktest(
  panel: Panel,
  end: number,
  horizon: number,
  count: number,
  season?: number,
): BacktestPlan | undefined {
  if (panel.ids.length === 0) return undefined
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), Infinity)
  const m = seasonOf(panel, axisOf(panel), season)
  const kept = Math.max(Math.ceil((end - first) / 2), m > 24 ? Math.ceil(1.25 * m) : 3 * m)
  const room = end - first - kept
  const judged = Math.min(horizon, room)
  if (judged < Math.max(1, horizon / 8)) return undefined
  const origins = Math.max(1, Math.min(count, Math.floor(room / horizon)))
  return {
    origins: Array.from({ length: origins }, (_, k) => end - judged - (origins - 1 - k) * horizon),
    horizon: judged,
  }
}
