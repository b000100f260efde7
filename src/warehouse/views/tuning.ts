import type { KnobSettings } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Answer, sameAnswer } from '../../core/sql/answer.ts'
import type { Database } from '../../core/sql/database.ts'
import { startWatch } from '../../core/sql/observe.ts'
import type { Action, Refusal } from '../types.ts'
import { adviseViews, type ViewAdvice } from './adviser.ts'
import { readCatalogue } from './catalogue.ts'
import { scanLiterals } from './literals.ts'
import { createLiveViews, type LiveViews } from './live.ts'
import { createViewRewriter, type ViewRewriter } from './rewriter.ts'

export interface ViewTuningOptions {
  readonly seed: number
  /** Bytes that all views may take together. */
  readonly storageBytes: number
  readonly settings?: KnobSettings
  readonly signal?: AbortSignal
}

/** A database whose dashboards are answered from views that it builds as they are used. */
export interface ViewTuning {
  /** Answers as the database would. */
  answer(sql: string): Promise<Answer>
  /** Learns from statements of the past, of which it runs a few, and builds what they need. */
  learn(statements: readonly string[]): Promise<void>
  /** CPU so far, ms, by what it went to; statements themselves are not in it. */
  upkeep(): Readonly<Record<'watching' | 'choosing' | 'building' | 'checking', number>>
  readonly actions: readonly Action[]
  readonly refusals: readonly Refusal[]
  /** How many statements views answered, and how many ran as asked. */
  counts(): { readonly served: number; readonly asked: number }
}

/** Statements of a kind that are run to know what such statements cost. */
const RUN_OF_A_KIND = 4

/**
 * Watches, advises, builds and rewrites on one connection; for replays, benches and one process that
 * has the database for itself. A view that answers its first statement otherwise than its tables do
 * is taken away.
 */
export async function tuneViews(db: Database, options: ViewTuningOptions): Promise<ViewTuning> {
  const catalogue = await readCatalogue(db)
  const largest = Math.max(0, ...[...catalogue.tables.values()].map(({ rows }) => rows))
  return new Tuning(db, largest, options)
}

class Tuning implements ViewTuning {
  readonly actions: Action[] = []
  readonly refusals: Refusal[] = []
  private readonly db: Database
  private readonly options: ViewTuningOptions
  private readonly rewriter: ViewRewriter
  private readonly live: LiveViews
  private readonly spent = { watching: 0, choosing: 0, building: 0, checking: 0 }
  private served = 0
  private asked = 0

  constructor(db: Database, largest: number, options: ViewTuningOptions) {
    this.db = db
    this.options = options
    this.rewriter = createViewRewriter(db)
    this.live = createLiveViews(db, this.rewriter, largest, options)
  }

  async answer(sql: string): Promise<Answer> {
    if (!this.rewriter.knows(sql)) {
      await this.timed('watching', () => this.rewriter.meet({ sql }))
    }
    const rewrite = this.rewriter.rewrite({ sql })
    const stop = startWatch()
    const answer = await this.db.answer(rewrite?.sql ?? sql)
    const { cpuMs, wallMs } = stop()
    this.live.observe(sql, cpuMs ?? wallMs, rewrite !== undefined)
    if (rewrite === undefined) this.asked++
    else this.served++
    if (this.live.isDue) {
      const advice = await this.timed('choosing', () => this.live.advise(this.actions))
      await this.take(advice)
    }
    return answer
  }

  async learn(statements: readonly string[]): Promise<void> {
    const costs = new Map<string, { count: number; total: number }>()
    for (const sql of statements) {
      throwIfStopped(this.options.signal)
      const skeleton = scanLiterals(sql)?.skeleton
      if (skeleton === undefined) continue
      const cost = costs.get(skeleton) ?? { count: 0, total: 0 }
      costs.set(skeleton, cost)
      if (cost.count < RUN_OF_A_KIND) {
        const stop = startWatch()
        const isRun = await this.db.answer(sql).then(
          () => true,
          () => false,
        )
        const { cpuMs, wallMs } = stop()
        if (!isRun) continue
        cost.count++
        cost.total += cpuMs ?? wallMs
      }
      this.live.observe(sql, cost.total / cost.count, false)
    }
    const { seed, storageBytes, settings, signal } = this.options
    const advice = await this.timed('choosing', () =>
      adviseViews(this.db, this.live.demands(), {
        ...{ seed, storageBytes, standing: [], present: [], days: 1, isAnticipating: true },
        ...(settings === undefined ? {} : { settings }),
        ...(signal === undefined ? {} : { signal }),
      }),
    )
    await this.take(advice)
    this.live.settle()
  }

  upkeep() {
    return { ...this.spent }
  }

  counts() {
    return { served: this.served, asked: this.asked }
  }

  private async take({ actions, refusals }: ViewAdvice): Promise<void> {
    this.refusals.push(...refusals)
    for (const action of actions) {
      throwIfStopped(this.options.signal)
      const failed = await this.timed('building', () => this.build(action))
      if (failed !== undefined) {
        this.refusals.push({ kind: 'view', target: action.target, reason: failed })
      } else {
        this.actions.push(action)
        await this.timed('checking', () => this.check(action))
      }
    }
  }

  /** The message, where the database could not build it; it is then as it was. */
  private async build(action: Action): Promise<string | undefined> {
    try {
      await this.db.transaction(async () => {
        for (const sql of action.apply) await this.db.run(sql)
      })
      await this.rewriter.serve(action)
      return undefined
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  /** Runs one statement both ways. */
  private async check(action: Action): Promise<void> {
    const statements = this.live.demands().map((demand) => demand.statements.at(-1)!)
    for (const sql of statements) {
      if (!this.rewriter.knows(sql)) await this.rewriter.meet({ sql })
      const rewrite = this.rewriter.rewrite({ sql })
      if (rewrite?.actionId !== action.actionId) continue
      const isSame = sameAnswer(await this.db.answer(sql), await this.db.answer(rewrite.sql), false)
      if (!isSame) await this.takeAway(action, 'its first answer differs from that of the tables')
      return
    }
  }

  private async takeAway(action: Action, reason: string): Promise<void> {
    this.rewriter.withdraw(action.actionId)
    this.actions.splice(this.actions.indexOf(action), 1)
    this.refusals.push({ kind: 'view', target: action.target, reason })
    await this.db.transaction(async () => {
      for (const sql of action.undo) await this.db.run(sql)
    })
  }

  private async timed<T>(what: keyof Tuning['spent'], work: () => Promise<T>): Promise<T> {
    const since = process.cpuUsage()
    try {
      return await work()
    } finally {
      const { user, system } = process.cpuUsage(since)
      this.spent[what] += (user + system) / 1000
    }
  }
}
