import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { canHaveGroups } from '../design/row-groups.ts'
import { daysSeen, type Effort, effortFor, whyNotSought } from '../effort.ts'
import type { Action, Advice, AdviseOptions, Adviser, Refusal, Workload } from '../types.ts'
import { type ChosenLayout, chooseLayout } from './choose/choose.ts'
import { trialMs } from './choose/effort.ts'
import { drawSample, quoteTable, type TableSample, tableSource } from './choose/sample.ts'
import { measureScanShares } from './choose/scan-share.ts'
import {
  choosingCost,
  effortOn,
  horizonOf,
  mostEffort,
  type Study,
  statementsOn,
  study,
  whyNoneLookedAt,
} from './choose/study.ts'
import { type LayoutTrial, tryLayout } from './choose/trial.ts'
import { layoutMinGain, layoutSampleRows, layoutTrialRows } from './knobs.ts'
import {
  GROUP_COSTS,
  groupRowsOf,
  NATIVE_GROUP_ROWS,
  orderBySql,
  relayStatements,
  whyNotLaidOut,
} from './native.ts'
import { describeLayout } from './orders/describe.ts'
import { probesOf } from './read/probes.ts'
import { spreadTemplates, type WeighedStatement } from './read/statements.ts'
import { readTables, type TableFacts } from './read/tables.ts'

const TRIAL_STATEMENTS = 12
/** CPU ms of reading which tables there are, and what statements ask of them. */
const LEAST_CPU_MS = 25

export interface LayoutAdviserOptions {
  readonly knobs?: KnobSettings
  /** Whether a layout is tried on a copy of the whole table before it is proposed. Default true. */
  readonly isTried?: boolean
  /** Templates whose answers may follow the order of rows, by fingerprint: someone says it is no harm. */
  readonly orderFree?: ReadonlySet<string>
}

/**
 * Proposes orders of the rows of tables by which the workload's filters skip row groups. A table
 * keeps its order where a template reads rows "as they lie" (LIMIT without ORDER BY, first(),
 * row_number() without an order, …): those may not answer differently.
 */
export function layoutAdviser(options: LayoutAdviserOptions = {}): Adviser {
  return {
    kind: 'layout',
    leastCpuMs: LEAST_CPU_MS,
    async advise(workload, db, advise) {
      const most = mostEffort(workload, options.knobs, advise)
      // Before anything is read: no table is less to look at than one without rows.
      const early = whyNoneLookedAt([{ rows: 0, columns: [] }], most, options.knobs)
      if (early !== undefined) return leavesAll(early)
      const tables = await readTables(db)
      const large = [...tables.values()].filter(({ rows }) => rows >= 2 * GROUP_ROWS[0])
      const none =
        large.length === 0 ? NOTHING_TO_SKIP : whyNoneLookedAt(large, most, options.knobs)
      if (none !== undefined) return leavesAll(none)
      const known = await study(tables, workload, db, options.knobs)
      const actions: Action[] = []
      const refusals: Refusal[] = []
      const names = [...known.names]
      for (const [i, name] of names.entries()) {
        throwIfStopped(advise.signal)
        advise.onProgress?.(i, names.length, name)
        const outcome = await adviseTable(name, known, workload, db, options, advise)
        if (typeof outcome === 'string')
          refusals.push({ kind: 'layout', target: name, reason: outcome })
        else actions.push(outcome)
      }
      actions.sort((a, b) => gainOf(b) - gainOf(a))
      return { actions, refusals }
    },
  }
}

const NOTHING_TO_SKIP = 'no table fills two row groups: there is nothing to skip'

function leavesAll(reason: string): Advice {
  return { actions: [], refusals: [{ kind: 'layout', target: 'all tables', reason }] }
}

function gainOf({ predicted, measured }: Action): number {
  return (measured ?? predicted).savedCpuMsPerDay
}

async function adviseTable(
  name: string,
  known: Study,
  workload: Workload,
  db: Database,
  options: LayoutAdviserOptions,
  advise: AdviseOptions,
): Promise<Action | string> {
  const { seed, signal } = advise
  const table = known.tables.get(name.toLowerCase())!
  const effort = effortOn(table, known, workload, options.knobs, advise)
  const choosing = choosingCost(table, known, options.knobs)
  const why =
    whyNot(table, known, options) ??
    whyNotLookedAt(table, choosing, effort) ??
    whyNotSought('looking for an order', choosing, effort)
  if (why !== undefined) return why
  const source = await tableSource(db, quoteTable(name))
  const groups = await groupsFor(db, name)
  if (source.totalRows < 2 * groups.sizes[0]!) {
    return `its ${source.totalRows} rows fill fewer than two row groups: there is nothing to skip`
  }
  const rows = readKnob(layoutSampleRows, options.knobs)
  const sample = await drawSample(db, source, table.columns, { rows, seed })
  const schemaOf = (other: string) => known.tables.get(other.toLowerCase())?.columns
  const raw = await probesOf(db, name, known.statements, known.scans, sample, schemaOf)
  const probes = await measureScanShares(db, { table: name }, raw, known.statements, {
    profiles: known.profiles,
    limitMs: effort.hopedMs - choosing,
  })
  const chosen = chooseLayout(sample, probes, {
    ...{ groupRows: groups.sizes, groupRowsNow: groups.now },
    ...GROUP_COSTS,
    ...(signal === undefined ? {} : { signal }),
  })
  if (chosen === undefined)
    return 'no statement filters it in a way that row groups could be skipped by'
  return (
    whyNoRoom(sample, advise) ??
    weigh(table, sample, { ...chosen, groups }, known, workload, db, options, advise)
  )
}

