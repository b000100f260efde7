import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCheapestNow } from '../../assign/strategies.ts'
import { madeSituation } from '../testing/made-situation.ts'
import { type AffectedOrder, repair } from './repair.ts'

const strategy = createCheapestNow()
const affected = (orderId: string, change: Partial<AffectedOrder> = {}): AffectedOrder => ({
  ...{ orderId, area: 0, lines: [{ product: 0, quantity: 1 }], pickFrom: 100, promisedBy: 1000 },
  ...{ fromSites: [0], because: 'site-closed' },
  ...change,
})
const ways = { cents: () => 300 }

describe('repair', () => {
  it('keeps a promise from elsewhere, or from the same site by a later way', () => {
    const [elsewhere] = repair(
      [affected('O')],
      madeSituation({ ...ways, units: [[0], [1]] }),
      strategy,
    )
    expect(elsewhere).toMatchObject({ fate: 'kept-from-elsewhere', waits: [], arriveBy: 1000 })
    expect(elsewhere!.assignment!.parcels.map(({ site }) => site)).toEqual([1])
    const down = affected('O', { because: 'lane-down' })
    const [later] = repair([down], madeSituation({ ...ways, units: [[1], [0]] }), strategy)
    expect(later).toMatchObject({
      fate: 'kept-later',
      words: expect.stringContaining('leaves later'),
    })
  })

  it('tells the first later day on which it can come, and leaves the promise as it is', () => {
    const arrives = () => 1000 + 2.5 * 1440
    const situation = madeSituation({ ...ways, arrives, units: [[0], [1]] })
    expect(repair([affected('O')], situation, strategy)).toMatchObject([
      { fate: 'broken-late', arriveBy: 1000 + 3 * 1440, because: 'site-closed' },
    ])
  })

  it('lets wait what nobody has, and sends the rest', () => {
    const lines = [
      { product: 0, quantity: 2 },
      { product: 1, quantity: 1 },
    ]
    const situation = madeSituation({
      ...ways,
      units: [
        [0, 1],
        [1, 0],
      ],
    })
    const [outcome] = repair([affected('O', { lines })], situation, strategy)
    expect(outcome).toMatchObject({
      ...{ fate: 'broken-waiting', arriveBy: undefined },
      waits: [{ product: 0, quantity: 1 }],
    })
    expect(outcome!.assignment!.parcels.length).toBe(2)
  })

  it('gives the last unit to the earliest promise', () => {
    const situation = madeSituation({ ...ways, units: [[0], [1]] })
    const list = [affected('a', { promisedBy: 2000 }), affected('b')]
    const outcomes = repair(list, situation, strategy)
    expect(outcomes.map(({ orderId, fate }) => [orderId, fate])).toEqual([
      ['b', 'kept-from-elsewhere'],
      ['a', 'broken-waiting'],
    ])
  })

  const lines = fc.array(
    fc.record({ product: fc.nat({ max: 1 }), quantity: fc.integer({ min: 1, max: 4 }) }),
    { minLength: 1, maxLength: 3 },
  )
  const orders = fc
    .array(fc.record({ lines, promisedBy: fc.integer({ min: 500, max: 4000 }) }), { maxLength: 6 })
    .map((list) => list.map((order, index) => affected(`O${index}`, order)))
  const units = fc.array(fc.array(fc.nat({ max: 5 }), { minLength: 2, maxLength: 2 }), {
    minLength: 2,
    maxLength: 3,
  })

  it('sends or lets wait each unit once, takes no unit twice, and leaves none that someone waits for', () => {
    fc.assert(
      fc.property(orders, units, (list, stock) => {
        const situation = madeSituation({ ...ways, units: stock, arrives: () => 900 })
        const outcomes = repair(list, situation, strategy)
        for (const product of [0, 1]) {
          const of = (of: readonly { readonly product: number; readonly quantity: number }[]) =>
            of.reduce((sum, line) => sum + (line.product === product ? line.quantity : 0), 0)
          const sent = outcomes.map(({ assignment }) =>
            of(assignment?.parcels.flatMap((parcel) => parcel.lines) ?? []),
          )
          outcomes.forEach(({ orderId, waits }, index) => {
            const order = list.find((one) => one.orderId === orderId)!
            expect(sent[index]! + of(waits)).toBe(of(order.lines))
          })
          const total = sent.reduce((a, b) => a + b, 0)
          const there = stock.reduce((sum, row) => sum + row[product]!, 0)
          const asked = list.reduce((sum, order) => sum + of(order.lines), 0)
          expect(total).toBe(Math.min(there, asked))
        }
      }),
    )
  })

  it('does not depend on the order of the list', () => {
    const shuffled = orders.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(shuffled, units, ([list, other], stock) => {
        const situation = madeSituation({ ...ways, units: stock })
        expect(repair(other, situation, strategy)).toEqual(repair(list, situation, strategy))
      }),
    )
  })
})
