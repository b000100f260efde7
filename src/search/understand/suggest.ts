import { firstNotBelow } from '../../core/bisect.ts'
import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { SearchIndex } from '../index/types.ts'
import { fold } from '../query/fold.ts'
import { topOf } from '../values/facets.ts'
import { arrayOf, pack, unpack } from '../values/pack.ts'
import { createNearWords, type NearWords } from './near-words.ts'
import {
  matchedForm,
  type QueryCount,
  type SuggestionEntry,
  suggestionEntries,
} from './suggest-entries.ts'

/** Completes what is being typed. */
export interface Suggester {
  /** At most `count` entries with a word that begins as the text does, best first; never throws. */
  suggest(text: string, count: number): readonly SuggestionEntry[]
  readonly size: number
  toBytes(): Uint8Array<ArrayBuffer>
}

/** A suggester of a store's categories, brands, attribute values and products, and of queries asked. */
export function createSuggester(
  index: SearchIndex,
  queries: Iterable<QueryCount>,
  settings: KnobSettings = {},
): Suggester {
  return suggesterOf(suggestionEntries(index, queries, settings))
}

/** A suggester from its bytes. Throws ERR_STORE_DAMAGED on other bytes. */
export function openSuggester(bytes: Uint8Array): Suggester {
  try {
    const bundle = unpack(bytes)
    const kinds = bundle.facts as readonly (readonly [SuggestionEntry['kind'], string | null])[]
    const weights = arrayOf(bundle, 'weights', 'f64')
    const codes = arrayOf(bundle, 'kinds', 'i32')
    const ids = bundle.texts['ids']!
    const entries = bundle.texts['texts']!.map((text, i): SuggestionEntry => {
      const [kind, field] = kinds[codes[i]!]!
      return {
        text,
        kind,
        weight: weights[i]!,
        ...(field === null ? {} : { field }),
        ...(kind === 'product' ? { productId: ids[i]! } : {}),
      }
    })
    return suggesterOf(entries)
  } catch (cause) {
    throw new StorewrightError('ERR_STORE_DAMAGED', 'the saved suggestions cannot be read', {
      next: 'Train search again: `storewright search train`.',
      cause,
    })
  }
}

/** Words of an entry at which typing may begin. */
const MOST_WORDS = 8
/** What begins with the typed letters comes before what has them in a later word. */
const AT_START = 0.3
const BLOCK = 64
/** Longer texts are no beginnings of anything. */
const LONGEST_TYPED = 120
/** A misspelt text counts this much less. */
const CORRECTED = 0.5

/**
 * Every word start of every entry is a key; keys stand sorted, so that those beginning with the typed
 * letters lie side by side; blocks of 64 keys have their largest weight beside them, and the best k of a
 * range lie in its k best blocks.
 */
interface Keys {
  readonly texts: readonly string[]
  readonly entries: Int32Array
  readonly weights: Float32Array
  readonly blockMax: Float32Array
}

function suggesterOf(entries: readonly SuggestionEntry[]): Suggester {
  const keys = buildKeys(entries)
  const vocabulary = [...new Set(entries.flatMap((entry) => matchedForm(entry).split(' ')))]
  const near = createNearWords(vocabulary)
  const letters = [...new Set(vocabulary.slice(0, 20_000).join(''))].filter(isLetter).slice(0, 40)
  return {
    size: entries.length,
    suggest(raw, count) {
      const typed = fold(raw.slice(0, LONGEST_TYPED)).replace(/\s+/g, ' ').trimStart()
      if (typed.trim() === '' || !(count >= 1)) return []
      const best = new Map<number, number>()
      collect(keys, typed, count, 1, best)
      if (best.size < count) {
        for (const other of corrections(typed, vocabulary, near, letters)) {
          collect(keys, other, count, CORRECTED, best)
        }
      }
      return ranked(entries, best, count)
    },
    toBytes: () => packEntries(entries),
  }
}

function isLetter(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character)
}

