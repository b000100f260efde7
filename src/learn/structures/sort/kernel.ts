import { type Kernel, loadKernel } from '../../../core/kernels/load-kernel.ts'

/** src/wasm/sort.ts */
export interface SortKernel extends Kernel {
  plan(values: number, buckets: number, cells: number, stageValues: number): number
  stageAt(): number
  cellsAt(): number
  rangesAt(): number
  outputAt(): number
  beginLinear(low: number, scale: number, cells: number): void
  beginByKey(low: number, shift: number, cells: number): void
  partition(count: number): void
  largest(): number
  planOutput(room: number): number
  drain(room: number): number
  misjudged(): number
  radix(at: number, other: number, values: number): void
}

/**
 * A kernel with memory of its own: memory of a kernel never shrinks, so that a large sort gets one
 * that is collected with it. Undefined where kernels have not been built.
 */
export function createSortKernel(): SortKernel | undefined {
  return loadKernel<SortKernel>('sort')
}
