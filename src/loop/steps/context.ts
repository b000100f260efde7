import type { OnProgress } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Settings } from '../store/settings.ts'
import type { VersionKind } from '../versions.ts'

/** What every step of the loop is given: a database that it reads and does not write. */
export interface StepContext {
  readonly folder: string
  readonly db: Database
  readonly settings: Settings
  /** Epoch ms: when the run began. */
  readonly now: number
  readonly onProgress: OnProgress
  readonly signal: AbortSignal | undefined
}

/** Levels of the quantiles that are kept in demand_forecast. */
export const KEPT_LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95] as const

/** Part of every input hash: raise it when the same inputs come to give other results. */
export const METHOD = 4

/** A result that is ready to be written; the database was only read to make it. */
export interface MadeResult {
  readonly kind: VersionKind
  readonly inputHash: string
  /** What belongs to the version as a whole; kept as JSON. */
  readonly note: object
  /** True where a person has to apply it first: it is written, and what is in force stays so. */
  readonly isProposal?: boolean
  /** Writes its rows, which carry the number of the version. */
  write(db: Database, version: number): Promise<void>
  /** Called with the versions that are kept, once it is written. */
  afterwards?(kept: readonly number[]): void
}

/** What a step did. */
export interface StepResult {
  readonly kind: VersionKind
  readonly version: number
  /** True when nothing it reads had changed, and the version in force was kept. */
  readonly skipped: boolean
}
