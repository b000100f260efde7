import type { DocSet, Filter, SearchIndex } from '../index/types.ts'
import type { Slot } from '../query/query.ts'
import { docSetOf, unite } from '../values/doc-set.ts'
import { foldValue, levelsOf } from '../values/fold-value.ts'
import type { ExtractedField } from './extract.ts'

/** Documents that fit slots, kept while the index does not change. */
export interface SlotDocs {
  /** Documents that have what the slot says (whether it is wanted or not), also by their texts. */
  of(slot: Slot): DocSet
  /** How sure it is that a document of `of(slot)` has it: 1, or less where it was read from a text. */
  confidence(slot: Slot, doc: number): number
  /** Whether any document fits all of the slots, negated ones left out. */
  anyFits(slots: readonly Slot[]): boolean
}

/** Memory for sets that are kept. */
const KEPT_BYTES = 32 << 20

/** Sets of an index, the least recently used one dropped where they grow too many. */
export function createSlotDocs(
  index: SearchIndex,
  extracted: readonly ExtractedField[] = [],
): SlotDocs {
  const fields = new Map(extracted.map((one) => [one.field, lookUp(one)]))
  const kept = new Map<string, DocSet>()
  let revision = index.revision
  const of = (slot: Slot): DocSet => {
    if (revision !== index.revision) {
      kept.clear()
      revision = index.revision
    }
    const key = slotKey(slot)
    const known = kept.get(key)
    const docs = known ?? withExtracted(index.filter([filterOf(slot)]), slot, fields)
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
  const confidence = (slot: Slot, doc: number) => {
    const read = fields.get(slot.field)?.confidences.get(doc)
    return read === undefined || index.valueOf(doc, slot.field) !== undefined ? 1 : read
  }
  return { of, confidence, anyFits: (slots) => anyFits(slots, of) }
}

/** What was read from texts for one field: documents by folded value, and confidences by document. */
interface ReadField {
  readonly docs: ReadonlyMap<string, readonly number[]>
  readonly confidences: ReadonlyMap<number, number>
}

function lookUp({ values, docs, codes, confidences }: ExtractedField): ReadField {
  const byValue = new Map<string, number[]>()
  docs.forEach((doc, i) => {
    for (const value of levelsOf(foldValue(values[codes[i]!]!))) {
      const known = byValue.get(value)
      if (known === undefined) byValue.set(value, [doc])
      else known.push(doc)
    }
  })
  return {
    docs: byValue,
    confidences: new Map(Array.from(docs, (doc, i) => [doc, confidences[i]!])),
  }
}

function withExtracted(
  docs: DocSet,
  { field, meaning }: Slot,
  fields: ReadonlyMap<string, ReadField>,
): DocSet {
  if (meaning.kind !== 'value') return docs
  const read = fields.get(field)?.docs.get(foldValue(meaning.value))
  if (read === undefined) return docs
  const capacity = docs.words.length * 32
  const live = read.filter((doc) => doc < capacity)
  return unite(docs, docSetOf(live, capacity))
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
