import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { afterIterations } from '../../../core/optimize/stop.ts'
import { createCheapestNow } from '../../assign/strategies.ts'
import { from, madeSituation, open } from '../testing/made-situation.ts'
import { bundleOf } from './bundle.ts'
import { reevaluate } from './reevaluate.ts'
import type { HeldParcel, OpenOrder, OrderChange } from './types.ts'

const strategy = createCheapestNow()
const stop = afterIterations(10_000)
/** Promises are kept to the minute in made-up stores. */
const knobs = { 'fulfilment.change-margin': 0 }
const sitesOf = (change: OrderChange) =>
  change.orders.map(({ parcels }) => parcels.map((p) => p.site))

describe('reevaluate', () => {
  it('sends in one parcel what had to be split, once one site has all', () => {
    const situation = madeSituation({
      units: [
        [0, 1],
        [0, 0],
      ],
      cents: () => 300,
    })
    const { changes, savedCents } = reevaluate(
      [open('O', [from(0, 0), from(1, 1)])],
      situation,
      strategy,
      { stop, knobs },
    )
    expect(changes).toMatchObject([{ kind: 'merged', parcelsBefore: 2 }])
    expect(sitesOf(changes[0]!)).toEqual([[0]])
    expect(savedCents).toBeGreaterThan(300)
  })

  it('leaves an order alone where a change saves less than it must', () => {
    const situation = madeSituation({ units: [[0], [1]], cents: (site) => 300 - site })
    const { changes } = reevaluate([open('O', [from(0, 0)])], situation, strategy, { stop, knobs })
    expect(changes).toEqual([])
  })

  it('asks an order that holds the last unit to go elsewhere, and that one goes first', () => {
    // Product 1 is at site 0 for the small order, which site 2 could ship as well.
    const situation = madeSituation({
      units: [
        [0, 0],
        [0, 0],
        [0, 1],
      ],
      cents: () => 300,
    })
    const split = open('split', [from(0, 0), from(1, 1)], { area: 1 })
    const small = open('small', [from(0, 1)])
    const only = madeSituation({
      ...{
        units: [
          [0, 0],
          [0, 0],
          [0, 1],
        ],
      },
      cents: (site, area) => (area === 1 && site === 2 ? undefined : 300),
    })
    expect(
      reevaluate([split, small], situation, strategy, { stop, knobs }).changes.length,
    ).toBeGreaterThan(0)
    const { changes, parcelsBefore, parcelsAfter } = reevaluate([split, small], only, strategy, {
      stop,
    })
    expect(changes.map(({ kind, orders }) => [kind, orders[0]!.orderId])).toEqual([
      ['exchanged', 'small'],
      ['exchanged', 'split'],
    ])
    expect(changes.map(sitesOf)).toEqual([[[2]], [[0]]])
    expect([parcelsBefore, parcelsAfter]).toEqual([3, 2])
  })

  it('joins orders of one customer where both promises hold, and no others', () => {
    const situation = madeSituation({ units: [[1], [0]], cents: () => 300 })
    const first = open('first', [from(0, 0)], { customer: 'C' })
    const second = open('second', [from(1, 0)], { customer: 'C', promisedBy: 900 })
    const { changes } = reevaluate([first, second], situation, strategy, { stop, knobs })
    expect(changes).toMatchObject([{ kind: 'joined', parcelsBefore: 2 }])
    expect(changes[0]!.orders.map(({ orderId }) => orderId)).toEqual(['first', 'second'])
    expect(sitesOf(changes[0]!)).toEqual([[0], [0]])
    for (const other of [{ customer: 'D' }, { customer: undefined }, { area: 7 }]) {
      const apart = [first, { ...second, ...other }]
      expect(reevaluate(apart, situation, strategy, { stop, knobs }).changes).toEqual([])
    }
    // Nothing from site 0 arrives by minute 900: joined, the second promise would break.
    const late = madeSituation({
      ...{
        units: [[1], [1]],
        cents: () => 300,
        arrives: (site: number) => (site === 0 ? 950 : 800),
      },
    })
    const stays = reevaluate(
      [first, { ...second, parcels: [from(1, 0)] }],
      madeSituation({
        units: [[1], [0]],
        cents: () => 300,
        arrives: (site) => (site === 0 ? 950 : 800),
      }),
      strategy,
      { stop, knobs },
    )
    expect(stays.changes).toEqual([])
    const both = reevaluate([first, second], late, strategy, { stop, knobs })
    expect(both.changes.map(sitesOf)).toEqual([[[1], [1]]])
  })

  it('moves nothing to where it would arrive too close to its promise', () => {
    const ways = { units: [[0], [1]], cents: (site: number) => (site === 0 ? 900 : 100) }
    const situation = madeSituation({ ...ways, arrives: () => 700 })
    const changes = (margin: number) =>
      reevaluate([open('O', [from(0, 0)])], situation, strategy, {
        ...{ stop, knobs: { 'fulfilment.change-margin': margin } },
      }).changes.length
    expect([changes(300), changes(301)]).toEqual([1, 0])
  })

  it('says which orders it cannot keep', () => {
    const situation = madeSituation({ units: [[0]], cents: () => undefined })
    const { atRisk, changes } = reevaluate([open('O', [from(0, 0)])], situation, strategy, {
      stop,
      knobs,
    })
    expect([atRisk, changes]).toEqual([['O'], []])
  })

  it('stops when it is told to', () => {
    const situation = madeSituation({
      units: [
        [0, 1],
        [0, 0],
      ],
      cents: () => 300,
    })
    const orders = [open('O', [from(0, 0), from(1, 1)])]
    const { changes } = reevaluate(orders, situation, strategy, { stop: () => true, knobs })
    expect(changes).toEqual([])
  })
})

