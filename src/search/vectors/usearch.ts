import { createRequire } from 'node:module'

/** A graph of neighbours over int8 vectors; keys are slots. */
export interface NeighbourGraph {
  /** Adds a vector; one that is there already under the key is replaced. */
  put(key: number, vector: Float32Array): void
  remove(key: number): void
  /** Keys of about the `count` nearest by cosine, in no promised order. */
  near(vector: Float32Array, count: number): ArrayLike<bigint | number>
  save(path: string): void
}

interface UsearchIndex {
  add(keys: bigint, vectors: Float32Array, threads: number): void
  remove(keys: bigint): number
  contains(keys: bigint): boolean
  search(vectors: Float32Array, k: number, threads: number): { readonly keys: BigUint64Array }
  save(path: string): void
  load(path: string): void
}

interface UsearchModule {
  readonly Index: new (config: Readonly<Record<string, number | string | boolean>>) => UsearchIndex
}

let module: UsearchModule | null | undefined

/** The native module, loaded when it is first wanted; null where this machine has none that runs. */
function loadModule(): UsearchModule | null {
  if (module !== undefined) return module
  try {
    module = createRequire(import.meta.url)('usearch') as UsearchModule
  } catch {
    // No build for this machine: neighbours are then found by comparing all, which costs time alone.
    module = null
  }
  return module
}

export interface GraphOptions {
  readonly width: number
  /** Nodes visited in a search. */
  readonly expansion: number
}

/** An empty graph, or the one saved at `path`; undefined where usearch does not run. */
export function createGraph(
  { width, expansion }: GraphOptions,
  path?: string,
): NeighbourGraph | undefined {
  const usearch = loadModule()
  if (usearch === null) return undefined
  const index = new usearch.Index({
    dimensions: width,
    metric: 'cos',
    quantization: 'i8',
    connectivity: 16,
    expansion_add: 128,
    expansion_search: expansion,
    multi: false,
  })
  if (path !== undefined) index.load(path)
  return {
    put(key, vector) {
      const name = BigInt(key)
      if (index.contains(name)) index.remove(name)
      // One thread: the graph depends on the order in which vectors come.
      index.add(name, vector, 1)
    },
    remove: (key) => void index.remove(BigInt(key)),
    near: (vector, count) => index.search(vector, count, 1).keys,
    save: (path) => index.save(path),
  }
}
