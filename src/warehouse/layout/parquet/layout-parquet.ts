import { rmSync, statSync } from 'node:fs'
import { StorewrightError } from '../../../core/errors.ts'
import { pathBeside } from '../../../core/files.ts'
import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { throwIfStopped } from '../../../core/progress.ts'
import type { Database } from '../../../core/sql/database.ts'
import type { ChosenLayout } from '../choose/choose.ts'
import { type ComparedStatement, compareOn } from '../choose/trial.ts'
import {
  type Carried,
  type CarriedMark,
  carryingSql,
  excludeCarried,
  isAsCarried,
  markTables,
  readCarried,
} from '../joined/carried.ts'
import { layoutFileGrowth, layoutFileRows, layoutMinGain, layoutReadWorth } from '../knobs.ts'
import { describeLayout } from '../orders/describe.ts'
import { parseSelects } from '../read/ast.ts'
import { orderBoundOf } from '../read/order-free.ts'
import { spreadTemplates, type WeighedStatement } from '../read/statements.ts'
import { chooseForParquet, GROUP_ROWS, knowParquet, type ParquetChoice } from './choose.ts'
import { fitCodec } from './codec.ts'
import {
  bytesOf,
  CODECS,
  type Codec,
  filesOf,
  missingSettings,
  type ParquetFormat,
  readPlainSql,
  readSql,
} from './files.ts'
import { type KeptParquet, switchParquet } from './kept.ts'
import { nextTo, placeOf, recoverParquet } from './place.ts'
import { tryGroupSizes } from './sizes.ts'
import { sumOfRows } from './sums.ts'
import { writeInOrder } from './write.ts'

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
  /**
   * Whether rows may carry columns of joined tables, so that row groups are skipped by filters on these.
   * Whoever reads the files without `openParquet` sees columns more. Default false.
   */
  readonly mayCarry?: boolean
  /**
   * Whether the old stays beside for `undoParquet`; where not, what an earlier layout kept goes as well.
   * Default true.
   */
  readonly isOldKept?: boolean
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
  /** Columns of joined tables that rows carry now. */
  readonly carried?: readonly string[]
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
  /** Where the old is kept. */
  readonly kept?: KeptParquet
}

/**
 * Lays a Parquet file, or all files of a folder, out by what is asked of them: writes them anew
 * beside, runs statements on both, and puts the new in the place of the old where it gains. A folder
 * becomes files of about `warehouse.layout-file-rows` rows that follow each other in the new order. The
 * old is kept beside, and `undoParquet` puts it back. Throws ERR_ARGUMENT where there is no Parquet there.
 */
