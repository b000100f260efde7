import { readKnob } from '../../core/knobs.ts'
import { silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { adviseAll } from '../advise/advise-all.ts'
import {
  leastStorageMegabytes,
  measureStatements,
  retreatShare,
  storageShare,
} from '../advise/knobs.ts'
import { measureGain } from '../advise/measure-gain.ts'
import type { Parts, Service } from '../advise/parts.ts'
import { apply, propose, recordGain, undo } from '../design/design.ts'
import { readActions } from '../design/records.ts'
import type { TunedDatabase } from '../tuned/options.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { Action, Gain, Refusal, Workload } from '../types.ts'
import { cpuNow, measured } from './measure.ts'
import type { ReplayedAction, Tuner, TunerOptions } from './replay.ts'
import { createRunRecord, type RunRecord } from './run-record.ts'
import { bytesOf } from './storage.ts'

const DAY_MS = 86_400_000
const RUNS_KEPT = 256
/** What is made must pay back within as much work as it was learned from. */
const HORIZON_DAYS = 1

/**
 * A tuner that runs the first part of a log as it was asked and watches, asks all advisers, applies
 * what pays, measures it, and takes back what does not hold. The first part counts as one day, and
 * the time it looks ahead is no longer than that.
 */
export function tuneWith(partsOf: (db: Database, seed: number) => Promise<Parts>): Tuner {
  return async (path, training, options) => {
    const db = await openDatabase(path, { threads: options.threads })
    try {
      return await tuneDatabase(db, await partsOf(db, options.seed), training, options)
    } catch (error) {
      db.close()
      throw error
    }
  }
}

/** CPU of each part of the work beside the statements, ms. */
function createUpkeep() {
  const spent = { watching: 0, choosing: 0, building: 0, measuring: 0, refreshing: 0 }
  return {
    spent,
    async during<T>(part: keyof typeof spent, work: () => Promise<T>): Promise<T> {
      const startedAt = cpuNow()
      try {
        return await work()
      } finally {
        spent[part] += cpuNow() - startedAt
      }
    },
  }
}

type Upkeep = ReturnType<typeof createUpkeep>

async function tuneDatabase(
  db: Database,
  { advisers, service }: Parts,
  training: readonly string[],
  options: TunerOptions,
): ReturnType<Tuner> {
  const { seed, signal, onProgress = silent } = options
  const upkeep = createUpkeep()
  const record = createRunRecord(seed, RUNS_KEPT)
  const tuned = tunedDatabase(db, { mode: 'advise', watcher: record, ...partsInUse(service) })
  await watch(tuned, training, record, upkeep, options)
  const workload = asOneDay(record.workload())
  const advice = await upkeep.during('choosing', async () => {
    onProgress({ step: 'choose', done: 0 })
    return adviseAll(workload, db, advisers, {
      seed,
      now: workload.toMs,
      storageBytes: await storageLimit(db),
      standing: [],
      horizonDays: HORIZON_DAYS,
      leftAlone: new Set(),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done, total, note) => onProgress({ step: 'choose', done, total, note }),
    })
  })
  const failed = await upkeep.during('building', () =>
    build(db, advice.actions, advice.refusals, workload, service, options),
  )
  tuned.setMode('automatic')
  await upkeep.during('measuring', () => judge(db, tuned, record, workload, service, options))
  const actions = (await readActions(db)).map(replayedAction)
  const refusals = [...advice.refusals, ...failed]
  return {
    database: tuned,
    upkeep: () => ({ ...upkeep.spent }),
    async settle() {
      await upkeep.during('refreshing', () => service.refresh())
      const due = await upkeep.during('choosing', async () => service.adviseWhenDue?.())
      if (due === undefined) return
      refusals.push(...due.refusals)
      refusals.push(
        ...(await upkeep.during('building', () =>
          build(db, due.actions, due.refusals, workload, service, options),
        )),
      )
      actions.splice(0, actions.length, ...(await readActions(db)).map(replayedAction))
    },
    actions,
    refusals,
    close: () => db.close(),
  }
}

function partsInUse({ rewriter, steerer }: Service) {
  return {
    ...(rewriter === undefined ? {} : { rewriter }),
    ...(steerer === undefined ? {} : { steerer }),
  }
}

