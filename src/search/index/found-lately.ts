import type { AnalyzedQuery } from '../query/query.ts'
import type { Clause } from './clauses.ts'
import type { Collection } from './collection.ts'
import type { ScoringRule } from './scoring.ts'
import type { Candidates, TextOptions } from './types.ts'

/** Searches kept: as many ways as one query is searched in. */
const MOST = 6

/** What was searched, and what was found. */
interface Found {
  readonly text: string
  readonly unfinished: boolean
  readonly clauses: readonly Clause[]
  readonly rule: string
  readonly options: TextOptions
  readonly candidates: Candidates
}

/**
 * The last results by words. Ways of searching one query often come to the same: where no word is
 * misspelt, the arm that corrects finds what the one that does not found a moment ago, and fewer
 * candidates are the first of more, because equal scores stand in the order of ids.
 */
export class FoundLately {
  private readonly collection: Pick<Collection, 'revision'>
  private readonly found: Found[] = []
  private revision = -1

  constructor(collection: Pick<Collection, 'revision'>) {
    this.collection = collection
  }

  /** The best options.count of what was found so, undefined where it was not, or fewer were asked for. */
  find(
    query: AnalyzedQuery,
    clauses: readonly Clause[],
    rule: ScoringRule,
    options: TextOptions,
  ): Candidates | undefined {
    if (this.revision !== this.collection.revision) return undefined
    const { count } = options
    for (const one of this.found) {
      const { docs, scores } = one.candidates
      const isEnough = one.options.count >= count || docs.length < one.options.count
      if (isEnough && isSame(one, query, clauses, rule, options)) {
        return { docs: docs.slice(0, count), scores: scores.slice(0, count) }
      }
    }
    return undefined
  }

  /** Keeps what was found, and returns it. */
  keep(
    { text, unfinished }: AnalyzedQuery,
    clauses: readonly Clause[],
    { key }: ScoringRule,
    options: TextOptions,
    candidates: Candidates,
  ): Candidates {
    const { collection, found } = this
    if (this.revision !== collection.revision) found.length = 0
    this.revision = collection.revision
    if (found.length === MOST) found.pop()
    const own = { docs: candidates.docs.slice(), scores: candidates.scores.slice() }
    found.unshift({ text, unfinished, clauses, rule: key, options, candidates: own })
    return candidates
  }
}

function isSame(
  one: Found,
  query: AnalyzedQuery,
  clauses: readonly Clause[],
  rule: ScoringRule,
  { match = 'any', proximity = false, allowed }: TextOptions,
): boolean {
  return (
    one.rule === rule.key &&
    (one.options.match ?? 'any') === match &&
    (one.options.proximity ?? false) === proximity &&
    one.options.allowed === allowed &&
    one.text === query.text &&
    one.unfinished === query.unfinished &&
    areSame(one.clauses, clauses)
  )
}

function areSame(a: readonly Clause[], b: readonly Clause[]): boolean {
  if (a === b) return true
  return (
    a.length === b.length &&
    a.every(({ key, token }, i) => key === b[i]!.key && token === b[i]!.token)
  )
}
