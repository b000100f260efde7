import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Order } from '../../fulfilment/index.ts'
import { makeDemoStore } from '../demo.ts'
import { openFulfilment } from './open-service.ts'
import type { OrderRequest } from './place-order.ts'
import type { FulfilmentService } from './service.ts'

// One small demo store, its clock moved by hand; tests stand in the order of its time.

const folder = mkdtempSync(join(tmpdir(), 'storewright-live-'))
const store = join(folder, 'demo')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const failures: unknown[] = []
// A fixed time of day: no cut-off falls into the minutes of a test.
let now = (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS + 9.3 * HOUR_MS
let service: FulfilmentService

const open = () =>
  openFulfilment(store, { clock: () => now, onFailure: (error) => failures.push(error) })

beforeAll(async () => {
  await makeDemoStore(store, { products: 20, days: 40, ordersPerDay: 6, vendors: 2, seed: 5 })
  service = await open()
})
afterAll(async () => {
  await service?.close()
  rmSync(folder, { recursive: true, force: true })
})

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
  // Promised late enough that a change leaves its margin.
  const promise = { kind: 'guaranteed', arriveBy: now + 6 * DAY_MS } as const
  const request = { orderId, areaId: '06037', delivery: 'whole', lines, promise, ...more } as const
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

const reserved = (orderId: string) => service.stock.reservation(orderId)?.lines
const tickLater = async (ms: number) => {
  now += ms
  await service.tick()
}

it('sends in one parcel what had to be split, once one site has all, and says why', async () => {
  await count({ P00002: { 'FC-RNO': 3 }, P00003: { 'FC-ONT': 3 } })
  const split = await place('split', ['P00002', 'P00003'])
  expect(split.parcels).toHaveLength(2)
  await count({ P00002: { 'FC-RNO': 3 }, P00003: { 'FC-ONT': 3, 'FC-RNO': 3 } })
  await tickLater(61_000)
  const { status, parcels, promise, life, news } = orderOf('split')
  expect([status, parcels.length, parcels[0]!.siteId, news.length]).toEqual([
    ...['assigned', 1, 'FC-RNO', 0],
  ])
  expect(promise).toEqual(split.promise)
  expect(parcels[0]!.arriveBy).toBeLessThanOrEqual(promise.arriveBy)
  expect(life.at(-1)).toMatchObject({
    type: 'assigned',
    words: expect.stringMatching(/fewer parcels/),
  })
  expect(reserved('split')).toHaveLength(2)
  expect(new Set(reserved('split')!.map(({ siteId }) => siteId))).toEqual(new Set(['FC-RNO']))
  await tickLater(61_000)
  expect(orderOf('split').life).toEqual(life)
  for (const kind of ['picking', 'packed', 'shipped', 'delivered'] as const)
    await step('split', kind)
  expect(orderOf('split').outcome).toMatchObject({ kept: true })
  expect(reserved('split') ?? []).toEqual([])
})

it('joins orders of one customer into one shipment, and leaves what is being picked', async () => {
  await count({ P00004: { 'FC-RNO': 3 }, P00005: { 'FC-ONT': 3 } })
  const customerId = 'ann'
  await place('one', ['P00004'], { customerId })
  await place('two', ['P00005'], { customerId })
  await place('picked', ['P00005'], { customerId })
  await step('picked', 'picking')
  await count({ P00004: { 'FC-RNO': 3 }, P00005: { 'FC-ONT': 3, 'FC-RNO': 3 } })
  const before = orderOf('picked')
  await tickLater(61_000)
  const [one, two] = [orderOf('one'), orderOf('two')]
  expect(one.parcels[0]!.siteId).toBe(two.parcels[0]!.siteId)
  expect(one.parcels[0]!.shipmentId).toBe(two.parcels[0]!.shipmentId)
  expect(one.life.at(-1)!.words).toMatch(/travel together/)
  for (const { parcels, promise } of [one, two]) {
    expect(parcels[0]!.arriveBy).toBeLessThanOrEqual(promise.arriveBy)
  }
  expect(orderOf('picked')).toBe(before)
  expect(failures).toEqual([])
})

it('takes a move back that was not written down, and leaves orders alone where it is turned off', async () => {
  await count({ P00006: { 'FC-RNO': 3 }, P00007: { 'FC-ONT': 3 } })
  const stays = await place('stays', ['P00006', 'P00007'])
  const before = reserved('stays')
  await count({ P00006: { 'FC-RNO': 3 }, P00007: { 'FC-ONT': 3, 'FC-RNO': 3 } })
  const lines = before!.map((line) => ({ ...line, siteId: 'FC-RNO' }))
  const move = { kind: 'move', requestId: 'torn', reservationId: 'stays', lines } as const
  expect(await service.stock.submit(move)).toMatchObject({ ok: true })
  await service.close()
  const file = join(store, 'storewright.toml')
  const text = readFileSync(file, 'utf8')
  const off = text.replace(/^reevaluate = true/m, 'reevaluate = false')
  expect(off).not.toBe(text)
  writeFileSync(file, off)
  service = await open()
  expect(new Set(reserved('stays')!.map((line) => JSON.stringify(line)))).toEqual(
    new Set(before!.map((line) => JSON.stringify(line))),
  )
  await tickLater(61_000)
  expect(orderOf('stays').parcels).toEqual(stays.parcels)
  expect(failures).toEqual([])
})