export async function layoutParquet(
  db: Database,
  given: string,
  options: ParquetLayoutOptions,
): Promise<ParquetLayoutOutcome> {
  const path = placeOf(given)
  recoverParquet(path)
  const files = filesOf(path)
  const refused = await whyNot(db, options)
  if (refused !== undefined) return { isLaidOut: false, reasons: [refused] }
  const spent = options.statements.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  tell(options, 0)
  const was = await readCarried(db, files)
  await db.run(`CREATE OR REPLACE TEMP VIEW ${NOW} AS SELECT * FROM ${readPlainSql(files, was)}`)
  try {
    const choice = await chooseForParquet(await knowParquet(db, files, was, NOW), options)
    const { chosen } = choice
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
    return await buildAndSwitch(db, path, { files, was, ...choice, chosen }, options)
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

/** What is to be written. */
interface Plan extends ParquetChoice {
  readonly files: readonly string[]
  /** What the files carry now. */
  readonly was: Carried
  readonly chosen: ChosenLayout
}

async function buildAndSwitch(
  db: Database,
  path: string,
  plan: Plan,
  options: ParquetLayoutOptions,
): Promise<ParquetLayoutOutcome> {
  const { files, sample, chosen, carried, asked } = plan
  const isFolder = statSync(path).isDirectory()
  const beside = isFolder ? nextTo(path) : pathBeside(path)
  try {
    const marks = await markTables(db, carried)
    const made = await build(db, plan, beside, isFolder, marks, options)
    const { groupRows, codec, buildCpuMs } = made
    const what = `${describeLayout(chosen.layout, sample.columns)}, row groups of ${groupRows}, ${codec}`
    await db.run(`CREATE OR REPLACE TEMP VIEW ${THEN} AS SELECT * FROM ${readSql(filesOf(beside))}`)
    const { cpuShare } = await compareOn(
      ...([db, options.table, comparedStatements(options, asked), NOW, THEN] as const),
      options.signal,
    )
    tell(options, 3)
    await checkWhole(db, { columns: carried, marks })
    await db.run(`DROP VIEW IF EXISTS ${THEN}`)
    const outcome = {
      ...{ chosen: { ...chosen, groupRows }, codec, cpuShare, buildCpuMs },
      bytes: [bytesOf(files), bytesOf(filesOf(beside))] as const,
      settings: await missingSettings(db),
      carried: carried.map(({ table, attribute }) => `${table}.${attribute}`),
    }
    if (1 - cpuShare < readKnob(layoutMinGain, options.knobs)) {
      const share = Math.round(1000 * cpuShare) / 10
      const reason = `${what}: tried on all rows it took ${share} % of the time now`
      return { isLaidOut: false, reasons: [reason], ...outcome }
    }
    const kept = await switchParquet(db, path, files, beside, options.isOldKept ?? true)
    const paid = payBack(options.statements, cpuShare, buildCpuMs)
    return {
      ...{ isLaidOut: true, reasons: [what], ...outcome, ...paid },
      ...(kept === undefined ? {} : { kept }),
    }
  } finally {
    await db.run(`DROP VIEW IF EXISTS ${THEN}`)
    rmSync(beside, { recursive: true, force: true })
  }
}

function comparedStatements(
  { statements }: ParquetLayoutOptions,
  asked: readonly WeighedStatement[],
): readonly ComparedStatement[] {
  const compared = statements.map((one, i) => ({ ...one, sqlThen: asked[i]!.sql }))
  return spreadTemplates(compared, TRIAL_STATEMENTS)
}

/** Writes the files beside in the order chosen, and finds their codec and the size of row groups. */
async function build(
  db: Database,
  plan: Plan,
  beside: string,
  isFolder: boolean,
  marks: readonly CarriedMark[],
  options: ParquetLayoutOptions,
): Promise<ParquetFormat & { readonly buildCpuMs: number }> {
  tell(options, 1)
  const { files, sample, chosen, carried, asked } = plan
  const first: ParquetFormat = {
    ...{ groupRows: chosen.groupRows, codec: CODECS[0], carried: { columns: carried, marks } },
  }
  const rows = readPlainSql(files, plan.was, ', file_row_number = true, filename = true')
  const firstMs = await writeInOrder(db, beside, first, {
    ...{ from: carryingSql(rows, carried), layout: chosen.layout, columns: sample.columns },
    ...(isFolder ? { fileRows: readKnob(layoutFileRows, options.knobs) } : {}),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  })
  const room = readKnob(layoutFileGrowth, options.knobs) * bytesOf(files)
  const { codec, writeCpuMs: codecMs } = await fitCodec(
    ...([db, beside, isFolder, first, room, options.signal] as const),
  )
  tell(options, 2)
  const { table, groupRows: sizes = GROUP_ROWS, signal } = options
  const readWorth = readKnob(layoutReadWorth, options.knobs)
  const { groupRows, writeCpuMs } = await tryGroupSizes(
    ...([db, beside, isFolder, { ...first, codec }] as const),
    {
      ...{ table, statements: spreadTemplates(asked, TRIAL_STATEMENTS), sizes, readWorth },
      ...(signal === undefined ? {} : { signal }),
    },
  )
  return { groupRows, codec, buildCpuMs: firstMs + codecMs + writeCpuMs }
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

/** Before the old files go: the new ones hold the same rows, and carry what joined tables hold. */
async function checkWhole(db: Database, carried: Carried): Promise<void> {
  const then = `(SELECT *${excludeCarried(carried)} FROM ${THEN})`
  const isWhole = (await sumOfRows(db, NOW)) === (await sumOfRows(db, then))
  if (isWhole && (await isAsCarried(db, carried))) return
  throw new StorewrightError(
    'ERR_DESIGN_CHANGED',
    `the files${carried.columns.length === 0 ? '' : ', or tables that they are joined to,'} changed while they were laid out anew`,
    {
      next: 'Nothing was replaced; try again when nothing writes to them.',
    },
  )
}
