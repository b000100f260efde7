import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PromiseAnswer } from '../../fulfilment/index.ts'
import { closePlace, listClosures, reopenPlace } from './tell-closures.ts'
import { createLiveStore, DAY_MS, HOUR_MS, type LiveStore } from './testing/live-store.ts'

// One store whose clock is moved by hand; tests stand in the order of its time.

let live: LiveStore
const AREA = '06037'
const [RNO, ONT] = ['FC-RNO', 'FC-ONT']

beforeAll(async () => {
  live = await createLiveStore()
  await live.open()
})
afterAll(() => live?.remove())

const close = (closureId: string, siteId: string, until?: number) =>
  live.service.closures.close({
    ...{ closureId, place: { siteId }, from: live.now, until, reason: 'storm', by: 'ada' },
  })
const reopen = (closureId: string) =>
  live.service.closures.reopen({ closureId, at: live.now, by: 'ada' })

function promise(productId: string, quantity = 1): PromiseAnswer {
  const { desk } = live.service
  const lines = [{ product: desk.productOf(productId), quantity }]
  const request = { lines, area: desk.areaOf(AREA), now: desk.now() } as const
  return desk.promise({ ...request, kind: 'guaranteed', delivery: 'whole' })
}

const planned = (orderId: string) =>
  live.order(orderId).parcels.filter(({ status }) => status === 'planned')

it('sends orders of a closed site from elsewhere and says so; what has been sent goes on', async () => {
  await live.count({ P00001: { [RNO]: 9 }, P00002: { [RNO]: 9 } })
  await live.place('moved', ['P00001'])
  await live.place('gone', ['P00001'])
  await live.step('gone', 'picking', 'packed', 'shipped')
  await live.place('stuck', ['P00002'])
  await live.count({ P00001: { [RNO]: 9, [ONT]: 5 } })
  const { closure, touched } = await close('c1', RNO)
  expect(closure).toMatchObject({ closureId: 'c1', siteId: RNO, until: undefined, where: RNO })
  expect(touched.map(({ orderId, news }) => [orderId, news?.fate])).toEqual([
    ['moved', 'kept-from-elsewhere'],
    ['stuck', 'broken-waiting'],
  ])
  expect(planned('moved').map(({ siteId }) => siteId)).toEqual([ONT])
  expect(live.order('moved').news.at(-1)).toMatchObject({ because: 'site-closed' })
  expect(live.order('gone').status).toBe('shipped')
  expect(live.order('stuck')).toMatchObject({ status: 'waiting', trouble: 'site-closed' })
  expect(live.service.stock.reservation('stuck')?.lines ?? []).toEqual([])
  expect(live.service.stock.reservation('moved')!.lines).toMatchObject([{ siteId: ONT }])
})

it('promises nothing from it, takes no order for it, and tells no one twice', async () => {
  expect(promise('P00001').cheapest!.parcels.map(({ site }) => site)).toHaveLength(1)
  const { news } = live.order('stuck')
  expect(promise('P00002').blockedBy).toMatchObject({ block: 'no-capacity' })
  await expect(live.place('refused', ['P00002'])).rejects.toMatchObject({ code: 'ERR_PROMISE' })
  expect((await close('c1', RNO)).touched).toEqual([])
  await live.tickLater(61_000)
  expect(live.order('stuck').news).toEqual(news)
})

it('is closed after a restart, and promises heal when it opens', async () => {
  await live.restart()
  expect(promise('P00002').blockedBy).toMatchObject({ block: 'no-capacity' })
  expect(live.service.closures.list()).toHaveLength(1)
  const { closure, touched } = await reopen('c1')
  expect(closure.reopened).toMatchObject({ by: 'ada' })
  expect(touched).toMatchObject([{ orderId: 'stuck', news: { fate: 'kept-later' } }])
  expect(live.order('stuck').status).toBe('assigned')
  expect(planned('stuck')[0]!.arriveBy).toBeLessThanOrEqual(live.order('stuck').promise.arriveBy)
  expect(promise('P00002').cheapest).toBeDefined()
})

it('promises what leaves after it opens where that is known, and picks nothing before', async () => {
  const until = live.now + 2 * DAY_MS
  await close('c2', RNO, until)
  expect(promise('P00002').earliest!.orderBy * 60_000).toBeGreaterThanOrEqual(until)
  // Its promise has room for it: it leaves later and comes in time.
  expect(live.order('stuck').news.at(-1)).toMatchObject({ fate: 'kept-later' })
  expect(planned('stuck')[0]!.pickBy).toBeGreaterThanOrEqual(until)
  live.now += DAY_MS
  await reopen('c2')
  expect(promise('P00002').earliest!.orderBy * 60_000).toBeLessThan(until)
})

