import { type Database, quoteName } from '../../../core/sql/database.ts'
import type { KnownStatement, Rewriter, StatementTree } from '../../types.ts'
import { scanStatement } from '../../watch/scan.ts'
import { recentMap } from '../../watch/templates.ts'
import { readTree } from '../../watch/tree.ts'
import { filesOf, readSql } from '../parquet/files.ts'
import { type Ast, astText, isAst, parseSelects, textOf, writeExpressions } from '../read/ast.ts'
import { readTables } from '../read/tables.ts'
import { type Carried, excludeCarried, isAsCarried, readCarried } from './carried.ts'
import { impliedFilters, onCarried } from './imply.ts'

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
  isServing: boolean
}

/** A table of a statement that is read otherwise: text before, and how the filter is made of constants. */
interface Edit {
  /** The constants of the statement that end before it, and where it is behind the last of them. */
  readonly slot: number
  readonly offset: number
  readonly length: number
  readonly parts: readonly (string | number)[]
  readonly standing: Standing
}

const MOST_TEMPLATES = 10_000

/** A rewriter that serves nothing yet. */
export function carryingRewriter(db: Database): CarryingRewriter {
  const standings = new Map<string, Standing>()
  let plans = recentMap<readonly Edit[]>(MOST_TEMPLATES)
  const forget = () => {
    plans = recentMap<readonly Edit[]>(MOST_TEMPLATES)
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
  return {
    name,
    path,
    files,
    carried,
    columns: columns ?? [],
    isServing: isThere && columns !== undefined,
  }
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
  const isKept = carried.columns.every(({ name: column, table, attribute }) => {
    const type = whole.find((one) => one.name === column)?.type
    const from = tables.get(table.toLowerCase())?.columns.find((one) => one.name === attribute)
    return type !== undefined && type === from?.type
  })
  return isKept && JSON.stringify(seen) === JSON.stringify(own)
    ? seen.map((column) => column.name)
    : undefined
}

const PROBE = 'storewright_opened'

/** Whether a name is the view that `openParquet` makes of the files and nothing else. */
async function isOpened(
  db: Database,
  name: string,
  files: readonly string[],
  carried: Carried,
): Promise<boolean> {
  const own = `SELECT *${excludeCarried(carried)} FROM ${readSql(files)}`
  await db.run(`CREATE OR REPLACE TEMP VIEW ${PROBE} AS ${own}`)
  try {
    const rows = await db.rows<{ view_name: string; sql: string }>(
      `SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND (view_name = '${PROBE}'
         OR (lower(view_name) = lower($1) AND database_name = current_database() AND schema_name = current_schema()))`,
      [name],
    )
    const bodies = rows.map(({ sql }) => sql.slice(sql.indexOf(' AS SELECT ')))
    return rows.length === 2 && bodies[0] === bodies[1]
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${PROBE}`)
  }
}

async function editsFor(
  db: Database,
  statement: KnownStatement,
  { node, isTrusted }: StatementTree,
  serving: readonly Standing[],
): Promise<readonly Edit[]> {
  if (!isTrusted || serving.length === 0) return []
  const tables = await readTables(db)
  const views = new Map(serving.map((one) => [one.name.toLowerCase(), one]))
  const columnsOf = (table: string) => {
    const names =
      views.get(table.toLowerCase())?.columns ??
      tables.get(table.toLowerCase())?.columns.map(({ name }) => name)
    return names && new Map(names.map((name) => [name.toLowerCase(), name]))
  }
  const edits: Edit[] = []
  for (const standing of serving) {
    const filters = impliedFilters(node, standing.name, standing.carried.columns, columnsOf)
    for (const scan of new Set(filters.map(({ link }) => link.scan))) {
      const mine = filters.filter(({ link }) => link.scan === scan)
      const conditions = mine.map((filter) => onCarried(filter, ''))
      const edit = await editOf(db, statement, scan, conditions, standing)
      if (edit !== undefined) edits.push(edit)
    }
  }
  return edits.sort((a, b) => a.slot - b.slot || a.offset - b.offset)
}

async function editOf(
  db: Database,
  statement: KnownStatement,
  scan: Ast,
  conditions: readonly Ast[],
  standing: Standing,
): Promise<Edit | undefined> {
  const at = placeOf(statement.sql, Number(scan['query_location']))
  const name = NAME.exec(statement.sql.slice(at))?.[0]
  if (name === undefined || !isName(name, scan)) return undefined
  const filter = await partsOf(db, statement, conditions)
  if (filter === undefined) return undefined
  const { files, carried } = standing
  const before = `(SELECT *${excludeCarried(carried)} FROM ${readSql(files)} WHERE `
  const after = textOf(scan, 'alias') === '' ? `) AS ${quoteName(textOf(scan, 'table_name'))}` : ')'
  const slot = slotsBefore(statement.spans, at)
  return {
    ...{ slot, offset: at - endOf(statement.spans, slot), length: name.length, standing },
    parts: [before, ...filter, after],
  }
}

const NAME_PART = '(?:[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*|"(?:[^"]|"")*")'
const NAME = new RegExp(`^${NAME_PART}(?:\\.${NAME_PART})?`)

/** Whether a text names the table that a reference does. */
function isName(text: string, scan: Ast): boolean {
  const parts = text.match(new RegExp(NAME_PART, 'g')) ?? []
  const names = parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  )
  const schema = textOf(scan, 'schema_name')
  const wanted = [...(schema === '' ? [] : [schema]), textOf(scan, 'table_name')]
  return names.join('\n').toLowerCase() === wanted.join('\n').toLowerCase()
}

/** From a byte of a text to its UTF-16 unit. */
function placeOf(sql: string, byte: number): number {
  return Buffer.from(sql).subarray(0, byte).toString().length
}

function slotsBefore(spans: Int32Array, at: number): number {
  let slot = 0
  while (2 * slot < spans.length && spans[2 * slot + 1]! <= at) slot++
  return slot
}

function endOf(spans: Int32Array, slot: number): number {
  return slot === 0 ? 0 : spans[2 * slot - 1]!
}

const SLOT = 'storewright_slot_'

/**
 * Conditions as text with places of constants between. Read again by DuckDB it must say what they say:
 * undefined where it does not, as where a sign stands in the constant and in the tree.
 */
async function partsOf(
  db: Database,
  { sql, spans }: KnownStatement,
  conditions: readonly Ast[],
): Promise<readonly (string | number)[] | undefined> {
  const written = await writeExpressions(db, conditions.map(withSlotNames))
  const parts = written
    .map((text) => `(${text})`)
    .join(' AND ')
    .split(new RegExp(`"?${SLOT}(\\d+)"?`))
    .map((part, i) => (i % 2 === 0 ? part : Number(part)))
  const again = await parseSelects(db, [`SELECT ${fill(parts, sql, spans)}`])
  const wanted = await writeExpressions(db, conditions.map(withoutSlots))
  const plain = await parseSelects(db, [
    `SELECT ${wanted.map((text) => `(${text})`).join(' AND ')}`,
  ])
  const [read, meant] = [again[0], plain[0]]
  return read !== undefined && meant !== undefined && astText(read) === astText(meant)
    ? parts
    : undefined
}

function fill(parts: readonly (string | number)[], sql: string, spans: Int32Array): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part : sql.slice(spans[2 * part]!, spans[2 * part + 1]!),
    )
    .join('')
}

/** Constants that change from statement to statement as names of columns; a list of them as one. */
function withSlotNames(node: Ast): Ast {
  const slot = node['slot']
  if (typeof slot === 'number') {
    return {
      ...{ class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: 0 },
      column_names: [`${SLOT}${slot}`],
    }
  }
  return mapNodes(node, withSlotNames, (items) =>
    items.filter((item, i) => {
      const before = items[i - 1]
      return i === 0 || item['slot'] === undefined || item['slot'] !== before?.['slot']
    }),
  )
}

function withoutSlots(node: Ast): Ast {
  const { slot: _, ...rest } = node
  return mapNodes(rest, withoutSlots, (items) => items)
}

function mapNodes(
  node: Ast,
  copy: (node: Ast) => Ast,
  choose: (items: readonly Ast[]) => readonly Ast[],
): Ast {
  return Object.fromEntries(
    Object.entries(node).map(([property, value]) => [
      property,
      isAst(value)
        ? copy(value)
        : Array.isArray(value) && value.every(isAst)
          ? choose(value).map(copy)
          : value,
    ]),
  )
}

function applyEdits(sql: string, spans: Int32Array, edits: readonly Edit[]): string {
  let text = ''
  let from = 0
  for (const { slot, offset, length, parts } of edits) {
    const at = endOf(spans, slot) + offset
    text += sql.slice(from, at) + fill(parts, sql, spans)
    from = at + length
  }
  return text + sql.slice(from)
}
