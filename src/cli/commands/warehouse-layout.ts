import { cpSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import type { OnProgress } from '../../core/progress.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { layout, replay, watch, workloadOfLog } from '../../warehouse/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { gather, type ScatteredFiles, scatteredFiles } from './warehouse-layout-files.ts'
import { bytes } from './warehouse-words.ts'

interface LayoutOptions {
  readonly parquet: string
  readonly log: string
  readonly keep: boolean
  readonly out?: string
  readonly table?: string
  readonly tables?: string
  readonly carry: boolean
  readonly copies: boolean
  /** Bytes that copies may take, as a share of the Parquet's. */
  readonly copyRoom: number
  /** Rows of a file of the folder that is written. */
  readonly files?: number
  readonly threads: number
  readonly seed: number
  readonly quiet: boolean
  readonly json: boolean
}

/** Options as they are given: either `undo`, or `parquet` and `log`. */
type GivenOptions = Omit<LayoutOptions, 'parquet' | 'log'> & {
  readonly [name in 'parquet' | 'log' | 'undo']?: string
}

/** warehouse layout: Parquet written anew in the order in which it is asked for. */
export function addWarehouseLayout(warehouse: Command): void {
  warehouse
    .command('layout')
    .description('write Parquet anew in the order in which it is asked for, where that pays')
    .option(
      '--parquet <path>',
      'a Parquet file, a folder of them that is one table, or a pattern in quotes',
    )
    .option('--log <file>', 'what is asked of it: JSON lines with query, or SQL; also .gz')
    .option('--out <path>', 'where the new Parquet goes; without it, it takes the place of the old')
    .option('--no-keep', 'keep nothing of what the new Parquet takes the place of')
    .option('--undo <path>', 'put back what lay at this path before it was laid out')
    .option('--table <name>', 'its name in the log; default: the name of the file or folder')
    .option('--tables <dir>', 'other tables that the log reads: CSV, CSV.gz or Parquet')
    .option(
      '--copies',
      'write copies beside it in other orders, for statements that gain by them',
      false,
    )
    .option('--copy-room <times>', 'times the bytes of the Parquet that copies may take', times, 2)
    .option('--carry', 'rows may carry columns of --tables that statements filter by', false)
    .option(
      '--files <rows>',
      'write a folder of files of about so many rows, cut where cells of the order end',
      wholeNumber(2048),
    )
    .option('--threads <number>', 'threads to sort and try with', wholeNumber(1), 1)
    .option('--seed <number>', 'same seed, same samples', wholeNumber(0), 1)
    .option('--quiet', 'no progress', false)
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(run)
}

const EXAMPLES = `
Examples:
  storewright warehouse layout --parquet order_lines.parquet --log queries.jsonl --out sorted.parquet
  storewright warehouse layout --parquet order_lines --tables tables --log queries.sql --json
  storewright warehouse layout --parquet order_lines --tables tables --log queries.sql --carry
  storewright warehouse layout --parquet order_lines --log queries.sql --copies --copy-room 1.5
  storewright warehouse layout --parquet order_lines.parquet --log queries.sql --out order_lines --files 1000000
  storewright warehouse layout --undo order_lines
  storewright warehouse layout --parquet 'sales/year=*/*.parquet' --log queries.sql --out sales-sorted

Rows are compared before anything is replaced; Ctrl-C leaves what was there. What is replaced is kept
beside, in PATH.before-layout, until --undo puts it back or you remove it.`

function times(value: string): number {
  const given = Number(value)
  if (value.trim() !== '' && given >= 0 && given <= 100) return given
  throw new InvalidArgumentError('Give a number from 0 to 100.')
}

/** Statements of the log that are judged. */
const STATEMENTS = 120

async function run(given: GivenOptions): Promise<void> {
  const { undo, parquet, log } = given
  if (undo === undefined && parquet !== undefined && log !== undefined) {
    await runLayout({ ...given, parquet, log })
  } else if (undo !== undefined && parquet === undefined && log === undefined) {
    await runUndo(undo, given.json)
  } else {
    throw new StorewrightError('ERR_ARGUMENT', 'a layout takes --parquet and --log', {
      next: 'Name both; or --undo with the path of what was laid out, alone.',
    })
  }
}

async function runUndo(path: string, isJson: boolean): Promise<void> {
  const db = await openDatabase(':memory:')
  try {
    const old = await layout.undoParquet(db, path)
    printData(
      isJson,
      old,
      () => `${old.path} (${bytes(old.bytes)}): as it was before it was laid out.`,
    )
  } finally {
    db.close()
  }
}

async function runLayout(options: LayoutOptions): Promise<void> {
  if (options.carry && options.tables === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'rows carry columns of other tables', {
      next: 'Name the folder with these by --tables, or leave --carry out.',
    })
  }
  const { onProgress, end } = progressPrinter(options.quiet || options.json)
  const signal = stopSignal()
  const db = await openDatabase(':memory:', { threads: options.threads, signal })
  try {
    const outcome = await layOut(db, options, signal, onProgress)
    end()
    printData(options.json, outcome, () => describe(outcome))
  } finally {
    end()
    db.close()
  }
}

