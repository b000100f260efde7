import { StorewrightError } from '../../core/errors.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import { cpuNow, messageOf, type Spent, startWatch } from '../../core/sql/observe.ts'
import { DEFAULT_ARM } from '../steering/arms.ts'
import { runWithLimit } from '../steering/measure.ts'
import type { KnownStatement, Mode, Rewriter, Rewritten } from '../types.ts'
import { recentMap } from '../watch/templates.ts'
import type { RunSeen } from '../watch/watcher.ts'
import type { Behind } from './behind.ts'
import type { TunedOptions, TuningCounts } from './options.ts'
import type { Reports } from './reports.ts'
import { type Choice, createSettings, type Settings } from './steering.ts'

/** One statement on its way: how to run it, and how many rows its result has. */
export interface Ask<T> {
  readonly sql: string
  readonly values: readonly SqlValue[]
  readonly run: (sql: string, values: readonly SqlValue[]) => Promise<T>
  readonly countRows: (result: T) => number
}

type Asked = Pick<Ask<unknown>, 'sql' | 'values'>

/** Who is asked and told while statements run. */
export interface RunsParts {
  readonly db: Pick<Database, 'run' | 'interrupt'>
  readonly reports: Reports
  readonly behind: Behind
  readonly rewriter: Rewriter | undefined
  /** Rewrites that failed are remembered for so many templates. */
  readonly templates: number
  modeNow(): Mode
  /** Told what a statement took; without it where nobody looked. */
  spent(statement: KnownStatement | undefined, cpuMs: number): void
  /** What a statement with values is on record; absent: as it is with its values written in. */
  readonly recordedAs: TunedOptions['recordedAs']
  /** What a steerer wants for a statement; undefined: the default. */
  choice(statement: KnownStatement): Choice | undefined
  /** What is worth reading before it is asked again. */
  due(statement: KnownStatement): (() => Promise<void>) | undefined
}

/** What an attempt under an arm took before it was given up; `error` where it failed by itself. */
interface Lost {
  readonly cpuMs: number
  readonly error?: unknown
}

/** A statement is begun anew under the default at most so often. */
const MOST_RESTARTS = 2
/** Things read for a statement that was stopped. */
const MOST_READ = 64

/**
 * Runs statements: as they were asked, rewritten, or under an arm, and tells what each took. What fails
 * otherwise than as it was asked runs once more as it was asked, unless its user stopped it.
 */
export class Runs {
  private readonly parts: RunsParts
  private readonly reports: Reports
  private readonly settings: Settings
  private readonly broken
  private stops = 0
  private readonly counted = {
    statements: 0,
    rewritten: 0,
    steered: 0,
    passed: 0,
    interrupted: 0,
    fellBack: 0,
    lostCpuMs: 0,
  }

  constructor(parts: RunsParts) {
    this.parts = parts
    this.reports = parts.reports
    this.settings = createSettings(parts.db)
    this.broken = recentMap<true>(parts.templates)
  }

  /** Counts a statement that was asked. */
  begin(): void {
    this.counted.statements++
  }

  /** A user stopped what runs: it is not run again. */
  stop(): void {
    this.stops++
  }

  /** How often that was: a statement that meets another number was stopped before it ran. */
  stopped(): number {
    return this.stops
  }

  counts(): TuningCounts {
    return { ...this.counted }
  }

  /** Whether a rewrite failed for its template before. */
  isBroken(statement: KnownStatement, rewrite: Rewritten): boolean {
    return this.broken.get(keyOf(statement, rewrite)) === true
  }

  /** Takes back the settings of an arm that is in force; undefined: there is none. */
  useDefault(): Promise<void> | undefined {
    return this.settings.isDefault() ? undefined : this.reset()
  }

  /** Runs as it was asked; only watched. */
  async plain<T>(ask: Ask<T>, statement: KnownStatement): Promise<T> {
    const reset = this.useDefault()
    if (reset !== undefined) await reset
    return this.observed(ask, statement)
  }

  /** Runs as it was asked, without a look at it; only what it takes is told. */
  async passed<T>({ sql, values, run }: Ask<T>): Promise<T> {
    const reset = this.useDefault()
    if (reset !== undefined) await reset
    this.counted.passed++
    const stop = startWatch()
    try {
      return await run(sql, values)
    } finally {
      const spent = stop()
      this.parts.spent(undefined, spent.cpuMs ?? spent.wallMs)
      this.reports.passed(spent)
    }
  }

  async rewritten<T>(ask: Ask<T>, statement: KnownStatement, rewrite: Rewritten): Promise<T> {
    const { actionId } = rewrite
    const reset = this.useDefault()
    if (reset !== undefined) await reset
    const stops = this.stops
    const stop = startWatch()
    try {
      const result = await ask.run(rewrite.sql, [])
      this.counted.rewritten++
      this.observe(ask, statement, { ...stop(), rowsReturned: ask.countRows(result), actionId })
      return result
    } catch (error) {
      this.counted.lostCpuMs += stop().cpuMs ?? 0
      if (stops !== this.stops) throw error
      this.counted.fellBack++
      const message = messageOf(error)
      if (this.parts.rewriter?.failed?.(statement, { actionId, message }) !== true) {
        this.broken.set(keyOf(statement, rewrite), true)
        this.reports.fault({ part: 'rewriter', actionId, message }, statement)
      }
      return this.plain(ask, statement)
    }
  }

