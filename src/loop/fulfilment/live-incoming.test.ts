import { afterAll, beforeAll, expect, it } from 'vitest'
import type { StockCommand } from '../../fulfilment/index.ts'
import { createLiveStore, DAY_MS, HOUR_MS, type LiveStore } from './testing/live-store.ts'

// One store whose clock is moved by hand; tests stand in the order of its time.

let live: LiveStore
const [RNO, ONT] = ['FC-RNO', 'FC-ONT']

beforeAll(async () => {
  live = await createLiveStore()
  await live.open()
})
afterAll(() => live?.remove())

function promise(productId: string, quantity = 1) {
  const { desk } = live.service
  const lines = [{ product: desk.productOf(productId), quantity }]
  const request = { lines, area: desk.areaOf('06037'), now: desk.now() } as const
  return desk.promise({ ...request, kind: 'guaranteed', delivery: 'whole' })
}

async function change(command: StockCommand): Promise<void> {
  const [outcome] = await live.service.changeStock([command])
  expect(outcome).toMatchObject({ ok: true })
}

const expectUnits = (receiptId: string, productId: string, quantity: number) =>
  change({
    ...{ kind: 'expect', requestId: `expect-${receiptId}` },
    receipts: [
      {
        ...{ receiptId, siteId: RNO, productId, quantity },
        arrivesBy: [0.5, 1, 2, 3].map((days) => live.now + days * DAY_MS) as [
          ...[number, number, number, number],
        ],
      },
    ],
  })
const receive = (receiptId: string, productId: string, quantity: number, requestId = receiptId) =>
  change({
    ...{ kind: 'receive', requestId: `receive-${requestId}`, receiptId },
    lines: [{ siteId: RNO, productId, quantity }],
  })
const lines = (productId: string, quantity: number) => ({
  lines: [{ productId, quantity, unitPriceCents: 900 }],
})
const aside = (orderId: string) => live.service.stock.reservation(`waiting-${orderId}`)?.lines

it('promises units on their way by when they arrive at the chance of the promise, once each', async () => {
  await live.count({ P00001: {} })
  expect(promise('P00001').blockedBy).toMatchObject({ block: 'no-stock' })
  await expectUnits('R1', 'P00001', 3)
  const { cheapest } = promise('P00001', 2)
  expect(cheapest!.parcels[0]).toMatchObject({ fromIncoming: true })
  // Half of the risk of 5 % is the receipt's: it is there between its 0.9 and its 0.99.
  expect(cheapest!.orderBy * 60_000).toBeGreaterThan(live.now + 2 * DAY_MS)
  const first = await live.place('first', ['P00001'], lines('P00001', 2))
  expect(first).toMatchObject({
    ...{ status: 'waiting', parcels: [], news: [] },
    claims: [{ receiptId: 'R1', siteId: RNO, productId: 'P00001', quantity: 2 }],
  })
  await live.place('second', ['P00001'])
  expect(promise('P00001').blockedBy).toMatchObject({ block: 'no-stock' })
  await expect(live.place('third', ['P00001'])).rejects.toMatchObject({ code: 'ERR_PROMISE' })
})

it('frees what an order claimed when it is cancelled, and knows claims after a restart', async () => {
  await live.restart()
  expect(promise('P00001').blockedBy).toMatchObject({ block: 'no-stock' })
  const base = { requestId: 'cancel', orderId: 'second', at: live.now, lines: null } as const
  await live.service.happen({ kind: 'cancelled', ...base, by: 'customer', because: null })
  expect(promise('P00001').cheapest).toBeDefined()
  await live.place('third', ['P00001'])
  expect(live.order('third').claims).toMatchObject([{ quantity: 1 }])
})

it('keeps arrived units for those who were promised them, and sends them in time without a word', async () => {
  live.now += DAY_MS
  const hasty = live
    .place('hasty', ['P00001'])
    .then(() => 'placed')
    .catch((error: { code: string }) => error.code)
  await receive('R1', 'P00001', 3)
  expect(await hasty).toBe('ERR_PROMISE')
  for (const orderId of ['first', 'third']) {
    const { status, parcels, news, claims, promise: kept } = live.order(orderId)
    expect([status, parcels.length, news, claims]).toEqual(['assigned', 1, [], []])
    expect(parcels[0]!.arriveBy).toBeLessThanOrEqual(kept.arriveBy)
    expect(aside(orderId)).toBeUndefined()
  }
  expect(live.failures).toEqual([])
})

it('waits for all of it where some has come, and takes what is on the shelf along', async () => {
  await live.count({ P00002: { [RNO]: 1 } })
  await expectUnits('R2', 'P00002', 4)
  const placed = await live.place('mixed', ['P00002'], lines('P00002', 3))
  expect(placed).toMatchObject({ status: 'waiting', claims: [{ quantity: 2 }] })
  expect(aside('mixed')).toMatchObject([{ siteId: RNO, quantity: 1 }])
  expect(promise('P00002').cheapest!.parcels[0]!.fromIncoming).toBe(true)
  await receive('R2', 'P00002', 1, 'R2-a')
  expect(aside('mixed')!.reduce((sum, line) => sum + line.quantity, 0)).toBe(2)
  expect(live.order('mixed').parcels).toEqual([])
  await live.tickLater(61_000)
  await live.restart()
  expect(live.order('mixed').parcels).toEqual([])
  await receive('R2', 'P00002', 3, 'R2-b')
  expect(live.order('mixed')).toMatchObject({ status: 'assigned', news: [] })
  expect(live.order('mixed').parcels).toMatchObject([{ siteId: RNO, lines: [{ quantity: 3 }] }])
  expect(aside('mixed')).toBeUndefined()
  expect(promise('P00002', 2).cheapest).toBeDefined()
})

it('counts a promise as broken by late stock, and sends what there is from then on', async () => {
  await live.count({ P00003: {} })
  await expectUnits('R3', 'P00003', 1)
  const { promise: kept } = await live.place('late', ['P00003'])
  live.now = kept.arriveBy + 2 * HOUR_MS
  await live.service.tick()
  expect(live.order('late').outcome).toMatchObject({
    ...{ kept: false, because: 'late-arrival-of-stock' },
  })
  // Overdue, it is no ground for another promise.
  expect(promise('P00003').blockedBy).toMatchObject({ block: 'no-stock' })
  await live.count({ P00003: { [ONT]: 1 } })
  expect(live.order('late')).toMatchObject({ status: 'assigned', news: [{ fate: 'broken-late' }] })
  expect(live.failures).toEqual([])
})
