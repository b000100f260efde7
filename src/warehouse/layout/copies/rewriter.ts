import { join } from 'node:path'
import type { Database } from '../../../core/sql/database.ts'
import type { KnownStatement } from '../../types.ts'
import {
  type Carried,
  excludeCarried,
  isAsCarried,
  isCollated,
  NOTHING_CARRIED,
  readCarried,
} from '../joined/carried.ts'
import { carryingEdit } from '../joined/carrying-edit.ts'
import { type ImpliedFilter, impliedFilters, impliedStatements } from '../joined/imply.ts'
import { type RankedTexts, readRanked } from '../joined/ranks.ts'
import { filesOf, readSql } from '../parquet/files.ts'
import { placeOf } from '../parquet/place.ts'
import { type Ast, parseSelects } from '../read/ast.ts'
import { encodingOf, type TableColumn } from '../read/columns.ts'
import type { ColumnsOf } from '../read/scans.ts'
import { readTables } from '../read/tables.ts'
import { byPlace } from '../served/edits.ts'
import { isOpened } from '../served/opened.ts'
import {
  type ParquetRewriter,
  parquetRewriterOf,
  type Standing,
  type StandingEdit,
} from '../served/rewriter.ts'
import { askedOfTable, type Names, readNames } from './asked.ts'
import { type FilesJudge, judgeFiles } from './cheapest.ts'
import { copiesOf, readCopies, watchFiles } from './record.ts'

/** Files that hold all rows: those of the table, or a copy of some of its columns. */
interface Source {
  readonly files: readonly string[]
  readonly columns: readonly TableColumn[]
  readonly carried: Carried
  readonly ranked: ReadonlyMap<string, RankedTexts>
  readonly judge: FilesJudge
  isAsCarried: boolean
}

interface CopiedStanding extends Standing {
  readonly columns: readonly TableColumn[]
  readonly main: Source
  readonly copies: readonly Source[]
  /** Templates that no copy makes faster, by their fingerprints. */
  readonly stays: ReadonlySet<string>
  isUnchanged(): boolean
}

/** A copy is read where it is expected to cost less than this share of reading the files themselves. */
const WORTH = 0.9
/** What rewriting a statement takes, in rows read. */
const REWRITE_ROWS = 5000

/**
 * Has statements on Parquet files read the copy of their rows that is cheapest for them (`copyParquet`): a
 * table T in FROM becomes (SELECT * FROM read_parquet(copy)), with filters on what the copy carries of
 * joined tables. Only where the copy has all columns that the statement may use and its answer owes
 * nothing to the order of rows, and only while the files are what was copied, which is looked at before
 * each statement; all else runs as it was asked. Serves nothing yet.
 */
export function copyingRewriter(db: Database): ParquetRewriter {
  return parquetRewriterOf<CopiedStanding>(db, {
    kind: 'copy',
    standingOf: (name, path) => standingOf(db, name, path),
    editsFor: (statement, { node }, serving) => editsFor(db, statement, node, serving),
    changed(standing, table) {
      const name = table?.toLowerCase()
      if (name === undefined || name === standing.name.toLowerCase()) standing.isServing = false
      for (const source of [standing.main, ...standing.copies]) {
        const isOf = source.carried.columns.some((one) => one.table.toLowerCase() === name)
        if (name === undefined || isOf) source.isAsCarried = false
      }
    },
    isCurrent: (standing) => standing.isUnchanged() && areAsCarried(standing),
  })
}

/** Whether nothing that copies carry was put out of use. */
function areAsCarried({ copies }: CopiedStanding): boolean {
  return copies.every(({ carried, isAsCarried: isAs }) => isAs || carried.columns.length === 0)
}

async function standingOf(db: Database, name: string, given: string): Promise<CopiedStanding> {
  const path = placeOf(given)
  const files = filesOf(path)
  const isUnchanged = watchFiles(files)
  const main = await sourceOf(db, files)
  const own = main.columns.filter((column) => !isCarried(main, column))
  const copies: Source[] = []
  const { copies: kept, stays } = await readCopies(db, path, files)
  if (kept.length > 0 && (await isOpened(db, name, files, main.carried))) {
    for (const { file } of kept) {
      const copy = await sourceOf(db, [join(copiesOf(path), file)])
      if (isPartOf(copy, own)) copies.push(copy)
    }
  }
  const isServing = copies.length > 0
  return { name, path, columns: own, main, copies, stays, isUnchanged, isServing }
}

