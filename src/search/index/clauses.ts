/** One way in which a word of the query may stand in a document. */
export interface Alternative {
  /** A term, or several in a row. */
  readonly terms: readonly number[]
  /** Share of the score that a match counts, in (0, 1]. */
  readonly weight: number
  /** Letters that were corrected. */
  readonly distance: number
}

/** A word of the query and all that counts as it; a document gains the most of any alternative. */
export interface Clause {
  /** Place of the token in the query. */
  readonly token: number
  /** The surest first. */
  readonly alternatives: readonly Alternative[]
  /** 1, or less for a stop word. */
  readonly weight: number
  /** Names the clause in the cache. */
  readonly key: string
}

/** A clause and the key of what it holds. */
export function clauseOf(
  token: number,
  alternatives: readonly Alternative[],
  weight: number,
): Clause {
  const key = alternatives.map((a) => `${a.terms.join('+')}*${a.weight}`).join('|')
  return { token, alternatives, weight, key: `${key}@${weight}` }
}
