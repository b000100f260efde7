import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { KnownStatement, Rewriter, StatementTree } from '../types.ts'
import { templateLimit } from '../watch/knobs.ts'
import { scanStatement } from '../watch/scan.ts'
import { createTemplates, recentMap, type Templates } from '../watch/templates.ts'

/** One of several rewriters of a database. */
export interface Stage {
  readonly rewriter: Rewriter
  /** Of use only where another one rewrites too; alone it is left to the steerer. Default: false. */
  readonly isOnlyBeside?: boolean
}

/** What each stage saw of a statement, and the action by which it rewrote that. */
interface Trace {
  readonly seen: (KnownStatement | undefined)[]
  readonly actions: (string | undefined)[]
  readonly used: readonly number[]
  readonly actionId: string
  readonly sql: string
  readonly isToMeet: boolean
}

/**
 * Several rewriters as one: each gets what those before it made of a statement, as a statement in its own
 * right: known by its own template, shown with its own tree, and left alone where its constants decide that
 * tree. So the last answers as the first was asked. Those that answer in place of tables come before those
 * that read tables otherwise; what reads files by their names is rewritten no further. What fails is tried
 * again without the last that took part. Changes are told to all; what a statement took is told to each with
 * its own action, absent where it did nothing.
 */
export function rewriteTogether(
  db: Database,
  stages: readonly Stage[],
  knobs: KnobSettings = {},
): Rewriter {
  return new Together(db, stages, readKnob(templateLimit, knobs))
}

class Together implements Rewriter {
  private readonly db: Database
  private readonly stages: readonly Stage[]
  /** Of what stages made of statements. */
  private readonly templates: Templates
  /** Stages that failed together, by the template of what was asked. */
  private readonly failures
  /** Statements written like these were shown. */
  private readonly shown
  private readonly traces = new WeakMap<KnownStatement, Trace>()
  private last: { readonly sql: string; readonly trace: Trace } | undefined

  constructor(db: Database, stages: readonly Stage[], limit: number) {
    this.db = db
    this.stages = stages
    this.templates = createTemplates(limit)
    this.failures = recentMap<ReadonlySet<string>>(limit)
    this.shown = recentMap<true>(limit)
  }

  rewrite(statement: KnownStatement) {
    const trace = this.follow(statement)
    this.traces.set(statement, trace)
    this.last = { sql: statement.sql, trace }
    const { used, sql, actionId, isToMeet } = trace
    return used.length === 0 ? undefined : { sql, actionId, isToMeet }
  }

  isIdle(): boolean {
    return this.stages.every(({ rewriter }) => rewriter.isIdle?.() === true)
  }

  changed(...change: Parameters<Rewriter['changed']>): void {
    for (const { rewriter } of this.stages) rewriter.changed(...change)
  }

  async meet(statement: KnownStatement, tree?: StatementTree): Promise<void> {
    let [current, shown] = [statement, tree]
    for (const [i, { rewriter }] of this.stages.entries()) {
      if (rewriter.isIdle?.()) continue
      if (current !== statement && shown === undefined) {
        const met = await this.templates.meet(current, this.db)
        if (met.tree?.isTrusted !== true) return
        shown = met.tree
        current = met.statement
      }
      await rewriter.meet?.(current, shown)
      this.shown.set(scanStatement(current.sql).key, true)
      const next = this.mayUse(statement, [i]) ? rewriter.rewrite(current) : undefined
      if (next === undefined) continue
      current = this.templates.know(next.sql)
      shown = undefined
    }
    this.last = undefined
  }

  knows(sql: string): boolean {
    const seen = this.last?.sql === sql ? this.last.trace.seen : undefined
    return this.stages.every(({ rewriter }, i) => {
      const text = seen === undefined ? sql : seen[i]?.sql
      return text === undefined || rewriter.isIdle?.() || this.isKnownTo(rewriter, text)
    })
  }

  /** Where a rewriter does not say, the first of each template is enough. */
  private isKnownTo(rewriter: Rewriter, sql: string): boolean {
    return rewriter.knows?.(sql) ?? this.shown.get(scanStatement(sql).key) === true
  }

  failed(
    statement: KnownStatement,
    { message }: { readonly actionId: string; readonly message: string },
  ): boolean {
    const trace = this.traces.get(statement)
    if (trace === undefined) return false
    for (const i of trace.used) {
      const run = { actionId: trace.actions[i]!, message }
      if (this.stages[i]!.rewriter.failed?.(trace.seen[i]!, run)) return true
    }
    const { fingerprint } = statement.template
    const before = this.failures.get(fingerprint) ?? []
    this.failures.set(fingerprint, new Set([...before, trace.used.join()]))
    return false
  }

  learn(...[statement, run]: Parameters<NonNullable<Rewriter['learn']>>): void {
    const { actionId, ...spent } = run
    const trace = actionId === undefined ? undefined : this.traces.get(statement)
    for (const [i, { rewriter }] of this.stages.entries()) {
      const seen = trace === undefined ? statement : trace.seen[i]
      const mine = trace?.actions[i]
      if (seen !== undefined)
        rewriter.learn?.(seen, { ...spent, ...(mine === undefined ? {} : { actionId: mine }) })
    }
  }

  private follow(statement: KnownStatement): Trace {
    const seen: (KnownStatement | undefined)[] = []
    const actions: (string | undefined)[] = []
    const used: number[] = []
    let current = statement
    let isToMeet = false
    for (const [i, { rewriter }] of this.stages.entries()) {
      if (rewriter.isIdle?.()) continue
      if (current !== statement && !this.templates.isTrusted(current)) {
        isToMeet = !this.templates.isMet(current)
        break
      }
      seen[i] = current
      const next = this.mayUse(statement, [...used, i]) ? rewriter.rewrite(current) : undefined
      if (next === undefined) {
        isToMeet ||= current !== statement && !this.isKnownTo(rewriter, current.sql)
        continue
      }
      actions[i] = next.actionId
      used.push(i)
      current = this.templates.know(next.sql)
    }
    if (used.every((i) => this.stages[i]!.isOnlyBeside)) return { ...NONE, seen, isToMeet }
    const actionId = used.map((i) => actions[i]).join('+')
    return { seen, actions, used, actionId, sql: current.sql, isToMeet }
  }

  private mayUse({ template }: KnownStatement, used: readonly number[]): boolean {
    return this.failures.get(template.fingerprint)?.has(used.join()) !== true
  }
}

const NONE = { actions: [], used: [], actionId: '', sql: '' }