/** Runs statements as they are; what that takes beyond the statements themselves is upkeep. */
async function watch(
  tuned: TunedDatabase,
  training: readonly string[],
  record: RunRecord,
  { spent }: Upkeep,
  { signal, onProgress = silent }: TunerOptions,
): Promise<void> {
  const startedAt = cpuNow()
  for (const [done, sql] of training.entries()) {
    throwIfStopped(signal)
    if (done % 16 === 0) onProgress({ step: 'watch', done, total: training.length })
    await tuned.answer(sql).catch(() => undefined)
  }
  spent.watching += Math.max(0, cpuNow() - startedAt - record.totalCpuMs)
}

function asOneDay(workload: Workload): Workload {
  const toMs = Number.isFinite(workload.toMs) ? workload.toMs : 0
  return { ...workload, fromMs: toMs - DAY_MS, toMs }
}

async function storageLimit(db: Database): Promise<number> {
  const least = readKnob(leastStorageMegabytes) * 1e6
  return Math.max(least, readKnob(storageShare) * (await bytesOf(db)))
}

/** Applies actions, orders of rows first, because views remember where rows stand. */
async function build(
  db: Database,
  actions: readonly Action[],
  refusals: readonly Refusal[],
  workload: Workload,
  service: Service,
  { signal, onProgress = silent }: TunerOptions,
): Promise<readonly Refusal[]> {
  const failed: Refusal[] = []
  await propose(db, { actions, refusals }, tablesIn(workload), decisionAt(workload))
  const inOrder = [...actions].sort((a, b) => rankOf(a) - rankOf(b))
  for (const [done, action] of inOrder.entries()) {
    throwIfStopped(signal)
    onProgress({ step: 'build', done, total: inOrder.length, note: action.target })
    try {
      await apply(db, action.actionId, decisionAt(workload))
      await db.run('CHECKPOINT')
      await service.serve(action)
    } catch (error) {
      const { kind, target } = action
      failed.push({ kind, target, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return failed
}

function rankOf({ kind }: Action): number {
  return kind === 'layout' ? 0 : 1
}

function tablesIn({ templates }: Workload): (action: Action) => readonly string[] {
  return ({ fingerprints }) => {
    const served = templates.filter(({ template }) => fingerprints.includes(template.fingerprint))
    return [...new Set(served.flatMap(({ template }) => template.tables))]
  }
}

const decisionAt = ({ toMs }: Workload) => ({ by: 'replay', now: toMs })

/** Measures what stands on statements that were watched, and takes back what gains too little. */
async function judge(
  db: Database,
  tuned: TunedDatabase,
  record: RunRecord,
  workload: Workload,
  service: Service,
  { signal, onProgress = silent }: TunerOptions,
): Promise<void> {
  const standing = (await readActions(db)).filter(({ status }) => status === 'applied')
  for (const [done, action] of standing.entries()) {
    throwIfStopped(signal)
    onProgress({ step: 'measure', done, total: standing.length, note: action.target })
    const found = await measureGain(action, workload, {
      statements: readKnob(measureStatements),
      statementsOf: ({ template }, most) => spreadOver(record.runsOf(template.fingerprint), most),
      run: async (sql) => {
        const { cpuMs, failed } = await measured(tuned, sql)
        return failed === undefined ? cpuMs : undefined
      },
    })
    if (found === undefined) continue
    await recordGain(db, action.actionId, found.gain, decisionAt(workload))
    if (found.share >= readKnob(retreatShare)) continue
    await undo(db, action.actionId, decisionAt(workload))
    await service.withdraw(action)
  }
}

/** Runs spread evenly over those that are kept and have not failed. */
function spreadOver(
  runs: ReturnType<RunRecord['runsOf']>,
  most: number,
): readonly { sql: string; cpuMs: number }[] {
  const usable = runs.filter(({ failed, cpuMs }) => failed === undefined && cpuMs !== undefined)
  const count = Math.min(most, usable.length)
  return Array.from({ length: count }, (_, i) => {
    const { sql, cpuMs } = usable[Math.floor(((i + 0.5) * usable.length) / count)]!
    return { sql, cpuMs: cpuMs! }
  })
}

function replayedAction(action: Action & { status: string; note?: string }): ReplayedAction {
  const { actionId, kind, target, summary, status, predicted, measured, note } = action
  const found: { measured?: Gain; note?: string } = {
    ...(measured === undefined ? {} : { measured }),
    ...(note === undefined ? {} : { note }),
  }
  return { actionId, kind, target, summary, status, predicted, ...found }
}
