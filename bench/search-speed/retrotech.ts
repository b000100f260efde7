import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from '../../src/core/random/random.ts'
import { type Catalogue, readCatalogue } from '../../src/search/catalogue/door.ts'
import type { FeedbackEvent, PastSearch } from '../../src/search/feedback/events.ts'
import type { SearchIndex } from '../../src/search/index/types.ts'

/** Products and queries of the retrotech store. */
export async function readRetrotech(
  data: string,
): Promise<{ readonly catalogue: Catalogue; readonly queries: readonly string[] }> {
  const folder = join(data, 'search', 'retrotech')
  const catalogue = await readCatalogue(join(folder, 'products.csv.gz'))
  const file = readFileSync(join(folder, 'query_suggestions.json'), 'utf8')
  const queries = (JSON.parse(file) as { readonly query: string }[]).map(({ query }) => query)
  return { catalogue, queries }
}

const SHOWN = 10

/**
 * A made-up log, so that every part of the pipeline has something learned to work with: searches of
 * the queries by Zipf, clicks on what the words find, falling with the place. It says nothing of quality.
 */
export function madeUpLog(
  index: SearchIndex,
  queries: readonly string[],
  searches: number,
): PastSearch[] {
  const random = createRandom('search-speed')
  const known = new Map<string, readonly string[]>()
  return Array.from({ length: searches }, (_, s): PastSearch => {
    const raw = queries[Math.floor(queries.length ** random.next()) - 1]!
    const shown = known.get(raw) ?? resultsOf(index, raw)
    known.set(raw, shown)
    const queryId = `q${s}`
    const events = shown.flatMap((productId, place): FeedbackEvent[] =>
      random.next() < 0.4 / (1 + place)
        ? [{ kind: 'click', queryId, productId, position: place + 1, at: s * 1000 }]
        : [],
    )
    return { record: recordOf(queryId, raw, s * 1000, shown), events }
  })
}

function resultsOf(index: SearchIndex, raw: string): string[] {
  const { docs } = index.top(index.analyze(raw), { count: SHOWN })
  return Array.from(docs, (doc) => index.idOf(doc)!)
}

function recordOf(queryId: string, raw: string, at: number, shown: readonly string[]) {
  return {
    queryId,
    raw,
    text: raw,
    at,
    shown,
    broughtBy: [],
    shares: [{ arm: 'text-sum-prior', count: SHOWN }],
    choice: 'default',
    propensity: 1,
    version: 0,
  }
}
