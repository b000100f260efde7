import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import type { ViewAdvice } from './choose/adviser.ts'
import { createBudget } from './fresh/budget.ts'
import { createUpkeep } from './fresh/keeping.ts'
import { createLiveViews } from './fresh/live.ts'
import { createVeto } from './fresh/veto.ts'
import { kindOf, vetoed } from './fresh/vetoed.ts'
import { buildNanos, liveSavedShare, liveShare, refreshPatience, scanNanos } from './knobs.ts'
import { readCatalogue } from './read/catalogue.ts'
import { createViewRewriter, type RefreshOutcome, type ViewRewriter } from './rewriter.ts'

/** Views of one open database: they answer statements, and tell when further ones are due. */
export interface ViewService {
  readonly rewriter: ViewRewriter
  /**
   * Takes a view that stands in the database into service; where it stood before the database was opened
   * (`isBefore`, the default) after a look whether its tables changed since.
   */
  serve(action: Action, isBefore?: boolean): Promise<void>
  withdraw(actionId: string): void
  /**
   * Brings views that changes put out of service up to date: those worth it now, or, in a quiet hour, all
   * of them. The others stay out: none answers from before a change.
   */
  refresh(isQuiet?: boolean): Promise<readonly RefreshOutcome[]>
  /** CPU that refreshing a view has taken since it was served, ms. */
  upkeepOf(actionId: string): number
  /** Whether what no view answers has cost so much that `advise` is worth it; cheap. */
  readonly isDue: boolean
  /** Advice on statements that were asked since; building and serving it is the caller's, who tells what it took. */
  advise(): Promise<ViewAdvice>
  /** Told what building and judging views that were advised took, CPU ms in all. */
  built(views: number, cpuMs: number): void
}

export interface ViewServiceOptions {
  readonly seed: number
  /** Bytes that views may take together. */
  readonly storageBytes: number
  readonly settings?: KnobSettings
}

/** CPU of any statement, ms: the way there and back. */
const LEAST_MS = 0.4

/** A service without views. It reads the catalogue once; costs are guessed by rows until `advise` measures. */
export async function createViewService(
  db: Database,
  options: ViewServiceOptions,
): Promise<ViewService> {
  const catalogue = await readCatalogue(db)
  const largest = Math.max(0, ...[...catalogue.tables.values()].map(({ rows }) => rows))
  const inner = createViewRewriter(db)
  const { settings } = options
  const budget = createBudget({
    asked: readKnob(liveShare, settings),
    saved: readKnob(liveSavedShare, settings),
  })
  const live = createLiveViews(db, inner, largest, budget, options)
  const scanMs = LEAST_MS + (largest * readKnob(scanNanos, settings)) / 1e6
  const standing: Action[] = []
  const veto = createVeto()
  const doubted = vetoed(inner, veto)
  const upkeep = createUpkeep(inner, {
    scanMs,
    buildMs: (largest * readKnob(buildNanos, settings)) / 1e6,
    patience: readKnob(refreshPatience, settings),
    budget,
  })
  const rewriter: ViewRewriter = {
    ...doubted,
    learn(statement, run) {
      const { cpuMs, actionId, isWatched = false } = run
      const kind = kindOf(statement)
      budget.asked(cpuMs)
      if (actionId !== undefined) budget.saved((veto.plainMs(kind) ?? scanMs) - cpuMs)
      doubted.learn?.(statement, run)
      if (statement.template.kind !== 'select' || isWatched) return
      live.observe(statement.sql, kind, cpuMs, actionId !== undefined)
    },
  }
  return {
    rewriter,
    async serve(action, isBefore) {
      await inner.serve(action, isBefore)
      standing.push(action)
    },
    withdraw(actionId) {
      inner.withdraw(actionId)
      const at = standing.findIndex((action) => action.actionId === actionId)
      if (at >= 0) standing.splice(at, 1)
    },
    refresh: (isQuiet = false) => upkeep.refresh(isQuiet),
    upkeepOf: upkeep.of,
    get isDue() {
      return live.isDue
    },
    advise: () => live.advise(standing),
    built: live.built,
  }
}
