import { accessSync, constants, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Frequency } from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import { pathBeside } from '../core/files.ts'
import type { KnobSettings } from '../core/knobs.ts'
import type { Panel } from '../core/panel.ts'
import type { OnProgress } from '../core/progress.ts'
import { requireLevels } from '../core/quantiles.ts'
import { type Database, openDatabase, quoteName, quoteText } from '../core/sql/database.ts'
import type { Table } from '../core/table.ts'
import {
  type ForecastTables,
  forecastTables,
  type PanelTables,
  readHistory,
} from '../demand/index.ts'

/** The files of a panel and how to read them. */
export interface HistoryFiles {
  /** CSV, CSV.gz or Parquet with unique_id, ds, y and covariates. */
  readonly history: string
  /** unique_id and what does not change with time. */
  readonly statics?: string
  /** name, kind, starts_on, ends_on of occasions, past and planned. */
  readonly events?: string
  /** Code of a country whose holidays and shopping days are occasions: US, GB … */
  readonly country?: string
  readonly frequency: Frequency
}

export interface PanelFilesOptions extends HistoryFiles {
  /** unique_id, ds and covariates known ahead: the rows to forecast. */
  readonly future: string
  readonly levels: readonly number[]
  /** Names of models, the default first, or 'auto'. */
  readonly models: readonly string[]
  readonly seed: number
  readonly settings?: KnobSettings
  readonly out: string
  /** Attributes whose groups are forecast too; see ForecastTablesOptions. */
  readonly hierarchy?: readonly string[]
  /** Where the forecasts of the groups go. */
  readonly groupsOut?: string
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

const THREADS = 2

/**
 * Forecasts the rows of a future file from a history file and writes unique_id, ds, mean, q0.05, …
 * as CSV, whole. Throws ERR_PANEL with file, line and column on rows that cannot be used.
 */
export async function forecastPanelFiles(options: PanelFilesOptions): Promise<ForecastTables> {
  requireLevels(options.levels)
  const { out, groupsOut = groupsBeside(out) } = options
  requireFolder(out)
  requireFolder(groupsOut)
  const db = await openDatabase(':memory:', { threads: THREADS })
  try {
    const history = await readPanelFile(db, options.history, ['unique_id', 'ds', 'y'])
    const future = await readPanelFile(db, options.future, ['unique_id', 'ds'])
    const { levels, models, seed, settings, hierarchy, onProgress, signal } = options
    const made = await forecastTables(history, future, {
      ...(await readBeside(db, options)),
      levels,
      models,
      seed,
      workers: THREADS,
      futureFile: options.future,
      ...(settings === undefined ? {} : { settings }),
      ...(hierarchy === undefined ? {} : { hierarchy }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    })
    await writeCsv(db, made.forecast, out)
    if (made.sums !== undefined) await writeCsv(db, made.sums.groups, groupsOut)
    return made
  } finally {
    db.close()
  }
}

/** o.csv → o.groups.csv */
export function groupsBeside(out: string): string {
  return out.endsWith('.csv') ? `${out.slice(0, -4)}.groups.csv` : `${out}.groups.csv`
}

/** Reads a history file, and what comes beside it, for a backtest. */
export async function readHistoryFiles(
  options: HistoryFiles,
): Promise<{ readonly panel: Panel; readonly remarks: readonly string[] }> {
  const db = await openDatabase(':memory:', { threads: THREADS })
  try {
    const history = await readPanelFile(db, options.history, ['unique_id', 'ds', 'y'])
    return readHistory(history, await readBeside(db, options))
  } finally {
    db.close()
  }
}

/** The tables beside history and future. */
async function readBeside(db: Database, options: HistoryFiles): Promise<PanelTables> {
  const { frequency, statics, events, country, history } = options
  const beside = async (path: string, needed: readonly string[]) => readPanelFile(db, path, needed)
  return {
    frequency,
    historyFile: history,
    ...(statics === undefined
      ? {}
      : { statics: await beside(statics, ['unique_id']), staticsFile: statics }),
    ...(events === undefined
      ? {}
      : { events: await beside(events, ['name', 'starts_on']), eventsFile: events }),
    ...(country === undefined ? {} : { country }),
  }
}

function requireFolder(out: string): void {
  const folder = dirname(resolve(out))
  try {
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    throw new StorewrightError('ERR_ARGUMENT', `${folder} cannot be written to`, {
      file: out,
      next: 'Make the folder, or write elsewhere with --out.',
      cause,
    })
  }
}

/** Columns that are read as text, whatever they look like. */
const TEXTS = ['unique_id', 'ds', 'name', 'kind', 'starts_on', 'ends_on']

async function readPanelFile(
  db: Database,
  path: string,
  needed: readonly string[],
): Promise<Table> {
  const names = await readHeader(db, path, needed)
  const keys = TEXTS.filter(
    (name) => names.includes(name) && (name !== 'ds' || needed.includes(name)),
  )
  const types = keys.map((name) => `'${name}': 'VARCHAR'`).join(', ')
  const source = sourceOf(path, `types = {${types}}, sample_size = -1`)
  await readable(path, () =>
    db.run(`CREATE OR REPLACE TEMP TABLE panel_rows AS SELECT * FROM ${source}`),
  )
  const hasValue = needed.includes('y')
  if (hasValue) await requireNumbers(db, path)
  const rest = names.filter((name) => !keys.includes(name) && !(hasValue && name === 'y'))
  const columns = [
    ...keys.map((name) => `CAST(${quoteName(name)} AS VARCHAR) AS ${quoteName(name)}`),
    ...(hasValue ? [`TRY_CAST(${OBSERVED} AS DOUBLE) AS y`] : []),
    ...rest.map((name) => quoteName(name)),
  ]
  return db.table(`SELECT ${columns.join(', ')} FROM panel_rows`)
}

/** Names of a file's columns; throws where the file is absent, unreadable or lacks one. */
async function readHeader(
  db: Database,
  path: string,
  needed: readonly string[],
): Promise<string[]> {
  if (!existsSync(path)) {
    throw new StorewrightError('ERR_FEED_NO_FILE', `there is no file ${path}`, {
      file: path,
      next: 'Check the path; CSV, CSV.gz and Parquet are read.',
    })
  }
  const describe = `DESCRIBE SELECT * FROM ${sourceOf(path, 'all_varchar = true')}`
  const shape = await readable(path, () => db.rows(`SELECT column_name FROM (${describe})`))
  const names = shape.map((row) => String(row['column_name']))
  const absent = needed.find((name) => !names.includes(name))
  if (absent === undefined) return names
  if (statSync(path).size === 0) {
    throw new StorewrightError('ERR_FEED_BAD_HEADER', `${path} is empty`, {
      file: path,
      next: `Give a header with ${needed.join(', ')}, and rows below it.`,
    })
  }
  if (names.length === 1) await requireEvenRows(db, path, names[0]!)
  throw new StorewrightError('ERR_FEED_BAD_HEADER', `${path} has no column ${absent}`, {
    file: path,
    line: 1,
    next: `It has ${names.join(', ')}; ${needed.join(', ')} are needed.`,
  })
}

/**
 * Throws with the line of the first row that has more or fewer columns than the header. DuckDB reads
 * such a file as one column, whose name is the whole header.
 */
async function requireEvenRows(db: Database, path: string, header: string): Promise<void> {
  const separator = [',', ';', '\t', '|'].find((sign) => header.includes(sign))
  if (separator === undefined || path.endsWith('.parquet')) return
  const columns = header.split(separator).length
  const lines = `read_csv(${quoteText(path)}, header = false, auto_detect = false, delim = '\u0001',
    quote = '', escape = '', columns = {'line': 'VARCHAR'})`
  const [bad] = await readable(path, () =>
    db.rows(
      `SELECT n, has FROM (
         SELECT line, row_number() OVER () AS n, len(string_split(line, ${quoteText(separator)})) AS has
         FROM ${lines}
       ) WHERE has <> ${columns} AND NOT contains(line, '"') LIMIT 1`,
    ),
  )
  if (bad === undefined) return
  const message = `the row has ${bad['has']} columns, the header has ${columns}`
  throw new StorewrightError('ERR_FEED_BAD_VALUE', message, {
    file: path,
    line: Number(bad['n']),
    next: 'Correct the row and run the command again.',
  })
}

/** What `read` gives; a failure of DuckDB becomes a fault of the file. */
async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    const message = `${path} cannot be read: ${firstLine(cause)}`
    const next = 'Is it CSV with a header, CSV.gz or Parquet, and complete?'
    throw new StorewrightError('ERR_FEED_UNREADABLE', message, { file: path, next, cause })
  }
}

