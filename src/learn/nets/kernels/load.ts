import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Kernels } from './types.ts'

let compiled: WebAssembly.Module | undefined

/**
 * The compiled kernels (`npm run build:wasm` makes dist/wasm/nets.wasm from src/wasm/nets.ts) over
 * `memory`, which must be shared and up to 4 GiB. Undefined when they have not been built or the
 * engine does not run them: callers then take the plain ones.
 */
export function instantiateKernels(memory: WebAssembly.Memory): Kernels | undefined {
  const path = fileURLToPath(new URL('../../../../dist/wasm/nets.wasm', import.meta.url))
  if (compiled === undefined) {
    if (!existsSync(path)) return undefined
    const bytes = readFileSync(path)
    if (!WebAssembly.validate(bytes)) return undefined
    compiled = new WebAssembly.Module(bytes)
  }
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels
}
