import { type Kernel, loadKernel } from '../../../core/kernels/load-kernel.ts'

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
  buildSegments(at: number, room: number, error: number): number
  useSegments(at: number, segments: number, treeAt: number, levels: number): void
  buildTree(from: number, stride: number, values: number, to: number, levels: number): void
  useTree(at: number, levels: number): void
  findByTable(queries: number, results: number, count: number): void
  findBySegments(queries: number, results: number, count: number): void
  findByTree(queries: number, results: number, count: number): void
  findByBinary(queries: number, results: number, count: number): void
  chainByTable(queries: number, results: number, count: number): void
  chainBySegments(queries: number, results: number, count: number): void
  chainByTree(queries: number, results: number, count: number): void
  chainByBinary(queries: number, results: number, count: number): void
  oneByTable(key: number): number
  oneBySegments(key: number): number
  oneByTree(key: number): number
  oneByBinary(key: number): number
}

/** A kernel with a memory of its own; undefined where kernels have not been built. */
export function lookupKernel(): LookupKernel | undefined {
  return loadKernel<LookupKernel>('lookup')
}
