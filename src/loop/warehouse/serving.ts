import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import { messageOf, startWatch } from '../../core/sql/observe.ts'
import {
  createVeto,
  design,
  type Rewriter,
  type ServingParts,
  servingParts,
  tuned,
  type Veto,
} from '../../warehouse/index.ts'
import { KEEP_OPEN, keepOpenMsOf } from './openings.ts'
import { forgetRefresh, lastRefresh, refreshViews } from './refresh-views.ts'
import { appliedKnobs, isOfSpeed } from './speed-knobs.ts'
import {
  forgetStanding,
  hasStanding,
  keepStanding,
  readStanding,
  type Standing,
} from './standing.ts'
import { steeringMemory } from './steering-memory.ts'
import { asWatched, type StoreWatch } from './watching.ts'

/** A store's database with what stands in it in use. */
export interface Serving {
  /** Answers as the plain one, from views and under plans and settings that stand. */
  readonly database: Database
  /** How long to keep it open after it was read, ms. */
  readonly keepOpenMs: number
  /** The last act before the plain one is closed: keeps what a writer changed. Never throws. */
  leave(): Promise<void>
}

export interface ServingOptions {
  readonly path: string
  readonly mode: 'read' | 'write'
  readonly watch: Pick<StoreWatch, 'onStatement' | 'observe'>
  /** Knobs of the store's settings. */
  readonly knobs?: KnobSettings
  /** Other knobs than those that stand, for who tries them. */
  readonly under?: (standing: KnobSettings) => KnobSettings
}

const SEED = 1
const RECORDS = /\bstorewright_warehouse\b/i
const VIEWS = /\bstorewright_views\b/i
const READS = /^\s*(?:SELECT|FROM|VALUES|WITH|DESCRIBE|EXPLAIN)\b/i
/** Words with which a statement that begins like a read may change something. */
const MAY_CHANGE =
  /;|\b(?:INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER|COPY|TRUNCATE|ANALYZE|nextval)\b/i

/**
 * Puts what stands in use on an open database. Opening reads a small file alone; views and plans are
 * prepared when a statement first names a table that they are on. Undefined where a reader has
 * nothing to serve. A writer is followed, so that views on what it changes serve no more.
 */
export async function openServing(
  db: Database,
  options: ServingOptions,
): Promise<Serving | undefined> {
  const standing = readStanding(options.path)
  if (options.mode === 'read' && (standing?.actions.length ?? 0) === 0) return undefined
  const serving = new StoreServing(db, standing, options)
  await serving.setKnobs()
  return serving
}

/** What was seen of views while this process had a database open; it is opened often. */
const vetoes = new Map<string, Veto>()

function vetoOf(path: string): Veto {
  const veto = vetoes.get(path) ?? createVeto()
  vetoes.set(path, veto)
  return veto
}

/** A setting that cannot be set is done without; a database that another took meanwhile is not. */
function onlyIfBusy(error: unknown): void {
  if (error instanceof StorewrightError && error.code === 'ERR_STORE_BUSY') throw error
}

class StoreServing implements Serving {
  readonly database: Database
  readonly keepOpenMs: number
  private readonly db: Database
  private readonly standing: Standing | undefined
  private readonly options: ServingOptions
  private readonly service: ServingParts
  private readonly tuned: tuned.TunedDatabase
  private readonly changed = new Set<string>()
  /** Tables of views and plans that stand and serve. */
  private readonly names: RegExp | undefined
  private prepared: Promise<void> | undefined
  private isDesignChanged = false

  constructor(db: Database, standing: Standing | undefined, options: ServingOptions) {
    this.db = db
    this.standing = standing
    this.options = options
    const applied = appliedKnobs(standing?.actions ?? [], options.knobs ?? {})
    const knobs = options.under?.(applied) ?? applied
    // Who tries knobs leaves no trace.
    const memory = options.under === undefined ? steeringMemory(options.path) : undefined
    this.service = servingParts(db, SEED, knobs, vetoOf(options.path), memory)
    this.names = namesIn(this.served().flatMap(({ bases }) => bases.map(({ table }) => table)))
    this.tuned = tuned.tunedDatabase(db, {
      knobs,
      mode: 'automatic',
      rewriter: this.followed(),
      steerer: this.service.steerer,
      watcher: { observe: (statement, run) => options.watch.observe(statement, run) },
      // One template on record, served or not.
      recordedAs: asWatched,
      isOff: (fingerprint) => this.standing?.leftAlone.includes(fingerprint) ?? false,
      isPromising: (sql) => this.names?.test(sql) ?? false,
    })
    this.database = this.routed()
    this.keepOpenMs = keepOpenMsOf(standing?.actions ?? [])
  }

  /** Settings hold from the first statement on, and what a writer writes lies in row groups as they stand. */
  async setKnobs(): Promise<void> {
    const isWriter = this.options.mode === 'write'
    for (const action of this.standing?.actions ?? []) {
      const isKnob = action.kind === 'knob' && action.actionId !== KEEP_OPEN && !isOfSpeed(action)
      if (isKnob || (isWriter && action.kind === 'layout'))
        await this.service.serve(action).catch(onlyIfBusy)
    }
  }

  async leave(): Promise<void> {
    await this.leaveSteering()
    if (this.options.mode === 'read') return
    try {
      await this.keep()
    } catch {
      // What cannot be kept is not served.
      forgetStanding(this.options.path)
    }
  }

  /** Reads what steering needs, now that nothing is asked, and keeps what it learned. */
  private async leaveSteering(): Promise<void> {
    try {
      await this.tuned.settle()
      this.service.steerer.leave?.()
    } catch {
      // A store that may only be read learns anew each time.
    }
  }

