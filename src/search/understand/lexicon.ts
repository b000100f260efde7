import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { readableName } from '../catalogue/field-names.ts'
import { VALUE_ROLES } from '../catalogue/product.ts'
import type { SearchIndex } from '../index/types.ts'
import { foldValue, LEVEL, levelsOf } from '../values/fold-value.ts'
import { arrayOf, type Bundle, pack, unpack } from '../values/pack.ts'
import type { ExtractedField } from './extract.ts'
import { MAXIMUM_ENTITIES } from './knobs.ts'

/**
 * The values of the catalogue that words can mean, and which words say them. Entities are numbers
 * from 0; so are terms (stems as the index has them).
 */
export interface Lexicon {
  readonly fields: readonly string[]
  readonly terms: readonly string[]
  /** Words as values spell them and as stems, and the term of each: misspelt words are compared with these. */
  readonly words: readonly string[]
  readonly wordTerms: Int32Array
  readonly values: readonly string[]
  /** Field of each entity. */
  readonly fieldOf: Int32Array
  /** Documents that have it. */
  readonly counts: Int32Array
  /** Terms of entity e: entityTerms[termsFrom[e]] … , each once, rising. */
  readonly termsFrom: Int32Array
  readonly entityTerms: Int32Array
  /** Entities that term t is part of: entities[entitiesFrom[t]] …, most documents first. */
  readonly entitiesFrom: Int32Array
  readonly entities: Int32Array
}

/** Values of more terms are texts, not names. */
const MOST_TERMS = 8

/**
 * Reads the lexicon off an index: all values of category, brand and attribute fields. Products whose
 * attribute was read from their text count as having it, by the confidence: otherwise "red" would mean
 * the colour less, the more products miss theirs.
 */
export function buildLexicon(
  index: SearchIndex,
  settings: KnobSettings = {},
  extracted: readonly ExtractedField[] = [],
): Lexicon {
  const fields = index.fields.filter(({ role }) => VALUE_ROLES.includes(role))
  const drafts = fields.flatMap(({ name, role }, field) =>
    valuesOf(index, name, role === 'category', extracted).map(({ value, count, said }) => {
      return { field, value, count, said }
    }),
  )
  drafts.sort((a, b) => b.count - a.count)
  drafts.length = Math.min(drafts.length, readKnob(MAXIMUM_ENTITIES, settings))
  const termOf = new Map<string, number>()
  const wordTerms = new Map<string, number>()
  const termsFrom = [0]
  const entityTerms: number[] = []
  const kept = drafts.filter(({ said }) => {
    const { tokens, terms } = index.analyze(said)
    const own = new Set(terms.filter((term) => term !== ''))
    if (own.size === 0 || own.size > MOST_TERMS) return false
    for (const term of own) {
      const known = termOf.get(term) ?? termOf.size
      termOf.set(term, known)
      entityTerms.push(known)
    }
    tokens.forEach((token, t) => {
      const term = termOf.get(terms[t]!)
      if (term !== undefined) wordTerms.set(token, term).set(terms[t]!, term)
    })
    termsFrom.push(entityTerms.length)
    return true
  })
  return withPostings({
    fields: fields.map(({ name }) => name),
    terms: [...termOf.keys()],
    words: [...wordTerms.keys()],
    wordTerms: Int32Array.from(wordTerms.values()),
    values: kept.map(({ value }) => value),
    fieldOf: Int32Array.from(kept, ({ field }) => field),
    counts: Int32Array.from(kept, ({ count }) => Math.round(count)),
    termsFrom: Int32Array.from(termsFrom),
    entityTerms: Int32Array.from(entityTerms),
  })
}

interface ReadValue {
  readonly value: string
  readonly count: number
  /** How it is said: a path by its last part, yes by the name of its field. */
  readonly said: string
}