interface LaidOut extends Omit<layout.ParquetLayoutOutcome, 'chosen'> {
  /** Where the Parquet lies that statements should read. */
  readonly path: string
  readonly statements: number
  readonly groupRows?: number
  /** Mean share of row groups that statements read, by the sample: before and after. */
  readonly groupShares?: readonly [now: number, then: number]
  readonly copied?: layout.ParquetCopiesOutcome
}

async function layOut(
  db: Database,
  options: LayoutOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<LaidOut> {
  const { parquet, out, seed, keep, carry } = options
  if (out !== undefined && existsSync(out)) {
    throw new StorewrightError('ERR_ARGUMENT', `${out} is there already`, {
      file: out,
      next: 'Name another place with --out, or remove it.',
    })
  }
  const scattered = scatteredFiles(parquet)
  if (scattered !== undefined && out === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', `${parquet} are files in several places`, {
      file: parquet,
      next: 'Name a folder for the new ones with --out: no one step takes the place of many.',
    })
  }
  const isOneFile = scattered === undefined && existsSync(parquet) && statSync(parquet).isFile()
  if (options.files !== undefined && isOneFile && out === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', `${parquet} is one file`, {
      file: parquet,
      next: 'Name a folder for the files with --out.',
    })
  }
  const path = out === undefined ? parquet : `${resolve(out)}.storewright-part`
  // What a killed run left there would be read as rows of the table.
  if (out !== undefined) {
    layout.recoverParquet(path)
    rmSync(path, { recursive: true, force: true })
  }
  try {
    const table = await openAt(db, path, options, scattered)
    await loadOthers(db, table, options)
    const statements = await statementsOfLog(db, table, options, signal, onProgress)
    const { chosen, ...outcome } = await layout.layoutParquet(db, path, {
      ...{ table, statements, seed, signal, isOldKept: keep && out === undefined },
      mayCarry: carry,
      knobs: options.files === undefined ? {} : { 'warehouse.layout-file-rows': options.files },
      onProgress: (done, total, note) => onProgress({ step: 'lay out', done, total, note }),
    })
    const isNew = out !== undefined && outcome.isLaidOut
    if (isNew) renameSync(path, out)
    const read = isNew ? out : parquet
    // What was to stay as it is, or lies in several places, gets nothing beside it.
    const isCopied = options.copies && (isNew || out === undefined)
    // Copies are tried on statements asked of the table as it is read from now on.
    if (isCopied) await layout.openParquet(db, table, read)
    const copied = isCopied
      ? await layout.copyParquet(db, read, {
          ...{ table, statements, seed, signal, mayCarry: carry },
          knobs: { 'warehouse.layout-copy-bytes': options.copyRoom },
          onProgress: (done, total, note) => onProgress({ step: 'copy', done, total, note }),
        })
      : undefined
    return {
      ...outcome,
      ...{ path: read, statements: statements.length },
      ...(copied === undefined ? {} : { copied }),
      ...(chosen === undefined
        ? {}
        : {
            groupRows: chosen.groupRows,
            groupShares: [chosen.groupShareNow, chosen.groupShareThen] as const,
          }),
    }
  } finally {
    if (out !== undefined) rmSync(path, { recursive: true, force: true })
  }
}

/** Puts the Parquet where it is to be written anew, and opens it under its name in the log. */
async function openAt(
  db: Database,
  path: string,
  { parquet, table, files }: LayoutOptions,
  scattered: ScatteredFiles | undefined,
): Promise<string> {
  const name = table ?? (scattered?.name ?? basename(parquet)).replace(/\.parquet$/i, '')
  if (scattered !== undefined) {
    await gather(db, scattered.files, path)
    await layout.openParquet(db, name, path)
    return name
  }
  layout.recoverParquet(parquet)
  await openWhole(db, name, parquet)
  if (path !== parquet) {
    const isInFolder = files !== undefined && statSync(parquet).isFile()
    cpSync(parquet, isInFolder ? join(path, 'part-0000.parquet') : path, { recursive: true })
  }
  return name
}

/** Opens Parquet; throws ERR_FEED_UNREADABLE where it is cut off, or no Parquet at all. */
async function openWhole(db: Database, name: string, path: string): Promise<void> {
  try {
    await layout.openParquet(db, name, path)
  } catch (error) {
    const isDamaged =
      error instanceof StorewrightError && /parquet|magic bytes/i.test(error.message)
    if (!isDamaged || error.code !== 'ERR_SQL') throw error
    throw new StorewrightError('ERR_FEED_UNREADABLE', error.message.split('\n')[0]!, {
      file: path,
      next: 'Name a whole Parquet file or a folder of them; get the file again where it was one.',
      cause: error,
    })
  }
}

