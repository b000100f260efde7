import type { Blocker } from './blocking.ts'
import type { RegionPrices } from './knobs.ts'
import type { Candidate } from './search.ts'
import type { RegionPlan } from './types.ts'

/** What a simulator makes of a plan. */
export interface RegionScore {
  /** What the plan costs, by the simulator's own account, cents an order; less is better. */
  readonly cents: number
  /** Where these cents come from, by name; candidates that are told apart name the same parts. */
  readonly parts?: Readonly<Record<string, number>>
}

/** Judges a plan; given by a higher room, so that regions need not know the simulator. */
export type ScorePlan = (plan: RegionPlan) => RegionScore | Promise<RegionScore>

export interface ScoredCandidate extends Candidate {
  readonly score?: RegionScore
}

/** What one number of regions gives. */
export interface CurvePoint {
  readonly regions: number
  /** The best first; empty where something proven stands in the way. */
  readonly candidates: readonly ScoredCandidate[]
  /** What stands in the way; empty where the first candidate may be used. */
  readonly blockers: readonly Blocker[]
}

export interface RegionsResult {
  readonly curve: readonly CurvePoint[]
  readonly prices: RegionPrices
  readonly chosen: ScoredCandidate
  /** By point of the curve: why it was chosen, or why not, in words. */
  readonly reasons: readonly string[]
}
