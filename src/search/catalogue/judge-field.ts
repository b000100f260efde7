import { hasWord, isNamed, nameWords } from './field-names.ts'
import type { FieldStatistics } from './field-statistics.ts'
import type { FieldRole } from './product.ts'
import * as words from './role-words.ts'

/** How the values of a field are read. */
export interface Reading {
  /** Cells are split here into several values. */
  readonly split?: string
  /** Numbers are years, or seconds since 1970, made into epoch ms. */
  readonly dates?: 'year' | 'seconds'
  /** true and yes are "yes", false and no are "no". */
  readonly flag?: true
}

/** What a field is taken for, and why. */
export interface Judgement extends Reading {
  readonly role: FieldRole
  readonly reason: string
}

export const NAMED_TEXT = 'named as a text'

/** Share of single values that must be of a kind for the field to be of it. */
const NEARLY_ALL = 0.95
const MANY_WORDS = 8
const FEW_WORDS = 6
/** More distinct values than this share, and they are no values to choose from. */
const REPEATING = 0.8

/** Judges a field by its name and by what its values look like; the title is chosen among all later. */
export function judgeField(field: FieldStatistics, rows: number): Judgement {
  const { values } = field
  if (values === 0) return { role: 'ignored', reason: 'always empty' }
  if (field.urls > values / 2 || isLink(field)) {
    return { role: 'ignored', reason: 'links' }
  }
  if (isNamed(field.name, words.CODE_NAMES)) {
    return { role: 'ignored', reason: 'a code for machines' }
  }
  if (isNamed(field.name, words.INTERNAL_NAMES)) {
    return { role: 'ignored', reason: 'what only the store needs to know' }
  }
  if (field.distinct.estimate() <= 1 && values >= 100 && field.rows >= NEARLY_ALL * rows) {
    return { role: 'ignored', reason: 'the same for all products' }
  }
  if (field.booleans >= NEARLY_ALL * values)
    return { role: 'attribute', reason: 'yes or no', flag: true }
  if (field.dates >= NEARLY_ALL * values) return { role: 'date', reason: 'dates' }
  if (field.numbers >= NEARLY_ALL * values) return judgeNumbers(field)
  return judgeTexts(field, rows)
}

/** Named as a link, and one word each: the name of a file. */
function isLink({ name, words: count, values, numbers, booleans }: FieldStatistics): boolean {
  const last = nameWords(name).at(-1) ?? ''
  const isTexts = numbers === 0 && booleans === 0 && count <= 1.1 * values
  return isTexts && words.LINK_WORDS.includes(last)
}

function judgeNumbers(field: FieldStatistics): Judgement {
  const { name, minimum, maximum, values } = field
  const isWhole = field.integers === field.numbers
  if (minimum >= 0 && isNamed(name, words.PRICE_NAMES)) {
    return { role: 'price', reason: 'named as a price' }
  }
  const dates = judgeTimes(field, isWhole)
  if (dates !== undefined) return dates
  if (minimum >= 0 && maximum <= 100 && isNamed(name, words.RATING_NAMES)) {
    return { role: 'rating', reason: 'named as a rating, and at most 100' }
  }
  if (minimum >= 0 && isNamed(name, words.POPULARITY_NAMES)) {
    return { role: 'popularity', reason: 'named as a count of interest' }
  }
  const isApart =
    isWhole && values >= 50 && field.distinct.estimate() >= 0.98 * values && minimum >= 10_000
  if (isApart || hasWord(name, ['id', 'ids', 'sku'])) {
    return { role: 'ignored', reason: 'numbers that only tell rows apart' }
  }
  return { role: 'number', reason: 'numbers' }
}

function judgeTimes(field: FieldStatistics, isWhole: boolean): Judgement | undefined {
  const { name, minimum, maximum } = field
  if (!isWhole) return undefined
  const isYear = field.years >= NEARLY_ALL * field.values && hasWord(name, words.YEAR_WORDS)
  if (isYear) return { role: 'date', reason: 'named as a year, 1000 to 2200', dates: 'year' }
  if (!hasWord(name, [...words.DATE_WORDS, 'time', 'timestamp', 'at'])) return undefined
  if (minimum >= 1e11 && maximum < 1e13) return { role: 'date', reason: 'epoch milliseconds' }
  if (minimum >= 1e8 && maximum < 1e10) {
    return { role: 'date', reason: 'epoch seconds', dates: 'seconds' }
  }
  return undefined
}

function judgeTexts(field: FieldStatistics, rows: number): Judgement {
  const { name, values, rows: present } = field
  const distinctShare = field.distinct.estimate() / values
  const meanWords = field.words / values
  const reading = splitOf(field)
  if (isNamed(name, words.BRAND_NAMES) && distinctShare < REPEATING && meanWords < FEW_WORDS) {
    return { role: 'brand', reason: 'named as who makes it', ...reading }
  }
  const isPath = field.hierarchical > 0.2 * values
  const isCategory = isNamed(name, words.CATEGORY_NAMES) && (distinctShare < 0.5 || isPath)
  if ((isCategory && present >= 0.5 * rows) || (isPath && distinctShare < 0.5)) {
    const reason = isPath ? 'paths, parts apart by >' : 'named as a category, and few differ'
    return { role: 'category', reason, ...(isPath ? {} : reading) }
  }
  if (isNamed(name, words.TEXT_NAMES) && meanWords > 1.5) {
    return { role: 'text', reason: NAMED_TEXT }
  }
  if (hasWord(name, ['id', 'ids', 'sku', 'uuid', 'guid']) && meanWords < 1.2) {
    return { role: 'ignored', reason: 'codes that only tell rows apart' }
  }
  return judgeByShape(field, distinctShare, meanWords, reading)
}

function judgeByShape(
  field: FieldStatistics,
  distinctShare: number,
  meanWords: number,
  reading: Reading,
): Judgement {
  const { values } = field
  if (reading.split !== undefined) {
    return { role: 'attribute', reason: `several values apart by ${reading.split}`, ...reading }
  }
  if (meanWords > MANY_WORDS) return { role: 'text', reason: 'many words' }
  if (field.lists > field.rows / 2) return { role: 'attribute', reason: 'lists of short values' }
  if (field.codes > 0.9 * values && distinctShare > REPEATING) {
    return { role: 'text', reason: 'a code of its own for nearly each' }
  }
  if (distinctShare <= REPEATING && meanWords <= FEW_WORDS) {
    return { role: 'attribute', reason: 'short values that repeat' }
  }
  return { role: 'text', reason: 'texts that seldom repeat' }
}

function splitOf(field: FieldStatistics): Reading {
  const { values } = field
  if (field.hierarchical > 0.2 * values) return {}
  if (field.barred > 0.2 * values) return { split: '|' }
  const isList = isNamed(field.name, words.LIST_NAMES)
  if (field.semicolons > 0.2 * values && (isList || field.words < 12 * values)) {
    return { split: ';' }
  }
  return isList && field.commas > 0.1 * values && field.lists === 0 ? { split: ',' } : {}
}
