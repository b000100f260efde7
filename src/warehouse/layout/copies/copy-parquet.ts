import { rmSync } from 'node:fs'
import { basename } from 'node:path'
import { StorewrightError } from '../../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { throwIfStopped } from '../../../core/progress.ts'
import { type Database, quoteName } from '../../../core/sql/database.ts'
import { compareOn, cpuOf } from '../choose/trial.ts'
import {
  type Carried,
  carryingSql,
  excludeCarried,
  isAsCarried,
  markTables,
  NOTHING_CARRIED,
  readCarried,
} from '../joined/carried.ts'
import { impliedStatements } from '../joined/imply.ts'
import { layoutCopyBytes, layoutCopyPayBack, layoutMinGain, layoutReadWorth } from '../knobs.ts'
import { orderBySql } from '../native.ts'
import { describeLayout } from '../orders/describe.ts'
import { GROUP_ROWS, type KnownParquet, knowParquet } from '../parquet/choose.ts'
import { fitCodec } from '../parquet/codec.ts'
import {
  bytesOf,
  CODECS,
  type Codec,
  copySql,
  filesOf,
  readPlainSql,
  readSql,
} from '../parquet/files.ts'
import { placeOf, recoverParquet } from '../parquet/place.ts'
import { tryGroupSizes } from '../parquet/sizes.ts'
import { sumOfRows } from '../parquet/sums.ts'
import { spreadTemplates, type WeighedStatement } from '../read/statements.ts'
import { type CopyCandidate, chooseCopies } from './choose-copies.ts'
import {
  copiesOf,
  copyFile,
  keepCopies,
  narrowCopies,
  type ParquetCopy,
  sweepCopies,
  watchFiles,
} from './record.ts'
import { tryAsked } from './try-asked.ts'

const TRIAL_STATEMENTS = 15
const ROWS = 'storewright_copied_rows'
const NOW = 'storewright_copied_now'
const THEN = 'storewright_copied_then'

export interface ParquetCopiesOptions {
  /** The name under which the statements read the files. */
  readonly table: string
  /** What is asked of them; other tables they read are those of `db`. */
  readonly statements: readonly WeighedStatement[]
  readonly seed: number
  readonly knobs?: KnobSettings
  /** Sizes of row groups to choose from, ascending. */
  readonly groupRows?: readonly number[]
  /** Whether copies may carry columns of joined tables. Default false. */
  readonly mayCarry?: boolean
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number, what: string) => void
}

/** A copy that was written. */
export interface MadeCopy {
  readonly columns: readonly string[]
  readonly order: string
  /** Columns of joined tables that its rows carry. */
  readonly carried: readonly string[]
  readonly groupRows: number
  readonly codec: Codec
  readonly bytes: number
  /** CPU of its statements, on the copy over on the files. */
  readonly cpuShare: number
  readonly buildCpuMs: number
  /** Runs of its statements after which it has paid for being written. */
  readonly payBackStatements: number
}

export interface ParquetCopiesOutcome {
  readonly copies: readonly MadeCopy[]
  /** Why others are not kept, or why there are none. */
  readonly reasons: readonly string[]
  /** Where copies lie. */
  readonly folder: string
  /** Bytes of the files, and of all copies. */
  readonly bytes: readonly [files: number, copies: number]
}

/**
 * Writes copies of some columns of the rows of a Parquet file or folder beside it, each in the order that
 * is best for some kinds of statements, where statements tried on it gain so much that it pays
 * (`warehouse.layout-copy-pay-back`), within the room that `warehouse.layout-copy-bytes` gives. They take
 * the place of those before; the files stay as they are. `copyingRewriter` reads them as long as the files
 * are what was copied. Throws ERR_ARGUMENT where there is no Parquet, ERR_DESIGN_CHANGED where it changes.
 */
