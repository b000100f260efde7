import type { KnownStatement } from '../../types.ts'
import type { BoundShape } from '../bind.ts'
import { classKey, type TableColumn, type TableStatistics } from '../statistics.ts'
import { renderGroups } from './averages.ts'
import { isExact, typesOf } from './exact.ts'
import { parseAggregate } from './parse.ts'
import type { Parts } from './render.ts'

/** Mean rows of a key, weighed by rows, from which on grouping a table may pay. */
const LEAST_ROWS_A_KEY = 1.5
const KEY_TYPES = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|VARCHAR|DATE|TIMESTAMP|DECIMAL)/

/**
 * Aggregates through groups where that is the same answer and may pay: a join of base tables by equal
 * columns of which at least two tables hold the same key many times. All of these but the largest are
 * grouped. Undefined elsewhere.
 */
export function throughGroups(
  statement: Pick<KnownStatement, 'template' | 'kinds'>,
  bound: BoundShape,
  statistics: TableStatistics,
): Parts | undefined {
  const join = parseAggregate(statement.template.sql, statement.kinds.length)
  if (join === undefined || !isExact(join, bound)) return undefined
  const many = manyToMany(bound, statistics)
  const rows = many.map((i) => bound.relations[i]!.sample?.rows ?? 0)
  const largest = many[rows.indexOf(Math.max(...rows))]
  const grouped = many.filter((i) => i !== largest)
  if (grouped.length === 0) return undefined
  const aliases = grouped.map((i) => bound.relations[i]!.alias)
  return renderGroups(join, new Set(aliases), typesOf(bound))
}

/**
 * Places of the tables that hold the keys they are joined by many times, in a class with another such;
 * `unknown`: the rows a key is taken to have where that is not known.
 */
export function manyToMany(
  bound: BoundShape,
  statistics: TableStatistics,
  unknown = 0,
): readonly number[] {
  const many = repeatingRelations(bound, statistics, unknown)
  const isShared = bound.classes.some(
    ({ members }) => members.filter(({ relation }) => many.includes(relation)).length > 1,
  )
  return isShared ? many : []
}

/** Places of the tables that hold all keys they are joined by many times; none where any table is not known. */
function repeatingRelations(
  { relations, classes }: BoundShape,
  statistics: TableStatistics,
  unknown: number,
): readonly number[] {
  if (relations.length < 2 || classes.length === 0) return []
  const repeats = ({ table, column }: TableColumn) => {
    const rows = statistics.tables.get(table)?.rows ?? 0
    const twice = [column, column].map((name) => ({ table, column: name }))
    const share = statistics.joined.get(classKey(twice))
    return (share === undefined ? unknown : share * rows) > LEAST_ROWS_A_KEY
  }
  const hasKeys = classes.every(({ members }) =>
    members.every(({ relation, column }) =>
      KEY_TYPES.test(relations[relation]!.sample?.columns.get(column.column)?.type ?? ''),
    ),
  )
  if (!hasKeys || relations.some(({ sample }) => sample === undefined)) return []
  return relations.flatMap((_, i) => {
    const isMany = classes.every(({ members }) => {
      const own = members.filter(({ relation }) => relation === i)
      return own.length === 0 || own.some(({ column }) => repeats(column))
    })
    return isMany ? [i] : []
  })
}
