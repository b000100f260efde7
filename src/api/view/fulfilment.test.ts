import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ledger } from '../../ledger/index.ts'
import {
  addToken,
  buildRoutesOfStore,
  makeDemoStore,
  openStoreLedger,
  publishFulfilment,
  readTokens,
  switchRoutes,
  withDatabase,
} from '../../loop/index.ts'
import type { ClosureChange, ClosureList } from '../schemas/closures.ts'
import type { OrderChangeReply } from '../schemas/orders.ts'
import type { PromiseReply } from '../schemas/promises.ts'
import type { StockReply } from '../schemas/stock-events.ts'
import { type Listening, listen } from '../server.ts'
import type { StoreView } from '../store-view.ts'
import { createStoreView } from './store-view.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-fulfilment-'))
const store = join(folder, 'demo')
const failures: unknown[] = []
const DAY_MS = 86_400_000
const AREAS = ['06037', '36061', '48113', '17031']
let skew = 0
let server: Listening
let view: StoreView
/** The open fulfilment for another server, which must not close it. */
const sharedFulfilment = () => ({ ...view.fulfilment!, close: async () => undefined })
let ledger: Ledger
const tokens = { shop: '', warehouse: '', operator: '', read: '', expired: '' }
const run = promisify(execFile)

beforeAll(async () => {
  await makeDemoStore(store, { products: 40, days: 60, ordersPerDay: 12, vendors: 3, seed: 5 })
  const firstDay = Math.floor(Date.now() / DAY_MS)
  await buildRoutesOfStore(store, { now: Date.now() }, { today: true, firstDay })
  const outage = { sites: ['FC-ATL'] }
  await buildRoutesOfStore(store, { now: Date.now() }, { today: true, firstDay, outage })
  ledger = await openStoreLedger(store)
  for (const role of ['shop', 'warehouse', 'operator', 'read'] as const)
    tokens[role] = await addToken(ledger, { name: role, role, by: 'ada' })
  const late = { name: 'late', role: 'shop', by: 'ada', expiresAt: Date.now() - 1 } as const
  tokens.expired = await addToken(ledger, late)
  const clock = () => Date.now() + skew
  const onFailure = (error: unknown) => failures.push(error)
  view = createStoreView(store, { clock, onFailure })
  server = await listen({ view, tokens: await readTokens(ledger), port: 0, onFailure })
  await view.fulfilment!.open()
})
afterAll(async () => {
  await server?.close()
  await ledger?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function ask<T>(path: string, body?: unknown, token = tokens.shop) {
  const reply = await fetch(server.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: reply.status, body: (await reply.json()) as T & Fault }
}

interface Fault {
  readonly code?: string
  readonly message?: string
  readonly place?: { readonly column?: string }
}

const counts = (productId: string, quantity: number, requestId: string) => ({
  ...{ kind: 'count', requestId },
  lines: [{ siteId: 'FC-RNO', productId, quantity }],
})
const order = (orderId: string, productId = 'P00001', quantity = 1) => ({
  ...{ orderId, areaId: '06037' },
  lines: [{ productId, quantity, unitPriceCents: 999 }],
})
const stocked = (productId: string) => ask<StockReply>(`/stock?productId=${productId}`)

/** All that a request could have changed. */
async function state() {
  const stock = (await ask<StockReply>('/stock?limit=1000')).body
  const orders = (await ask<{ total: number }>('/orders?limit=500')).body
  return JSON.stringify([stock, orders])
}

describe('an order over HTTP', () => {
  it('is promised, placed, sent and brought back; stock follows', async () => {
    const counted = await ask('/stock/events', counts('P00001', 5, 'c1'), tokens.warehouse)
    expect(counted.status, JSON.stringify(counted.body)).toBe(200)
    const promised = await ask<PromiseReply>('/promises', { productId: 'P00001', areaId: '06037' })
    expect(promised.body.cheapest).toMatchObject({
      routeVersion: expect.stringMatching(/^timetable@/),
    })
    const { kind, arriveBy } = promised.body.cheapest!
    const wanted = { ...order('first'), customerId: 'c', promise: { kind, arriveBy } }
    const placed = await ask<OrderChangeReply>('/orders', wanted)
    expect(placed.status, JSON.stringify(placed.body)).toBe(200)
    expect(placed.body).toMatchObject({
      repeated: false,
      order: { status: 'assigned', promise: { kind, arriveBy }, parcels: [{ status: 'planned' }] },
    })
    const [parcel] = placed.body.order.parcels
    const events = ['picking', 'packed', 'shipped', 'delivered']
    for (const event of events) {
      const body = { event, requestId: `first-${event}`, parcelId: parcel!.parcelId }
      const reply = await ask<OrderChangeReply>('/orders/first/events', body, tokens.warehouse)
      expect(reply.body.order.status).toBe(event)
    }
    const after = (await stocked('P00001')).body.rows.find(
      ({ siteId }) => siteId === parcel!.siteId,
    )
    const total = (await stocked('P00001')).body.rows.reduce((sum, row) => sum + row.onHand, 0)
    expect(after!.reserved).toBe(0)
    const back = {
      ...{ event: 'returned', requestId: 'back', siteId: parcel!.siteId, condition: 'sellable' },
      lines: [{ productId: 'P00001', quantity: 1 }],
    }
    const returned = await ask<OrderChangeReply>('/orders/first/events', back, tokens.warehouse)
    expect(returned.body.order).toMatchObject({ status: 'returned', outcome: { kept: true } })
    const rows = (await stocked('P00001')).body.rows
    expect(rows.reduce((sum, row) => sum + row.onHand, 0)).toBe(total + 1)
  })

  it('goes from elsewhere when picking comes short, and frees its units when it is cancelled', async () => {
    const lines = ['FC-ONT', 'FC-RNO'].map((siteId) => ({
      siteId,
      productId: 'P00002',
      quantity: 3,
    }))
    await ask('/stock/events', { kind: 'count', requestId: 'c2', lines }, tokens.warehouse)
    const placed = await ask<OrderChangeReply>('/orders', order('short', 'P00002', 2))
    const [first] = placed.body.order.parcels
    await ask('/orders/short/events', {
      event: 'picking',
      requestId: 's1',
      parcelId: first!.parcelId,
    })
    const reply = await ask<OrderChangeReply>('/orders/short/events', {
      ...{ event: 'short', requestId: 's2', parcelId: first!.parcelId },
      lines: [{ productId: 'P00002', quantity: 2 }],
    })
    expect(reply.status, JSON.stringify(reply.body)).toBe(200)
    expect(reply.body.order).toMatchObject({ status: 'assigned', waiting: [], news: [{}] })
    const gone = await ask<OrderChangeReply>('/orders/short/events', {
      event: 'cancelled',
      requestId: 's3',
    })
    expect(gone.body.order.status).toBe('cancelled')
    expect((await stocked('P00002')).body.rows.map(({ reserved }) => reserved)).not.toContain(2)
  })

  it('waits where nobody has its units, and gets them when they come in', async () => {
    const rows = (await stocked('P00007')).body.rows
    const none = rows.map(({ siteId, productId }) => ({ siteId, productId, quantity: 0 }))
    const lines = [
      ...none.filter(({ siteId }) => siteId !== 'FC-RNO'),
      { siteId: 'FC-RNO', productId: 'P00007', quantity: 1 },
    ]
    await ask('/stock/events', { kind: 'count', requestId: 'c7', lines }, tokens.warehouse)
    await ask('/orders', order('patient', 'P00007'))
    const short = await ask<OrderChangeReply>('/orders/patient/events', {
      ...{ event: 'short', requestId: 'w1', parcelId: 'patient-1' },
      lines: [{ productId: 'P00007', quantity: 1 }],
    })
    expect(short.body.order).toMatchObject({
      status: 'waiting',
      waiting: [{ productId: 'P00007' }],
    })
    const came = { ...counts('P00007', 1, 'c8'), kind: 'receive' }
    await ask('/stock/events', came, tokens.warehouse)
    const now = await ask<{ status: string }>('/orders/patient')
    expect(now.body.status).toBe('assigned')
  })

  it('is refused with what can be promised where the promise cannot be kept, and nothing is held', async () => {
    const before = await state()
    const arriveBy = new Date(Date.now() + 3_600_000).toISOString()
    const reply = await ask('/orders', { ...order('hasty'), promise: { arriveBy } })
    expect(reply).toMatchObject({ status: 409, body: { code: 'ERR_PROMISE' } })
    expect(await state()).toBe(before)
  })

  it('never sells a unit twice, however many want it at once', async () => {
    const rows = (await stocked('P00003')).body.rows
    const lines = rows.map(({ siteId, productId }) => ({ siteId, productId, quantity: 0 }))
    const first = { siteId: 'FC-RNO', productId: 'P00003', quantity: 7 }
    const rest = lines.filter(({ siteId }) => siteId !== 'FC-RNO')
    await ask(
      '/stock/events',
      { kind: 'count', requestId: 'c3', lines: [...rest, first] },
      tokens.warehouse,
    )
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        ask<OrderChangeReply>('/orders', order(`race-${i}`, 'P00003')),
      ),
    )
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(7)
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 409]))
  })
})

