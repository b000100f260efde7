import type { SearchIndex } from '../index/types.ts'

/** What is asked of an index to know its documents by product. */
export type DocNames = Pick<SearchIndex, 'idOf' | 'docOf' | 'isBefore' | 'revision'>

/**
 * Dense numbers of products that outlive an index: what an arm learned is kept by slot, and the
 * document of a slot is looked up when it is needed.
 */
export interface ProductSlots {
  /** Slots handed out so far. */
  readonly size: number
  /** Slot of a product, taken when it has none. */
  take(id: string): number
  /** Slot of a product, or −1. */
  find(id: string): number
  idOf(slot: number): string
  /** Document of a slot in `index`, or −1 when the product is not there. */
  docOf(slot: number, index: DocNames): number
  ids(): readonly string[]
}

/** Document of a slot that nobody asked for yet. */
const UNKNOWN = -2

/** Slots for `ids` in their order, each once. */
export function createSlots(ids: Iterable<string> = []): ProductSlots {
  const names: string[] = []
  const slots = new Map<string, number>()
  // Documents found in one state of one index; numbers are given anew when an index is opened.
  let docs = new Int32Array(0)
  let lookedIn: DocNames | undefined
  let revision = -1
  const take = (id: string) => {
    const known = slots.get(id)
    if (known !== undefined) return known
    slots.set(id, names.length)
    return names.push(id) - 1
  }
  for (const id of ids) take(id)
  return {
    get size() {
      return names.length
    },
    take,
    find: (id) => slots.get(id) ?? -1,
    idOf: (slot) => names[slot]!,
    docOf(slot, index) {
      const id = names[slot]
      if (id === undefined) return -1
      if (lookedIn !== index || revision !== index.revision) {
        docs = new Int32Array(0)
        lookedIn = index
        revision = index.revision
      }
      if (docs.length < names.length) {
        const more = new Int32Array(names.length + (names.length >> 3)).fill(UNKNOWN)
        more.set(docs)
        docs = more
      }
      if (docs[slot] === UNKNOWN) docs[slot] = index.docOf(id)
      return docs[slot]!
    },
    ids: () => names,
  }
}
