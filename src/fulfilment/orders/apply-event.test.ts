import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyOrderEvent } from './apply-event.ts'
import type { OrderEvent, OrderEventOf } from './events.ts'
import { liveParcels } from './standing.ts'
import { someLife } from './testing/made-lives.ts'
import { assigned, HOUR, NOON, parcel, placed, step, WHOLE } from './testing/made-orders.ts'
import type { Order } from './types.ts'
import { countUnits, joinLines, totalUnits } from './units.ts'

/** The order after all events; a refusal throws its message. */
function play(...events: readonly OrderEvent[]): Order {
  let order: Order | undefined
  for (const event of events) {
    const outcome = applyOrderEvent(order, event)
    if (!outcome.ok) throw new Error(outcome.message)
    order = outcome.order
  }
  return order!
}

const whole = [placed(), assigned('assign', [parcel('P1', WHOLE)])] as const
const way = (deliveredAt: number, shippedAt = NOON + 10 * HOUR) => [
  step('picking', NOON + 6 * HOUR),
  step('packed', NOON + 8 * HOUR),
  step('shipped', shippedAt),
  step('delivered', deliveredAt),
]
const two = [
  placed(),
  assigned('assign', [
    parcel('P1', [{ productId: 'A', quantity: 2 }]),
    parcel('P2', [{ productId: 'B', quantity: 1 }], { siteId: 'S2' }),
  ]),
] as const
const cancelled = (lines: OrderEventOf<'cancelled'>['lines']): OrderEvent => ({
  ...{ kind: 'cancelled', requestId: 'cancel', orderId: 'O1', at: NOON + 7 * HOUR },
  ...{ lines, by: 'customer', because: null },
})

