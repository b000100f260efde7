import type { SqlValue } from '../../../core/sql/database.ts'
import type { BoundShape } from '../bind.ts'
import { GUESSED_SHARE, joinSizes, relationSizes } from '../features.ts'
import type { AggregatedJoin } from '../groups/parse.ts'
import { keysOf } from '../groups/render.ts'
import type { Catalogue } from './catalogue.ts'
import type { OpenWay } from './way.ts'

/**
 * CPU ms by default of a statement, a row scanned, left by filters, put into hash tables, and joined:
 * what DuckDB 1.5 took on one machine; others learn their own.
 */
export const DEFAULT_WEIGHTS = [0.8, 2e-6, 4e-6, 1.5e-5, 5e-6] as const
/** The same of a count through groups: a statement, a row scanned, grouped, joined, and a pair after that. */
export const GROUPED_WEIGHTS = [0.9, 1.7e-6, 2.2e-5, 1.1e-5, 1.9e-5] as const

/** Counts that both ways of a statement cost by. */
export interface WayCounts {
  readonly normal: readonly number[]
  /** For each choice of relations that are grouped. */
  readonly grouped: readonly (readonly number[])[]
}

/**
 * What a statement reads and joins, from samples and sketches: by default, and with the relations of
 * each of its choices grouped. Unknown joins are NaN.
 */
export function wayCounts(
  { bound, choices, join }: Pick<OpenWay, 'bound' | 'choices' | 'join'>,
  constants: readonly SqlValue[],
  catalogue: Catalogue,
): WayCounts {
  const sizes = relationSizes(bound, constants)
  const left = sizes.map(({ logRows }) => Math.exp(logRows))
  let scanned = 0
  let kept = 0
  sizes.forEach(({ filters }, i) => {
    scanned += (1 + filters) * (bound.relations[i]!.sample?.rows ?? 0)
    kept += left[i]!
  })
  const joins = joinSizes(bound, sizes, catalogue)
  const built = builtParts(bound).reduce((sum, part) => sum + Math.exp(joins.rowsOf(part)), 0)
  const groups = left.map((r, i) => groupsOf(bound, i, r, join, catalogue))
  const grouped = choices.map((chosen) => {
    const rows = left.map((r, i) => (chosen.includes(i) ? groups[i]! : r))
    const into = chosen.reduce((sum, i) => sum + left[i]!, 0)
    const joined = rows.reduce((sum, r) => sum + r, 0)
    return [1, scanned, into, joined, pairs(bound, rows, catalogue)]
  })
  return { normal: [1, scanned, kept, built, Math.exp(joins.greedy)], grouped }
}

/**
 * The relations whose joins DuckDB is likely to put into hash tables: all but the one it takes for the
 * largest, where it takes any filter to leave a fifth; those that are joined among each other together.
 * Where that guess is wrong, plans are.
 */
function builtParts({ relations, classes }: BoundShape): readonly (readonly number[])[] {
  const guessed = relations.map(
    ({ sample, filters }) => (sample?.rows ?? 0) * (filters.length > 0 ? GUESSED_SHARE : 1),
  )
  const largest = guessed.indexOf(Math.max(...guessed))
  let parts = relations.flatMap((_, i) => (i === largest ? [] : [[i]]))
  for (const { members } of classes) {
    const touches = (part: readonly number[]) =>
      members.some(({ relation }) => part.includes(relation))
    const joined = parts.filter(touches).flat()
    parts = [...parts.filter((part) => !touches(part)), ...(joined.length > 0 ? [joined] : [])]
  }
  return parts
}

/** Groups that rows of a relation make: by one class no more than its keys, by more each row may be one. */
function groupsOf(
  { classes, relations }: BoundShape,
  relation: number,
  rows: number,
  join: AggregatedJoin,
  catalogue: Catalogue,
): number {
  const keys = classes.flatMap(({ members }) => members.filter((m) => m.relation === relation))
  if (keysOf(join, relations[relation]!.alias).length > keys.length) return rows
  if (keys.length !== 1) return keys.length === 0 ? 1 : rows
  const distinct = catalogue.distinct(keys[0]!.column)
  return Number.isNaN(distinct) ? rows : Math.min(rows, distinct)
}

/** Rows of the join of relations of these sizes, as if their keys were spread evenly: Π rows / Π keys. */
function pairs({ classes }: BoundShape, rows: readonly number[], catalogue: Catalogue): number {
  let log = rows.reduce((sum, r) => sum + Math.log(Math.max(r, 1)), 0)
  for (const { members } of classes) {
    const keys = members.map(({ relation, column }) =>
      Math.max(1, Math.min(rows[relation]!, catalogue.distinct(column) || Infinity)),
    )
    const sorted = keys.sort((a, b) => b - a)
    for (const k of sorted.slice(0, -1)) log -= Math.log(k)
  }
  return Math.exp(log)
}
