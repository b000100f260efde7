import { type Kernel, loadKernel } from '../../../core/kernels/load-kernel.ts'
import type { IndexKind } from './types.ts'

/** src/wasm/lookup.ts */
export interface LookupKernel extends Kernel {
  useKeys(at: number, values: number): void
  firstFault(): number
  useTable(
    at: number,
    isByKey: number,
    low: number,
    scale: number,
    shift: number,
    cells: number,
  ): void
  buildTable(): void
  missesOfTable(step: number): number
  fullestCell(): number
  /** Returns how many keys a place may be behind the start of the block that it is sought in. */
  buildBlocks(at: number, shift: number): number
  /** Bytes of the model of so many keys in blocks of 2^shift. */
  blocksBytes(values: number, shift: number): number
  /** First place of the block that a key is sought in. */
  guessByBlocks(key: number): number
  buildSegments(at: number, room: number, error: number): number
  useSegments(at: number, segments: number, treeAt: number, levels: number): void
  /** How far a segment is off at most, at the firsts of equal keys. */
  errorOfSegments(): number
  buildTree(from: number, stride: number, values: number, to: number, levels: number): void
  useTree(at: number, levels: number): void
  /** Lower bound of one key. */
  one(way: number, key: number): number
  /** Lower bounds of many, whose misses of the caches overlap. */
  find(way: number, queries: number, results: number, count: number): void
  /** The same, each waiting for the one before. */
  chain(way: number, queries: number, results: number, count: number): void
}

/** Numbers of the ways in the kernel. */
export const WAYS: Readonly<Record<IndexKind, number>> = {
  table: 0,
  blocks: 1,
  segments: 2,
  tree: 3,
  binary: 4,
}

/** A kernel with a memory of its own; undefined where kernels have not been built. */
export function lookupKernel(): LookupKernel | undefined {
  return loadKernel<LookupKernel>('lookup')
}
