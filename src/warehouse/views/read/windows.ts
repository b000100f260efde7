import type { Database } from '../../../core/sql/database.ts'
import { isWhole } from '../answer/definition.ts'
import {
  collect,
  type Expression,
  type OrderPart,
  print,
  Unserved,
  type Window,
} from './expression.ts'
import { fromClause } from './from.ts'
import type { Shape } from './shape.ts'
import { ADDED, OF_PLACES } from './window-node.ts'

/**
 * Throws Unserved where a window of a shape may depend on the order in which groups come: places are
 * given out among groups that tie, or fractions are added up.
 */
export async function checkWindows(db: Database, shape: Shape): Promise<void> {
  const parts = [
    ...shape.outputs.map(({ expression }) => expression),
    ...shape.order.map(({ expression }) => expression),
    ...(shape.qualify === undefined ? [] : [shape.qualify]),
  ]
  const windows = parts.flatMap((e) => collect(e, ({ kind }) => kind === 'window')) as Window[]
  if (windows.length === 0) return
  const added: Expression[] = []
  for (const window of windows) {
    const isOfPlaces = OF_PLACES.has(window.name) || window.isOfRows
    if (isOfPlaces && !isTotal(window, shape)) {
      throw new Unserved('a window of it gives places to groups that may tie')
    }
    if (ADDED.has(window.name)) added.push(...window.args)
  }
  const types = await groupTypes(db, shape, added)
  if (!types.every((type) => isWhole(type) || /^(DECIMAL|U?HUGEINT)/.test(type))) {
    throw new Unserved('a window of it adds up fractions')
  }
}

/** Whether no two groups of a partition are equal in the order. */
function isTotal({ partitions, orders }: Window, { groups, sets }: Shape): boolean {
  const told = new Set([...partitions, ...orders.map(partOf)].map((e) => print(e)))
  return sets === undefined && groups.every((group) => told.has(print(group)))
}

const partOf = ({ expression }: OrderPart) => expression

/** Types of expressions over groups, by describing a statement that holds them. */
async function groupTypes(
  db: Database,
  { tables, outer, groups }: Shape,
  expressions: readonly Expression[],
): Promise<readonly string[]> {
  if (expressions.length === 0) return []
  const list = expressions.map((e, i) => `${print(e)} AS e${i}`).join(', ')
  const by = groups.length === 0 ? '' : ` GROUP BY ${groups.map((e) => print(e)).join(', ')}`
  const described = await db.answer(
    `DESCRIBE SELECT ${list} FROM ${fromClause(tables, outer)}${by}`,
  )
  return described.columns[1]!.map(String)
}
