import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { Action, Refusal } from '../types.ts'
import type { LogFault } from '../watch/door.ts'
import { endTransaction } from './end-transaction.ts'
import { type Difference, type Judgement, runInTurn } from './interleave.ts'
import { type LoadedTable, loadTables } from './load-tables.ts'
import { measured } from './measure.ts'
import { readLogStatements } from './read-log.ts'
import { isRead } from './statement-order.ts'
import { bytesOf } from './storage.ts'
import { listTableFiles, type TableFile } from './table-files.ts'

export interface ReplayOptions {
  /** Folder with one file a table. */
  readonly tables: string
  /** Statements in their order. */
  readonly log: string
  /** First part of the log that the tuned side learns from, 0 … 1. */
  readonly trainShare: number
  readonly scale: number
  readonly seed: number
  readonly verify: boolean
  readonly threads: number
  /** Folder for the two databases; they are removed at the end. Default: that of the system. */
  readonly scratch?: string
  readonly signal?: AbortSignal
  readonly onProgress?: OnProgress
}

/** An action as a replay tells of it. */
export interface ReplayedAction
  extends Pick<Action, 'actionId' | 'kind' | 'target' | 'summary' | 'predicted' | 'measured'> {
  /** Where it stands at the end; absent: applied. */
  readonly status?: string
  readonly note?: string
  /** When it was built: between the parts of the log, as if at night, or while statements ran, which had spent as much. */
  readonly built?: 'in quiet hours' | 'at once'
}

/** What a tuner made of a database. */
export interface Tuning {
  /** Statements go through it. */
  readonly database: Pick<Database, 'answer'>
  /** Called after each statement, outside of its time: what must be brought up to date. */
  settle?(): Promise<void>
  /** CPU spent so far on watching, choosing, building and refreshing, ms, by what it went to. */
  upkeep(): Readonly<Record<string, number>>
  readonly actions: readonly ReplayedAction[] | (() => Promise<readonly ReplayedAction[]>)
  readonly refusals: readonly Refusal[]
  close(): void
}

export type TunerOptions = Pick<ReplayOptions, 'seed' | 'threads' | 'signal' | 'onProgress'>

/** Learns from the first part of a log and changes the design of the database at `path`. */
export type Tuner = (
  path: string,
  training: readonly string[],
  options: TunerOptions,
) => Promise<Tuning>

export interface ReplayResult extends Omit<Judgement, 'statements'> {
  readonly upkeepCpuMs: number
  readonly upkeep: Readonly<Record<string, number>>
  readonly storageBytes: number
  readonly actions: readonly ReplayedAction[]
  readonly refusals: readonly Refusal[]
  readonly verified: boolean
  readonly trainStatements: number
  readonly replayStatements: number
  readonly tables: readonly LoadedTable[]
  /** Lines of the log that hold no statement. */
  readonly logFaults: readonly LogFault[]
}

const WARM_STATEMENTS = 40

/**
 * Loads tables twice, lets `tune` learn from the first part of the log on one of them, and replays
 * the rest on both in turn. Throws what loading and reading throw, and ERR_CANCELLED when stopped.
 */
