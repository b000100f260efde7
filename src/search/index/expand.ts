import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Analyzer } from '../query/analyzer.ts'
import type { AnalyzedQuery } from '../query/query.ts'
import type { SynonymRule, Synonyms } from '../query/synonyms.ts'
import { type Alternative, type Clause, clauseOf } from './clauses.ts'
import {
  maximumExpansions,
  prefixWeight,
  rareWord,
  splitWeight,
  stopWordWeight,
  synonymWeight,
  typoWeight,
} from './knobs.ts'
import type { SortedWords } from './sorted-words.ts'
import { allowedDistance, closeWords } from './spelling.ts'
import { inverseFrequency } from './statistics.ts'
import type { Vocabulary } from './vocabulary.ts'

/** What an expander asks of the index. */
export interface ExpandInput {
  readonly analyzer: Analyzer
  readonly vocabulary: Vocabulary
  readonly words: SortedWords
  readonly synonyms: Synonyms
  readonly settings: KnobSettings
  /** Documents in it. */
  readonly size: number
  /** Documents that have a term, or terms in a row. */
  frequency(terms: readonly number[]): number
}

/** Shortest part of a word that is taken apart. */
const SHORTEST_PART = 2
/** An alternative as it is found, before its weight is set beside the others. */
type Found = Omit<Alternative, 'weight'> & { readonly share: number }

/**
 * The clauses of a query: for each of its terms the term itself, its synonyms, what is written as
 * one word or as several elsewhere, the words that an unfinished one may become, and corrections.
 */
export function expandQuery(
  input: ExpandInput,
  query: AnalyzedQuery,
  typos: boolean,
): readonly Clause[] {
  const { tokens, terms } = query
  const others = tokens.some((token) => !input.analyzer.isStopWord(token))
  const found = tokens.map((_, i) => (terms[i] === '' ? [] : ownTerms(input, query, i)))
  const known = found.map((alternatives) => alternatives.slice())
  addSynonyms(input, query, found)
  const clauses: Clause[] = []
  tokens.forEach((token, i) => {
    if (terms[i] === '') return
    const all = found[i]!
    all.push(...joined(input, tokens, i), ...split(input, token))
    if (query.unfinished && i === tokens.length - 1) all.push(...endings(input, token))
    if (typos) all.push(...corrections(input, token, known[i]!, all.length > 0))
    const stop = others && input.analyzer.isStopWord(token)
    const weight = stop ? readKnob(stopWordWeight, input.settings) : 1
    if (weight > 0) clauses.push(clauseOf(i, weighed(input, all), weight))
  })
  return clauses
}

/** The term of a token, in each language of the index. */
function ownTerms({ analyzer, vocabulary }: ExpandInput, query: AnalyzedQuery, i: number): Found[] {
  const token = query.tokens[i]!
  const stems = [query.terms[i]!, ...analyzer.languages.map((one) => one.stem(token))]
  const ids = new Set(stems.map((stem) => vocabulary.table.find(stem)).filter((id) => id >= 0))
  return [...ids].map((id) => ({ terms: [id], share: 1, distance: 0 }))
}

/** Terms of a run of words, undefined where one is in no text. */
function termsOf({ analyzer, vocabulary }: ExpandInput, words: readonly string[]) {
  const terms: number[] = []
  for (const word of words) {
    const id = vocabulary.table.find(word)
    const own = id < 0 ? [] : vocabulary.termsOfWord(id)
    const term = own[0] ?? vocabulary.table.find(analyzer.languages[0]!.stem(word))
    if (term < 0) return undefined
    terms.push(term)
  }
  return terms
}

function addSynonyms(input: ExpandInput, { tokens }: AnalyzedQuery, found: Found[][]): void {
  if (input.synonyms.size === 0) return
  const share = readKnob(synonymWeight, input.settings)
  for (let i = 0; i < tokens.length; i++) {
    const rule = longestRule(input.synonyms.get(tokens[i]!) ?? [], tokens, i)
    if (rule === undefined) continue
    const ways = rule.to.flatMap((words) => {
      const terms = termsOf(input, words)
      return terms === undefined ? [] : [{ terms, share: rule.replaces ? 1 : share, distance: 0 }]
    })
    for (let j = i; j < i + rule.from.length; j++) {
      if (rule.replaces && ways.length > 0) found[j]!.length = 0
      found[j]!.push(...ways)
    }
  }
}

function longestRule(rules: readonly SynonymRule[], tokens: readonly string[], at: number) {
  let best: SynonymRule | undefined
  for (const rule of rules) {
    const fits = rule.from.every((word, i) => tokens[at + i] === word)
    if (fits && rule.from.length > (best?.from.length ?? 0)) best = rule
  }
  return best
}

/** The token and a neighbour as one word, where texts have it: "blu ray" → bluray. */
function joined(input: ExpandInput, tokens: readonly string[], i: number): Found[] {
  const share = readKnob(splitWeight, input.settings)
  const pairs = [i - 1, i].flatMap((left) => {
    const [a, b] = [tokens[left], tokens[left + 1]]
    return a === undefined || b === undefined ? [] : [a + b]
  })
  return pairs.flatMap((word) => {
    const terms = wordTerms(input, word)
    return terms.map((term) => ({ terms: [term], share, distance: 0 }))
  })
}

