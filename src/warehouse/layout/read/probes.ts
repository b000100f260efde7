import type { Database } from '../../../core/sql/database.ts'
import type { Probe } from '../choose/cost.ts'
import {
  drawSample,
  quoteTable,
  type SampleColumn,
  type TableSample,
  tableSource,
} from '../choose/sample.ts'
import { parseSelects } from './ast.ts'
import { bindConditions, createConstants } from './bind.ts'
import type { TableColumn } from './columns.ts'
import { columnsOfPredicate, joinAll, matches, type Predicate, pushable } from './predicate.ts'
import { type ColumnsOf, type InducedFilter, type Scan, scansOf } from './scans.ts'
import type { WeighedStatement } from './statements.ts'

/** Tables whose filters are followed through a join have at most this many rows. */
const MOST_INDUCING_ROWS = 300_000
/** Above it DuckDB hands a scan the least and greatest key of a join, up to it each key. */
const KEYS_IN_A_LIST = 50

/** The scans of each statement; statements that do not parse have none. */
export async function scansOfStatements(
  db: Database,
  statements: readonly WeighedStatement[],
  columnsOf: ColumnsOf,
): Promise<readonly (readonly Scan[])[]> {
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  return parsed.map((select) => (select === undefined ? [] : scansOf(select, columnsOf)))
}

/** Tables that a filter may come from: their columns by name. */
export type SchemaOf = (table: string) => readonly TableColumn[] | undefined

/**
 * What statements ask of one table, on the encoded values of its sample: their own filters, and
 * those that filtered tables put on it through equi-joins (as DuckDB hands them down at run time:
 * the keys where they are few, else their range). `weight` is the
 * CPU time of the whole statement; `measureScanShares` tells the scan's part of it.
 */
export async function probesOf(
  db: Database,
  table: string,
  statements: readonly WeighedStatement[],
  scans: readonly (readonly Scan[])[],
  sample: TableSample,
  schemaOf: SchemaOf,
): Promise<readonly Probe[]> {
  const mine = statements.flatMap((statement, i) =>
    scans[i]!.filter((scan) => scan.table.toLowerCase() === table.toLowerCase()).map((scan) => ({
      statement,
      scan,
    })),
  )
  const constants = createConstants()
  const own = await bindConditions(
    db,
    mine.map(({ scan }) => scan.condition),
    sample.columns,
    constants,
  )
  const induced = await induce(
    db,
    mine.map(({ scan }) => scan.induced),
    sample,
    schemaOf,
  )
  return mine.map(({ statement, scan }, i) => {
    const predicate = pushable(joinAll('and', [own[i]!, ...induced[i]!]))
    const filterColumns = columnsOfPredicate(predicate).size
    const all = scan.columns?.size ?? sample.columns.length
    return {
      predicate,
      weight: statement.cpuMs,
      runs: statement.runs,
      filterColumns,
      otherColumns: Math.max(0, all - filterColumns),
      fingerprint: statement.fingerprint,
    }
  })
}

async function induce(
  db: Database,
  filters: readonly (readonly InducedFilter[])[],
  sample: TableSample,
  schemaOf: SchemaOf,
): Promise<readonly (readonly Predicate[])[]> {
  const result = filters.map((): Predicate[] => [])
  const tables = new Set(filters.flat().map((filter) => filter.table))
  for (const table of tables) {
    const asked = filters.flatMap((list, i) =>
      list.filter((filter) => filter.table === table).map((filter) => ({ i, filter })),
    )
    const keys = await keysOfFilters(
      db,
      table,
      asked.map(({ filter }) => filter),
      schemaOf,
    )
    asked.forEach(({ i, filter }, a) => {
      const found = keys?.[a]
      const column = sample.columns.findIndex(({ name }) => name === filter.column)
      // Places of texts differ between samples: keys that are texts are left alone.
      if (found === undefined || column < 0 || sample.columns[column]!.encoding === 'text') return
      result[i]!.push(ofKeys(column, found))
    })
  }
  return result
}

function ofKeys(column: number, keys: ReadonlySet<number>): Predicate {
  if (keys.size <= KEYS_IN_A_LIST) return { kind: 'in', column, values: [...keys] }
  let low = Infinity
  let high = -Infinity
  for (const key of keys) {
    low = Math.min(low, key)
    high = Math.max(high, key)
  }
  return { kind: 'range', column, low, high, lowOpen: false, highOpen: false }
}

/** Keys of the rows that match each filter; undefined where the table is too large or unknown. */
async function keysOfFilters(
  db: Database,
  table: string,
  filters: readonly InducedFilter[],
  schemaOf: SchemaOf,
): Promise<readonly (ReadonlySet<number> | undefined)[] | undefined> {
  const schema = schemaOf(table)
  if (schema === undefined) return undefined
  const source = await tableSource(db, quoteTable(table))
  if (source.totalRows > MOST_INDUCING_ROWS) return undefined
  const whole = await drawSample(db, source, schema, { rows: Infinity, seed: 0 })
  const predicates = await bindConditions(
    db,
    filters.map(({ condition }) => condition),
    whole.columns,
    createConstants(),
  )
  const values = whole.columns.map((column) => column.values)
  return filters.map(({ tableColumn }, i) => {
    const key = whole.columns.find(({ name }) => name === tableColumn)
    const predicate = predicates[i]!
    if (key === undefined || key.encoding === 'text' || predicate.kind === 'all') return undefined
    return keysOf(key, predicate, values, whole.rows)
  })
}

function keysOf(
  key: SampleColumn,
  predicate: Predicate,
  values: readonly Float64Array[],
  rows: number,
): ReadonlySet<number> {
  const keys = new Set<number>()
  for (let i = 0; i < rows; i++) {
    const value = key.values[i]!
    if (!Number.isNaN(value) && matches(predicate, values, i)) keys.add(value)
  }
  return keys
}
