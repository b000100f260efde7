import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { pathBeside } from '../../core/files.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Database, quoteText } from '../../core/sql/database.ts'
import { parseSelects } from './ast.ts'
import { type ChosenLayout, chooseLayout } from './choose.ts'
import { encodingOf, type TableColumn } from './columns.ts'
import { describeLayout } from './describe.ts'
import {
  layoutFileGrowth,
  layoutFileRows,
  layoutMinGain,
  layoutReadWorth,
  layoutSampleRows,
} from './knobs.ts'
import { orderBySql } from './native.ts'
import { orderBoundOf } from './order-free.ts'
import {
  bytesOf,
  CODECS,
  type Codec,
  copySql,
  filesOf,
  missingSettings,
  type ParquetFormat,
  readSql,
  recut,
} from './parquet-files.ts'
import { calibrateGroups } from './parquet-groups.ts'
import { besideOfSize, tryGroupSizes } from './parquet-sizes.ts'
import { probesOf, scansOfStatements } from './probes.ts'
import { drawSample, type TableSample } from './sample.ts'
import { measureScanShares } from './scan-share.ts'
import { spreadTemplates, type WeighedStatement } from './statements.ts'
import { readTables } from './tables.ts'
import { compareOn, cpuOf } from './trial.ts'

/** Sizes of row groups that are tried; below them what a group costs exceeds what it holds. */
const GROUP_ROWS = [8192, 16_384, 32_768, 65_536, 122_880]
const TRIAL_STATEMENTS = 15
const NOW = 'storewright_parquet_now'
const THEN = 'storewright_parquet_then'

