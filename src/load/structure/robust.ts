import { selectRanks } from '../../core/order-statistics.ts'

const MAD_SCALE = 1.4826
const oneRank = new Int32Array(1)

/** The middle of the first `count` values, which are moved about; NaN of none. No value may be NaN. */
export function medianInPlace(values: Float64Array, count = values.length): number {
  if (count === 0) return Number.NaN
  oneRank[0] = count >> 1
  selectRanks(values, oneRank, 0, count)
  return values[count >> 1]!
}

/** Standard deviation of the middle of the values, NaN left out: 1.4826 × median of |x|. */
export function robustScale(values: ArrayLike<number>, limit = 50_000): number {
  const stride = Math.max(1, Math.ceil(values.length / limit))
  const sizes = new Float64Array(Math.ceil(values.length / stride))
  let n = 0
  for (let i = 0; i < values.length; i += stride) {
    const size = Math.abs(values[i]!)
    if (!Number.isNaN(size)) sizes[n++] = size
  }
  return n === 0 ? 0 : MAD_SCALE * medianInPlace(sizes, n)
}

/** Tukey's bisquare weight of a residual: 1 at 0, 0 beyond `limit` scales. */
export function bisquare(residual: number, scale: number, limit = 4.685): number {
  const u = residual / (limit * scale)
  if (!(u > -1 && u < 1)) return 0
  const v = 1 - u * u
  return v * v
}

/**
 * Smooths a circle of values by a triangle of half width `reach` steps, each with its weight; values of
 * weight 0 are filled from their neighbours, 0 where there are none.
 */
export function smoothCircle(
  values: Float64Array,
  weights: Float64Array,
  reach: number,
): Float64Array {
  const n = values.length
  const half = Math.min(reach, (n - 1) >> 1)
  return Float64Array.from({ length: n }, (_, s) => {
    let [sum, total] = [0, 0]
    for (let k = -half; k <= half; k++) {
      const at = (s + k + n) % n
      const w = weights[at]! * (half + 1 - Math.abs(k))
      if (w === 0) continue
      sum += w * values[at]!
      total += w
    }
    return total > 0 ? sum / total : Number.NaN
  })
}
