/** [levels] of [steps]: quantiles over `count` courses that stand one after the other in `paths`. */
export function pathQuantiles(
  paths: Float32Array,
  steps: number,
  count: number,
  levels: readonly number[],
): Float64Array[] {
  const made = levels.map(() => new Float64Array(steps))
  const own = new Float32Array(count)
  for (let t = 0; t < steps; t++) {
    for (let i = 0; i < count; i++) own[i] = paths[i * steps + t]!
    own.sort()
    levels.forEach((level, l) => {
      made[l]![t] = between(own, level)
    })
  }
  return made
}

/** The quantile of sorted values, straight between neighbours. */
function between(sorted: Float32Array, level: number): number {
  const at = level * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!)
}