/** A store of three sites and three products with open orders that hold units beside what is free. */
const store = fc.record({
  units: fc.array(fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }), {
    minLength: 3,
    maxLength: 3,
  }),
  ways: fc.array(fc.nat({ max: 600 }), { minLength: 9, maxLength: 9 }),
  arrives: fc.array(fc.integer({ min: 700, max: 1050 }), { minLength: 3, maxLength: 3 }),
  orders: fc.array(
    fc.record({
      sites: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
      products: fc.subarray([0, 1, 2], { minLength: 1 }),
      area: fc.nat({ max: 2 }),
      customer: fc.option(fc.constantFrom('C', 'D'), { nil: undefined }),
      promisedBy: fc.integer({ min: 800, max: 1100 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
})

function ordersOf(drawn: typeof store extends fc.Arbitrary<infer T> ? T : never): OpenOrder[] {
  return drawn.orders.map(({ sites, products, ...rest }, index) => {
    const used = [...new Set(products.map((p) => sites[p]!))]
    const parcels = used.map((site) => from(site, ...products.filter((p) => sites[p] === site)))
    return open(`O${index}`, parcels, rest)
  })
}

const unitsOf = (parcels: readonly HeldParcel[], product: number) =>
  parcels
    .flatMap(({ lines }) => lines)
    .reduce((n, l) => n + (l.product === product ? l.quantity : 0), 0)

describe('any re-evaluation', () => {
  const situationOf = (
    {
      units,
      ways,
      arrives,
    }: Pick<typeof store extends fc.Arbitrary<infer T> ? T : never, 'units' | 'ways' | 'arrives'>,
    stock = units,
  ) =>
    madeSituation({
      units: stock,
      cents: (site, area) => ways[3 * site + area],
      arrives: (site) => arrives[site]!,
    })

  it('takes at each step only what is free, keeps units and kept promises, and saves what it says', () => {
    fc.assert(
      fc.property(store, (drawn) => {
        const orders = ordersOf(drawn)
        const free = drawn.units.map((row) => [...row])
        const held = new Map(orders.map((order) => [order.orderId, order.parcels]))
        const result = reevaluate(orders, situationOf(drawn), strategy, { stop, knobs })
        for (const change of result.changes) {
          for (const { orderId, parcels } of change.orders) {
            for (const p of [0, 1, 2]) {
              expect(unitsOf(parcels, p)).toBe(unitsOf(held.get(orderId)!, p))
            }
            for (const { site, lines } of held.get(orderId)!) {
              for (const { product, quantity } of lines) free[site]![product]! += quantity
            }
            held.set(orderId, parcels)
            for (const { site, lines } of parcels) {
              for (const { product, quantity } of lines) free[site]![product]! -= quantity
            }
            expect(Math.min(...free.flat())).toBeGreaterThanOrEqual(0)
            const { promisedBy } = orders.find((order) => order.orderId === orderId)!
            for (const { site } of parcels) {
              expect(drawn.arrives[site]!).toBeLessThanOrEqual(promisedBy)
            }
          }
        }
        const groups = new Map(orders.map((order) => [order.orderId, [order]]))
        for (const { orders: together } of result.changes) {
          const all = together.map(({ orderId }) => orders.find((o) => o.orderId === orderId)!)
          for (const one of all) groups.set(one.orderId, all)
        }
        const cents = (
          list: readonly OpenOrder[],
          now: ReadonlyMap<string, readonly HeldParcel[]>,
        ) =>
          bundleOf(
            list.map((order) => ({ ...order, parcels: now.get(order.orderId)! })),
            strategy,
            situationOf(drawn, [[], [], []]),
            { parcelWorthCents: 2000, changeMarginMinutes: 0 },
          ).cents
        const before = orders.map((order) =>
          cents([order], new Map(orders.map((o) => [o.orderId, o.parcels]))),
        )
        if (before.some((value) => value === Infinity)) return
        const after = [...new Set(groups.values())].map((list) => cents(list, held))
        const total = (list: readonly number[]) => list.reduce((a, b) => a + b, 0)
        expect(total(before) - total(after)).toBeCloseTo(result.savedCents, 6)
      }),
      { numRuns: 400 },
    )
  })

  it('is the same for the same orders', () => {
    fc.assert(
      fc.property(store, (drawn) => {
        const orders = ordersOf(drawn).map((order) => ({ ...order, customer: undefined }))
        const options = { stop, knobs }
        const first = reevaluate(orders, situationOf(drawn), strategy, options)
        const again = reevaluate(orders, situationOf(drawn), strategy, options)
        expect(again).toEqual(first)
      }),
      { numRuns: 100 },
    )
  })
})
