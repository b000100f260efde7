/** What customers clicked after saying some words: weights of values by words. */
export interface SpanClicks {
  /** Weight of all clicks after queries with these words. */
  total(words: string): number
  /** Weight of those on products with this value. */
  weight(words: string, value: string): number
  /** Values clicked after these words, with their weights. */
  values(words: string): ReadonlyMap<string, number>
  /** Weight of all clicks on products with this value, whatever was said, and of all clicks. */
  background(value: string): number
  readonly clicks: number
  /** Adds a click after words on a product with values (each a key of field and value). */
  add(words: readonly string[], values: readonly string[], weight: number): void
  toFacts(): unknown
}

/** Words that are remembered at most, and values by words: the weakest are forgotten. */
const MOST_WORDS = 200_000
const MOST_VALUES = 32

interface Entry {
  total: number
  readonly values: Map<string, number>
}

/** Empty counts, or those that `toFacts` gave. */
export function createSpanClicks(facts?: unknown): SpanClicks {
  const bySpan = new Map<string, Entry>()
  const background = new Map<string, number>()
  let clicks = 0
  for (const [words, total, values] of savedSpans(facts)) {
    bySpan.set(words, { total, values: new Map(values) })
  }
  for (const [value, weight] of savedBackground(facts)) background.set(value, weight)
  clicks = (facts as Saved | undefined)?.clicks ?? 0

  const addSpan = (words: string, values: readonly string[], weight: number) => {
    let entry = bySpan.get(words)
    if (entry === undefined) {
      if (bySpan.size >= MOST_WORDS) forget(bySpan)
      entry = { total: 0, values: new Map() }
      bySpan.set(words, entry)
    }
    entry.total += weight
    for (const value of values) {
      const known = entry.values.get(value)
      if (known !== undefined || entry.values.size < MOST_VALUES) {
        entry.values.set(value, (known ?? 0) + weight)
      } else replaceWeakest(entry.values, value, weight)
    }
  }
  return {
    total: (words) => bySpan.get(words)?.total ?? 0,
    weight: (words, value) => bySpan.get(words)?.values.get(value) ?? 0,
    values: (words) => bySpan.get(words)?.values ?? NONE,
    background: (value) => background.get(value) ?? 0,
    get clicks() {
      return clicks
    },
    add(words, values, weight) {
      for (const span of words) addSpan(span, values, weight)
      for (const value of values) background.set(value, (background.get(value) ?? 0) + weight)
      clicks += weight
    },
    toFacts(): Saved {
      const spans = [...bySpan].map(([words, { total, values }]): SavedSpan => {
        return [words, total, [...values]]
      })
      return { clicks, spans, background: [...background] }
    },
  }
}

const NONE: ReadonlyMap<string, number> = new Map()

type SavedSpan = readonly [string, number, readonly (readonly [string, number])[]]
interface Saved {
  readonly clicks: number
  readonly spans: readonly SavedSpan[]
  readonly background: readonly (readonly [string, number])[]
}

function savedSpans(facts: unknown): readonly SavedSpan[] {
  return (facts as Saved | undefined)?.spans ?? []
}

function savedBackground(facts: unknown): readonly (readonly [string, number])[] {
  return (facts as Saved | undefined)?.background ?? []
}

/** Space saving (Metwally et al. 2005): the newcomer takes the place and weight of the weakest. */
function replaceWeakest(values: Map<string, number>, value: string, weight: number): void {
  let weakest = ''
  let least = Infinity
  for (const [one, known] of values) {
    if (known < least) {
      least = known
      weakest = one
    }
  }
  values.delete(weakest)
  values.set(value, least + weight)
}

/** Drops the lighter half of the words. */
function forget(bySpan: Map<string, Entry>): void {
  const totals = Float64Array.from(bySpan.values(), ({ total }) => total).sort()
  const middle = totals[totals.length >> 1]!
  for (const [words, { total }] of bySpan) {
    if (total <= middle) bySpan.delete(words)
    if (bySpan.size <= MOST_WORDS / 2) break
  }
}