export interface ParquetLayoutOptions {
  /** The name under which the statements read the files. */
  readonly table: string
  /** What is asked of them; other tables they read are those of `db`. */
  readonly statements: readonly WeighedStatement[]
  readonly seed: number
  readonly knobs?: KnobSettings
  /** Sizes of row groups to choose from, ascending. */
  readonly groupRows?: readonly number[]
  /** Templates whose answers may follow the order of rows, by fingerprint. */
  readonly orderFree?: ReadonlySet<string>
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** Steps that `onProgress` counts. */
const STEPS = ['choosing an order', 'writing rows in it', 'trying statements', 'comparing rows']

/** What became of the files. */
export interface ParquetLayoutOutcome {
  readonly isLaidOut: boolean
  /** Why, for a person. */
  readonly reasons: readonly string[]
  readonly chosen?: ChosenLayout
  /** How the files are compressed, where something was built. */
  readonly codec?: Codec
  /** Bytes of the files before and after. */
  readonly bytes?: readonly [now: number, then: number]
  /** CPU of the statements tried, after over before; absent where nothing was built. */
  readonly cpuShare?: number
  readonly buildCpuMs?: number
  /** Statements after which the rewrite has paid for itself. */
  readonly payBackStatements?: number
  /** Settings under which files in small row groups are read faster still; none where they are on. */
  readonly settings?: readonly string[]
}

/**
 * Lays a Parquet file, or all files of a folder, out by what is asked of them: writes them anew
 * beside, runs statements on both, and puts the new in the place of the old where it gains. A folder
 * becomes files of `warehouse.layout-file-rows` rows that follow each other in the new order. Throws
 * ERR_ARGUMENT where there is no Parquet at `path`.
 */
export async function layoutParquet(
  db: Database,
  path: string,
  options: ParquetLayoutOptions,
): Promise<ParquetLayoutOutcome> {
  recoverParquet(path)
  const files = filesOf(path)
  const refused = await whyNot(db, options)
  if (refused !== undefined) return { isLaidOut: false, reasons: [refused] }
  const spent = options.statements.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  tell(options, 0)
  await db.run(`CREATE OR REPLACE TEMP VIEW ${NOW} AS SELECT * FROM ${readSql(files)}`)
  try {
    const { sample, chosen } = await choose(db, files, options)
    if (chosen === undefined) {
      return { isLaidOut: false, reasons: ['no statement filters in a way that skips row groups'] }
    }
    const minGain = readKnob(layoutMinGain, options.knobs)
    const saved = chosen.costNow - chosen.costThen
    if (saved < minGain * spent) {
      return {
        isLaidOut: false,
        reasons: [`the best order found saves less than a share of ${minGain}`],
        chosen,
      }
    }
    return await buildAndSwitch(db, path, files, sample, chosen, options)
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${NOW}`)
  }
}

function tell({ onProgress, signal }: ParquetLayoutOptions, step: number): void {
  throwIfStopped(signal)
  onProgress?.(step, STEPS.length, STEPS[step]!)
}

async function whyNot(
  db: Database,
  { statements, orderFree }: ParquetLayoutOptions,
): Promise<string | undefined> {
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const bound = statements.find(
    ({ fingerprint }, i) =>
      parsed[i] !== undefined &&
      orderBoundOf(parsed[i]) === 'order' &&
      orderFree?.has(fingerprint) !== true,
  )
  return bound === undefined
    ? undefined
    : `template ${bound.fingerprint} answers by the order in which rows lie: another order could change its answers`
}

async function choose(
  db: Database,
  files: readonly string[],
  { table, statements, seed, knobs, groupRows = GROUP_ROWS, signal }: ParquetLayoutOptions,
): Promise<{ readonly sample: TableSample; readonly chosen: ChosenLayout | undefined }> {
  const columns = await columnsOfView(db, NOW)
  const [facts] = await db.rows<{ n: number; groups: number }>(
    `SELECT sum(num_rows) AS n, sum(num_row_groups) AS groups FROM parquet_file_metadata([${files.map(quoteText).join(', ')}])`,
  )
  const { n: totalRows, groups } = facts!
  const source = {
    from: readSql(files, ', file_row_number = true, filename = true'),
    rowNumber: 'file_row_number, parse_filename(filename)',
    totalRows,
  }
  const sample = await drawSample(db, source, columns, {
    ...{ rows: readKnob(layoutSampleRows, knobs), seed },
  })
  const tables = await readTables(db)
  const schemaOf = (name: string) =>
    name.toLowerCase() === table.toLowerCase() ? columns : tables.get(name.toLowerCase())?.columns
  const scans = await scansOfStatements(db, statements, (name) => {
    const found = schemaOf(name)
    return found && new Map(found.map((column) => [column.name.toLowerCase(), column.name]))
  })
  const raw = await probesOf(db, table, statements, scans, sample, schemaOf)
  const probes = await measureScanShares(db, { table, readAs: NOW }, raw, statements)
  const costs = await calibrateGroups(db, NOW, columns)
  const chosen = chooseLayout(sample, probes, {
    groupRows,
    groupRowsNow: Math.max(1, Math.round(totalRows / Math.max(1, groups))),
    ...costs,
    ...(signal === undefined ? {} : { signal }),
  })
  return { sample, chosen }
}

async function columnsOfView(db: Database, view: string): Promise<readonly TableColumn[]> {
  const rows = await db.rows<{ column_name: string; column_type: string }>(
    `SELECT column_name, column_type FROM (DESCRIBE ${view})`,
  )
  return rows.map(({ column_name: name, column_type: type }) => ({
    ...{ name, type, encoding: encodingOf(type) },
  }))
}

async function buildAndSwitch(
  db: Database,
  path: string,
  files: readonly string[],
  sample: TableSample,
  chosen: ChosenLayout,
  options: ParquetLayoutOptions,
): Promise<ParquetLayoutOutcome> {
  const isFolder = statSync(path).isDirectory()
  const beside = isFolder ? nextTo(path) : pathBeside(path)
  try {
    const made = await build(db, files, beside, isFolder, sample, chosen, options)
    const { groupRows, codec, buildCpuMs } = made
    const what = `${describeLayout(chosen.layout, sample.columns)}, row groups of ${groupRows}, ${codec}`
    await db.run(`CREATE OR REPLACE TEMP VIEW ${THEN} AS SELECT * FROM ${readSql(filesOf(beside))}`)
    const { cpuShare } = await compareOn(
      ...([db, options.table, trialStatements(options), NOW, THEN, options.signal] as const),
    )
    tell(options, 3)
    await checkWhole(db)
    await db.run(`DROP VIEW IF EXISTS ${THEN}`)
    const outcome = {
      ...{ chosen: { ...chosen, groupRows }, codec, cpuShare, buildCpuMs },
      bytes: [bytesOf(files), bytesOf(filesOf(beside))] as const,
      settings: await missingSettings(db),
    }
    if (1 - cpuShare < readKnob(layoutMinGain, options.knobs)) {
      const share = Math.round(1000 * cpuShare) / 10
      const reason = `${what}: tried on all rows it took ${share} % of the time now`
      return { isLaidOut: false, reasons: [reason], ...outcome }
    }
    replace(path, beside, isFolder)
    const paid = payBack(options.statements, cpuShare, buildCpuMs)
    return { isLaidOut: true, reasons: [what], ...outcome, ...paid }
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${THEN}`)
    rmSync(beside, { recursive: true, force: true })
  }
}

function trialStatements({ statements }: ParquetLayoutOptions): readonly WeighedStatement[] {
  return spreadTemplates(statements, TRIAL_STATEMENTS)
}

/** Writes the files beside in the order chosen, and finds their codec and the size of row groups. */
async function build(
  db: Database,
  files: readonly string[],
  beside: string,
  isFolder: boolean,
  sample: TableSample,
  chosen: ChosenLayout,
  options: ParquetLayoutOptions,
): Promise<ParquetFormat & { readonly buildCpuMs: number }> {
  tell(options, 1)
  const orderBy = orderBySql(chosen.layout, sample.columns, 'filename, file_row_number')
  const first = { groupRows: chosen.groupRows, codec: CODECS[0] }
  const firstMs = await write(db, files, beside, isFolder, orderBy, first, options)
  const { codec, writeCpuMs: codecMs } = await fitCodec(db, files, beside, isFolder, first, options)
  tell(options, 2)
  const { table, groupRows: sizes = GROUP_ROWS, signal } = options
  const readWorth = readKnob(layoutReadWorth, options.knobs)
  const { groupRows, writeCpuMs } = await tryGroupSizes(
    ...([db, beside, isFolder, { ...first, codec }] as const),
    {
      ...{ table, statements: trialStatements(options), sizes, readWorth },
      ...(signal === undefined ? {} : { signal }),
    },
  )
  return { groupRows, codec, buildCpuMs: firstMs + codecMs + writeCpuMs }
}

