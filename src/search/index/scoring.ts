import { LENGTHS } from './length-code.ts'
import type { Frequencies } from './postings.ts'
import { inverseFrequency, meanLength, type Statistics } from './statistics.ts'
import type { TextScoring } from './types.ts'

/** How words are scored. Two rules with the same key score alike. */
export interface ScoringRule {
  readonly key: string
  readonly scoring: TextScoring
  /** By text field. */
  readonly weights: Float64Array
  readonly k1: number
  readonly b: number
  /** Sum of fields: what a word counts for being there at all, in shares of the fields' weights. */
  readonly delta: number
  /** A score is multiplied by 1 + prior × quality. */
  readonly prior: number
}

/**
 * Scores are whole multiples of this, so that sums are exact in any order and equal scores are
 * equal: a quantum is a ten-thousandth of what usual words score.
 */
export const QUANTUM = 2 ** -12

/** Rounds a score to a whole number of quanta. */
export function quantized(score: number): number {
  return Math.round(score / QUANTUM) * QUANTUM
}

/** What a posting's score is made of, for one term under one rule. */
export interface TermScorer {
  readonly combined: boolean
  readonly k1: number
  /** Sum of fields: w · idf(field) · (k1 + 1). Combined: w. */
  readonly factors: Float64Array
  /** fields × 256 by coded length. Sum: k1 · (1 − b + b · length / mean). Combined: 1 − b + b · length / mean. */
  readonly norms: Float64Array
  /** Combined: idf · (k1 + 1). */
  readonly idf: number
  /** Sum of fields: δ · Σ w · idf. */
  readonly presence: number
}

/** Norms of the fields under a rule: computed once for all terms. */
export function fieldNorms(rule: ScoringRule, statistics: Statistics): Float64Array {
  const fields = rule.weights.length
  const norms = new Float64Array(fields * 256)
  for (let f = 0; f < fields; f++) {
    const mean = meanLength(statistics, f)
    for (let code = 0; code < 256; code++) {
      const norm = 1 - rule.b + (rule.b * LENGTHS[code]!) / mean
      norms[f * 256 + code] = rule.scoring === 'combined' ? norm : rule.k1 * norm
    }
  }
  return norms
}

/**
 * The scorer of a term. Sum of fields (Robertson et al. 1994, each field with its own statistics):
 *   δ · Σ_f w_f · idf + Σ_f w_f · idf_f · tf_f · (k1 + 1) / (tf_f + k1 · (1 − b + b · len_f / mean_f))
 * where δ keeps a word that stands once in a long field above one that is absent (Lv & Zhai 2011), so
 * that products with more of the query's words stand before those with one of them often.
 * Combined, BM25F (Robertson, Zaragoza & Taylor 2004):
 *   idf · T · (k1 + 1) / (T + k1),  T = Σ_f w_f · tf_f / (1 − b + b · len_f / mean_f)
 */
export function termScorer(
  rule: ScoringRule,
  statistics: Statistics,
  norms: Float64Array,
  { all, byField }: Frequencies,
): TermScorer {
  const combined = rule.scoring === 'combined'
  const factors = rule.weights.map((weight, f) =>
    combined
      ? weight
      : weight * inverseFrequency(byField[f]!, statistics.fieldDocs[f]!) * (rule.k1 + 1),
  )
  const plain = inverseFrequency(all, statistics.size)
  const presence = combined ? 0 : rule.delta * rule.weights.reduce((a, b) => a + b, 0) * plain
  return { combined, k1: rule.k1, factors, norms, idf: plain * (rule.k1 + 1), presence }
}
