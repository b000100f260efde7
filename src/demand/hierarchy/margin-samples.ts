import { interpolateQuantile } from '../../core/quantiles.ts'

/** Values that the samples of a node take in one bucket, by rank. */
export type MarginSampler = (
  quantiles: Float64Array,
  from: number,
  mean: number,
  into: Float64Array,
) => void

/** A mean up to so many times that of the quantiles scales all samples; more of it goes to the top. */
const MOST_SCALE = 2

/**
 * Samples of one bucket in rising order (`into`, one a rank): the quantile function through `levels` at
 * (rank + ½) / samples, with the mean of the forecast. Where no quantile is below zero, samples are
 * not either and are scaled to the mean; what a product that hardly ever sells has beyond its outer
 * quantile goes to the highest samples. Else they are shifted. The interpolation is that of
 * interpolateQuantile with its weights computed once.
 */
export function marginSampler(levels: Float64Array, samples: number): MarginSampler {
  const { place, weight } = weightsOf(levels, samples)
  const top = Math.max(1, Math.round(samples * (1 - levels[levels.length - 1]!)))
  return (quantiles, from, mean, into) => {
    const isPositive = quantiles[from]! >= 0
    let sum = 0
    for (let r = 0; r < samples; r++) {
      const at = from + place[r]!
      const low = quantiles[at]!
      let value = low
      if (weight[r] !== 0) value += weight[r]! * (quantiles[at + 1]! - low)
      if (isPositive && value < 0) value = 0
      into[r] = value
      sum += value
    }
    const missing = mean - sum / samples
    if (!isPositive) {
      for (let r = 0; r < samples; r++) into[r]! += missing
      return
    }
    scaleTo(into, Math.max(0, mean), sum / samples, top)
  }
}

function scaleTo(into: Float64Array, mean: number, before: number, top: number): void {
  const scale = before > 0 ? Math.min(MOST_SCALE, mean / before) : 0
  for (let r = 0; r < into.length; r++) into[r]! *= scale
  const rest = ((mean - scale * before) * into.length) / top
  if (rest <= 0) return
  for (let r = into.length - top; r < into.length; r++) into[r]! += rest
}

/** The value of rank r is q[place] + weight · (q[place + 1] − q[place]). */
function weightsOf(levels: Float64Array, samples: number) {
  const place = new Int32Array(samples)
  const weight = new Float64Array(samples)
  const last = levels.length - 2
  for (let r = 0; r < samples; r++) {
    const u = (r + 0.5) / samples
    let k = 0
    while (k < last && levels[k + 1]! < u) k++
    if (last < 0) continue
    place[r] = k
    // Quantiles that are 0 at the lower and 1 at the upper level give the weight of the upper one.
    const unit = Float64Array.from(levels, (_, l) => l - k)
    weight[r] = interpolateQuantile(unit, 0, levels, u)
  }
  return { place, weight }
}