export async function copyParquet(
  db: Database,
  given: string,
  options: ParquetCopiesOptions,
): Promise<ParquetCopiesOutcome> {
  const path = placeOf(given)
  recoverParquet(path)
  const files = filesOf(path)
  const isUnchanged = watchFiles(files)
  const was = await readCarried(db, files)
  const isTrue = await isAsCarried(db, was)
  await db.run(`CREATE OR REPLACE TEMP VIEW ${ROWS} AS SELECT * FROM ${readPlainSql(files, was)}`)
  await db.run(`CREATE OR REPLACE TEMP VIEW ${NOW} AS SELECT * FROM ${readSql(files)}`)
  try {
    tell(options, 0, 1, 'choosing copies')
    const known = await knowParquet(db, files, was, ROWS)
    const room = readKnob(layoutCopyBytes, options.knobs) * bytesOf(files)
    const copier = { known, files, was, carriedNow: isTrue ? was : NOTHING_CARRIED, options }
    const now = await askedNow(copier, options.statements)
    const chosen = await chooseCopies(known, options, { asked: now, view: NOW, room })
    const made: Made[] = []
    const reasons = chosen.length === 0 ? ['no other order saves enough of any statement'] : []
    let left = room
    for (const [i, candidate] of chosen.entries()) {
      tell(options, i, chosen.length, 'writing a copy')
      const file = copyFile(path, i)
      const { copy, reason } = await build(copier, candidate, file, left)
      if (reason === undefined) {
        made.push({ copy, file })
        left -= copy.bytes
      } else {
        rmSync(file, { force: true })
        reasons.push(`${copy.order}: ${reason}`)
      }
    }
    const kept = made.map(({ copy: { columns, order }, file }): ParquetCopy => {
      return { file: basename(file), columns, order }
    })
    await keepCopies(db, path, files, kept, isUnchanged)
    const asked = await keepFaster(db, path, made, options)
    reasons.push(...asked.reasons)
    const bytes = asked.made.reduce((sum, { copy }) => sum + copy.bytes, 0)
    return {
      ...{ copies: asked.made.map(({ copy }) => copy), reasons, folder: copiesOf(path) },
      bytes: [bytesOf(files), bytes],
    }
  } finally {
    sweepCopies(path)
    for (const view of [ROWS, NOW, THEN]) await db.run(`DROP VIEW IF EXISTS ${view}`)
  }
}

interface Made {
  readonly copy: MadeCopy
  readonly file: string
}

/**
 * Asks statements as users ask them, with copies in service and without: templates that are not enough
 * faster stay with the files, and copies that no template reads then are removed.
 */
async function keepFaster(
  db: Database,
  path: string,
  made: readonly Made[],
  { table, statements, knobs, signal }: ParquetCopiesOptions,
): Promise<{ readonly made: readonly Made[]; readonly reasons: readonly string[] }> {
  const trials = await tryAsked(db, path, {
    ...{ table, statements, copies: made.map(({ file }) => file) },
    ...(signal === undefined ? {} : { signal }),
  })
  if (trials === undefined) return { made, reasons: [] }
  const most = 1 - readKnob(layoutMinGain, knobs)
  const read = trials.filter(({ copies }) => copies.length > 0)
  const faster = read.filter(({ cpuShare }) => cpuShare <= most)
  const slower = read.filter(({ cpuShare }) => cpuShare > most)
  const used = new Set(faster.flatMap(({ copies }) => copies))
  const [kept, others] = [true, false].map((is) => made.filter(({ file }) => used.has(file) === is))
  if (slower.length > 0 || others!.length > 0) {
    narrowCopies(
      path,
      new Set(kept!.map(({ file }) => basename(file))),
      slower.map(({ fingerprint }) => fingerprint),
    )
  }
  const left = slower.map(
    ({ cpuShare }) =>
      `a kind of statement stays with the files: asked through the rewriter it took ${percent(cpuShare)} of the time without copies`,
  )
  return {
    made: kept!,
    reasons: [
      ...others!.map(
        ({ copy }) => `${copy.order}: no kind of statement was faster by it when asked`,
      ),
      ...left,
    ],
  }
}

function percent(share: number): string {
  return `${Math.round(1000 * share) / 10} %`
}

function tell(
  { onProgress, signal }: ParquetCopiesOptions,
  done: number,
  total: number,
  what: string,
): void {
  throwIfStopped(signal)
  onProgress?.(done, total, what)
}

interface Copier {
  readonly known: KnownParquet
  readonly files: readonly string[]
  /** What the files carry, and what of it is true now. */
  readonly was: Carried
  readonly carriedNow: Carried
  readonly options: ParquetCopiesOptions
}

/** Statements as they are asked of the files now. */
function askedNow(
  { known, carriedNow, options: { table } }: Copier,
  statements: readonly WeighedStatement[],
): Promise<readonly WeighedStatement[]> {
  return impliedStatements(known.db, statements, table, carriedNow.columns, (name) => {
    const isMine = name.toLowerCase() === table.toLowerCase()
    const found = isMine ? known.columns : known.tables.get(name.toLowerCase())?.columns
    return found && new Map(found.map((column) => [column.name.toLowerCase(), column.name]))
  })
}

