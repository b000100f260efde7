import type { LagModel } from './lag-sets.ts'
import { solveSymmetric } from './solve-symmetric.ts'

/** A fitted autoregression: next = intercept + Σ coefficients × values at the lags. */
export interface Autoregression {
  readonly model: LagModel
  /** [lags] and the intercept behind them. */
  readonly coefficients: Float64Array
}

/** Rows that are looked at, the latest ones: more say little new of a near future. */
const MOST_ROWS = 20_000
/** Ridge in units of the mean square of the lags: for the exactness of the solution, not for shrinking. */
const RIDGE = 1e-4
const RIDGE_OF_CHANGES = 3e-3

/**
 * Fits by least squares with a small ridge (Hoerl & Kennard 1970), weights falling by the model's
 * discount with age. `series` has no gaps. Of changes where the model says so.
 */
export function fitAutoregression(series: Float64Array, model: LagModel): Autoregression {
  const { lags, discount } = model
  const z = model.isOfChanges ? changesOf(series) : series
  const n = z.length
  const size = lags.length + 1
  const gram = new Float64Array(size * size)
  const right = new Float64Array(size)
  const row = new Float64Array(size)
  row[size - 1] = 1
  const first = Math.max(lags.at(-1)!, n - MOST_ROWS)
  let weight = 1
  for (let t = n - 1; t >= first; t--) {
    for (let i = 0; i < lags.length; i++) row[i] = z[t - lags[i]!]!
    for (let i = 0; i < size; i++) {
      const x = weight * row[i]!
      for (let j = 0; j <= i; j++) gram[i * size + j]! += x * row[j]!
      right[i]! += x * z[t]!
    }
    weight *= discount
  }
  let trace = 0
  for (let i = 0; i < lags.length; i++) trace += gram[i * size + i]!
  const ridge = (model.isOfChanges ? RIDGE_OF_CHANGES : RIDGE) * (trace / lags.length)
  for (let i = 0; i < lags.length; i++) gram[i * size + i]! += ridge + Number.MIN_VALUE
  return { model, coefficients: solveSymmetric(gram, right) }
}

/**
 * The next `count` values after the first `known` of `series`, each from those before it. Values are
 * held within `bounds`, so that a regression that explodes stays where load has been.
 */
export function continueSeries(
  { model, coefficients }: Autoregression,
  series: Float64Array,
  known: number,
  count: number,
  [low, high]: readonly [number, number],
): Float64Array {
  const { lags, isOfChanges } = model
  const reach = lags.at(-1)! + 1
  const from = Math.max(0, known - reach)
  const had = known - from
  const x = new Float64Array(had + count)
  x.set(series.subarray(from, known))
  for (let t = had; t < x.length; t++) {
    let next = coefficients[lags.length]!
    for (let i = 0; i < lags.length; i++) {
      const at = t - lags[i]!
      next +=
        coefficients[i]! * (isOfChanges ? valueAt(x, at) - valueAt(x, at - 1) : valueAt(x, at))
    }
    if (isOfChanges) next += x[t - 1]!
    x[t] = Math.min(high, Math.max(low, next))
  }
  return x.subarray(had)
}

/** Before its first value a series is taken to be what it was then. */
function valueAt(x: Float64Array, at: number): number {
  return x[Math.max(0, at)]!
}

function changesOf(series: Float64Array): Float64Array {
  return Float64Array.from({ length: series.length - 1 }, (_, i) => series[i + 1]! - series[i]!)
}
