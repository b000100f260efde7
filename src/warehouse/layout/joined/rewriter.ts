import { type Database, quoteName } from '../../../core/sql/database.ts'
import type { KnownStatement } from '../../types.ts'
import { filesOf, readSql } from '../parquet/files.ts'
import type { Ast } from '../read/ast.ts'
import { readTables } from '../read/tables.ts'
import { byPlace } from '../served/edits.ts'
import { isOpened } from '../served/opened.ts'
import {
  type ParquetRewriter,
  parquetRewriterOf,
  type Standing,
  type StandingEdit,
} from '../served/rewriter.ts'
import { type Carried, excludeCarried, isAsCarried, readCarried } from './carried.ts'
import { carryingEdit } from './carrying-edit.ts'
import { impliedFilters } from './imply.ts'
import { type RankedTexts, readRanked } from './ranks.ts'

export type CarryingRewriter = ParquetRewriter

interface CarryingStanding extends Standing {
  readonly files: readonly string[]
  readonly carried: Carried
  readonly columns: readonly string[]
  readonly ranked: ReadonlyMap<string, RankedTexts>
}

/**
 * Has statements on Parquet files that carry columns of joined tables skip row groups by filters on those:
 * a table T in FROM becomes (SELECT * EXCLUDE (…) FROM read_parquet(…) WHERE filter on what is carried).
 * Only while the joined tables are as they were when their columns were carried; what does not fit runs
 * as it was asked. Serves nothing yet.
 */
export function carryingRewriter(db: Database): CarryingRewriter {
  return parquetRewriterOf<CarryingStanding>(db, {
    kind: 'carried',
    standingOf: (name, path) => standingOf(db, name, path),
    editsFor: (statement, { node }, serving) => editsFor(db, statement, node, serving),
    changed(standing, table) {
      const name = table?.toLowerCase()
      const tables = [standing.name, ...standing.carried.columns.map((one) => one.table)]
      const isMine = tables.some((one) => one.toLowerCase() === name)
      if (name === undefined || isMine) standing.isServing = false
    },
  })
}

async function standingOf(db: Database, name: string, path: string): Promise<CarryingStanding> {
  const files = filesOf(path)
  const carried = await readCarried(db, files)
  const isThere = carried.columns.length > 0 && (await isAsCarried(db, carried))
  const columns = await columnsSeen(db, name, files, carried)
  const isServing = isThere && columns !== undefined
  const ranked = isServing ? await readRanked(db, carried.columns) : new Map()
  return { name, path, files, carried, columns: columns ?? [], ranked, isServing }
}

/** Columns of the view of a name; undefined where it is not what `openParquet` makes of the files. */
async function columnsSeen(
  db: Database,
  name: string,
  files: readonly string[],
  carried: Carried,
): Promise<readonly string[] | undefined> {
  const described = async (sql: string) => {
    const rows = await db.rows<{ column_name: string; column_type: string }>(
      `SELECT column_name, column_type FROM (DESCRIBE ${sql})`,
    )
    return rows.map((row) => ({ name: row.column_name, type: row.column_type }))
  }
  if (!(await isOpened(db, name, files, carried))) return undefined
  const seen = await described(quoteName(name))
  const own = await described(`SELECT *${excludeCarried(carried)} FROM ${readSql(files)}`)
  const whole = await described(`SELECT * FROM ${readSql(files)}`)
  const tables = await readTables(db)
  const isKept = carried.columns.every(({ name: column, table, attribute, isRank }) => {
    const type = whole.find((one) => one.name === column)?.type
    const from = tables.get(table.toLowerCase())?.columns.find((one) => one.name === attribute)
    return isRank
      ? type === 'INTEGER' && from?.type === 'VARCHAR'
      : type !== undefined && type === from?.type
  })
  return isKept && JSON.stringify(seen) === JSON.stringify(own)
    ? seen.map((column) => column.name)
    : undefined
}

async function editsFor(
  db: Database,
  statement: KnownStatement,
  node: Ast,
  serving: readonly CarryingStanding[],
): Promise<readonly StandingEdit<CarryingStanding>[]> {
  const tables = await readTables(db)
  const views = new Map(serving.map((one) => [one.name.toLowerCase(), one]))
  const columnsOf = (table: string) => {
    const names =
      views.get(table.toLowerCase())?.columns ??
      tables.get(table.toLowerCase())?.columns.map(({ name }) => name)
    return names && new Map(names.map((name) => [name.toLowerCase(), name]))
  }
  const edits: StandingEdit<CarryingStanding>[] = []
  for (const standing of serving) {
    const filters = impliedFilters(node, standing.name, standing.carried.columns, columnsOf)
    for (const scan of new Set(filters.map(({ link }) => link.scan))) {
      const select = `SELECT *${excludeCarried(standing.carried)} FROM ${readSql(standing.files)}`
      const edit = await carryingEdit(
        ...([db, statement, scan, select, filters, standing.ranked, true] as const),
      )
      if (edit !== undefined) edits.push({ ...edit, standing })
    }
  }
  return edits.sort(byPlace)
}
