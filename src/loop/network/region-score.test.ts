import { describe, expect, it } from 'vitest'
import { DAY_MS } from '../../core/calendar.ts'
import { createRandom } from '../../core/random/random.ts'
import { regions } from '../../network/index.ts'
import { createUsNetwork } from '../../world/index.ts'
import type { NetworkFacts } from './facts.ts'
import { problemOf } from './region-plan.ts'
import { judgePlans, withoutJudged } from './region-score.ts'
import { replayedOrders } from './replayed-orders.ts'

const FIRST_DAY = 20_500
const PRODUCTS = 30
const SETTINGS = {
  knobs: { 'network.volume-factor': 2000 },
  forecast: { seed: 5 },
} as unknown as Parameters<typeof judgePlans>[3]

const { network } = createUsNetwork({ seed: 2, areas: 60, centres: 6, capacityM3: 4000 })

/**
 * A store whose customers are spread over all areas, `days` days of it, with so many units of each
 * product in each centre; every order has `lines` lines.
 */
function factsOf(days: number, unitsASite = 40, lines = 1): NetworkFacts {
  const random = createRandom('facts')
  const count = days * 40
  const area = Int32Array.from({ length: count }, () => random.int(network.areas.ids.length))
  const products = {
    casePack: new Float64Array(PRODUCTS).fill(1),
    unitCostCents: new Float64Array(PRODUCTS).fill(500),
  }
  const units = new Int32Array(network.sites.ids.length * PRODUCTS)
  network.sites.kinds.forEach((kind, s) => {
    if (kind === 'fulfilment_centre') units.fill(unitsASite, s * PRODUCTS, (s + 1) * PRODUCTS)
  })
  return {
    network,
    orders: {
      ids: Array.from(area, (_, o) => `o${o}`),
      orderedAt: Float64Array.from(area, (_, o) => FIRST_DAY * DAY_MS + (o * DAY_MS) / 40),
      area,
      starts: Int32Array.from({ length: count + 1 }, (_, o) => lines * o),
      product: Int32Array.from({ length: lines * count }, () => random.int(PRODUCTS)),
      quantity: new Int32Array(lines * count).fill(1),
      days,
      withoutArea: 0,
    },
    products: products as unknown as NetworkFacts['products'],
    unitM3: new Float64Array(PRODUCTS).fill(0.01),
    nowUnits: units,
  }
}

/** Two regions: the west of the median of the areas and the east; or those of the east served from the west. */
function halves(areCrossed: boolean): regions.RegionPlan {
  const { areas, sites } = network
  const middle = areas.lon.slice().sort()[Math.floor(areas.lon.length / 2)]!
  const half = (lon: number) => Number(lon > middle)
  return {
    regions: 2,
    areaRegion: Int32Array.from(areas.lon, half),
    siteRegion: Int32Array.from(sites.lon, (lon) => (areCrossed ? 1 - half(lon) : half(lon))),
  }
}

describe('plans of regions judged by a replay', () => {
  const facts = factsOf(200)
  const planned = withoutJudged(facts, SETTINGS.knobs)
  const judge = judgePlans(facts, planned, problemOf(planned, { settings: SETTINGS }), SETTINGS)!

  it('plans on none of the orders that judge', () => {
    const last = planned.orders.orderedAt.at(-1)!
    expect(last).toBeLessThan((FIRST_DAY + 200 - 36) * DAY_MS)
    expect(planned.orders.days).toBe(200 - 36)
    expect(planned.orders.starts.at(-1)).toBe(planned.orders.product.length)
    const judged = replayedOrders(facts.orders, FIRST_DAY + 200 - 36)
    expect(judged.minute.length + planned.orders.ids.length).toBe(facts.orders.ids.length)
  })

  it('finds regions that are served from afar dearer, and says by what', () => {
    const [near, far] = [judge.score(halves(false)), judge.score(halves(true))]
    expect(near.cents).toBeLessThan(far.cents)
    const sum = Object.values(near.parts!).reduce((total, part) => total + part, 0)
    expect(near.cents).toBeCloseTo(sum, 9)
    expect(near.parts!['orders not promised in time']!).toBeLessThan(
      far.parts!['orders not promised in time']!,
    )
    expect(judge.score(halves(false))).toEqual(near)
    const told = judge.told(halves(true))
    expect(told).toMatchObject({ plans: 3, orders: 28 * 40, best: { cents: near.cents } })
    expect(told.today!.cents).toBe(far.cents)
    expect([told.from, told.until]).toEqual(['2026-08-07', '2026-09-03'])
  })

  it('judges nothing in a store of few days, or where no days are asked for', () => {
    const young = factsOf(50)
    const knobs = { ...SETTINGS.knobs, 'network.score-days': 0 }
    const problem = problemOf(young, { settings: SETTINGS })
    expect(withoutJudged(young, SETTINGS.knobs)).toBe(young)
    expect(judgePlans(young, young, problem, SETTINGS)).toBeUndefined()
    expect(judgePlans(facts, facts, problem, { ...SETTINGS, knobs })).toBeUndefined()
  })
})

/** Two regions are planned and played with so much stock; the estimate beside what the replay finds. */
function wholeShares(unitsASite: number, lines: number): [estimate: number, replayed: number] {
  // The assumption holds: what is sold comes back one by one, in the replay after about ten days,
  // which is half the cover. Orders of several lines are filled as independent lines would be as long
  // as few of them are short; where most are, whole orders go elsewhere and leave units behind.
  const settings = { ...SETTINGS, knobs: { ...SETTINGS.knobs, 'network.stock-cover-days': 20 } }
  const facts = factsOf(200, unitsASite, lines)
  const planned = withoutJudged(facts, settings.knobs)
  const problem = problemOf(planned, { settings })
  const plan = halves(false)
  const judge = judgePlans(facts, planned, problem, settings)!
  judge.score(plan)
  const { total } = regions.measurePlan(problem, plan, regions.readPrices(settings.knobs))
  return [total.wholeShare, judge.told(undefined).best.wholeShare]
}

it.each([
  [1, 1],
  [2, 1],
  [4, 1],
  [8, 1],
  [7, 3],
  [8, 3],
  [9, 3],
  [12, 3],
])('estimates whole orders as they are replayed: %i units a site, %i lines', (units, lines) => {
  const [estimate, replayed] = wholeShares(units, lines)
  expect(Math.abs(estimate - replayed)).toBeLessThan(0.06)
})

it('joins lines of one product of an order, and leaves out orders of too many products', () => {
  const many = Array.from({ length: 25 }, (_, p) => p)
  const product = [7, 3, 7, ...many, 1]
  const replayed = replayedOrders(
    {
      ids: ['early', 'joined', 'many', 'late'],
      orderedAt: Float64Array.of(9.9 * DAY_MS, 10 * DAY_MS, 10.5 * DAY_MS, 11 * DAY_MS),
      area: Int32Array.of(0, 1, 2, 3),
      starts: Int32Array.of(0, 0, 3, 28, 29),
      product: Int32Array.from(product),
      quantity: new Int32Array(product.length).fill(2),
      days: 2,
      withoutArea: 0,
    },
    10,
  )
  expect(replayed).toEqual({
    starts: Int32Array.of(0, 2, 3),
    area: Int32Array.of(1, 3),
    minute: Int32Array.of(0, 1440),
    product: Int32Array.of(7, 3, 1),
    quantity: Int32Array.of(4, 2, 2),
  })
})
