import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { nameWords } from '../catalogue/field-names.ts'
import type { SearchIndex } from '../index/types.ts'
import type { AnalyzedQuery, Interpretation, Slot } from '../query/query.ts'
import { textsOf } from '../values/columns.ts'
import { docsOf } from '../values/doc-set.ts'
import { arrayOf, type Bundle, pack, unpack } from '../values/pack.ts'
import { plainReading, readByBeam } from './beam.ts'
import { MOST_TOKENS, spanWords, type ValueSources, valueKey, valueSlots } from './candidates.ts'
import { type ExtractedField, extractAttributes } from './extract.ts'
import { packExtracted, unpackExtracted } from './extracted-bytes.ts'
import {
  BEAM_WIDTH,
  LEAST_PROBABILITY,
  LOW_PRICE,
  MAXIMUM_INTERPRETATIONS,
  MAXIMUM_SPAN,
} from './knobs.ts'
import { buildLexicon, type Lexicon, packLexicon, unpackLexicon } from './lexicon.ts'
import { createNearWords } from './near-words.ts'
import { type NumberFields, readNumberFields } from './number-fields.ts'
import { type DraftSlot, numberSlots } from './number-slots.ts'
import { createSlotDocs, type SlotDocs } from './slot-docs.ts'
import { createSpanClicks, type SpanClicks } from './span-clicks.ts'

/** What queries mean, learned from a catalogue and from what was clicked. */
export interface Understanding {
  /** Ways to read a query, likeliest first; the reading as plain words where nothing is understood. Never throws. */
  read(query: AnalyzedQuery): readonly Interpretation[]
  /** Learns that after this query a product was chosen (weight: a click 1, a purchase more). */
  learn(query: AnalyzedQuery, productId: string, weight?: number): void
  /** Documents that fit a slot. */
  readonly slotDocs: SlotDocs
  /** Attributes that products miss, as read from their texts. */
  readonly extracted: readonly ExtractedField[]
  toBytes(): Uint8Array<ArrayBuffer>
}

/** Learns from an index what queries mean. The index must stay the one that queries are run on. */
export function createUnderstanding(
  index: SearchIndex,
  settings: KnobSettings = {},
): Understanding {
  const extracted = extractAttributes(index, settings)
  const learned: Learned = {
    lexicon: buildLexicon(index, settings, extracted),
    numbers: readNumberFields(index),
    extracted,
    clicks: createSpanClicks(),
  }
  return understandingOf(index, learned, settings)
}

/** An understanding from its bytes, for the same store. Throws ERR_STORE_DAMAGED on other bytes. */
export function openUnderstanding(
  index: SearchIndex,
  bytes: Uint8Array,
  settings: KnobSettings = {},
): Understanding {
  try {
    const bundle: Bundle = unpack(bytes)
    const { numbers, clicks } = bundle.facts as { numbers: SavedNumbers; clicks: unknown }
    const learned: Learned = {
      lexicon: unpackLexicon(arrayOf(bundle, 'lexicon', 'u8')),
      numbers: restored(numbers),
      extracted: unpackExtracted(arrayOf(bundle, 'extracted', 'u8'), (id) => index.docOf(id)),
      clicks: createSpanClicks(clicks),
    }
    return understandingOf(index, learned, settings)
  } catch (cause) {
    throw new StorewrightError(
      'ERR_STORE_DAMAGED',
      'the saved query understanding cannot be read',
      {
        next: 'Train search again: `storewright search train`.',
        cause,
      },
    )
  }
}

/** Missing numbers are null in JSON. */
type SavedNumbers = NumberFields

function restored({ fields, units }: SavedNumbers): NumberFields {
  return {
    units,
    fields: fields.map((field) => ({
      ...field,
      quantiles: field.quantiles.map((value: number | null) => value ?? Number.NaN),
    })),
  }
}

/** Readings of which no product fits all slots are this much less likely. */
const NO_PRODUCT = 0.1

interface Learned {
  readonly lexicon: Lexicon
  readonly numbers: NumberFields
  readonly extracted: readonly ExtractedField[]
  readonly clicks: SpanClicks
}

