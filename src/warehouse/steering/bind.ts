import type { Shape, ShapeColumn, ShapeFilter } from './shape.ts'
import { classKey, type TableColumn, type TableSample, type TableStatistics } from './statistics.ts'

/** A shape with its names resolved against tables that are known. */
export interface BoundShape {
  readonly shape: Shape
  readonly relations: readonly BoundRelation[]
  /** Columns that joins make equal, by relation. */
  readonly classes: readonly BoundClass[]
}

export interface BoundRelation {
  readonly alias: string
  /** Undefined for a subquery, a view or a table that was not sampled. */
  readonly sample: TableSample | undefined
  readonly filters: readonly ShapeFilter[]
}

export interface BoundClass {
  readonly members: readonly { readonly relation: number; readonly column: TableColumn }[]
}

/** Resolves names once a template; a column without alias belongs to the first relation that has it. */
export function bindShape(shape: Shape, { tables }: TableStatistics): BoundShape {
  const samples = shape.relations.map(({ table }) => tables.get(table))
  const find = ({ alias, column }: ShapeColumn): number => {
    if (alias === '') return samples.findIndex((sample) => sample?.columns.has(column) ?? false)
    return shape.relations.findIndex((relation) => relation.alias === alias)
  }
  const filters = shape.relations.map((): ShapeFilter[] => [])
  for (const filter of shape.filters) filters[find(filter.column)]?.push(filter)
  const relations = shape.relations.map(({ alias }, i) => ({
    alias,
    sample: samples[i],
    filters: filters[i]!,
  }))
  return { shape, relations, classes: joinClasses(shape, samples, find) }
}

function joinClasses(
  { edges, relations }: Shape,
  samples: readonly (TableSample | undefined)[],
  find: (column: ShapeColumn) => number,
): BoundClass[] {
  let classes: { relation: number; column: string }[][] = []
  for (const { left, right } of edges) {
    const pair = [left, right].map((c) => ({ relation: find(c), column: c.column }))
    if (pair.some(({ relation }) => relation < 0) || pair[0]!.relation === pair[1]!.relation)
      continue
    const touches = (other: (typeof classes)[number]) =>
      other.some((a) => pair.some((b) => a.relation === b.relation && a.column === b.column))
    const merged = [...classes.filter(touches).flat(), ...pair]
    const unique = new Map(merged.map((m) => [`${m.relation} ${m.column}`, m]))
    classes = [...classes.filter((c) => !touches(c)), [...unique.values()]]
  }
  return classes.map((members) => ({
    members: members.map(({ relation, column }) => ({
      relation,
      column: { table: samples[relation]?.table ?? relations[relation]!.table, column },
    })),
  }))
}

/** Sets of two to four columns whose joined share tells how large joins become, and how often keys repeat. */
export function joinedColumns({ classes }: BoundShape): readonly (readonly TableColumn[])[] {
  const sets = new Map<string, readonly TableColumn[]>()
  for (const { members } of classes) {
    const columns = members.slice(0, MOST_JOINED).map(({ column }) => column)
    // A column with itself: how many rows have the key of a row.
    for (const column of columns) sets.set(classKey([column, column]), [column, column])
    for (let bits = 1; bits < 1 << columns.length; bits++) {
      const set = columns.filter((_, i) => (bits >> i) & 1)
      if (set.length > 1) sets.set(classKey(set), set)
    }
  }
  return [...sets.values()]
}

const MOST_JOINED = 4
