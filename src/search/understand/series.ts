import type { SearchIndex } from '../index/types.ts'
import { textsOf } from '../values/columns.ts'

/** Products of one brand under one name: "Pavilion" of HP. */
export interface SeriesMap {
  /** The series of each document, −1 for none. */
  readonly seriesOf: Int32Array
  /** Documents of each series. */
  readonly members: readonly Int32Array[]
  /** Brand and name of each, as terms. */
  readonly names: readonly string[]
}

/** A series has more than one product and is not the whole brand. */
const FEWEST = 3
const MOST_SHARE = 0.5
/** So much of what has the word is of the brand: others are words like "laptop". */
const OWN_SHARE = 0.8

/**
 * Series read off the titles: the first word after the brand (or at the beginning) that several
 * products of the brand share and few of other brands have.
 */
export function findSeries(index: SearchIndex): SeriesMap {
  const brand = index.fields.find(({ role }) => role === 'brand')
  const title = index.fields.find(({ role }) => role === 'title')
  const seriesOf = new Int32Array(index.capacity).fill(-1)
  if (brand === undefined || title === undefined) return { seriesOf, members: [], names: [] }
  const brandSizes = new Map<string, number>()
  const groups = new Map<string, { brand: string; term: string; docs: number[] }>()
  for (let doc = 0; doc < index.capacity; doc++) {
    const name = textsOf(index.valueOf(doc, brand.name))[0]
    const text = textsOf(index.valueOf(doc, title.name))[0]
    if (name === undefined || text === undefined) continue
    const own = index.analyze(name).terms
    brandSizes.set(name, (brandSizes.get(name) ?? 0) + 1)
    const term = index
      .analyze(text.slice(0, 200))
      .terms.find((one) => one.length > 1 && !own.includes(one) && !/^\d+$/.test(one))
    if (term === undefined) continue
    const key = `${name}\u0000${term}`
    const group = groups.get(key) ?? { brand: name, term, docs: [] }
    groups.set(key, group)
    group.docs.push(doc)
  }
  const kept = [...groups.values()].filter(({ brand: name, term, docs }) => {
    const isShared = docs.length >= FEWEST && docs.length <= MOST_SHARE * brandSizes.get(name)!
    return isShared && docs.length >= OWN_SHARE * index.documentFrequency(term)
  })
  kept.forEach(({ docs }, series) => {
    for (const doc of docs) seriesOf[doc] = series
  })
  return {
    seriesOf,
    members: kept.map(({ docs }) => Int32Array.from(docs)),
    names: kept.map(({ brand: name, term }) => `${name} ${term}`),
  }
}
