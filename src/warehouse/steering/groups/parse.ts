import { type Relation, readFrom } from './from.ts'
import { type Grouped, type Item, readItems, readTail } from './items.ts'
import {
  type Condition,
  isWord,
  type NamedColumn,
  readConditions,
  type Words,
  wordsOf,
} from './words.ts'

/** A statement that aggregates a join of base tables, as its words say it. */
export interface AggregatedJoin {
  readonly items: readonly Item[]
  readonly relations: readonly Relation[]
  /** Conditions on two tables or more, that hold of every row: of inner joins and WHERE. */
  readonly joins: readonly Condition[]
  /** Conditions on one table, that hold of every row. */
  readonly filters: readonly Condition[]
  readonly groups: readonly Grouped[]
  readonly order: Words
}

const ENDS = /^(?:group|order|having|limit|union|intersect|except|window|qualify|offset)$/i

/**
 * Reads SELECT of aggregates FROM a join WHERE conditions [GROUP BY columns [ORDER BY them [LIMIT]]] of a
 * template; undefined where it is anything else.
 */
export function parseAggregate(template: string, constants: number): AggregatedJoin | undefined {
  const words = wordsOf(template, constants)
  if (words === undefined || !isWord(words[0], 'select')) return undefined
  const fromAt = words.findIndex((word) => isWord(word, 'from'))
  if (fromAt < 0) return undefined
  const whereAt = words.findIndex((word) => isWord(word, 'where'))
  const tailAt = words.findIndex((w, i) => i > fromAt && typeof w === 'string' && ENDS.test(w))
  const end = tailAt < 0 ? words.length : tailAt
  if (whereAt > end) return undefined
  const items = readItems(words.slice(1, fromAt))
  if (items === undefined) return undefined
  const source = readFrom(words.slice(fromAt + 1, whereAt < 0 ? end : whereAt))
  const where = readConditions(whereAt < 0 ? [] : words.slice(whereAt + 1, end))
  const tail = readTail(words.slice(end), items)
  if (source === undefined || where === undefined || tail === undefined) return undefined
  const conditions = [...source.conditions, ...where]
  const join = {
    ...{ items, relations: source.relations, groups: tail.groups, order: tail.order },
    joins: conditions.filter(({ aliases }) => aliases.size > 1),
    filters: conditions.filter(({ aliases }) => aliases.size === 1),
  }
  return isConsistent(join) ? join : undefined
}

/** Whether all tables named are there, and tables of LEFT JOIN stand in no other condition. */
function isConsistent({ relations, items, groups, joins, filters }: AggregatedJoin): boolean {
  const aliases = new Set(relations.map(({ alias }) => alias))
  const left = new Set(relations.flatMap(({ alias, left: on }) => (on ? [alias] : [])))
  const named: NamedColumn[] = [
    ...items.flatMap(({ column }) => (column === undefined ? [] : [column])),
    ...groups,
    ...[...joins, ...filters].flatMap(({ columns }) => columns),
  ]
  if (!named.every(({ alias }) => aliases.has(alias))) return false
  return ![...joins, ...filters].some((condition) =>
    [...condition.aliases].some((a) => left.has(a)),
  )
}
