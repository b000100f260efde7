import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import type { Database } from '../../../core/sql/database.ts'
import { cpuNow } from '../../../core/sql/observe.ts'
import type { Action } from '../../types.ts'
import { adviseViews, type ViewAdvice } from '../choose/adviser.ts'
import type { Demand } from '../choose/demand.ts'
import { buildNanos, patience, seekMs } from '../knobs.ts'
import type { ViewRewriter } from '../rewriter.ts'
import type { Budget } from './budget.ts'

/** Learns while statements run: which kinds no view answers well, and when a view for them is due. */
export interface LiveViews {
  /** Told of each statement, its fingerprint, the CPU it took, ms, and whether a view answered it. */
  observe(sql: string, fingerprint: string, cpuMs: number, isServed: boolean): void
  /** Whether statements have cost so much that advice is due, and may be sought. */
  readonly isDue: boolean
  /** Told what building and judging views took, CPU ms in all. */
  built(views: number, cpuMs: number): void
  /** Advice on what was observed; what it leaves as it is is asked about again after it cost twice as much. */
  advise(standing: readonly Action[]): Promise<ViewAdvice>
}

export interface LiveOptions {
  readonly seed: number
  readonly storageBytes: number
  readonly settings?: KnobSettings
}

interface Watched {
  readonly demand: { fingerprint: string; statements: string[]; count: number; totalCpuMs: number }
  /** Since it was last advised on: statements, and their CPU, ms. */
  recent: number
  recentCpuMs: number
  unserved: number
  /** CPU at which it is due, in multiples of the patience. */
  factor: number
}

/** Statements kept of a kind: the last ones, and some of all ages. */
const KEPT = 256
const MIN_STATEMENTS = 4
/** How much more is spent on statements that views answer before others are thought of. */
const SERVED_FACTOR = 4
/** How much of what seeking or building took last time is believed of the next. */
const BELIEF = 0.5

/**
 * Watches statements that no view answered. A view is due when they have spent the `patience` share
 * of what seeking and building one takes (the rule of the ski renter: at most a fixed multiple of the
 * best that could have been done knowing the future), and when the budget has as much.
 */
export function createLiveViews(
  db: Database,
  rewriter: ViewRewriter,
  rowsOfLargest: number,
  budget: Budget,
  options: LiveOptions,
): LiveViews {
  const watched = new Map<string, Watched>()
  let buildMs = (rowsOfLargest * readKnob(buildNanos, options.settings)) / 1e6
  let seekingMs = readKnob(seekMs, options.settings)
  const patienceShare = readKnob(patience, options.settings)
  const isReady = ({ recent, recentCpuMs, unserved, factor }: Watched) =>
    recent >= MIN_STATEMENTS &&
    // What a view answers is looked at again when much is spent on it all the same.
    recentCpuMs >=
      patienceShare * (seekingMs + buildMs) * factor * (2 * unserved >= recent ? 1 : SERVED_FACTOR)
  // Asked about after each statement: only what was observed since can have become ready.
  const ready = new Set<Watched>()
  return {
    observe(sql, fingerprint, cpuMs, isServed) {
      const entry = watched.get(fingerprint) ?? newWatched(fingerprint)
      watched.set(fingerprint, entry)
      record(entry, sql, cpuMs, isServed)
      if (isReady(entry)) ready.add(entry)
    },
    get isDue() {
      return ready.size > 0 && budget.allows(seekingMs + buildMs)
    },
    built(views, cpuMs) {
      budget.spent(cpuMs)
      buildMs += BELIEF * (cpuMs / Math.max(1, views) - buildMs)
    },
    async advise(standing) {
      const startedAt = cpuNow()
      const due = [...ready]
      ready.clear()
      const expected = due.map((entry) => expectedOf(entry, seekingMs + buildMs, rewriter))
      const advice = await adviseViews(db, expected, {
        ...options,
        standing: standing.filter(({ actionId }) => !isInTheWay(actionId, due, rewriter)),
        present: standing.map(({ target }) => target),
        days: 1,
        isAnticipating: false,
      })
      for (const entry of due) settle(entry)
      const tookMs = cpuNow() - startedAt
      seekingMs += BELIEF * (tookMs - seekingMs)
      budget.spent(tookMs)
      return advice
    },
  }
}

function newWatched(fingerprint: string): Watched {
  const demand = { fingerprint, statements: [], count: 0, totalCpuMs: 0 }
  return { demand, recent: 0, recentCpuMs: 0, unserved: 0, factor: 1 }
}

function record(entry: Watched, sql: string, cpuMs: number, isServed: boolean): void {
  const { demand } = entry
  demand.count++
  demand.totalCpuMs += cpuMs
  entry.recent++
  entry.recentCpuMs += cpuMs
  if (!isServed) entry.unserved++
  // The newest half is kept whole, every other one of the rest goes when it is full.
  demand.statements.push(sql)
  if (demand.statements.length > KEPT) {
    demand.statements = demand.statements.filter((_, i) => i >= KEPT / 2 || i % 2 === 0)
  }
}

function settle(entry: Watched): void {
  entry.recent = 0
  entry.recentCpuMs = 0
  entry.unserved = 0
  entry.factor *= 2
}

/** What recent statements cost is expected to be asked as often again as a view is worth thinking of. */
function expectedOf(entry: Watched, costMs: number, rewriter: ViewRewriter): Demand {
  const { demand, recent, recentCpuMs, unserved } = entry
  const each = recentCpuMs / recent
  const count = Math.max(demand.count, Math.ceil((4 * costMs) / each))
  const expected = { ...demand, count, totalCpuMs: each * count }
  if (2 * unserved >= recent) return expected
  const [serving] = rewriter.servedBy(demand.statements.at(-1)!)
  return serving === undefined ? expected : { ...expected, servedRows: rewriter.rowsOf(serving) }
}

/** A view that matches these statements and yet did not answer them is no reason against a better one. */
function isInTheWay(actionId: string, due: readonly Watched[], rewriter: ViewRewriter): boolean {
  return due.some(({ demand }) => rewriter.servedBy(demand.statements.at(-1)!).includes(actionId))
}
