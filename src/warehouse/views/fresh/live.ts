import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import type { Database } from '../../../core/sql/database.ts'
import type { Action } from '../../types.ts'
import { adviseViews, type ViewAdvice } from '../choose/adviser.ts'
import type { Demand } from '../choose/demand.ts'
import { buildNanos, patience } from '../knobs.ts'
import { scanLiterals } from '../read/literals.ts'
import type { ViewRewriter } from '../rewriter.ts'

/** Learns while statements run: which kinds no view answers well, and when a view for them is due. */
export interface LiveViews {
  /** Told of each statement, its fingerprint, the CPU it took, ms, and whether a view answered it. */
  observe(sql: string, fingerprint: string, cpuMs: number, isServed: boolean): void
  /** Whether statements have cost so much that advice is due. */
  readonly isDue: boolean
  /** Advice on what was observed; what it leaves as it is is asked about again after it cost twice as much. */
  advise(standing: readonly Action[]): Promise<ViewAdvice>
  /** Statements observed so far, as demands. */
  demands(): readonly Demand[]
  /** The last statement of each kind that is due. */
  dueStatements(): readonly string[]
  /** Puts what one statement of a kind was measured to take, ms, in place of what was guessed. */
  correct(sql: string, cpuMs: number): void
  /** Starts counting anew: all demands were advised on. */
  settle(): void
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

/**
 * Watches statements that no view answered. A view is due when they have spent the `patience` share
 * of what building one takes (the rule of the ski renter: at most a fixed multiple of the best that
 * could have been done knowing the future).
 */
export function createLiveViews(
  db: Database,
  rewriter: ViewRewriter,
  rowsOfLargest: number,
  options: LiveOptions,
): LiveViews {
  const watched = new Map<string, Watched>()
  const buildMs = Math.max(5, (rowsOfLargest * readKnob(buildNanos, options.settings)) / 1e6)
  const threshold = buildMs * readKnob(patience, options.settings)
  const isReady = ({ recent, recentCpuMs, unserved, factor }: Watched) =>
    recent >= MIN_STATEMENTS &&
    // What a view answers is looked at again when much is spent on it all the same.
    recentCpuMs >= threshold * factor * (2 * unserved >= recent ? 1 : SERVED_FACTOR)
  // Asked about after each statement: only what was observed since can have become ready.
  const ready = new Set<Watched>()
  return {
    observe(sql, fingerprint, cpuMs, isServed) {
      const skeleton = scanLiterals(sql)?.skeleton
      if (skeleton === undefined) return
      const entry = watched.get(skeleton) ?? newWatched(fingerprint)
      watched.set(skeleton, entry)
      record(entry, sql, cpuMs, isServed)
      if (isReady(entry)) ready.add(entry)
    },
    get isDue() {
      return ready.size > 0
    },
    async advise(standing) {
      const due = [...ready]
      ready.clear()
      const expected = due.map((entry) => expectedOf(entry, buildMs, rewriter))
      const advice = await adviseViews(db, expected, {
        ...options,
        standing: standing.filter(({ actionId }) => !isInTheWay(actionId, due, rewriter)),
        present: standing.map(({ target }) => target),
        days: 1,
        isAnticipating: false,
      })
      for (const entry of due) settle(entry, 2)
      return advice
    },
    dueStatements: () => [...ready].map(({ demand }) => demand.statements.at(-1)!),
    correct(sql, cpuMs) {
      const entry = watched.get(scanLiterals(sql)?.skeleton ?? '')
      if (entry === undefined) return
      entry.recentCpuMs = entry.recent * cpuMs
      if (!isReady(entry)) ready.delete(entry)
    },
    demands: () => [...watched.values()].map(({ demand }) => demand),
    settle() {
      ready.clear()
      for (const entry of watched.values()) settle(entry, 1)
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

function settle(entry: Watched, factor: number): void {
  entry.recent = 0
  entry.recentCpuMs = 0
  entry.unserved = 0
  entry.factor *= factor
}

/** What recent statements cost is expected to be asked as often again as a view is worth thinking of. */
function expectedOf(entry: Watched, buildMs: number, rewriter: ViewRewriter): Demand {
  const { demand, recent, recentCpuMs, unserved } = entry
  const each = recentCpuMs / recent
  const count = Math.max(demand.count, Math.ceil((4 * buildMs) / each))
  const expected = { ...demand, count, totalCpuMs: each * count }
  if (2 * unserved >= recent) return expected
  const [serving] = rewriter.servedBy(demand.statements.at(-1)!)
  return serving === undefined ? expected : { ...expected, servedRows: rewriter.rowsOf(serving) }
}

/** A view that matches these statements and yet did not answer them is no reason against a better one. */
function isInTheWay(actionId: string, due: readonly Watched[], rewriter: ViewRewriter): boolean {
  return due.some(({ demand }) => rewriter.servedBy(demand.statements.at(-1)!).includes(actionId))
}
