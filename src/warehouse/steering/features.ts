import type { SqlValue } from '../../core/sql/database.ts'
import type { BoundClass, BoundShape } from './bind.ts'
import { selectivity } from './selectivity.ts'
import { classKey, type TableStatistics } from './statistics.ts'

/** Words of the grammar that are features of their own. */
const WORDS = ['group', 'order', 'limit', 'distinct', 'subquery', 'left', 'or', 'in'] as const
/** Places of FROM whose sizes are features. */
const PLACES = 4
/** What an optimizer that keeps no histograms takes for a filter: DuckDB does. */
export const GUESSED_SHARE = 0.2

const OVERALL = [
  ...['relations', 'edges', 'filters', 'equalities', 'unknown'],
  ...['largest', 'smallest', 'total', 'result', 'written', 'greedy', 'surprise', 'misled'],
] as const

/** Places of the features that say how large tables and joins are, in logs. */
export const SIZE_FEATURES = (['largest', 'smallest', 'total', 'result'] as const).map((name) =>
  OVERALL.indexOf(name),
)

/** Names of the features of a statement over these tables, in the order of `statementFeatures`. */
export function featureNames(tables: readonly string[]): readonly string[] {
  const places = Array.from({ length: PLACES }, (_, i) => `place ${i}`)
  const perTable = tables.flatMap((t) => [`rows ${t}`, `share ${t}`, `at ${t}`])
  return [...OVERALL, ...WORDS, ...places, ...perTable]
}

/**
 * What is known of a statement before it runs, without asking the database: sizes of its tables after
 * their filters (tried on samples), of its joins as written and in the greedy order (logs), and how
 * far these are from what an optimizer without histograms takes. NaN where it cannot be known.
 */
export function statementFeatures(
  bound: BoundShape,
  constants: readonly SqlValue[],
  tables: readonly string[],
  statistics: TableStatistics,
): Float64Array {
  const sizes = relationSizes(bound, constants)
  const { shape } = bound
  const known = sizes.filter(({ logRows }) => !Number.isNaN(logRows))
  const logs = known.map(({ logRows }) => logRows)
  const joins = joinSizes(bound, sizes, statistics)
  const surprises = known
    .filter((s) => s.filters > 0)
    .map((s) => s.logShare - Math.log(GUESSED_SHARE))
  return Float64Array.from([
    shape.relations.length,
    shape.edges.length,
    shape.filters.length,
    shape.filters.filter(({ operator }) => operator === '=').length,
    sizes.length - known.length,
    Math.max(...logs),
    Math.min(...logs),
    Math.log(logs.reduce((sum, log) => sum + Math.exp(log), 0)),
    ...[joins.result, joins.written, joins.greedy],
    Math.max(...surprises),
    Math.min(...surprises),
    ...WORDS.map((word) => (shape.constructs.includes(word) ? 1 : 0)),
    ...Array.from({ length: PLACES }, (_, i) => sizes[i]?.logRows ?? Number.NaN),
    ...tables.flatMap((table) => {
      const at = bound.relations.findIndex(({ sample }) => sample?.table === table)
      const size = sizes[at]
      return [size?.logRows ?? Number.NaN, size?.logShare ?? Number.NaN, at < 0 ? Number.NaN : at]
    }),
  ])
}

/** What filters leave of a relation, on samples. */
export interface RelationSize {
  readonly logRows: number
  readonly logShare: number
  readonly filters: number
}

/** What the filters of a statement leave of each of its relations; NaN of one that is not known. */
export function relationSizes(
  { relations }: BoundShape,
  constants: readonly SqlValue[],
): readonly RelationSize[] {
  return relations.map(({ sample, filters }) => {
    if (sample === undefined) return { logRows: Number.NaN, logShare: Number.NaN, filters: 0 }
    const share = selectivity(
      sample,
      filters.map(({ column, operator, slot }) => ({
        column: column.column,
        operator,
        constant: constants[slot] ?? null,
      })),
    )
    const logShare = Math.log(share)
    return {
      logRows: Math.log(Math.max(1, sample.rows)) + logShare,
      logShare,
      filters: filters.length,
    }
  })
}

/** Logs of the rows of the whole join, and of all rows of joins on the way in two orders. */
export function joinSizes(
  bound: BoundShape,
  sizes: readonly RelationSize[],
  statistics: TableStatistics,
): {
  readonly result: number
  readonly written: number
  readonly greedy: number
  /** Log of the rows of the join of some relations. */
  rowsOf(relations: readonly number[]): number
} {
  const all = sizes.map((_, i) => i)
  const rowsOf = (set: readonly number[]) => {
    const rows = set.reduce((sum, i) => sum + sizes[i]!.logRows, 0)
    return bound.classes.reduce((sum, c) => sum + logShare(c, set, statistics), rows)
  }
  const path = (order: readonly number[]) => {
    let sum = 0
    for (let k = 2; k <= order.length; k++) sum += Math.exp(rowsOf(order.slice(0, k)))
    return Math.log(sum + 1)
  }
  const greedy = [...all].sort((a, b) => sizes[a]!.logRows - sizes[b]!.logRows).slice(0, 1)
  while (greedy.length < all.length) {
    const rest = all.filter((i) => !greedy.includes(i))
    const cost = rest.map((i) => rowsOf([...greedy, i]))
    greedy.push(rest[cost.indexOf(Math.min(...cost))] ?? rest[0]!)
  }
  return { result: rowsOf(all), written: path(all), greedy: path(greedy), rowsOf }
}

/** Log of the share of a cross product that the columns of a class leave, of the relations in `set`. */
function logShare(
  { members }: BoundClass,
  set: readonly number[],
  { joined, tables }: TableStatistics,
): number {
  const inside = members.filter(({ relation }) => set.includes(relation))
  if (inside.length < 2) return 0
  const whole = joined.get(classKey(inside.map(({ column }) => column)))
  if (whole !== undefined) return Math.log(whole)
  // As if each value of the smaller side were a key of the larger one.
  return inside.slice(1).reduce((sum, { column }, i) => {
    const rows = [column, inside[i]!.column].map((c) => tables.get(c.table)?.rows ?? Number.NaN)
    return sum - Math.log(Math.max(...rows, 1))
  }, 0)
}
