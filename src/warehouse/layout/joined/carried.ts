import { type Database, quoteName, quoteText } from '../../../core/sql/database.ts'
import type { TableColumn } from '../read/columns.ts'
import { rankSql } from './ranks.ts'

/** A column of a joined table that rows of Parquet files carry, so that row groups can be skipped by it. */
export interface CarriedColumn {
  /** What it is named in the files. */
  readonly name: string
  /** The column of the files that the join compares, and the column of the joined table. */
  readonly column: string
  readonly table: string
  readonly key: string
  /** The column of the joined table that is carried. */
  readonly attribute: string
  /** Whether it is carried as the rank of its text among all of the table (`ranks.ts`). */
  readonly isRank?: boolean
}

/** What a joined table was when its columns were carried: by it a change is seen, whoever made it. */
export interface CarriedMark {
  readonly table: string
  readonly key: string
  readonly attributes: readonly string[]
  readonly rows: string
  readonly checksum: string
}

/** What Parquet files say of the columns they carry. */
export interface Carried {
  readonly columns: readonly CarriedColumn[]
  readonly marks: readonly CarriedMark[]
}

export const NOTHING_CARRIED: Carried = { columns: [], marks: [] }

/** Where files keep it: a key of the metadata in their footers. */
const METADATA_KEY = 'storewright_carried'
const VERSION = 1

/** An option of COPY that writes what is carried into the footers of files; '' where it is nothing. */
export function carriedOption(carried: Carried): string {
  if (carried.columns.length === 0) return ''
  const text = JSON.stringify({ version: VERSION, ...carried })
  return `, KV_METADATA {${METADATA_KEY}: ${quoteText(text)}}`
}

/**
 * What files carry, nothing where one of them says nothing or something else than the others: then
 * somebody else wrote it. Throws ERR_SQL where a file cannot be read.
 */
export async function readCarried(db: Database, files: readonly string[]): Promise<Carried> {
  const list = files.map(quoteText).join(', ')
  const rows = await db.rows<{ n: number; text: string }>(
    `SELECT count(*) AS n, decode(value) AS text FROM parquet_kv_metadata([${list}])
     WHERE decode(key) = ${quoteText(METADATA_KEY)} GROUP BY ALL`,
  )
  const [only] = rows
  if (only === undefined || rows.length > 1 || only.n !== files.length) return NOTHING_CARRIED
  const { version, columns, marks } = JSON.parse(only.text) as Carried & { version: number }
  return version === VERSION ? { columns, marks } : NOTHING_CARRIED
}

/** ` EXCLUDE (…)` of what is carried, for a SELECT * of files; '' where it is nothing. */
export function excludeCarried({ columns }: Pick<Carried, 'columns'>): string {
  return columns.length === 0
    ? ''
    : ` EXCLUDE (${columns.map(({ name }) => quoteName(name)).join(', ')})`
}

/** SQL that stands after FROM: rows of `from` with the columns they shall carry behind their own. */
export function carryingSql(from: string, columns: readonly CarriedColumn[]): string {
  const joins = joinsOf(columns)
  if (joins.length === 0) return from
  const added = joins.flatMap(({ of }, j) => of.map(({ name }) => `j${j}.${quoteName(name)}`))
  const joined = joins.map(({ column, table, key, of }, j) => {
    const name = table.split('.').map(quoteName).join('.')
    const attributes = of.map(({ attribute, isRank, name: as }) => {
      const from = quoteName(attribute)
      return `${isRank ? rankSql(from) : from} AS ${quoteName(as)}`
    })
    const named = `(SELECT ${[quoteName(key), ...attributes].join(', ')} FROM ${name})`
    return `LEFT JOIN ${named} AS j${j} ON rows_of.${quoteName(column)} = j${j}.${quoteName(key)}`
  })
  return `(SELECT rows_of.*, ${added.join(', ')} FROM ${from} AS rows_of ${joined.join(' ')})`
}

interface Join {
  readonly column: string
  readonly table: string
  readonly key: string
  readonly of: readonly CarriedColumn[]
}

function joinsOf(columns: readonly CarriedColumn[]): readonly Join[] {
  const joins = new Map<string, Join & { readonly of: CarriedColumn[] }>()
  for (const one of columns) {
    const id = JSON.stringify([one.column, one.table, one.key])
    const join = joins.get(id) ?? { column: one.column, table: one.table, key: one.key, of: [] }
    join.of.push(one)
    joins.set(id, join)
  }
  return [...joins.values()]
}

/** Reads the joined tables as they are now. Throws ERR_SQL where a table or a column is gone. */
export async function markTables(
  db: Database,
  columns: readonly CarriedColumn[],
): Promise<readonly CarriedMark[]> {
  const marks: CarriedMark[] = []
  for (const { table, key, of } of joinsOf(columns)) {
    const attributes = of.map(({ attribute }) => attribute)
    const name = table.split('.').map(quoteName).join('.')
    const hashed = [key, ...attributes].map(quoteName).join(', ')
    const [row] = await db.rows<{ n: string; h: string }>(
      `SELECT CAST(count(*) AS VARCHAR) AS n, CAST(sum(hash(${hashed})) AS VARCHAR) AS h FROM ${name}`,
    )
    marks.push({ table, key, attributes, rows: row!.n, checksum: row!.h ?? '' })
  }
  return marks
}

/** Whether the joined tables are what they were when their columns were carried. */
export async function isAsCarried(db: Database, carried: Carried): Promise<boolean> {
  try {
    // By another order of texts the same ones are equal, or come first, that were not.
    if (carried.columns.length > 0 && (await isCollated(db))) return false
    return JSON.stringify(await markTables(db, carried.columns)) === JSON.stringify(carried.marks)
  } catch {
    // A table or a column that is gone.
    return false
  }
}

/** Whether texts are compared otherwise than by their bytes where nothing else is said. */
export async function isCollated(db: Database): Promise<boolean> {
  const [row] = await db.rows<{ c: string }>("SELECT current_setting('default_collation') AS c")
  return row!.c !== ''
}

/** A name that no column has. */
export function carriedName(
  table: string,
  attribute: string,
  taken: readonly Pick<TableColumn, 'name'>[],
): string {
  const base = `storewright_${table}_${attribute}`.replace(/[^A-Za-z0-9_]/g, '_')
  const isTaken = (name: string) =>
    taken.some((column) => column.name.toLowerCase() === name.toLowerCase())
  let name = base
  for (let i = 2; isTaken(name); i++) name = `${base}_${i}`
  return name
}