  /** Runs by default, and tells the steerer what that takes. */
  async byDefault<T>(ask: Ask<T>, statement: KnownStatement): Promise<T> {
    const reset = this.useDefault()
    if (reset !== undefined) await reset
    return this.observed(ask, statement, ({ cpuMs, wallMs }) =>
      this.answered(statement, DEFAULT_ARM.name, cpuMs ?? wallMs),
    )
  }

  /** Runs under an arm for as long as the arm may take. */
  async steered<T>(
    ask: Ask<T>,
    statement: KnownStatement,
    choice: Choice,
    restarts = MOST_RESTARTS,
  ): Promise<T> {
    const { arm } = choice
    const stops = this.stops
    const attempt = await this.attempt(ask, statement, choice)
    if ('value' in attempt) return attempt.value
    const { lost, spent } = attempt
    if (stops !== this.stops) throw lost.error ?? stoppedByUser()
    if (arm === DEFAULT_ARM.name && lost.error !== undefined) {
      this.observe(ask, statement, { ...spent, rowsReturned: 0, failed: messageOf(lost.error) })
      throw lost.error
    }
    this.giveUp(statement, arm, lost, spent)
    // The default has had its time: the steerer knows what else there is, or is worth reading now.
    const isOver = arm !== DEFAULT_ARM.name || restarts === 0
    if (!isOver) await this.readDue(statement)
    const next = isOver ? undefined : this.parts.choice(statement)
    return next === undefined
      ? this.byDefault(ask, statement)
      : this.steered(ask, statement, next, restarts - 1)
  }

  private answered(statement: KnownStatement, arm: string, cpuMs: number): void {
    this.reports.learn(statement, { arm, cpuMs, interrupted: false })
    this.parts.behind.note(statement)
  }

  private async readDue(statement: KnownStatement): Promise<void> {
    for (let i = 0; i < MOST_READ; i++) {
      const read = this.parts.due(statement)
      if (read === undefined) return
      await read()
    }
  }

  private async attempt<T>(
    ask: Ask<T>,
    statement: KnownStatement,
    choice: Choice,
  ): Promise<{ readonly value: T } | { readonly lost: Lost; readonly spent: Spent }> {
    const { arm, limitMs } = choice
    const stop = startWatch()
    const isDefault = arm === DEFAULT_ARM.name
    if (!isDefault) this.counted.steered++
    try {
      await this.settings.use(choice)
      const run = async () => ({
        value: await (choice.sql === undefined
          ? ask.run(ask.sql, ask.values)
          : ask.run(choice.sql, [])),
      })
      const { result, cpuMs } = await runWithLimit(this.parts.db, limitMs, cpuNow, run)
      if (result === undefined) return { lost: { cpuMs }, spent: stop() }
      this.answered(statement, arm, cpuMs)
      const rowsReturned = ask.countRows(result.value)
      this.observe(ask, statement, { ...stop(), rowsReturned, ...(isDefault ? {} : { arm }) })
      return result
    } catch (error) {
      return { lost: { cpuMs: 0, error }, spent: stop() }
    }
  }

  /** An arm that reached its limit, or failed: another plan may meet a value that the default filters out. */
  private giveUp(statement: KnownStatement, arm: string, lost: Lost, spent: Spent): void {
    const cpuMs = Math.max(lost.cpuMs, spent.cpuMs ?? 0)
    this.counted.lostCpuMs += cpuMs
    this.reports.learn(statement, { arm, cpuMs, interrupted: true })
    if (lost.error === undefined) this.counted.interrupted++
    else {
      this.counted.fellBack++
      this.reports.fault({ part: 'steerer', arm, message: messageOf(lost.error) }, statement)
    }
  }

  private observe(ask: Asked, statement: KnownStatement, run: RunSeen): void {
    this.parts.spent(statement, run.cpuMs ?? run.wallMs)
    const mode = this.parts.modeNow()
    if (mode === 'off') return
    this.reports.observe(statement, run, mode === 'advise', this.recorded(ask, statement))
  }

  /** A statement with values is one of the record's, whether or not its values could be written in. */
  private recorded({ sql, values }: Asked, statement: KnownStatement): KnownStatement {
    if (values.length === 0) return statement
    return this.parts.recordedAs?.(sql, values) ?? statement
  }

  private async reset(): Promise<void> {
    try {
      await this.settings.use(undefined)
    } catch (error) {
      // Settings of the optimizer change no answer; what cannot be taken back is told.
      this.reports.fault({ part: 'steerer', message: messageOf(error) }, undefined)
    }
  }

  private async observed<T>(
    ask: Ask<T>,
    statement: KnownStatement,
    onAnswered?: (spent: Spent) => void,
  ): Promise<T> {
    const stop = startWatch()
    let result: T
    try {
      result = await ask.run(ask.sql, ask.values)
    } catch (error) {
      this.observe(ask, statement, { ...stop(), rowsReturned: 0, failed: messageOf(error) })
      throw error
    }
    const spent = stop()
    onAnswered?.(spent)
    this.observe(ask, statement, { ...spent, rowsReturned: ask.countRows(result) })
    return result
  }
}

/** Thrown where a user stopped a statement of which nothing ran. */
export function stoppedByUser(): StorewrightError {
  return new StorewrightError('ERR_CANCELLED', 'the statement was interrupted', {
    next: 'Ask again.',
  })
}

function keyOf({ template }: KnownStatement, { actionId }: Rewritten): string {
  return `${template.fingerprint} ${actionId}`
}
