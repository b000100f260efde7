import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom } from '../../core/random/random.ts'
import { bandits } from '../../learn/index.ts'
import type { FeedbackEvent, SearchRecord } from '../feedback/events.ts'
import { choicesFor, type NamedChoice } from './choices.ts'
import { sightOf } from './features.ts'
import { allowanceOf, capOf, defaultRewardOf, observeSearch } from './guard.ts'
import * as knobs from './knobs.ts'
import { reasonsFor } from './reasons.ts'
import { reportOf } from './report.ts'
import { kindRewards, rewardOf } from './reward.ts'
import { emptyState, type PolicyState, packState, unpackState } from './saved.ts'
import {
  type ChoiceScores,
  deviationsOf,
  learnOutcome,
  type Prices,
  scoreChoices,
  spreadBetween,
} from './scoring.ts'
import { budgetOf } from './static-policy.ts'
import type { ChoiceProbability, PolicyRequest, RetrievalPolicy } from './types.ts'

/** How combinations are drawn: by Thompson sampling, or by their upper bounds. */
export type LearnedKind = 'thompson' | 'ucb'

/** A learned policy can be sent back to the default by a person, and let go again. */
export interface LearnedPolicy extends RetrievalPolicy {
  readonly name: LearnedKind
  /** Answers the default alone from `at` (epoch ms) on, for the days of the knob. */
  retreat(at: number): void
  /** Ends a retreat. */
  resume(): void
}

/**
 * The learned policy: combinations of arms and counts scored by the sum of their arms' expected
 * credits, chosen by Thompson sampling or LinUCB, under the guard: until it has watched the default,
 * where a retreat holds, and in the share of searches beyond the cap, it answers the default; and it
 * leaves out combinations that might lose more than is still allowed. `saved` is what `save` wrote;
 * throws ERR_STORE_DAMAGED where it is not.
 */
export function learnedPolicy(
  name: LearnedKind,
  settings: KnobSettings = {},
  saved?: Uint8Array,
): LearnedPolicy {
  const state = saved === undefined ? emptyState(settings) : unpackState(saved, settings)
  const choose = chooser(name, state, settings)
  return {
    name,
    distribution: (request) => choose(request).options,
    choose(request) {
      const { options, distribution, sight } = choose(request)
      const place = bandits.pick(distribution, createRandom(`${request.seed}`).split('pick').next())
      const chosen = options[place]
      return {
        choice: chosen?.choice ?? 'default',
        shares: chosen?.shares ?? [],
        propensity: chosen?.probability ?? 1,
        defaultPropensity: options[0]?.probability ?? 1,
        explored: place !== 0,
        reasons: reasonsFor({ name, state, request, options, place, settings }),
        seen: sight,
      }
    },
    learn: (record, events) => learn(state, settings, record, events),
    report: () => reportOf(name, state.guard, settings),
    save: () => packState(state),
    retreat(at) {
      state.guard = {
        ...state.guard,
        retreatedAt: at,
        isProven: false,
        retreats: state.guard.retreats + 1,
      }
    },
    resume() {
      state.guard = { ...state.guard, retreatedAt: Number.NaN, gain: 0, gainSquares: 0 }
    },
  }
}

interface Distribution {
  readonly options: readonly ChoiceProbability[]
  readonly distribution: Float64Array
  readonly sight: ReturnType<typeof sightOf>
}

/** Offers that come again have the same combinations: they are made once. */
const CACHED_OFFERS = 16

