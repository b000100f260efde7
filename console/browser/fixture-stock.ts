import type { FulfilmentPages } from '../../src/api/fulfilment-pages.ts'
import type { FulfilmentPlaces } from '../../src/api/view/fulfilment-places.ts'
import { KNOWN_DAYS, type StockFacts } from '../../src/api/view/stock-facts.ts'
import { stockDetailOf, stockPageOf, stockSummaryOf } from '../../src/api/view/stock-page.ts'
import { siteNumber } from '../../src/api/view/stock-pages.ts'
import { judgeShelf, type StockSource } from '../../src/api/view/stock-shelf.ts'
import { createRandom } from '../../src/core/random/random.ts'
import type { ExpectedReceipt, Order, StockBook, StockMoment } from '../../src/fulfilment/index.ts'
import { itemOf } from './fixture-catalog.ts'

const DAY = 86_400_000
/** Sites that one product is kept at, of all that stock it. */
const MOST_SITES_OF_ONE = 9

export interface FixtureStockOptions {
  readonly products: number
  readonly siteIds: readonly string[]
  readonly places: FulfilmentPlaces
  readonly now: number
  readonly productIdOf: (i: number) => string
  readonly orderOf: (orderId: string) => Order | undefined
  /** The forecast ended before now. */
  readonly stale?: boolean
}

type StockPages = Pick<FulfilmentPages, 'stockSummary' | 'stock' | 'stockProduct'>

/** Stock of a made store: products that are out, run out, last, or sell nothing. */
export function createFixtureStock(options: FixtureStockOptions): StockPages {
  const { places, stale = false } = options
  const source = sourceOf(options)
  const { book } = source
  const numberOf = (site: string | undefined) => siteNumber(source, site)
  const forecastEnded = {
    message: 'The forecast ended 3 days ago.',
    command: 'storewright run --store gift-store',
  }
  return {
    stockSummary: async ({ site }) => {
      const only = numberOf(site)
      const shelf = judgeShelf(source, only)
      return stockSummaryOf(source, shelf, places, stale ? forecastEnded : null, only)
    },
    stock: async (query) => {
      const only = numberOf(query.site)
      return stockPageOf(source, judgeShelf(source, only), query, only)
    },
    stockProduct: async (productId, { site }) => {
      const product = book.productOf(productId)
      if (product < 0) return undefined
      return stockDetailOf(source, places, product, numberOf(site), {
        reservations: [
          { reservationId: 'W-10007', expiresAt: undefined, lines: [line(productId, 2)] },
          {
            reservationId: 'basket-31',
            expiresAt: options.now + 600_000,
            lines: [line(productId, 1)],
          },
        ],
        moments: momentsOf(productId),
        orderOf: options.orderOf,
        line: null,
      })
    },
  }

  function line(productId: string, quantity: number) {
    const product = book.productOf(productId)
    const siteId = book.siteIds[book.cells[book.index[2 * product]!]!] ?? book.siteIds[0]!
    return { siteId, productId, quantity }
  }
  function momentsOf(productId: string): StockMoment[] {
    const { siteId } = line(productId, 1)
    const moment = (hours: number, kind: StockMoment['kind'], quantity: number, id?: string) => ({
      ...{ at: options.now - hours * 3_600_000, sequence: 100 - hours, kind, siteId, quantity },
      id,
    })
    return [
      moment(1, 'reserved', 2, 'W-10007'),
      moment(5, 'confirmed', 1, 'W-10002'),
      moment(26, 'adjusted', -1, 'damaged'),
      moment(50, 'received', 24),
    ]
  }
}

function sourceOf({
  products,
  siteIds,
  places,
  now,
  productIdOf,
}: FixtureStockOptions): StockSource {
  const productIds = Array.from({ length: products }, (_, i) => productIdOf(i))
  const numbers = new Map(productIds.map((id, i) => [id, i]))
  const index = new Int32Array(2 * products)
  const cells = new Int32Array(4 * MOST_SITES_OF_ONE * products)
  const receipts = new Map<string, ExpectedReceipt[]>()
  const facts = factsOf(productIds, now)
  const random = createRandom('fixture-stock')
  for (let i = 0; i < products; i++) {
    const kept = 2 + random.int(MOST_SITES_OF_ONE - 1)
    const first = random.int(siteIds.length)
    index[2 * i] = 4 * MOST_SITES_OF_ONE * i
    index[2 * i + 1] = kept
    const days = i % 17 === 3 ? 0 : 60 * random.next() ** 2
    for (let k = 0; k < kept; k++) {
      const at = index[2 * i]! + 4 * k
      const onHand = Math.round((facts.beyond[i]! * days * 2 * random.next()) / kept)
      const comes = k === 0 && i % 5 === 1
      cells[at] = (first + k) % siteIds.length
      cells[at + 1] = onHand
      cells[at + 2] = Math.floor(onHand * 0.3 * random.next())
      cells[at + 3] = comes ? 24 : 0
      if (comes) {
        const [siteId, productId] = [siteIds[cells[at]!]!, productIds[i]!]
        const due = now + (2 + (i % 9)) * DAY
        receipts.set(`${siteId} ${productId}`, [
          {
            ...{ receiptId: `PO-${5_000 + i}`, siteId, productId, quantity: 24 },
            arrivesBy: [due - DAY, due, due + 2 * DAY, due + 4 * DAY],
          },
        ])
      }
    }
  }
  const book: StockBook = {
    ...{ siteIds, productIds, index, cells, sequence: 1 },
    siteOf: (id) => siteIds.indexOf(id),
    productOf: (id) => numbers.get(id) ?? -1,
  }
  return {
    ...{ book, facts, now, shareOf: (siteId: string) => places.shareOf(siteId) },
    expected: (siteId, productId) => receipts.get(`${siteId} ${productId}`) ?? [],
  }
}

function factsOf(productIds: readonly string[], now: number): StockFacts {
  const { length } = productIds
  const items = productIds.map((_, i) => itemOf(i))
  const day = (offset: number) => new Date(now + offset * DAY).toISOString().slice(0, 10)
  const beyond = Float32Array.from(items, ({ level }, i) => (i % 43 === 7 ? 0 : level))
  return {
    today: Math.floor(now / DAY),
    titles: items.map(({ title }) => title),
    texts: items.map(({ title }, i) => `${title} ${productIds[i]}`.toLowerCase()),
    rates: Float32Array.from({ length: KNOWN_DAYS * length }, (_, at) => {
      const product = Math.floor(at / KNOWN_DAYS)
      return beyond[product]! * ((at % KNOWN_DAYS) % 7 < 5 ? 1.1 : 0.75)
    }),
    beyond,
    weak: new Float32Array(length).fill(0.6),
    strong: new Float32Array(length).fill(1.5),
    leadDays: Float32Array.from({ length }, (_, i) => [7, 14, 21][i % 3]!),
    marginCents: Float64Array.from(
      items,
      ({ priceCents, unitCostCents }) => priceCents - unitCostCents,
    ),
    forecast: { from: day(0), to: day(56) },
  }
}
