import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Database } from '../../core/sql/database.ts'
import { startWatch } from '../../core/sql/observe.ts'
import type { Action } from '../types.ts'
import type { ViewAdvice } from './choose/adviser.ts'
import { createUpkeep } from './fresh/keeping.ts'
import { createLiveViews, type LiveViews } from './fresh/live.ts'
import { createVeto } from './fresh/veto.ts'
import { kindOf, vetoed } from './fresh/vetoed.ts'
import { buildNanos, refreshPatience, scanNanos } from './knobs.ts'
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
  /** Advice on statements that were asked since; building and serving it is the caller's. */
  advise(): Promise<ViewAdvice>
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
  const live = createLiveViews(db, inner, largest, options)
  const msPerRow = readKnob(scanNanos, options.settings) / 1e6
  const standing: Action[] = []
  const doubted = vetoed(inner, createVeto())
  const upkeep = createUpkeep(inner, {
    scanMs: LEAST_MS + largest * msPerRow,
    buildMs: (largest * readKnob(buildNanos, options.settings)) / 1e6,
    patience: readKnob(refreshPatience, options.settings),
  })
  const rewriter: ViewRewriter = {
    ...doubted,
    rewrite(statement) {
      const rewrite = doubted.rewrite(statement)
      const rows = rewrite === undefined ? largest : inner.rowsOf(rewrite.actionId) / 2
      const kind = kindOf(statement)
      live.observe(statement.sql, kind, LEAST_MS + rows * msPerRow, rewrite !== undefined)
      return rewrite
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
    advise: () => adviseMeasured(db, inner, live, standing),
  }
}

/** Runs one statement of each kind that is due, so that advice knows what it costs. */
async function adviseMeasured(
  db: Database,
  rewriter: ViewRewriter,
  live: LiveViews,
  standing: readonly Action[],
): Promise<ViewAdvice> {
  for (const sql of live.dueStatements()) {
    const stop = startWatch()
    const asked = rewriter.rewrite({ sql })?.sql ?? sql
    const isRun = await db.answer(asked).then(
      () => true,
      () => false,
    )
    const { cpuMs, wallMs } = stop()
    live.correct(sql, isRun ? (cpuMs ?? wallMs) : 0)
  }
  return live.advise(standing)
}