async function sourceOf(db: Database, files: readonly string[]): Promise<Source> {
  const carried = await readCarried(db, files)
  const found = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${readSql(files)})`,
  )
  const columns = found.map(({ column_name, column_type: type }) => {
    return { name: column_name, type, encoding: encodingOf(type) }
  })
  const isAs = carried.columns.length > 0 && (await isAsCarried(db, carried))
  const ranked = isAs ? await readRanked(db, carried.columns) : new Map<string, RankedTexts>()
  const judge = judgeFiles(db, files, columns)
  return { files, columns, carried, ranked, judge, isAsCarried: isAs }
}

function isCarried({ carried }: Source, { name }: TableColumn): boolean {
  return carried.columns.some((one) => one.name === name)
}

/** Whether a copy has columns of the table with their types, in their order, and none besides. */
function isPartOf(copy: Source, columns: readonly TableColumn[]): boolean {
  const own = copy.columns.filter((column) => !isCarried(copy, column))
  const same = columns.filter(({ name }) => own.some((one) => one.name === name))
  return JSON.stringify(own) === JSON.stringify(same)
}

async function editsFor(
  db: Database,
  statement: KnownStatement,
  node: Ast,
  serving: readonly CopiedStanding[],
): Promise<readonly StandingEdit<CopiedStanding>[]> {
  // Which of equal texts is shown is then a matter of the order of rows.
  if (await isCollated(db)) return []
  const names = await readNames(db)
  const tables = await readTables(db)
  const columnsOf: ColumnsOf = (table) => {
    const views = serving.find(({ name }) => name.toLowerCase() === table.toLowerCase())
    return byLowerName(views?.columns ?? tables.get(table.toLowerCase())?.columns)
  }
  const edits: StandingEdit<CopiedStanding>[] = []
  for (const standing of serving) {
    edits.push(...(await editsOn(db, statement, node, standing, columnsOf, names)))
  }
  return edits.sort(byPlace)
}

async function editsOn(
  db: Database,
  statement: KnownStatement,
  node: Ast,
  standing: CopiedStanding,
  columnsOf: ColumnsOf,
  names: Names,
): Promise<readonly StandingEdit<CopiedStanding>[]> {
  if (standing.stays.has(statement.template.fingerprint)) return []
  const columns = new Map(standing.columns.map((column) => [column.name.toLowerCase(), column]))
  const asked = askedOfTable(node, standing.name, columns, names)
  if (asked === undefined) return []
  const covering = standing.copies.filter((copy) =>
    [...asked.columns].every((name) => copy.columns.some((column) => column.name === name)),
  )
  if (covering.length === 0) return []
  const judged = async (source: Source) => {
    const filters = filtersOn(source, node, standing, columnsOf)
    const seen: ColumnsOf = (table) =>
      table.toLowerCase() === standing.name.toLowerCase()
        ? byLowerName(source.columns)
        : columnsOf(table)
    const weighed = { sql: statement.sql, fingerprint: '', cpuMs: 1, runs: 1 }
    const carried = filters.length === 0 ? [] : source.carried.columns
    const [asked] = await impliedStatements(db, [weighed], standing.name, carried, columnsOf)
    const [written] = await parseSelects(db, [asked!.sql])
    const cost = written && (await source.judge.cost(written, standing.name, seen))
    return { source, filters, cost: cost ?? Infinity }
  }
  const asIs = await judged(standing.main)
  let best = { ...asIs, cost: WORTH * asIs.cost - REWRITE_ROWS }
  for (const copy of covering) {
    const one = await judged(copy)
    if (one.cost < best.cost) best = one
  }
  const { source, filters } = best
  if (source === standing.main) return []
  const isUsable = () => {
    if (!standing.isUnchanged()) standing.isServing = false
    return standing.isServing && (filters.length === 0 || source.isAsCarried)
  }
  const edits: StandingEdit<CopiedStanding>[] = []
  const select = `SELECT *${excludeCarried(source.carried)} FROM ${readSql(source.files)}`
  for (const scan of asked.scans) {
    const edit = await carryingEdit(
      ...([db, statement, scan, select, filters, source.ranked, false] as const),
    )
    if (edit !== undefined) edits.push({ ...edit, standing, isUsable })
  }
  return edits
}

function filtersOn(
  { carried, isAsCarried }: Source,
  node: Ast,
  { name }: CopiedStanding,
  columnsOf: ColumnsOf,
): readonly ImpliedFilter[] {
  const { columns } = isAsCarried ? carried : NOTHING_CARRIED
  return impliedFilters(node, name, columns, columnsOf)
}

function byLowerName(
  columns: readonly TableColumn[] | undefined,
): ReadonlyMap<string, string> | undefined {
  return columns && new Map(columns.map(({ name }) => [name.toLowerCase(), name]))
}
