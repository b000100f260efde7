// Both examples against the real API over a small demo store. Objects of the platforms are as much of
// them as the examples read.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStoreView, type Listening, listen } from '../src/api/index.ts'
import { buildRoutesOfStore, makeDemoStore } from '../src/loop/index.ts'
import { type KeptPromise, StorewrightFulfilmentProvider } from './medusa/fulfilment-provider.ts'
import { type NewOrder, StorewrightClient } from './storewright-client.ts'
import { createStockLocationStrategy } from './vendure/stock-location-strategy.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-examples-'))
const DAY_MS = 86_400_000
const AREA = '06037'
let server: Listening
let client: StorewrightClient
let product: { id: string; sites: string[] }

beforeAll(async () => {
  const store = join(folder, 'demo')
  await makeDemoStore(store, { products: 20, days: 60, ordersPerDay: 10, vendors: 3, seed: 5 })
  const firstDay = Math.floor(Date.now() / DAY_MS)
  await buildRoutesOfStore(store, { now: Date.now() }, { today: true, firstDay })
  server = await listen({ view: createStoreView(store, { clock: Date.now }), port: 0 })
  client = new StorewrightClient({ url: server.url, timeoutMilliseconds: 60_000 })
  product = await productWithStock()
})
afterAll(async () => {
  await server?.close()
  rmSync(folder, { recursive: true, force: true })
})

interface StockRow {
  readonly siteId: string
  readonly productId: string
  readonly available: number
}

async function stockRows(): Promise<StockRow[]> {
  const reply = await fetch(`${server.url}/stock?limit=1000`)
  return ((await reply.json()) as { rows: StockRow[] }).rows
}

async function productWithStock() {
  const rich = (await stockRows()).filter(({ available }) => available >= 5)
  const id = rich[0]!.productId
  return { id, sites: rich.filter(({ productId }) => productId === id).map((row) => row.siteId) }
}

const reserved = async () =>
  (await stockRows())
    .filter(({ productId }) => productId === product.id)
    .reduce((sum, { available }) => sum + available, 0)

describe('the Vendure strategy', () => {
  const failures: unknown[] = []
  const strategyOf = (asked: StorewrightClient, orderId: string) => {
    const order = (): NewOrder => ({
      ...{ orderId, areaId: AREA },
      lines: [{ productId: product.id, quantity: 2, unitPriceCents: 1000 }],
    })
    return createStockLocationStrategy({
      client: asked,
      orderOf: async () => order(),
      skuOf: async () => product.id,
      onFailure: (error) => failures.push(error),
    })
  }
  type Arguments = Parameters<ReturnType<typeof createStockLocationStrategy>['forAllocation']>
  const context = {} as Arguments[0]
  const line = {} as Arguments[2]
  const locations = () => ['Elsewhere', ...product.sites].map((name) => ({ name })) as Arguments[1]

  it('allocates where Storewright ships from, once, and finds it again', async () => {
    const before = await reserved()
    const strategy = strategyOf(client, 'V-1')
    const allocated = await strategy.forAllocation(context, locations(), line, 2)
    expect(allocated.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(2)
    for (const { location } of allocated) expect(product.sites).toContain(location.name)
    expect(await reserved()).toBe(before - 2)
    const again = await strategy.forAllocation(context, locations(), line, 2)
    expect(await reserved()).toBe(before - 2)
    const sale = await strategy.forSale(context, locations(), line, 2)
    const names = (list: typeof sale) =>
      list.map(({ location, quantity }) => [location.name, quantity])
    expect([names(again), names(sale)]).toEqual([names(allocated), names(allocated)])
    expect(failures).toEqual([])
  })

  it('goes on with the first location where no one answers, and says so', async () => {
    const gone = new StorewrightClient({ url: 'http://127.0.0.1:9' })
    const strategy = strategyOf(gone, 'V-2')
    const allocated = await strategy.forAllocation(context, locations(), line, 3)
    expect(allocated).toEqual([{ location: locations()[0], quantity: 3 }])
    expect(failures).toHaveLength(1)
  })
})

describe('the Medusa provider', () => {
  const provider = () =>
    new StorewrightFulfilmentProvider({ client, areaOf: ({ postal_code }) => postal_code ?? '' })
  type Context = Parameters<StorewrightFulfilmentProvider['validateFulfillmentData']>[2]
  const cart = (sku: string) =>
    ({
      shipping_address: { postal_code: AREA },
      items: [{ variant_sku: sku, quantity: 1 }],
    }) as unknown as Context

  it('prices both options, keeps the promise that was seen, and hands the order over with it', async () => {
    const options = await provider().getFulfillmentOptions()
    expect(options.map(({ id }) => id)).toEqual(['earliest', 'cheapest'])
    const [earliest, cheapest] = (await Promise.all(
      options.map((option) => provider().validateFulfillmentData(option, {}, cart(product.id))),
    )) as [KeptPromise, KeptPromise]
    expect(Date.parse(earliest.arriveBy)).toBeLessThanOrEqual(Date.parse(cheapest.arriveBy))
    expect(cheapest.costCents).toBeLessThanOrEqual(earliest.costCents)
    const order = { id: 'M-1', items: [{ variant_sku: product.id, unit_price: 12.5 }] }
    type Order = Parameters<StorewrightFulfilmentProvider['createFulfillment']>[2]
    const handed = await provider().createFulfillment(
      { ...cheapest },
      [{ sku: product.id, quantity: 1 }],
      order as Order,
    )
    expect(handed.data).toMatchObject({ storewrightOrderId: 'M-1' })
    const placed = await client.order('M-1')
    expect(placed.promise).toMatchObject({ kind: cheapest.kind })
    expect(Date.parse(placed.promise.arriveBy)).toBe(Date.parse(cheapest.arriveBy))
    expect(await provider().cancelFulfillment(handed.data)).toMatchObject({ status: 'cancelled' })
  })

  it('says what stands in the way where no date can be promised', async () => {
    const asked = provider().validateFulfillmentData({ id: 'earliest' }, {}, cart('NO-SUCH'))
    await expect(asked).rejects.toMatchObject({ status: 404, code: 'ERR_NOT_FOUND' })
  })
})
