import { describe, expect, it } from 'vitest'
import { sampleNegativeBinomial } from '../core/distributions/counts.ts'
import { createRandom } from '../core/random/random.ts'
import { createPathCache } from './decide.ts'
import { LEAD_TIME_POINTS } from './lead-times.ts'
import { planOrders } from './plan-orders.ts'
import { countForecast, gammaLeadTimes } from './testing.ts'

const PRODUCTS = 25
const REVIEW = 7
const DAYS = 60 * REVIEW
const WARM_UP = 15 * REVIEW
const HOLDING_RATE = 0.3

interface Case {
  readonly mean: number
  readonly unitCost: number
  readonly price: number
  readonly lineCost: number
}

interface OpenOrder {
  readonly product: number
  readonly arrival: number
  readonly expected: number
  readonly units: number
}

type Policy = (day: number, onHand: Float64Array, open: readonly OpenOrder[]) => Float64Array

const leadTimes = gammaLeadTimes(PRODUCTS, 10, 3)

/** Profit a product and day of a policy, lost sales, under demand that its forecast describes. */
function profitOf({ mean, unitCost, price, lineCost }: Case, policy: Policy): number {
  const random = createRandom(`long run ${mean}`)
  const onHand = new Float64Array(PRODUCTS).fill(Math.ceil(mean * 17))
  let open: OpenOrder[] = []
  let profit = 0
  for (let day = 0; day < DAYS; day++) {
    for (const order of open) if (order.arrival === day) onHand[order.product]! += order.units
    open = open.filter((order) => order.arrival > day)
    const counted = day >= WARM_UP ? 1 : 0
    if (day % REVIEW === 0) {
      const arrival = day + leadTimes.points[random.int(LEAD_TIME_POINTS)]!
      policy(day, onHand, open).forEach((units, product) => {
        if (units === 0) return
        open.push({ product, arrival, expected: day + 10, units })
        profit -= counted * lineCost
      })
    }
    for (let product = 0; product < PRODUCTS; product++) {
      const sold = Math.min(onHand[product]!, sampleNegativeBinomial(random, mean, 1))
      onHand[product]! -= sold
      const held = (onHand[product]! * unitCost * HOLDING_RATE) / 365
      profit += counted * (sold * (price - unitCost) - held)
    }
  }
  return profit / PRODUCTS / (DAYS - WARM_UP)
}

function planner({ mean, unitCost, price, lineCost }: Case): Policy {
  const cache = createPathCache()
  const column = (value: number) => new Float64Array(PRODUCTS).fill(value)
  const forecast = countForecast(column(mean), 28)
  const today = forecast.origin
  return (day, onHand, open) =>
    planOrders(
      {
        today,
        forecast,
        onHand,
        incoming: {
          product: Int32Array.from(open, (order) => order.product),
          arrivalDay: Int32Array.from(open, (order) => today + order.expected - day),
          units: Float64Array.from(open, (order) => order.units),
        },
        unitCostCents: column(unitCost),
        priceCents: column(price),
        volumeM3: column(0.001),
        minimumQuantity: column(1),
        casePack: column(1),
        leadTimes,
        reviewPeriodDays: REVIEW,
        settings: {
          'inventory.holding-rate': HOLDING_RATE,
          'inventory.obsolescence-rate': 0,
          'inventory.excess-loss': 0,
          'inventory.lost-sale-penalty': 0,
          'inventory.order-line-cost': lineCost,
          'inventory.max-cover-days': 365,
          'inventory.level-correlation': 0,
          'inventory.day-correlation': 0,
        },
        seed: 'long run',
      },
      cache,
    ).quantity
}

function reorderPolicy(s: number, S: number): Policy {
  return (_, onHand, open) => {
    const position = onHand.slice()
    for (const order of open) position[order.product]! += order.units
    return position.map((units) => (units <= s ? S - units : 0))
  }
}

/** The best (s, S) on a grid, chosen with hindsight on the very demand it is judged by. */
function bestReorderProfit(given: Case): number {
  const { mean, unitCost, lineCost } = given
  const need = mean * 17
  const sd = Math.sqrt(17 * (mean + mean * mean))
  const lot = Math.sqrt((2 * lineCost * mean * 365) / (unitCost * HOLDING_RATE))
  let best = 0
  for (const safety of [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5]) {
    for (const share of [0, 0.5, 1, 1.5, 2]) {
      const s = Math.round(need + safety * sd)
      best = Math.max(
        best,
        profitOf(given, reorderPolicy(s, s + Math.max(1, Math.round(share * lot)))),
      )
    }
  }
  return best
}

describe('the planner over a year of reviews', () => {
  it('earns at least 98 % of the best (s, S) found with hindsight, over cheap, dear, slow and fast products', () => {
    const cases: readonly Case[] = [
      { mean: 0.05, unitCost: 100, price: 250, lineCost: 50 },
      { mean: 0.2, unitCost: 2000, price: 5000, lineCost: 50 },
      { mean: 0.2, unitCost: 100, price: 250, lineCost: 0 },
      { mean: 1, unitCost: 100, price: 250, lineCost: 50 },
      { mean: 5, unitCost: 100, price: 130, lineCost: 50 },
    ]
    for (const given of cases) {
      const share = profitOf(given, planner(given)) / bestReorderProfit(given)
      expect({ ...given, share: share >= 0.98 ? 'enough' : share }).toEqual({
        ...given,
        share: 'enough',
      })
    }
  })
})
