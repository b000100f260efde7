import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { type Database, quoteName } from '../../../core/sql/database.ts'
import { layoutCarried, layoutJoinedRows } from '../knobs.ts'
import { parseSelects } from '../read/ast.ts'
import type { TableColumn } from '../read/columns.ts'
import type { ColumnsOf } from '../read/scans.ts'
import type { WeighedStatement } from '../read/statements.ts'
import type { TableFacts } from '../read/tables.ts'
import { type CarriedColumn, carriedName, isCollated } from './carried.ts'
import { linksOf } from './links.ts'

/** Types that Parquet gives back as they were, compared as they were. */
const KEPT_TYPES =
  /^(VARCHAR|BOOLEAN|DATE|TIMESTAMP|TIMESTAMP WITH TIME ZONE|U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/

/** Whether values of a type are the same read from Parquet. */
export function isKeptByParquet(type: string): boolean {
  return KEPT_TYPES.test(type)
}

/**
 * Columns of joined tables that rows of `table` might carry, those that the dearest statements filter by
 * first. Only of tables of the database whose key tells rows apart: each row then has one value of them.
 */
export async function carriable(
  db: Database,
  table: string,
  columns: readonly TableColumn[],
  statements: readonly WeighedStatement[],
  tables: ReadonlyMap<string, TableFacts>,
  columnsOf: ColumnsOf,
  knobs?: KnobSettings,
): Promise<readonly CarriedColumn[]> {
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const asked = new Map<string, { column: CarriedColumn; cpuMs: number }>()
  parsed.forEach((select, i) => {
    const links = select === undefined ? [] : linksOf(select, columnsOf)
    const seen = new Set<string>()
    for (const { table: from, column, joined, attributes } of links) {
      if (from.toLowerCase() !== table.toLowerCase()) continue
      for (const attribute of attributes) {
        const id = JSON.stringify([column, joined.table.toLowerCase(), joined.key, attribute])
        if (seen.has(id)) continue
        seen.add(id)
        const name = carriedName(joined.table, attribute, columns)
        const one = { name, column, table: joined.table, key: joined.key, attribute }
        const before = asked.get(id)?.cpuMs ?? 0
        asked.set(id, { column: one, cpuMs: before + statements[i]!.cpuMs })
      }
    }
  })
  if (asked.size === 0 || (await isCollated(db))) return []
  const byCost = [...asked.values()].sort((a, b) => b.cpuMs - a.cpuMs)
  const kept: CarriedColumn[] = []
  for (const { column } of byCost) {
    if (kept.length >= readKnob(layoutCarried, knobs)) break
    const facts = tables.get(column.table.toLowerCase())
    const mayJoin = facts !== undefined && facts.rows <= readKnob(layoutJoinedRows, knobs)
    if (!mayJoin || !isCarriable(column, columns, facts) || !(await isUnique(db, column))) continue
    const isRank = await isToRank(db, column, facts)
    const attribute = isRank ? `${column.attribute}_rank` : column.attribute
    kept.push({
      ...column,
      ...(isRank ? { isRank } : {}),
      name: carriedName(column.table, attribute, [...columns, ...kept]),
    })
  }
  return kept
}

function isCarriable(
  { column, key, attribute }: CarriedColumn,
  columns: readonly TableColumn[],
  facts: TableFacts,
): boolean {
  // A collation goes lost in Parquet, and with it what is equal.
  if (/\bCOLLATE\b/i.test(facts.ddl)) return false
  const typeOf = (name: string) => facts.columns.find((one) => one.name === name)?.type ?? ''
  const type = columns.find((one) => one.name === column)?.type ?? ''
  // Keys of another type may be equal to one value though they differ.
  const isAlike = type === typeOf(key) || (isWhole(type) && isWhole(typeOf(key)))
  return isAlike && isKeptByParquet(typeOf(attribute))
}

/** Distinct texts of a column that are kept in memory to rank constants among them. */
const MOST_RANKED = 65_536

async function isToRank(
  db: Database,
  { table, attribute }: CarriedColumn,
  { columns }: TableFacts,
): Promise<boolean> {
  if (columns.find(({ name }) => name === attribute)?.type !== 'VARCHAR') return false
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(DISTINCT ${quoteName(attribute)}) AS n FROM ${table.split('.').map(quoteName).join('.')}`,
  )
  return row!.n <= MOST_RANKED
}

function isWhole(type: string): boolean {
  return /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type)
}

async function isUnique(db: Database, { table, key }: CarriedColumn): Promise<boolean> {
  const from = table.split('.').map(quoteName).join('.')
  const name = quoteName(key)
  const [row] = await db.rows<{ n: number; d: number }>(
    `SELECT count(${name}) AS n, count(DISTINCT ${name}) AS d FROM ${from}`,
  )
  return row !== undefined && row.n === row.d
}
