/** Levels at which forecasts are judged; symmetric, so that 80 % and 90 % bands are among them. */
export const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const

/** What is added up over steps and origins. */
export interface Sums {
  absolute: number
  /** Σ |median − actual|. */
  median: number
  actual: number
  /** Σ pinball over levels and steps. */
  pinball: number
  inside80: number
  inside90: number
  steps: number
}

export function noSums(): Sums {
  return { absolute: 0, median: 0, actual: 0, pinball: 0, inside80: 0, inside90: 0, steps: 0 }
}

/** Adds one forecast of `actual` [count]; `quantiles` in the order of LEVELS. Unknown steps are skipped. */
export function addScores(
  sums: Sums,
  actual: Float64Array,
  mean: Float64Array,
  quantiles: readonly Float64Array[],
): void {
  const at = (level: (typeof LEVELS)[number], t: number) => quantiles[LEVELS.indexOf(level)]![t]!
  actual.forEach((y, t) => {
    if (Number.isNaN(y)) return
    sums.steps++
    sums.actual += y
    sums.absolute += Math.abs(y - mean[t]!)
    sums.median += Math.abs(y - at(0.5, t))
    LEVELS.forEach((level, l) => {
      const error = y - quantiles[l]![t]!
      sums.pinball += Math.max(level * error, (level - 1) * error)
    })
    if (y >= at(0.1, t) && y <= at(0.9, t)) sums.inside80++
    if (y >= at(0.05, t) && y <= at(0.95, t)) sums.inside90++
  })
}

/** Largest mean of `width` steps within [from, to). */
export function largestMean(values: Float64Array, from: number, to: number, width: number): number {
  let [sum, largest] = [0, 0]
  for (let t = from; t < to; t++) {
    sum += values[t]! - (t - from >= width ? values[t - width]! : 0)
    if (t - from >= width - 1 && sum > largest) largest = sum
  }
  return largest / width
}

/** A day's peak: what it was, the median forecast of it and its 95 % quantile. */
export interface Peak {
  readonly dayMs: number
  readonly actual: number
  readonly median: number
  readonly q95: number
}

/** Mean of |median / actual − 1| over days. */
export function peakError(peaks: readonly Peak[]): number {
  return peaks.reduce((sum, p) => sum + Math.abs(p.median / p.actual - 1), 0) / peaks.length
}
