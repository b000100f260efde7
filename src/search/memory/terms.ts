/** Words of remembered queries: their numbers, and the queries that have each. */
export interface MemoryTerms {
  readonly size: number
  /** Number of a term, taken when it has none. */
  take(term: string): number
  /** Number of a term, or −1. */
  find(term: string): number
  nameOf(term: number): string
  names(): readonly string[]
  /** Numbers of the queries that have a term. */
  queries(term: number): readonly number[]
  post(term: number, query: number): void
  unpost(term: number, query: number): void
}

export function createTerms(known: readonly string[] = []): MemoryTerms {
  const names: string[] = []
  const numbers = new Map<string, number>()
  const postings: number[][] = []
  const take = (term: string) => {
    const number = numbers.get(term)
    if (number !== undefined) return number
    numbers.set(term, names.length)
    postings.push([])
    return names.push(term) - 1
  }
  for (const term of known) take(term)
  return {
    get size() {
      return names.length
    },
    take,
    find: (term) => numbers.get(term) ?? -1,
    nameOf: (term) => names[term]!,
    names: () => names,
    queries: (term) => postings[term] ?? [],
    post: (term, query) => void postings[term]!.push(query),
    unpost(term, query) {
      const list = postings[term]!
      const at = list.indexOf(query)
      if (at < 0) return
      list[at] = list[list.length - 1]!
      list.pop()
    },
  }
}
