import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { countClicks, fitPositionModel, type Impression } from '../../src/search/clicks/door.ts'

/** One query of the shop: its products, how attractive each is, and what the arms know of them. */
export interface ShopQuery {
  readonly text: string
  readonly products: readonly string[]
  /** Chance that a product attracts a click where it is seen; the simulator's alone. */
  readonly attraction: Float64Array
  /** Rankings by arm, best first: places in `products`. */
  readonly rankings: Readonly<Record<string, readonly number[]>>
}

export interface Shop {
  readonly queries: readonly ShopQuery[]
  /** Chance that a rank is looked at; the simulator's alone. */
  readonly examination: Float64Array
}

/** Sessions that each kind of memory has seen of a query. */
const MEMORY_SESSIONS = 150
const POPULAR_SESSIONS = 25

/**
 * The shop of the retrotech sessions. Even sessions fit the position-based model that customers are
 * simulated from; arms know the odd ones alone: memory (click rates of queries it has met: every other
 * one), popularity (few raw clicks), words of the title, and the newest numbers.
 */
export function readShop(folder: string): Shop {
  const base = join(folder, 'search', 'retrotech')
  const titles = readTitles(join(base, 'products.csv.gz'))
  const files = readdirSync(join(base, 'sessions'))
    .filter((name) => name.endsWith('.gz'))
    .sort()
  const impressions = files.map((file) => readSessions(join(base, 'sessions', file)))
  const counted = countClicks(impressions.flat().filter(({ session }) => session % 2 === 0))
  const model = fitPositionModel(counted.cells)
  const queries = counted.queries.map((text, q): ShopQuery => {
    const documents = counted.productIds.flatMap((_, d) =>
      counted.cells.queryOf[d] === q ? [d] : [],
    )
    const products = documents.map((d) => counted.productIds[d]!)
    const odd = impressions.flat().filter((i) => i.query === text && i.session % 2 === 1)
    return {
      text,
      products,
      attraction: Float64Array.from(documents, (d) => model.attraction[d]!),
      rankings: rankingsOf(text, products, odd, titles, q),
    }
  })
  return { queries, examination: model.examination }
}

interface SessionImpression extends Impression {
  readonly session: number
}

function readSessions(path: string): SessionImpression[] {
  const sessions = new Map<string, number>()
  return readLines(path).flatMap((line) => {
    const [id, query, rank, product, clicked] = line.trim().split(',')
    if (clicked === undefined) return []
    if (!sessions.has(id!)) sessions.set(id!, sessions.size)
    const session = sessions.get(id!)!
    const productId = product!.replace(/^0+/, '')
    return [{ session, query: query!, productId, rank: Number(rank), clicked: clicked === 'True' }]
  })
}

function readTitles(path: string): ReadonlyMap<string, string> {
  return new Map(
    readLines(path).flatMap((line) => {
      const match = /^"?(\d+)"?,"((?:[^"]|"")*)"/.exec(line)
      return match === null
        ? []
        : [[match[1]!.replace(/^0+/, ''), match[2]!.toLowerCase()] as const]
    }),
  )
}

function readLines(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').split('\n').slice(1)
}

function rankingsOf(
  query: string,
  products: readonly string[],
  odd: readonly SessionImpression[],
  titles: ReadonlyMap<string, string>,
  number: number,
): Record<string, number[]> {
  const words = query.split(' ')
  const shareOfWords = products.map((id) => {
    const title = titles.get(id)?.split(/\W+/).filter(Boolean) ?? []
    return words.filter((word) => title.includes(word)).length / (1 + title.length)
  })
  const first = Math.min(...odd.map(({ session }) => session))
  const seen = (sessions: number) => odd.filter(({ session }) => session < first + 2 * sessions)
  const clicksIn = (sample: readonly SessionImpression[]) =>
    products.map(
      (id) => sample.filter(({ productId, clicked }) => clicked && productId === id).length,
    )
  const best = (scores: readonly number[]) =>
    products
      .map((_, i) => i)
      .sort((a, b) => scores[b]! - scores[a]! || (products[a]! < products[b]! ? -1 : 1))
  return {
    text: best(shareOfWords),
    memory: number % 2 === 0 ? best(clicksIn(seen(MEMORY_SESSIONS))) : [],
    popular: best(clicksIn(seen(POPULAR_SESSIONS))),
    recent: best(products.map(Number)),
  }
}