function chooser(name: LearnedKind, state: PolicyState, settings: KnobSettings) {
  const cache = new Map<string, readonly NamedChoice[]>()
  const choicesOf = (request: PolicyRequest): readonly NamedChoice[] => {
    const budget = budgetOf(request, settings)
    const key = JSON.stringify([budget, request.arms])
    const known = cache.get(key)
    if (known !== undefined) return known
    const made = choicesFor(request.arms, budget, settings)
    if (cache.size >= CACHED_OFFERS) cache.clear()
    cache.set(key, made)
    return made
  }
  return (request: PolicyRequest): Distribution => {
    const choices = choicesOf(request)
    const sight = request.seen ?? sightOf(request, settings)
    const cap = capOf(state.guard, request.now, settings)
    const distribution = new Float64Array(choices.length)
    if (choices.length > 0) distribution[0] = 1
    if (cap > 0 && choices.length > 1) {
      const scores = scoreChoices(state, {
        choices,
        arms: request.arms,
        sight,
        query: request.query,
        at: request.now,
        prices: pricesOf(request, settings),
      })
      const wanted = wantedOf(name, scores, request.seed, settings)
      explore(distribution, wanted, isAllowed(scores, state, settings), cap)
    }
    const options = choices.map(({ name: choice, shares }, i) => ({
      choice,
      shares,
      probability: distribution[i]!,
    }))
    return { options, distribution, sight }
  }
}

/** (1 − cap) [default] + cap × wanted, with what is not allowed left to the default. */
function explore(
  distribution: Float64Array,
  wanted: Float64Array,
  allowed: (choice: number) => boolean,
  cap: number,
): void {
  let left = 1
  for (let c = 1; c < wanted.length; c++) {
    if (wanted[c]! <= 0 || !allowed(c)) continue
    distribution[c] = cap * wanted[c]!
    left -= distribution[c]!
  }
  distribution[0] = Math.max(left, 1 - cap)
}

/** Probabilities with which the policy itself would choose, before the guard. */
function wantedOf(
  name: LearnedKind,
  scores: ChoiceScores,
  seed: number,
  settings: KnobSettings,
): Float64Array {
  const width = readKnob(knobs.width, settings)
  if (name === 'ucb') {
    const spread = deviationsOf(scores)
    return bandits.shareOfBest(scores.means.map((mean, c) => mean + width * spread[c]!))
  }
  const count = readKnob(knobs.draws, settings)
  const factor = bandits.narrowFactor(scores.factor, scores.means.length).map((v) => v * width)
  const own = scores.own.map((v) => v * width)
  const random = createRandom(`${seed}`).split('draws')
  return bandits.sharesOfCounts(bandits.countBest(scores.means, factor, count, random, own), count)
}

/** Whether a combination, thought of with caution, loses no more than is still allowed. */
function isAllowed(scores: ChoiceScores, state: PolicyState, settings: KnobSettings) {
  const allowance = allowanceOf(state.guard, settings)
  const sure = readKnob(knobs.caution, settings)
  // Rewards are never below zero: no search can lose more than the default would have earned.
  const most = Math.max(scores.means[0]!, defaultRewardOf(state.guard))
  return (choice: number): boolean => {
    const loss = scores.means[0]! - scores.means[choice]! + sure * spreadBetween(scores, 0, choice)
    return Math.min(loss, most) <= allowance
  }
}

function pricesOf(request: PolicyRequest, settings: KnobSettings): Prices {
  const budget = budgetOf(request, settings)
  return {
    ms: readKnob(knobs.timePrice, settings) / Math.max(budget.ms, 1e-9),
    candidate: readKnob(knobs.candidatePrice, settings) / Math.max(budget.candidates, 1),
  }
}

function learn(
  state: PolicyState,
  settings: KnobSettings,
  record: SearchRecord,
  events: readonly FeedbackEvent[],
): void {
  const { reward, credits } = rewardOf(record, events, kindRewards(settings))
  const query = { text: record.text, tokens: record.text.split(' ').filter(Boolean) }
  const sight = record.seen ?? { context: [], arms: {} }
  const { choice, shares } = record
  learnOutcome(state, { choice, shares, reward, credits }, sight, query, record.at)
  const isDefault = choice === 'default'
  // A record from before propensities were logged was answered by the default for certain.
  const defaultPropensity = isDefault ? record.propensity : (record.defaultPropensity ?? 1)
  state.guard = observeSearch(
    state.guard,
    { reward, isDefault, defaultPropensity },
    record.at,
    settings,
  )
}
