import { asList, type Leaf } from './flatten.ts'
import { parseDate, parseNumber } from './numbers.ts'

/** What the values of a field look like. Counts are of looked-at rows and of single values in them. */
export interface FieldStatistics {
  readonly name: string
  /** Rows that have it. */
  rows: number
  /** Rows that have it as a list. */
  lists: number
  /** Single values: elements of lists each. */
  values: number
  numbers: number
  /** Of the numbers: those that came as texts. */
  numberTexts: number
  integers: number
  /** Whole numbers from 1000 to 2200. */
  years: number
  minimum: number
  maximum: number
  booleans: number
  dates: number
  urls: number
  /** One word with a digit in it: a code or model number. */
  codes: number
  /** Digits that begin with a zero. */
  zeroLed: number
  words: number
  /** Values with " > " in them. */
  hierarchical: number
  /** Values with | or ; between words, and with commas. */
  barred: number
  semicolons: number
  commas: number
  readonly distinct: DistinctCounter
}

export function emptyStatistics(name: string): FieldStatistics {
  return {
    name,
    rows: 0,
    lists: 0,
    values: 0,
    numbers: 0,
    numberTexts: 0,
    integers: 0,
    years: 0,
    minimum: Infinity,
    maximum: -Infinity,
    booleans: 0,
    dates: 0,
    urls: 0,
    codes: 0,
    zeroLed: 0,
    words: 0,
    hierarchical: 0,
    barred: 0,
    semicolons: 0,
    commas: 0,
    distinct: createDistinctCounter(),
  }
}

/** Adds the value of one row to what is known of its field. */
export function addValue(statistics: FieldStatistics, leaf: Leaf): void {
  statistics.rows++
  if (typeof leaf === 'object') statistics.lists++
  for (const value of asList(leaf)) {
    statistics.values++
    statistics.distinct.add(String(value))
    if (typeof value === 'boolean') statistics.booleans++
    else if (typeof value === 'number') addNumber(statistics, value)
    else addText(statistics, value)
  }
}

function addNumber(statistics: FieldStatistics, value: number): void {
  statistics.numbers++
  statistics.words++
  if (Number.isInteger(value)) {
    statistics.integers++
    if (value >= 1000 && value <= 2200) statistics.years++
  }
  if (value < statistics.minimum) statistics.minimum = value
  if (value > statistics.maximum) statistics.maximum = value
}

function addText(statistics: FieldStatistics, value: string): void {
  const first = value.charCodeAt(0)
  // Digits, signs and currency: the rest is cheaper to call a text at once.
  if (first < 0x3a || first > 0x7f || value.length < 20) {
    const number = parseNumber(value)
    if (!Number.isNaN(number)) {
      addNumber(statistics, number)
      statistics.numberTexts++
      return
    }
    if (!Number.isNaN(parseDate(value))) statistics.dates++
    if (/^(true|false|yes|no)$/i.test(value)) statistics.booleans++
  }
  if (/^(https?:)?\/\/|^www\.|^data:/i.test(value)) statistics.urls++
  const words = countWords(value)
  statistics.words += words
  if (words === 1 && /\d/.test(value)) {
    statistics.codes++
    if (/^0\d+$/.test(value.trim())) statistics.zeroLed++
  }
  if (value.includes(' > ')) statistics.hierarchical++
  if (value.includes('|')) statistics.barred++
  if (value.includes(';')) statistics.semicolons++
  if (value.includes(',')) statistics.commas++
}

function countWords(text: string): number {
  let count = 0
  let inside = false
  for (let i = 0; i < text.length; i++) {
    const isBlank = text.charCodeAt(i) <= 0x20
    if (!isBlank && !inside) count++
    inside = !isBlank
  }
  return count
}

/** Counts distinct texts in bounded memory. */
export interface DistinctCounter {
  add(text: string): void
  /** Exact up to the bound, an estimate (standard error about 2 %) beyond. */
  estimate(): number
}

const KEPT = 4096

/**
 * Adaptive sampling (Wegman; Flajolet 1990): keeps the hashes that end in `level` zero bits, and one
 * more bit whenever there are too many; each kept one then stands for 2^level.
 */
export function createDistinctCounter(): DistinctCounter {
  let kept = new Set<number>()
  let level = 0
  return {
    add(text) {
      const hash = hashText(text)
      if ((hash & ((1 << level) - 1)) !== 0) return
      kept.add(hash)
      while (kept.size > KEPT && level < 30) {
        level++
        kept = new Set([...kept].filter((h) => (h & ((1 << level) - 1)) === 0))
      }
    },
    estimate: () => kept.size * 2 ** level,
  }
}

/** FNV-1a with a final mix (murmur3), so that the low bits are as good as the others. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) | 0
}
