import { type CellScale, cellOf, keyScale, linearScale, lowOf, wholeScale } from './cell-scale.ts'

/** A sampled distribution as a table: cells of equal width to buckets of about equal mass. */
export interface BucketModel {
  readonly scale: CellScale
  /** Bucket of each cell, rising. */
  readonly bucketOfCell: Uint16Array
  /** Low end of each bucket, and of the last one its high end behind it. */
  readonly edges: Float64Array
  /** 1 where a bucket's sample repeats values. */
  readonly repeats: Uint8Array
  readonly buckets: number
  /**
   * How much company a value has: Σ (mass of different values in a bucket)² × buckets; 1 when all
   * buckets hold the same, less where values repeat, because what repeats needs no telling apart.
   */
  readonly crowding: number
}

/** Mass that every cell is given beside what the sample has in it. */
const UNSEEN_SHARE = 0.02
/** A model is kept while its buckets are at most so crowded: the small and linear ones are faster. */
const CROWDED = { smallTable: 1.4, linear: 2.5 }
const LEAST_MANY = 2048
const MANY_A_BUCKET = 64
/** Crowding of data that are even and hardly repeat. */
const EVEN = { least: 0.9, most: 1.2 }
const MOST_CELLS = 65_536
const LEAST_CELLS = 256
/** Cells of the small table beside its buckets: it stays in the first cache. */
const CELLS_A_BUCKET = 4

/**
 * Learns which values share a bucket from a sorted, finite sample, as a cumulative distribution over
 * cells of equal width (Kristo et al., The Case for a Learned Sorting Algorithm, 2020, with a table in
 * place of the model's linear leaves). Linear in the value where that tells values apart, in their
 * bits where masses lie many orders of magnitude apart; few cells where few do.
 */
export function learnBuckets(sample: Float64Array, buckets: number): BucketModel {
  const even = evenModel(sample, buckets >> 1)
  if (even !== undefined) return even
  let cells = LEAST_CELLS
  while (cells < CELLS_A_BUCKET * buckets && cells < MOST_CELLS) cells *= 2
  const smallScale = linearScale(sample, cells)
  const small = smallScale && modelOf(sample, buckets, smallScale, cells)
  if (small && small.crowding <= CROWDED.smallTable) return small
  const many = mostCells(buckets)
  const scale = linearScale(sample, many)
  const linear = scale && modelOf(sample, buckets, scale, many)
  if (linear && linear.crowding <= CROWDED.linear) return linear
  const byKey = modelOf(sample, buckets, keyScale(sample, many), many)
  return linear === undefined || byKey.crowding < linear.crowding ? byKey : linear
}

/** Cells of the large table: a short array must not wait for it. */
function mostCells(buckets: number): number {
  let cells = LEAST_MANY
  while (cells < MANY_A_BUCKET * buckets && cells < MOST_CELLS) cells *= 2
  return cells
}

/** Where values are even and hardly repeat, half the buckets do, in each of which there is more room. */
function evenModel(sample: Float64Array, buckets: number): BucketModel | undefined {
  if (buckets < LEAST_CELLS) return undefined
  const cells = 2 ** Math.ceil(Math.log2(CELLS_A_BUCKET * buckets))
  const scale = linearScale(sample, cells)
  if (scale === undefined || cells > MOST_CELLS) return undefined
  const model = modelOf(sample, buckets, scale, cells)
  const isEven = model.crowding > EVEN.least && model.crowding <= EVEN.most
  return isEven ? model : undefined
}

/** The same for whole numbers of 32 bits, in cells of a power of two of them. */
export function learnWholeBuckets(sample: Float64Array, buckets: number): BucketModel {
  let cells = LEAST_CELLS
  while (cells < 2 * CELLS_A_BUCKET * buckets && cells < MOST_CELLS) cells *= 2
  const small = modelOf(sample, buckets, wholeScale(sample, cells), cells)
  const many = mostCells(buckets)
  if (small.crowding <= CROWDED.smallTable || cells >= many) return small
  return modelOf(sample, buckets, wholeScale(sample, many), many)
}

function modelOf(
  sample: Float64Array,
  wanted: number,
  scale: CellScale,
  cells: number,
): BucketModel {
  const mass = new Float64Array(cells).fill((UNSEEN_SHARE * sample.length) / cells)
  const different = mass.slice()
  sample.forEach((value, i) => {
    const cell = cellOf(scale, value, cells)
    mass[cell]!++
    if (value !== sample[i - 1]) different[cell]!++
  })
  const total = sample.length * (1 + UNSEEN_SHARE)
  const bucketOfCell = new Uint16Array(cells)
  const firstCells = [0]
  let [sum, held, squares] = [0, 0, 0]
  for (let cell = 0; cell < cells; cell++) {
    const isFull = sum + mass[cell]! / 2 > (firstCells.length * total) / wanted
    if (isFull && held > 0 && firstCells.length < wanted) {
      squares += held * held
      held = 0
      firstCells.push(cell)
    }
    bucketOfCell[cell] = firstCells.length - 1
    sum += mass[cell]!
    held += different[cell]!
  }
  squares += held * held
  const edges = edgesOf(scale, firstCells, sample[sample.length - 1]!)
  return {
    scale,
    bucketOfCell,
    edges,
    repeats: repeatsOf(sample, scale, bucketOfCell),
    buckets: firstCells.length,
    crowding: (squares * wanted) / (total * total),
  }
}

function edgesOf(scale: CellScale, firstCells: readonly number[], high: number): Float64Array {
  const edges = new Float64Array(firstCells.length + 1)
  firstCells.forEach((cell, bucket) => {
    edges[bucket] = Math.min(high, lowOf(scale, cell))
  })
  edges[firstCells.length] = high
  return edges
}

function repeatsOf(sample: Float64Array, scale: CellScale, table: Uint16Array): Uint8Array {
  const repeats = new Uint8Array(table[table.length - 1]! + 1)
  for (let i = 1; i < sample.length; i++) {
    if (sample[i] === sample[i - 1]) repeats[table[cellOf(scale, sample[i]!, table.length)]!] = 1
  }
  return repeats
}
