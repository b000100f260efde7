import { accessSync, constants, renameSync, rmSync } from 'node:fs'
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
import {
  atTrueLine,
  OBSERVED,
  readable,
  readHeader,
  requireNumbers,
  sourceOf,
} from './panel-csv.ts'

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
    const beside = await readBeside(db, options)
    const run = {
      ...beside,
      levels,
      models,
      seed,
      workers: THREADS,
      futureFile: options.future,
      ...(settings === undefined ? {} : { settings }),
      ...(hierarchy === undefined ? {} : { hierarchy }),
      ...(onProgress === undefined ? {} : { onProgress }),
      ...(signal === undefined ? {} : { signal }),
    }
    const made = await atTrueLine(() => forecastTables(history, future, run))
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
    const beside = await readBeside(db, options)
    return await atTrueLine(async () => readHistory(history, beside))
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
