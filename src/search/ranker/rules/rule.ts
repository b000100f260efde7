import type { Filter } from '../../index/types.ts'

/** Which queries a rule is for; all of them where no pattern is given. Texts are compared normalized. */
export type QueryPattern =
  | { readonly kind: 'is'; readonly text: string }
  | { readonly kind: 'begins'; readonly text: string }
  /** Has all these words, in any order. */
  | { readonly kind: 'has'; readonly text: string }

/** Which products a rule moves: those named, or those that meet the filters. */
export interface RuleTarget {
  readonly productIds?: readonly string[]
  readonly filters?: readonly Filter[]
}

/** What a merchant wants whatever the model says. */
export interface SearchRule {
  /** For people, and for the explanation of a moved product. */
  readonly name: string
  readonly query?: QueryPattern
  readonly action: /** To a place from 1. */
    | { readonly kind: 'pin'; readonly productId: string; readonly position: number }
    /** Up (or, below 0, down) by this many standard deviations of the scores at hand. */
    | { readonly kind: 'boost'; readonly target: RuleTarget; readonly by: number }
    /** Below everything else. */
    | { readonly kind: 'bury'; readonly target: RuleTarget }
}
