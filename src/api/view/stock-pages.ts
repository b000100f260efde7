import type { Database } from '../../core/sql/database.ts'
import { currentVersion, type FulfilmentService, withDatabase } from '../../loop/index.ts'
import { HttpError } from '../error-reply.ts'
import type { FulfilmentPages } from '../fulfilment-pages.ts'
import type { StockSummary } from '../schemas/stock-pages.ts'
import type { FulfilmentPlaces } from './fulfilment-places.ts'
import type { KeptReads } from './kept-reads.ts'
import { readStockFacts, type StockFacts } from './stock-facts.ts'
import { stockDetailOf, stockPageOf, stockSummaryOf } from './stock-page.ts'
import { judgeShelf, type Shelf, type StockSource } from './stock-shelf.ts'

const DAY_MS = 86_400_000
/** Events of stock among which a panel looks for those of its product. */
const LOOK_BACK = 10_000
/** While stock changes all the time, all of it is judged anew no more often: it may take 0.3 s. */
const JUDGE_AGAIN_MS = 5_000

export interface StockPagesParts {
  readonly folder: string
  readonly kept: KeptReads
  readonly places: () => Promise<FulfilmentPlaces>
  readonly open: () => Promise<FulfilmentService>
  readonly clock: () => number
}

type StockPages = Pick<FulfilmentPages, 'stockSummary' | 'stock' | 'stockProduct'>

/** What the page Stock asks, over a running service. */
export function createStockPages({
  folder,
  kept,
  places,
  open,
  clock,
}: StockPagesParts): StockPages {
  const shelves = keepShelves()
  const sourceNow = async (): Promise<StockSource> => {
    const { stock } = await open()
    const { book } = stock
    const today = Math.floor(clock() / DAY_MS)
    const { shareOf } = await places()
    // Products may be added while it runs, and a forecast is read from the day that it is.
    const facts = await kept(`stock ${today} ${book.productIds.length}`, (db) =>
      readStockFacts(
        db,
        { productIds: book.productIds, productOf: (id) => book.productOf(id) },
        today,
      ),
    )
    const expected = (site: string, product: string) => stock.expected(site, product)
    return { book, facts, shareOf, expected, now: clock() }
  }
  return {
    async stockSummary({ site }) {
      const source = await sourceNow()
      const only = siteNumber(source, site)
      const shelf = shelves(source, only)
      return stockSummaryOf(source, shelf, await places(), staleOf(source, folder), only)
    },
    async stock(query) {
      const source = await sourceNow()
      const only = siteNumber(source, query.site)
      return stockPageOf(source, shelves(source, only), query, only)
    },
    async stockProduct(productId, { site }) {
      const source = await sourceNow()
      const only = siteNumber(source, site)
      const product = source.book.productOf(productId)
      if (product < 0) return undefined
      const { stock, orders } = await open()
      return stockDetailOf(source, await places(), product, only, {
        reservations: stock.reservationsOf(productId),
        moments: await stock.lately(productId, LOOK_BACK),
        orderOf: (orderId) => orders.order(orderId),
        line: await withDatabase(folder, 'read', (db) => lineOf(db, productId)),
      })
    },
  }
}

/** The number of a site in the book. Throws ERR_NOT_FOUND where it is unknown. */
export function siteNumber({ book }: StockSource, siteId: string | undefined): number | undefined {
  if (siteId === undefined) return undefined
  const site = book.siteOf(siteId)
  if (site >= 0) return site
  throw new HttpError(404, 'ERR_NOT_FOUND', `there is no site ${siteId}`)
}

/** All stock judged, by site, until stock, facts or the minute change. */
function keepShelves(): (source: StockSource, only: number | undefined) => Shelf {
  interface Kept {
    readonly facts: StockFacts
    readonly sequence: number
    readonly at: number
    readonly shelf: Shelf
  }
  const known = new Map<number | undefined, Kept>()
  return (source, only) => {
    const { facts, now, book } = source
    const found = known.get(only)
    if (found?.facts === facts) {
      const age = now - found.at
      const holds = found.sequence === book.sequence ? age < 60_000 : age < JUDGE_AGAIN_MS
      if (age > 0 ? holds : found.sequence === book.sequence) return found.shelf
    }
    const shelf = judgeShelf(source, only)
    known.set(only, { facts, sequence: book.sequence, at: now, shelf })
    return shelf
  }
}

/** Where the days that were forecast are over, or there are none. */
function staleOf({ facts: { forecast }, now }: StockSource, folder: string): StockSummary['stale'] {
  const command = `storewright run --store ${folder}`
  if (forecast === null) return { message: 'There is no forecast yet.', command }
  const days = Math.floor(now / DAY_MS) - Date.parse(`${forecast.to}T00:00:00Z`) / DAY_MS
  if (days <= 0) return null
  const message = `The forecast ended ${days === 1 ? 'a day' : `${days} days`} ago.`
  return { message, command }
}

async function lineOf(db: Database, productId: string): Promise<string | null> {
  const version = await currentVersion(db, 'plan')
  if (version === undefined) return null
  const [row] = await db.rows(
    'SELECT line_id FROM purchase_plan WHERE version = $1 AND product_id = $2 ORDER BY rank LIMIT 1',
    [version.version, productId],
  )
  return row === undefined ? null : String(row['line_id'])
}
