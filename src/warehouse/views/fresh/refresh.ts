import { StorewrightError } from '../../../core/errors.ts'
import type { Database } from '../../../core/sql/database.ts'
import {
  appendStatements,
  buildStatements,
  dropStatements,
  edgesTable,
  type Mark,
  marksOf,
  markTable,
  SORTED,
  sortStatements,
  type ViewDefinition,
} from '../answer/definition.ts'
import { type Edges, mergeEdges } from '../answer/edges.ts'

/** How a table changed: rows were added behind the others, or anything else. */
export type Change = 'append' | 'other'

/** How a view was brought up to date. */
export type Refreshed = 'appended' | 'rebuilt' | 'unchanged' | 'sorted'

/**
 * Brings a view up to date in one transaction: where one of its tables only got rows (the caller knows of
 * no other change, and the rows up to the mark are as many as they were) by adding what is new,
 * otherwise by building it anew. Throws ERR_SQL, and ERR_DESIGN_CHANGED where columns it is made of are of
 * another type now; the view is then as it was.
 */
export async function refreshView(
  db: Database,
  view: ViewDefinition,
  change: Change,
): Promise<Refreshed> {
  return db.transaction(async () => {
    const changed = await changedColumn(db, view)
    if (changed !== undefined) {
      throw new StorewrightError('ERR_DESIGN_CHANGED', `${changed}: the view is of what it was`, {
        next: 'Ask for advice again.',
      })
    }
    const appended = change === 'append' ? await appendedSince(db, view) : undefined
    if (appended === 'nothing') return 'unchanged'
    if (appended !== undefined) {
      for (const sql of appendStatements(view, appended.from, appended.to)) await db.run(sql)
      return 'appended'
    }
    for (const sql of rebuildStatements(view)) await db.run(sql)
    return 'rebuilt'
  })
}

/**
 * A column that a view is made of and that is gone or of another type: what is stored, and in which type,
 * was chosen for the type it had.
 */
