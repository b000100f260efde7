import { readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import { stoppable } from '../../core/sql/stoppable.ts'
import {
  type Action,
  type Advice,
  adviseAll,
  applyMeasured,
  design,
  examplesOf,
  horizonDays,
  inApplyOrder,
  isMeasuringOpen,
  type Mode,
  measureOpen,
  standardParts,
  type Workload,
} from '../../warehouse/index.ts'
import { requireStore } from '../store/paths.ts'
import type { Settings } from '../store/settings.ts'
import { storeSettings, withDatabase } from '../store/store.ts'
import { currentVersion, hashOf, writeVersion } from '../versions.ts'
import { leastWork } from './knobs.ts'
import { adviseOpening, KEEP_OPEN, type Openings, readOpenings, savedByReuse } from './openings.ts'
import { type Building, type QuietHours, untilQuietMs, whatToBuild } from './quiet-hours.ts'
import { refreshViews } from './refresh-views.ts'
import { hasStale } from './standing.ts'
import { actionTable, refusalTable, templateTable } from './tables.ts'
import { readAsked, watchOf } from './watching.ts'
import { overADay, workloadDays } from './workload-days.ts'

export interface AdviseStoreOptions {
  /** Epoch ms. */
  readonly now: number
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
  /** Asks advisers however little is asked of the database. */
  readonly isForced?: boolean
}

/** What a look at a store's database came to. */
export interface AdvisedStore {
  readonly mode: Mode
  /** Version of the record; 0 before the first. */
  readonly version: number
  /** Nothing new was asked since the last look, or watching is off. */
  readonly skipped: boolean
  readonly proposed: number
  readonly applied: readonly string[]
  /** What is to be applied and waits for the quiet hours. */
  readonly waiting: Building['waiting']
  /** Applied actions whose tables changed under them: taken out. */
  readonly broken: readonly design.Broken[]
}

const BY = 'storewright'
const SEED = 1
const TARGET = 'the store’s database'

/**
 * Looks at what was asked of a store's database, proposes what would better it and, where the mode
 * says so, applies it: `approve` what a person approved, `automatic` what pays. Keeps the record as a
 * version. Databases of which little is asked are left alone, with that as the reason.
 */
export async function adviseStore(
  folder: string,
  options: AdviseStoreOptions,
): Promise<AdvisedStore> {
  const settings = storeSettings(folder)
  const { mode } = settings.warehouse
  const { database } = requireStore(folder)
  const workload = readAsked(database)
  if (mode === 'off') return nothing(mode)
  throwIfStopped(options.signal)
  const { known, approved, isMeasured } = await withDatabase(folder, 'read', async (db) => ({
    known: await currentVersion(db, 'warehouse'),
    ...(await watchOf(database).quietly(() => openIn(db))),
  }))
  if (workload === undefined) {
    if (!isMeasured) await measureLeftOver(folder, options)
    return nothing(mode)
  }
  const openings = readOpenings(database)
  const opening = adviseOpening(openings, settings.knobs)
  const weights = [weightsOf(workload), opening.actions.length]
  const quiet = quietHours(settings)
  // What waited is looked at again when it is quiet.
  const isQuiet = quiet.hours === undefined ? [] : [untilQuietMs(options.now, quiet) === 0]
  // What a person approved since is to be applied, though nothing new was asked.
  const toApply = approved.length === 0 ? [] : [approved]
  const inputHash = hashOf([
    ...[mode, weights, settings.warehouse.storage_mb, ...isQuiet, ...toApply],
  ])
  if (known?.inputHash === inputHash && isMeasured && options.isForced !== true) {
    await refreshStanding(folder, options.now)
    return { ...nothing(mode), version: known.version }
  }
  const advice = await withDatabase(folder, 'read', (_, plain) =>
    watchOf(database).quietly(async () => {
      const open = stoppable(plain, options.signal)
      await watchOf(database).profile(open, settings.knobs)
      return adviceFor(open, workload, settings, options)
    }),
  ).then((found) => bothOf(found, opening))
  return withDatabase(folder, 'write', (db, plain) =>
    watchOf(database).quietly(() =>
      keep(db, plain, { workload, openings, advice, inputHash, mode, quiet, options }),
    ),
  )
}

/** What is to be done whatever was asked since: approved actions to apply, applied ones to measure. */
async function openIn(
  db: Database,
): Promise<{ readonly approved: readonly string[]; readonly isMeasured: boolean }> {
  const actions = await design.readActions(db)
  return {
    approved: actions.flatMap(({ actionId, status }) => (status === 'approved' ? [actionId] : [])),
    isMeasured: !actions.some(isMeasuringOpen),
  }
}

/** Measures what was applied and not measured to its end, where nothing was asked to look at. */
async function measureLeftOver(folder: string, { now, signal }: AdviseStoreOptions): Promise<void> {
  const { database } = requireStore(folder)
  await withDatabase(folder, 'write', (db, plain) =>
    watchOf(database).quietly(() => measureOpen(db, { by: BY, now }, measuring(plain, signal))),
  )
}

const measuring = (plain: Database, signal: AbortSignal | undefined) => ({
  ...{ seed: SEED, isRetreating: true, plain: stoppable(plain, signal) },
})

function quietHours({ store, warehouse }: Settings): QuietHours {
  const { quiet_hours: hours } = warehouse
  return { timeZone: store.time_zone, ...(hours === undefined ? {} : { hours }) }
}

const nothing = (mode: Mode): AdvisedStore => ({
  ...{ mode, version: 0, skipped: true, proposed: 0 },
  ...{ applied: [], waiting: [], broken: [] },
})

/** What is asked, to a factor of two: a day like the one before is nothing new. */
function weightsOf({ templates }: Workload) {
  return templates
    .filter(({ template }) => template.kind === 'select')
    .map(({ template, totalCpuMs }) => [
      template.fingerprint,
      Math.floor(Math.log2(Math.max(1, totalCpuMs))),
    ])
    .filter(([, size]) => (size as number) >= 10)
    .sort()
}

async function adviceFor(
  db: Database,
  workload: Workload,
  { knobs, warehouse }: Settings,
  options: AdviseStoreOptions,
): Promise<Advice> {
  const { onProgress = silent, signal } = options
  const asked = workload.templates
    .filter(({ template }) => template.kind === 'select')
    .reduce((sum, { totalCpuMs }) => sum + totalCpuMs, 0)
  const perDay = asked / workloadDays(workload) / 1000
  const least = readKnob(leastWork, knobs)
  if (perDay < least && options.isForced !== true) {
    const reason = `what is asked of it takes ${perDay.toFixed(1)} CPU s a day, less than ${least} (warehouse.least-work-seconds): looking for changes would cost more`
    return { actions: [], refusals: [{ kind: 'layout', target: TARGET, reason }] }
  }
  const standing = (await design.readActions(db)).filter(({ status }) => status === 'applied')
  const { advisers } = await standardParts(db, SEED)
  return adviseAll(overADay(workload), db, advisers, {
    ...{ seed: SEED, now: options.now, standing },
    storageBytes: warehouse.storage_mb * 1e6,
    horizonDays: readKnob(horizonDays, knobs),
    leftAlone: await design.readLeftAlone(db),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (done, total, note) => onProgress({ step: 'warehouse', done, total, note }),
  })
}

interface ToKeep {
  readonly workload: Workload
  readonly openings: Openings
  readonly advice: Advice
  readonly inputHash: string
  readonly mode: Mode
  readonly quiet: QuietHours
  readonly options: AdviseStoreOptions
}

async function keep(
  db: Database,
  plain: Database,
  { workload, openings, advice, inputHash, mode, quiet, options }: ToKeep,
): Promise<AdvisedStore> {
  const { now } = options
  const decision = { by: BY, now }
  const broken = await design.takeOutBroken(db, decision)
  await measureOpen(db, decision, measuring(plain, options.signal))
  await design.propose(db, advice, tablesOf(workload), decision, examplesOf(overADay(workload)))
  const { applied, waiting } = await applyWanted(db, plain, mode, {
    ...{ decision, quiet, signal: options.signal },
  })
  await recordUpkeep(db, await refreshApplied(plain), decision)
  await recordReuse(db, openings, decision)
  const actions = await design.readActions(db)
  const refusals = await design.readRefusals(db)
  const leftAlone = await design.readLeftAlone(db)
  const { version } = await writeVersion(
    db,
    { kind: 'warehouse', createdAt: now, inputHash, note: '{}' },
    async (number) => {
      const tables = {
        query_templates: templateTable(workload, leftAlone, number),
        warehouse_actions: actionTable(actions, number),
        warehouse_refusals: refusalTable(refusals, number),
      }
      for (const [name, table] of Object.entries(tables)) {
        if (table.rowCount > 0) await db.append(name, table)
      }
    },
  )
  const proposed = actions.filter(({ status }) => status === 'proposed').length
  return { mode, version, skipped: false, proposed, applied, waiting, broken }
}

/**
 * Applies what the mode lets be applied, and what need not wait for the quiet hours. Each is measured on statements that were watched, and taken back where it answers otherwise or saves too little.
 */
async function applyWanted(
  db: Database,
  plain: Database,
  mode: Mode,
  {
    decision,
    quiet,
    signal,
  }: {
    readonly decision: design.Decision
    readonly quiet: QuietHours
    readonly signal: AbortSignal | undefined
  },
): Promise<Pick<AdvisedStore, 'applied' | 'waiting'>> {
  const wanted =
    mode === 'automatic' ? ['proposed', 'approved'] : mode === 'approve' ? ['approved'] : []
  const actions = (await design.readActions(db)).filter(({ status }) => wanted.includes(status))
  const applied: string[] = []
  const { now, waiting } = whatToBuild(actions, decision.now, quiet)
  for (const { actionId } of inApplyOrder(now)) {
    throwIfStopped(signal)
    // What cannot be applied says so in its record, and keeps no other from being applied.
    const stands = await applyMeasured(
      stoppable(db, signal),
      actionId,
      decision,
      measuring(plain, signal),
    ).then(
      ({ takenBack }) => takenBack === undefined,
      () => false,
    )
    if (stands) applied.push(actionId)
  }
  throwIfStopped(signal)
  return { applied, waiting }
}

async function refreshApplied(plain: Database): Promise<ReadonlyMap<string, number>> {
  const actions = await design.readActions(plain)
  const { spent } = await refreshViews(
    plain,
    actions.filter(({ status }) => status === 'applied'),
  )
  return spent
}

/** Keeps what bringing views up to date took as what they take a day: it is done at the end of each run. */
async function recordUpkeep(
  db: Database,
  spent: ReadonlyMap<string, number>,
  decision: design.Decision,
): Promise<void> {
  for (const { actionId, measured, toMeasure } of await design.readActions(db)) {
    const upkeepCpuMsPerDay = spent.get(actionId)
    // What was never measured must not look as if it were.
    if (upkeepCpuMsPerDay === undefined || measured === undefined || toMeasure !== undefined)
      continue
    const gain = { ...measured, upkeepCpuMsPerDay }
    await design.recordGain(db, actionId, gain, decision)
  }
}

/** Keeps what readings that found the database open saved. */
async function recordReuse(
  db: Database,
  openings: Openings,
  decision: design.Decision,
): Promise<void> {
  if (openings.reused === 0) return
  const actions = await design.readActions(db)
  const action = actions.find((one) => one.actionId === KEEP_OPEN && one.status === 'applied')
  if (action === undefined) return
  const gain = { ...action.predicted, savedCpuMsPerDay: savedByReuse(openings) }
  await design.recordGain(db, KEEP_OPEN, gain, decision)
}

function bothOf(a: Advice, b: Advice): Advice {
  return { actions: [...a.actions, ...b.actions], refusals: [...a.refusals, ...b.refusals] }
}

/** Brings what stands up to date where nothing new was asked and no design is looked for. */
async function refreshStanding(folder: string, now: number): Promise<void> {
  const { database } = requireStore(folder)
  const isStale = await withDatabase(folder, 'read', () => Promise.resolve(hasStale(database)))
  if (!isStale) return
  await withDatabase(folder, 'write', (db, plain) =>
    watchOf(database).quietly(async () => {
      await recordUpkeep(db, await refreshApplied(plain), { by: BY, now })
    }),
  )
}

/** The tables of the templates that an action serves. */
function tablesOf({ templates }: Workload): (action: Action) => readonly string[] {
  const byFingerprint = new Map(templates.map(({ template }) => [template.fingerprint, template]))
  return ({ fingerprints }) => [
    ...new Set(fingerprints.flatMap((one) => byFingerprint.get(one)?.tables ?? [])),
  ]
}
