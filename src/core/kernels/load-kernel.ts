import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What every kernel exports beside its own functions. */
export interface Kernel {
  readonly memory: WebAssembly.Memory
  /** Address of `bytes` of scratch memory, or 0 when there is none left. Old contents may be gone. */
  reserve(bytes: number): number
}

/**
 * Instantiates dist/wasm/NAME.wasm (`npm run build:wasm` makes it from src/wasm). Undefined when it
 * has not been built: callers then take their plain path, which gives the same numbers.
 */
export function loadKernel<T extends Kernel>(name: string): T | undefined {
  const path = fileURLToPath(new URL(`../../../dist/wasm/${name}.wasm`, import.meta.url))
  if (!existsSync(path)) return undefined
  const module = new WebAssembly.Module(readFileSync(path))
  return new WebAssembly.Instance(module).exports as unknown as T
}
