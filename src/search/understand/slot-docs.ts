import type { DocSet, Filter, SearchIndex } from '../index/types.ts'
import type { Slot } from '../query/query.ts'

/** Documents that fit slots, kept while the index does not change. */
export interface SlotDocs {
  /** Documents that have what the slot says (whether it is wanted or not). */
  of(slot: Slot): DocSet
  /** Whether any document fits all of the slots, negated ones left out. */
  anyFits(slots: readonly Slot[]): boolean
}

/** Memory for sets that are kept. */
const KEPT_BYTES = 32 << 20

/** Sets of an index, the least recently used one dropped where they grow too many. */
export function createSlotDocs(index: SearchIndex): SlotDocs {
  const kept = new Map<string, DocSet>()
  let revision = index.revision
  const of = (slot: Slot): DocSet => {
    if (revision !== index.revision) {
      kept.clear()
      revision = index.revision
    }
    const key = slotKey(slot)
    const known = kept.get(key)
    const docs = known ?? index.filter([filterOf(slot)])
    if (known !== undefined) kept.delete(key)
    else if (kept.size * (docs.words.byteLength + 100) > KEPT_BYTES) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest)
        break
      }
    }
    kept.set(key, docs)
    return docs
  }
  return { of, anyFits: (slots) => anyFits(slots, of) }
}

function anyFits(slots: readonly Slot[], of: (slot: Slot) => DocSet): boolean {
  const wanted = slots.filter(({ negated }) => !negated).map((slot) => of(slot).words)
  const unwanted = slots.filter(({ negated }) => negated).map((slot) => of(slot).words)
  const first = wanted[0]
  if (first === undefined) return true
  for (let w = 0; w < first.length; w++) {
    let bits = first[w]!
    for (let i = 1; i < wanted.length && bits !== 0; i++) bits &= wanted[i]![w]!
    for (let i = 0; i < unwanted.length && bits !== 0; i++) bits &= ~unwanted[i]![w]!
    if (bits !== 0) return true
  }
  return false
}

/** The filter that a slot is, taken as wanted. */
export function filterOf({ field, meaning }: Slot): Filter {
  if (meaning.kind === 'value') return { field, oneOf: [meaning.value] }
  return { field, from: meaning.from, to: meaning.to }
}

function slotKey({ field, meaning }: Slot): string {
  const what = meaning.kind === 'value' ? meaning.value : `${meaning.from}…${meaning.to}`
  return `${field}\u0000${meaning.kind}\u0000${what}`
}
