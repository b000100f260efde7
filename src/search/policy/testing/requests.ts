import type { AnalyzedQuery } from '../../query/query.ts'
import type { ArmOffer, PolicyRequest } from '../types.ts'

/** Four arms as an engine would offer them. */
export const offers: readonly ArmOffer[] = [
  { name: 'text', source: 'text', costMs: 0.2, defaultCount: 100 },
  { name: 'vectors', source: 'vector', costMs: 0.5, defaultCount: 60 },
  { name: 'memory', source: 'memory', costMs: 0.1, defaultCount: 40 },
  { name: 'recent', source: 'recent', costMs: 0.1, defaultCount: 20 },
]

/** A query read in the plainest way: blanks between tokens. */
export function queryOf(raw: string): AnalyzedQuery {
  const tokens = raw.toLowerCase().split(' ').filter(Boolean)
  return {
    raw,
    text: tokens.join(' '),
    tokens,
    terms: tokens,
    unfinished: false,
    script: 'latin',
    language: 'en',
    interpretations: [],
  }
}

export function requestOf(raw: string, seed = 1, now = 0): PolicyRequest {
  return { query: queryOf(raw), arms: offers, seed, now }
}
