import { keyOf } from '../sort/float-keys.ts'
import type { LookupKernel } from './kernel.ts'
import { type IndexKind, requireRising } from './types.ts'

/** What was built in a kernel's memory. */
export interface Structure extends Built {
  readonly size: number
  readonly keysAt: number
  readonly queriesAt: number
  readonly resultsAt: number
}

interface Built {
  /** What finds one key, and what finds many at once. */
  readonly kind: IndexKind
  readonly batchKind: IndexKind
  readonly modelBytes: number
  readonly error: number
}

/** Infinity behind the keys, so that blocks and windows may be read whole. */
const BEHIND = 1024
/** Keys of a cell of the table, on average; no table has more cells than MOST_CELLS. */
const KEYS_A_CELL = 24
const MOST_CELLS = 2 ** 20
const LEAST_CELLS = 256
/** Segments are at most so many: with their tree 8 MB. */
const MOST_SEGMENTS = 2 ** 17
const SEGMENT_BYTES = 24
/** Blocks of 16 keys, larger ones where their codes and tree would take more than so much. */
const LEAST_BLOCK_SHIFT = 4
const MOST_BLOCKS_BYTES = 2 ** 22
const SAMPLE = 4096
/** A guess that its window does not hold costs a search: a table with more of them is not taken. */
const FEW_MISSES = 0.05
/** Different values in a sample of so many keys that hardly any other is there. */
const FEW_VALUES = SAMPLE / 4
/** Keys that caches hold: a look-up waits for the computer rather than for memory, and a table is quickest. */
const MOST_CACHED = 1_000_000

/** Copies rising keys into the kernel and builds what finds them; undefined where memory is short. */
export function buildStructure(
  kernel: LookupKernel,
  keys: Float64Array | Int32Array | Uint32Array,
  batch: number,
  kind: IndexKind | undefined,
  error: number,
): Structure | undefined {
  const plan = layOut(kernel, keys.length, batch, kind)
  if (plan === undefined) return undefined
  const room = new Float64Array(kernel.memory.buffer, plan.keysAt, keys.length + BEHIND)
  room.set(keys)
  room.fill(Number.POSITIVE_INFINITY, keys.length)
  kernel.useKeys(plan.keysAt, keys.length)
  const fault = kernel.firstFault() >>> 0
  requireRising(fault === keys.length, fault)
  const floats = room.subarray(0, keys.length)
  const built =
    kind === undefined ? choose(kernel, plan, floats) : build(kernel, plan, floats, kind, error)
  return { ...plan, ...built }
}

interface Plan {
  readonly size: number
  readonly cells: number
  readonly queriesAt: number
  readonly resultsAt: number
  readonly keysAt: number
  readonly modelAt: number
}

function layOut(
  kernel: LookupKernel,
  size: number,
  batch: number,
  kind: IndexKind | undefined,
): Plan | undefined {
  let cells = LEAST_CELLS
  while (cells < MOST_CELLS && cells * KEYS_A_CELL < size) cells *= 2
  const modelBytes = roomFor(kernel, size, cells, kind)
  const keyBytes = 8 * (size + BEHIND)
  const bytes = 12 * batch + keyBytes + modelBytes + 256
  const at = bytes > 2 ** 32 - 2 ** 20 ? 0 : kernel.reserve(bytes) >>> 0
  if (at === 0) return undefined
  const keysAt = at + 12 * batch
  const modelAt = Math.ceil((keysAt + keyBytes) / 64) * 64
  return { size, cells, queriesAt: at, resultsAt: at + 8 * batch, keysAt, modelAt }
}

/** Bytes of the models that may be built. */
function roomFor(
  kernel: LookupKernel,
  size: number,
  cells: number,
  kind: IndexKind | undefined,
): number {
  if (kind === 'binary') return 0
  if (kind === 'tree') return 8 * 2 ** levelsOf(size)
  if (kind === 'segments') return (SEGMENT_BYTES + 16) * segmentRoom(size)
  return tableRoom(cells) + blocksRoom(kernel, size)
}

/** A table and what is left of its last line, so that what lies behind it begins with one. */
function tableRoom(cells: number): number {
  return 4 * cells + 64
}

function segmentRoom(size: number): number {
  return Math.min(MOST_SEGMENTS, size + 2)
}

/** Levels of a full search tree that holds `size` keys. */
function levelsOf(size: number): number {
  return Math.ceil(Math.log2(size + 1))
}

/**
 * The table, where its windows miss few keys, for batches and while caches hold the keys; where there are
 * few values, whose first places caches hold, in any case; else blocks.
 */
