/** What a customer did with a result. */
export type FeedbackKind = 'view' | 'click' | 'add_to_cart' | 'purchase'

/** One act of a customer on one product after one search. */
export interface FeedbackEvent {
  readonly kind: FeedbackKind
  readonly queryId: string
  readonly productId: string
  /** Place in the results from 1, where known. */
  readonly position?: number
  /** Epoch ms. */
  readonly at: number
  readonly sessionId?: string
  readonly customerId?: string
}

/** How many candidates one arm was asked for, and with what probability this was chosen. */
export interface ArmShare {
  readonly arm: string
  readonly count: number
}

/**
 * What the retrieval policy saw when it chose. It is logged with the choice, so that learning and
 * replay judge the choice by what was known then and not by what is known later.
 */
export interface PolicySight {
  /** Of the query, the asker and the moment, in the order of `CONTEXT_FEATURES` of the policy. */
  readonly context: readonly number[]
  /** Of each arm on offer, by name, in the order of `ARM_FEATURES` of the policy. */
  readonly arms: Readonly<Record<string, readonly number[]>>
}

/** What was searched, chosen and shown: the log that learning and replay read. */
export interface SearchRecord {
  readonly queryId: string
  readonly raw: string
  /** Normalized text of the query. */
  readonly text: string
  /** Epoch ms. */
  readonly at: number
  readonly sessionId?: string
  readonly customerId?: string
  /** Product ids shown, first = position 1. */
  readonly shown: readonly string[]
  /** Which arms brought each shown product (indices into `shares`). */
  readonly broughtBy: readonly (readonly number[])[]
  readonly shares: readonly ArmShare[]
  /** Name of the whole choice made by the policy, and the probability with which it was made. */
  readonly choice: string
  readonly propensity: number
  /** Probability with which the static default would have been chosen; 1 without a learned policy. */
  readonly defaultPropensity?: number
  readonly seen?: PolicySight
  /** Version of the models that answered. */
  readonly version: number
}

/** A search and what followed it. */
export interface PastSearch {
  readonly record: SearchRecord
  readonly events: readonly FeedbackEvent[]
}
