import { keyOf } from '../sort/float-keys.ts'
import type { LookupKernel } from './kernel.ts'
import { type IndexKind, requireRising } from './types.ts'

/** What was built in a kernel's memory. */
export interface Structure {
  readonly kind: IndexKind
  readonly size: number
  readonly keysAt: number
  readonly queriesAt: number
  readonly resultsAt: number
  readonly modelBytes: number
  readonly error: number
}

/** Infinity behind the keys, so that windows may be read whole. */
const BEHIND = 64
/** Keys of a cell of the table, on average; no table has more cells than MOST_CELLS. */
const KEYS_A_CELL = 24
const MOST_CELLS = 2 ** 20
const LEAST_CELLS = 256
/** Segments are at most so many: with their tree 8 MB. */
const MOST_SEGMENTS = 2 ** 17
const SEGMENT_BYTES = 24
const SAMPLE = 4096
/** No model is larger. */
const MOST_MODEL_BYTES = 2 ** 23
/** Tables in tables: keys of a cell, tries with so many times the cells, room beside two bytes a key. */
const NESTED_KEYS_A_CELL = 16
const NESTED_SPARES = [8, 1]
const LEAST_NESTED_ROOM = 2 ** 14
/** A guess that its window does not hold costs a search: a table with more of them is not taken. */
const MISSES = { few: 0.05, most: 0.25 }

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
  const tableBytes = 4 * cells + 64
  const segmentBytes = (SEGMENT_BYTES + 16) * segmentRoom(size)
  const treeBytes = 8 * 2 ** levelsOf(size)
  const blockBytes = kernel.blocksBytes(size, blockShift(size)) >>> 0
  const learnedBytes = Math.max(tableBytes, segmentBytes, nestedRoom(size), blockBytes)
  const modelBytes = kind === 'tree' ? treeBytes : kind === 'binary' ? 0 : learnedBytes
  const keyBytes = 8 * (size + BEHIND)
  const bytes = 12 * batch + keyBytes + modelBytes + 256
  const at = bytes > 2 ** 32 - 2 ** 20 ? 0 : kernel.reserve(bytes) >>> 0
  if (at === 0) return undefined
  const keysAt = at + 12 * batch
  const modelAt = Math.ceil((keysAt + keyBytes) / 64) * 64
  return { size, cells, queriesAt: at, resultsAt: at + 8 * batch, keysAt, modelAt }
}

function segmentRoom(size: number): number {
  return Math.min(MOST_SEGMENTS, size + 2)
}

/** Levels of a full search tree that holds `size` keys. */
function levelsOf(size: number): number {
  return Math.ceil(Math.log2(size + 1))
}

interface Built {
  readonly kind: IndexKind
  readonly modelBytes: number
  readonly error: number
}

/** The table in the value, else tables in tables, else the table in the bits, else blocks. */
function choose(kernel: LookupKernel, plan: Plan, keys: Float64Array): Built {
  if (tableMisses(kernel, plan, keys, false) <= MISSES.few) return tableBuilt(kernel, plan)
  const nested = nestedBuilt(kernel, plan)
  if (nested !== undefined) return nested
  if (tableMisses(kernel, plan, keys, true) <= MISSES.most) return tableBuilt(kernel, plan)
  return blocksBuilt(kernel, plan)
}

function build(
  kernel: LookupKernel,
  plan: Plan,
  keys: Float64Array,
  kind: IndexKind,
  error: number,
): Built {
  const none = { kind: 'binary' as const, modelBytes: 0, error: plan.size }
  if (kind === 'segments') return segmentsBuilt(kernel, plan, error) ?? none
  if (kind === 'nested') return nestedBuilt(kernel, plan) ?? blocksBuilt(kernel, plan)
  if (kind === 'blocks') return blocksBuilt(kernel, plan)
  if (kind === 'binary') return none
  if (kind === 'tree') {
    const levels = levelsOf(plan.size)
    kernel.buildTree(plan.keysAt, 8, plan.size, plan.modelAt, levels)
    kernel.useTree(plan.modelAt, levels)
    return { kind, modelBytes: 8 * 2 ** levels, error: plan.size }
  }
  const byValue = tableMisses(kernel, plan, keys, false)
  if (byValue > MISSES.few && tableMisses(kernel, plan, keys, true) > byValue) {
    tableMisses(kernel, plan, keys, false)
  }
  return tableBuilt(kernel, plan)
}

/** Undefined where keys crowd in crowds of crowds, for which there is no room. */
function nestedBuilt(kernel: LookupKernel, plan: Plan): Built | undefined {
  for (const spare of NESTED_SPARES) {
    const bytes = kernel.buildNested(plan.modelAt, nestedRoom(plan.size), NESTED_KEYS_A_CELL, spare)
    if (bytes > 0) return { kind: 'nested', modelBytes: bytes, error: kernel.fullestLeaf() }
  }
  return undefined
}

function nestedRoom(size: number): number {
  return Math.min(MOST_MODEL_BYTES, 2 * size + LEAST_NESTED_ROOM)
}

function blocksBuilt(kernel: LookupKernel, { size, modelAt }: Plan): Built {
  const shift = blockShift(size)
  kernel.buildBlocks(modelAt, shift)
  return { kind: 'blocks', modelBytes: kernel.blocksBytes(size, shift), error: 2 ** shift }
}

/** Blocks of 64 keys, larger ones where their tree would take more than half of a model's bytes. */
function blockShift(size: number): number {
  let shift = 6
  while (8 * (size >> shift) > MOST_MODEL_BYTES / 2) shift++
  return shift
}

function tableBuilt(kernel: LookupKernel, plan: Plan): Built {
  return { kind: 'table', modelBytes: 4 * plan.cells + 4, error: kernel.fullestCell() }
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
  return { kind: 'segments', modelBytes: SEGMENT_BYTES * (made + 1) + 8 * 2 ** levels, error }
}
