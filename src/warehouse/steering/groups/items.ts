import { shownName } from '../../../core/sql/keywords.ts'
import { quoteName } from '../../../core/sql/quote.ts'
import {
  isName,
  isWord,
  type NamedColumn,
  nameOf,
  plainName,
  splitByCommas,
  type Words,
} from './words.ts'

export type AggregateKind = 'count' | 'sum' | 'min' | 'max' | 'distinct' | 'avg'

/** One column of an answer: rows of the join, an aggregate of a column, or a column that is grouped by. */
export interface Item {
  readonly kind: 'rows' | 'column' | AggregateKind
  /** What it is over; absent of `rows`. */
  readonly column?: NamedColumn
  /** The column as it is written. */
  readonly words: Words
  /** Name of the column of the answer, quoted; absent where the column names itself. */
  readonly name?: string
  /** The name that was given by hand, small letters. */
  readonly alias?: string
}

/** How columns of an answer follow each other. */
export interface Tail {
  /** Columns that are grouped by. */
  readonly groups: readonly Grouped[]
  /** ORDER BY and LIMIT as they are written; they put the groups in one order alone. */
  readonly order: Words
}

export interface Grouped extends NamedColumn {
  readonly words: Words
}

const AGGREGATE = /^(?:count|sum|min|max|avg)$/i

/** Reads what stands between SELECT and FROM; undefined where it is anything else. */
export function readItems(words: Words): readonly Item[] | undefined {
  const items: Item[] = []
  for (const part of splitByCommas(words)) {
    const item = readItem(part)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items.some(({ kind }) => kind !== 'column') ? items : undefined
}

function readItem(words: Words): Item | undefined {
  const column = columnAt(words, 0)
  if (column !== undefined) {
    return named(words.slice(3), { kind: 'column', column, words: words.slice(0, 3) })
  }
  const [call, open, first] = words
  if (typeof call !== 'string' || !AGGREGATE.test(call) || open !== '(') return undefined
  if (first === '*') {
    if (!isWord(call, 'count') || words[3] !== ')') return undefined
    return named(words.slice(4), { kind: 'rows', words: [] }, '"count_star()"')
  }
  const isDistinct = isWord(first, 'distinct')
  const at = isDistinct ? 3 : 2
  const argument = columnAt(words, at)
  if (argument === undefined || words[at + 3] !== ')') return undefined
  const kind = isDistinct ? 'distinct' : (call.toLowerCase() as AggregateKind)
  if (isDistinct && !isWord(call, 'count')) return undefined
  const over = words.slice(at, at + 3)
  const shown = [words[at], words[at + 2]].map((word) => shownName(plainName(String(word))))
  const own = `${call.toLowerCase()}(${isDistinct ? 'DISTINCT ' : ''}${shown.join('.')})`
  return named(words.slice(at + 4), { kind, column: argument, words: over }, quoteName(own))
}

/** What follows an item: nothing, a name, AS and a name. `own`: the name it has without one. */
function named(rest: Words, item: Item, own?: string): Item | undefined {
  const given = isWord(rest[0], 'as') ? rest.slice(1) : rest
  if (rest.length === 0) {
    if (item.kind === 'column') return item
    return own === undefined ? undefined : { ...item, name: own }
  }
  const [name] = given
  if (given.length !== 1 || !isName(name)) return undefined
  return { ...item, name: quotedName(name), alias: nameOf(name) }
}

function quotedName(name: string): string {
  return name.startsWith('"') ? name : `"${name}"`
}

/** A column with its table at a place of the words. */
function columnAt(words: Words, at: number): NamedColumn | undefined {
  const [table, dot, column, next] = words.slice(at, at + 4)
  if (!isName(table) || dot !== '.' || !isName(column) || next === '.' || next === '(') return
  return { alias: nameOf(table), column: nameOf(column) }
}

/** Reads what follows the conditions: GROUP BY of columns, an ORDER BY of all of them, LIMIT behind it. */
export function readTail(words: Words, items: readonly Item[]): Tail | undefined {
  if (words.length === 0) return { groups: [], order: [] }
  if (!isWord(words[0], 'group') || !isWord(words[1], 'by')) return undefined
  const orderAt = words.findIndex((w, i) => isWord(w, 'order') && isWord(words[i + 1], 'by'))
  const groups = readGroups(words.slice(2, orderAt < 0 ? undefined : orderAt), items)
  if (groups === undefined) return undefined
  if (orderAt < 0) return { groups, order: [] }
  const order = words.slice(orderAt)
  return isOneOrder(order.slice(2), items, groups) ? { groups, order } : undefined
}

function readGroups(words: Words, items: readonly Item[]): readonly Grouped[] | undefined {
  const columns = items.filter(({ kind }) => kind === 'column')
  if (words.length === 1 && isWord(words[0], 'all')) {
    return columns.map((item) => ({ ...item.column!, words: item.words }))
  }
  const groups: Grouped[] = []
  for (const part of splitByCommas(words)) {
    const place = part.length === 1 ? placeOf(part[0]!, items) : undefined
    const column = place === undefined ? columnAt(part, 0) : place.column
    const isColumn = place === undefined ? part.length === 3 : place.kind === 'column'
    if (column === undefined || !isColumn) return undefined
    groups.push({ ...column, words: place?.words ?? part })
  }
  const isGrouped = ({ column }: Item) => groups.some((group) => isSame(group, column!))
  return columns.every(isGrouped) ? groups : undefined
}

/** The item an ordinal stands for. */
function placeOf(word: string | number, items: readonly Item[]): Item | undefined {
  return typeof word === 'string' && /^\d+$/.test(word) ? items[Number(word) - 1] : undefined
}

/** Whether all that is grouped by is ordered by too, so that no two groups tie. */
function isOneOrder(words: Words, items: readonly Item[], groups: readonly Grouped[]): boolean {
  const limitAt = words.findIndex((word) => isWord(word, 'limit'))
  const limit = limitAt < 0 ? [] : words.slice(limitAt)
  if (!isLimit(limit)) return false
  const ordered: NamedColumn[] = []
  for (const part of splitByCommas(words.slice(0, limitAt < 0 ? undefined : limitAt))) {
    const own = part.join(' ').replace(/( asc| desc)?( nulls (first|last))?$/i, '')
    const key = part.slice(0, own.split(' ').length)
    const item = key.length === 1 ? (placeOf(key[0]!, items) ?? aliased(key[0]!, items)) : undefined
    const column = item === undefined ? columnAt(key, 0) : item.column
    if (item === undefined && (key.length !== 3 || column === undefined)) return false
    if (column !== undefined && (item === undefined || item.kind === 'column')) ordered.push(column)
  }
  const known = groups.every((group) => ordered.some((column) => isSame(group, column)))
  return known && ordered.every((column) => groups.some((group) => isSame(group, column)))
}

function isLimit(words: Words): boolean {
  return words.length === 0 || /^limit \d+( offset \d+)?$/i.test(words.join(' '))
}

/** The item of a name that was given; none where a name stands for two. */
function aliased(word: string | number, items: readonly Item[]): Item | undefined {
  const found = items.filter(({ alias }) => isName(word) && alias === nameOf(word))
  return found.length === 1 ? found[0] : undefined
}

function isSame(a: NamedColumn, b: NamedColumn): boolean {
  return a.alias === b.alias && a.column === b.column
}
