import type { World } from './input.ts'
import { firstArrival, type Luck, lateArrival } from './luck.ts'
import { writeDown } from './metrics.ts'

/**
 * Profit (cents, by product) that no policy can exceed on the same demand, lead times, review days,
 * costs and end valuation, even knowing the future.
 *
 * Units are sold first in, first out and whatever is on hand is sold when wanted, so the units that
 * are there on the first day serve the first units wanted, whatever a policy does: their margin,
 * nights and write-down are a constant. What demand is left is served from orders: an order placed
 * at review i arrives on day a_i, costs K, and serves day t ≥ a_i at price − cost − h (t − a_i) a
 * unit, or not at all. Each day is best served by the latest arrival among the orders placed, so
 * with the orders sorted by arrival
 *
 *     V(i) = −K_i + max over j > i, or the end, of  S(i, a_j) + V(j)
 *     S(i, e) = Σ_{a_i ≤ t < e} d_t (price_t − cost − h (t − a_i))⁺
 *
 * which is Wagner and Whitin (1958) with lost sales (Aksen, Altınkemer and Chand 2003) and random
 * arrival days. Relaxed, each in favour of the bound: units are divisible, case packs and minimum
 * quantities are dropped, a day's demand may be left for a dearer day, units bought and not sold
 * lose nothing but their nights; an order that comes in two parts may put any share in either, and
 * pays half of K for each part used. With packs of one, whole orders and one price a product it is
 * the optimum.
 */
export function profitBound(world: World, luck: Luck): Float64Array {
  const scratch = createScratch(world)
  return Float64Array.from({ length: world.products }, (_, p) => {
    const settled = settleInitialStock(world, p, scratch.residual)
    return settled + bestOrders(world, p, collectArrivals(world, luck, p, scratch), scratch)
  })
}

interface Arrival {
  readonly day: number
  readonly costCents: number
}

interface Scratch {
  /** Units wanted a day that the initial stock does not serve. */
  readonly residual: Float64Array
  /** V, by arrival. */
  readonly value: Float64Array
}

function createScratch(world: World): Scratch {
  return {
    residual: new Float64Array(world.days),
    value: new Float64Array(2 * world.reviewDays.length),
  }
}

/** Profit of the units there at the start; leaves in `residual` what they do not serve. */
function settleInitialStock(world: World, p: number, residual: Float64Array): number {
  const { days, demand, priceStride, priceStep, input } = world
  const cost = input.products.unitCostCents[p]!
  let left = input.initialStock[p]!
  let profit = 0
  let wantedSum = 0
  for (let d = 0; d < days; d++) {
    const wanted = demand[p * days + d]!
    const sold = Math.min(left, wanted)
    left -= sold
    wantedSum += wanted
    residual[d] = wanted - sold
    profit += sold * (input.priceCents[p * priceStride + d * priceStep]! - cost)
    profit -= left * world.holdingCents[p]!
  }
  return profit - writeDown(world, p, wantedSum, left)
}

/** When orders of product p could arrive within the replay, sorted by day. */
function collectArrivals(world: World, luck: Luck, p: number, { residual }: Scratch): Arrival[] {
  const arrivals: Arrival[] = []
  const last = residual.findLastIndex((units) => units > 0)
  const lineCost = world.params.orderLineCostCents
  for (const day of world.reviewDays) {
    if (day >= last) break
    const first = firstArrival(world, luck, p, day)
    const late = lateArrival(world, luck, p, day, first)
    const costCents = late < 0 ? lineCost : lineCost / 2
    if (first <= last) arrivals.push({ day: first, costCents })
    if (late >= 0 && late <= last) arrivals.push({ day: late, costCents })
  }
  return arrivals.sort((a, b) => a.day - b.day)
}

/** V of the best set of orders, 0 for none. */
function bestOrders(world: World, p: number, arrivals: Arrival[], scratch: Scratch): number {
  let best = 0
  for (let i = arrivals.length - 1; i >= 0; i--) {
    const value = bestFrom(world, p, arrivals, i, scratch)
    scratch.value[i] = value
    if (value > best) best = value
  }
  return best
}

/**
 * V(i), given V of the later arrivals. The walk over days stops early: once the nights that the
 * next arrival j would have saved on the units served past a_j exceed K_j, passing j by is worse
 * than taking it whatever follows.
 */
function bestFrom(
  world: World,
  p: number,
  arrivals: Arrival[],
  i: number,
  scratch: Scratch,
): number {
  const { priceStride, priceStep, input } = world
  const { residual, value } = scratch
  const { day: start, costCents } = arrivals[i]!
  const cost = input.products.unitCostCents[p]!
  const night = world.holdingCents[p]!
  const next = arrivals.find((arrival, k) => k > i && arrival.day > start)
  let served = 0
  let best = -Infinity
  let saved = 0
  let j = i + 1
  for (let t = start; t < world.days; t++) {
    for (; j < arrivals.length && arrivals[j]!.day <= t; j++) {
      best = Math.max(best, served + value[j]!)
    }
    const price = input.priceCents[p * priceStride + t * priceStep]!
    const gain = price - cost - night * (t - start)
    if (gain <= 0) continue
    served += residual[t]! * gain
    if (next && t >= next.day) {
      saved += residual[t]! * night * (next.day - start)
      if (saved > next.costCents) return best - costCents
    }
  }
  return Math.max(best, served) - costCents
}