/** Writes a copy, and tells why it should not stay. */
async function build(
  copier: Copier,
  candidate: CopyCandidate,
  file: string,
  room: number,
): Promise<{ readonly copy: MadeCopy; readonly reason?: string }> {
  const { known, options } = copier
  const { db } = known
  const { columns, statements, choice } = candidate
  const { carried, chosen, sample } = choice
  const marks = await markTables(db, carried)
  const carrying = { columns: carried, marks }
  const first = { groupRows: chosen.groupRows, codec: CODECS[0], carried: carrying }
  const run = cpuOf(db)
  const sortMs = await run(copySql(sortedSql(copier, candidate), file, first))
  const { codec, writeCpuMs } = await fitCodec(db, file, false, first, room, options.signal)
  const { table, groupRows: sizes = GROUP_ROWS, signal, knobs } = options
  const size = await tryGroupSizes(
    db,
    file,
    false,
    { ...first, codec },
    {
      ...{ table, statements: spreadTemplates(choice.asked, TRIAL_STATEMENTS), sizes },
      readWorth: readKnob(layoutReadWorth, knobs),
      ...(signal === undefined ? {} : { signal }),
    },
  )
  await db.run(`CREATE OR REPLACE TEMP VIEW ${THEN} AS SELECT * FROM ${readSql([file])}`)
  const now = await askedNow(copier, statements)
  const compared = now.map((one, i) => ({ ...one, sqlThen: choice.asked[i]!.sql }))
  const tried = spreadTemplates(compared, TRIAL_STATEMENTS)
  const { cpuShare } = await compareOn(db, table, tried, NOW, THEN, signal)
  await checkWhole(db, columns, carrying)
  const buildCpuMs = sortMs + writeCpuMs + size.writeCpuMs
  const spent = statements.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const runs = statements.reduce((sum, one) => sum + one.runs, 0)
  const saved = spent * (1 - cpuShare)
  const copy: MadeCopy = {
    ...{ columns, codec, cpuShare, buildCpuMs, groupRows: size.groupRows },
    order: describeLayout(chosen.layout, sample.columns),
    carried: carried.map((one) => `${one.table}.${one.attribute}`),
    bytes: bytesOf([file]),
    payBackStatements: Math.ceil((buildCpuMs * runs) / Math.max(1e-9, saved)),
  }
  const reason = whyNot(copy, saved, room, knobs)
  return reason === undefined ? { copy } : { copy, reason }
}

/** The rows of a copy in its order. */
function sortedSql({ files, was }: Copier, { columns, choice }: CopyCandidate): string {
  const { carried, chosen, sample } = choice
  const rows = readPlainSql(files, was, ', file_row_number = true, filename = true')
  const list = [...columns, ...carried.map(({ name }) => name)].map(quoteName).join(', ')
  const orderBy = orderBySql(chosen.layout, sample.columns, 'filename, file_row_number')
  return `SELECT ${list} FROM ${carryingSql(rows, carried)} ORDER BY ${orderBy}`
}

function whyNot(
  { bytes, cpuShare, buildCpuMs }: MadeCopy,
  savedCpuMs: number,
  room: number,
  knobs: KnobSettings | undefined,
): string | undefined {
  const times = readKnob(layoutCopyPayBack, knobs)
  if (bytes > room) return `it takes ${bytes} bytes, more than there is room for`
  if (1 - cpuShare < readKnob(layoutMinGain, knobs)) {
    return `tried on all rows it took ${percent(cpuShare)} of the time now`
  }
  return times > 0 && savedCpuMs * times < buildCpuMs
    ? `what it saves of the log, ${times} times over, does not pay for writing it`
    : undefined
}

/** A copy holds what the files hold in its columns, with their types, and what joined tables hold. */
async function checkWhole(
  db: Database,
  columns: readonly string[],
  carried: Carried,
): Promise<void> {
  const list = columns.map(quoteName).join(', ')
  const own = `(SELECT ${list} FROM ${ROWS})`
  const copied = `(SELECT *${excludeCarried(carried)} FROM ${THEN})`
  const typesOf = async (from: string) => {
    const { columns: found } = await db.answer(`DESCRIBE SELECT * FROM ${from}`)
    return JSON.stringify([found[0], found[1]])
  }
  const isWhole =
    (await typesOf(own)) === (await typesOf(copied)) &&
    (await sumOfRows(db, own)) === (await sumOfRows(db, copied))
  if (isWhole && (carried.columns.length === 0 || (await isAsCarried(db, carried)))) return
  throw new StorewrightError(
    'ERR_DESIGN_CHANGED',
    'the files, or tables that they are joined to, changed while they were copied',
    { next: 'The copies before stay; try again when nothing writes to them.' },
  )
}
