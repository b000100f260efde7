import type { KnownStatement } from '../../types.ts'
import type { Relation } from './from.ts'
import type { Item } from './items.ts'
import type { AggregatedJoin } from './parse.ts'
import { type Condition, type NamedColumn, textOf } from './words.ts'

/** A statement in parts: texts, and the slots of constants between them. */
export type Parts = readonly (string | number)[]

const ROWS = 'storewright_rows'

/**
 * A statement that aggregates a join, asked through groups:
 *
 *   SELECT count(*), sum(b.x) FROM a, b WHERE a.k = b.k AND b.y < 3
 *   SELECT sum(a.n * b.n), sum(b.s * a.n)
 *   FROM (SELECT k, count(*) AS n FROM a GROUP BY ALL) AS a,
 *        (SELECT k, count(*) AS n, sum(x) AS s FROM b WHERE b.y < 3 GROUP BY ALL) AS b
 *   WHERE a.k = b.k
 *
 * Where both sides hold a key many times, a join makes all pairs; groups make one row a key. Each row of
 * a group stands for its rows, so that a count is Σ Π counts, a sum Σ sum · Π counts of the others, a
 * least value the least of the groups' (eager aggregation: Yan & Larson 1995). Counts multiply as
 * HUGEINT, which raises an error where it overflows. Without averages. `grouped`: aliases of the tables that are grouped.
 * Undefined where it cannot be written.
 */
export function renderSums(join: AggregatedJoin, grouped: ReadonlySet<string>): Parts | undefined {
  const { relations, items, groups, order } = join
  const counted = needsRows(items)
  const parts: (string | number)[] = ['SELECT ']
  for (const [i, item] of items.entries()) {
    const name = item.name === undefined ? '' : ` AS ${item.name}`
    parts.push(i > 0 ? ', ' : '', renderItem(item, i, join, grouped), name)
  }
  parts.push(' FROM ')
  const source = relations.some(({ left }) => left !== undefined)
    ? renderJoins(join, grouped, counted)
    : renderList(join, grouped, counted)
  if (source === undefined) return undefined
  parts.push(...source)
  if (groups.length > 0) {
    parts.push(` GROUP BY ${groups.map((group) => group.words.join('')).join(', ')} `)
  }
  return [...parts, ...textOf(order)]
}

/** The statement with its own constants in their places. */
export function withConstants(parts: Parts, { sql, spans }: KnownStatement): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part : sql.slice(spans[2 * part], spans[2 * part + 1]),
    )
    .join('')
}

/** Whether a column of the answer hangs on how often rows come, beside what is in them. */
function needsRows(items: readonly Item[]): boolean {
  return items.some(({ kind }) => kind === 'rows' || kind === 'count' || kind === 'sum')
}

/** How many rows of the join a row of groups stands for; `except`: without those of one table. */
function rowsOf(
  { relations }: AggregatedJoin,
  grouped: ReadonlySet<string>,
  except?: string,
): string | undefined {
  const counts = relations
    .filter(({ alias }) => grouped.has(alias) && alias !== except)
    .map(({ alias, left }) => {
      const rows = `${quoted(alias)}.${ROWS}`
      return `CAST(${left === undefined ? rows : `coalesce(${rows}, 1)`} AS HUGEINT)`
    })
  return counts.length === 0 ? undefined : counts.join(' * ')
}

function renderItem(
  item: Item,
  i: number,
  join: AggregatedJoin,
  grouped: ReadonlySet<string>,
): string {
  const { kind, column, words } = item
  const asCount = (sum: string) => `CAST(coalesce(${sum}, 0) AS BIGINT)`
  if (column === undefined) return asCount(`sum(${rowsOf(join, grouped)!})`)
  const written = words.join('')
  if (kind === 'column') return written
  if (kind === 'distinct') return `count(DISTINCT ${written})`
  const isGrouped = grouped.has(column.alias)
  const own = isGrouped ? `${quoted(column.alias)}.${partName(i)}` : written
  if (kind === 'min' || kind === 'max') return `${kind}(${own})`
  const others = rowsOf(join, grouped, column.alias)
  if (kind === 'sum') return `sum(${others === undefined ? own : `${own} * ${others}`})`
  if (isGrouped) {
    const whole = `CAST(${own} AS HUGEINT)`
    return asCount(`sum(${others === undefined ? whole : `${whole} * ${others}`})`)
  }
  return asCount(`sum(${others!}) FILTER (WHERE ${written} IS NOT NULL)`)
}