function understandingOf(
  index: SearchIndex,
  { lexicon, numbers, extracted, clicks }: Learned,
  settings: KnobSettings,
): Understanding {
  const slotDocs = createSlotDocs(index, extracted)
  const known = new Set(index.fields.map(({ name }) => name))
  const grades = createGrades(index, slotDocs, settings)
  const sources: ValueSources = {
    lexicon,
    clicks,
    termOf: new Map(lexicon.terms.map((term, t) => [term, t])),
    near: createNearWords(lexicon.words),
    fieldTerms: lexicon.fields.map((name) => {
      return new Set(index.analyze(nameWords(name).join(' ')).terms.filter((term) => term !== ''))
    }),
    get size() {
      return index.size
    },
    documentFrequency: (term) => index.documentFrequency(term),
  }
  const width = readKnob(BEAM_WIDTH, settings)
  const most = readKnob(MAXIMUM_INTERPRETATIONS, settings)
  const least = readKnob(LEAST_PROBABILITY, settings)

  const read = (query: AnalyzedQuery): readonly Interpretation[] => {
    const tokens = query.tokens.slice(0, MOST_TOKENS)
    const drafts: DraftSlot[] = [
      ...valueSlots(query, sources, settings),
      ...numberSlots({ ...query, tokens }, numbers),
    ].filter(({ field, probability }) => probability >= least && known.has(field))
    if (drafts.length === 0) return [plainReading(query.tokens)]
    const readings = readByBeam(tokens, drafts, width).map(({ slots, rest, likelihood }) => {
      const resolved = slots.map((slot) => grades.resolve(slot, slots))
      const fits = slotDocs.anyFits(resolved) ? 1 : NO_PRODUCT
      return { slots: resolved, rest, likelihood: likelihood * fits }
    })
    const sum = readings.reduce((total, { likelihood }) => total + likelihood, 0)
    const unread = query.tokens.slice(tokens.length).map((_, t) => tokens.length + t)
    return readings
      .sort((a, b) => b.likelihood - a.likelihood)
      .slice(0, most)
      .map(({ slots, rest, likelihood }) => ({
        slots,
        rest: [...rest, ...unread],
        likelihood: likelihood / sum,
      }))
  }
  return {
    slotDocs,
    extracted,
    read,
    learn: (query, productId, weight = 1) =>
      learnClick(index, clicks, query, productId, weight, readKnob(MAXIMUM_SPAN, settings)),
    toBytes: () =>
      pack({
        facts: { numbers, clicks: clicks.toFacts() },
        arrays: {
          lexicon: packLexicon(lexicon),
          extracted: packExtracted(extracted, (doc) => index.idOf(doc)),
        },
        texts: {},
      }),
  }
}

function learnClick(
  index: SearchIndex,
  clicks: SpanClicks,
  query: AnalyzedQuery,
  productId: string,
  weight: number,
  longest: number,
): void {
  const doc = index.docOf(productId)
  if (doc < 0 || !(weight > 0) || !Number.isFinite(weight)) return
  const values = index.fields
    .filter(({ role }) => role === 'category' || role === 'brand' || role === 'attribute')
    .flatMap(({ name }) => textsOf(index.valueOf(doc, name)).map((value) => valueKey(name, value)))
  const spans = new Set<string>()
  const count = Math.min(query.tokens.length, MOST_TOKENS)
  for (let from = 0; from < count; from++) {
    for (let to = from + 1; to <= Math.min(count, from + longest); to++) {
      spans.add(spanWords(query, from, to))
    }
  }
  clicks.add([...spans], values, weight)
}

/** Puts numbers to "cheap", "new" and the like: a share of the products of the category named. */
function createGrades(index: SearchIndex, slotDocs: SlotDocs, settings: KnobSettings) {
  const share = readKnob(LOW_PRICE, settings)
  const sorted = new Map<string, Float64Array>()
  let revision = index.revision
  const valuesWithin = (field: string, category: Slot | undefined): Float64Array => {
    if (revision !== index.revision || sorted.size > 1000) sorted.clear()
    revision = index.revision
    const meaning = category?.meaning
    const key = `${field}\u0000${meaning?.kind === 'value' ? meaning.value : ''}`
    const known = sorted.get(key)
    if (known !== undefined) return known
    const numbers = index.numbers(field)
    const within =
      category === undefined ? numbers : docsNumbers(numbers, docsOf(slotDocs.of(category)))
    const values = within.filter(Number.isFinite).sort()
    sorted.set(key, values)
    return values
  }
  const categories = new Set(
    index.fields.filter(({ role }) => role === 'category').map(({ name }) => name),
  )
  return {
    resolve(slot: DraftSlot, all: readonly DraftSlot[]): Slot {
      const { grade, ...plain } = slot
      if (grade === undefined) return plain
      const category = all.find(({ field, negated }) => categories.has(field) && !negated)
      const values = valuesWithin(slot.field, category)
      const at = (q: number) => values[Math.round(q * (values.length - 1))] ?? Number.NaN
      const meaning =
        grade === 'cheap'
          ? { kind: 'range' as const, from: -Infinity, to: at(share) }
          : { kind: 'range' as const, from: at(1 - share), to: Infinity }
      return { ...plain, meaning: Number.isNaN(meaning.from + meaning.to) ? slot.meaning : meaning }
    },
  }
}

function docsNumbers(numbers: Float64Array, docs: Int32Array): Float64Array {
  return Float64Array.from(docs, (doc) => numbers[doc] ?? Number.NaN)
}
