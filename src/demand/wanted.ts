/**
 * What is asked of a forecaster, one entry a series: NOTHING, MEANS, or QUANTILES with the means. What
 * is not asked for may be left zero and cost nothing.
 */
export type Wanted = Uint8Array

export const NOTHING = 0
export const MEANS = 1
export const QUANTILES = 2

/** The series of which at least `least` is wanted; all of `count` where nothing is said. */
export function wantedSeries(count: number, wanted: Wanted | undefined, least: number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i)
  return wanted === undefined ? all : all.filter((i) => wanted[i]! >= least)
}
