import { averageScale } from '../../views/answer/average.ts'
import type { BoundShape } from '../bind.ts'
import type { TypeOf } from './averages.ts'
import type { AggregateKind, Item } from './items.ts'
import type { AggregatedJoin } from './parse.ts'
import type { NamedColumn } from './words.ts'

/** Types whose equal values are the same value, so that a group is what any of its rows is. */
const SAME =
  /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|VARCHAR|DATE|TIME|TIMESTAMP\w*|TIMESTAMP WITH TIME ZONE|BOOLEAN|DECIMAL\(\d+,\d+\))$/
const WHOLE = /^(?:U?(?:TINY|SMALL|BIG)INT|U?INTEGER)$/
/** Decimals up to 18 digits are whole numbers of 64 bits, of which no table has enough to overflow 128. */
const NARROW = /^DECIMAL\((?:\d|1[0-8]),\d+\)$/

const EXACT: Readonly<Record<AggregateKind, (type: string) => boolean>> = {
  count: () => true,
  distinct: (type) => SAME.test(type),
  min: (type) => SAME.test(type),
  max: (type) => SAME.test(type),
  avg: (type) => averageScale(type) !== undefined,
  // Sums of fractions hang on the order of rows.
  sum: (type) => WHOLE.test(type) || NARROW.test(type),
}

/** Types of the columns of tables that are named. */
export function typesOf({ relations }: BoundShape): TypeOf {
  return ({ alias, column }) =>
    relations.find((one) => one.alias === alias)?.sample?.columns.get(column)?.type
}

/**
 * Whether aggregating through groups gives the same bits: columns that are grouped by have values that
 * are equal only where they are the same, and what is summed is exact in any order.
 */
export function isExact(join: AggregatedJoin, bound: BoundShape): boolean {
  if (join.relations.length !== bound.relations.length) return false
  if (!join.relations.every(({ alias }, i) => bound.relations[i]!.alias === alias)) return false
  // Types are known of tables that are named alone; rows are counted alike whatever the types.
  const isCount = join.groups.length === 0 && join.items.every(({ kind }) => kind === 'rows')
  if (!isCount && join.relations.some(({ text }) => text.includes(' . '))) return false
  const typeOf = typesOf(bound)
  const has = (column: NamedColumn, test: (type: string) => boolean) => {
    const type = typeOf(column)
    return type !== undefined && test(type)
  }
  const isItem = ({ kind, column }: Item) =>
    column === undefined ||
    has(column, EXACT[kind === 'column' ? 'distinct' : (kind as AggregateKind)])
  const keys = [
    ...join.groups,
    ...join.joins.flatMap(({ columns }) => columns),
    ...join.relations.flatMap(({ left = [] }) =>
      left.filter(({ isEdge }) => isEdge).flatMap(({ columns }) => columns),
    ),
  ]
  return join.items.every(isItem) && keys.every((key) => has(key, (type) => SAME.test(type)))
}
