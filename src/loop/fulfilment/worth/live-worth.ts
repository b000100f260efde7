import { setImmediate as breathe } from 'node:timers/promises'
import { createWorkerPool, moduleBeside, type WorkerPool } from '../../../core/workers.ts'
import { cellAt, cellsOf, type StockCells } from '../../../fulfilment/index.ts'
import type { Situations } from '../situations.ts'
import type { ExpectedOrders, WorthJob } from './worth-job.ts'

/** What a unit is worth where it lies, kept up to date while a store runs. */
export interface LiveWorth {
  /** Cents a unit; 0 until it is known, and where nothing is expected of it. */
  worthCents(site: number, product: number): number
  /** Prices stock anew where its time has come or enough stock has shifted; returns whether it did. */
  look(now: number): Promise<boolean>
  status(): WorthStatus
  close(): Promise<void>
}

export interface WorthStatus {
  /** Epoch ms of the stock that it was computed from; undefined before the first time. */
  readonly at: number | undefined
  /** Expected orders and cells that are priced. */
  readonly orders: number
  readonly cells: number
  /** Mean worth of a unit in stock, cents. */
  readonly meanCents: number
}

export interface LiveWorthParts {
  readonly of: WorthJob['of']
  readonly siteCount: number
  readonly situations: Pick<Situations, 'stock'>
  /** Expected orders now; the same object while nothing has changed. Undefined where there are none. */
  readonly expected: () => Promise<ExpectedOrders | undefined>
  /** What ways cost now; the same object while nothing has changed. */
  readonly ways: () => Promise<Pick<WorthJob['ways'], 'areas' | 'fixed' | 'perKg'>>
  /** kg that a unit is charged by. */
  readonly chargedKg: (product: number) => number
  readonly everyMs: number
  /** Share of the units priced that must have moved before the time is over. */
  readonly shift: number
  readonly knobs: WorthJob['knobs']
}

/** Products of a job: those that are expected to be ordered. */
interface Priced {
  readonly numberOf: ReadonlyMap<number, number>
  readonly products: readonly number[]
  readonly cells: StockCells
  readonly stock: Float64Array
  readonly worths: Float64Array
  readonly orders: number
  readonly at: number
}

/** Milliseconds between looks at how far stock has shifted. */
const LOOK_MS = 30_000

export function createLiveWorth(parts: LiveWorthParts): LiveWorth {
  let priced: Priced | undefined
  let lookedAt = -Infinity
  let running: Promise<boolean> | undefined
  let pool: WorkerPool | undefined
  const refresh = async (now: number) => {
    pool ??= createWorkerPool(1)
    const made = await price(parts, pool, now)
    priced = made ?? priced
    return made !== undefined
  }
  const isDue = (now: number) => {
    if (now < lookedAt + LOOK_MS) return false
    lookedAt = now
    if (priced === undefined || now - priced.at >= parts.everyMs) return true
    return shiftOf(parts, priced) >= parts.shift
  }
  return {
    worthCents(site, product) {
      const number = priced?.numberOf.get(product)
      if (number === undefined) return 0
      const cell = cellAt(priced!.cells, number, site)
      return cell < 0 ? 0 : priced!.worths[cell]!
    },
    look(now) {
      if (running !== undefined || !isDue(now)) return running ?? Promise.resolve(false)
      running = refresh(now).finally(() => {
        running = undefined
      })
      return running
    },
    status: () => statusOf(priced),
    async close() {
      await running?.catch(() => undefined)
      await pool?.close()
    },
  }
}

async function price(
  parts: LiveWorthParts,
  pool: WorkerPool,
  now: number,
): Promise<Priced | undefined> {
  const expected = await parts.expected()
  if (expected === undefined) return undefined
  const { areas, fixed, perKg } = await parts.ways()
  // Requests have their turn between steps.
  await breathe()
  const products = [...new Set(expected.product)].sort((a, b) => a - b)
  const numberOf = new Map(products.map((product, number) => [product, number]))
  const { stock: units } = parts.situations
  const cells = cellsOf(parts.siteCount, products.length, (number) =>
    units.sitesWith(products[number]!),
  )
  const stock = stockOf(parts, { products, cells })
  await breathe()
  const ways = {
    ...{ sites: parts.siteCount, areas, fixed, perKg },
    kg: Float64Array.from(products, parts.chargedKg),
  }
  const orders = { ...expected, product: expected.product.map((one) => numberOf.get(one)!) }
  const module = moduleBeside(import.meta.url, './worth-entry')
  await breathe()
  const job: WorthJob = { of: parts.of, orders, ways, cells, stock, knobs: parts.knobs }
  const worths = await pool.run<WorthJob, Float64Array>(module, 'worthsOf', job)
  return { numberOf, products, cells, stock, worths, orders: expected.area.length, at: now }
}

function stockOf(
  { situations: { stock } }: Pick<LiveWorthParts, 'situations'>,
  { products, cells: { starts, site } }: Pick<Priced, 'products' | 'cells'>,
): Float64Array {
  const units = new Float64Array(site.length)
  products.forEach((product, number) => {
    for (let cell = starts[number]!; cell < starts[number + 1]!; cell++) {
      units[cell] = stock.available(site[cell]!, product)
    }
  })
  return units
}

/** Share of the units that were priced that have come or gone since. */
function shiftOf(parts: LiveWorthParts, priced: Priced): number {
  const now = stockOf(parts, priced)
  let [moved, all] = [0, 0]
  priced.stock.forEach((units, cell) => {
    moved += Math.abs(now[cell]! - units)
    all += units
  })
  return all === 0 ? 0 : moved / all
}

function statusOf(priced: Priced | undefined): WorthStatus {
  if (priced === undefined) return { at: undefined, orders: 0, cells: 0, meanCents: 0 }
  let [cents, units] = [0, 0]
  priced.stock.forEach((held, cell) => {
    cents += held * priced.worths[cell]!
    units += held
  })
  const { orders, at, worths } = priced
  return { orders, at, cells: worths.length, meanCents: units === 0 ? 0 : cents / units }
}
