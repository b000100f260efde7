import { readKnob } from '../../core/knobs.ts'
import { silent, throwIfStopped } from '../../core/progress.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { adviseAll } from '../advise/advise-all.ts'
import { inApplyOrder } from '../advise/apply-order.ts'
import {
  leastStorageMegabytes,
  measureStatements,
  retreatShare,
  storageShare,
} from '../advise/knobs.ts'
import { measureGain } from '../advise/measure-gain.ts'
import type { Parts, PartsOf, Service } from '../advise/parts.ts'
import { apply, propose, recordGain, undo } from '../design/design.ts'
import { readActions } from '../design/records.ts'
import type { TunedDatabase } from '../tuned/options.ts'
import { tunedDatabase } from '../tuned/tuned.ts'
import type { Action, Advice, Gain, Refusal, TemplateLoad, Workload } from '../types.ts'
import { createRecorder } from '../watch/door.ts'
import { lookShare } from '../watch/knobs.ts'
import { compareAnswers } from './compare.ts'
import { endTransaction } from './end-transaction.ts'
import { measured } from './measure.ts'
import type { ReplayedAction, Tuner, TunerOptions, Tuning } from './replay.ts'
import { bytesOf } from './storage.ts'

const DAY_MS = 86_400_000
/** What is made must pay back within as much work as it was learned from. */
const HORIZON_DAYS = 1

/**
 * A tuner that runs the first part of a log as it was asked and watches, asks all advisers, applies
 * what pays, measures it, and takes back what does not hold. The first part counts as one day, and
 * the time it looks ahead is no longer than that.
 */