describe('bad input gets the right status and message, and changes nothing', () => {
  const sold = { productId: 'P00004', areaId: '06037' }
  const big = Array.from({ length: 10_000 }, () => ({ productId: 'P00004' }))
  it.each<[string, string, unknown, number, RegExp]>([
    ['unknown product', '/promises', { ...sold, productId: 'NONE' }, 404, /no product NONE/],
    ['unknown product ordered', '/orders', order('b1', 'NONE'), 404, /no product NONE/],
    ['negative quantity', '/promises', { ...sold, quantity: -1 }, 400, /quantity: /],
    ['negative quantity ordered', '/orders', order('b2', 'P00004', -2), 400, /quantity: /],
    ['half a unit', '/orders', order('b3', 'P00004', 1.5), 400, /quantity: /],
    ['10,000 lines', '/promises', { areaId: '06037', lines: big }, 400, /lines: .*500/],
    ['outside the areas', '/promises', { ...sold, areaId: '99999' }, 404, /no area 99999/],
    ['ordered outside the areas', '/orders', { ...order('b4'), areaId: 'XX' }, 404, /no area XX/],
    ['an unknown field', '/promises', { ...sold, colour: 'red' }, 400, /colour/],
    [
      'a product and a cart',
      '/promises',
      { ...sold, lines: [{ productId: 'P00004' }] },
      400,
      /not both/,
    ],
    ['nothing asked', '/promises', {}, 400, /areaId/],
    [
      'an order that is not there',
      '/orders/none/events',
      { event: 'cancelled', requestId: 'x' },
      404,
      /none/,
    ],
  ])('%s', async (_, path, body, status, message) => {
    const before = await state()
    const reply = await ask(path, body)
    expect(reply.status).toBe(status)
    expect(reply.body.message).toMatch(message)
    expect(await state()).toBe(before)
  })

  it.each<[string, object, number, RegExp]>([
    ['unknown product', counts('NONE', 1, 'k1'), 404, /NONE/],
    ['negative count', counts('P00004', -1, 'k2'), 400, /lines/],
    ['receipt of nothing', { ...counts('P00004', 0, 'k3'), kind: 'receive' }, 400, /lines/],
  ])('of stock: %s', async (_, event, status, message) => {
    const before = await state()
    const reply = await ask('/stock/events', event, tokens.warehouse)
    expect(reply.status, JSON.stringify(reply.body)).toBe(status)
    expect(reply.body.message).toMatch(message)
    expect(await state()).toBe(before)
  })

  it('a replayed request is answered as the first time; the same id for another order is refused', async () => {
    await ask('/stock/events', counts('P00005', 9, 'c5'), tokens.warehouse)
    const one = await ask<OrderChangeReply>('/orders', order('again', 'P00005', 2))
    const before = await state()
    const two = await ask<OrderChangeReply>('/orders', order('again', 'P00005', 2))
    expect([two.status, two.body.repeated]).toEqual([200, true])
    expect(two.body.order).toEqual(one.body.order)
    const other = await ask('/orders', order('again', 'P00005', 3))
    expect(other).toMatchObject({ status: 409, body: { code: 'ERR_ORDER' } })
    const recount = await ask('/stock/events', counts('P00005', 9, 'c5'), tokens.warehouse)
    expect(recount.status).toBe(200)
    expect(await state()).toBe(before)
  })

  it('a clock that runs backwards', async () => {
    const before = await state()
    const [parcelId, at] = ['again-1', new Date(Date.now() - DAY_MS).toISOString()]
    const told = { event: 'picking', requestId: 'early', parcelId, at }
    expect(await ask('/orders/again/events', told)).toMatchObject({ status: 409 })
    skew = -3_600_000
    const count = await ask('/stock/events', counts('P00005', 1, 'c6'), tokens.warehouse)
    const placed = await ask('/orders', order('early', 'P00005'))
    skew = 0
    expect(count, JSON.stringify(count.body)).toMatchObject({ status: 409 })
    expect(placed.status).toBe(409)
    expect(await state()).toBe(before)
  })

  it('no token, an expired one, and one of another role', async () => {
    const before = await state()
    const body = order('b9', 'P00005')
    const bare = await fetch(`${server.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    expect(bare.status).toBe(401)
    expect(await ask('/orders', body, tokens.expired)).toMatchObject({
      status: 401,
      body: { message: expect.stringMatching(/expired/) },
    })
    expect(await ask('/promises', sold, tokens.expired)).toMatchObject({ status: 401 })
    expect((await ask('/orders', undefined, tokens.expired)).status).toBe(401)
    expect(await ask('/orders', body, tokens.warehouse)).toMatchObject({
      status: 403,
      body: { message: expect.stringMatching(/role warehouse; this needs shop/) },
    })
    expect((await ask('/stock/events', counts('P00005', 1, 'c10'), tokens.shop)).status).toBe(403)
    expect((await ask('/promises', sold, tokens.read)).status).toBe(200)
    expect(await state()).toBe(before)
  })

  it('a body of 50 MB is refused before it is read', async () => {
    const before = await state()
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${tokens.shop}`,
        ...{ 'content-type': 'application/json', 'content-length': 50 * 1024 * 1024 },
      }
      const sent = httpRequest(`${server.url}/promises`, { method: 'POST', headers }, (reply) => {
        resolve(reply.statusCode)
        sent.destroy()
      })
      sent.on('error', reject)
      sent.write('{"requests":[')
    })
    expect(status).toBe(413)
    expect(await state()).toBe(before)
  })
})

