/*
 * One process of the bench `fulfilment-restore`:
 *
 *   node process.ts FOLDER make PRODUCTS EVENTS SEED   a ledger and a snapshot, EVENTS behind it
 *   node process.ts FOLDER restore                     restores, and prints how long it took
 */
import { join } from 'node:path'
import { createRandom, type Random } from '../../src/core/random/random.ts'
import { openStockKeeper, type StockCommand, type StockLine } from '../../src/fulfilment/index.ts'
import { openLedger } from '../../src/ledger/index.ts'
import { productName, siteName } from '../fulfilment-stock/stock-work.ts'

const SITES = 12
/** Commands asked at a time while the ledger is made. */
const TOGETHER = 20_000

const [folder = '', what = '', ...parameters] = process.argv.slice(2)
const ledger = openLedger(join(folder, 'ledger'))
const clock = () => Date.now()

if (what === 'make') await make(Number(parameters[0]), Number(parameters[1]), parameters[2] ?? '1')
else await restore()
await ledger.close()

async function make(products: number, events: number, seed: string): Promise<void> {
  const keeper = await openStockKeeper({ ledger, folder, clock })
  const siteIds = Array.from({ length: SITES }, (_, site) => siteName(site))
  const productIds = Array.from({ length: products }, (_, product) => productName(product))
  await keeper.introduce({ siteIds, productIds })
  await together(products, (product) => ({
    kind: 'count',
    requestId: `count-${product}`,
    lines: siteIds.map((siteId) => ({ siteId, productId: productIds[product]!, quantity: 1_000 })),
  }))
  await keeper.snapshot()
  const random = createRandom(seed)
  // Two events an order: reserved, and then confirmed, but for one in five that is still held.
  await together(events, (i) => orderEvent(i, random, products))
  await keeper.close()

  async function together(count: number, command: (i: number) => StockCommand): Promise<void> {
    for (let i = 0; i < count; i += TOGETHER) {
      const size = Math.min(TOGETHER, count - i)
      await keeper.submitMany(Array.from({ length: size }, (_, k) => command(i + k)))
    }
  }
}

function orderEvent(i: number, random: Random, products: number): StockCommand {
  const [order, requestId] = [i >> 1, `${i % 2 ? 'out' : 'hold'}-${i >> 1}`]
  const reservationId = `order-${order}`
  const lines = Array.from({ length: 1 + random.int(3) }, (): StockLine => {
    const productId = productName(random.int(products))
    return { siteId: siteName(random.int(SITES)), productId, quantity: 1 }
  })
  if (i % 2 === 1 && order % 5 > 0) return { kind: 'confirm', requestId, reservationId }
  if (i % 2 === 1) return { kind: 'receive', requestId, lines }
  return { kind: 'reserve', requestId, reservationId, lines, expiresAt: Date.now() + 86_400_000 }
}

async function restore(): Promise<void> {
  const [from, cpu] = [performance.now(), process.cpuUsage()]
  let snapshotSeconds = 0
  const first = new Proxy(ledger, {
    get(target, name: keyof typeof ledger) {
      // The first question to the ledger comes when the snapshot has been read.
      if (snapshotSeconds === 0) snapshotSeconds = (performance.now() - from) / 1_000
      return target[name]
    },
  })
  const keeper = await openStockKeeper({ ledger: first, folder, clock })
  const seconds = (performance.now() - from) / 1_000
  const used = process.cpuUsage(cpu)
  const events = keeper.book.sequence - keeper.restored.sequence
  const cpuSeconds = (used.user + used.system) / 1e6
  const residentBytes = process.memoryUsage().rss
  console.log(JSON.stringify({ seconds, cpuSeconds, snapshotSeconds, residentBytes, events }))
}
