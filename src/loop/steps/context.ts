import type { OnProgress } from '../../core/progress.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Settings } from '../store/settings.ts'

/** What every step of the loop is given. */
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
export const METHOD = 1

/** What a step did. */
export interface StepResult {
  readonly kind: 'forecast' | 'plan' | 'outcome'
  readonly version: number
  /** True when nothing it reads had changed, and the version in force was kept. */
  readonly skipped: boolean
}
