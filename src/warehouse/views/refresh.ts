import type { Database } from '../../core/sql/database.ts'
import {
  appendStatements,
  buildStatements,
  dropStatements,
  edgesTable,
  type Mark,
  markOf,
  markTable,
  type ViewDefinition,
} from './definition.ts'
import { type Edges, mergeEdges } from './edges.ts'
import { quote } from './expression.ts'

/** How a table changed: rows were added behind the others, or anything else. */
export type Change = 'append' | 'other'

/** How a view was brought up to date. */
export type Refreshed = 'appended' | 'rebuilt' | 'unchanged'

/**
 * Brings a view up to date in one transaction: where its one table only got rows (the caller knows of
 * no other change, and the rows up to the mark are as many as they were) by adding what is new,
 * otherwise by building it anew. Throws ERR_SQL; the view is then as it was.
 */
export async function refreshView(
  db: Database,
  view: ViewDefinition,
  change: Change,
): Promise<Refreshed> {
  return db.transaction(async () => {
    if (change === 'append' && view.tables.length === 1) {
      const from = await readMark(db, storedMark(view))
      const before = await readMark(db, markOf(view, `rowid <= ${from.lastRow}`))
      const to = await readMark(db, markOf(view))
      if (before.rowCount === from.rowCount) {
        if (to.lastRow === from.lastRow) return 'unchanged'
        for (const sql of appendStatements(view, from, to)) await db.run(sql)
        return 'appended'
      }
    }
    for (const sql of [...dropStatements(view), ...buildStatements(view)]) await db.run(sql)
    return 'rebuilt'
  })
}

/**
 * Whether the tables of a view have as many rows, and the same last ones, as when it was brought up to
 * date. Rows changed in place by others are not seen.
 */
export async function isCurrent(db: Database, view: ViewDefinition): Promise<boolean> {
  const [stored, now] = [await readMark(db, storedMark(view)), await readMark(db, markOf(view))]
  return stored.rowCount === now.rowCount && stored.lastRow === now.lastRow
}

function storedMark(view: ViewDefinition): string {
  return `SELECT row_count, last_row FROM ${quote(markTable(view.name))}`
}

async function readMark(db: Database, sql: string): Promise<Mark> {
  const { columns } = await db.answer(sql)
  return { rowCount: Number(columns[0]![0]), lastRow: Number(columns[1]![0]) }
}

/** The edges of each grid of a view, by the name of its column. */
export async function readEdges(
  db: Database,
  view: ViewDefinition,
): Promise<ReadonlyMap<string, Edges>> {
  if (!view.keys.some(({ grid }) => grid !== undefined)) return new Map()
  const { columns, rowCount } = await db.answer(
    `SELECT dimension, cell, least, greatest FROM ${quote(edgesTable(view.name))}`,
  )
  const [dimension, cell, least, greatest] = columns.map((c) => c.map(Number))
  const rows = Array.from({ length: rowCount }, (_, i) => ({
    dimension: dimension![i]!,
    cell: cell![i]!,
    least: least![i]!,
    greatest: greatest![i]!,
  }))
  return new Map(
    view.keys.flatMap((key, k) =>
      key.grid === undefined
        ? []
        : [[key.column, mergeEdges(rows.filter((row) => row.dimension === k))] as const],
    ),
  )
}
