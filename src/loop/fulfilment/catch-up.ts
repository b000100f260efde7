import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import type { StockKeeper } from '../../fulfilment/index.ts'
import { withDatabase } from '../store/store.ts'
import { type FulfilmentFacts, readProductSizes } from './facts.ts'
import { stampOf } from './store-reads.ts'

/** Milliseconds between looks at whether the store's tables have changed. */
const LOOK_MS = 10_000

/** Takes up what was imported while a store runs. */
export interface CatchUp {
  /** New products are known from then on; what needs another start is told. */
  look(now: number): Promise<void>
}

export interface CatchUpParts {
  readonly folder: string
  readonly facts: FulfilmentFacts
  readonly stock: StockKeeper
  /** Told of sizes of products, before these are made known. */
  readonly learn: (sizes: ProductSizeFacts) => void
  readonly onFailure?: ((error: unknown) => void) | undefined
}

export type ProductSizeFacts = Pick<FulfilmentFacts, 'productIds' | 'kg' | 'm3'>

/**
 * New products are found by their number, so that an import that changes other things costs two counts.
 * Sites, areas and lanes are part of route sets, which are opened for those that there were.
 */
export function createCatchUp(parts: CatchUpParts): CatchUp {
  const { folder, facts, stock, learn, onFailure } = parts
  let stamp = stampOf(folder)
  let [lookedAt, products] = [-Infinity, facts.productIds.length]
  const known = countsOf(facts)
  let told = JSON.stringify(known)
  const tell = (counts: Counts) => {
    if (JSON.stringify(counts) === told) return
    told = JSON.stringify(counts)
    if (told !== JSON.stringify(known)) onFailure?.(needsRestart(known, counts))
  }
  return {
    async look(now) {
      if (now < lookedAt + LOOK_MS) return
      lookedAt = now
      const latest = stampOf(folder)
      if (latest === stamp) return
      const { counts, sizes } = await withDatabase(folder, 'read', async (db) => {
        const read = await readCounts(db)
        return {
          ...read,
          sizes: read.products === products ? undefined : await readProductSizes(db),
        }
      })
      if (sizes !== undefined) {
        const productIds = sizes.productIds.filter((id) => stock.book.productOf(id) < 0)
        if (productIds.length > 0) await stock.introduce({ productIds })
        learn(sizes)
        products = sizes.productIds.length
      }
      tell(counts)
      // Only now: what could not be read is looked for again.
      stamp = latest
    },
  }
}

/** Rows that route sets and closures were made from. */
interface Counts {
  readonly sites: number
  readonly lanes: number
}

function countsOf({ handlingMinutes, lanes }: FulfilmentFacts): Counts {
  return { sites: handlingMinutes.size, lanes: lanes.length }
}

async function readCounts(
  db: Database,
): Promise<{ readonly counts: Counts; readonly products: number }> {
  const [row] = await db.rows(
    `SELECT (SELECT count(*) FROM products) AS products, (SELECT count(*) FROM sites) AS sites,
       (SELECT count(*) FROM lanes) AS lanes`,
  )
  const count = (name: string) => Number(row?.[name] ?? 0)
  return { products: count('products'), counts: { sites: count('sites'), lanes: count('lanes') } }
}

function needsRestart(known: Counts, now: Counts): StorewrightError {
  return new StorewrightError(
    'ERR_STORE_CHANGED',
    `the store has ${now.sites} sites and ${now.lanes} lanes now; this server serves ${known.sites} and ${known.lanes}`,
    { next: 'Start the server again to take them up; orders and stock go on where they are.' },
  )
}