  private async keep(): Promise<void> {
    const { path } = this.options
    const isLost = this.standing === undefined && hasStanding(path)
    if (!this.isDesignChanged && !isLost) {
      const { actions = [], stale = [], leftAlone = [] } = this.standing ?? {}
      if (actions.length === 0 || this.changed.size === 0) return
      return keepStanding(this.db, path, {
        actions,
        stale: [...new Set([...stale, ...this.changedBases()])],
        leftAlone,
      })
    }
    const all = await design.readActions(this.db)
    const actions = all.filter(({ status }) => status === 'applied')
    const refreshed = this.isDesignChanged
      ? (lastRefresh(this.db) ?? (await refreshViews(this.db, actions)))
      : undefined
    vetoes.delete(path)
    const stale = refreshed?.stale ?? ['*']
    const leftAlone = [...(await design.readLeftAlone(this.db))]
    await keepStanding(this.db, path, { actions, stale, leftAlone })
  }

  /** Tables that something stands on. */
  private bases(): readonly string[] {
    const bases = (this.standing?.actions ?? []).flatMap((action) => action.bases)
    return bases.map(({ table }) => table.toLowerCase())
  }

  /** Those of them that changed. */
  private changedBases(): readonly string[] {
    return this.bases().filter((table) => this.changed.has(table))
  }

  /** Views and plans that may serve: those on tables that did not change. */
  private served(): readonly design.StoredAction[] {
    const { actions = [], stale = [] } = this.standing ?? {}
    const isFresh = ({ bases }: design.StoredAction) =>
      !stale.includes('*') && !bases.some(({ table }) => stale.includes(table.toLowerCase()))
    return actions.filter(
      (action) => action.kind === 'plan' || (action.kind === 'view' && isFresh(action)),
    )
  }

  private prepare(): Promise<void> {
    this.prepared ??= this.prepareNow()
    return this.prepared
  }

  private async prepareNow(): Promise<void> {
    for (const action of this.served()) {
      // What cannot be served is answered from its tables.
      await this.service.serve(action, false).catch(() => undefined)
    }
    for (const table of this.changed) this.service.rewriter.changed(table)
  }

  private followed(): Rewriter {
    const { rewriter } = this.service
    return {
      rewrite: (statement) => rewriter.rewrite(statement),
      meet: (statement, tree) => rewriter.meet?.(statement, tree),
      knows: (sql) => rewriter.knows?.(sql) ?? true,
      learn: (statement, run) => rewriter.learn?.(statement, run),
      failed: (statement, run) => rewriter.failed?.(statement, run) ?? false,
      changed: (table, how) => {
        for (const name of table === undefined ? this.bases() : [table.toLowerCase()]) {
          this.changed.add(name)
        }
        if (table !== undefined && RECORDS.test(table)) this.isDesignChanged = true
        else if (table === undefined || !VIEWS.test(table)) forgetRefresh(this.db)
        rewriter.changed(table, how)
      },
    }
  }

  /**
   * Whether a person left a statement alone by the fingerprint that the record had of it before it was
   * served: values that are served as casts stand there as they are.
   */
  private isLeft(sql: string, values: readonly SqlValue[]): boolean {
    const { leftAlone = [] } = this.standing ?? {}
    if (leftAlone.length === 0 || MAY_CHANGE.test(sql)) return false
    return leftAlone.includes(asWatched(sql, values).template.fingerprint)
  }

  /** Statements that nothing helps and that change nothing take the short way. */
  private routed(): Database {
    const isShort = (sql: string) =>
      READS.test(sql) && !MAY_CHANGE.test(sql) && !(this.names?.test(sql) ?? false)
    const asked = async <T>(
      sql: string,
      values: readonly SqlValue[],
      work: (db: Database) => Promise<T>,
      countRows: (result: T) => number,
    ): Promise<T> => {
      if (!isShort(sql) && !(READS.test(sql) && this.isLeft(sql, values))) {
        if (this.names?.test(sql)) await this.prepare()
        return work(this.tuned)
      }
      const stop = startWatch()
      const tell = (rowsReturned: number, failed: { failed?: string } = {}) =>
        this.options.watch.onStatement({ sql, values, ...stop(), rowsReturned, ...failed })
      try {
        const result = await work(this.db)
        tell(countRows(result))
        return result
      } catch (error) {
        tell(0, { failed: messageOf(error) })
        throw error
      }
    }
    return {
      run: (sql, values = []) =>
        asked(
          sql,
          values,
          (db) => db.run(sql, values),
          () => 0,
        ),
      rows: (sql, values = []) =>
        asked(
          sql,
          values,
          (db) => db.rows(sql, values),
          (r) => r.length,
        ),
      table: (sql, values = []) =>
        asked(
          sql,
          values,
          (db) => db.table(sql, values),
          ({ rowCount }) => rowCount,
        ),
      answer: (sql, values = []) =>
        asked(
          sql,
          values,
          (db) => db.answer(sql, values),
          ({ rowCount }) => rowCount,
        ),
      append: (name, table) => this.tuned.append(name, table),
      transaction: (work) => this.tuned.transaction(work),
      interrupt: () => this.tuned.interrupt(),
      close: () => this.db.close(),
    }
  }
}

function namesIn(tables: readonly string[]): RegExp | undefined {
  if (tables.length === 0) return undefined
  const escaped = [...new Set(tables)].map((name) => name.replaceAll(/[^\w]/g, '\\$&'))
  return new RegExp(`(?<!\\w)(?:${escaped.join('|')})(?!\\w)`, 'i')
}
