import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { AnalyzedQuery, Slot } from '../query/query.ts'
import { CLICK_PRIOR, LEAST_PROBABILITY, MAXIMUM_SPAN, TYPO_BELIEF } from './knobs.ts'
import { hasTerm, type Lexicon } from './lexicon.ts'
import type { NearWords } from './near-words.ts'
import { isJoint } from './number-phrases.ts'
import type { SpanClicks } from './span-clicks.ts'

/** What candidates are read from. */
export interface ValueSources {
  readonly lexicon: Lexicon
  readonly termOf: ReadonlyMap<string, number>
  readonly near: NearWords
  readonly clicks: SpanClicks
  /** Terms of fields' names, by field of the lexicon. */
  readonly fieldTerms: readonly ReadonlySet<string>[]
  /** Documents of the index, and those with a term. */
  readonly size: number
  documentFrequency(term: string): number
}

/** Longer queries are understood by their first words. */
export const MOST_TOKENS = 16
/** Entities looked at for one span. */
const MOST_ENTITIES = 192
/** Values that the same words can mean at most. */
const MOST_MEANINGS = 12
/** Corrections of one misspelt word. */
const MOST_CORRECTIONS = 3
/** Words without a link to a value in the catalogue mean it where clicks say so with odds this much above chance. */
const CLICK_LIFT = 3
const CLICK_LEAST = 0.3
const CLICK_FEWEST = 5

/** A token as terms of the lexicon: itself, or corrections with what they are believed. */
interface TokenTerms {
  /** Empty for words that only join others. */
  readonly terms: readonly { readonly term: number; readonly belief: number }[]
  readonly isOpen: boolean
}

/**
 * Slots of values for each stretch of a query's words. The probability of a value is
 * (clicks(words, value) + α · products(value) / products(words)) / (clicks(words) + α): how specific
 * the words are to the value in the catalogue, moved by what was clicked (Dirichlet smoothing, α a
 * knob). Words in any order; misspelt words by their corrections; the name of a field beside a value
 * of it speaks for it.
 */
export function valueSlots(
  query: AnalyzedQuery,
  sources: ValueSources,
  settings: KnobSettings = {},
): Slot[] {
  const count = Math.min(query.tokens.length, MOST_TOKENS)
  const least = readKnob(LEAST_PROBABILITY, settings)
  const longest = readKnob(MAXIMUM_SPAN, settings)
  const prior = readKnob(CLICK_PRIOR, settings)
  const read = Array.from({ length: count }, (_, t) => readToken(query, t, sources, settings))
  const slots: Slot[] = []
  for (let from = 0; from < count; from++) {
    if (read[from]!.isOpen) continue
    for (let to = from + 1; to <= Math.min(count, from + longest); to++) {
      if (read[to - 1]!.isOpen) continue
      const span = { from, to, words: spanWords(query, from, to), least, prior }
      slots.push(...catalogueSlots(query, read, span, sources), ...clickSlots(span, sources))
    }
  }
  return slots
}

interface Span {
  readonly from: number
  readonly to: number
  readonly words: string
  readonly least: number
  readonly prior: number
}

/** The key of words in what was clicked: their terms in any order. */
export function spanWords({ terms, tokens }: AnalyzedQuery, from: number, to: number): string {
  const words: string[] = []
  for (let t = from; t < to; t++) words.push(terms[t] || tokens[t]!)
  return words.sort().join(' ')
}

function readToken(
  { tokens, terms }: AnalyzedQuery,
  t: number,
  { termOf, near, lexicon, documentFrequency }: ValueSources,
  settings: KnobSettings,
): TokenTerms {
  const token = tokens[t]!
  const term = terms[t]!
  if (term === '' || isJoint(token)) return { terms: [], isOpen: true }
  const known = termOf.get(term)
  if (known !== undefined) return { terms: [{ term: known, belief: 1 }], isOpen: false }
  if (documentFrequency(term) > 0) return { terms: [], isOpen: false }
  const belief = readKnob(TYPO_BELIEF, settings)
  const corrections = near
    .near(token)
    .map(({ word, slips }) => {
      const place = lexicon.wordTerms[word]!
      const products = documentFrequency(lexicon.terms[place]!)
      return { term: place, belief: belief ** slips, products }
    })
    .sort((a, b) => b.belief - a.belief || b.products - a.products)
    .slice(0, MOST_CORRECTIONS)
  // Several corrections share the belief by how common they are.
  const all = corrections.reduce((sum, { products }) => sum + products + 1, 0)
  return {
    terms: corrections.map(({ term: place, belief: own, products }) => {
      return { term: place, belief: (own * (products + 1)) / all }
    }),
    isOpen: false,
  }
}

