/**
 * The rising sequence nearest to `values` in weighted least squares: pool adjacent violators (Ayer,
 * Brunk, Ewing, Reid and Silverman 1955), O(n).
 */
export function risingFit(values: ArrayLike<number>, weights: ArrayLike<number>): Float64Array {
  const level: number[] = []
  const weight: number[] = []
  const size: number[] = []
  for (let i = 0; i < values.length; i++) {
    level.push(values[i]!)
    weight.push(weights[i]!)
    size.push(1)
    while (level.length > 1 && level.at(-2)! > level.at(-1)!) {
      const [v, w, n] = [level.pop()!, weight.pop()!, size.pop()!]
      const last = level.length - 1
      const sum = weight[last]! + w
      level[last] = (level[last]! * weight[last]! + v * w) / sum
      weight[last] = sum
      size[last]! += n
    }
  }
  const fit = new Float64Array(values.length)
  let at = 0
  level.forEach((v, b) => {
    fit.fill(v, at, at + size[b]!)
    at += size[b]!
  })
  return fit
}