describe('closures over HTTP', () => {
  const storm = { reason: 'storm', siteId: 'FC-RNO' }

  it('are for operators, checked, and tell what happens to each promise', async () => {
    const lines = ['FC-RNO', 'FC-ONT'].map((siteId) => ({ siteId, productId: 'P00008' }))
    const count = { kind: 'count', requestId: 'k8' }
    const units = lines.map((line) => ({ ...line, quantity: 4 }))
    expect((await ask('/stock/events', { ...count, lines: units }, tokens.operator)).status).toBe(
      200,
    )
    const arriveBy = new Date(Date.now() + 6 * DAY_MS).toISOString()
    const wanted = { ...order('stormy', 'P00008'), promise: { arriveBy } }
    const placed = await ask<OrderChangeReply>('/orders', wanted)
    const from = placed.body.order.parcels[0]!.siteId
    const closing = { ...storm, siteId: from, requestId: 'storm-1' }
    expect((await ask('/closures', closing, tokens.warehouse)).status).toBe(403)
    const closed = await ask<ClosureChange>('/closures', closing, tokens.operator)
    expect(closed.status, JSON.stringify(closed.body)).toBe(200)
    expect(closed.body.closure).toMatchObject({ siteId: from, holds: true, until: null })
    const told = closed.body.orders.find(({ orderId }) => orderId === 'stormy')
    expect(told).toMatchObject({ fate: 'kept-from-elsewhere', because: 'site-closed' })
    const again = await ask<ClosureChange>('/closures', closing, tokens.operator)
    expect(again.body).toMatchObject({ touched: 0, closure: closed.body.closure })
    const opened = await ask<ClosureChange>(
      '/closures/storm-1/reopen',
      { by: 'ada' },
      tokens.operator,
    )
    expect(opened.body.closure).toMatchObject({ holds: false, reopenedBy: 'ada' })
    const list = await ask<ClosureList>('/closures', undefined, tokens.read)
    expect(list.body.closures).toMatchObject([{ closureId: 'storm-1', holds: false }])
  })

  it.each<[string, string, unknown, number, RegExp]>([
    ['no place', '/closures', { reason: 'x', requestId: 'b1' }, 400, /give siteId/],
    ['two places', '/closures', { ...storm, laneIds: ['x'], requestId: 'b2' }, 400, /give siteId/],
    ['half a lane', '/closures', { reason: 'x', fromId: 'FC-RNO', requestId: 'b3' }, 400, /toId/],
    ['no such site', '/closures', { ...storm, siteId: 'NONE', requestId: 'b4' }, 404, /site NONE/],
    [
      'no such lane',
      '/closures',
      { reason: 'x', fromId: 'FC-RNO', toId: 'NONE', requestId: 'b5' },
      404,
      /no lane from FC-RNO to NONE/,
    ],
    [
      'over already',
      '/closures',
      { ...storm, requestId: 'b6', until: '2020-01-01T00:00:00Z' },
      400,
      /ends before/,
    ],
    ['no such closure', '/closures/none/reopen', {}, 404, /no closure none/],
  ])('%s changes nothing', async (_, path, body, status, message) => {
    const changesNothing = async () => {
      const before = await state()
      const reply = await ask(path, body, tokens.operator)
      expect(reply.status, JSON.stringify(reply.body)).toBe(status)
      expect(reply.body.message).toMatch(message)
      return (await state()) === before
    }
    // The service looks at open orders again by itself now and then, which may fall in between once.
    expect((await changesNothing()) || (await changesNothing())).toBe(true)
  })
})