function valuesOf(
  index: SearchIndex,
  field: string,
  isCategory: boolean,
  extracted: readonly ExtractedField[],
): ReadValue[] {
  const { values, offsets, codes } = index.values(field)
  const counts = new Float64Array(values.length)
  for (let i = 0; i < codes.length; i++) counts[codes[i]!]! += 1
  const read = extracted.find((one) => one.field === field)
  const own = counts.slice()
  // At most doubled: a field that few products have is rather not for the others.
  read?.codes.forEach((code, i) => {
    counts[code] = Math.min(2 * own[code]!, counts[code]! + read.confidences[i]!)
  })
  const isFlag = values.length <= 2 && values.every((value) => /^(yes|no)$/.test(value))
  const plain = values
    .map((value, code): ReadValue => {
      const said = isFlag ? (value === 'yes' ? readableName(field) : '') : lastLevel(value)
      return { value, count: counts[code]!, said }
    })
    .filter(({ count }) => count > 0)
  if (!isCategory || !values.some((value) => value.includes(LEVEL))) return plain
  return [...plain, ...upperLevels(values, offsets, codes, new Set(values.map(foldValue)))]
}

function lastLevel(value: string): string {
  return value.slice(value.lastIndexOf('>') + 1)
}

/** Paths above the values that are none themselves, with the documents at or below them. */
function upperLevels(
  values: readonly string[],
  offsets: Int32Array,
  codes: Int32Array,
  known: ReadonlySet<string>,
): ReadValue[] {
  const counts = new Map<string, { value: string; count: number }>()
  const above = values.map((value) => levelsOf(value).slice(0, -1))
  for (let doc = 0; doc < offsets.length - 1; doc++) {
    const paths = new Set<string>()
    for (let i = offsets[doc]!; i < offsets[doc + 1]!; i++) {
      for (const path of above[codes[i]!]!) paths.add(path)
    }
    for (const path of paths) {
      const found = counts.get(foldValue(path)) ?? { value: path, count: 0 }
      found.count++
      counts.set(foldValue(path), found)
    }
  }
  return [...counts]
    .filter(([folded]) => !known.has(folded))
    .map(([, { value, count }]) => ({ value, count, said: lastLevel(value) }))
}

/** Files entities under their terms, in their order: most documents first. */
function withPostings(base: Omit<Lexicon, 'entitiesFrom' | 'entities'>): Lexicon {
  const { terms, termsFrom, entityTerms } = base
  const entitiesFrom = new Int32Array(terms.length + 1)
  for (const term of entityTerms) entitiesFrom[term + 1]! += 1
  for (let t = 0; t < terms.length; t++) entitiesFrom[t + 1]! += entitiesFrom[t]!
  const next = entitiesFrom.slice()
  const entities = new Int32Array(entityTerms.length)
  for (let e = 0; e < termsFrom.length - 1; e++) {
    for (let i = termsFrom[e]!; i < termsFrom[e + 1]!; i++) {
      entities[next[entityTerms[i]!]!++] = e
    }
  }
  return { ...base, entitiesFrom, entities }
}

/** The lexicon as bytes. */
export function packLexicon(lexicon: Lexicon): Uint8Array<ArrayBuffer> {
  const { fields, terms, words, wordTerms, values, fieldOf, counts } = lexicon
  const { termsFrom, entityTerms } = lexicon
  return pack({
    facts: { fields },
    arrays: {
      wordTerms: new Int32Array(wordTerms),
      fieldOf: new Int32Array(fieldOf),
      counts: new Int32Array(counts),
      termsFrom: new Int32Array(termsFrom),
      entityTerms: new Int32Array(entityTerms),
    },
    texts: { terms, words, values },
  })
}

/** The lexicon from its bytes; throws RangeError or SyntaxError on others. */
export function unpackLexicon(bytes: Uint8Array): Lexicon {
  const bundle: Bundle = unpack(bytes)
  const { fields } = bundle.facts as { readonly fields: readonly string[] }
  return withPostings({
    fields,
    terms: bundle.texts['terms'] ?? [],
    words: bundle.texts['words'] ?? [],
    wordTerms: arrayOf(bundle, 'wordTerms', 'i32'),
    values: bundle.texts['values'] ?? [],
    fieldOf: arrayOf(bundle, 'fieldOf', 'i32'),
    counts: arrayOf(bundle, 'counts', 'i32'),
    termsFrom: arrayOf(bundle, 'termsFrom', 'i32'),
    entityTerms: arrayOf(bundle, 'entityTerms', 'i32'),
  })
}

/** Whether an entity has a term. */
export function hasTerm(lexicon: Lexicon, entity: number, term: number): boolean {
  for (let i = lexicon.termsFrom[entity]!; i < lexicon.termsFrom[entity + 1]!; i++) {
    if (lexicon.entityTerms[i] === term) return true
  }
  return false
}
