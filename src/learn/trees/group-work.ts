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

/**
 * The work on one group of eight columns between two splits: build the histogram of the smaller
 * child, subtract it from the parent's to get the larger one's, find the best split of each column in
 * both. Touches nothing of other groups, so that groups may run in any order, in any thread.
 */
export function workOnGroup(bench: Bench, group: number): void {
  const { layout, kernel, ints } = bench
  if (!isUsed(bench, group)) return
  const job = layout.jobAt / 4
  const at = layout.groupOffset[group]!
  const size = layout.slotBytes[group]!
  const small = ints[job + JOB.small]! >>> 0
  const large = ints[job + JOB.large]! >>> 0
  if (ints[job + JOB.build] === 1) {
    kernel.histogram(
      layout.binsAt + group * COLUMNS_AT_ONCE,
      layout.stride,
      ints[job + JOB.index]! >>> 0,
      ints[job + JOB.count]!,
      layout.pairsAt,
      small + at,
      size,
    )
    if (large !== 0) kernel.subtract(large + at, small + at, COLUMNS_AT_ONCE * size)
  }
  const scans = ints[job + JOB.scan]!
  if ((scans & 1) !== 0) scanGroup(bench, group, 0, small + at)
  if ((scans & 2) !== 0) scanGroup(bench, group, 1, large + at)
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
