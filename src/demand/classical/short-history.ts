import { growable } from '../scratch.ts'
import type { PanelContext } from './context.ts'
import type { SeriesForecast, SeriesView } from './series-model.ts'
import { weightedQuantiles } from './shape.ts'
import { sortPairs } from './sort-pairs.ts'

/** Observations below which no model is asked. */
export const SHORT_HISTORY = 3

const values = growable()
const weights = growable()

/**
 * What is said of a series with almost no history: its own observations, each of weight one, beside
 * what young series of the panel sold, together of weight one. Without any history the panel alone
 * speaks; an empty panel is forecast as zero. From SHORT_HISTORY observations on (a model that could
 * not say anything) the series speaks alone.
 */
export function forecastShort(view: SeriesView, context: PanelContext, into: SeriesForecast): void {
  const { y, length, observed } = view
  const pool = observed < SHORT_HISTORY ? context.pool : new Float64Array(0)
  const x = values(observed + pool.length)
  const w = weights(observed + pool.length)
  let count = 0
  let total = 0
  let sum = 0
  const add = (value: number, weight: number) => {
    x[count] = value
    w[count++] = weight
    total += weight
    sum += weight * value
  }
  for (let t = 0; t < length; t++) if (Number.isFinite(y[t]!)) add(y[t]!, 1)
  for (const value of pool) add(value, 1 / pool.length)
  if (count === 0) add(0, 1)
  sortPairs(x, w, count)
  const { levels, horizon, mean, quantiles } = into
  weightedQuantiles(x, w, count, total, levels, levels.length, quantiles, 0)
  for (let h = 0; h < horizon; h++) {
    mean[h] = sum / total
    if (h > 0) quantiles.copyWithin(h * levels.length, 0, levels.length)
  }
}
