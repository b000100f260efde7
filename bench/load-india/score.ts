import type { LoadHistory } from '../../src/load/index.ts'

/** A forecast of one series as judged: a point and, where it has them, quantiles, of each step. */
export interface Judged {
  readonly point: ArrayLike<number>
  readonly bands?: Readonly<Record<'q05' | 'q10' | 'q90' | 'q95', ArrayLike<number>>>
}

/** Mean of |forecast / actual − 1| over the known steps. */
export function mape(actual: Float64Array, point: ArrayLike<number>): number {
  let sum = 0
  let known = 0
  actual.forEach((y, t) => {
    if (Number.isNaN(y) || Number.isNaN(point[t]!)) return
    sum += Math.abs(point[t]! / y - 1)
    known++
  })
  return sum / known
}

/** Share of the known steps inside [low, high]. */
export function coverage(
  actual: Float64Array,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
): number {
  let inside = 0
  let known = 0
  actual.forEach((y, t) => {
    if (Number.isNaN(y)) return
    known++
    if (y >= low[t]! && y <= high[t]!) inside++
  })
  return inside / known
}

/** Mean |difference| of two curves, each over its own mean: errors of level do not count. */
export function shapeError(actual: ArrayLike<number>, forecast: ArrayLike<number>): number {
  const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length
  const [a, f] = [mean(actual), mean(forecast)]
  return mean(Array.from(actual, (y, t) => Math.abs(y / a - forecast[t]! / f)))
}

/** Sums of `width` values. */
export function sums(values: ArrayLike<number>, width: number): Float64Array {
  return Float64Array.from({ length: Math.floor(values.length / width) }, (_, k) => {
    let sum = 0
    for (let t = k * width; t < (k + 1) * width; t++) sum += values[t]!
    return sum
  })
}

/**
 * The same weekday a year ago (364 days; before that where the range is longer), and the same times
 * what the last four weeks are over those of a year before.
 */
export function seasonalNaive(
  train: LoadHistory,
  count: number,
): { readonly plain: Float64Array; readonly grown: Float64Array } {
  const { values, axis } = train
  const lag = Math.round((364 * 86_400_000) / axis.stepMs)
  const recent = Math.round((28 * 86_400_000) / axis.stepMs)
  const at = (t: number): number => {
    let past = values.length + t
    do past -= lag
    while (past >= values.length)
    // A gap is filled from the week before it.
    const week = Math.max(1, Math.round(604_800_000 / axis.stepMs))
    while (past > week && Number.isNaN(values[past]!)) past -= week
    return values[past]!
  }
  const mean = (from: number, to: number) => {
    const known = values.subarray(from, to).filter((v) => !Number.isNaN(v))
    return known.reduce((a, b) => a + b, 0) / known.length
  }
  const end = values.length
  const growth = mean(end - recent, end) / mean(end - recent - lag, end - lag)
  const plain = Float64Array.from({ length: count }, (_, t) => at(t))
  return { plain, grown: plain.map((v) => v * growth) }
}
