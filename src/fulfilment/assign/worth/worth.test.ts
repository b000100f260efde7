import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadSolver } from '../../../core/optimize/linear/solver.ts'
import { createRandom } from '../../../core/random/random.ts'
import { withAge } from './age.ts'
import { BasketLp } from './basket-lp.ts'
import { createBasketWorth } from './basket-worth.ts'
import { createBestWays } from './best-ways.ts'
import { cellAt, cellsOf, type StockCells } from './cells.ts'
import { basketsOf, type PastOrder, singlesOf, unitsPerOrder, type WayCosts } from './forecast.ts'
import { mergeAreas } from './merge-areas.ts'
import { sharesOf } from './plan-shares.ts'
import { createPriceAscent } from './price-ascent.ts'
import type { StockWorth } from './stock-worth.ts'
import { createTransportWorth } from './transport-worth.ts'

const solver = await loadSolver()

interface Small {
  readonly ways: WayCosts
  readonly cells: StockCells
  readonly orders: readonly PastOrder[]
  /** Units by cell; the last site has all without end. */
  readonly stock: Float64Array
}

/** Sites 0 … n − 1 with some stock each, and a last one that has everything for more. */
function makeSmall(seed: number, size = { sites: 3, products: 3, areas: 2, orders: 8 }): Small {
  const random = createRandom(`worth-${seed}`)
  const { products, areas } = size
  const sites = size.sites + 1
  const outside = (at: number) => at >= size.sites * areas
  const ways = {
    ...{ sites, areas },
    fixed: Float64Array.from({ length: sites * areas }, (_, at) => (outside(at) ? 1700 : 850)),
    perKg: Float64Array.from({ length: sites * areas }, (_, at) =>
      outside(at) ? 400 : 40 + random.int(150),
    ),
    kg: Float64Array.from({ length: products }, () => 0.5 + random.next()),
  }
  const cells = cellsOf(sites, products, () =>
    Array.from({ length: sites }, (_, site) => site).filter(
      (site) => site === size.sites || random.next() < 0.8,
    ),
  )
  const orders = Array.from({ length: size.orders }, () => ({
    area: random.int(areas),
    lines: Array.from({ length: products }, (_, product) => product)
      .filter(() => random.next() < 0.5)
      .concat(random.int(products))
      .filter((product, at, all) => all.indexOf(product) === at)
      .map((product) => ({ product, quantity: 1 + random.int(2) })),
  }))
  const stock = Float64Array.from(cells.site, (site) =>
    site === size.sites ? Infinity : random.int(5),
  )
  return { ways, cells, orders, stock }
}

const availableOf =
  ({ cells, stock }: Small) =>
  (site: number, product: number) => {
    const cell = cellAt(cells, product, site)
    return cell < 0 ? 0 : stock[cell]!
  }

/** Every assignment of every order in turn: the cheapest plan in whole orders. */
function bruteForce({ ways, cells, orders, stock }: Small, at = 0, left = stock.slice()): number {
  if (at === orders.length) return 0
  const one = basketsOf([orders[at]!], 1)
  const best = createBestWays(one, ways, cells)
  const lines = one.product.length
  let least = Infinity
  const place = (line: number, chosen: number[]): void => {
    if (line === lines) {
      const cents = best.plainCost(0, chosen)
      if (cents >= least) return
      const rest = bruteForce({ ways, cells, orders, stock }, at + 1, left)
      least = Math.min(least, cents + rest)
      return
    }
    const product = one.product[line]!
    for (let cell = cells.starts[product]!; cell < cells.starts[product + 1]!; cell++) {
      if (left[cell]! < one.units[line]!) continue
      left[cell] = left[cell]! - one.units[line]!
      place(line + 1, [...chosen, cell])
      left[cell] = left[cell]! + one.units[line]!
    }
  }
  place(0, [])
  return least
}

