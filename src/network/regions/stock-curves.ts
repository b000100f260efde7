import { betaI, logGamma } from '../../core/distributions/special.ts'
import { requireArgument } from '../../core/errors.ts'

/** What there is to fill orders from, by product. */
export interface StoreStock {
  /** Units in the whole store; Infinity where stock is not counted. */
  readonly supplyUnits: Float64Array
  /** Units sold per order placed in the store. */
  readonly unitsPerOrder: Float64Array
  /** Most units that a region keeps of a product that sells so many there over the cover. */
  readonly wantedUnits: (product: number, coverUnits: number) => number
  /** Days between two replenishments. */
  readonly coverDays: number
  /** Orders a day of the whole store. */
  readonly ordersADay: number
}

/** Orders and what they hold, the lines of one order together. */
export interface QuantityOrders {
  readonly starts: Int32Array
  readonly product: Int32Array
  readonly quantity: Int32Array
}

/**
 * How far the stock of a store fills the orders of a region, by the region's size, where room is no
 * matter: a region with the share d of all orders has the share d of each product's units.
 */
export interface StockCurves {
  /** Orders a day, rising: the knots. */
  readonly demand: Float64Array
  /** Share of orders wholly filled, and of order lines. */
  readonly wholeShare: Float64Array
  readonly lineShare: Float64Array
}

/** Sizes of regions at which curves are kept: each half of the next, the last the whole store. */
const KNOTS = 8
/** Orders that the curves are averaged over at most. */
const MOST_ORDERS = 20_000

/**
 * Learns the curves from recorded orders. The store has b units of a product (its supply, at most
 * what its regions want together), of which the share d of its orders has the share d. What is sold
 * comes back one by one, half the cover of T days later in the mean; where a region has none, others
 * fill its lines. The units on their way are then a Poisson count of mean a = units a day · T / 2 cut
 * off at b (Erlang's loss system, whatever the times are distributed like), and the h = b − N that
 * are there lie as if drawn from all shelves: of those of a region with db units, none with the chance
 *   C(b − db, h) / C(b, h)
 * A line of q > 1 units counts each unit as there by itself: P(Binomial(h, d) ≥ q). Products are
 * independent; an order is whole where all its lines are filled. Throws ERR_ARGUMENT without orders.
 */
export function learnStockCurves(orders: QuantityOrders, stock: StoreStock): StockCurves {
  const count = orders.starts.length - 1
  requireArgument(count > 0, 'there are no orders to learn from')
  const step = Math.max(1, Math.floor(count / MOST_ORDERS))
  const demand = new Float64Array(KNOTS)
  const wholeShare = new Float64Array(KNOTS)
  const lineShare = new Float64Array(KNOTS)
  for (let k = 0; k < KNOTS; k++) {
    const share = 2 ** (k + 1 - KNOTS)
    demand[k] = share * stock.ordersADay
    const filled = createFilled(stock, share)
    const sums = { whole: 0, orders: 0, filled: 0, lines: 0 }
    for (let o = 0; o < count; o += step) {
      let whole = 1
      for (let line = orders.starts[o]!; line < orders.starts[o + 1]!; line++) {
        const chance = filled(orders.product[line]!, orders.quantity[line]!)
        whole *= chance
        sums.filled += chance
        sums.lines++
      }
      sums.whole += whole
      sums.orders++
    }
    wholeShare[k] = sums.whole / sums.orders
    lineShare[k] = sums.lines === 0 ? 1 : sums.filled / sums.lines
  }
  return { demand, wholeShare, lineShare }
}

/** The chance that a line is filled in a region with so large a share of the store. */
function createFilled(stock: StoreStock, share: number) {
  const { supplyUnits, unitsPerOrder, wantedUnits, coverDays, ordersADay } = stock
  const known = new Map<number, number>()
  return (product: number, quantity: number): number => {
    const key = product * MOST_QUANTITY + Math.min(quantity, MOST_QUANTITY - 1)
    const found = known.get(key)
    if (found !== undefined) return found
    const cover = unitsPerOrder[product]! * ordersADay * coverDays
    const wanted = wantedUnits(product, cover * share) / share
    const units = Math.round(Math.min(supplyUnits[product]!, wanted))
    const chance = Number.isFinite(units) ? filledInside(units, cover / 2, share, quantity) : 1
    known.set(key, chance)
    return chance
  }
}

/** Quantities from this on count alike. */
const MOST_QUANTITY = 64
/** Weights below this share of the largest are left out. */
const LEAST = 1e-10

/**
 * Chance that `quantity` units are there in a region with the share `share` of `units`, of which
 * `away` would be away in the mean if there were no end of them.
 */
export function filledInside(units: number, away: number, share: number, quantity: number): number {
  let sums = { weight: 0, filled: 0 }
  const add = (gone: number, weight: number) => {
    const there = units - gone
    sums = {
      weight: sums.weight + weight,
      filled: sums.filled + weight * hasInside(units, there, share, quantity),
    }
  }
  // Neighbouring counts n − 1 and n have weights as n : a; from the likeliest count both ways.
  const likeliest = Math.min(units, Math.floor(away))
  add(likeliest, 1)
  for (let [n, weight] = [likeliest, 1]; n > 0; n--) {
    weight *= n / away
    if (weight < LEAST) break
    add(n - 1, weight)
  }
  for (let [n, weight] = [likeliest, 1]; n < units; n++) {
    weight *= away / (n + 1)
    if (weight < LEAST) break
    add(n + 1, weight)
  }
  return sums.filled / sums.weight
}

/** Chance that of `there` of all `units` at least `quantity` lie in a region with a share of them. */
function hasInside(units: number, there: number, share: number, quantity: number): number {
  if (there < quantity) return 0
  if (share >= 1) return 1
  if (quantity === 1) {
    const others = units * (1 - share)
    if (there > others) return 1
    const log =
      logGamma(others + 1) -
      logGamma(others - there + 1) -
      logGamma(units + 1) +
      logGamma(units - there + 1)
    return 1 - Math.exp(log)
  }
  // P(Binomial(n, p) ≥ q) = I_p(q, n − q + 1)
  return betaI(quantity, there - quantity + 1, share)
}

/** A curve at a region of `demand` orders a day, linear in its logarithm between knots. */
export function stockedAt(
  { demand: knots }: StockCurves,
  curve: Float64Array,
  demand: number,
): number {
  const last = knots.length - 1
  if (!(demand > knots[0]!)) return curve[0]!
  const place = last + Math.log2(demand / knots[last]!)
  if (place >= last) return curve[last]!
  const low = Math.max(0, Math.floor(place))
  return curve[low]! + (place - low) * (curve[low + 1]! - curve[low]!)
}
