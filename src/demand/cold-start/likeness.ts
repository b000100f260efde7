import type { Panel } from '../../core/panel.ts'
import { text } from '../../learn/index.ts'

/** How alike another series is. */
export interface Likeness {
  readonly series: number
  /** Above 0; an equal title counts 1. */
  readonly weight: number
}

/** Finds the series that are like one, by their attributes alone. */
export interface LikenessIndex {
  /** The `limit` most alike series among those wanted, most alike first. */
  find(series: number, limit: number, wanted: (series: number) => boolean): Likeness[]
  /** What two series share, in words: "category Mugs; words blue, mug; price within 5 %". */
  reason(series: number, other: number): string
}

const BUCKETS = 2 ** 18
/** Grams that more than this share of the series have say little and are left out. */
const COMMON_SHARE = 0.05
/** Values shared by no more series than this are searched for candidates in any case. */
const SEARCHED = 400

/** An attribute value: its weight in a likeness, and the series that have it. */
interface Value {
  readonly weight: number
  readonly members: readonly number[]
}

/**
 * Likeness of the series of a panel by `statics`:
 * w(i, j) = (cos²(title) + Σ shared categories s² ) · exp(−|log price ratio|), with the cosine of
 * hashed n-grams weighted by idf = log(1 + n / df), and s = log(n / count) / log n of the shared
 * value: rare brands say more than large departments. Source: Salton & Buckley 1988 (idf).
 */
export function likenessIndex(panel: Panel): LikenessIndex {
  const titles = titleValues(panel)
  const categories = categoryValues(panel)
  const prices = pricesOf(panel)
  return {
    find(series, limit, wanted) {
      const overlap = new Map<number, number>()
      for (const { weight, members } of titles.of[series]!) {
        for (const j of members) overlap.set(j, (overlap.get(j) ?? 0) + weight)
      }
      const score = new Map<number, number>()
      for (const [j, sum] of overlap) {
        const cosine = sum / (titles.norm[series]! * titles.norm[j]!)
        score.set(j, cosine * cosine)
      }
      for (const { valueBySeries } of categories) {
        const value = valueBySeries[series]
        if (value === undefined) continue
        const isSearched = value.members.length <= SEARCHED
        for (const j of isSearched ? value.members : score.keys()) {
          if (isSearched || valueBySeries[j] === value)
            score.set(j, (score.get(j) ?? 0) + value.weight)
        }
      }
      const found: Likeness[] = []
      for (const [j, shared] of score) {
        if (j === series || !wanted(j)) continue
        const weight = shared * Math.exp(-priceDistance(prices, series, j))
        if (weight > 1e-4) found.push({ series: j, weight })
      }
      return found.sort((a, b) => b.weight - a.weight || a.series - b.series).slice(0, limit)
    },
    reason: (series, other) => reasonOf(panel, prices, series, other),
  }
}

function titleValues(panel: Panel) {
  const texts = Object.values(panel.statics ?? {}).filter((column) => column.kind === 'text')
  const n = panel.ids.length
  const grams = Array.from({ length: n }, (_, i) =>
    text.hashedNgrams(texts.map((column) => column.texts[i]!).join(' '), BUCKETS),
  )
  const members = new Map<number, number[]>()
  grams.forEach((list, i) => {
    for (const gram of list) {
      const known = members.get(gram)
      if (known) known.push(i)
      else members.set(gram, [i])
    }
  })
  const values = new Map<number, Value>()
  for (const [gram, list] of members) {
    const idf = Math.log(1 + n / list.length)
    values.set(gram, { weight: idf * idf, members: list })
  }
  const norm = Float64Array.from(grams, (list) => {
    let square = 0
    for (const gram of list) square += values.get(gram)!.weight
    return Math.sqrt(square)
  })
  const most = Math.max(SEARCHED, COMMON_SHARE * n)
  const of = grams.map((list) =>
    Array.from(list, (gram) => values.get(gram)!).filter((v) => v.members.length <= most),
  )
  return { of, norm }
}

function categoryValues(panel: Panel) {
  const n = panel.ids.length
  return Object.values(panel.statics ?? {}).flatMap((column) => {
    if (column.kind !== 'category') return []
    const members: number[][] = column.dictionary.map(() => [])
    column.codes.forEach((code, i) => {
      if (code >= 0) members[code]!.push(i)
    })
    const values = members.map((list): Value => {
      const share = Math.log(n / Math.max(1, list.length)) / Math.log(Math.max(2, n))
      return { weight: share * share, members: list }
    })
    return [{ valueBySeries: Array.from(column.codes, (code) => values[code]) }]
  })
}

function pricesOf(panel: Panel): Float64Array {
  const column = panel.statics?.['price']
  return column?.kind === 'number'
    ? column.values
    : new Float64Array(panel.ids.length).fill(Number.NaN)
}

function priceDistance(prices: Float64Array, i: number, j: number): number {
  const distance = Math.abs(Math.log(prices[i]! / prices[j]!))
  // An unknown price is neither near nor far.
  return Number.isFinite(distance) ? distance : 0.5
}

function reasonOf(panel: Panel, prices: Float64Array, i: number, j: number): string {
  const parts: string[] = []
  for (const [name, column] of Object.entries(panel.statics ?? {})) {
    if (
      column.kind === 'category' &&
      column.codes[i]! >= 0 &&
      column.codes[i] === column.codes[j]
    ) {
      parts.push(`${name} ${column.dictionary[column.codes[i]!]!}`)
    }
    if (column.kind !== 'text') continue
    const words = new Set(text.normalizedWords(column.texts[j]!))
    const shared = [...new Set(text.normalizedWords(column.texts[i]!))].filter((word) =>
      words.has(word),
    )
    if (shared.length > 0) parts.push(`words ${shared.slice(0, 6).join(', ')}`)
  }
  const apart = Math.abs(prices[i]! / prices[j]! - 1)
  if (apart <= 0.25) parts.push(`price within ${Math.max(1, Math.ceil(apart * 100))} %`)
  return parts.join('; ') || 'letters of the title'
}
