import { type Kernel, loadKernel } from '../../../core/kernels/load-kernel.ts'

/** src/wasm/sort.ts */
export interface SortKernel extends Kernel {
  plan(kind: number, values: number, buckets: number, cells: number, stageValues: number): number
  keyStageAt(): number
  wordStageAt(): number
  tableAt(): number
  rangesAt(): number
  flagsAt(): number
  keysOutAt(): number
  wordsOutAt(): number
  beginLinear(low: number, scale: number, cells: number): void
  beginByKey(low: number, shift: number, cells: number): void
  beginWhole(turn: number, low: number, shift: number, cells: number): void
  partition(count: number): void
  /** 1 where all of the stage are floats to the last bit now. */
  toFloats(count: number, base: bigint): number
  toWholes(count: number, base: bigint): void
  dropNaN(): void
  nans(): number
  largest(): number
  planOutput(room: number): number
  drain(room: number): number
  misjudged(): number
  /** 1 where it is done; else some of the numbers are missing. */
  sortNearly(at: number, aside: number, values: number, most: number): number
  radixFloats(at: number, other: number, values: number): void
  radix32(at: number, other: number, values: number, turn: number): void
  radix64(at: number, other: number, values: number, turn: bigint): void
  radixPairs64(keys: number, words: number, values: number, isFloat: number): void
  radixPairs32(keys: number, words: number, values: number, turn: number): void
}

/** Memory that is kept between sorts: fresh pages cost about half as much as sorting into them. */
const KEPT_BYTES = 256 * 2 ** 20

let kept: SortKernel | undefined

/**
 * Hands `work` a kernel, undefined where kernels have not been built. Its memory never shrinks: up to
 * 256 MB are kept for the next sort, more is given back to the collector.
 */
export function withSortKernel<T>(work: (kernel: SortKernel | undefined) => T): T {
  const kernel = kept ?? loadKernel<SortKernel>('sort')
  kept = undefined
  try {
    return work(kernel)
  } finally {
    if (kernel !== undefined && kernel.memory.buffer.byteLength <= KEPT_BYTES) kept = kernel
  }
}