function buildKeys(entries: readonly SuggestionEntry[]): Keys {
  const texts: string[] = []
  const owners: number[] = []
  const weights: number[] = []
  entries.forEach((entry, e) => {
    const form = matchedForm(entry)
    let at = 0
    for (let word = 0; word < MOST_WORDS && at < form.length; word++) {
      texts.push(form.slice(at))
      owners.push(e)
      weights.push(entry.weight + (at === 0 ? AT_START : 0))
      const blank = form.indexOf(' ', at)
      if (blank < 0) break
      at = blank + 1
    }
  })
  const order = texts.map((_, i) => i).sort((a, b) => compare(texts[a]!, texts[b]!))
  const sorted = Float32Array.from(order, (i) => weights[i]!)
  const blockMax = new Float32Array(Math.ceil(sorted.length / BLOCK))
  sorted.forEach((weight, i) => {
    const block = Math.floor(i / BLOCK)
    if (weight > blockMax[block]!) blockMax[block] = weight
  })
  return {
    texts: order.map((i) => texts[i]!),
    entries: Int32Array.from(order, (i) => owners[i]!),
    weights: sorted,
    blockMax,
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** Puts the best entries whose keys begin with `typed` into `best`, with their weight. */
function collect(
  { texts, entries, weights, blockMax }: Keys,
  typed: string,
  count: number,
  factor: number,
  best: Map<number, number>,
): void {
  const from = firstNotBelow(texts, typed)
  const to = firstNotBelow(texts, `${typed}\uffff`)
  const take = (start: number, end: number) => {
    for (let i = Math.max(from, start); i < Math.min(to, end); i++) {
      const weight = factor * weights[i]!
      if ((best.get(entries[i]!) ?? 0) < weight) best.set(entries[i]!, weight)
    }
  }
  const first = Math.floor(from / BLOCK)
  const last = Math.ceil(to / BLOCK)
  if (last - first <= BLOCK) {
    take(from, to)
    return
  }
  const blocks = Array.from({ length: last - first }, (_, i) => first + i)
  // An entry has several keys: more blocks than entries.
  const wanted = Math.min(blocks.length, 4 * count)
  for (const block of topOf(blocks, wanted, (a, b) => blockMax[a]! > blockMax[b]!)) {
    take(block * BLOCK, (block + 1) * BLOCK)
  }
}

/** The typed text with misspelt words put right: whole words by neighbours, the last by one slip. */
function corrections(
  typed: string,
  vocabulary: readonly string[],
  near: NearWords,
  letters: readonly string[],
): string[] {
  const words = typed.split(' ')
  const last = words.pop() ?? ''
  const before = words.map((word) => {
    const found = near.near(word)[0]
    return found === undefined ? word : vocabulary[found.word]!
  })
  const head = before.length > 0 ? `${before.join(' ')} ` : ''
  const whole = near.near(last).slice(0, 3)
  const corrected = new Set<string>([
    head + last,
    ...whole.map(({ word }) => head + vocabulary[word]!),
  ])
  for (const variant of beginnings(last, letters)) corrected.add(head + variant)
  corrected.delete(typed)
  return [...corrected]
}

const SHORTEST = 4
const LONGEST = 14

/** A beginning with one slip taken back; its first letter stands. */
function beginnings(word: string, letters: readonly string[]): string[] {
  if (word.length < SHORTEST || word.length > LONGEST) return []
  const variants: string[] = []
  for (let i = 1; i < word.length; i++) {
    const head = word.slice(0, i)
    variants.push(head + word.slice(i + 1))
    if (i + 1 < word.length) variants.push(head + word[i + 1]! + word[i]! + word.slice(i + 2))
    for (const letter of letters) {
      variants.push(head + letter + word.slice(i + 1), head + letter + word.slice(i))
    }
  }
  return variants
}

/** Entries by weight, each text once. */
function ranked(
  entries: readonly SuggestionEntry[],
  best: ReadonlyMap<number, number>,
  count: number,
): SuggestionEntry[] {
  const order = topOf([...best], 4 * count, (a, b) => a[1] > b[1] || (a[1] === b[1] && a[0] < b[0]))
  const seen = new Set<string>()
  return order
    .map(([entry]) => entries[entry]!)
    .filter((entry) => {
      const key = fold(entry.text)
      return !seen.has(key) && seen.add(key) !== undefined
    })
    .slice(0, count)
}

function packEntries(entries: readonly SuggestionEntry[]): Uint8Array<ArrayBuffer> {
  const kinds = new Map<string, number>()
  const codes = Int32Array.from(entries, ({ kind, field }) => {
    const key = JSON.stringify([kind, field ?? null])
    const code = kinds.get(key) ?? kinds.size
    kinds.set(key, code)
    return code
  })
  return pack({
    facts: [...kinds.keys()].map((key) => JSON.parse(key) as unknown),
    arrays: { kinds: codes, weights: Float64Array.from(entries, ({ weight }) => weight) },
    texts: {
      texts: entries.map(({ text }) => text),
      ids: entries.map(({ productId }) => productId ?? ''),
    },
  })
}
