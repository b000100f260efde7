import type { AssignmentStrategy, OrderToAssign, Situation } from '../../src/fulfilment/index.ts'
import type { Order, SetUp } from './set-up.ts'

/** A strategy in a replay, with what it learns between orders. */
export interface Runner extends Disposable {
  readonly strategy: AssignmentStrategy
  /** Worth of a unit for `Situation.unitWorthCents`. */
  worthCents(site: number, product: number): number
  /** Called before order `index` of a horizon of which `remaining` (a share) is left. */
  before(
    index: number,
    remaining: number,
    available: (site: number, product: number) => number,
  ): void
}

/** Orders of the set-up as lines of one unit. */
export function pastOrders(setUp: SetUp, orders: readonly Order[]) {
  return orders.map(({ kind, city }) => ({
    area: city,
    lines: setUp.kinds[kind]!.map((product) => ({ product, quantity: 1 })),
  }))
}

/**
 * Cents of giving the orders to sites one after the other. The price of a parcel is that of the set-up,
 * with a unit weighing a kg. Throws where a strategy takes what is not there.
 */
export function replay(
  setUp: SetUp,
  stock: Float64Array,
  orders: readonly Order[],
  runner: Runner,
): number {
  const left = stock.slice()
  const { sites, cities, fixedCents, unitCents, km } = setUp
  const sitesWith = sitesOf(setUp, stock)
  const physics = { kg: 1, m3: 0.001 }
  const available = (site: number, product: number) => left[product * sites + site]!
  const situation: Situation = {
    ...{ sites, available },
    sitesWith: (product) => sitesWith[product]!.filter((site) => available(site, product) > 0),
    physics: () => physics,
    price: (site, { area }, kg) => {
      const way = site * cities + area
      return { route: -1, cents: fixedCents[way]! + kg * unitCents[way]! }
    },
    distanceKm: (site, area) => km[site * cities + area]!,
    unitWorthCents: (site, product) => runner.worthCents(site, product),
  }
  let cents = 0
  pastOrders(setUp, orders).forEach(({ area, lines }, index) => {
    runner.before(index, 1 - index / orders.length, available)
    const order: OrderToAssign = { orderId: String(index), area, lines, now: 0, promisedBy: 1 }
    const assignment = runner.strategy.assign(order, situation)!
    for (const { site, lines: taken } of assignment.parcels) {
      for (const { product, quantity } of taken) {
        left[product * sites + site] = available(site, product) - quantity
        if (available(site, product) < 0) throw new Error(`${runner.strategy.name} sold twice`)
      }
    }
    cents += assignment.shippingCents
  })
  return cents
}

function sitesOf({ products, sites }: SetUp, stock: Float64Array): number[][] {
  return Array.from({ length: products }, (_, product) =>
    Array.from({ length: sites }, (_, site) => site).filter(
      (site) => stock[product * sites + site]! > 0,
    ),
  )
}
