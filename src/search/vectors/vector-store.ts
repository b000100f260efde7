import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createSlots, type DocNames, type ProductSlots } from '../arms/slots.ts'
import { packState, unpackState } from '../arms/state.ts'
import { createTop, isAllowed, NO_CANDIDATES } from '../arms/top.ts'
import type { Candidates, DocSet } from '../index/types.ts'
import { VECTOR_KNOBS } from './knobs.ts'
import { createGraph, type NeighbourGraph } from './usearch.ts'

/** Vectors of products, of length 1, and the search for those nearest. */
export interface VectorStore {
  readonly width: number
  /** Products that have a vector. */
  readonly size: number
  /** Whether neighbours come from a graph; otherwise all are compared. */
  readonly hasGraph: boolean
  /** Sets the vector of a product; zeros take it out of the search. */
  put(id: string, vector: Float32Array): void
  remove(ids: Iterable<string>): void
  /** The vector of a product, or undefined: not to be written to. */
  vectorOf(id: string): Float32Array | undefined
  /** The nearest by cosine, scores exact; through the graph where many are allowed. */
  near(query: Float32Array, options: NearOptions): Candidates
  /** The same by comparing all. */
  exact(query: Float32Array, options: NearOptions): Candidates
  save(): Uint8Array
  /** Writes the graph itself to a file, so that opening need not build it; nothing without a graph. */
  saveGraph(path: string): void
}

export interface NearOptions {
  readonly count: number
  readonly index: DocNames
  readonly allowed?: DocSet
}

export interface VectorStoreOptions {
  readonly settings?: KnobSettings
  /** False: compare all, without usearch. */
  readonly graph?: boolean
}

/** A store without vectors. */
export function createVectorStore(width: number, options: VectorStoreOptions = {}): VectorStore {
  const { settings = {} } = options
  const expansion = readKnob(VECTOR_KNOBS.expansion, settings)
  const graph = options.graph === false ? undefined : createGraph({ width, expansion })
  return new Store(width, settings, createSlots(), graph)
}

interface StoreMeta {
  readonly width: number
  readonly ids: readonly string[]
}

/**
 * The store that `save` wrote, with its graph from `graphPath` where it was saved, else built anew.
 * Throws ERR_STORE_DAMAGED on other bytes.
 */
export function loadVectorStore(
  bytes: Uint8Array,
  options: VectorStoreOptions & { readonly graphPath?: string } = {},
): VectorStore {
  const { meta, arrays } = unpackState<StoreMeta>('vectors', bytes)
  const { settings = {}, graphPath } = options
  const expansion = readKnob(VECTOR_KNOBS.expansion, settings)
  const { width, ids } = meta
  const graph = options.graph === false ? undefined : createGraph({ width, expansion }, graphPath)
  const store = new Store(width, settings, createSlots(ids), graph)
  const built = graph !== undefined && graphPath !== undefined
  // As `save` wrote them.
  store.fill(arrays[0] as Float32Array, !built)
  return store
}

class Store implements VectorStore {
  readonly width: number
  size = 0
  private readonly settings: KnobSettings
  private readonly slots: ProductSlots
  private readonly graph: NeighbourGraph | undefined
  private vectors: Float32Array
  /** 1 where a slot has a vector. */
  private there: Uint8Array

  constructor(
    width: number,
    settings: KnobSettings,
    slots: ProductSlots,
    graph: NeighbourGraph | undefined,
  ) {
    this.width = width
    this.settings = settings
    this.slots = slots
    this.graph = graph
    this.vectors = new Float32Array(width * Math.max(64, slots.size))
    this.there = new Uint8Array(Math.max(64, slots.size))
  }

  get hasGraph(): boolean {
    return this.graph !== undefined
  }

  /** Takes the vectors of all slots; `connect` puts them into the graph as well. */
  fill(vectors: Float32Array, connect: boolean): void {
    this.vectors.set(vectors)
    for (let slot = 0; slot < this.slots.size; slot++) {
      const vector = this.at(slot)
      if (!isVector(vector)) continue
      this.there[slot] = 1
      this.size++
      if (connect) this.graph?.put(slot, vector)
    }
  }

  put(id: string, vector: Float32Array): void {
    const { width } = this
    requireArgument(vector.length === width, `${id}: ${vector.length} numbers, not ${width}`)
    if (!isVector(vector)) {
      this.remove([id])
      return
    }
    const slot = this.slots.take(id)
    if (slot >= this.there.length) this.grow()
    this.vectors.set(vector, slot * width)
    if (this.there[slot] === 0) this.size++
    this.there[slot] = 1
    this.graph?.put(slot, vector)
  }