/** Tables by commas, all conditions behind WHERE. */
function renderList(
  { relations, joins, filters, ...join }: AggregatedJoin,
  grouped: ReadonlySet<string>,
  counted: boolean,
): Parts {
  const all = { relations, joins, filters, ...join }
  const parts: (string | number)[] = []
  for (const [i, relation] of relations.entries()) {
    parts.push(i > 0 ? ', ' : '', ...renderRelation(relation, all, grouped, counted))
  }
  const outer = [...joins, ...filters.filter(({ aliases }) => !isIn(aliases, grouped))]
  return [...parts, ...joinedBy(' WHERE ', outer)]
}

/** Tables by JOIN and LEFT JOIN in their order, each with the conditions that can be told there. */
function renderJoins(
  join: AggregatedJoin,
  grouped: ReadonlySet<string>,
  counted: boolean,
): Parts | undefined {
  const { relations, joins, filters } = join
  const parts: (string | number)[] = []
  const seen = new Set<string>()
  for (const [i, relation] of relations.entries()) {
    const { alias, left } = relation
    seen.add(alias)
    const on =
      left === undefined
        ? joins.filter(
            ({ aliases }) => aliases.has(alias) && [...aliases].every((a) => seen.has(a)),
          )
        : left.filter(({ isEdge }) => isEdge || !grouped.has(alias))
    if (i > 0 && on.length === 0) return undefined
    if (i > 0) parts.push(left === undefined ? ' JOIN ' : ' LEFT JOIN ')
    parts.push(...renderRelation(relation, join, grouped, counted))
    if (i > 0) parts.push(...joinedBy(' ON ', on))
  }
  const outer = filters.filter(({ aliases }) => !isIn(aliases, grouped))
  return [...parts, ...joinedBy(' WHERE ', outer)]
}

/** A table as it is, or its groups. */
function renderRelation(
  { text, alias, left }: Relation,
  join: AggregatedJoin,
  grouped: ReadonlySet<string>,
  counted: boolean,
): Parts {
  if (!grouped.has(alias)) return [text]
  const keys = keysOf(join, alias).map((key) => `${quoted(alias)}.${quoted(key)}`)
  const own = join.items.flatMap(({ kind, column, words }, i) =>
    column?.alias === alias && kind !== 'column' && kind !== 'distinct'
      ? [`${kind}(${words.join('')}) AS ${partName(i)}`]
      : [],
  )
  const isBare = keys.length === 0 && own.length === 0
  const columns = [
    ...keys,
    // A table that only has to have a row has no other column.
    ...(counted || isBare ? [`count(*) AS ${ROWS}`] : []),
    ...own,
  ]
  const filters =
    left?.filter(({ isEdge }) => !isEdge) ?? join.filters.filter((f) => f.aliases.has(alias))
  // Without keys there is one group, also of no rows: it must not stand for one.
  const groupBy = keys.length === 0 ? ' HAVING count(*) > 0' : ` GROUP BY ${keys.join(', ')}`
  return [
    `(SELECT ${columns.join(', ')} FROM ${text}`,
    ...joinedBy(' WHERE ', filters),
    `${groupBy}) AS ${quoted(alias)}`,
  ]
}

/** Columns of a table that are read outside of its groups: what it is joined, grouped and told apart by. */
export function keysOf(
  { joins, relations, groups, items }: AggregatedJoin,
  alias: string,
): readonly string[] {
  const on = relations.flatMap(({ left = [] }) => left.filter(({ isEdge }) => isEdge))
  const distinct = items.flatMap(({ kind, column }) => (kind === 'distinct' ? [column!] : []))
  const all: readonly NamedColumn[] = [
    ...[...joins, ...on].flatMap(({ columns }) => columns),
    ...groups,
    ...distinct,
  ]
  return [...new Set(all.filter((c) => c.alias === alias).map(({ column }) => column))]
}

function joinedBy(first: string, conditions: readonly Condition[]): Parts {
  return conditions.flatMap(({ words }, i) => [i === 0 ? first : ' AND ', ...textOf(words)])
}

function isIn(aliases: ReadonlySet<string>, grouped: ReadonlySet<string>): boolean {
  return [...aliases].every((alias) => grouped.has(alias))
}

function partName(i: number): string {
  return `storewright_${i}`
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