/**
 * Compresses what was written until it takes no more room than the knob allows. Decompressing takes
 * up to half of the time of reading few rows, so that files stay as they are where there is room.
 */
async function fitCodec(
  db: Database,
  files: readonly string[],
  beside: string,
  isFolder: boolean,
  { groupRows }: ParquetFormat,
  { knobs, signal }: ParquetLayoutOptions,
): Promise<{ readonly codec: Codec; readonly writeCpuMs: number }> {
  const room = readKnob(layoutFileGrowth, knobs) * bytesOf(files)
  const tight = besideOfSize(beside)
  let codec: Codec = CODECS[0]
  let writeCpuMs = 0
  try {
    for (const next of CODECS.slice(1)) {
      if (bytesOf(filesOf(beside)) <= room) break
      throwIfStopped(signal)
      writeCpuMs += await recut(db, filesOf(beside), tight, isFolder, { groupRows, codec: next })
      rmSync(beside, { recursive: true, force: true })
      renameSync(tight, beside)
      codec = next
    }
    return { codec, writeCpuMs }
  } finally {
    rmSync(tight, { recursive: true, force: true })
  }
}

function payBack(
  statements: readonly WeighedStatement[],
  cpuShare: number,
  buildCpuMs: number,
): { readonly payBackStatements: number } {
  const spent = statements.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const runs = statements.reduce((sum, statement) => sum + statement.runs, 0)
  const saved = (spent / Math.max(1, runs)) * (1 - cpuShare)
  return { payBackStatements: Math.ceil(buildCpuMs / Math.max(1e-9, saved)) }
}

/** Writes rows in order: one file, or a folder of files that follow each other. Returns CPU ms. */
async function write(
  db: Database,
  files: readonly string[],
  to: string,
  isFolder: boolean,
  orderBy: string,
  format: ParquetFormat,
  { knobs, signal }: ParquetLayoutOptions,
): Promise<number> {
  const run = cpuOf(db)
  const from = readSql(files, ', file_row_number = true, filename = true')
  const sorted = `SELECT * EXCLUDE (file_row_number, filename) FROM ${from} ORDER BY ${orderBy}`
  const copy = (sql: string, file: string) => run(copySql(sql, file, format))
  const { groupRows } = format
  if (!isFolder) return copy(sorted, to)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to)
  const fileRows = Math.ceil(readKnob(layoutFileRows, knobs) / groupRows) * groupRows
  const stage = 'storewright_parquet_stage'
  try {
    let spent = await run(`CREATE OR REPLACE TEMP TABLE ${stage} AS ${sorted}`)
    const [count] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${stage}`)
    for (let part = 0; part * fileRows < count!.n || part === 0; part++) {
      throwIfStopped(signal)
      const name = `part-${String(part).padStart(4, '0')}.parquet`
      const range = `rowid >= ${part * fileRows} AND rowid < ${(part + 1) * fileRows}`
      spent += await copy(`SELECT * FROM ${stage} WHERE ${range} ORDER BY rowid`, join(to, name))
    }
    return spent
  } finally {
    await db.run(`DROP TABLE IF EXISTS ${stage}`)
  }
}

/** Before the old files go: the new ones hold the same rows. */
async function checkWhole(db: Database): Promise<void> {
  const sum = async (view: string) => {
    const [row] = await db.rows(
      `SELECT count(*) AS n, CAST(sum(hash(v)) AS VARCHAR) AS h FROM ${view} AS v`,
    )
    return JSON.stringify(row)
  }
  if ((await sum(NOW)) === (await sum(THEN))) return
  throw new StorewrightError(
    'ERR_STORE_CHANGED',
    'the files changed while they were laid out anew',
    {
      next: 'Nothing was replaced; try again when nothing writes to them.',
    },
  )
}

/** Puts what was written beside in the place of the old. A folder takes two renames; see `recoverParquet`. */
function replace(path: string, beside: string, isFolder: boolean): void {
  if (!isFolder) {
    renameSync(beside, path)
    return
  }
  const was = wasOf(path)
  rmSync(was, { recursive: true, force: true })
  renameSync(path, was)
  renameSync(beside, path)
  rmSync(was, { recursive: true, force: true })
}

function nextTo(path: string): string {
  return `${path}.storewright-next`
}

function wasOf(path: string): string {
  return `${path}.storewright-was`
}

/** After a crash between two renames of a folder the old one is put back; leavings are removed. */
export function recoverParquet(path: string): void {
  const was = wasOf(path)
  if (!existsSync(path) && existsSync(was)) renameSync(was, path)
  if (existsSync(path)) {
    rmSync(was, { recursive: true, force: true })
    rmSync(nextTo(path), { recursive: true, force: true })
    rmSync(besideOfSize(nextTo(path)), { recursive: true, force: true })
  }
}
