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
  for (let group = from; group < to; group++) if (isUsed(bench, group)) used.push(group)
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

function buildHistograms(bench: Bench, groups: readonly number[], out: number): void {
  const { layout, kernel, ints, doubles } = bench
  const job = layout.jobAt / 4
  const index = ints[job + JOB.index]! >>> 0
  const count = ints[job + JOB.count]!
  for (const group of groups) {
    const at = (out + layout.groupOffset[group]!) / 8
    doubles.fill(0, at, at + layout.slotBytes[group]!)
  }
  for (let row = 0; row < count; row += ROWS_AT_ONCE) {
    const rows = Math.min(ROWS_AT_ONCE, count - row)
    for (const group of groups) {
      const bins = layout.binsAt + group * COLUMNS_AT_ONCE
      const at = out + layout.groupOffset[group]!
      const size = layout.slotBytes[group]!
      kernel.histogram(bins, layout.stride, index + 4 * row, rows, layout.pairsAt, at, size)
    }
  }
}

/** Whether either node may split on a column of the group. */
function isUsed({ layout, bytes }: Bench, group: number): boolean {
  const first = layout.usedAt + group * COLUMNS_AT_ONCE
  for (let c = 0; c < COLUMNS_AT_ONCE; c++) {
    if (bytes[first + c] === 1 || bytes[first + layout.stride + c] === 1) return true
  }
  return false
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
