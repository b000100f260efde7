import { describe, expect, it } from 'vitest'
import { applyOrderEvent } from '../apply-event.ts'
import type { OrderEvent } from '../events.ts'
import { assigned, HOUR, NOON, parcel, placed, step } from '../testing/made-orders.ts'
import type { Order } from '../types.ts'
import { eventsOfFailure, type Failure, newlyWaiting } from './failures.ts'

function orderOf(orderId: string, ...events: readonly OrderEvent[]): Order {
  let order: Order | undefined
  for (const event of events) {
    const outcome = applyOrderEvent(order, { ...event, orderId } as OrderEvent)
    if (!outcome.ok) throw new Error(outcome.message)
    order = outcome.order
  }
  return order!
}

const promiseBy = (hours: number) => ({
  promise: { ...placed().promise, arriveBy: NOON + hours * HOUR },
})
const A2 = [{ productId: 'A', quantity: 2 }]
const B1 = [{ productId: 'B', quantity: 1 }]
const early = orderOf(
  'early',
  placed(promiseBy(24)),
  assigned('assign', [parcel('P1', A2), parcel('P2', B1, { siteId: 'S2', laneIds: ['L9'] })]),
)
const late = orderOf(
  'late',
  placed(promiseBy(48)),
  assigned('assign', [parcel('P1', [...A2, ...B1])]),
)
const gone = orderOf(
  'gone',
  placed(),
  assigned('assign', [parcel('P1', [...A2, ...B1])]),
  step('picking', NOON + HOUR),
  step('packed', NOON + HOUR),
  step('shipped', NOON + HOUR),
)
const all = [late, gone, early]

const eventsOf = (failure: Failure) => eventsOfFailure(failure, all, 'storm', NOON + 2 * HOUR)

describe('eventsOfFailure', () => {
  it('withdraws what is still in a closed site, and nothing that has left', () => {
    const events = eventsOf({ kind: 'site-closed', siteId: 'S1' })
    expect(events.map(({ requestId }) => requestId)).toEqual(['storm/early/P1', 'storm/late/P1'])
    const outcome = applyOrderEvent(early, events[0]!)
    expect(outcome).toMatchObject({
      ok: true,
      order: { status: 'waiting', trouble: 'site-closed' },
    })
    expect(outcome.ok && newlyWaiting(early, outcome.order)).toEqual(A2)
  })

  it('withdraws what was to go over a lane that is down', () => {
    const events = eventsOf({ kind: 'lane-down', laneIds: ['L9', 'L8'] })
    expect(events).toMatchObject([{ orderId: 'early', parcelId: 'P2', because: 'lane-down' }])
  })

  it('shares damage out: who was promised first loses last', () => {
    const one = eventsOf({
      kind: 'damaged',
      siteId: 'S1',
      lines: [{ productId: 'A', quantity: 1 }],
    })
    expect(one).toMatchObject([{ orderId: 'late', kind: 'short', because: 'damaged' }])
    const three = eventsOf({
      ...{ kind: 'damaged', siteId: 'S1' },
      lines: [{ productId: 'A', quantity: 3 }, ...B1],
    })
    expect(three.map((event) => event.kind === 'short' && [event.orderId, event.lines])).toEqual([
      ['early', [{ productId: 'A', quantity: 1 }]],
      ['late', [{ productId: 'A', quantity: 2 }, ...B1]],
    ])
    for (const event of three) {
      const order = all.find(({ orderId }) => orderId === event.orderId)!
      expect(applyOrderEvent(order, event)).toMatchObject({ ok: true })
    }
  })

  it('takes from a parcel what picking did not find', () => {
    const events = eventsOf({ kind: 'short-pick', orderId: 'late', parcelId: 'P1', lines: B1 })
    expect(events).toMatchObject([{ kind: 'short', orderId: 'late', because: 'short-pick' }])
    const outcome = applyOrderEvent(late, events[0]!)
    expect(outcome.ok && outcome.order.waiting).toEqual(B1)
  })

  it('means the same when it is told twice', () => {
    const closed: Failure = { kind: 'site-closed', siteId: 'S1' }
    const once = applyOrderEvent(early, eventsOf(closed)[0]!)
    if (!once.ok) throw new Error(once.message)
    const again = applyOrderEvent(once.order, eventsOf(closed)[0]!)
    expect(again).toMatchObject({ ok: true, repeated: true, order: once.order })
  })
})
