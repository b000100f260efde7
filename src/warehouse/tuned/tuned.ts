import { readKnob } from '../../core/knobs.ts'
import type { Answer } from '../../core/sql/answer.ts'
import type { Database, Row, SqlValue } from '../../core/sql/database.ts'
import { messageOf } from '../../core/sql/observe.ts'
import type { Table } from '../../core/table.ts'
import type { KnownStatement, Mode, Rewritten } from '../types.ts'
import { templateLimit } from '../watch/knobs.ts'
import { createTemplates, recentMap, type Templates } from '../watch/templates.ts'
import { type Behind, createBehind } from './behind.ts'
import { type Changes, createChanges, isOfTransactions, isTransactionOpen } from './changes.ts'
import { type Effect, effectsOf } from './effects.ts'
import type { TunedDatabase, TunedOptions, TuningCounts } from './options.ts'
import { createPassing, type Passing } from './passing.ts'
import { createReading, type Reading } from './reading.ts'
import { createReports, type Reports, toldOfChanges } from './reports.ts'
import { type Ask, Runs, stoppedByUser } from './runs.ts'
import { type Choice, chosenBy, dueBy } from './steering.ts'
import { createTurns } from './turns.ts'

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
  /** Absent: all statements are looked at. */
  private readonly passing: Passing | undefined
  private readonly reports: Reports
  private readonly inTurn = createTurns()
  private readonly behind: Behind
  private readonly runs: Runs
  private readonly effects
  private readonly deaf
  private mode: Mode
  /** Stops what waits for its turn. */
  private waits = new AbortController()

  constructor(db: Database, options: TunedOptions) {
    const limit = readKnob(templateLimit, options.knobs)
    this.db = db
    this.options = options
    this.mode = options.mode
    this.templates = options.templates ?? createTemplates(limit)
    this.changes = createChanges(toldOfChanges(options, () => this.reading.forget()))
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
    this.passing =
      options.lookShare === undefined
        ? undefined
        : createPassing({ share: options.lookShare, concerns: (sql) => this.concerns(sql) })
    this.runs = new Runs({
      ...{ db, reports: this.reports, behind: this.behind, templates: limit },
      rewriter: options.rewriter,
      recordedAs: options.recordedAs,
      modeNow: () => this.mode,
      spent: (statement, cpuMs) => {
        if (statement !== undefined) this.reading.spent(statement, cpuMs)
        this.passing?.ran(cpuMs)
      },
      choice: (statement) => this.choice(statement),
      due: (statement) => this.due(statement),
    })
    this.effects = recentMap<readonly Effect[]>(limit)
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
      await this.runs.useDefault()
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
    this.runs.stop()
    this.waits.abort()
    this.waits = new AbortController()
    this.db.interrupt()
  }

  close(): void {
    try {
      this.options.steerer?.leave?.()
    } catch (error) {
      this.reports.fault({ part: 'steerer', message: messageOf(error) }, undefined)
    }
    this.db.close()
  }

  isInTransaction(): boolean {
    return this.changes.isInTransaction()
  }

  counts(): TuningCounts {
    return this.runs.counts()
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
    this.runs.begin()
    const { passing } = this
    if (passing === undefined || this.mode === 'off') return this.lookAndRun(ask)
    if (ask.values.length === 0 && passing.passes(ask.sql)) return this.runs.passed(ask)
    const looked = passing.look()
    try {
      return await this.lookAndRun(ask)
    } finally {
      looked()
    }
  }

  /** Whether rewriter or steerer may have something else to ask; who does not say may. */
  private concerns(sql: string): boolean {
    const { rewriter, steerer } = this.options
    const mayConcern = (part: { concerns?(sql: string): boolean } | undefined) =>
      part !== undefined && (part.concerns?.(sql) ?? true)
    return mayConcern(rewriter) || mayConcern(steerer)
  }

  private async lookAndRun<T>(ask: Ask<T>): Promise<T> {
    const stops = this.runs.stopped()
    const isTransacting = this.changes.isInTransaction()
    const known = this.reading.know(ask.sql, ask.values, isTransacting)
    const { written, statement } = known instanceof Promise ? await known : known
    const effects = this.effectsOf(statement)
    if (effects.some(({ kind }) => kind !== 'reads')) {
      return this.changing(effects, () => this.runs.plain(ask, statement))
    }
    if (!this.mayTune(statement)) {
      return this.mayLearn(statement)
        ? this.runs.byDefault(ask, statement)
        : this.runs.plain(ask, statement)
    }
    const mayRewrite = written !== undefined && this.isKnownToRepeat(statement)
    const rewrite = mayRewrite ? await this.rewriteOrMeet(statement) : undefined
    // What was read for it may be all that was stopped.
    if (stops !== this.runs.stopped()) throw stoppedByUser()
    if (rewrite !== undefined) return this.runs.rewritten(ask, statement, rewrite)
    // $1 in another text may stand elsewhere.
    const choice = written === undefined ? undefined : this.choice(statement)
    return choice === undefined
      ? this.runs.byDefault(ask, statement)
      : this.runs.steered(ask, statement, choice)
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

  private rewriteOf(statement: KnownStatement): Rewritten | undefined {
    try {
      const rewrite = this.options.rewriter?.rewrite(statement)
      if (rewrite === undefined || this.runs.isBroken(statement, rewrite)) return undefined
      return rewrite
    } catch (error) {
      this.reports.fault({ part: 'rewriter', message: messageOf(error) }, statement)
      return undefined
    }
  }

  /** Where the rewriter does not know statements written like this one, it is shown it first. */
  private async rewriteOrMeet(statement: KnownStatement): Promise<Rewritten | undefined> {
    const rewrite = this.rewriteOf(statement)
    const { rewriter } = this.options
    const { fingerprint } = statement.template
    if (rewriter?.meet === undefined || rewriter.knows === undefined) return rewrite
    const isKnown = rewrite === undefined ? rewriter.knows(statement.sql) : !rewrite.isToMeet
    if (isKnown || this.deaf.get(fingerprint)) return rewrite
    if (!this.reading.isWorthShowing(statement)) return rewrite
    await this.reading.show(statement)
    // What stays unknown is not shown again and again.
    if (!rewriter.knows(statement.sql)) this.deaf.set(fingerprint, true)
    return this.rewriteOf(statement)
  }

  private async changing<T>(effects: readonly Effect[], work: () => Promise<T>): Promise<T> {
    await this.runs.useDefault()
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
}
