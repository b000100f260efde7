/**
 * A history without gaps: an unknown step has the mean of the known steps a season before and behind it,
 * else those of further seasons, else what is known beside it. Some step must be known.
 */
export function fillGaps(values: Float64Array, season: number): Float64Array {
  const filled = values.slice()
  for (let t = 0; t < filled.length; t++) {
    if (!Number.isNaN(values[t]!)) continue
    const before = nearest(values, t, -season)
    const behind = nearest(values, t, season)
    filled[t] = mean(before, behind) ?? mean(nearest(values, t, -1), nearest(values, t, 1))!
  }
  return filled
}

function nearest(values: Float64Array, from: number, step: number): number | undefined {
  for (let t = from + step; t >= 0 && t < values.length; t += step) {
    if (!Number.isNaN(values[t]!)) return values[t]!
  }
  return undefined
}

function mean(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : (a + b) / 2
}
