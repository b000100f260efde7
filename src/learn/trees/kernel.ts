import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { plainKernel } from './plain-kernel.ts'

/**
 * The hot loops of training and prediction over one memory; arguments are byte addresses in it.
 * src/wasm/trees.ts says what each does; plain-kernel.ts says it again in plain TypeScript.
 */
export interface TreeKernel {
  histogram(
    bins: number,
    stride: number,
    index: number,
    count: number,
    pairs: number,
    out: number,
    slotBytes: number,
  ): void
  subtract(from: number, what: number, bytes: number): void
  scanNumber(
    hist: number,
    binCount: number,
    rules: number,
    node: number,
    plain: number,
    monotone: number,
    out: number,
  ): void
  partition(
    column: number,
    stride: number,
    index: number,
    count: number,
    table: number,
    scratch: number,
  ): number
  addToRows(index: number, count: number, scores: number, outputs: number, value: number): void
  sumPairs(index: number, count: number, pairs: number, out: number): void
  histogramOfFour(
    bins: number,
    stride: number,
    index: number,
    count: number,
    pairs: number,
    columns: number,
  ): void
  walkTree(
    nodes: number,
    children: number,
    sets: number,
    useSets: number,
    root: number,
    depth: number,
    bins: number,
    stride: number,
    rows: number,
    leaves: number,
  ): void
  addLeaves(
    leaves: number,
    rows: number,
    values: number,
    width: number,
    scores: number,
    outputs: number,
  ): void
}

let compiled: WebAssembly.Module | undefined

/** The compiled kernel on `memory`; undefined when `npm run build:wasm` has not made it. */
export function compiledKernel(memory: WebAssembly.Memory): TreeKernel | undefined {
  if (compiled === undefined) {
    const path = fileURLToPath(new URL('../../../dist/wasm/trees.wasm', import.meta.url))
    if (!existsSync(path)) return undefined
    compiled = new WebAssembly.Module(readFileSync(path))
  }
  const instance = new WebAssembly.Instance(compiled, { env: { memory } })
  return instance.exports as unknown as TreeKernel
}

/** The fastest kernel there is; both give the same bits. */
export function kernelOn(memory: WebAssembly.Memory): TreeKernel {
  return compiledKernel(memory) ?? plainKernel(memory)
}
