import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { PolicySight } from '../feedback/events.ts'
import { budgetCandidates, budgetMs } from './knobs.ts'
import { defaultCounts, sharesOf } from './shares.ts'
import type { PolicyReport, PolicyRequest, RetrievalBudget, RetrievalPolicy } from './types.ts'

/** The budget of a request: its own, or what the knobs say. */
export function budgetOf(request: PolicyRequest, settings: KnobSettings = {}): RetrievalBudget {
  return (
    request.budget ?? {
      ms: readKnob(budgetMs, settings),
      candidates: readKnob(budgetCandidates, settings),
    }
  )
}

const NOTHING_SEEN: PolicySight = { context: [], arms: {} }

/**
 * The static default: every arm on offer brings its default count, cut to the budget; it learns
 * nothing. What a learned policy is measured against, and what runs where it is switched off.
 */
export function staticPolicy(settings: KnobSettings = {}): RetrievalPolicy {
  const defaultShares = (request: PolicyRequest) =>
    sharesOf(request.arms, defaultCounts(request.arms, budgetOf(request, settings)))
  return {
    name: 'static',
    distribution: (request) => [
      { choice: 'default', shares: defaultShares(request), probability: 1 },
    ],
    choose: (request) => ({
      choice: 'default',
      shares: defaultShares(request),
      propensity: 1,
      defaultPropensity: 1,
      explored: false,
      reasons: ['The static default: every arm brings its usual number of candidates.'],
      seen: NOTHING_SEEN,
    }),
    learn: () => undefined,
    report: staticReport,
    save: () => new Uint8Array(0),
  }
}

function staticReport(): PolicyReport {
  return {
    name: 'static',
    learned: 0,
    state: 'default',
    exploredCap: 0,
    gain: { mean: 0, interval: [0, 0] },
    defaultReward: 0,
    notes: ['Retrieval is static: nothing is learned.'],
  }
}