describe('the life of an order', () => {
  it('goes from the click to the door', () => {
    const events = [...whole, ...way(NOON + 30 * HOUR)]
    const seen = events.map((_, index) => play(...events.slice(0, index + 1)).status)
    expect(seen).toEqual(['placed', 'assigned', 'picking', 'packed', 'shipped', 'delivered'])
    const order = play(...events)
    expect(order.outcome).toEqual({ kept: true, deliveredAt: NOON + 30 * HOUR })
    expect(order.life.map(({ type }) => type)).toEqual(events.map(({ kind }) => kind))
  })

  it('stands with its least advanced parcel', () => {
    expect(play(...two, step('picking', NOON + HOUR)).status).toBe('picking')
    const one = [step('picking', NOON + HOUR), step('packed', NOON + 2 * HOUR)]
    expect(play(...two, ...one, step('shipped', NOON + 3 * HOUR)).status).toBe('picking')
    const both = [...one, step('picking', NOON + HOUR, 'P2'), step('packed', NOON + HOUR, 'P2')]
    expect(play(...two, ...both).status).toBe('packed')
  })

  it('keeps the promise as it was given when sites change', () => {
    const late = parcel('P2', WHOLE, { siteId: 'S2', arriveBy: NOON + 90 * HOUR })
    const order = play(...whole, assigned('again', [late]))
    expect(order.promise).toEqual(placed().promise)
    expect(order.parcels.map(({ parcelId }) => parcelId)).toEqual(['P2'])
  })

  it('says why a promise was broken', () => {
    expect(play(...whole, ...way(NOON + 60 * HOUR)).outcome).toMatchObject({
      because: 'late-on-the-way',
    })
    expect(play(...whole, ...way(NOON + 60 * HOUR, NOON + 20 * HOUR)).outcome).toMatchObject({
      because: 'late-packing',
    })
    const closed: OrderEvent = {
      ...{ kind: 'withdrawn', requestId: 'closed', orderId: 'O1', at: NOON + HOUR },
      ...{ parcelId: 'P1', because: 'site-closed' },
    }
    const late = parcel('P2', WHOLE, { arriveBy: NOON + 60 * HOUR })
    const steps = (['picking', 'packed', 'shipped', 'delivered'] as const).map((kind, index) =>
      step(kind, NOON + (20 + 15 * index) * HOUR, 'P2'),
    )
    const order = play(...whole, closed, assigned('again', [late]), ...steps)
    expect(order.outcome).toMatchObject({ kept: false, because: 'site-closed' })
    expect(order.parcels[0]).toMatchObject({ status: 'cancelled', lines: WHOLE })
  })

  it('judges a missed promise once, and adds the day it came', () => {
    const missed = (at: number): OrderEvent => ({
      ...{ kind: 'missed', requestId: `missed ${at}`, orderId: 'O1', at, because: null },
    })
    expect(applyOrderEvent(play(...whole), missed(NOON + 48 * HOUR))).toMatchObject({ ok: false })
    const order = play(...whole, missed(NOON + 49 * HOUR))
    const because = 'late-packing'
    expect(order.outcome).toEqual({ kept: false, because, deliveredAt: undefined })
    const there = play(...whole, missed(NOON + 49 * HOUR), ...way(NOON + 60 * HOUR))
    expect(there.outcome).toEqual({ kept: false, because, deliveredAt: NOON + 60 * HOUR })
    expect(applyOrderEvent(there, missed(NOON + 70 * HOUR))).toMatchObject({ ok: false })
  })

  it('waits with what is short, and goes on when it is found elsewhere', () => {
    const short: OrderEvent = {
      ...{ kind: 'short', requestId: 'short', orderId: 'O1', at: NOON + 7 * HOUR, parcelId: 'P1' },
      ...{ lines: [{ productId: 'A', quantity: 1 }], because: 'short-pick' },
    }
    const order = play(...whole, step('picking', NOON + 6 * HOUR), short)
    expect(order).toMatchObject({ status: 'waiting', trouble: 'short-pick' })
    expect(order.waiting).toEqual([{ productId: 'A', quantity: 1 }])
    const outcome = applyOrderEvent(
      order,
      assigned('again', [parcel('P2', order.waiting, { siteId: 'S2' })], NOON + 8 * HOUR),
    )
    expect(outcome).toMatchObject({ ok: true, order: { status: 'picking', waiting: [] } })
  })

  it('cancels what waits, is planned or is picked, and nothing that has left', () => {
    expect(play(...whole, cancelled(null)).status).toBe('cancelled')
    const picked = play(...whole, step('picking', NOON + 6 * HOUR))
    const part = applyOrderEvent(picked, cancelled([{ productId: 'A', quantity: 1 }]))
    expect(part).toMatchObject({ ok: true, order: { status: 'picking' } })
    const gone = play(...whole, ...way(NOON + 30 * HOUR).slice(0, 3))
    expect(applyOrderEvent(gone, cancelled(null))).toMatchObject({
      ok: false,
      refusal: 'not-allowed-now',
      message: expect.stringContaining('can be returned'),
    })
  })

  it('takes back what was delivered, once', () => {
    const back = (requestId: string, quantity: number): OrderEvent => ({
      ...{ kind: 'returned', requestId, orderId: 'O1', at: NOON + 90 * HOUR, siteId: 'S1' },
      ...{ lines: [{ productId: 'A', quantity }], condition: 'sellable' },
    })
    const there = play(...whole, ...way(NOON + 30 * HOUR))
    expect(applyOrderEvent(there, back('1', 3))).toMatchObject({ ok: false })
    const two = play(...whole, ...way(NOON + 30 * HOUR), back('1', 2))
    expect(two.status).toBe('delivered')
    expect(applyOrderEvent(two, back('2', 1))).toMatchObject({ ok: false })
    const rest: OrderEvent = {
      ...{ kind: 'returned', requestId: '3', orderId: 'O1', at: NOON + 90 * HOUR, siteId: 'S1' },
      ...{ lines: [{ productId: 'B', quantity: 1 }], condition: 'damaged' },
    }
    expect(applyOrderEvent(two, rest)).toMatchObject({ ok: true, order: { status: 'returned' } })
  })

  it('refuses with words', () => {
    const words = (order: Order | undefined, event: OrderEvent) => {
      const outcome = applyOrderEvent(order, event)
      return outcome.ok ? 'taken' : `${outcome.refusal}: ${outcome.message}`
    }
    const order = play(...whole)
    expect(words(undefined, step('picking', NOON))).toContain('unknown-order')
    expect(words(order, { ...placed(), requestId: 'other' })).toContain('order-exists')
    expect(words(order, step('shipped', NOON + HOUR))).toBe(
      'not-allowed-now: order O1 is assigned: parcel P1 is planned: it cannot be shipped next',
    )
    expect(words(order, step('picking', NOON - 1))).toContain('clock-went-back')
    expect(words(order, step('picking', NOON, 'P9'))).toContain('unknown-parcel')
    const more = parcel('P2', [{ productId: 'A', quantity: 3 }])
    expect(words(order, assigned('more', [more]))).toContain('not 1 × A more')
    expect(words(order, cancelled([{ productId: 'X', quantity: 1 }]))).toContain('unknown-product')
  })
})

describe('whatever happens to an order', () => {
  it('has each unit once: cancelled, waiting, or in one parcel; its promise stays', () => {
    fc.assert(
      fc.property(someLife, (events) => {
        let order = play(placed())
        for (const event of events) {
          const outcome = applyOrderEvent(order, event)
          if (!outcome.ok) {
            expect(outcome.message).not.toBe('')
            continue
          }
          if (outcome.repeated) expect(outcome.order).toBe(order)
          order = outcome.order
          const held = liveParcels(order).flatMap(({ lines }) => lines)
          const units = joinLines(held, order.waiting, order.cancelled)
          expect(countUnits(units)).toEqual(countUnits(order.lines))
          expect(order.promise).toEqual(placed().promise)
          expect(totalUnits(order.returned)).toBeLessThanOrEqual(totalUnits(held))
          expect(new Set(order.life.map(({ requestId }) => requestId)).size).toBe(order.life.length)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('changes nothing when every event is repeated', () => {
    fc.assert(
      fc.property(someLife, (events) => {
        const runs = [events, events.flatMap((event) => [event, event])].map((list) => {
          let order = play(placed())
          for (const event of list) {
            const outcome = applyOrderEvent(order, event)
            if (outcome.ok) order = outcome.order
          }
          return order
        })
        expect(runs[1]).toEqual(runs[0])
      }),
      { numRuns: 200 },
    )
  })
})