function catalogueSlots(
  query: AnalyzedQuery,
  read: readonly TokenTerms[],
  span: Span,
  sources: ValueSources,
): Slot[] {
  let choices: { terms: number[]; belief: number }[] = [{ terms: [], belief: 1 }]
  for (let t = span.from; t < span.to; t++) {
    const { terms, isOpen } = read[t]!
    if (isOpen) continue
    choices = choices.flatMap((choice) =>
      terms.map(({ term, belief }) => ({
        terms: [...choice.terms, term],
        belief: choice.belief * belief,
      })),
    )
    if (choices.length === 0) return []
    choices.length = Math.min(choices.length, MOST_CORRECTIONS)
  }
  return choices.flatMap(({ terms, belief }) => {
    return slotsOfTerms(query, terms, belief, span, sources)
  })
}

function slotsOfTerms(
  query: AnalyzedQuery,
  terms: readonly number[],
  belief: number,
  span: Span,
  sources: ValueSources,
): Slot[] {
  const { lexicon, clicks } = sources
  const { entitiesFrom, entities } = lexicon
  let rarest = terms[0]!
  for (const term of terms) {
    const length = entitiesFrom[term + 1]! - entitiesFrom[term]!
    if (length < entitiesFrom[rarest + 1]! - entitiesFrom[rarest]!) rarest = term
  }
  const from = entitiesFrom[rarest]!
  const to = Math.min(entitiesFrom[rarest + 1]!, from + MOST_ENTITIES)
  const found: number[] = []
  for (let i = from; i < to; i++) {
    const entity = entities[i]!
    if (terms.every((term) => hasTerm(lexicon, entity, term))) found.push(entity)
  }
  if (found.length === 0) return []
  const products = productsWith(terms, found, sources)
  const total = clicks.total(span.words)
  const slots = found.flatMap((entity): Slot[] => {
    const field = lexicon.fieldOf[entity]!
    const value = lexicon.values[entity]!
    const specific = Math.min(1, lexicon.counts[entity]! / products)
    const clicked =
      total === 0 ? 0 : clicks.weight(span.words, valueKey(lexicon.fields[field]!, value))
    const plain = (clicked + span.prior * specific) / (total + span.prior)
    const slot = namedByField(query, span, sources.fieldTerms[field]!, plain)
    const probability = Math.min(0.99, slot.probability * belief)
    if (probability < span.least) return []
    const meaning = { kind: 'value' as const, value }
    return [{ field: lexicon.fields[field]!, meaning, from: slot.from, to: slot.to, probability }]
  })
  return slots.sort((a, b) => b.probability - a.probability).slice(0, MOST_MEANINGS)
}

/** Share of the doubt that is left when the field's name stands beside a value. */
const NAMED_DOUBT = 0.3

function namedByField(
  { terms }: AnalyzedQuery,
  { from, to }: Span,
  names: ReadonlySet<string>,
  probability: number,
): { readonly from: number; readonly to: number; readonly probability: number } {
  const before = from > 0 && names.has(terms[from - 1]!)
  const after = to < terms.length && names.has(terms[to]!)
  if (!before && !after) return { from, to, probability }
  return {
    from: before ? from - 1 : from,
    to: after ? to + 1 : to,
    probability: 1 - NAMED_DOUBT * (1 - probability),
  }
}

/**
 * About how many products say all of the terms: at least those of the likeliest value, at least what
 * chance would give, at most those of the rarest term.
 */
function productsWith(
  terms: readonly number[],
  found: readonly number[],
  { lexicon, size, documentFrequency }: ValueSources,
): number {
  let rarest = Infinity
  let byChance = size
  for (const term of terms) {
    const frequency = Math.max(1, documentFrequency(lexicon.terms[term]!))
    rarest = Math.min(rarest, frequency)
    byChance *= frequency / Math.max(1, size)
  }
  let most = 0
  for (const entity of found) most = Math.max(most, lexicon.counts[entity]!)
  if (terms.length === 1) return Math.max(rarest, most)
  return Math.max(most, Math.min(rarest, byChance), 1)
}

/** Meanings that no word of the catalogue gives, but clicks do, well above chance. */
function clickSlots({ from, to, words, prior }: Span, { clicks }: ValueSources): Slot[] {
  const total = clicks.total(words)
  if (total < CLICK_FEWEST) return []
  const slots: Slot[] = []
  for (const [key, weight] of clicks.values(words)) {
    const chance = clicks.background(key) / clicks.clicks
    const probability = (weight + prior * chance) / (total + prior)
    if (probability < CLICK_LEAST || odds(probability) < CLICK_LIFT * odds(chance)) continue
    const [field, value] = JSON.parse(key) as [string, string]
    slots.push({ field, meaning: { kind: 'value', value }, from, to, probability })
  }
  return slots
}

function odds(probability: number): number {
  return probability / Math.max(1e-9, 1 - probability)
}

/** The key of a field's value in what was clicked. */
export function valueKey(field: string, value: string): string {
  return JSON.stringify([field, value])
}
