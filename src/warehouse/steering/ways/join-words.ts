/** A statement as it is known by its words alone, without a scan: small letters, ? for constants, single spaces. */
export function plainWords(sql: string): string {
  return sql
    .replace(/'(?:[^']|'')*'|\b\d[\w.]*/g, '?')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

const PARTS =
  /\bfrom\b(.*?)(?:\bwhere\b(.*?))?(?:\b(?:group by|order by|having|limit|union|intersect|except|window|qualify|offset)\b|;|$)/s

/**
 * What plain words say of a join: what stands behind FROM, and the conditions without a constant.
 * Undefined where they name one table.
 */
export function joinOfWords(words: string): string | undefined {
  const [, from = '', where = ''] = PARTS.exec(words) ?? []
  if (!/,|\bjoin\b/.test(from)) return undefined
  const conditions = where.split(' and ').filter((condition) => !condition.includes('?'))
  return [from, ...conditions].map((part) => part.trim()).join(' & ')
}

/** Statements that need no further look, by their plain words. */
export interface DullWords {
  /** Whether they name one table, or it or its join was added. */
  has(words: string): boolean
  /** Nothing is to be found in statements of just these words. */
  addStatement(words: string): void
  /** Nothing is to be found in statements of the same join. */
  addJoin(words: string): void
  clear(): void
}

/** Holds at most `limit` entries; beyond, it begins anew. */
export function createDullWords(limit: number): DullWords {
  const known = new Set<string>()
  const add = (entry: string) => {
    if (known.size >= limit) known.clear()
    known.add(entry)
  }
  return {
    has(words) {
      if (known.has(words)) return true
      const join = joinOfWords(words)
      return join === undefined || known.has(join)
    },
    addStatement: add,
    addJoin(words) {
      const join = joinOfWords(words)
      if (join !== undefined) add(join)
    },
    clear: () => known.clear(),
  }
}
