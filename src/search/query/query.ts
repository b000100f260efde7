/** A part of a query and what it probably means. */
export interface Slot {
  /** Field of the catalogue that the part speaks of. */
  readonly field: string
  /** The whole value it names, or a range of numbers (either end may be infinite). */
  readonly meaning:
    | { readonly kind: 'value'; readonly value: string }
    | { readonly kind: 'range'; readonly from: number; readonly to: number }
  /** Tokens [from, to) of the query that say it. */
  readonly from: number
  readonly to: number
  /** How probable it is that these tokens mean this, in (0, 1]. */
  readonly probability: number
  /** It is what the customer does not want ("without"). */
  readonly negated?: boolean
}

/** One way to read a query: slots that do not overlap, and the tokens that are left as words. */
export interface Interpretation {
  readonly slots: readonly Slot[]
  /** Tokens not covered by a slot, by position. */
  readonly rest: readonly number[]
  /** How likely this reading is; the readings of a query sum to 1 at most, the likeliest first. */
  readonly likelihood: number
}

export type Script = 'latin' | 'cyrillic' | 'greek' | 'arabic' | 'hebrew' | 'cjk' | 'thai' | 'other'

/** A query as every arm and feature reads it: analyzed once. */
export interface AnalyzedQuery {
  /** As typed, at most MAX_QUERY_LENGTH characters. */
  readonly raw: string
  /** Normalized: folded, lower case, one blank between tokens: the key of memory. */
  readonly text: string
  /** Words in order, folded, before stemming. */
  readonly tokens: readonly string[]
  /** Index terms in order, one a token (stemmed); an empty text for a stop word that is dropped. */
  readonly terms: readonly string[]
  /** The last token may be unfinished (typing goes on): it is then also matched as a prefix. */
  readonly unfinished: boolean
  readonly script: Script
  /** Two-letter language in which the words were stemmed. */
  readonly language: string
  /** Readings by query understanding, likeliest first; empty before it has run. */
  readonly interpretations: readonly Interpretation[]
}

/** Longer queries are cut (at a word where there is one): nobody types more. */
export const MAX_QUERY_LENGTH = 400
/** At most this many tokens are kept. */
export const MAX_QUERY_TOKENS = 32
