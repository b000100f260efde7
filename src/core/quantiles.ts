import { requireArgument } from './errors.ts'

/** Throws ERR_ARGUMENT unless levels are in (0, 1), strictly rising and at least one. */
export function requireLevels(levels: ArrayLike<number>): void {
  requireArgument(levels.length > 0, 'levels: give at least one, for example 0.5')
  for (let i = 0; i < levels.length; i++) {
    const level = levels[i]!
    requireArgument(level > 0 && level < 1, `levels: ${level} is not between 0 and 1`)
    requireArgument(
      i === 0 || level > levels[i - 1]!,
      `levels: ${level} follows ${levels[i - 1]}; give them in rising order, each once`,
    )
  }
}

/**
 * Makes quantiles rise with their level, in place, by sorting each group of `levelCount` numbers.
 * Sorting never worsens the pinball loss (Chernozhukov, Fernández-Val & Galichon 2010, rearrangement).
 */
export function repairCrossing(quantiles: Float64Array, levelCount: number): void {
  for (let from = 0; from < quantiles.length; from += levelCount) {
    for (let i = from + 1; i < from + levelCount; i++) {
      const value = quantiles[i]!
      let j = i
      while (j > from && quantiles[j - 1]! > value) {
        quantiles[j] = quantiles[j - 1]!
        j--
      }
      quantiles[j] = value
    }
  }
}

/** Pinball loss of one quantile: max(τ(y − q), (τ − 1)(y − q)). Source: Koenker & Bassett 1978. */
export function pinballLoss(actual: number, quantile: number, level: number): number {
  const error = actual - quantile
  return error >= 0 ? level * error : (level - 1) * error
}

/** Mean pinball loss over all levels of `quantiles` (points × levels, row-major). */
export function meanPinballLoss(
  actuals: ArrayLike<number>,
  quantiles: ArrayLike<number>,
  levels: ArrayLike<number>,
): number {
  const levelCount = levels.length
  requireArgument(
    quantiles.length === actuals.length * levelCount,
    `quantiles: ${quantiles.length} numbers, not ${actuals.length} points × ${levelCount} levels`,
  )
  let sum = 0
  for (let i = 0; i < actuals.length; i++) {
    for (let l = 0; l < levelCount; l++) {
      sum += pinballLoss(actuals[i]!, quantiles[i * levelCount + l]!, levels[l]!)
    }
  }
  return sum / (actuals.length * levelCount)
}

/** Share of actuals at or below their quantile, one number a level; `quantiles` points × levels. */
export function coverage(
  actuals: ArrayLike<number>,
  quantiles: ArrayLike<number>,
  levels: ArrayLike<number>,
): Float64Array {
  const shares = new Float64Array(levels.length)
  for (let i = 0; i < actuals.length; i++) {
    for (let l = 0; l < levels.length; l++) {
      if (actuals[i]! <= quantiles[i * levels.length + l]!) shares[l]! += 1 / actuals.length
    }
  }
  return shares
}

/**
 * CRPS of a forecast given by quantiles: 2 ∫ pinball(τ) dτ by the trapezoid rule over the levels,
 * the outer levels standing for the rest of (0, 1). Source: Gneiting & Ranjan 2011, eq. 4.
 */
export function crpsFromQuantiles(
  actual: number,
  quantiles: ArrayLike<number>,
  levels: ArrayLike<number>,
): number {
  const n = levels.length
  const loss = (i: number) => pinballLoss(actual, quantiles[i]!, levels[i]!)
  let integral = loss(0) * levels[0]! + loss(n - 1) * (1 - levels[n - 1]!)
  for (let i = 1; i < n; i++) {
    integral += 0.5 * (loss(i) + loss(i - 1)) * (levels[i]! - levels[i - 1]!)
  }
  return 2 * integral
}

/** CRPS of an ensemble: E|X − y| − ½ E|X − X′|, in O(n log n). Source: Gneiting & Raftery 2007. */
export function crpsFromSamples(actual: number, samples: ArrayLike<number>): number {
  const sorted = Float64Array.from(samples).sort()
  const n = sorted.length
  let distance = 0
  let spread = 0
  for (let i = 0; i < n; i++) {
    distance += Math.abs(sorted[i]! - actual)
    spread += sorted[i]! * (2 * i + 1 - n)
  }
  return distance / n - spread / (n * n)
}

/** Quantile of sorted numbers at `level`, linear between order statistics (Hyndman & Fan type 7). */
export function sortedQuantile(sorted: ArrayLike<number>, level: number): number {
  const position = level * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low + (position - below) * (high - low)
}

/**
 * The quantile function through (levels, quantiles) at `u` in (0, 1): linear between levels;
 * beyond the outer levels an exponential tail that continues the slope of the outer pair.
 * `from` is where the group starts in `quantiles`. Lower tail is cut at `floor`.
 */
export function interpolateQuantile(
  quantiles: ArrayLike<number>,
  from: number,
  levels: ArrayLike<number>,
  u: number,
  floor = -Infinity,
): number {
  const n = levels.length
  if (n === 1) return Math.max(floor, quantiles[from]!)
  if (u <= levels[0]!) {
    const slope = slopeAt(quantiles, from, levels, 0)
    const scale = slope * levels[0]!
    return Math.max(floor, quantiles[from]! + scale * Math.log(Math.max(u, 1e-12) / levels[0]!))
  }
  const last = n - 1
  if (u >= levels[last]!) {
    const slope = slopeAt(quantiles, from, levels, last - 1)
    const room = 1 - levels[last]!
    const scale = slope * room
    return Math.max(
      floor,
      quantiles[from + last]! - scale * Math.log(Math.max(1 - u, 1e-12) / room),
    )
  }
  let i = 1
  while (levels[i]! < u) i++
  const width = levels[i]! - levels[i - 1]!
  const share = (u - levels[i - 1]!) / width
  const low = quantiles[from + i - 1]!
  return Math.max(floor, low + share * (quantiles[from + i]! - low))
}

function slopeAt(
  quantiles: ArrayLike<number>,
  from: number,
  levels: ArrayLike<number>,
  i: number,
): number {
  return (quantiles[from + i + 1]! - quantiles[from + i]!) / (levels[i + 1]! - levels[i]!)
}