it('is refused by 429 beyond what one caller may send, on the short way too; others go on', async () => {
  const limited = await listen({
    view: { ...createStoreView(store, { clock: Date.now }), fulfilment: sharedFulfilment() },
    ...{ tokens: await readTokens(ledger), port: 0, requestsAMinute: 4 },
  })
  const send = (path: string, token: string, body?: unknown) =>
    fetch(limited.url + path, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const asked = { productId: 'P00001', areaId: '06037' }
  for (let i = 0; i < 2; i++) {
    expect((await send('/promises', tokens.shop, asked)).status).toBe(200)
    expect((await send('/orders', tokens.shop)).status).toBe(200)
  }
  for (const [path, body] of [
    ['/promises', asked],
    ['/orders', undefined],
  ] as const) {
    const refused = await send(path, tokens.shop, body)
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ code: 'ERR_RATE' })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await send(path, tokens.read, body)).status).toBe(200)
  }
  await limited.close()
})

it('a second server on the same store says who keeps it, and places nothing', async () => {
  const totalOf = async () => (await ask<{ total: number }>('/orders')).body.total
  const before = await totalOf()
  const second = await listen({ view: createStoreView(store, { clock: Date.now }), port: 0 })
  const body = JSON.stringify(order('second', 'P00005'))
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${second.url}/orders`, { method: 'POST', headers, body })
  expect(reply.status).toBe(503)
  expect(await reply.json()).toMatchObject({
    code: 'ERR_STORE_BUSY',
    message: expect.stringContaining(`process ${process.pid}`),
  })
  await second.close()
  // The first server may meanwhile look at its own orders again, as it does all the time.
  expect(await totalOf()).toBe(before)
  expect(await ask('/orders/second')).toMatchObject({ status: 404 })
})

it('publishes what stands as tables while it serves, once', async () => {
  const publish = () => publishFulfilment(store, { now: Date.now() })
  let made = await publish()
  expect(made).toMatchObject({ kind: 'fulfilment', version: 1, skipped: false })
  let again = await publish()
  // The server may look at its open orders in between, by itself.
  for (let tries = 0; !again.skipped && tries < 5; tries++) {
    made = again
    again = await publish()
  }
  expect(again).toMatchObject({ version: made.version, skipped: true })
  const of = `version = ${made.version}`
  const rows = await withDatabase(store, 'read', (db) =>
    db.rows(`SELECT (SELECT count(*) FROM promises WHERE kept AND ${of}) AS kept,
      (SELECT count(*) FROM shipments WHERE status = 'delivered' AND ${of}) AS delivered,
      (SELECT sum(quantity) FROM reservations WHERE ${of}) AS held,
      (SELECT sum(reserved) FROM stock_snapshot WHERE ${of}) AS reserved,
      (SELECT sum(on_hand) FROM stock_snapshot WHERE ${of}) AS units,
      (SELECT count(*) FROM promises WHERE ${of}) AS orders`),
  )
  const { total } = (await ask<{ total: number }>('/orders')).body
  const live = (await ask<StockReply>('/stock?limit=1000')).body.rows
  const sum = (of: (row: (typeof live)[number]) => number) =>
    live.reduce((n, row) => n + of(row), 0)
  expect(rows[0]).toMatchObject({ kept: 1, delivered: 1, orders: total })
  expect(rows[0]).toMatchObject({ units: sum((r) => r.onHand), reserved: sum((r) => r.reserved) })
  expect(rows[0]!['held']).toBeLessThanOrEqual(Number(rows[0]!['reserved']))
})

it('tells Prometheus what it answered, and by which routes', async () => {
  const reply = await fetch(`${server.url}/metrics`)
  const text = await reply.text()
  expect(reply.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(text).toMatch(/storewright_route_set_areas\{version="timetable@[-0-9]+"\} 3220/)
  expect(text).toMatch(/storewright_http_requests_total\{route="POST \/orders",status="200"\} \d+/)
  expect(text).not.toContain('first-')
})

it('places orders while route sets are switched and rolled back: none fails, each names its version', async () => {
  await ask('/stock/events', counts('P00006', 900_000, 'c9'), tokens.warehouse)
  const seen: string[] = []
  const failed: unknown[] = []
  let isOver = false
  const buyer = async (name: number) => {
    for (let i = 0; !isOver; i++) {
      const areaId = AREAS[(i + name) % AREAS.length]!
      const promised = await ask<PromiseReply>('/promises', { productId: 'P00006', areaId })
      const offer = promised.body.cheapest
      if (promised.status !== 200 || offer?.routeVersion === undefined) failed.push(promised)
      else {
        const { kind, arriveBy } = offer
        const wanted = { ...order(`switch-${name}-${i}`, 'P00006'), areaId }
        const placed = await ask<OrderChangeReply>('/orders', {
          ...wanted,
          promise: { kind, arriveBy },
        })
        const version = placed.body.order?.promise.routeVersion
        if (placed.status === 200 && version !== undefined) seen.push(offer.routeVersion, version)
        // A switch may take the promised way away: then it is said, with what can be had.
        else if (placed.body.code !== 'ERR_PROMISE') failed.push(placed)
      }
    }
  }
  const buyers = [0, 1, 2].map(buyer)
  const cli = (...words: string[]) =>
    run(process.execPath, ['src/cli/main.ts', 'network', ...words, '--store', store])
  const isServing = (version: string) =>
    expect.poll(() => seen.slice(-6).every((one) => one === version)).toBe(true)
  await cli('switch', '--set', '1')
  await isServing('1')
  await cli('switch', '--set', '2')
  await isServing('2')
  await cli('rollback')
  await isServing('1')
  isOver = true
  await Promise.all(buyers)
  expect(seen.length).toBeGreaterThan(50)
  expect(failed).toEqual([])
  expect(new Set(seen.map((version) => version.replace(/@.*/, '')))).toEqual(
    new Set(['timetable', '1', '2']),
  )
  const next = await ask<PromiseReply>('/promises', { productId: 'P00006', areaId: '06037' })
  expect(next.body.cheapest!.routeVersion).toBe('1')
  await switchRoutes(store, { version: 2, at: Date.now() + skew, by: 'ada' })
  // Told by another process as by this one: it stands in the ledger that the service follows.
  const served = async () =>
    (await ask<PromiseReply>('/promises', { productId: 'P00006', areaId: '06037' })).body.cheapest!
      .routeVersion
  await expect.poll(served, { interval: 10 }).toBe('2')
  expect(failures).toEqual([])
})
