import type { Reference } from './usual.ts'

/**
 * How large the largest value of a block of steps usually is: above the median of blocks, excesses are
 * taken as exponential with a rate that few blocks tell little of, so that its predictive tail is a
 * Lomax: P(excess > z) = (1 + z / sum)^−k for k − 1 excesses that add up to `sum`.
 */
export interface BlockTail {
  /** Largest values of blocks, rising. */
  readonly peaks: Float64Array
  readonly median: number
  readonly k: number
  readonly sum: number
}

/** Fewest blocks that say anything. */
const FEWEST_BLOCKS = 2
/** A block is like another whose excess is this share of its own. */
const ALIKE = 0.5

/**
 * Tail of the block maxima `peaks`, which are sorted in place. The largest counts as the second largest:
 * what happened once does not make its like usual, what happened twice does. Undefined of fewer than
 * two.
 */
export function fitTail(peaks: Float64Array): BlockTail | undefined {
  const n = peaks.length
  if (n < FEWEST_BLOCKS) return undefined
  peaks.sort()
  const half = n >> 1
  const median = n % 2 === 1 ? peaks[half]! : (peaks[half - 1]! + peaks[half]!) / 2
  let [sum, above] = [0, 0]
  for (let i = half; i < n; i++) {
    if (!(peaks[i]! > median)) continue
    sum += (i === n - 1 && above > 0 ? peaks[i - 1]! : peaks[i]!) - median
    above++
  }
  return { peaks, median, k: above + 1, sum }
}

/**
 * −ln P(a block's largest value > x), at least ln 2. `floor`: size below which excesses are nothing,
 * as one excess more of that size, and as the least mean of them. Where several blocks are like it, all
 * but one of them are counted instead if they say more: rare large excesses beside many small ones are no
 * exponential.
 */
export function tailSurprise(tail: BlockTail, x: number, floor: number): number {
  const { peaks, median, k, sum } = tail
  if (!(x > median)) return Math.LN2
  const scale = Math.max(sum + floor, k * floor, Number.MIN_VALUE)
  const exponential = Math.LN2 + k * Math.log1p((x - median) / scale)
  const alike = peaks.length - firstAbove(peaks, median + ALIKE * (x - median))
  return alike < 2 ? exponential : Math.min(exponential, Math.log(peaks.length / (alike - 1)))
}

/** Index of the first of `sorted` that is at least `x`. */
function firstAbove(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle]! < x) low = middle + 1
    else high = middle
  }
  return low
}

export interface BlockOptions {
  /** Steps of a block. */
  readonly block: number
  /** Blocks that are remembered. */
  readonly memory: number
  readonly reference: Reference
}

/**
 * [count] surprise at each value, as those blocks tell that were over before its own; with reference
 * `whole`, those on both sides but its own and its neighbours. NaN where nothing can be told. `floor` [count]
 * as for tailSurprise.
 */
export function surprises(
  values: Float64Array,
  floor: Float64Array,
  { block, memory, reference }: BlockOptions,
): Float64Array {
  const peaks = blockPeaks(values, block)
  const result = new Float64Array(values.length).fill(Number.NaN)
  for (let b = 0; b * block < values.length; b++) {
    const tail = fitTail(knownPeaks(peaks, b, memory, reference))
    if (tail === undefined) continue
    const end = Math.min(values.length, (b + 1) * block)
    for (let t = b * block; t < end; t++) {
      if (Number.isNaN(values[t]!) || Number.isNaN(floor[t]!)) continue
      result[t] = tailSurprise(tail, values[t]!, floor[t]!)
    }
  }
  return result
}

/** Peaks of the blocks that block `b` is compared with. */
function knownPeaks(
  peaks: readonly number[],
  b: number,
  memory: number,
  reference: Reference,
): Float64Array {
  const isPast = reference === 'past'
  const before = peaks.slice(Math.max(0, b - memory), isPast ? b : Math.max(0, b - 1))
  const behind = isPast ? [] : peaks.slice(b + 2, b + 2 + memory)
  return Float64Array.from([...before, ...behind].filter((peak) => !Number.isNaN(peak)))
}

/** Largest value of each block of steps; NaN where none is known. */
function blockPeaks(values: Float64Array, block: number): number[] {
  const peaks: number[] = []
  for (let from = 0; from < values.length; from += block) {
    let most = Number.NaN
    const end = Math.min(values.length, from + block)
    for (let t = from; t < end; t++)
      if (!(values[t]! <= most) && !Number.isNaN(values[t]!)) most = values[t]!
    peaks.push(most)
  }
  return peaks
}
