import type { Judge } from '../choose/cost.ts'
import { coarser, MOST_BITS, type Quantiles } from '../choose/quantiles.ts'
import type { Ranges, SortKey } from './keys.ts'

/** Cells below this share of a row group gain nothing more. */
const CELLS_A_GROUP = 2
const MOST_CELL_BITS = 16
/** A bit that saves less than this share is not taken, unless a later one makes it worth it. */
const LEAST_STEP = 0.002

/**
 * A Z-order whose bits the workload allots: from the highest on, each bit of the cell is the next
 * bit of the column's rank that lowers the probes' cost most.
 */
export function learnCells(judge: Judge, columns: readonly number[]): SortKey | undefined {
  const quantiles = columns.map((column) => judge.scene.quantilesOf(column))
  const bits: number[] = []
  const used = columns.map(() => 0)
  let codes = new Int32Array(judge.scene.sample.rows)
  let least = judge.ofBlocks(codes, 1)
  for (const limit = bitLimit(judge); bits.length < limit; ) {
    let chosen = -1
    let lowest = Infinity
    for (let c = 0; c < columns.length; c++) {
      if (used[c]! >= MOST_BITS) continue
      const next = withBit(codes, quantiles[c]!, used[c]!)
      const cost = judge.ofBlocks(next, 2 ** (bits.length + 1))
      if (cost < lowest) [lowest, chosen] = [cost, c]
    }
    if (chosen < 0 || (lowest > least * (1 - LEAST_STEP) && bits.length >= limit - CELLS_A_GROUP))
      break
    codes = withBit(codes, quantiles[chosen]!, used[chosen]!)
    used[chosen]!++
    bits.push(chosen)
    least = lowest
  }
  return bits.length === 0 ? undefined : interleaved(columns, quantiles, bits)
}

/** Bits of a cell beyond which row groups cannot tell cells apart. */
function bitLimit({ scene, groupSampleRows }: Judge): number {
  const groups = scene.sample.rows / groupSampleRows
  return Math.max(1, Math.min(MOST_CELL_BITS, Math.ceil(Math.log2(groups * CELLS_A_GROUP))))
}

function withBit(codes: Int32Array, { ofRow }: Quantiles, used: number): Int32Array<ArrayBuffer> {
  const shift = MOST_BITS - 1 - used
  const next = new Int32Array(codes.length)
  for (let i = 0; i < codes.length; i++) next[i] = 2 * codes[i]! + ((ofRow[i]! >> shift) & 1)
  return next
}

/** Columns in turn, a bit each, as plain Z-order has it. */
export function plainZOrder(judge: Judge, columns: readonly number[]): SortKey {
  const quantiles = columns.map((column) => judge.scene.quantilesOf(column))
  const limit = Math.min(bitLimit(judge), columns.length * MOST_BITS)
  const bits = Array.from({ length: limit }, (_, i) => i % columns.length)
  return interleaved(columns, quantiles, bits)
}

/** The key whose bits, from the highest, come from the columns listed. */
function interleaved(
  columns: readonly number[],
  quantiles: readonly Quantiles[],
  bits: readonly number[],
): SortKey {
  const ranges = columns.flatMap((column, c): Ranges[] => {
    const places = bits.flatMap((owner, i) => (owner === c ? [bits.length - 1 - i] : []))
    if (places.length === 0) return []
    const { bounds, prefixes } = coarser(quantiles[c]!, places.length)
    return [{ column, bounds, codes: prefixes.map((prefix) => spread(prefix, places)) }]
  })
  return { kind: 'cell', ranges }
}

/** The bits of a number put at the places given, the highest bit at the first. */
function spread(bits: number, places: readonly number[]): number {
  let code = 0
  places.forEach((place, i) => {
    if ((bits >> (places.length - 1 - i)) & 1) code += 2 ** place
  })
  return code
}

/**
 * A grid in the manner of Flood: each column cut into as many ranges as the cost model likes, cells
 * row by row; the caller sorts within cells by one column more. Ranges grow by half at a time.
 */
export function learnGrid(judge: Judge, columns: readonly number[]): SortKey | undefined {
  const quantiles = columns.map((column) => judge.scene.quantilesOf(column))
  let counts = columns.map(() => 1)
  const most = 2 ** bitLimit(judge)
  let least = gridCost(judge, quantiles, counts)
  for (;;) {
    let best: number[] | undefined
    for (let c = 0; c < columns.length; c++) {
      const more = counts.with(c, Math.ceil(counts[c]! * 1.5 + 0.5))
      if (more.reduce((a, b) => a * b, 1) > most || more[c]! > 2 ** MOST_BITS) continue
      const cost = gridCost(judge, quantiles, more)
      if (cost < least * (1 - LEAST_STEP)) [least, best] = [cost, more]
    }
    if (best === undefined) break
    counts = best
  }
  const cut = columns.map((column, c) => ({ column, quantiles: quantiles[c]!, count: counts[c]! }))
  const kept = cut.filter(({ count }) => count > 1)
  return kept.length === 0 ? undefined : gridKey(kept)
}

/** Which of `count` ranges of equal mass a code falls into. */
function rangeOfCode(code: number, count: number): number {
  return Math.floor((code * count) / 2 ** MOST_BITS)
}

function gridCost(
  judge: Judge,
  quantiles: readonly Quantiles[],
  counts: readonly number[],
): number {
  const codes = new Int32Array(judge.scene.sample.rows)
  let cells = 1
  quantiles.forEach(({ ofRow }, c) => {
    const count = counts[c]!
    if (count === 1) return
    cells *= count
    const ranges = Int32Array.from({ length: 2 ** MOST_BITS }, (_, code) =>
      rangeOfCode(code, count),
    )
    for (let i = 0; i < codes.length; i++) codes[i] = codes[i]! * count + ranges[ofRow[i]!]!
  })
  return judge.ofBlocks(codes, cells)
}

function gridKey(
  dimensions: readonly {
    readonly column: number
    readonly quantiles: Quantiles
    readonly count: number
  }[],
): SortKey {
  const ranges: Ranges[] = []
  let size = 1
  for (const { column, quantiles, count } of dimensions.toReversed()) {
    const bounds: number[] = []
    const codes = [0]
    let last = 0
    quantiles.codes.forEach((code, i) => {
      const range = rangeOfCode(code, count)
      if (range === last) return
      bounds.push(quantiles.bounds[i - 1]!)
      codes.push(range * size)
      last = range
    })
    ranges.push({ column, bounds, codes })
    size *= count
  }
  return { kind: 'cell', ranges }
}
