import fc from 'fast-check'
import type { OrderEvent } from '../events.ts'
import { assigned, HOUR, NOON, parcel } from './made-orders.ts'

/** Events about O1, sensible and not: parcels of any shape, steps in any order. */
const someEvent = (index: number): fc.Arbitrary<OrderEvent> => {
  const line = fc.record({
    productId: fc.constantFrom('A', 'B'),
    quantity: fc.integer({ min: 1, max: 2 }),
  })
  const lines = fc.array(line, { minLength: 1, maxLength: 2 })
  const parcelId = fc.constantFrom('P1', 'P2', 'P3')
  const base = {
    requestId: fc.constantFrom(`r${index}`, `r${index - 1}`),
    orderId: fc.constant('O1'),
  }
  const at = fc.integer({ min: -1, max: 60 }).map((hours) => NOON + hours * HOUR)
  const all = { ...base, at }
  return fc.oneof(
    fc
      .record({ ...all, parcels: fc.array(fc.tuple(parcelId, lines), { maxLength: 2 }) })
      .map(({ requestId, at: time, parcels }) =>
        assigned(
          requestId,
          parcels.map(([id, of]) => parcel(id, of)),
          time,
        ),
      ),
    fc.record({
      ...all,
      kind: fc.constantFrom(
        'picking' as const,
        'packed' as const,
        'shipped' as const,
        'delivered' as const,
      ),
      parcelId,
    }),
    fc.record({
      ...all,
      kind: fc.constant('short' as const),
      parcelId,
      lines,
      because: fc.constant('damaged' as const),
    }),
    fc.record({
      ...all,
      kind: fc.constant('withdrawn' as const),
      parcelId,
      because: fc.constant('lane-down' as const),
    }),
    fc.record({
      ...all,
      kind: fc.constant('cancelled' as const),
      lines: fc.option(lines),
      by: fc.constantFrom('customer' as const, 'store' as const),
      because: fc.constant(null),
    }),
    fc.record({
      ...all,
      kind: fc.constant('returned' as const),
      siteId: fc.constant('S1'),
      lines,
      condition: fc.constant('sellable' as const),
    }),
    fc.record({ ...all, kind: fc.constant('missed' as const), because: fc.constant(null) }),
  )
}

/** Up to 25 events about O1 after it was placed. */
export const someLife = fc
  .integer({ min: 1, max: 25 })
  .chain((length) => fc.tuple(...Array.from({ length }, (_, index) => someEvent(index))))
