import { describe, expect, it } from 'vitest'
import { createCorrelatedRounding } from './correlated-rounding.ts'
import { createStorewright } from './storewright.ts'
import { createCheapestNow, createLpDuals, createNearest } from './strategies.ts'
import { makeOrder, makeWorld, situationOf } from './testing/made-situation.ts'
import { describeStrategyContract } from './testing/strategy.contract.ts'

describeStrategyContract('nearest', createNearest)
describeStrategyContract('cheapest-now', createCheapestNow)
describeStrategyContract('lp-duals', createLpDuals)
describeStrategyContract('storewright', createStorewright)
describeStrategyContract('correlated-rounding', () =>
  createCorrelatedRounding(() => ({ share: (_, product, site) => (product + site) % 3 }), 1),
)

describe('a textbook choice: two sites, two products', () => {
  // Site 0 is near and has both; site 1 is far and has product 0 alone, which is worth little there.
  const world = {
    ...makeWorld(1, { sites: 2, products: 2, areas: 1 }),
    stock: Int32Array.of(5, 5, 5, 0),
    physics: [
      { kg: 1, m3: 0.001 },
      { kg: 1, m3: 0.001 },
    ],
    km: Float64Array.of(100, 1000),
    worthCents: Float64Array.of(400, 0, 0, 0),
    heaviestKg: Float64Array.of(Infinity, Infinity),
  }
  const single = { ...makeOrder(world, 1, 1), lines: [{ product: 0, quantity: 1 }] }
  const both = {
    ...single,
    lines: [
      { product: 0, quantity: 1 },
      { product: 1, quantity: 1 },
    ],
  }
  const sitesOf = (strategy: ReturnType<typeof createNearest>, order: typeof single) =>
    strategy.assign(order, situationOf(world))?.parcels.map(({ site }) => site)

  it('ships from the near site while nothing else counts', () => {
    expect(sitesOf(createNearest(), single)).toEqual([0])
    expect(sitesOf(createCheapestNow(), single)).toEqual([0])
  })

  it('keeps stock where it is worth more than the way, but splits no order for it', () => {
    expect(sitesOf(createLpDuals(), single)).toEqual([1])
    expect(sitesOf(createLpDuals(), both)).toEqual([0])
  })

  it('says what each alternative would have cost', () => {
    const { chosen, alternatives } = createLpDuals().explain(single, situationOf(world))
    expect(chosen?.parcels[0]?.site).toBe(1)
    expect(alternatives.map(({ verdict }) => verdict)).toEqual([
      'Ships for 9 cents less, and uses stock worth 400 cents more elsewhere.',
    ])
  })
})

describe('what is least by its own measure', () => {
  const strategies = [createNearest(), createCheapestNow(), createLpDuals(), createStorewright()]
  const carts = Array.from({ length: 150 }, (_, seed) => {
    const world = makeWorld(seed, { sites: 6, products: 12, areas: 3 })
    const order = makeOrder(world, seed, 1 + (seed % 6))
    const situation = situationOf(world)
    return { made: strategies.map((strategy) => strategy.assign(order, situation)) }
  })

  it('ships no small cart for less than cheapest-now does', () => {
    for (const { made } of carts) {
      const [nearest, now, duals, ours] = made.map((one) => one?.shippingCents ?? 0)
      expect(now!).toBeLessThanOrEqual(Math.min(nearest!, duals!, ours!) + 1e-6)
    }
  })

  it('costs no small cart less with the worth of stock than lp-duals and storewright do', () => {
    for (const { made } of carts) {
      const all = made.map((one) => (one?.shippingCents ?? 0) + (one?.opportunityCents ?? 0))
      expect(all[2]!).toBeLessThanOrEqual(Math.min(all[0]!, all[1]!) + 1e-6)
      expect(all[3]!).toBeCloseTo(all[2]!, 6)
    }
  })

  it('splits large carts as well by storewright as by the greedy cover, or better', () => {
    for (let seed = 0; seed < 15; seed++) {
      const world = makeWorld(seed, { sites: 8, products: 40, areas: 1 })
      world.heaviestKg.fill(Infinity)
      const order = makeOrder(world, seed, 30)
      const [greedy, ours] = [createLpDuals(), createStorewright()].map((strategy) => {
        const made = strategy.assign(order, situationOf(world))
        return made === undefined ? 0 : made.shippingCents + made.opportunityCents
      })
      expect(ours!).toBeLessThanOrEqual(greedy! + 1e-6)
    }
  })
})