/** Terms of a word that some document has as a word. */
function wordTerms({ vocabulary, frequency }: ExpandInput, word: string): number[] {
  const id = vocabulary.table.find(word)
  return id < 0 ? [] : vocabulary.termsOfWord(id).filter((term) => frequency([term]) > 0)
}

/** The two words that most often stand in a row where the token could be one: bluray → "blu ray". */
function split(input: ExpandInput, token: string): Found[] {
  let best: readonly number[] | undefined
  let most = 0
  for (let at = SHORTEST_PART; at <= token.length - SHORTEST_PART; at++) {
    const left = wordTerms(input, token.slice(0, at))[0]
    const right = left === undefined ? undefined : wordTerms(input, token.slice(at))[0]
    if (left === undefined || right === undefined) continue
    const count = input.frequency([left, right])
    if (count > most) {
      most = count
      best = [left, right]
    }
  }
  if (best === undefined) return []
  return [{ terms: best, share: readKnob(splitWeight, input.settings), distance: 0 }]
}

/** Terms of the words that begin with the token, the most frequent first. */
function endings(input: ExpandInput, token: string): Found[] {
  const { vocabulary, words, settings } = input
  words.update()
  const [from, to] = words.prefixRange(token)
  const terms = new Set<number>()
  for (let i = from; i < to; i++) {
    for (const term of vocabulary.termsOfWord(words.order[i]!)) terms.add(term)
  }
  const share = readKnob(prefixWeight, settings)
  const best = mostFrequent(input, [...terms])
  return best.map((term) => ({ terms: [term], share, distance: 0 }))
}

/** The most frequent of terms; equal ones in the order of their texts, not of their numbers. */
function mostFrequent(input: ExpandInput, terms: readonly number[]): number[] {
  const { table } = input.vocabulary
  const counted = terms.map((term) => ({ term, count: input.frequency([term]) }))
  return counted
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || table.compare(a.term, b.term))
    .slice(0, Math.round(readKnob(maximumExpansions, input.settings)))
    .map(({ term }) => term)
}

/**
 * Words close to one that no or hardly any document has: with one letter changed, or two where the
 * word is long and none is closer. A word of digits is a size or a model: another one is no correction.
 */
function corrections(
  input: ExpandInput,
  token: string,
  own: readonly Found[],
  otherWays: boolean,
): Found[] {
  const { vocabulary, words, settings } = input
  const frequency = own.reduce((most, { terms }) => Math.max(most, input.frequency(terms)), 0)
  if (frequency > readKnob(rareWord, settings) || /\d/.test(token)) return []
  words.update()
  const share = readKnob(typoWeight, settings)
  for (let distance = 1; distance <= allowedDistance(token.length); distance++) {
    const terms = new Set<number>()
    for (const close of closeWords(words, vocabulary.table, token, distance)) {
      for (const term of vocabulary.termsOfWord(close.word)) {
        // A rare word that is known is taken for a misspelling of a far more common one alone.
        if (input.frequency([term]) > 10 * frequency) terms.add(term)
      }
    }
    const best = mostFrequent(input, [...terms])
    if (best.length > 0) {
      return best.map((term) => ({ terms: [term], share: share ** distance, distance }))
    }
    if (otherWays) return []
  }
  return []
}

/**
 * The query with each word that no product has replaced by the commonest word close to it; undefined
 * where every word is known, or nothing is close.
 */
export function correctedText(input: ExpandInput, query: AnalyzedQuery): string | undefined {
  const { vocabulary, words } = input
  let isCorrected = false
  const text = query.tokens.map((token, i) => {
    const isOpen = query.unfinished && i === query.tokens.length - 1
    const own = ownTerms(input, query, i)
    const isKnown = own.some(({ terms }) => input.frequency(terms) > 0)
    if (query.terms[i] === '' || isKnown || isOpen || /\d/.test(token)) return token
    if (joined(input, query.tokens, i).length > 0 || split(input, token).length > 0) return token
    words.update()
    for (let distance = 1; distance <= allowedDistance(token.length); distance++) {
      const close = closeWords(words, vocabulary.table, token, distance).map(({ word }) => ({
        word,
        count: Math.max(0, ...vocabulary.termsOfWord(word).map((term) => input.frequency([term]))),
      }))
      const best = close.reduce((a, b) => (b.count > a.count ? b : a), { word: -1, count: 0 })
      if (best.word < 0) continue
      isCorrected = true
      return vocabulary.table.text(best.word)
    }
    return token
  })
  return isCorrected ? text.join(' ') : undefined
}

/**
 * Sets the weights: each alternative's share, and no more for being rarer than the most frequent
 * one, which would lift the strangest completion or correction above the others. The first of
 * several ways to the same terms counts.
 */
function weighed(input: ExpandInput, found: readonly Found[]): Alternative[] {
  const single = new Map<string, Found & { readonly count: number }>()
  for (const one of found) {
    const key = one.terms.join('+')
    if (!single.has(key)) single.set(key, { ...one, count: input.frequency(one.terms) })
  }
  const present = [...single.values()].filter(({ count }) => count > 0)
  const most = present.reduce((high, { count }) => Math.max(high, count), 0)
  const floor = inverseFrequency(most, input.size)
  return present.map(({ terms, share, distance, count }) => {
    const idf = inverseFrequency(count, input.size)
    const exact = share === 1
    return { terms, distance, weight: exact ? 1 : share * Math.min(1, floor / idf) }
  })
}
