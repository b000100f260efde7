import { requireArgument } from '../../core/errors.ts'
import type { World } from './input.ts'
import { firstArrival, type Luck, lateArrival, lateUnits } from './luck.ts'
import { roundOrder } from './policy.ts'
import { createTally, type DayTally, type Tally } from './tally.ts'

/**
 * The fast path for policies whose order-up-to levels are known beforehand (product × review): the
 * same numbers, bit for bit, as `replayPlain` of the base-stock policy.
 *
 *     demand   p ──►  d0 d1 d2 … one row of a product, read once, in order (the only big array)
 *     incoming        one row of `days` units, reused by each product (in cache)
 *     sums by day     rows of `days`, shared by all products (in cache)
 *     sums by product, stock, on order: registers
 *
 * Products are the outer loop: an order's lead time is a hash of (seed, product, day), so that
 * nothing a product does depends on another, and a day needs no list of arrivals.
 */
export function replayBaseStock(world: World, luck: Luck, levels: Float64Array): Tally {
  requireArgument(
    levels.length === world.products * world.reviewDays.length,
    `replay: levels must be product × review, ${world.products} × ${world.reviewDays.length}`,
  )
  const tally = createTally(world)
  const incoming = new Float64Array(world.days + 1)
  for (let p = 0; p < world.products; p++) replayProduct(world, luck, levels, p, tally, incoming)
  return tally
}

function replayProduct(
  world: World,
  luck: Luck,
  levels: Float64Array,
  p: number,
  tally: Tally,
  incoming: Float64Array,
): void {
  const { days, demand, open, reviewDays, priceStep } = world
  const prices = world.input.priceCents
  const cost = world.input.products.unitCostCents[p]!
  const volume = world.input.products.volumeM3?.[p] ?? 0
  const { soldUnits, lostUnits, revenueCents, soldCostCents } = tally.days
  const { stockCents, stockM3, inStockProducts } = tally.days
  const onSaleFrom = world.onSaleFrom[p]!
  let onHand = world.input.initialStock[p]!
  let onOrder = 0
  let review = 0
  let reviewDay = reviewDays.length > 0 ? reviewDays[0]! : -1
  let soldSum = 0
  let lostSum = 0
  let revenueSum = 0
  let lostRevenueSum = 0
  let nightSum = 0
  let inStockSum = 0
  let inStockDemandSum = 0
  let lostDays = 0
  let orders = 0
  let boughtSum = 0
  const row = p * days
  const priceAt = p * world.priceStride
  for (let day = 0; day < days; day++) {
    const arrived = incoming[day]!
    if (arrived > 0) {
      onHand += arrived
      onOrder -= arrived
      incoming[day] = 0
    }
    if (day === reviewDay) {
      const level = levels[p * reviewDays.length + review]!
      if (level > onHand + onOrder) {
        const bought = placeOrder(world, luck, p, day, level - (onHand + onOrder), incoming)
        if (bought > 0) {
          orders++
          onOrder += bought
          boughtSum += bought
          countOrder(tally.days, day, bought * cost)
        }
      }
      review++
      reviewDay = review < reviewDays.length ? reviewDays[review]! : -1
    }
    const wanted = demand[row + day]!
    const inStock = onHand > 0 && day >= onSaleFrom ? open[day]! : 0
    if (inStock > 0) {
      inStockSum++
      inStockProducts[day]! += 1
    }
    if (wanted > 0) {
      const price = prices[priceAt + day * priceStep]!
      const sold = Math.min(onHand, wanted)
      onHand -= sold
      soldSum += sold
      revenueSum += sold * price
      inStockDemandSum += inStock
      if (wanted > sold) {
        const lost = wanted - sold
        lostSum += lost
        lostRevenueSum += lost * price
        lostDays++
        lostUnits[day]! += lost
      }
      soldUnits[day]! += sold
      revenueCents[day]! += sold * price
      soldCostCents[day]! += sold * cost
    }
    if (onHand > 0) {
      nightSum += onHand
      stockCents[day]! += onHand * cost
      if (volume > 0) stockM3[day]! += onHand * volume
    }
  }
  incoming[days] = 0
  const sums = tally.products
  sums.soldUnits[p] = soldSum
  sums.lostUnits[p] = lostSum
  sums.revenueCents[p] = revenueSum
  sums.lostRevenueCents[p] = lostRevenueSum
  sums.unitNights[p] = nightSum
  sums.inStockDays[p] = inStockSum
  sums.inStockDemandDays[p] = inStockDemandSum
  sums.lostDays[p] = lostDays
  sums.orders[p] = orders
  sums.boughtUnits[p] = boughtSum
  sums.endOnHand[p] = onHand
  sums.endOnOrder[p] = onOrder
}

/** Posts an order's arrivals and returns its units. Kept out of the loop: it is the rare branch. */
function placeOrder(
  world: World,
  luck: Luck,
  p: number,
  day: number,
  wanted: number,
  incoming: Float64Array,
): number {
  const { minimumQuantity, casePack } = world.input.products
  const units = roundOrder(wanted, minimumQuantity[p]!, casePack[p]!)
  if (units === 0) return 0
  const first = firstArrival(world, luck, p, day)
  const late = lateArrival(world, luck, p, day, first)
  const after = late < 0 ? 0 : lateUnits(world, units)
  incoming[first]! += units - after
  if (after > 0) incoming[late]! += after
  return units
}

function countOrder(days: DayTally, day: number, cents: number): void {
  days.orders[day]! += 1
  days.orderedCents[day]! += cents
}
