import { statementsOf } from '../layout/read/statements.ts'
import type { Workload } from '../types.ts'

/** A statement to replay. */
export interface Piece {
  readonly sql: string
  readonly fingerprint: string
  /** Runs of the workload that it stands for. */
  readonly weight: number
  /** CPU that one run is expected to take, ms. */
  readonly cpuMs: number
}

/** Pieces of a workload: those to search on, then those that judge. */
export interface Pieces {
  readonly pieces: readonly Piece[]
  readonly searched: number
  /** Candidates that can be tried on them, what stands among them. */
  readonly candidates: number
}

/** Statements replayed at most. */
const MOST_STATEMENTS = 80
/** With fewer that judge, chance decides. */
const LEAST_JUDGING = 4
const LEAST_CANDIDATES = 4
const MOST_CANDIDATES = 64
/** Runs of each statement that judges: a first one, twice each way, and two to compare answers. */
const RUNS_A_JUDGE = 7
const JUDGE_PART = 0.5

/**
 * Statements of the dearest templates for which a search stays within a budget of CPU (ms), every
 * second one to judge: of a template with several, both have some. Undefined where the budget is too
 * small for a search that would tell anything.
 */
export function piecesWithin(
  workload: Workload,
  budgetMs: number,
  mostCandidates: number,
): Pieces | undefined {
  const medians = new Map(
    workload.templates.map(({ template, p50CpuMs }) => [template.fingerprint, p50CpuMs]),
  )
  const pieces = statementsOf(workload, MOST_STATEMENTS)
    .slice(0, MOST_STATEMENTS)
    .map(
      ({ sql, runs, fingerprint }): Piece => ({
        ...{ sql, fingerprint, weight: Math.max(1, runs) },
        cpuMs: Math.max(0.1, medians.get(fingerprint) ?? 0.1),
      }),
    )
  const half = (odd: number) => pieces.filter((_, i) => i % 2 === odd)
  const judging = within(half(1), JUDGE_PART * budgetMs, RUNS_A_JUDGE)
  if (judging.length < LEAST_JUDGING) return undefined
  const most = Math.min(mostCandidates, MOST_CANDIDATES)
  for (let candidates = most; candidates >= LEAST_CANDIDATES; candidates--) {
    // Candidates halve as pieces double: each piece is run rungs + 1 times, and once before.
    const rungs = Math.ceil(Math.log2(candidates))
    const searching = within(half(0), (1 - JUDGE_PART) * budgetMs, rungs + 2)
    if (searching.length < 2 ** (rungs - 1)) continue
    return { pieces: [...searching, ...judging], searched: searching.length, candidates }
  }
  return undefined
}

/** The first of the pieces whose runs fit into a budget; dearer ones are passed over. */
function within(pieces: readonly Piece[], budgetMs: number, runs: number): readonly Piece[] {
  const taken: Piece[] = []
  let left = budgetMs
  for (const piece of pieces) {
    if (runs * piece.cpuMs > left) continue
    left -= runs * piece.cpuMs
    taken.push(piece)
  }
  return taken
}