async function loadOthers(
  db: Database,
  table: string,
  { tables, seed }: LayoutOptions,
): Promise<void> {
  if (tables === undefined) return
  const others = replay
    .listTableFiles(tables)
    .filter(({ name }) => name.toLowerCase() !== table.toLowerCase())
  await replay.loadTables(db, others, { scale: 1, seed, statements: [] })
}

async function statementsOfLog(
  db: Database,
  table: string,
  { log, seed }: LayoutOptions,
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<readonly layout.WeighedStatement[]> {
  const { entries } = watch.readLog(log)
  const workload = await workloadOfLog(db, entries, {
    ...{ seed, now: Date.now(), signal },
    onProgress: (done, total) => onProgress({ step: 'measure the log', done, total }),
  })
  const all = layout.statementsOf(workload, STATEMENTS)
  const reading = new Set(
    await layout.statementsReading(
      db,
      table,
      all.map(({ sql }) => sql),
    ),
  )
  const mine = all.filter(({ sql }) => reading.has(sql))
  if (mine.length > 0) return mine
  const failed = workload.templates
    .flatMap(({ sample }) => sample)
    .find((seen) => seen.failed !== undefined)?.failed
  const told = failed === undefined ? '' : ` One of its statements fails: ${failed}`
  throw new StorewrightError('ERR_ARGUMENT', `no statement of ${log} reads ${table}`, {
    file: log,
    next: `Name the table as the log does with --table, and give the other tables it reads with --tables.${told}`,
  })
}

function describe(outcome: LaidOut): string {
  const { isLaidOut, path, reasons, cpuShare, payBackStatements, groupShares, settings, kept } =
    outcome
  const why = reasons.join('; ')
  if (!isLaidOut) {
    return [`${path} stays as it is: ${why}.`, ...describeCopies(outcome)].join('\n')
  }
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`
  const [before, after] = outcome.bytes!
  const lines = [
    `${path} (${statSync(path).isDirectory() ? 'files' : 'a file'} in a new order): ${why}.`,
    `  statements take ${percent(cpuShare!)} of the CPU time they took, tried on all rows; of row groups they are expected to read ${percent(groupShares![1])} in place of ${percent(groupShares![0])}`,
    `  writing has paid for itself after ${payBackStatements} statements; ${bytes(before)} became ${bytes(after)}`,
  ]
  if (settings!.length > 0)
    lines.push(`  DuckDB reads it faster still with ${settings!.join('; ')}`)
  if (outcome.carried !== undefined && outcome.carried.length > 0) {
    lines.push(
      `  rows carry ${outcome.carried.join(', ')}: layout.openParquet shows the table without, layout.carryingRewriter has statements skip by it`,
    )
  }
  if (kept !== undefined) lines.push(...describeKept(path, kept))
  lines.push(...describeCopies(outcome))
  return lines.join('\n')
}

function describeCopies({ path, copied }: LaidOut): readonly string[] {
  if (copied === undefined) return []
  const { copies, reasons } = copied
  const others = reasons.map((reason) => `  no copy: ${reason}`)
  if (copies.length === 0) return others
  const [whole, beside] = copied.bytes
  const lines = copies.map(({ columns, order, cpuShare, payBackStatements, carried, ...copy }) => {
    const with_ = carried.length === 0 ? '' : `, which carries ${carried.join(', ')}`
    return `  a copy of ${columns.join(', ')} in the order of ${order}${with_}: its statements take ${(100 * cpuShare).toFixed(1)} % of the CPU time they take without; ${bytes(copy.bytes)}, paid for after ${payBackStatements} of them`
  })
  return [
    ...lines,
    ...others,
    `  copies take ${bytes(beside)} beside ${bytes(whole)}; layout.copyingRewriter has statements read them until ${path} changes, rm -r ${inShell(copied.folder)} removes them`,
  ]
}

function describeKept(path: string, kept: layout.KeptParquet): readonly string[] {
  const isFolder = statSync(kept.path).isDirectory()
  const what = kept.isEarlier ? 'what was there before the first layout' : 'what was there'
  return [
    `  ${what} is kept in ${kept.path} (${bytes(kept.bytes)}):`,
    `  storewright warehouse layout --undo ${inShell(path)} puts it back, rm ${isFolder ? '-r ' : ''}${inShell(kept.path)} removes it`,
  ]
}

/** A path as a shell takes it. */
function inShell(path: string): string {
  return /^[\w./-]+$/.test(path) && !path.startsWith('-')
    ? path
    : `'${path.replaceAll("'", `'\\''`)}'`
}
