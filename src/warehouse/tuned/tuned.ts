import { StorewrightError } from '../../core/errors.ts'
import { readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database, Row, SqlValue } from '../../core/sql/database.ts'
import { cpuNow, messageOf, type Spent, startWatch } from '../../core/sql/observe.ts'
import type { Table } from '../../core/table.ts'
import { DEFAULT_ARM } from '../steering/arms.ts'
import { runWithLimit } from '../steering/measure.ts'
import type { KnownStatement, Mode } from '../types.ts'
import { templateLimit } from '../watch/knobs.ts'
import { createTemplates, recentMap, type Templates } from '../watch/templates.ts'
import type { RunSeen } from '../watch/watcher.ts'
import { type Behind, createBehind } from './behind.ts'
import { type Changes, createChanges, isOfTransactions, isTransactionOpen } from './changes.ts'
import { type Effect, effectsOf } from './effects.ts'
import type { TunedDatabase, TunedOptions, TuningCounts } from './options.ts'
import { createReading, type Reading } from './reading.ts'
import { createReports, type Reports, toldOfChanges } from './reports.ts'
import { type Choice, chosenBy, createSettings, dueBy, type Settings } from './steering.ts'
import { createTurns } from './turns.ts'

/** One statement on its way: how to run it, and how many rows its result has. */
interface Ask<T> {
  readonly sql: string
  readonly values: readonly SqlValue[]
  readonly run: (sql: string, values: readonly SqlValue[]) => Promise<T>
  readonly countRows: (result: T) => number
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

type Rewrite = { readonly sql: string; readonly actionId: string }

/**
 * A database that answers as `db` does: the template of each statement is looked up, the statement
 * rewritten or steered where that is known to help, run, and observed. Whatever of this fails, the
 * statement runs as it was asked. Statements with $1, $2, … are known by what they say with their values
 * written in, where that is surely the same. Those in transactions are neither rewritten nor steered. One
 * statement runs at a time.
 *
 * Changes made elsewhere (other processes, other connections) are not seen: they must be told to the
 * rewriter.
 */
export function tunedDatabase(db: Database, options: TunedOptions): TunedDatabase {
  return new Tuned(db, options)
}

class Tuned implements TunedDatabase {
  private readonly db: Database
  private readonly options: TunedOptions
  private readonly templates: Templates
  private readonly changes: Changes
  private readonly reading: Reading
  private readonly settings: Settings
  private readonly reports: Reports
  private readonly inTurn = createTurns()
  private readonly behind: Behind
  private readonly effects
  private readonly broken
  private readonly deaf
  private mode: Mode
  private stops = 0
  /** Stops what waits for its turn. */
  private waits = new AbortController()
  private readonly counted = {
    statements: 0,
    rewritten: 0,
    steered: 0,
    interrupted: 0,
    fellBack: 0,
    lostCpuMs: 0,
  }

  constructor(db: Database, options: TunedOptions) {
    const limit = readKnob(templateLimit, options.knobs)
    this.db = db
    this.options = options
    this.mode = options.mode
    this.templates = options.templates ?? createTemplates(limit)
    this.changes = createChanges(toldOfChanges(options, () => this.reading.forget()))
    this.settings = createSettings(db)
    this.reports = createReports(options)
    this.reading = createReading(
      db,
      this.templates,
      options,
      () => this.mode,
      (message, statement) => this.reports.fault({ part: 'tree', message }, statement),
    )
    this.behind = createBehind(
      (statement) => this.due(statement),
      this.inTurn,
      () => this.mode !== 'off' && !this.changes.isInTransaction(),
    )
    this.effects = recentMap<readonly Effect[]>(limit)
    this.broken = recentMap<true>(limit)
    this.deaf = recentMap<true>(limit)
  }

  async run(sql: string, values?: readonly SqlValue[]): Promise<void> {
    await this.ask(
      sql,
      values,
      (q, v) => this.db.run(q, v),
      () => 0,
    )
  }

  rows<T extends Row = Row>(sql: string, values?: readonly SqlValue[]): Promise<T[]> {
    return this.ask(
      sql,
      values,
      (q, v) => this.db.rows<T>(q, v),
      (rows) => rows.length,
    )
  }

  table(sql: string, values?: readonly SqlValue[]): Promise<Table> {
    return this.ask(
      sql,
      values,
      (q, v) => this.db.table(q, v),
      (table) => table.rowCount,
    )
  }

  answer(sql: string, values?: readonly SqlValue[]): Promise<Answer> {
    return this.ask(
      sql,
      values,
      (q, v) => this.db.answer(q, v),
      (answer) => answer.rowCount,
    )
  }

