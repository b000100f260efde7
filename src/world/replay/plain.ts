import { requireArgument } from '../../core/errors.ts'
import type { World } from './input.ts'
import { firstArrival, type Luck, lateArrival, lateUnits } from './luck.ts'
import { createOrderBook, type OrderBook } from './order-book.ts'
import { type ReplayPolicy, type ReviewState, roundOrder } from './policy.ts'
import { createTally, type Tally } from './tally.ts'

/**
 * Whose past a policy sees: 'store', what the store really sold before the day of the review, the
 * same for every policy; or 'own', what it sold itself in the replay, stock-outs and all.
 */
export type Observed = 'store' | 'own'

interface Run {
  readonly world: World
  readonly tally: Tally
  readonly onHand: Float64Array
  readonly onOrder: Float64Array
  readonly book: OrderBook
  /** History and replayed days so far, product × (history days + days). */
  readonly seen: Float64Array
  readonly observed: Observed
}

/**
 * Replays any policy, day by day: arrivals in the morning, the review, sales (what is not on hand
 * is lost), the night's holding. The plain path, and the only one for policies that look at their
 * state.
 */
export function replayPlain(
  world: World,
  luck: Luck,
  policy: Pick<ReplayPolicy, 'name' | 'order'>,
  observed: Observed = 'store',
): Tally {
  const run = startRun(world, observed)
  let review = 0
  for (let day = 0; day < world.days; day++) {
    run.book.receive(day, run.onHand, run.onOrder)
    if (day === world.reviewDays[review]) {
      const wanted = policy.order(stateOf(run, day, review++))
      requireArgument(
        wanted.length === world.products,
        `policy ${policy.name}: ordered ${wanted.length} products where there are ${world.products}`,
      )
      for (let p = 0; p < world.products; p++) placeOrder(run, luck, p, day, wanted[p]!)
    }
    for (let p = 0; p < world.products; p++) sell(run, p, day)
  }
  run.tally.products.endOnHand.set(run.onHand)
  run.tally.products.endOnOrder.set(run.onOrder)
  return run.tally
}

function startRun(world: World, observed: Observed): Run {
  const { history } = world.input
  const stride = history.days + world.days
  const seen = new Float64Array(world.products * stride)
  for (let p = 0; p < world.products; p++) {
    const from = p * history.stride
    seen.set(history.units.subarray(from, from + history.days), p * stride)
  }
  return {
    world,
    tally: createTally(world),
    onHand: world.input.initialStock.slice(),
    onOrder: new Float64Array(world.products),
    book: createOrderBook(world),
    seen,
    observed,
  }
}

function stateOf(
  { world, onHand, onOrder, book, seen }: Run,
  day: number,
  review: number,
): ReviewState {
  const { input, priceStride, priceStep } = world
  const { firstDay, history, products, reviewPeriodDays } = input
  return {
    day: firstDay + day,
    review,
    reviewPeriodDays,
    products,
    priceCents: onHand.map((_, p) => input.priceCents[p * priceStride + day * priceStep]!),
    onHand: onHand.slice(),
    onOrder: onOrder.slice(),
    openOrders: book.open(day),
    sold: {
      firstDay: history.firstDay,
      days: history.days + day,
      stride: history.days + world.days,
      units: seen,
    },
  }
}

function placeOrder(run: Run, luck: Luck, p: number, day: number, wanted: number): void {
  const { world, tally, onOrder, book } = run
  const { minimumQuantity, casePack, unitCostCents } = world.input.products
  const units = roundOrder(wanted, minimumQuantity[p]!, casePack[p]!)
  if (units === 0) return
  const first = firstArrival(world, luck, p, day)
  const late = lateArrival(world, luck, p, day, first)
  book.add({
    product: p,
    day,
    units,
    first,
    late,
    lateUnits: late < 0 ? 0 : lateUnits(world, units),
  })
  onOrder[p]! += units
  tally.products.orders[p]! += 1
  tally.products.boughtUnits[p]! += units
  tally.days.orders[day]! += 1
  tally.days.orderedCents[day]! += units * unitCostCents[p]!
}

function sell({ world, tally, onHand, seen, observed }: Run, p: number, day: number): void {
  const { products, days } = tally
  const { input, open, onSaleFrom } = world
  const wanted = world.demand[p * world.days + day]!
  const stock = onHand[p]!
  const sold = Math.min(stock, wanted)
  const left = stock - sold
  const price = input.priceCents[p * world.priceStride + day * world.priceStep]!
  const cost = input.products.unitCostCents[p]!
  const inStock = stock > 0 && day >= onSaleFrom[p]! ? open[day]! : 0
  onHand[p] = left
  products.soldUnits[p]! += sold
  products.lostUnits[p]! += wanted - sold
  products.revenueCents[p]! += sold * price
  products.lostRevenueCents[p]! += (wanted - sold) * price
  products.unitNights[p]! += left
  products.inStockDays[p]! += inStock
  products.inStockDemandDays[p]! += wanted > 0 ? inStock : 0
  products.lostDays[p]! += wanted > sold ? 1 : 0
  days.soldUnits[day]! += sold
  days.lostUnits[day]! += wanted - sold
  days.revenueCents[day]! += sold * price
  days.soldCostCents[day]! += sold * cost
  days.stockCents[day]! += left * cost
  days.stockM3[day]! += left * (input.products.volumeM3?.[p] ?? 0)
  days.inStockProducts[day]! += inStock
  const at = p * (input.history.days + world.days) + input.history.days + day
  seen[at] = observed === 'own' ? sold : wanted
}
