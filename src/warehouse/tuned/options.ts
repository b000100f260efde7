import type { KnobSettings } from '../../core/knobs.ts'
import type { Database, SqlValue } from '../../core/sql/database.ts'
import type { Scheduler } from '../schedule/scheduler.ts'
import type { KnownStatement, Mode, Rewriter, Steerer, Template } from '../types.ts'
import type { Templates } from '../watch/templates.ts'
import type { Watcher } from '../watch/watcher.ts'

/** Something of the tuning that did not work; the statement was answered as asked. */
export interface TuningFault {
  readonly part: 'tree' | 'rewriter' | 'steerer' | 'watcher'
  readonly fingerprint: string
  readonly actionId?: string
  readonly arm?: string
  readonly message: string
}

export interface TunedOptions {
  /**
   * 'off': statements pass, and only changes of tables are told to the rewriter. 'advise': they are
   * watched. 'approve', 'automatic': they are rewritten and steered.
   */
  readonly mode: Mode
  /** Shared among databases that see the same statements; default: one of its own. */
  readonly templates?: Templates
  readonly rewriter?: Rewriter
  readonly steerer?: Steerer
  readonly watcher?: Watcher
  /** What a statement with values is on record, where that is not as it is with its values written in. */
  readonly recordedAs?: (sql: string, values: readonly SqlValue[]) => KnownStatement
  /** Whether a person turned tuning off for a template. */
  readonly isOff?: (fingerprint: string) => boolean
  /**
   * Whether a statement is worth reading when it is first asked; others are read when they took as much
   * as reading takes (knob `warehouse.look-after`). Without its template where that is not known yet.
   */
  readonly isPromising?: (sql: string, template?: Template) => boolean
  /**
   * Of the CPU that is asked, what looking at statements may take: where they are short, some run as they
   * are, unseen. Absent: all are looked at.
   */
  readonly lookShare?: number
  /** Decides when statements run; shared by the connections of one database. Absent: at once. */
  readonly scheduler?: Scheduler
  /** What asks through this database, for the record and for what is expected of new statements. */
  readonly askedBy?: string
  readonly knobs?: KnobSettings
  readonly onFault?: (fault: TuningFault) => void
}

/** How many statements went which way since it was made, and what was lost. */
export interface TuningCounts {
  readonly statements: number
  readonly rewritten: number
  readonly steered: number
  /** Ran as they were, without a look. */
  readonly passed: number
  /** Steered statements that reached their limit and were run by default. */
  readonly interrupted: number
  /** Rewritten or steered statements that failed and were run as asked. */
  readonly fellBack: number
  /** CPU of attempts that were given up, ms. */
  readonly lostCpuMs: number
}

/** A database that answers as `db` would, sooner. */
export interface TunedDatabase extends Database {
  counts(): TuningCounts
  setMode(mode: Mode): void
  /**
   * Reads from the database what steering needs and has become worth its price: to be called when no
   * answer is waited for. Statements that come meanwhile are answered in between. Before `close`, what
   * it returned must have ended.
   */
  settle(): Promise<void>
  /** Whether statements have begun a transaction and not ended it. */
  isInTransaction(): boolean
}