export async function replayLog(options: ReplayOptions, tune: Tuner): Promise<ReplayResult> {
  const { statements, lines, faults } = readLogStatements(options.log)
  const folder = mkdtempSync(join(options.scratch ?? tmpdir(), 'storewright-replay-'))
  try {
    const result = await replayIn(folder, statements, options, tune)
    const withLine = (shown: Difference): Difference => {
      const line = lines[result.trainStatements + shown.statement]
      return line === undefined ? shown : { ...shown, line }
    }
    return {
      ...result,
      differences: result.differences.map(withLine),
      failed: result.failed.map(withLine),
      logFaults: faults,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function replayIn(
  folder: string,
  statements: readonly string[],
  options: ReplayOptions,
  tune: Tuner,
): Promise<Omit<ReplayResult, 'logFaults'>> {
  const paths = { untuned: join(folder, 'untuned.duckdb'), tuned: join(folder, 'tuned.duckdb') }
  const tables = await loadInto(paths.untuned, statements, options)
  copyDatabase(paths.untuned, paths.tuned)
  const trainCount = Math.floor(statements.length * options.trainShare)
  const training = statements.slice(0, trainCount)
  const rest = statements.slice(trainCount)
  const { threads, signal } = options
  const untuned = await openDatabase(paths.untuned, { threads, signal })
  try {
    const tuning = await tune(paths.tuned, training, options)
    try {
      await warm(untuned, training, signal)
      const judged = await runInTurn(untuned, tuning.database, rest, {
        ...options,
        ...(tuning.settle === undefined ? {} : { afterTuned: () => tuning.settle!() }),
      })
      await endTransaction(untuned)
      await endTransaction(tuning.database)
      const storageBytes = Math.max(0, (await bytesOf(tuning.database)) - (await bytesOf(untuned)))
      const { actions } = tuning
      return resultOf(judged, tuning, {
        storageBytes,
        actions: typeof actions === 'function' ? await actions() : actions,
        tables,
        trainCount,
        verify: options.verify,
      })
    } finally {
      tuning.close()
    }
  } finally {
    untuned.close()
  }
}

function copyDatabase(from: string, to: string): void {
  try {
    copyFileSync(from, to)
  } catch (cause) {
    throw new StorewrightError('ERR_DISK_FULL', `${to} cannot be written`, {
      file: to,
      next: 'Make room, or name a folder with more of it by --scratch.',
      cause,
    })
  }
}

async function loadInto(
  path: string,
  statements: readonly string[],
  options: ReplayOptions,
): Promise<readonly LoadedTable[]> {
  const files = namedFiles(listTableFiles(options.tables), statements)
  const db = await openDatabase(path, { signal: options.signal })
  try {
    const tables = await loadTables(db, files, { ...options, statements })
    await db.run('CHECKPOINT')
    return tables
  } finally {
    db.close()
  }
}

/** Files whose tables the log names anywhere; all of them where it names none. */
function namedFiles(
  files: readonly TableFile[],
  statements: readonly string[],
): readonly TableFile[] {
  const words = new Set<string>()
  for (const sql of statements) {
    for (const word of sql.toLowerCase().match(/\w+/g) ?? []) words.add(word)
  }
  const named = files.filter(({ name }) =>
    (name.toLowerCase().match(/\w+/g) ?? []).every((word) => words.has(word)),
  )
  return named.length === 0 ? files : named
}

/**
 * Reads what the tuned side has read while it learned, so that neither starts cold. Where the first
 * part of the log writes, all of it runs: the rest is to meet the same rows on both sides.
 */
async function warm(
  db: Database,
  training: readonly string[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const statements = training.every(isRead) ? training.slice(-WARM_STATEMENTS) : training
  for (const sql of statements) {
    throwIfStopped(signal)
    await measured(db, sql)
  }
  await endTransaction(db)
}

function resultOf(
  judged: Judgement,
  tuning: Tuning,
  facts: {
    readonly storageBytes: number
    readonly actions: readonly ReplayedAction[]
    readonly tables: readonly LoadedTable[]
    readonly trainCount: number
    readonly verify: boolean
  },
): Omit<ReplayResult, 'logFaults'> {
  const upkeep = tuning.upkeep()
  const { untuned, tuned, differingAnswers, slowerByQuarterShare, statements, ...more } = judged
  return {
    untuned,
    tuned,
    upkeepCpuMs: Object.values(upkeep).reduce((sum, ms) => sum + ms, 0),
    storageBytes: facts.storageBytes,
    differingAnswers,
    slowerByQuarterShare,
    actions: facts.actions,
    ...more,
    upkeep,
    refusals: tuning.refusals,
    verified: facts.verify,
    trainStatements: facts.trainCount,
    replayStatements: statements,
    tables: facts.tables,
  }
}

/** Changes nothing: both sides are the same, and what they differ by is noise. */
export const leaveAsItIs: Tuner = async (
  path,
  training,
  { threads, signal, onProgress = silent },
) => {
  const db = await openDatabase(path, { threads, signal })
  onProgress({ step: 'learn', done: 0, total: training.length })
  await warm(db, training, signal)
  return { database: db, upkeep: () => ({}), actions: [], refusals: [], close: () => db.close() }
}
