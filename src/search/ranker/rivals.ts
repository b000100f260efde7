/** Coverages that differ by less say the same. */
const ROUNDING = 1e-6

/** For each document: others that cover the query as well or better, and how many of these are worse. */
export interface Rivals {
  readonly rivals: Int32Array
  readonly worse: Int32Array
}

/** The rivals of each document by comparing all pairs: what `rivalsOf` is held to. */
export function plainRivals(coverage: Float32Array, quality: Float32Array): Rivals {
  const n = quality.length
  const found = { rivals: new Int32Array(n), worse: new Int32Array(n) }
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (j === i || coverage[j]! < coverage[i]! - ROUNDING) continue
      found.rivals[i]!++
      if (quality[j]! < quality[i]!) found.worse[i]!++
    }
  }
  return found
}

/**
 * The same in n log n: documents come in by falling coverage, and a tree of sums over the ranks of
 * their quality (Fenwick 1994) says how many of those that are in are worse.
 */
export function rivalsOf(coverage: Float32Array, quality: Float32Array): Rivals {
  const n = quality.length
  const found = { rivals: new Int32Array(n), worse: new Int32Array(n) }
  const byQuality = Float32Array.from(quality).sort()
  const order = fallingOrder(coverage)
  const sums = new Int32Array(n + 1)
  let entered = 0
  for (let k = 0; k < n; k++) {
    const i = order[k]!
    const least = coverage[i]! - ROUNDING
    while (entered < n && !(coverage[order[entered]!]! < least)) {
      const rank = countBelow(byQuality, quality[order[entered++]!]!)
      for (let at = rank + 1; at <= n; at += at & -at) sums[at]!++
    }
    found.rivals[i] = entered - 1
    let worse = 0
    for (let at = countBelow(byQuality, quality[i]!); at > 0; at -= at & -at) worse += sums[at]!
    found.worse[i] = worse
  }
  return found
}

/** Places by falling value: few values differ, so that those alone are sorted. */
function fallingOrder(values: Float32Array): Int32Array {
  const levels = new Map<number, number[]>()
  values.forEach((value, i) => {
    const level = levels.get(value)
    if (level === undefined) levels.set(value, [i])
    else level.push(i)
  })
  const falling = [...levels.keys()].sort((a, b) => b - a)
  return Int32Array.from(falling.flatMap((value) => levels.get(value)!))
}

function countBelow(rising: Float32Array, value: number): number {
  let low = 0
  let high = rising.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rising[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
