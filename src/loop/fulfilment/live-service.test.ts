import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Order } from '../../fulfilment/index.ts'
import { makeDemoStore } from '../demo.ts'
import type { OrderRequest } from './place-order.ts'
import { type FulfilmentService, openFulfilment } from './service.ts'

// One small demo store, its clock moved by hand; tests stand in the order of its time.

const folder = mkdtempSync(join(tmpdir(), 'storewright-live-'))
const store = join(folder, 'demo')
const HOUR_MS = 3_600_000
const failures: unknown[] = []
let now = Date.now()
let service: FulfilmentService

beforeAll(async () => {
  await makeDemoStore(store, { products: 20, days: 40, ordersPerDay: 6, vendors: 2, seed: 5 })
  service = await openFulfilment(store, {
    clock: () => now,
    onFailure: (error) => failures.push(error),
  })
}, 120_000)
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Sets units on hand of products by site; sites that are not named have none. */
async function count(units: Readonly<Record<string, Readonly<Record<string, number>>>>) {
  const lines = Object.entries(units).flatMap(([productId, bySite]) =>
    service.siteIds.map((siteId) => ({ siteId, productId, quantity: bySite[siteId] ?? 0 })),
  )
  const requestId = `count-${JSON.stringify(units)}-${now}`
  const [outcome] = await service.changeStock([{ kind: 'count', requestId, lines }])
  expect(outcome).toMatchObject({ ok: true })
}

const orderOf = (orderId: string): Order => service.orders.order(orderId)!

async function place(orderId: string, products: readonly string[], more?: Partial<OrderRequest>) {
  const lines = products.map((productId) => ({ productId, quantity: 1, unitPriceCents: 900 }))
  const request = { orderId, areaId: '06037', delivery: 'whole', lines, ...more } as const
  return (await service.place(request)).order
}

async function step(orderId: string, kind: 'picking' | 'packed' | 'shipped' | 'delivered') {
  for (const { parcelId } of orderOf(orderId).parcels) {
    const requestId = `${parcelId}-${kind}`
    await service.happen({ kind, requestId, orderId, at: now, parcelId })
  }
}

it('counts a promise as broken once its date has passed, with its cause', async () => {
  await count({ P00001: { 'FC-RNO': 9 } })
  const late = await place('late', ['P00001'])
  const packed = await place('on-the-way', ['P00001'])
  for (const kind of ['picking', 'packed', 'shipped'] as const) await step('on-the-way', kind)
  await place('there', ['P00001'])
  for (const kind of ['picking', 'packed', 'shipped', 'delivered'] as const) {
    await step('there', kind)
  }
  now = Math.max(late.promise.arriveBy, packed.promise.arriveBy) + HOUR_MS / 2
  await service.tick()
  expect(orderOf('late').outcome).toBeUndefined()
  now += HOUR_MS
  await service.tick()
  expect(orderOf('late').outcome).toMatchObject({ kept: false, because: 'late-packing' })
  expect(orderOf('on-the-way').outcome).toMatchObject({ kept: false, because: 'late-on-the-way' })
  expect(orderOf('there').outcome).toMatchObject({ kept: true })
  const { life } = orderOf('late')
  now += HOUR_MS
  await service.tick()
  expect(orderOf('late').life).toEqual(life)
  await service.happen({
    kind: 'cancelled',
    requestId: 'c1',
    orderId: 'late',
    at: now,
    lines: null,
    by: 'customer',
    because: null,
  })
  expect(failures).toEqual([])
})