/** Sizes of row groups that are tried where the database can be attached with them. */
const GROUP_ROWS = [16_384, 32_768, 65_536, NATIVE_GROUP_ROWS] as const

interface Groups {
  readonly now: number
  /** Ascending. */
  readonly sizes: readonly number[]
}

async function groupsFor(db: Database, table: string): Promise<Groups> {
  const now = await groupRowsOf(db, table)
  return { now, sizes: (await canHaveGroups(db)) ? GROUP_ROWS : [now] }
}

function whyNot(
  table: TableFacts,
  known: Study,
  { orderFree }: LayoutAdviserOptions,
): string | undefined {
  const bound = known.statements.find(
    ({ fingerprint }, i) =>
      known.bounds[i] === 'order' &&
      orderFree?.has(fingerprint) !== true &&
      known.scans[i]!.some((scan) => scan.table.toLowerCase() === table.name.toLowerCase()),
  )
  if (bound !== undefined) {
    return `template ${bound.fingerprint} answers by the order in which rows lie (LIMIT without ORDER BY, first(), row_number() or the like): another order could change its answers`
  }
  return whyNotLaidOut(table)
}

/** Whether even a layout that saved all of the time on a table would come too dear. */
function whyNotLookedAt(
  table: TableFacts,
  choosing: number,
  { askedMs }: Effort,
): string | undefined {
  const cost = choosing + guessBuild(table.rows, table.columns.length)
  return askedMs < cost
    ? `statements on it take ${round(askedMs)} CPU ms until it must have paid: looking for an order and rewriting ${table.rows} rows would take about ${round(cost)}`
    : undefined
}

/** What keeps the way back out of the room that is left; undefined where it fits. */
function whyNoRoom(
  { totalRows }: TableSample,
  { storageBytes }: AdviseOptions,
): string | undefined {
  const bytes = placesBytes(totalRows)
  return bytes > storageBytes
    ? `the places its rows have now, kept for the way back, take ${bytes} bytes, more than the ${Math.floor(storageBytes)} that are left`
    : undefined
}

/** Bytes of the places that rows had before, packed to the bits they need. */
function placesBytes(rows: number): number {
  return Math.ceil((rows * Math.log2(Math.max(2, rows))) / 8)
}

async function weigh(
  table: TableFacts,
  sample: TableSample,
  chosen: SizedLayout,
  known: Study,
  workload: Workload,
  db: Database,
  options: LayoutAdviserOptions,
  advise: AdviseOptions,
): Promise<Action | string> {
  const mine = statementsOn(table, known)
  const spent = mine.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const saved = chosen.costNow - chosen.costThen
  const minGain = readKnob(layoutMinGain, options.knobs)
  if (saved < minGain * spent) {
    return `the best order found (${describeLayout(chosen.layout, sample.columns)}) would save ${percent(saved / spent)} of ${round(spent)} CPU ms, less than ${percent(minGain)}`
  }
  return propose(table, sample, chosen, { spent, saved, mine }, workload, db, options, advise)
}

/** A layout with the sizes of row groups that its table may get. */
interface SizedLayout extends ChosenLayout {
  readonly groups: Groups
}

interface Stakes {
  /** CPU ms of the workload's statements on the table. */
  readonly spent: number
  /** CPU ms of them that the layout is expected to save. */
  readonly saved: number
  readonly mine: readonly WeighedStatement[]
}

async function propose(
  table: TableFacts,
  sample: TableSample,
  chosen: SizedLayout,
  { spent, saved, mine }: Stakes,
  workload: Workload,
  db: Database,
  options: LayoutAdviserOptions,
  advise: AdviseOptions,
): Promise<Action | string> {
  const orderBy = orderBySql(chosen.layout, sample.columns, 'rowid')
  const { signal } = advise
  const horizonDays = horizonOf(advise, options.knobs)
  const isTried =
    options.isTried !== false && sample.totalRows <= readKnob(layoutTrialRows, options.knobs)
  const asked = spreadTemplates(mine, TRIAL_STATEMENTS)
  const guessed = guessBuild(sample.totalRows, table.columns.length)
  const why = whyNotSought(
    'trying and making an order',
    guessed + (isTried ? trialMs(guessed, asked) : 0),
    effortFor(workload, saved, { horizonDays }, 1),
  )
  if (why !== undefined) return why
  const trial = isTried
    ? await tryLayout(db, { name: table.name, sql: quoteTable(table.name) }, orderBy, asked, {
        ...{ sizes: chosen.groups.sizes, groupRows: chosen.groupRows },
        ...{ groupRowsNow: chosen.groups.now, readWorth: 0 },
        ...(signal === undefined ? {} : { signal }),
      })
    : undefined
  const days = daysSeen(workload)
  const measuredSaving = trial === undefined ? undefined : spent * (1 - trial.cpuShare)
  const buildCpuMs = trial === undefined ? guessed : 2 * trial.buildCpuMs
  const most = { horizonDays, minGain: readKnob(layoutMinGain, options.knobs) }
  const refusal = whyNotWorthIt(measuredSaving ?? saved, spent, buildCpuMs, days, most)
  if (refusal !== undefined) return refusal
  const replaced = standingOn(table, advise)
  return actionOf(
    table,
    sample,
    chosen,
    orderBy,
    { spent, saved, mine },
    { days, buildCpuMs, trial, measuredSaving, replaced },
  )
}

