import type { QuantileForecast } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'

/** Forecasts of the bottom series made in the past, and what came. */
export interface PastForecast {
  readonly forecast: QuantileForecast
  /** series × horizon; NaN = not known. */
  readonly actual: Float64Array
}

/** Past of all nodes at one origin: aggregates, then bottom series; nodes × horizon. */
export interface PastNodes {
  readonly horizon: number
  readonly actual: Float64Array
  readonly mean: Float64Array
}

/** Beside what the aggregates were forecast to be, what the sums of the bottom series came to. */
export function pastNodes(
  hierarchy: reconcile.Hierarchy,
  past: PastForecast,
  aggregates: QuantileForecast,
): PastNodes {
  const { horizon } = past.forecast
  const nodes = hierarchy.aggregates + hierarchy.bottom
  const actual = new Float64Array(nodes * horizon)
  const mean = new Float64Array(nodes * horizon)
  for (let h = 0; h < horizon; h++) {
    const known = (i: number) => past.actual[i * horizon + h]!
    const came = Float64Array.from({ length: hierarchy.bottom }, (_, i) => known(i) || 0)
    reconcile.aggregate(hierarchy, came).forEach((v, n) => {
      actual[n * horizon + h] = v
    })
    for (let a = 0; a < hierarchy.aggregates; a++) {
      mean[a * horizon + h] = aggregates.mean[a * horizon + h]!
    }
    for (let i = 0; i < hierarchy.bottom; i++) {
      // What did not exist or was closed is no error.
      const said = Number.isNaN(known(i)) ? 0 : past.forecast.mean[i * horizon + h]!
      mean[(hierarchy.aggregates + i) * horizon + h] = said
    }
  }
  return { horizon, actual, mean }
}

/** actual − mean of several origins side by side: nodes × (origins · horizon). */
export function errorsOf(past: readonly PastNodes[]): Float64Array {
  const points = past.reduce((sum, { horizon }) => sum + horizon, 0)
  const nodes = past[0]!.actual.length / past[0]!.horizon
  const errors = new Float64Array(nodes * points)
  let from = 0
  for (const { horizon, actual, mean } of past) {
    for (let n = 0; n < nodes; n++) {
      for (let h = 0; h < horizon; h++) {
        errors[n * points + from + h] = actual[n * horizon + h]! - mean[n * horizon + h]!
      }
    }
    from += horizon
  }
  return errors
}