async function changedColumn(db: Database, view: ViewDefinition): Promise<string | undefined> {
  for (const { table, columns } of view.bases ?? []) {
    const found = await db.rows<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM duckdb_columns()
       WHERE database_name = current_database() AND schema_name = current_schema() AND table_name = $1`,
      [table],
    )
    const types = new Map(found.map(({ name, type }) => [name.toLowerCase(), type]))
    const other = columns.find(({ name, type }) => types.get(name.toLowerCase()) !== type)
    if (other === undefined) continue
    const now = types.get(other.name.toLowerCase())
    return now === undefined
      ? `${table}.${other.name} is gone`
      : `${table}.${other.name} is ${now} now and was ${other.type}`
  }
  return undefined
}

/**
 * The marks of the one table that got rows, where rows up to the marks are as many as they were in all
 * tables: what the new rows join is all that a view of joins gets. Undefined where several got rows, or
 * one that is joined by LEFT JOIN: its rows take the place of NULLs.
 */
async function appendedSince(
  db: Database,
  view: ViewDefinition,
): Promise<{ readonly from: Mark; readonly to: Mark } | 'nothing' | undefined> {
  const stored = await readMarks(db, storedMarks(view))
  const before = await readMarks(db, marksOf(view, { upTo: stored, isSummed: false }))
  const now = await readMarks(db, marksOf(view, { isSummed: false }))
  const ofTable = (marks: readonly Mark[], table: string) => marks.find((m) => m.table === table)
  const grown: { from: Mark; to: Mark }[] = []
  for (const to of now) {
    const from = ofTable(stored, to.table)
    if (from === undefined || ofTable(before, to.table)?.rowCount !== from.rowCount)
      return undefined
    if (to.lastRow !== from.lastRow) grown.push({ from, to })
  }
  if (grown.length === 0) return 'nothing'
  const [only] = grown
  const isOuter = view.outer?.some(({ table }) => table === only?.from.table) ?? false
  return grown.length === 1 && !isOuter ? only : undefined
}

/** Puts rows that were added behind a view into its order. Throws ERR_SQL; the view is then as it was. */
export async function sortView(db: Database, view: ViewDefinition): Promise<Refreshed> {
  await db.transaction(async () => {
    for (const sql of sortStatements(view)) await db.run(sql)
  })
  return 'sorted'
}

/** Rows of a view that lie behind those in its order; 0 where that is not kept. */
export async function rowsBehind(
  db: Database,
  view: ViewDefinition,
  rows: number,
): Promise<number> {
  if (view.orderedBy === undefined) return 0
  const marks = await readMarks(db, storedMarks(view))
  return rows - (marks.find(({ table }) => table === SORTED)?.rowCount ?? rows)
}

/** Statements that build a view over what may stand of it. */
function rebuildStatements(view: ViewDefinition): string[] {
  const [makeSchema, ...build] = buildStatements(view)
  return [makeSchema!, ...dropStatements(view), ...build]
}

/**
 * How the tables of a view changed since it was brought up to date, whoever changed them; undefined:
 * not at all. Reads the columns that the view is made of where counts alone tell nothing.
 */
export async function changeSince(db: Database, view: ViewDefinition): Promise<Change | undefined> {
  const stored = await readMarks(db, storedMarks(view))
  const counts = await readMarks(db, marksOf(view, { isSummed: false }))
  const ofTable = (marks: readonly Mark[], table: string) => marks.find((m) => m.table === table)
  const isAlike = (a: Mark | undefined, b: Mark | undefined) =>
    a !== undefined && a.rowCount === b?.rowCount && a.lastRow === b.lastRow
  if (view.tables.some((table) => ofTable(stored, table) === undefined)) return 'other'
  if ((await changedColumn(db, view)) !== undefined) return 'other'
  const hasGrown = counts.some((mark) => !isAlike(mark, ofTable(stored, mark.table)))
  const kept = await readMarks(db, marksOf(view, { upTo: stored }))
  const isKept = kept.every((mark) => {
    const was = ofTable(stored, mark.table)
    return isAlike(mark, was) && mark.checksum === was?.checksum
  })
  if (!isKept) return 'other'
  return hasGrown ? 'append' : undefined
}

function storedMarks(view: ViewDefinition): string {
  return `SELECT table_name, row_count, last_row, checksum FROM ${markTable(view.name)}`
}

async function readMarks(db: Database, sql: string): Promise<readonly Mark[]> {
  const { columns, rowCount } = await db.answer(sql)
  const [table, rows, last, checksum] = columns
  return Array.from({ length: rowCount }, (_, i) => ({
    table: String(table![i]),
    rowCount: Number(rows![i]),
    lastRow: Number(last![i]),
    checksum: String(checksum![i]),
  }))
}

/** The edges of each grid of a view, by the name of its column. */
export async function readEdges(
  db: Database,
  view: ViewDefinition,
): Promise<ReadonlyMap<string, Edges>> {
  if (!view.keys.some(({ grid }) => grid !== undefined)) return new Map()
  const { columns, rowCount } = await db.answer(
    `SELECT dimension, cell, least, greatest, row_count, first_row, last_row
     FROM ${edgesTable(view.name)}`,
  )
  const [dimension, cell, least, greatest, counts, firstRow, lastRow] = columns.map((c) =>
    c.map(Number),
  )
  const rows = Array.from({ length: rowCount }, (_, i) => ({
    dimension: dimension![i]!,
    cell: cell![i]!,
    least: least![i]!,
    greatest: greatest![i]!,
    rows: counts![i]!,
    firstRow: firstRow![i]!,
    lastRow: lastRow![i]!,
  }))
  return new Map(
    view.keys.flatMap((key, k) =>
      key.grid === undefined
        ? []
        : [[key.column, mergeEdges(rows.filter((row) => row.dimension === k))] as const],
    ),
  )
}