describe('the cheapest ways of baskets', () => {
  it('cost what the best of all ways costs', () => {
    fc.assert(
      fc.property(fc.nat(10_000), (seed) => {
        const { ways, cells, orders } = makeSmall(seed)
        const random = createRandom(seed)
        const worth = Float64Array.from(cells.site, () =>
          random.next() < 0.2 ? Infinity : random.int(600),
        )
        const forecast = basketsOf(orders, 1)
        const best = createBestWays(forecast, ways, cells)
        for (let b = 0; b < forecast.area.length; b++) {
          const all: number[] = []
          const first = forecast.starts[b]!
          const lines = forecast.starts[b + 1]! - first
          const place = (line: number, chosen: number[], added: number): void => {
            if (line === lines) {
              all.push(best.plainCost(b, chosen) + added)
              return
            }
            const product = forecast.product[first + line]!
            for (let cell = cells.starts[product]!; cell < cells.starts[product + 1]!; cell++) {
              const cents = forecast.units[first + line]! * worth[cell]!
              place(line + 1, [...chosen, cell], added + cents)
            }
          }
          place(0, [], 0)
          expect(best.find(b, worth)).toBeCloseTo(Math.min(...all), 6)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('the basket LP', () => {
  it('bounds the cheapest plan in whole orders from below, and is often it', () => {
    let attained = 0
    for (let seed = 0; seed < 25; seed++) {
      const small = makeSmall(seed, { sites: 2, products: 2, areas: 2, orders: 4 })
      using lp = new BasketLp(solver, basketsOf(small.orders, 1), small.ways, small.cells)
      const { cents, boundCents } = lp.resolve(small.stock)
      const best = bruteForce(small)
      expect(boundCents).toBeLessThanOrEqual(best + 1e-3)
      expect(cents).toBeCloseTo(boundCents, 1)
      if (best - cents < 1e-3) attained++
    }
    expect(attained).toBeGreaterThan(12)
  })

  it('has duals that are what one unit more or less changes', () => {
    for (let seed = 0; seed < 20; seed++) {
      const { ways, cells, orders, stock } = makeSmall(seed)
      using lp = new BasketLp(solver, basketsOf(orders, 1), ways, cells)
      const { cents, worth } = lp.resolve(stock)
      stock.forEach((units, cell) => {
        if (units === Infinity || units === 0) return
        const move = (by: number) => {
          const moved = stock.slice()
          moved[cell] = units + by
          return lp.resolve(moved).cents
        }
        const [less, more] = [(move(-0.01) - cents) / 0.01, (cents - move(0.01)) / 0.01]
        // The dual lies between both slopes, and is each where they agree.
        expect(worth[cell]!).toBeLessThanOrEqual(less + 0.1)
        expect(worth[cell]!).toBeGreaterThanOrEqual(more - 0.1)
      })
    }
  })

  it('solves warm to what it solves cold', () => {
    for (let seed = 0; seed < 10; seed++) {
      const { ways, cells, orders, stock } = makeSmall(seed)
      const forecast = basketsOf(orders, 1)
      using warm = new BasketLp(solver, forecast, ways, cells)
      warm.resolve(stock)
      const later = stock.map((units) => Math.max(0, units - 1))
      const weight = forecast.weight.map((orders) => 0.6 * orders)
      using cold = new BasketLp(solver, forecast, ways, cells)
      expect(warm.resolve(later, weight).cents).toBeCloseTo(cold.resolve(later, weight).cents, 2)
    }
  })

  it('is the transport problem of Winston where orders are single units', () => {
    // Powerco (Winston, Operations Research, 7.1): 35, 50, 40 to 45, 20, 30, 30 for 1,020.
    const costs = [8, 6, 10, 9, 9, 12, 13, 7, 14, 9, 16, 5]
    const ways = {
      ...{ sites: 4, areas: 4, fixed: new Float64Array(16) },
      perKg: Float64Array.of(...costs, 99, 99, 99, 99),
      kg: Float64Array.of(1),
    }
    const cells = cellsOf(4, 1, () => [0, 1, 2, 3])
    const one = { product: 0, quantity: 1 }
    const orders = [45, 20, 30, 30].flatMap((count, area) =>
      Array.from({ length: count }, () => ({ area, lines: [one] })),
    )
    using lp = new BasketLp(solver, basketsOf(orders, 1), ways, cells)
    expect(lp.resolve(Float64Array.of(35, 50, 40, Infinity)).cents).toBeCloseTo(1020, 6)
  })

  it('tells shares by basket, and by product and area for baskets it never saw', () => {
    const small = makeSmall(3)
    const forecast = basketsOf(small.orders, 1)
    using lp = new BasketLp(solver, forecast, small.ways, small.cells)
    const plan = lp.resolve(small.stock)
    const shares = sharesOf(plan, forecast, small.cells, (area) => area)
    for (const [at, order] of small.orders.entries()) {
      const asked = { orderId: String(at), now: 0, promisedBy: 0, ...order }
      const alike = small.orders.filter((other) => JSON.stringify(other) === JSON.stringify(order))
      for (const { product } of order.lines) {
        let sum = 0
        for (let site = 0; site < 4; site++) sum += shares.share(asked, product, site)
        expect(sum).toBeGreaterThanOrEqual(alike.length - 1e-6)
      }
    }
  })
})

describe('prices by ascent', () => {
  it('come near the LP’s bound', () => {
    for (let seed = 0; seed < 3; seed++) {
      const small = makeSmall(seed, { sites: 4, products: 6, areas: 5, orders: 150 })
      const stock = small.stock.map((units) => units * 20)
      const forecast = basketsOf(small.orders, 1)
      using lp = new BasketLp(solver, forecast, small.ways, small.cells)
      const { boundCents } = lp.resolve(stock)
      const ascent = createPriceAscent(forecast, small.ways, small.cells)
      const first = lagrangian(small, stock, ascent.worth)
      for (let k = 0; k < 200; k++) {
        ascent.step(stock, {
          remaining: 1,
          stepCents: 100 / (1 + k / 5),
          mix: 2 / (k + 2),
          share: 1,
        })
      }
      const reached = lagrangian(small, stock, ascent.worth)
      expect(reached).toBeLessThanOrEqual(boundCents * (1 + 1e-6))
      expect(boundCents - reached).toBeLessThan(0.15 * (boundCents - first) + 0.002 * boundCents)
    }
  })

  function lagrangian({ ways, cells, orders }: Small, stock: Float64Array, worth: Float64Array) {
    const forecast = basketsOf(orders, 1)
    const best = createBestWays(forecast, ways, cells)
    const open = worth.map((cents, c) => (stock[c]! > 0 ? cents : Infinity))
    let cents = 0
    forecast.weight.forEach((weight, b) => {
      cents += weight * best.find(b, open)
    })
    stock.forEach((units, c) => {
      if (units > 0 && units < Infinity) cents -= units * worth[c]!
    })
    return cents
  }
})

describe.each<[string, (small: Small) => StockWorth]>([
  ['basket', (small) => createBasketWorth({ ...small, weight: 1 })],
  ['transport', (small) => createTransportWorth(solver, { ...small, weight: 1 }, 2500)],
])('%s worths', (_, make) => {
  it('are finite and not negative, and nothing where a product never lies or stock is without end', () => {
    for (let seed = 0; seed < 8; seed++) {
      const small = makeSmall(seed)
      using worth = make(small)
      for (const remaining of [1, 0.5, 0]) worth.update(availableOf(small), remaining)
      for (let site = 0; site < 4; site++) {
        for (let product = 0; product < 4; product++) {
          const cents = worth.worthCents(site, product)
          expect(cents).toBeGreaterThanOrEqual(0)
          expect(cents).toBeLessThan(1e5)
          if (site === 3 || cellAt(small.cells, product, site) < 0) expect(cents).toBe(0)
        }
      }
    }
  })

  it('price scarce stock, and let go of what is plenty', () => {
    const small = makeSmall(1, { sites: 2, products: 1, areas: 1, orders: 40 })
    const has = (units: number) => (site: number) => (site === 2 ? Infinity : units)
    using scarce = make(small)
    scarce.update(has(5), 1)
    const sites = [0, 1].filter((site) => cellAt(small.cells, 0, site) >= 0)
    for (const site of sites) expect(scarce.worthCents(site, 0)).toBeGreaterThan(200)
    using plenty = make(small)
    plenty.update(has(1000), 1)
    for (const site of sites) expect(plenty.worthCents(site, 0)).toBeLessThan(60)
  })

  it('answer the same twice', () => {
    const small = makeSmall(5)
    const [one, two] = [make(small), make(small)]
    for (const worth of [one, two]) worth.update(availableOf(small), 0.8)
    for (let site = 0; site < 4; site++)
      expect(one.worthCents(site, 1)).toBe(two.worthCents(site, 1))
    for (const worth of [one, two]) worth[Symbol.dispose]()
  })
})

describe('what forecasts are made of', () => {
  it('counts baskets alike together, and parts large orders without losing units', () => {
    const line = (product: number) => ({ product, quantity: 2 })
    const pair = { area: 1, lines: [line(1), line(0)] }
    const large = { area: 0, lines: Array.from({ length: 16 }, (_, p) => line(p)) }
    const forecast = basketsOf([pair, { ...pair, lines: [line(0), line(1)] }, large], 0.5)
    expect([...forecast.weight]).toEqual([1, 0.5, 0.5, 0.5])
    expect(forecast.product.length).toBe(18)
    const singles = singlesOf(forecast)
    expect(singles.weight.reduce((a, b) => a + b)).toBeCloseTo(2 * 2 + 0.5 * 32, 9)
    expect(unitsPerOrder(forecast)).toBeCloseTo((2 * 2 + 0.5 * 32) / 2.5, 9)
  })

  it('merges areas whose ways cost the same within the tolerance, and none beyond', () => {
    const ways = {
      ...{ sites: 2, areas: 4, kg: Float64Array.of(1) },
      fixed: new Float64Array(8).fill(100),
      perKg: Float64Array.of(10, 14, 50, 10, 30, 31, 30, Infinity),
    }
    const demand = Float64Array.of(9, 1, 3, 1)
    const { areaOf, ways: merged } = mergeAreas(ways, demand, 5, 1)
    expect([...areaOf].map((to) => to === areaOf[0])).toEqual([true, true, false, false])
    expect(merged.areas).toBe(3)
    expect(mergeAreas(ways, demand, 0, 1).ways.areas).toBe(4)
  })
})

describe('the age of stock', () => {
  it('takes from the worth of old units down to the floor', () => {
    const knobs = { 'fulfilment.age-free-days': 100, 'fulfilment.age-cents-per-day': 1 }
    const worth = (age: number, dual: number) =>
      withAge(
        () => dual,
        () => age,
        knobs,
      )(0, 0)
    expect([worth(50, 80), worth(130, 80), worth(400, 80)]).toEqual([80, 50, -50])
  })
})
