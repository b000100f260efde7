import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { type Database, quoteText } from '../../../core/sql/database.ts'
import { type ChosenLayout, chooseLayout } from '../choose/choose.ts'
import { drawSample, type TableSample } from '../choose/sample.ts'
import { measureScanShares, type Profiles } from '../choose/scan-share.ts'
import { type Carried, type CarriedColumn, carryingSql } from '../joined/carried.ts'
import { carriable } from '../joined/choose-carried.ts'
import { impliedStatements } from '../joined/imply.ts'
import { layoutCarryGain, layoutSampleRows } from '../knobs.ts'
import { columnsOfKeys } from '../orders/keys.ts'
import { encodingOf, type TableColumn } from '../read/columns.ts'
import { probesOf, scansOfStatements } from '../read/probes.ts'
import type { ColumnsOf } from '../read/scans.ts'
import type { WeighedStatement } from '../read/statements.ts'
import { readTables, type TableFacts } from '../read/tables.ts'
import { readPlainSql } from './files.ts'
import { calibrateGroups, type GroupCosts } from './groups.ts'

/** Sizes of row groups that are tried; below them what a group costs exceeds what it holds. */
export const GROUP_ROWS = [8192, 16_384, 32_768, 65_536, 122_880]

export interface ParquetTask {
  /** The name under which the statements read the files. */
  readonly table: string
  readonly statements: readonly WeighedStatement[]
  readonly seed: number
  readonly knobs?: KnobSettings
  readonly groupRows?: readonly number[]
  readonly mayCarry?: boolean
  /** Whether rows carry what may be carried and is used, however little it saves. */
  readonly mustCarry?: boolean
  readonly signal?: AbortSignal
}

/** An order for Parquet files, and what their rows are to carry for it. */
export interface ParquetChoice {
  readonly sample: TableSample
  /** Undefined where no statement filters in a way that skips row groups. */
  readonly chosen: ChosenLayout | undefined
  readonly carried: readonly CarriedColumn[]
  /** The statements as they are asked of rows that carry these columns. */
  readonly asked: readonly WeighedStatement[]
}

/** What is known of files before an order is chosen. */
export interface KnownParquet {
  readonly db: Database
  readonly files: readonly string[]
  readonly was: Carried
  readonly view: string
  readonly columns: readonly TableColumn[]
  readonly tables: ReadonlyMap<string, TableFacts>
  readonly costs: GroupCosts
  readonly profiles: Profiles
  /** Samples drawn so far, by what rows carry in them. */
  readonly samples: Map<string, TableSample>
}

/** Looks at files, which `view` reads without what they carry now, and measures what their row groups cost. */
export async function knowParquet(
  db: Database,
  files: readonly string[],
  was: Carried,
  view: string,
): Promise<KnownParquet> {
  const columns = await columnsOfView(db, view)
  const tables = await readTables(db)
  const costs = await calibrateGroups(db, view, columns)
  const found = { profiles: new Map(), samples: new Map() }
  return { db, files, was, view, columns, tables, costs, ...found }
}

/**
 * Chooses an order of the rows of files; with columns of joined tables among its keys where that saves
 * more (knob `warehouse.layout-carry-gain`).
 */
export async function chooseForParquet(
  known: KnownParquet,
  task: ParquetTask,
): Promise<ParquetChoice> {
  const { db, columns, tables } = known
  const plain = await chooseWith([], known, task)
  if (task.mayCarry !== true) return plain
  const { table, statements, knobs } = task
  const columnsOf = columnsWith(known, task, [])
  const candidates = await carriable(db, table, columns, statements, tables, columnsOf, knobs)
  if (candidates.length === 0) return plain
  const wide = await chooseWith(candidates, known, task)
  const gain = readKnob(layoutCarryGain, knobs)
  const isWorth = task.mustCarry === true || isWorthCarrying(plain, wide, gain)
  if (wide.chosen === undefined || !isWorth) return plain
  const used = columnsOfKeys(wide.chosen.layout.keys)
  const isUsed = ({ name }: CarriedColumn) =>
    wide.sample.columns.some((column, i) => column.name === name && used.has(i))
  const carried = candidates.filter(isUsed)
  return { ...wide, carried, asked: await askedOf(known, task, carried) }
}

