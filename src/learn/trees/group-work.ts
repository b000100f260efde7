import { bestCategorySplit } from './category-split.ts'
import type { TreeKernel } from './kernel.ts'
import { JOB, type Layout, NODE_BYTES, RESULT_BYTES, RESULT_CATEGORIES } from './layout.ts'
import { COLUMNS_AT_ONCE } from './prepare.ts'

/** A thread's hold on a training: the kernel and views on the arena they share. */
export interface Bench {
  readonly layout: Layout
  readonly kernel: TreeKernel
  readonly bytes: Uint8Array
  readonly ints: Int32Array
  readonly floats: Float32Array
  readonly doubles: Float64Array
}

/** Views on the whole of `memory`; call it once everything has been reserved. */
export function benchOn(memory: WebAssembly.Memory, layout: Layout, kernel: TreeKernel): Bench {
  return {
    layout,
    kernel,
    bytes: new Uint8Array(memory.buffer),
    ints: new Int32Array(memory.buffer),
    floats: new Float32Array(memory.buffer),
    doubles: new Float64Array(memory.buffer),
  }
}

/** Rows added to all groups before the next rows: their bins stay in the nearest caches. */
const ROWS_AT_ONCE = 2048

/**
 * The work on groups [from, to) of eight columns between two splits: build the histograms of the
 * smaller child, subtract them from the parent's to get the larger one's, find the best split of each
 * column in both. Touches nothing of other groups, so that they may run in any order, in any thread.
 */
export function workOnGroups(bench: Bench, from: number, to: number): void {
  const { layout, ints } = bench
  const job = layout.jobAt / 4
  const used: number[] = []
  for (let group = from; group < to; group++) {
    if (usedColumns(bench, group).length > 0) used.push(group)
  }
  const small = ints[job + JOB.small]! >>> 0
  const large = ints[job + JOB.large]! >>> 0
  buildHistograms(bench, used, small)
  const scans = ints[job + JOB.scan]!
  for (const group of used) {
    const at = layout.groupOffset[group]!
    const size = COLUMNS_AT_ONCE * layout.slotBytes[group]!
    if (large !== 0) bench.kernel.subtract(large + at, small + at, size)
    if ((scans & 1) !== 0) scanGroup(bench, group, 0, small + at)
    if ((scans & 2) !== 0) scanGroup(bench, group, 1, large + at)
  }
}

/** From this many used columns of eight on, all eight are built at once. */
const MOST_PICKED = 5

function buildHistograms(bench: Bench, groups: readonly number[], out: number): void {
  const { layout, kernel, ints, doubles } = bench
  const job = layout.jobAt / 4
  const index = ints[job + JOB.index]! >>> 0
  const count = ints[job + JOB.count]!
  for (const group of groups) {
    const at = (out + layout.groupOffset[group]!) / 8
    doubles.fill(0, at, at + layout.slotBytes[group]!)
  }
  const whole = groups.filter((group) => usedColumns(bench, group).length > MOST_PICKED)
  const picks = writePicks(bench, groups, out)
  for (let row = 0; row < count; row += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, count - row)
    const from = index + 4 * row
    for (const group of whole) {
      const bins = layout.binsAt + group * COLUMNS_AT_ONCE
      const at = out + layout.groupOffset[group]!
      const size = layout.slotBytes[group]!
      kernel.histogram(bins, layout.stride, from, rows, layout.pairsAt, at, size)
    }
    for (const pick of picks) {
      kernel.histogramOfFour(layout.binsAt, layout.stride, from, rows, layout.pairsAt, pick)
    }
  }
}

/**
 * Lists the used columns of thinly used groups, four by four, where only this thread writes; returns
 * the addresses of the fours.
 */
function writePicks(bench: Bench, groups: readonly number[], out: number): number[] {
  const { layout, ints } = bench
  const first = groups[0] ?? 0
  const columns = groups
    .map((group) => usedColumns(bench, group))
    .filter((used) => used.length <= MOST_PICKED)
    .flat()
  const at = layout.pickedAt + first * COLUMNS_AT_ONCE * 8
  const picks: number[] = []
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i]!
    const group = column >> 3
    ints[at / 4 + 2 * i] = column
    ints[at / 4 + 2 * i + 1] =
      out + layout.groupOffset[group]! + (column & 7) * layout.slotBytes[group]!
    if (i % 4 === 0) picks.push(at + 8 * i)
  }
  for (let i = columns.length; i % 4 !== 0; i++) {
    ints[at / 4 + 2 * i] = columns[0]!
    ints[at / 4 + 2 * i + 1] = layout.spareAt + first * 4096
  }
  return picks
}

/** Columns of a group that the tree may split on. */
function usedColumns({ layout, bytes }: Bench, group: number): number[] {
  const used: number[] = []
  const first = group * COLUMNS_AT_ONCE
  for (let column = first; column < first + COLUMNS_AT_ONCE; column++) {
    if (bytes[layout.treeColumnsAt + column] === 1) used.push(column)
  }
  return used
}

function scanGroup(bench: Bench, group: number, node: 0 | 1, histogram: number): void {
  const { layout, kernel, bytes } = bench
  const size = layout.slotBytes[group]!
  const nodeAt = layout.nodesAt + node * NODE_BYTES
  const first = group * COLUMNS_AT_ONCE
  const end = Math.min(first + COLUMNS_AT_ONCE, layout.columns.length)
  for (let c = first; c < end; c++) {
    if (bytes[layout.usedAt + node * layout.stride + c] !== 1) continue
    const column = layout.columns[c]!
    const slots = histogram + (c - first) * size
    const out = layout.resultsAt + (node * layout.stride + c) * RESULT_BYTES
    if (column.isCategory) {
      bestCategorySplit(bench, slots, column.binCount, nodeAt, out, out + RESULT_CATEGORIES)
    } else {
      const plain = layout.rules.plain ? 1 : 0
      const { binCount, monotone } = column
      kernel.scanNumber(slots, binCount, layout.rulesAt, nodeAt, plain, monotone, out)
    }
  }
}
