import type { QuantileForecast } from '../../core/panel.ts'
import { sortedQuantile } from '../../core/quantiles.ts'

/** Writes the quantiles of sample paths (series × horizon × samples) into a forecast. */
export function writeQuantiles(into: QuantileForecast, paths: Float64Array, samples: number): void {
  const { levels, mean, quantiles } = into
  for (let at = 0; at < mean.length; at++) {
    const sorted = paths.slice(at * samples, (at + 1) * samples).sort()
    levels.forEach((level, l) => {
      quantiles[at * levels.length + l] = sortedQuantile(sorted, level)
    })
  }
}

/** Quantiles of the sums of the first `span` buckets of each path: series × levels. */
export function quantilesOfSpan(
  { ids, horizon, levels }: QuantileForecast,
  paths: Float64Array,
  samples: number,
  span: number,
): Float64Array {
  const out = new Float64Array(ids.length * levels.length)
  const sums = new Float64Array(samples)
  for (let a = 0; a < ids.length; a++) {
    sums.fill(0)
    for (let h = 0; h < span; h++) {
      const from = (a * horizon + h) * samples
      for (let s = 0; s < samples; s++) sums[s]! += paths[from + s]!
    }
    sums.sort()
    levels.forEach((level, l) => {
      out[a * levels.length + l] = sortedQuantile(sums, level)
    })
  }
  return out
}
