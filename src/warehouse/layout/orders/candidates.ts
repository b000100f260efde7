import { filteredColumns, type Judge, type Scene } from '../choose/cost.ts'
import { buildBlockTree } from './block-tree.ts'
import { learnCells, learnGrid, plainZOrder } from './cells.ts'
import { keyValues, type SortKey } from './keys.ts'
import { denseRanks, orderBy } from './order.ts'
import { learnPredicateSort } from './predicate-sort.ts'

/** Kinds of layouts that are tried. */
export const LAYOUT_KINDS = [
  'sort',
  'compound',
  'predicates',
  'z-order',
  'cells',
  'grid',
  'tree',
] as const
export type LayoutKind = (typeof LAYOUT_KINDS)[number]

/** A way to order the rows of a table. */
export interface Layout {
  readonly kind: LayoutKind
  readonly keys: readonly SortKey[]
}

/** Rows of a sample in the order of a layout; equal ones stay as they are. */
export function orderOf({ keys }: Layout, { values, sample, ranksOf }: Scene): Int32Array {
  return orderBy(
    keys.map((key) =>
      key.kind === 'column' ? ranksOf(key.column) : denseRanks(keyValues(key, values, sample.rows)),
    ),
    sample.rows,
  )
}

/** Columns looked at, so that a workload over a hundred columns does not take all night. */
const MOST_COLUMNS = 8
/** Columns that are tried as the one sorted within the cells of a grid. */
const GRID_SORTS = 3

/** The best layout of a kind for the judge's probes; undefined where the kind does not apply. */
export function learnLayout(kind: LayoutKind, judge: Judge): Layout | undefined {
  const columns = filteredColumns(judge).slice(0, MOST_COLUMNS)
  if (columns.length === 0) return undefined
  const best = (layouts: readonly Layout[]) => bestOf(layouts, judge)
  const sorts = columns.map((column) => ({ kind: 'column', column }) as const)
  switch (kind) {
    case 'sort':
      return best(sorts.map((key) => ({ kind, keys: [key] })))
    case 'compound':
      return best(
        sorts
          .slice(0, 5)
          .flatMap((first) =>
            sorts.filter((second) => second !== first).map((second) => [first, second]),
          )
          .map((keys) => ({ kind, keys })),
      )
    case 'predicates':
      return withTail(kind, learnPredicateSort(judge), judge, sorts)
    case 'z-order':
      return best(
        [2, 3, 4]
          .filter((count) => count <= columns.length)
          .map((count) => ({ kind, keys: [plainZOrder(judge, columns.slice(0, count))] })),
      )
    case 'cells':
      return withTail(kind, learnCells(judge, columns), judge, sorts)
    case 'grid':
      return best(
        columns.slice(0, GRID_SORTS).flatMap((last) => {
          const cells = learnGrid(
            judge,
            columns.filter((column) => column !== last),
          )
          return cells === undefined
            ? []
            : [{ kind, keys: [cells, { kind: 'column', column: last }] }]
        }),
      )
    case 'tree':
      return withTail(kind, buildBlockTree(judge, columns), judge, sorts)
  }
}

/** A key alone or with rows of equal key sorted by one column, whichever costs less. */
function withTail(
  kind: LayoutKind,
  key: SortKey | undefined,
  judge: Judge,
  sorts: readonly SortKey[],
): Layout | undefined {
  if (key === undefined) return undefined
  return bestOf(
    [{ kind, keys: [key] }, ...sorts.map((sort) => ({ kind, keys: [key, sort] }))],
    judge,
  )
}

function bestOf(layouts: readonly Layout[], judge: Judge): Layout | undefined {
  let best: Layout | undefined
  let least = Infinity
  for (const layout of layouts) {
    const { cost } = judge.ofOrder(orderOf(layout, judge.scene))
    if (cost < least) {
      least = cost
      best = layout
    }
  }
  return best
}