/** The layout that a table has from us already. */
function standingOn(table: TableFacts, { standing }: AdviseOptions): Standing | undefined {
  const action = standing.find(({ kind, target }) => kind === 'layout' && target === table.name)
  const id = action?.actionId.split('-').at(-1)
  return action === undefined || id === undefined ? undefined : { actionId: action.actionId, id }
}

interface Standing {
  readonly actionId: string
  /** Of the places that its rows had before. */
  readonly id: string
}

function whyNotWorthIt(
  saved: number,
  spent: number,
  buildCpuMs: number,
  days: number,
  { horizonDays, minGain }: { readonly horizonDays: number; readonly minGain: number },
): string | undefined {
  if (saved < minGain * spent) {
    return `tried on the whole table it saved ${percent(saved / spent)} of the time, less than ${percent(minGain)}`
  }
  const pays = buildCpuMs / (saved / days)
  return pays > horizonDays
    ? `the rewrite takes ${round(buildCpuMs)} CPU ms and pays for itself after ${round(pays)} days, later than ${horizonDays}`
    : undefined
}

interface Outcome {
  readonly days: number
  readonly buildCpuMs: number
  readonly trial: LayoutTrial | undefined
  readonly measuredSaving: number | undefined
  readonly replaced: Standing | undefined
}

function actionOf(
  table: TableFacts,
  sample: TableSample,
  chosen: SizedLayout,
  orderBy: string,
  { spent, saved, mine }: Stakes,
  { days, buildCpuMs, trial, measuredSaving, replaced }: Outcome,
): Action {
  const groupRows = trial?.groupRows ?? chosen.groupRows
  const isUsual = groupRows === NATIVE_GROUP_ROWS
  const what = `${describeLayout(chosen.layout, sample.columns)}${isUsual ? '' : `, in row groups of ${groupRows}`}`
  const runs = mine.reduce((sum, statement) => sum + statement.runs, 0)
  const payBack = buildCpuMs / (Math.max(1e-9, measuredSaving ?? saved) / Math.max(1, runs))
  const id = idOf(`${table.name} ${orderBy} ${groupRows} ${replaced?.id ?? ''}`)
  const gain = (savedCpuMs: number) => ({
    savedCpuMsPerDay: savedCpuMs / days,
    upkeepCpuMsPerDay: 0,
    buildCpuMs,
    storageBytes: placesBytes(sample.totalRows),
  })
  return {
    actionId: `layout-${table.name}-${id}`,
    kind: 'layout',
    target: table.name,
    summary: `Lay the ${sample.totalRows} rows of ${table.name} out by ${what}`,
    reasons: [
      `statements on it take ${round(spent)} CPU ms and read ${percent(chosen.groupShareNow)} of its row groups; laid out so they are expected to read ${percent(chosen.groupShareThen)}`,
      `judged on statements it was not learned from: ${chosen.tried
        .slice(0, 4)
        .map(({ kind, costShare }) => `${kind} ${percent(costShare)}`)
        .join(', ')} of the time now`,
      ...(trial === undefined
        ? []
        : [
            `tried on the whole table with ${trial.statements} statements: ${percent(trial.cpuShare)} of the time now`,
          ]),
      `the rewrite has paid for itself after ${Math.ceil(payBack)} statements`,
    ],
    fingerprints: [...new Set(mine.map(({ fingerprint }) => fingerprint))],
    predicted: gain(saved),
    ...(measuredSaving === undefined ? {} : { measured: gain(measuredSaving) }),
    ...relayStatements(table, orderBy, id, replaced?.id),
    definition: JSON.stringify({
      table: table.name,
      ...(isUsual ? {} : { groupRows }),
      ...(replaced === undefined ? {} : { replaces: replaced.actionId }),
      kind: chosen.layout.kind,
      orderBy,
      costShare: chosen.costThen / chosen.costNow,
      payBackStatements: Math.ceil(payBack),
    }),
  }
}

/**
 * CPU ms of sorting and writing before it was measured: 0.5 µs a row and 0.04 µs a value, a quarter more
 * than 3 M rows of ten columns took.
 */
function guessBuild(rows: number, columns: number): number {
  return (rows * (0.5 + 0.04 * columns)) / 1000
}

/** A short name of a text: 32 bits of FNV-1a. */
function idOf(text: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