  append(name: string, table: Table): Promise<void> {
    const effects: readonly Effect[] = [{ kind: 'changes', tables: [name], how: 'append' }]
    return this.inTurn(() => this.changing(effects, () => this.db.append(name, table)))
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.inTurn(async () => {
      await this.useDefault()
      this.changes.begin()
    })
    let isUndone = true
    try {
      const result = await this.db.transaction(work)
      isUndone = false
      return result
    } finally {
      this.changes.end(isUndone)
    }
  }

  interrupt(): void {
    this.stops++
    this.waits.abort()
    this.waits = new AbortController()
    this.db.interrupt()
  }

  close(): void {
    this.db.close()
  }

  isInTransaction(): boolean {
    return this.changes.isInTransaction()
  }

  counts(): TuningCounts {
    return { ...this.counted }
  }

  settle(): Promise<void> {
    return this.behind.settle()
  }

  setMode(mode: Mode): void {
    this.mode = mode
  }

  private ask<T>(
    sql: string,
    values: readonly SqlValue[] | undefined,
    run: Ask<T>['run'],
    countRows: (result: T) => number,
  ): Promise<T> {
    const ask = { sql, values: values ?? [], run, countRows }
    return this.inTurn(() => this.scheduled(sql, () => this.askNow(ask)))
  }

  /** Work when its turn comes among all connections that share the scheduler. */
  private scheduled<T>(sql: string, work: () => Promise<T>): Promise<T> {
    const { scheduler, askedBy } = this.options
    if (scheduler === undefined) return work()
    const { fingerprint } = this.templates.know(sql).template
    return scheduler.run(
      {
        ...{ template: fingerprint, signal: this.waits.signal },
        ...(askedBy === undefined ? {} : { askedBy }),
      },
      work,
    )
  }

  private async askNow<T>(ask: Ask<T>): Promise<T> {
    this.counted.statements++
    const isTransacting = this.changes.isInTransaction()
    const { written, statement } = await this.reading.know(ask.sql, ask.values, isTransacting)
    const effects = this.effectsOf(statement)
    if (effects.some(({ kind }) => kind !== 'reads')) {
      return this.changing(effects, () => this.plain(ask, statement))
    }
    if (!this.mayTune(statement)) {
      return this.mayLearn(statement) ? this.byDefault(ask, statement) : this.plain(ask, statement)
    }
    const mayRewrite = written !== undefined && this.isKnownToRepeat(statement)
    const rewrite = mayRewrite ? await this.rewriteOrMeet(statement) : undefined
    if (rewrite !== undefined) return this.rewritten(ask, statement, rewrite)
    // $1 in another text may stand elsewhere.
    const choice = written === undefined ? undefined : this.choice(statement)
    return choice === undefined
      ? this.byDefault(ask, statement)
      : this.steered(ask, statement, choice)
  }

  private isKnownToRepeat(statement: KnownStatement): boolean {
    return this.templates.isTrusted(statement) && this.templates.isRepeatable(statement)
  }

  private choice(statement: KnownStatement): Choice | undefined {
    const { steerer } = this.options
    return steerer === undefined
      ? undefined
      : chosenBy(steerer, statement, this.onSteererFault(statement))
  }

  private due(statement: KnownStatement): (() => Promise<void>) | undefined {
    const { steerer } = this.options
    return steerer === undefined
      ? undefined
      : dueBy(steerer, statement, this.onSteererFault(statement))
  }

  private onSteererFault(statement: KnownStatement) {
    return (message: string) => this.reports.fault({ part: 'steerer', message }, statement)
  }

  private effectsOf(statement: KnownStatement): readonly Effect[] {
    const { fingerprint, kind, sql } = statement.template
    // WITH … may lead to anything; its tree says whether it is a SELECT.
    if (kind === 'select' && this.templates.isMet(statement)) return []
    const known = this.effects.get(fingerprint)
    if (known !== undefined) return known
    const effects = effectsOf(sql)
    this.effects.set(fingerprint, effects)
    return effects
  }

  private mayTune(statement: KnownStatement): boolean {
    if (this.mode === 'off' || this.mode === 'advise' || this.changes.isInTransaction())
      return false
    const { fingerprint, kind } = statement.template
    return kind === 'select' && !(this.options.isOff?.(fingerprint) ?? false)
  }

  /** What is advised on may still be learned from: what statements take by default. */
  private mayLearn({ template }: KnownStatement): boolean {
    return this.mode === 'advise' && template.kind === 'select' && !this.changes.isInTransaction()
  }

  private rewriteOf(statement: KnownStatement): Rewrite | undefined {
    try {
      const rewrite = this.options.rewriter?.rewrite(statement)
      if (rewrite === undefined || this.broken.get(keyOf(statement, rewrite))) return undefined
      return rewrite
    } catch (error) {
      this.reports.fault({ part: 'rewriter', message: messageOf(error) }, statement)
      return undefined
    }
  }

