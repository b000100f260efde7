import { createRandom } from '../../core/random/random.ts'
import type { Encoder } from './encoder.ts'
import type { ProductBags } from './product-bags.ts'

export interface FactorizeOptions {
  readonly buckets: number
  readonly width: number
  readonly titleShare: number
  readonly restWords: number
  /** At most this many products, spread over all, are read in every round but the last. */
  readonly products: number
  readonly seed: number
  /** Rounds of A Aᵀ; default 4. */
  readonly rounds?: number
}

/** Rows of the table start with coordinates of about this size, whatever the number of buckets. */
const COORDINATE = 0.1

/**
 * An encoder from the texts alone: the leading right singular vectors V of the products × letter groups
 * matrix A (idf, title and other fields each of length 1, weighed by the title's share); row g of the
 * table is idf_g · V_g. Found by subspace iteration V ← orth(Aᵀ A V) from a seeded start.
 * Sources: Deerwester et al. 1990 (latent semantic indexing); Halko, Martinsson & Tropp 2011.
 */
export function factorizeTexts(all: readonly ProductBags[], options: FactorizeOptions): Encoder {
  const { buckets, width, titleShare, restWords, seed, rounds = 4 } = options
  const idf = inverseFrequencies(all, buckets)
  // Rows of groups that no product has stay 0 from the first round on: they cost nothing.
  const used = rowsInUse(idf)
  const random = createRandom(`factors:${seed}`)
  const v = Float32Array.from({ length: buckets * width }, () => random.normal())
  const some = spread(all, options.products)
  for (let round = 0; round < rounds; round++) {
    // The last round reads all: groups that the sample lacks get their places too.
    multiplyByGram(round === rounds - 1 ? all : some, idf, titleShare, v, width)
    orthonormalize(v, used, width)
  }
  return { width, buckets, titleShare, restWords, table: toTable(v, idf, width) }
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all
  return Array.from({ length: most }, (_, i) => all[Math.floor((i * all.length) / most)]!)
}

/** log((1 + N) / (1 + n_g)); 0 for a group that no product has. */
function inverseFrequencies(bags: readonly ProductBags[], buckets: number): Float64Array {
  const having = new Int32Array(buckets)
  for (const { title, rest } of bags) {
    for (const row of title) having[row]!++
    // Both lists rise: a group in both counts once.
    let i = 0
    for (const row of rest) {
      while (i < title.length && title[i]! < row) i++
      if (title[i] !== row) having[row]!++
    }
  }
  return Float64Array.from(having, (n) =>
    n === 0 ? 0 : Math.log((1 + bags.length) / (1 + n)) + 0.1,
  )
}

function rowsInUse(idf: Float64Array): Int32Array {
  const rows = new Int32Array(idf.length)
  let count = 0
  for (let g = 0; g < idf.length; g++) if (idf[g]! > 0) rows[count++] = g
  return rows.slice(0, count)
}

/**
 * V ← Aᵀ (A V), product by product: A is never written down. With A = N B D (B: 1 where a product has
 * a group, D: idf), D is taken out of the loops: V ← D Bᵀ N² B (D V).
 */
function multiplyByGram(
  bags: readonly ProductBags[],
  idf: Float64Array,
  titleShare: number,
  v: Float32Array,
  width: number,
): void {
  scaleRows(v, idf, width)
  const out = new Float32Array(v.length)
  const sum = new Float32Array(width)
  const row = new Float32Array(width)
  for (const { title, rest } of bags) {
    const parts = [
      [title, titleShare / (lengthOf(title, idf) || 1)],
      [rest, (1 - titleShare) / (lengthOf(rest, idf) || 1)],
    ] as const
    row.fill(0)
    for (const [bag, factor] of parts) {
      sum.fill(0)
      for (const g of bag) addTo(sum, 0, v, g * width, width)
      for (let i = 0; i < width; i++) row[i]! += factor * sum[i]!
    }
    for (const [bag, factor] of parts) {
      for (let i = 0; i < width; i++) sum[i] = factor * row[i]!
      for (const g of bag) addTo(out, g * width, sum, 0, width)
    }
  }
  scaleRows(out, idf, width)
  v.set(out)
}

function addTo(to: Float32Array, at: number, from: Float32Array, start: number, width: number) {
  for (let i = 0; i < width; i++) to[at + i]! += from[start + i]!
}

function scaleRows(v: Float32Array, factors: Float64Array, width: number): void {
  for (const [g, factor] of factors.entries()) {
    for (let i = g * width; i < (g + 1) * width; i++) v[i]! *= factor
  }
}

function lengthOf(bag: Int32Array, idf: Float64Array): number {
  let squares = 0
  for (const g of bag) squares += idf[g]! ** 2
  return Math.sqrt(squares)
}

/**
 * Columns made orthonormal over the rows `at` of a table `width` wide, whose other rows are 0 or do not
 * count: modified Gram and Schmidt, twice for accuracy.
 */
export function orthonormalize(
  v: Float32Array | Float64Array,
  at: Int32Array,
  width: number,
): void {
  const rows = at.length
  // Column by column in memory: a column is read width times.
  const turned = new Float64Array(rows * width)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < width; c++) turned[c * rows + r] = v[at[r]! * width + c]!
  }
  for (let c = 0; c < width; c++) {
    const own = turned.subarray(c * rows, (c + 1) * rows)
    for (let pass = 0; pass < 2; pass++) {
      for (let b = 0; b < c; b++) {
        const other = turned.subarray(b * rows, (b + 1) * rows)
        let along = 0
        for (let r = 0; r < rows; r++) along += own[r]! * other[r]!
        for (let r = 0; r < rows; r++) own[r]! -= along * other[r]!
      }
    }
    let squares = 0
    for (let r = 0; r < rows; r++) squares += own[r]! ** 2
    // A matrix of lower rank has no further direction: the column is left empty.
    const factor = squares > 1e-20 ? 1 / Math.sqrt(squares) : 0
    for (let r = 0; r < rows; r++) own[r]! *= factor
  }
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < width; c++) v[at[r]! * width + c] = turned[c * rows + r]!
  }
}

function toTable(v: Float32Array, idf: Float64Array, width: number): Float32Array {
  const table = v.slice()
  scaleRows(table, idf, width)
  let squares = 0
  let used = 0
  for (const value of table) {
    squares += value * value
    if (value !== 0) used++
  }
  const factor = COORDINATE / Math.sqrt(squares / Math.max(1, used) || 1)
  return table.map((value) => value * factor)
}
