import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createWorld } from './input.ts'
import { luckOf } from './luck.ts'
import { naivePolicy } from './naive.ts'
import { replayPlain } from './plain.ts'
import type { ReplayPolicy, ReviewState } from './policy.ts'
import { anyInput, anyParams, oneProduct, QUIET, randomPolicy, scriptedPolicy } from './testing.ts'

const luck = luckOf(1)

describe('replayPlain', () => {
  it('follows a scripted example worked by hand', () => {
    // Lead time 2. Order 5 on day 0 arrives on day 2; stock 3 sells 2, then 1 of 2 (1 lost).
    const input = oneProduct({ demand: [2, 2, 1, 3, 4], initialStock: 3 })
    const tally = replayPlain(createWorld(input, QUIET), luck, scriptedPolicy([5]))
    const { products, days } = tally
    expect([...days.soldUnits]).toEqual([2, 1, 1, 3, 1])
    expect([...days.lostUnits]).toEqual([0, 1, 0, 0, 3])
    expect([...days.stockCents]).toEqual([100, 0, 400, 100, 0])
    expect([...days.stockM3]).toEqual([0.5, 0, 2, 0.5, 0])
    expect([...days.inStockProducts]).toEqual([1, 1, 1, 1, 1])
    expect(products.unitNights[0]).toBe(6)
    expect(products.lostDays[0]).toBe(2)
    expect(products.lostRevenueCents[0]).toBe(1200)
    expect(products.revenueCents[0]).toBe(2400)
    expect(products.orders[0]).toBe(1)
    expect(products.endOnHand[0]).toBe(0)
  })

  it('rounds orders to packs and minimums, and moves arrivals past closed days', () => {
    // Day 100 is a Saturday; day 102, when the order would arrive, is closed.
    const input = {
      ...oneProduct({ demand: [1, 1, 9, 1, 1], casePack: 4, minimumQuantity: 5 }),
      openDays: { closedWeekdays: [], closedDays: new Set([102]) },
    }
    const tally = replayPlain(createWorld(input, QUIET), luck, scriptedPolicy([1]))
    expect(tally.products.boughtUnits[0]).toBe(8)
    expect([...tally.days.soldUnits]).toEqual([0, 0, 0, 1, 1])
    expect([...tally.days.lostUnits]).toEqual([1, 1, 0, 0, 0])
    expect([...tally.days.inStockProducts]).toEqual([0, 0, 0, 1, 1])
    expect(tally.products.endOnHand[0]).toBe(6)
  })

  it('splits a delivery when the vendor does', () => {
    const input = oneProduct({ demand: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0] })
    const params = { ...QUIET, partialProbability: 1, partialShare: 0.3, partialDelayDays: 1 }
    const tally = replayPlain(createWorld(input, params), luck, scriptedPolicy([10]))
    // Seven units on day 2, three on the day after.
    expect([...tally.days.stockCents]).toEqual([
      0, 0, 700, 1000, 1000, 1000, 1000, 1000, 1000, 1000,
    ])
  })

  it('shows a policy the morning of the review day and nothing later', () => {
    const states: ReviewState[] = []
    const sawUnits: number[][] = []
    const spy: ReplayPolicy = {
      name: 'spy',
      order(state) {
        states.push(state)
        sawUnits.push([...state.sold.units])
        return Float64Array.of(4)
      },
    }
    const input = oneProduct({ demand: [1, 2, 3, 4, 5, 6], initialStock: 2, reviewPeriodDays: 2 })
    replayPlain(createWorld(input, QUIET), luck, spy)
    expect(states.map((state) => state.day)).toEqual([100, 102, 104])
    expect(states.map((state) => state.onHand[0])).toEqual([2, 4, 4])
    expect(states.map((state) => state.onOrder[0])).toEqual([0, 0, 0])
    expect(sawUnits).toEqual([
      [0, 0, 0, 0, 0, 0],
      [1, 2, 0, 0, 0, 0],
      [1, 2, 3, 4, 0, 0],
    ])
    expect(states[2]!.sold.days).toBe(4)
  })

  it('lets a policy see its own sales alone when asked to', () => {
    let seen: number[] = []
    const spy: ReplayPolicy = {
      name: 'spy',
      order(state) {
        seen = [...state.sold.units.subarray(0, state.sold.days)]
        return Float64Array.of(0)
      },
    }
    const world = createWorld(oneProduct({ demand: [3, 3, 3], initialStock: 4 }), QUIET)
    replayPlain(world, luck, spy, 'own')
    expect(seen).toEqual([3, 1])
    replayPlain(world, luck, spy, 'store')
    expect(seen).toEqual([3, 3])
  })

  it('tells what is on order and when it is expected, overdue orders tomorrow', () => {
    const rows: number[][] = []
    const spy: ReplayPolicy = {
      name: 'spy',
      order({ openOrders, review }) {
        rows.push([...openOrders.orderedOn, ...openOrders.expectedOn, ...openOrders.units])
        return Float64Array.of(review === 0 ? 6 : 0)
      },
    }
    const input = oneProduct({ demand: [0, 0, 0, 0, 0], leadTime: 4 })
    const quotedLeadTimeDays = Float64Array.of(2)
    const optimist = { ...input, products: { ...input.products, quotedLeadTimeDays } }
    replayPlain(createWorld(optimist, QUIET), luck, spy)
    expect(rows).toEqual([[], [100, 102, 6], [100, 103, 6], [100, 104, 6], []])
  })

  it('keeps the books: units bought and there at first are sold, on hand or on order', () => {
    fc.assert(
      fc.property(anyInput, anyParams, fc.nat(), (input, params, seed) => {
        const world = createWorld(input, params)
        for (const policy of [naivePolicy, randomPolicy(seed)]) {
          const { products } = replayPlain(world, luckOf(seed), policy)
          for (let p = 0; p < world.products; p++) {
            const from = p * world.days
            const wanted = world.demand.subarray(from, from + world.days).reduce((a, b) => a + b, 0)
            expect(products.soldUnits[p]! + products.lostUnits[p]!).toBe(wanted)
            expect(products.soldUnits[p]! + products.endOnHand[p]! + products.endOnOrder[p]!).toBe(
              input.initialStock[p]! + products.boughtUnits[p]!,
            )
          }
        }
      }),
    )
  })

  it('gives every policy the same vendors: an order on the same day arrives on the same day', () => {
    // Whatever else was ordered, a unit ordered on day index 7 must arrive on one and the same day.
    const arrivals = [0, 3, 9].map((before) => {
      const input = {
        ...oneProduct({ demand: Array.from({ length: 60 }, () => 0) }),
        leadTimes: { ...oneProduct({ demand: [0] }).leadTimes },
      }
      const leadTimes = {
        distributionOf: Int32Array.of(0),
        offsets: Int32Array.of(0, 30),
        values: Int32Array.from({ length: 30 }, (_, i) => i + 1),
      }
      const script = [before, before, 0, before, 0, 0, 0, 1]
      const base = replayPlain(createWorld({ ...input, leadTimes }, QUIET), luck, {
        name: 'base',
        order: ({ review }) => Float64Array.of(review === 7 ? 0 : (script[review] ?? 0)),
      })
      const more = replayPlain(
        createWorld({ ...input, leadTimes }, QUIET),
        luck,
        scriptedPolicy(script),
      )
      return more.days.stockCents.findIndex((cents, d) => cents > base.days.stockCents[d]!)
    })
    expect(arrivals[0]).toBeGreaterThan(7)
    expect(new Set(arrivals).size).toBe(1)
  })
})