  remove(ids: Iterable<string>): void {
    for (const id of ids) {
      const slot = this.slots.find(id)
      if (slot < 0 || this.there[slot] === 0) continue
      this.there[slot] = 0
      this.size--
      this.at(slot).fill(0)
      this.graph?.remove(slot)
    }
  }

  vectorOf(id: string): Float32Array | undefined {
    const slot = this.slots.find(id)
    return slot >= 0 && this.there[slot] === 1 ? this.at(slot) : undefined
  }

  near(query: Float32Array, options: NearOptions): Candidates {
    const { count, index, allowed } = options
    if (!isVector(query) || this.size === 0 || count <= 0) return NO_CANDIDATES
    const few = readKnob(VECTOR_KNOBS.exactBelow, this.settings)
    const among = Math.min(this.size, allowed?.count ?? this.size)
    // Of so many neighbours about the count asked for will be allowed.
    const wanted = Math.ceil(
      (count * readKnob(VECTOR_KNOBS.overfetch, this.settings) * this.size) / Math.max(1, among),
    )
    if (this.graph === undefined || among <= few || wanted >= this.size / 4) {
      return this.exact(query, options)
    }
    const top = createTop(count, index)
    let found = 0
    const keys = this.graph.near(query, wanted)
    for (let k = 0; k < keys.length; k++) {
      const key = Number(keys[k]!)
      if (key >= this.slots.size || this.there[key] === 0) continue
      const doc = this.slots.docOf(key, index)
      if (doc < 0 || !isAllowed(allowed, doc)) continue
      top.offer(doc, this.likeness(query, key))
      found++
    }
    return found >= Math.min(count, among) ? top.take() : this.exact(query, options)
  }

  exact(query: Float32Array, { count, index, allowed }: NearOptions): Candidates {
    if (!isVector(query)) return NO_CANDIDATES
    const top = createTop(count, index)
    const offer = (slot: number, doc: number) => {
      if (slot >= 0 && this.there[slot] === 1) top.offer(doc, this.likeness(query, slot))
    }
    if (allowed !== undefined && allowed.count < this.size / 4) {
      eachDoc(allowed, (doc) => offer(this.slots.find(index.idOf(doc) ?? ''), doc))
      return top.take()
    }
    for (let slot = 0; slot < this.slots.size; slot++) {
      if (this.there[slot] === 0) continue
      const likeness = Math.fround(this.likeness(query, slot))
      if (likeness < top.bar) continue
      const doc = this.slots.docOf(slot, index)
      if (doc >= 0 && isAllowed(allowed, doc)) top.offer(doc, likeness)
    }
    return top.take()
  }

  save(): Uint8Array {
    const meta: StoreMeta = { width: this.width, ids: this.slots.ids() }
    return packState('vectors', meta, [this.vectors.subarray(0, this.slots.size * this.width)])
  }

  saveGraph(path: string): void {
    this.graph?.save(path)
  }

  private at(slot: number): Float32Array {
    return this.vectors.subarray(slot * this.width, (slot + 1) * this.width)
  }

  private likeness(query: Float32Array, slot: number): number {
    const { vectors, width } = this
    const at = slot * width
    let [a, b] = [0, 0]
    // Two sums at once: the processor need not wait for the one before.
    for (let i = 0; i + 1 < width; i += 2) {
      a += query[i]! * vectors[at + i]!
      b += query[i + 1]! * vectors[at + i + 1]!
    }
    if (width % 2 === 1) a += query[width - 1]! * vectors[at + width - 1]!
    return a + b
  }

  private grow(): void {
    const there = new Uint8Array(2 * this.there.length)
    there.set(this.there)
    this.there = there
    const vectors = new Float32Array(there.length * this.width)
    vectors.set(this.vectors)
    this.vectors = vectors
  }
}

/** Whether there is anything in it, and nothing that is no number. */
function isVector(vector: Float32Array): boolean {
  let squares = 0
  for (const value of vector) squares += value * value
  return squares > 0 && Number.isFinite(squares)
}

function eachDoc({ words }: DocSet, visit: (doc: number) => void): void {
  for (let word = 0; word < words.length; word++) {
    for (let bits = words[word]!; bits !== 0; bits &= bits - 1) {
      visit(32 * word + 31 - Math.clz32(bits & -bits))
    }
  }
}
