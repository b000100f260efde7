import { growable } from '../../scratch.ts'
import type { SeriesForecast, SeriesModel, SeriesView } from '../series-model.ts'
import { weightedQuantiles } from '../shape.ts'
import { sortPairs } from '../sort-pairs.ts'

/** α of sizes, β of intervals or probabilities, and the variant's bias factor. */
const PARAMETER_COUNT = 2
const CANDIDATES = [0.03, 0.06, 0.1, 0.15, 0.22, 0.3]

const sizes = growable()
const weights = growable()

/** What a run leaves behind: probability of a sale in a slot, mean size of a sale. */
const rate = { probability: 0, size: 0, loss: 0 }

/** How a variant turns what it smooths into the probability of a sale. */
type Variant = 'croston' | 'sba' | 'tsb'

/**
 * Croston's method: sizes z of sales and intervals x between them are smoothed separately when a
 * sale happens, demand = z/x. Source: Croston 1972.
 */
export const croston = intermittentModel('croston', 'croston')

/** Croston's method with the bias correction demand = (1 − α/2)·z/x of Syntetos & Boylan 2005. */
export const sba = intermittentModel('sba', 'sba')

/**
 * TSB: the probability p of a sale is smoothed in every slot, sizes when a sale happens,
 * demand = p·z; falls when nothing sells. Source: Teunter, Syntetos & Babai 2011.
 */
export const tsb = intermittentModel('tsb', 'tsb')

/**
 * The smoothing constants are the pair out of a small grid with the least squared one-step error of
 * the rate. Quantiles: zero with probability 1 − p, otherwise the past sizes weighted as the
 * smoothing weighs them, so that the mean of the mixture is the method's own forecast.
 */
function intermittentModel(name: string, variant: Variant): SeriesModel {
  return {
    name,
    parameterCount: PARAMETER_COUNT,
    fit(series, _context, into) {
      let best = Infinity
      for (const alpha of CANDIDATES) {
        for (const beta of variant === 'tsb' ? CANDIDATES : [alpha]) {
          runIntermittent(series, variant, alpha, beta)
          if (rate.loss < best) {
            best = rate.loss
            into[0] = alpha
            into[1] = beta
          }
        }
      }
    },
    forecast(series, _context, parameters, into) {
      runIntermittent(series, variant, parameters[0]!, parameters[1]!)
      writeMixture(series, parameters[0]!, into)
    },
    suits: (series) => series.nonNegative,
  }
}

/** One pass; leaves probability, size and the mean squared one-step error of the rate in `rate`. */
function runIntermittent(series: SeriesView, variant: Variant, alpha: number, beta: number): void {
  const { y, length } = series
  const tsbLike = variant === 'tsb'
  let { size, interval } = startOf(series)
  let probability = 1 / interval
  const correction = variant === 'sba' ? 1 - beta / 2 : 1
  let gap = 1
  let loss = 0
  let count = 0
  for (let t = 0; t < length; t++) {
    const v = y[t]!
    if (Number.isNaN(v)) continue
    const error = v - probability * size
    loss += error * error
    count++
    if (v > 0) {
      size += alpha * (v - size)
      interval += beta * (gap - interval)
      gap = 1
    } else {
      gap++
    }
    if (tsbLike) probability += beta * ((v > 0 ? 1 : 0) - probability)
    else if (v > 0) probability = correction / interval
  }
  rate.probability = Math.min(1, probability)
  rate.size = size
  rate.loss = count > 0 ? loss / count : 0
}

/** Mean size and interval of the first few sales. */
function startOf(series: SeriesView): { size: number; interval: number } {
  const { y, length } = series
  let sum = 0
  let sales = 0
  let slots = 0
  for (let t = 0; t < length && sales < 4; t++) {
    if (Number.isNaN(y[t]!)) continue
    slots++
    if (y[t]! <= 0) continue
    sum += y[t]!
    sales++
  }
  return sales > 0
    ? { size: sum / sales, interval: Math.max(1, slots / sales) }
    : { size: 0, interval: Math.max(1, slots) }
}

/** Mean p·z and the quantiles of the zero-inflated mixture, the same for every slot ahead. */
function writeMixture(series: SeriesView, alpha: number, into: SeriesForecast): void {
  const { levels, quantiles, horizon, mean } = into
  const p = rate.probability
  const found = collectSizes(series, alpha)
  const conditional = levels.map((level) => Math.max(0, (level - (1 - p)) / Math.max(p, 1e-9)))
  if (found.count > 0) {
    weightedQuantiles(
      sizes(0),
      weights(0),
      found.count,
      found.total,
      conditional,
      levels.length,
      quantiles,
      0,
    )
  }
  for (let l = 0; l < levels.length; l++) {
    if (found.count === 0 || levels[l]! <= 1 - p) quantiles[l] = 0
  }
  for (let h = 0; h < horizon; h++) {
    mean[h] = p * rate.size
    if (h > 0) quantiles.copyWithin(h * levels.length, 0, levels.length)
  }
}

/** Past sizes, newest weight 1, falling by 1 − α a sale; sorted by size. */
function collectSizes(series: SeriesView, alpha: number): { count: number; total: number } {
  const { y, length } = series
  const values = sizes(length)
  const weight = weights(length)
  let count = 0
  let total = 0
  let w = 1
  for (let t = length - 1; t >= 0 && w > 1e-4; t--) {
    if (!(y[t]! > 0)) continue
    values[count] = y[t]!
    weight[count++] = w
    total += w
    w *= 1 - alpha
  }
  sortPairs(values, weight, count)
  return { count, total }
}