  /** Where the rewriter does not know statements written like this one, it is shown it first. */
  private async rewriteOrMeet(statement: KnownStatement): Promise<Rewrite | undefined> {
    const rewrite = this.rewriteOf(statement)
    const { rewriter } = this.options
    const { fingerprint } = statement.template
    if (rewrite !== undefined || rewriter?.meet === undefined) return rewrite
    if (rewriter.knows?.(statement.sql) !== false || this.deaf.get(fingerprint)) return undefined
    if (!this.reading.isWorthShowing(statement)) return undefined
    await this.reading.show(statement)
    // What stays unknown is not shown again and again.
    if (!rewriter.knows(statement.sql)) this.deaf.set(fingerprint, true)
    return this.rewriteOf(statement)
  }

  private async changing<T>(effects: readonly Effect[], work: () => Promise<T>): Promise<T> {
    await this.useDefault()
    this.changes.before(effects)
    let hasFailed = true
    try {
      const result = await work()
      hasFailed = false
      return result
    } finally {
      const isUnknown = hasFailed && isOfTransactions(effects)
      const isOpen = isUnknown ? await isTransactionOpen(this.db) : undefined
      this.changes.after(effects, hasFailed, isOpen)
    }
  }

  private async plain<T>(ask: Ask<T>, statement: KnownStatement): Promise<T> {
    await this.useDefault()
    return this.observed(ask, statement)
  }

  private async rewritten<T>(ask: Ask<T>, statement: KnownStatement, rewrite: Rewrite): Promise<T> {
    const { actionId } = rewrite
    await this.useDefault()
    const stops = this.stops
    const stop = startWatch()
    try {
      const result = await ask.run(rewrite.sql, [])
      this.counted.rewritten++
      this.observe(statement, { ...stop(), rowsReturned: ask.countRows(result), actionId })
      return result
    } catch (error) {
      this.counted.lostCpuMs += stop().cpuMs ?? 0
      if (stops !== this.stops) throw error
      this.counted.fellBack++
      const message = messageOf(error)
      if (this.options.rewriter?.failed?.(statement, { actionId, message }) !== true) {
        this.broken.set(keyOf(statement, rewrite), true)
        this.reports.fault({ part: 'rewriter', actionId, message }, statement)
      }
      return this.plain(ask, statement)
    }
  }

  /** Runs by default, and tells the steerer what that takes. */
  private async byDefault<T>(ask: Ask<T>, statement: KnownStatement): Promise<T> {
    await this.useDefault()
    return this.observed(ask, statement, ({ cpuMs, wallMs }) =>
      this.answered(statement, DEFAULT_ARM.name, cpuMs ?? wallMs),
    )
  }

  private async steered<T>(
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
      this.observe(statement, { ...spent, rowsReturned: 0, failed: messageOf(lost.error) })
      throw lost.error
    }
    this.giveUp(statement, arm, lost, spent)
    // The default has had its time: the steerer knows what else there is, or is worth reading now.
    const isOver = arm !== DEFAULT_ARM.name || restarts === 0
    if (!isOver) await this.readDue(statement)
    const next = isOver ? undefined : this.choice(statement)
    return next === undefined
      ? this.byDefault(ask, statement)
      : this.steered(ask, statement, next, restarts - 1)
  }

  private answered(statement: KnownStatement, arm: string, cpuMs: number): void {
    this.reports.learn(statement, { arm, cpuMs, interrupted: false })
    this.behind.note(statement)
  }

  private async readDue(statement: KnownStatement): Promise<void> {
    for (let i = 0; i < MOST_READ; i++) {
      const read = this.due(statement)
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
      const { result, cpuMs } = await runWithLimit(this.db, limitMs, cpuNow, run)
      if (result === undefined) return { lost: { cpuMs }, spent: stop() }
      this.answered(statement, arm, cpuMs)
      const rowsReturned = ask.countRows(result.value)
      this.observe(statement, { ...stop(), rowsReturned, ...(isDefault ? {} : { arm }) })
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

  private observe(statement: KnownStatement, run: RunSeen): void {
    this.reading.spent(statement, run.cpuMs ?? run.wallMs)
    if (this.mode !== 'off') this.reports.observe(statement, run, this.mode === 'advise')
  }

  private async useDefault(): Promise<void> {
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
      this.observe(statement, { ...stop(), rowsReturned: 0, failed: messageOf(error) })
      throw error
    }
    const spent = stop()
    onAnswered?.(spent)
    this.observe(statement, { ...spent, rowsReturned: ask.countRows(result) })
    return result
  }
}

function stoppedByUser(): StorewrightError {
  return new StorewrightError('ERR_CANCELLED', 'the statement was interrupted', {
    next: 'Ask again.',
  })
}

function keyOf({ template }: KnownStatement, { actionId }: Rewrite): string {
  return `${template.fingerprint} ${actionId}`
}
