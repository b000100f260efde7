import { type Database, quoteName } from '../../../core/sql/database.ts'
import type { KnownStatement, Rewriter, StatementTree } from '../../types.ts'
import { scanStatement } from '../../watch/scan.ts'
import { recentMap } from '../../watch/templates.ts'
import { readTree } from '../../watch/tree.ts'
import { filesOf, readSql } from '../parquet/files.ts'
import { type Ast, textOf, walk } from '../read/ast.ts'
import { readTables } from '../read/tables.ts'
import { applyEdits, byPlace, type Computed, type Edit, editOf } from '../served/edits.ts'
import { isOpened } from '../served/opened.ts'
import { type Carried, excludeCarried, isAsCarried, readCarried } from './carried.ts'
import { impliedFilters, onCarried, type RanksWriter, textsOfConstant } from './imply.ts'
import { type RankedTexts, readRanked } from './ranks.ts'

/**
 * Has statements on Parquet files that carry columns of joined tables skip row groups by filters on those:
 * a table T in FROM becomes (SELECT * EXCLUDE (…) FROM read_parquet(…) WHERE filter on what is carried).
 * Only while the joined tables are as they were when their columns were carried; what does not fit runs
 * as it was asked.
 */
export interface CarryingRewriter extends Rewriter {
  /**
   * Takes files opened by `openParquet` under a name into service, where they carry something and the
   * joined tables are unchanged; false: they are not in service. Throws ERR_ARGUMENT, ERR_SQL.
   */
  serve(name: string, path: string): Promise<boolean>
  withdraw(name: string): void
  /** Takes files back into service whose joined tables are again as they were. */
  refresh(): Promise<void>
}

interface Standing {
  readonly name: string
  readonly path: string
  readonly files: readonly string[]
  readonly carried: Carried
  readonly columns: readonly string[]
  readonly ranked: ReadonlyMap<string, RankedTexts>
  isServing: boolean
}

interface StandingEdit extends Edit {
  readonly standing: Standing
}

const MOST_TEMPLATES = 10_000

/** A rewriter that serves nothing yet. */
export function carryingRewriter(db: Database): CarryingRewriter {
  const standings = new Map<string, Standing>()
  let plans = recentMap<readonly StandingEdit[]>(MOST_TEMPLATES)
  const forget = () => {
    plans = recentMap<readonly StandingEdit[]>(MOST_TEMPLATES)
  }
  const rewrite: CarryingRewriter['rewrite'] = ({ sql, spans }) => {
    if (standings.size === 0) return undefined
    const edits = plans.get(scanStatement(sql).key)?.filter(({ standing }) => standing.isServing)
    if (edits === undefined || edits.length === 0) return undefined
    const names = [...new Set(edits.map(({ standing }) => standing.name))]
    return { sql: applyEdits(sql, spans, edits), actionId: `carried-${names.join('-')}` }
  }
  return {
    rewrite,
    isIdle: () => standings.size === 0,
    knows: (sql) => standings.size === 0 || plans.get(scanStatement(sql).key) !== undefined,
    async meet(statement, shown) {
      const { sql, spans, kinds } = statement
      const { key } = scanStatement(sql)
      plans.set(key, [])
      const serving = [...standings.values()].filter(({ isServing }) => isServing)
      const tree = shown ?? (await readTree(db, sql, spans, kinds)).tree
      if (tree !== undefined) plans.set(key, await editsFor(db, statement, tree, serving))
    },
    changed(table) {
      const name = table?.toLowerCase()
      for (const standing of standings.values()) {
        const tables = [standing.name, ...standing.carried.columns.map((one) => one.table)]
        const isMine = tables.some((one) => one.toLowerCase() === name)
        if (name === undefined || isMine) standing.isServing = false
      }
    },
    async serve(name, path) {
      const standing = await standingOf(db, name, path)
      standings.set(name.toLowerCase(), standing)
      forget()
      return standing.isServing
    },
    withdraw(name) {
      standings.delete(name.toLowerCase())
      forget()
    },
    async refresh() {
      for (const [key, { isServing, name, path }] of standings) {
        if (!isServing) standings.set(key, await standingOf(db, name, path))
      }
      forget()
    },
  }
}

async function standingOf(db: Database, name: string, path: string): Promise<Standing> {
  const files = filesOf(path)
  const carried = await readCarried(db, files)
  const isThere = carried.columns.length > 0 && (await isAsCarried(db, carried))
  const columns = await columnsSeen(db, name, files, carried)
  const isServing = isThere && columns !== undefined
  const ranked = isServing ? await readRanked(db, carried.columns) : new Map()
  return { name, path, files, carried, columns: columns ?? [], ranked, isServing }
}

const TEXT = "'(?:[^']|'')*'"
const TEXTS = new RegExp(`^\\s*${TEXT}(?:\\s*,\\s*${TEXT})*\\s*$`)

/** The texts of a constant as it is written: of a text, or of the inside of a list. */
function textsIn(written: string): readonly string[] | undefined {
  if (!TEXTS.test(written)) return undefined
  const found = written.match(new RegExp(TEXT, 'g'))!
  return found.map((one) => one.slice(1, -1).replaceAll("''", "'"))
}

function ofSlots(write: RanksWriter): Computed {
  return (textOf) =>
    write(({ slot }) => (typeof slot === 'number' ? textsIn(textOf(slot)) : undefined))
}

/** Whether DuckDB reads the texts in a condition as they are written. */
function isAsWritten(condition: Ast, { sql, spans }: KnownStatement): boolean {
  let isSame = true
  walk(condition, (node) => {
    const { slot } = node
    if (textOf(node, 'class') !== 'CONSTANT' || typeof slot !== 'number') return true
    const texts = textsIn(sql.slice(spans[2 * slot]!, spans[2 * slot + 1]!))
    const [value] = textsOfConstant(node) ?? []
    isSame &&= texts === undefined || value === undefined || texts.includes(value)
    return true
  })
  return isSame
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
  { node, isTrusted }: StatementTree,
  serving: readonly Standing[],
): Promise<readonly StandingEdit[]> {
  if (!isTrusted || serving.length === 0) return []
  const tables = await readTables(db)
  const views = new Map(serving.map((one) => [one.name.toLowerCase(), one]))
  const columnsOf = (table: string) => {
    const names =
      views.get(table.toLowerCase())?.columns ??
      tables.get(table.toLowerCase())?.columns.map(({ name }) => name)
    return names && new Map(names.map((name) => [name.toLowerCase(), name]))
  }
  const edits: StandingEdit[] = []
  for (const standing of serving) {
    const filters = impliedFilters(node, standing.name, standing.carried.columns, columnsOf)
    for (const scan of new Set(filters.map(({ link }) => link.scan))) {
      const mine = filters.filter(({ link }) => link.scan === scan)
      const writers: RanksWriter[] = []
      const conditions = mine
        .filter(({ link }) => isAsWritten(link.condition, statement))
        .map((filter) => onCarried(filter, '', standing.ranked, writers))
        .filter((condition) => condition !== undefined)
      if (conditions.length === 0) continue
      const select = `SELECT *${excludeCarried(standing.carried)} FROM ${readSql(standing.files)}`
      const edit = await editOf(db, statement, scan, select, conditions, writers.map(ofSlots))
      if (edit !== undefined) edits.push({ ...edit, standing })
    }
  }
  return edits.sort(byPlace)
}