function sourceOf(path: string, options: string): string {
  if (path.endsWith('.parquet')) return `read_parquet(${quoteText(path)})`
  return `read_csv(${quoteText(path)}, header = true, ${options})`
}

/** y, where something was observed: NA and NaN are how some write that nothing was. */
const OBSERVED = "nullif(nullif(CAST(y AS VARCHAR), 'NA'), 'NaN')"

/** y may be missing, but what is there must be a finite number. */
async function requireNumbers(db: Database, path: string): Promise<void> {
  const [bad] = await db.rows(
    `SELECT line, CAST(y AS VARCHAR) AS value FROM (
       SELECT row_number() OVER () + 1 AS line, y FROM panel_rows
     ) WHERE ${OBSERVED} IS NOT NULL
       AND coalesce(NOT isfinite(TRY_CAST(y AS DOUBLE)), true) LIMIT 1`,
  )
  if (bad === undefined) return
  throw new StorewrightError('ERR_FEED_BAD_VALUE', `y is "${bad['value']}", not a number`, {
    file: path,
    line: Number(bad['line']),
    column: 'y',
    next: 'Leave it empty where nothing was observed.',
  })
}

function firstLine(cause: unknown): string {
  return String(cause instanceof Error ? cause.message : cause).split('\n')[0]!
}

async function writeCsv(db: Database, table: Table, out: string): Promise<void> {
  const columns = Object.entries(table.columns)
    .map(([name, column]) => `${quoteName(name)} ${column.kind === 'text' ? 'VARCHAR' : 'DOUBLE'}`)
    .join(', ')
  await db.run(`CREATE OR REPLACE TEMP TABLE made_rows (${columns})`)
  await db.append('made_rows', table)
  const part = pathBeside(out)
  try {
    await db.run(`COPY made_rows TO ${quoteText(part)} (FORMAT csv, HEADER true)`)
    renameSync(part, out)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