it('comes late where it must, and in time again once the site opens early', async () => {
  await live.step('stuck', 'picking', 'packed', 'shipped')
  await live.count({ P00003: { [RNO]: 3 } })
  const soon = promise('P00003').earliest!.arriveBy * 60_000 + 2 * HOUR_MS
  await live.place('urgent', ['P00003'], { promise: { kind: 'guaranteed', arriveBy: soon } })
  const { touched } = await close('c3', RNO, live.now + 5 * DAY_MS)
  expect(touched).toMatchObject([{ orderId: 'urgent', news: { fate: 'broken-late' } }])
  expect(planned('urgent')[0]!.arriveBy).toBeGreaterThan(soon)
  await reopen('c3')
  expect(live.order('urgent').news.at(-1)).toMatchObject({ fate: 'kept-later' })
  expect(planned('urgent')[0]!.arriveBy).toBeLessThanOrEqual(soon)
  const sums = live.service.stock.reservation('urgent')!.lines
  expect(sums).toEqual([{ siteId: RNO, productId: 'P00003', quantity: 1 }])
})

it('takes a lane out, at both ends known, and lets other lanes carry what it would have', async () => {
  await live.count({ P00004: { [RNO]: 3 } })
  const { parcels } = await live.place('by-lane', ['P00004'])
  const laneIds = [parcels[0]!.laneIds[0]!]
  const request = { from: live.now, reason: 'slide', by: 'ada', place: { laneIds } }
  await live.service.closures.close({ ...request, closureId: 'c4' })
  for (const { laneIds: taken } of planned('by-lane')) expect(taken).not.toContain(laneIds[0])
  expect(live.order('by-lane').news.at(-1)).toMatchObject({ because: 'lane-down' })
  const nowhere = { fromId: RNO, toId: 'nowhere' }
  await expect(
    live.service.closures.close({ ...request, closureId: 'c5', place: nowhere }),
  ).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  await expect(close('c6', 'no-site')).rejects.toMatchObject({ code: 'ERR_NOT_FOUND' })
  await expect(close('c7', RNO, live.now - 1)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  await reopen('c4')
})

it('takes up within a second what another process tells, and on start what it told before', async () => {
  live.service.start()
  await live.count({ P00005: { [RNO]: 3 } })
  await live.place('far', ['P00005'])
  const request = { from: live.now, reason: 'fire', by: 'bob', place: { siteId: RNO } }
  await closePlace(live.folder, { ...request, closureId: 'd1' }, live.now)
  await expect.poll(() => live.order('far').status).toBe('waiting')
  await live.close()
  await reopenPlace(live.folder, { closureId: 'd1', at: live.now, by: 'bob' })
  expect((await listClosures(live.folder)).at(-1)).toMatchObject({ reopened: { by: 'bob' } })
  await live.open()
  expect(live.order('far').status).toBe('assigned')
})

it('goes on after a process ended between the closure and the orders that it touches', async () => {
  await live.close()
  const request = { from: live.now, reason: 'fire', by: 'bob', place: { siteId: RNO } }
  await closePlace(live.folder, { ...request, closureId: 'd2' }, live.now)
  await live.open()
  expect(planned('far')).toEqual([])
  expect(live.order('far').news.at(-1)).toMatchObject({ fate: 'broken-waiting' })
  await reopen('d2')
  expect(live.order('far').status).toBe('assigned')
  expect(live.failures).toEqual([])
})

it('shares fairly what is left when stock is damaged or lost, and gives back when more is found', async () => {
  await live.count({ P00006: { [RNO]: 6 } })
  const lines = [{ productId: 'P00006', quantity: 3, unitPriceCents: 900 }]
  await live.place('share-1', ['P00006'], { lines })
  await live.place('share-2', ['P00006'], { lines })
  const adjust = (requestId: string, reason: 'damaged' | 'found', quantity: number) =>
    live.service.changeStock([
      {
        ...{ kind: 'adjust', requestId, reason },
        lines: [{ siteId: RNO, productId: 'P00006', quantity }],
      },
    ])
  await adjust('a1', 'damaged', -2)
  const held = () =>
    ['share-1', 'share-2'].map((id) => live.service.stock.reservation(id)!.lines[0]!.quantity)
  expect(held()).toEqual([2, 2])
  for (const id of ['share-1', 'share-2'])
    expect(live.order(id)).toMatchObject({
      ...{ status: 'waiting', trouble: 'damaged' },
      news: [{ fate: 'broken-waiting', because: 'damaged' }],
    })
  // Told again, nothing more is taken.
  await adjust('a1', 'damaged', -2)
  expect(held()).toEqual([2, 2])
  await adjust('a2', 'found', 1)
  expect(held().toSorted()).toEqual([2, 3])
  await live.count({ P00006: { [RNO]: 4 } })
  expect(held()).toEqual([2, 2])
  await live.count({ P00006: { [RNO]: 4, [ONT]: 4 } })
  expect(['share-1', 'share-2'].map((id) => live.order(id).status)).toEqual([
    ...['assigned', 'assigned'],
  ])
  expect(live.failures).toEqual([])
})

it('takes a shortage out of orders at the next start, where a process ended before it could', async () => {
  await live.count({ P00007: { [RNO]: 2, [ONT]: 2 } })
  await live.place('torn', ['P00007'])
  const [parcel] = planned('torn')
  const lines = [{ siteId: parcel!.siteId, productId: 'P00007', quantity: 0 }]
  await live.service.stock.submit({ kind: 'count', requestId: 'lost', lines })
  await live.restart()
  expect(planned('torn').map(({ siteId }) => siteId)).not.toContain(parcel!.siteId)
  expect(live.order('torn')).toMatchObject({ status: 'assigned', trouble: 'short-pick' })
})