function isWorthCarrying(plain: ParquetChoice, wide: ParquetChoice, gain: number): boolean {
  if (wide.chosen === undefined) return false
  const savedOf = ({ chosen }: ParquetChoice) =>
    chosen === undefined ? 0 : chosen.costNow - chosen.costThen
  const left = Math.max(0, wide.chosen.costNow - savedOf(plain))
  return savedOf(wide) - savedOf(plain) > gain * left
}

async function chooseWith(
  carried: readonly CarriedColumn[],
  known: KnownParquet,
  task: ParquetTask,
): Promise<ParquetChoice> {
  const { db, files, was, view, profiles, costs } = known
  const { table, seed, knobs, groupRows = GROUP_ROWS, signal } = task
  const [facts] = await db.rows<{ n: number; groups: number }>(
    `SELECT sum(num_rows) AS n, sum(num_row_groups) AS groups FROM parquet_file_metadata([${files.map(quoteText).join(', ')}])`,
  )
  const { n: totalRows, groups } = facts!
  const columns = [...known.columns, ...typedAs(carried, known.tables)]
  const rows = readPlainSql(files, was, ', file_row_number = true, filename = true')
  const source = {
    from: carryingSql(rows, carried),
    rowNumber: 'file_row_number, parse_filename(filename)',
    totalRows,
  }
  const drawn = JSON.stringify([carried, seed])
  const sample =
    known.samples.get(drawn) ??
    (await drawSample(db, source, columns, { rows: readKnob(layoutSampleRows, knobs), seed }))
  known.samples.set(drawn, sample)
  const asked = await askedOf(known, task, carried)
  const schemaOf = (name: string) =>
    name.toLowerCase() === table.toLowerCase()
      ? columns
      : known.tables.get(name.toLowerCase())?.columns
  const scans = await scansOfStatements(db, asked, columnsWith(known, task, carried))
  const raw = await probesOf(db, table, asked, scans, sample, schemaOf)
  const scanned = { table, readAs: view }
  const probes = await measureScanShares(db, scanned, raw, task.statements, { profiles })
  const chosen = chooseLayout(sample, probes, {
    groupRows,
    groupRowsNow: Math.max(1, Math.round(totalRows / Math.max(1, groups))),
    ...costs,
    ...(signal === undefined ? {} : { signal }),
  })
  return { sample, chosen, carried, asked }
}

function askedOf(
  known: KnownParquet,
  task: ParquetTask,
  carried: readonly CarriedColumn[],
): Promise<readonly WeighedStatement[]> {
  const columnsOf = columnsWith(known, task, [])
  return impliedStatements(known.db, task.statements, task.table, carried, columnsOf)
}

function columnsWith(
  { columns, tables }: KnownParquet,
  { table }: ParquetTask,
  carried: readonly CarriedColumn[],
): ColumnsOf {
  return (name) => {
    const isMine = name.toLowerCase() === table.toLowerCase()
    const found = isMine ? [...columns, ...carried] : tables.get(name.toLowerCase())?.columns
    return found && new Map(found.map((column) => [column.name.toLowerCase(), column.name]))
  }
}

function typedAs(
  carried: readonly CarriedColumn[],
  tables: ReadonlyMap<string, TableFacts>,
): readonly TableColumn[] {
  return carried.map(({ name, table, attribute, isRank }) => {
    if (isRank) return { name, type: 'INTEGER', encoding: encodingOf('INTEGER') }
    const columns = tables.get(table.toLowerCase())?.columns
    const { type } = columns!.find((column) => column.name === attribute)!
    return { name, type, encoding: encodingOf(type) }
  })
}

async function columnsOfView(db: Database, view: string): Promise<readonly TableColumn[]> {
  const rows = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${view})`,
  )
  return rows.map(({ column_name: name, column_type: type }) => ({
    ...{ name, type, encoding: encodingOf(type) },
  }))
}