export function tuneWith(partsOf: PartsOf): Tuner {
  return async (path, training, options) => {
    const { threads, signal } = options
    const db = await openDatabase(path, { threads, signal })
    try {
      const storageBytes = await storageLimit(db)
      const parts = await partsOf(db, options.seed)
      return await new Tuned(db, parts, storageBytes, options).tune(training)
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

/** The tuned side of a replay, from the first statement to the last. */
class Tuned {
  private readonly db: Database
  private readonly parts: Parts
  private readonly recorder
  private readonly storageBytes: number
  private readonly options: TunerOptions
  private readonly upkeep = createUpkeep()
  private readonly tuned: TunedDatabase
  private readonly refusals: Refusal[] = []
  private workload: Workload = { templates: [], fromMs: 0, toMs: 0 }
  /** CPU of all statements seen, ms. */
  private seenCpuMs = 0
  private standing: readonly Action[] = []
  /** What was built while statements ran. */
  private readonly atOnce = new Set<string>()
  /** Templates that something was built for. */
  private readonly served = new Set<string>()

  constructor(db: Database, parts: Parts, storageBytes: number, options: TunerOptions) {
    this.db = db
    this.parts = parts
    this.recorder = createRecorder({ seed: options.seed })
    this.storageBytes = storageBytes
    this.options = options
    const { service } = parts
    this.tuned = tunedDatabase(db, {
      mode: 'advise',
      watcher: {
        observe: (statement, run) => {
          this.seenCpuMs += run.cpuMs ?? run.wallMs
          this.recorder.observe(statement, run)
        },
        passed: (run) => {
          this.seenCpuMs += run.cpuMs ?? run.wallMs
          this.recorder.passed(run)
        },
      },
      lookShare: readKnob(lookShare),
      isPromising: (_, template) => template !== undefined && this.served.has(template.fingerprint),
      ...partsInUse(service),
    })
  }

  async tune(training: readonly string[]): Promise<Tuning> {
    await this.watch(training)
    this.workload = asOneDay(this.recorder.workload())
    const advice = await this.upkeep.during('choosing', () => this.choose())
    this.refusals.push(...advice.refusals)
    await this.upkeep.during('building', () => this.build(advice))
    this.tuned.setMode('automatic')
    if (this.standing.length > 0) {
      await this.upkeep.during('measuring', () => this.judge(this.standing))
    }
    return {
      database: this.tuned,
      upkeep: () => ({ ...this.upkeep.spent }),
      settle: () => this.settle(),
      actions: () => this.replayed(),
      refusals: this.refusals,
      close: () => this.db.close(),
    }
  }

  /** Runs statements as they are; what that takes beyond the statements themselves is upkeep. */
  private async watch(training: readonly string[]): Promise<void> {
    const { signal, onProgress = silent } = this.options
    const startedAt = cpuNow()
    for (const [done, sql] of training.entries()) {
      throwIfStopped(signal)
      if (done % 16 === 0) onProgress({ step: 'watch', done, total: training.length })
      await this.tuned.answer(sql).catch(() => undefined)
      await this.tuned.settle()
    }
    await endTransaction(this.tuned)
    const beyond = cpuNow() - startedAt - this.seenCpuMs
    this.upkeep.spent.watching += Math.max(0, beyond)
  }

  private choose(): Promise<Advice> {
    const { seed, signal, onProgress = silent } = this.options
    return adviseAll(this.workload, this.db, this.parts.advisers, {
      seed,
      now: this.workload.toMs,
      storageBytes: this.storageBytes,
      standing: [],
      horizonDays: HORIZON_DAYS,
      leftAlone: new Set(),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (done, total, note) => onProgress({ step: 'choose', done, total, note }),
    })
  }

  /** Applies actions; what cannot be applied is told. */
  private async build(advice: Advice): Promise<void> {
    const { signal, onProgress = silent } = this.options
    if (advice.actions.length === 0) return
    await propose(this.db, advice, tablesIn(this.workload), decisionAt(this.workload))
    const inOrder = inApplyOrder(advice.actions)
    for (const [done, action] of inOrder.entries()) {
      throwIfStopped(signal)
      onProgress({ step: 'build', done, total: inOrder.length, note: action.target })
      try {
        await apply(this.db, action.actionId, decisionAt(this.workload))
        await this.parts.service.serve(action, false)
        for (const fingerprint of action.fingerprints) this.served.add(fingerprint)
      } catch (error) {
        const { kind, target } = action
        const reason = error instanceof Error ? error.message : String(error)
        this.refusals.push({ kind, target, reason })
      }
    }
    await this.db.run('CHECKPOINT')
    this.standing = await standingOf(this.db)
  }

  /** Measures actions on statements that were watched, and takes back those that gain too little. */
  private async judge(actions: readonly Action[]): Promise<void> {
    const { signal, onProgress = silent } = this.options
    for (const [done, action] of actions.entries()) {
      throwIfStopped(signal)
      onProgress({ step: 'measure', done, total: actions.length, note: action.target })
      const why = await this.whyNotKept(action)
      if (why === undefined) continue
      await undo(this.db, action.actionId, decisionAt(this.workload))
      await this.parts.service.withdraw(action)
      this.refusals.push({ kind: action.kind, target: action.target, reason: why })
    }
    this.standing = await standingOf(this.db)
  }

  /** Compares one answer and measures some statements. */
  private async whyNotKept(action: Action): Promise<string | undefined> {
    if (!(await this.answersAlike(action))) return 'an answer differed from that of the tables'
    // Settings were judged in turn with what stands, which tells more than before and after.
    if (action.kind === 'knob') return undefined
    const found = await measureGain(action, this.workload, {
      statements: readKnob(measureStatements),
      statementsOf: spreadOver,
      run: async (sql) => {
        const { cpuMs, failed } = await measured(this.tuned, sql)
        return failed === undefined ? cpuMs : undefined
      },
    })
    if (found === undefined) return undefined
    await recordGain(this.db, action.actionId, found.gain, decisionAt(this.workload))
    if (found.share >= readKnob(retreatShare)) return undefined
    return `it saved ${(100 * found.share).toFixed(1)} % of the time on ${found.statements} statements`
  }

  private async answersAlike({ fingerprints }: Action): Promise<boolean> {
    const [run] = this.workload.templates
      .filter(({ template }) => fingerprints.includes(template.fingerprint))
      .flatMap((load) => spreadOver(load, 1))
    if (run === undefined) return true
    const plain = await measured(this.db, run.sql)
    const tuned = await measured(this.tuned, run.sql)
    if (plain.answer === undefined || tuned.answer === undefined) return plain.failed !== undefined
    return compareAnswers(run.sql, plain.answer, tuned.answer) !== 'different'
  }

  /** Between two statements: what changed is brought up to date, what has become due is built. */
  private async settle(): Promise<void> {
    // What is made within the log's transaction would be undone with it.
    if (this.tuned.isInTransaction()) return
    const { service } = this.parts
    await this.upkeep.during('choosing', () => this.tuned.settle())
    await this.upkeep.during('refreshing', () => service.refresh())
    const advice = await this.upkeep.during('choosing', async () => await service.adviseWhenDue?.())
    if (advice === undefined) return
    this.refusals.push(...advice.refusals)
    if (advice.actions.length === 0) return
    // What was asked since is what these are judged by.
    this.workload = asOneDay(this.recorder.workload())
    const startedAt = cpuNow()
    await this.upkeep.during('building', () => this.build(advice))
    const built = new Set(advice.actions.map(({ actionId }) => actionId))
    for (const actionId of built) this.atOnce.add(actionId)
    const made = this.standing.filter(({ actionId }) => built.has(actionId))
    await this.upkeep.during('measuring', () => this.judge(made))
    service.built?.(made.length, cpuNow() - startedAt)
  }

  /** Actions with what keeping them up took: the statements replayed count as a day. */
  private async replayed(): Promise<readonly ReplayedAction[]> {
    return (await readActions(this.db)).map((action) => {
      const upkeepCpuMsPerDay = this.parts.service.upkeepOf?.(action.actionId) ?? 0
      const { measured } = action
      const kept = measured === undefined ? {} : { measured: { ...measured, upkeepCpuMsPerDay } }
      const built = this.atOnce.has(action.actionId) ? 'at once' : 'in quiet hours'
      return { ...replayedAction({ ...action, ...kept }), built }
    })
  }
}

async function standingOf(db: Database): Promise<readonly Action[]> {
  return (await readActions(db)).filter(({ status }) => status === 'applied')
}

function partsInUse({ rewriter, steerer }: Service) {
  return {
    ...(rewriter === undefined ? {} : { rewriter }),
    ...(steerer === undefined ? {} : { steerer }),
  }
}

function asOneDay(workload: Workload): Workload {
  const toMs = Number.isFinite(workload.toMs) ? workload.toMs : 0
  return { ...workload, fromMs: toMs - DAY_MS, toMs }
}

async function storageLimit(db: Database): Promise<number> {
  const least = readKnob(leastStorageMegabytes) * 1e6
  return Math.max(least, readKnob(storageShare) * (await bytesOf(db)))
}

function tablesIn({ templates }: Workload): (action: Action) => readonly string[] {
  return ({ fingerprints }) => {
    const served = templates.filter(({ template }) => fingerprints.includes(template.fingerprint))
    return [...new Set(served.flatMap(({ template }) => template.tables))]
  }
}

const decisionAt = ({ toMs }: Workload) => ({ by: 'replay', now: toMs })

/** Runs spread evenly over those that are kept and have not failed. */
function spreadOver(
  { sample }: TemplateLoad,
  most: number,
): readonly { readonly sql: string; readonly cpuMs: number }[] {
  const usable = sample.flatMap(({ sql, failed, cpuMs, wallMs }) =>
    sql === undefined || failed !== undefined ? [] : [{ sql, cpuMs: cpuMs ?? wallMs }],
  )
  const count = Math.min(most, usable.length)
  return Array.from(
    { length: count },
    (_, i) => usable[Math.floor(((i + 0.5) * usable.length) / count)]!,
  )
}

function replayedAction(action: Action & { status: string; note?: string }): ReplayedAction {
  const { actionId, kind, target, summary, status, predicted, measured, note } = action
  const found: { measured?: Gain; note?: string } = {
    ...(measured === undefined ? {} : { measured }),
    ...(note === undefined ? {} : { note }),
  }
  return { actionId, kind, target, summary, status, predicted, ...found }
}
