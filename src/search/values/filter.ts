import { StorewrightError } from '../../core/errors.ts'
import { nearest } from '../../core/knobs.ts'
import type { DocSet, Filter } from '../index/types.ts'
import type { Columns } from './columns.ts'
import { counted, emptyDocSet, intersect, subtract, unite } from './doc-set.ts'

/** Deeper filters are refused: nobody means them. */
const DEPTH = 16

/**
 * The documents of `live` that meet all filters. Value filters match whatever the case, at each level
 * of a category path. A product without the field meets no filter but `missing` and `not`. Throws
 * ERR_ARGUMENT on a field that is unknown or of the wrong kind, and on a range that is none.
 */
export function filterDocs(columns: Columns, filters: readonly Filter[], live: DocSet): DocSet {
  let docs = live
  for (const filter of filters) docs = intersect(docs, matching(columns, filter, live, 0))
  return docs
}

function matching(columns: Columns, filter: Filter, live: DocSet, depth: number): DocSet {
  if (depth > DEPTH) throw refused('filters nest too deeply', 'Nest them 16 deep at most.')
  if ('not' in filter) return subtract(live, matching(columns, filter.not, live, depth + 1))
  if ('any' in filter) {
    let docs: DocSet = { words: new Uint32Array(live.words.length), count: 0 }
    for (const one of filter.any) docs = unite(docs, matching(columns, one, live, depth + 1))
    return docs
  }
  if ('missing' in filter) {
    const present = havingField(columns, filter.field, live)
    return filter.missing ? subtract(live, present) : present
  }
  if ('oneOf' in filter) return havingValue(columns, filter.field, filter.oneOf, live)
  return inRange(columns, filter, live)
}

function havingValue(
  columns: Columns,
  field: string,
  oneOf: readonly string[],
  live: DocSet,
): DocSet {
  const column = columns.valueField(field)
  if (column === undefined) throw unknownField(columns, field, 'values')
  const { offsets, docs } = column.docsByCode()
  const { words } = emptyDocSet(live.words.length * 32)
  for (const value of oneOf) {
    for (const code of column.codesOf(String(value))) {
      for (let i = offsets[code]!; i < offsets[code + 1]!; i++) {
        words[docs[i]! >> 5]! |= 1 << (docs[i]! & 31)
      }
    }
  }
  return counted(masked(words, live))
}

function inRange(
  columns: Columns,
  { field, from = -Infinity, to = Infinity }: { field: string; from?: number; to?: number },
  live: DocSet,
): DocSet {
  const numbers = columns.numbers(field)
  if (numbers === undefined) throw unknownField(columns, field, 'numbers')
  if (Number.isNaN(from) || Number.isNaN(to)) {
    throw refused(`the range of ${field} is no range of numbers`, 'Give from, to or both.')
  }
  const { words } = emptyDocSet(live.words.length * 32)
  const end = Math.min(numbers.length, words.length * 32)
  for (let doc = 0; doc < end; doc++) {
    const value = numbers[doc]!
    if (value >= from && value <= to) words[doc >> 5]! |= 1 << (doc & 31)
  }
  return counted(masked(words, live))
}

function havingField(columns: Columns, field: string, live: DocSet): DocSet {
  const numbers = columns.numbers(field)
  const { words } = emptyDocSet(live.words.length * 32)
  const capacity = words.length * 32
  if (numbers !== undefined) {
    const end = Math.min(numbers.length, capacity)
    for (let doc = 0; doc < end; doc++) {
      if (!Number.isNaN(numbers[doc]!)) words[doc >> 5]! |= 1 << (doc & 31)
    }
    return counted(masked(words, live))
  }
  const column = columns.values(field)
  if (column === undefined) throw unknownField(columns, field, 'values or numbers')
  const end = Math.min(column.offsets.length - 1, capacity)
  for (let doc = 0; doc < end; doc++) {
    if (column.offsets[doc + 1]! > column.offsets[doc]!) words[doc >> 5]! |= 1 << (doc & 31)
  }
  return counted(masked(words, live))
}

function masked(words: Uint32Array, live: DocSet): Uint32Array {
  for (let w = 0; w < words.length; w++) words[w]! &= live.words[w]!
  return words
}

/** ERR_ARGUMENT for a field that has no such column, with the nearest one that has. */
export function unknownField(columns: Columns, field: string, kind: string): StorewrightError {
  const names = columns.fields
    .filter(({ name }) => columns.numbers(name) !== undefined || columns.valueField(name))
    .map(({ name }) => name)
  const next = names.length > 0 ? `Did you mean ${nearest(field.slice(0, 200), names)}?` : undefined
  return refused(`there is no field ${field.slice(0, 200)} with ${kind}`, next)
}

function refused(message: string, next: string | undefined): StorewrightError {
  return new StorewrightError('ERR_ARGUMENT', message, next === undefined ? {} : { next })
}
