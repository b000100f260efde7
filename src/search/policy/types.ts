import type { Asker } from '../arms/arm.ts'
import type { ArmShare, FeedbackEvent, PolicySight, SearchRecord } from '../feedback/events.ts'
import type { AnalyzedQuery } from '../query/query.ts'

/** Where an arm's candidates come from: arms of one source find alike. */
export type ArmSource = 'text' | 'structured' | 'vector' | 'memory' | 'recent' | 'exploring'

/** An arm as it is offered to the policy: one that is switched off is not offered. */
export interface ArmOffer {
  readonly name: string
  readonly source: ArmSource
  /** Expected CPU milliseconds of a call for `defaultCount` candidates. */
  readonly costMs: number
  /** Candidates it brings in the static default; 0 leaves it out of the default. */
  readonly defaultCount: number
}

/** What one search may spend on retrieval. */
export interface RetrievalBudget {
  /** Sum of the expected milliseconds of the arms that run. */
  readonly ms: number
  /** Sum of the candidates asked for. */
  readonly candidates: number
}

/** What a cheap look at an arm's results says of them (a few of them, or of its last answer). */
export interface ArmProbe {
  readonly arm: string
  /** Documents that matched at all. */
  readonly matches: number
  /** (first score − tenth score) / first score, in [0, 1]: a steep start knows what it wants. */
  readonly gap: number
}

/** What the engine knows of a query beside its words; each part may be absent. */
export interface PolicySignals {
  /** Searches of this text in the log so far. */
  readonly frequency?: number
  /** Entropy in nats of the categories of the first results of a cheap arm. */
  readonly categoryEntropy?: number
  readonly probes?: readonly ArmProbe[]
}

export interface PolicyRequest {
  readonly query: AnalyzedQuery
  /** The arms on offer, in the order in which they are to be named in `shares`. */
  readonly arms: readonly ArmOffer[]
  /** By default the knobs. */
  readonly budget?: RetrievalBudget
  readonly asker?: Asker
  readonly signals?: PolicySignals
  /** What was seen when a logged search was answered, in place of looking now: for replays. */
  readonly seen?: PolicySight
  /** Epoch ms. */
  readonly now: number
  /** Decides the draw: the same state, request and seed give the same choice. */
  readonly seed: number
}

export interface PolicyChoice {
  /** Name of the combination: 'default', or its arms and counts, `text:100+memory:50`. */
  readonly choice: string
  /** Arms to run and candidates to ask of each (≥ 1), in the order of the offer. */
  readonly shares: readonly ArmShare[]
  /** Probability with which this choice was made, in (0, 1]. */
  readonly propensity: number
  /** Probability with which the static default would have been chosen. */
  readonly defaultPropensity: number
  /** The choice is not the static default. */
  readonly explored: boolean
  /** Why, in sentences for people. */
  readonly reasons: readonly string[]
  /** To be logged in the record. */
  readonly seen: PolicySight
}

/** A combination that may be chosen, and with what probability. */
export interface ChoiceProbability {
  readonly choice: string
  readonly shares: readonly ArmShare[]
  readonly probability: number
}

/** How the policy stands against the static default, for people and for the loop. */
export interface PolicyReport {
  readonly name: string
  /** Records learned from. */
  readonly learned: number
  /** 'default': it answers the static default alone (nothing learned, switched off, or retreated). */
  readonly state: 'default' | 'exploring' | 'proven' | 'retreated'
  /** Largest share of searches that may leave the default now. */
  readonly exploredCap: number
  /** Reward a search: what the searches earned less what the default earns, with a bound that holds at all times. */
  readonly gain: { readonly mean: number; readonly interval: readonly [number, number] }
  /** Reward a search of the static default. */
  readonly defaultReward: number
  /** What a person should know, as sentences: retreats first. */
  readonly notes: readonly string[]
}

/** Decides which arms run for a search, and how many candidates each is asked for. */
export interface RetrievalPolicy {
  readonly name: string
  /** Never throws on any query; at least one arm is chosen where one is offered. */
  choose(request: PolicyRequest): PolicyChoice
  /** All that `choose` may answer, the default first; the probabilities sum to 1. */
  distribution(request: PolicyRequest): readonly ChoiceProbability[]
  /**
   * Learns from a search and what followed it. A record without events says that nothing was
   * clicked: call it once a search, when its time for feedback has passed.
   */
  learn(record: SearchRecord, events: readonly FeedbackEvent[]): void
  report(): PolicyReport
  /** The state, to be saved beside the models. */
  save(): Uint8Array
}