function choose(kernel: LookupKernel, plan: Plan, keys: Float64Array): Built {
  const blocks = blocksBuilt(kernel, plan)
  const isFew = plan.size > SAMPLE && differentIn(keys) <= FEW_VALUES
  if (tableMisses(kernel, plan, keys, false) > FEW_MISSES && !isFew) return blocks
  const table = tableBuilt(kernel, plan)
  if (plan.size <= MOST_CACHED || isFew) return table
  return { ...blocks, batchKind: 'table', modelBytes: blocks.modelBytes + table.modelBytes }
}

function build(
  kernel: LookupKernel,
  plan: Plan,
  keys: Float64Array,
  kind: IndexKind,
  error: number,
): Built {
  const none = both('binary', 0, plan.size)
  if (kind === 'segments') return segmentsBuilt(kernel, plan, error) ?? none
  if (kind === 'blocks') return blocksBuilt(kernel, plan)
  if (kind === 'binary') return none
  if (kind === 'tree') {
    const levels = levelsOf(plan.size)
    kernel.buildTree(plan.keysAt, 8, plan.size, plan.modelAt, levels)
    kernel.useTree(plan.modelAt, levels)
    return both('tree', 8 * 2 ** levels, plan.size)
  }
  const byValue = tableMisses(kernel, plan, keys, false)
  if (byValue > FEW_MISSES && tableMisses(kernel, plan, keys, true) > byValue) {
    tableMisses(kernel, plan, keys, false)
  }
  return tableBuilt(kernel, plan)
}

/** One kind of model for single look-ups and for batches. */
function both(kind: IndexKind, modelBytes: number, error: number): Built {
  return { kind, batchKind: kind, modelBytes, error }
}

function blocksBuilt(kernel: LookupKernel, { size, cells, modelAt }: Plan): Built {
  const error = kernel.buildBlocks(modelAt + tableRoom(cells), blockShift(kernel, size))
  return both('blocks', blocksRoom(kernel, size), error >>> 0)
}

function blocksRoom(kernel: LookupKernel, size: number): number {
  return kernel.blocksBytes(size, blockShift(kernel, size)) >>> 0
}

function blockShift(kernel: LookupKernel, size: number): number {
  let shift = LEAST_BLOCK_SHIFT
  while (kernel.blocksBytes(size, shift) >>> 0 > MOST_BLOCKS_BYTES) shift++
  return shift
}

function tableBuilt(kernel: LookupKernel, { cells }: Plan): Built {
  return both('table', 4 * cells + 4, kernel.fullestCell())
}

/** Builds a table, in the value or in its bits; returns the share of a sample that its windows miss. */
function tableMisses(
  kernel: LookupKernel,
  { cells, modelAt, size }: Plan,
  keys: Float64Array,
  isByKey: boolean,
): number {
  const { low, high } = finiteEnds(keys)
  const scale = high > low && high - low < Infinity ? (cells - 1) / (high - low) : 0
  let shift = 0
  while ((keyOf(high) - keyOf(low)) / 2 ** shift >= 4096 * (cells - 1)) shift++
  kernel.useTable(modelAt, isByKey ? 1 : 0, low, Number.isFinite(scale) ? scale : 0, shift, cells)
  kernel.buildTable()
  const step = Math.max(1, Math.floor(size / SAMPLE))
  return (kernel.missesOfTable(step) >>> 0) / Math.ceil(size / step)
}

/** How many different values a sample has. */
function differentIn(keys: Float64Array): number {
  let different = 1
  let before = keys[0]!
  for (let i = 1; i < SAMPLE; i++) {
    const key = keys[Math.floor((i * (keys.length - 1)) / (SAMPLE - 1))]!
    if (key !== before) different++
    before = key
  }
  return different
}

function finiteEnds(keys: Float64Array): { readonly low: number; readonly high: number } {
  let [first, last] = [0, keys.length - 1]
  while (first < last && keys[first] === Number.NEGATIVE_INFINITY) first++
  while (last > first && keys[last] === Number.POSITIVE_INFINITY) last--
  const finite = (key: number) => (Number.isFinite(key) ? key : 0)
  return { low: finite(keys[first]!), high: finite(keys[last]!) }
}

function segmentsBuilt(kernel: LookupKernel, plan: Plan, error: number): Built | undefined {
  const room = segmentRoom(plan.size)
  const made = kernel.buildSegments(plan.modelAt, room, error)
  if (made === 0) return undefined
  const levels = levelsOf(made)
  const treeAt = Math.ceil((plan.modelAt + SEGMENT_BYTES * (made + 1)) / 64) * 64
  kernel.buildTree(plan.modelAt, SEGMENT_BYTES, made, treeAt, levels)
  kernel.useSegments(plan.modelAt, made, treeAt, levels)
  return both('segments', SEGMENT_BYTES * (made + 1) + 8 * 2 ** levels, error)
}
