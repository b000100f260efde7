import { floatOf, keyOf } from './float-keys.ts'

/** Cells of the table between a value and its bucket. */
export const CELLS = 65_536

/** How a value finds its cell. */
export type CellScale =
  /** cell = (x − low) × scale */
  | { readonly kind: 'linear'; readonly low: number; readonly scale: number }
  /** cell = (key(x) − key(low)) >> shift: about linear in the logarithm */
  | { readonly kind: 'key'; readonly low: number; readonly shift: number }

/** A sampled distribution as a table: cells of equal width to buckets of about equal mass. */
export interface BucketModel {
  readonly scale: CellScale
  /** Bucket of each cell, rising. */
  readonly bucketOfCell: Uint16Array
  /** Low end and width of each bucket, two numbers each. */
  readonly ranges: Float64Array
  readonly buckets: number
  /** Share of a value's company: Σ (mass of a bucket)² × buckets; 1 when all buckets hold the same. */
  readonly crowding: number
}

/** Mass that every cell is given beside what the sample has in it. */
const UNSEEN_SHARE = 0.02
/** The linear model is kept while its buckets are at most so crowded: it is the faster one. */
const CROWDED = 2.5

/**
 * Learns which values share a bucket from a sorted, finite sample, as a cumulative distribution over
 * cells of equal width (Kristo et al., The Case for a Learned Sorting Algorithm, 2020, with a table in
 * place of the model's linear leaves). Linear in the value where that tells values apart, in their
 * bits where masses lie many orders of magnitude apart.
 */
export function learnBuckets(sample: Float64Array, buckets: number): BucketModel {
  const scale = linearScale(sample)
  if (scale === undefined) return modelOf(sample, buckets, keyScale(sample))
  const linear = modelOf(sample, buckets, scale)
  if (linear.crowding <= CROWDED) return linear
  const byKey = modelOf(sample, buckets, keyScale(sample))
  return byKey.crowding < linear.crowding ? byKey : linear
}

/** Undefined where the sample has one value, or so wide a range that its width is infinite. */
function linearScale(sample: Float64Array): CellScale | undefined {
  const [low, high] = [sample[0]!, sample[sample.length - 1]!]
  const scale = (CELLS - 1) / (high - low)
  return scale > 0 && Number.isFinite(scale) ? { kind: 'linear', low, scale } : undefined
}

function keyScale(sample: Float64Array): CellScale {
  const [low, high] = [sample[0]!, sample[sample.length - 1]!]
  const span = keyOf(high) - keyOf(low)
  let shift = 0
  while (span / 2 ** shift >= CELLS) shift++
  return { kind: 'key', low, shift }
}

function cellOf(scale: CellScale, value: number): number {
  const cell =
    scale.kind === 'linear'
      ? (value - scale.low) * scale.scale
      : (keyOf(value) - keyOf(scale.low)) / 2 ** scale.shift
  return Math.max(0, Math.min(CELLS - 1, Math.floor(cell)))
}

/** Low end of a cell. */
function lowOf(scale: CellScale, cell: number): number {
  if (scale.kind === 'key') return floatOf(keyOf(scale.low) + cell * 2 ** scale.shift)
  return scale.low + cell / scale.scale
}

function modelOf(sample: Float64Array, wanted: number, scale: CellScale): BucketModel {
  const mass = new Float64Array(CELLS).fill((UNSEEN_SHARE * sample.length) / CELLS)
  for (const value of sample) mass[cellOf(scale, value)]!++
  const total = sample.length * (1 + UNSEEN_SHARE)
  const bucketOfCell = new Uint16Array(CELLS)
  const firstCells = [0]
  let [sum, held, squares] = [0, 0, 0]
  for (let cell = 0; cell < CELLS; cell++) {
    const isFull = sum + mass[cell]! / 2 > (firstCells.length * total) / wanted
    if (isFull && held > 0 && firstCells.length < wanted) {
      squares += held * held
      held = 0
      firstCells.push(cell)
    }
    bucketOfCell[cell] = firstCells.length - 1
    sum += mass[cell]!
    held += mass[cell]!
  }
  squares += held * held
  const ranges = rangesOf(scale, firstCells, sample[sample.length - 1]!)
  const crowding = (squares * wanted) / (total * total)
  return { scale, bucketOfCell, ranges, buckets: firstCells.length, crowding }
}

function rangesOf(scale: CellScale, firstCells: readonly number[], high: number): Float64Array {
  const ranges = new Float64Array(2 * firstCells.length)
  firstCells.forEach((cell, bucket) => {
    const low = lowOf(scale, cell)
    const next = firstCells[bucket + 1]
    const end = next === undefined ? high : Math.min(high, lowOf(scale, next))
    ranges[2 * bucket] = low
    ranges[2 * bucket + 1] = end > low ? end - low : 0
  })
  return ranges
}
