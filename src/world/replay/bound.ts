import type { World } from './input.ts'
import { firstArrival, type Luck, lateArrival } from './luck.ts'
import { writeDown } from './metrics.ts'

/** What perfect foresight would do at best, by product; profit is never less than a policy's. */
export interface Foresight {
  readonly profitCents: Float64Array
  readonly soldUnits: Float64Array
  readonly marginCents: Float64Array
  readonly holdingCents: Float64Array
  readonly orderingCents: Float64Array
  readonly writeDownCents: Float64Array
}

/**
 * The profit (cents, by product) that no policy can exceed on the same demand, lead times, review
 * days, costs and end valuation, even knowing the future, and what it is made of.
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
export function foresee(world: World, luck: Luck): Foresight {
  const sums: Foresight = {
    profitCents: new Float64Array(world.products),
    soldUnits: new Float64Array(world.products),
    marginCents: new Float64Array(world.products),
    holdingCents: new Float64Array(world.products),
    orderingCents: new Float64Array(world.products),
    writeDownCents: new Float64Array(world.products),
  }
  const scratch = createScratch(world)
  for (let p = 0; p < world.products; p++) {
    settleInitialStock(world, p, scratch, sums)
    const arrivals = collectArrivals(world, luck, p, scratch)
    const first = chooseOrders(world, p, arrivals, scratch)
    settleOrders(world, p, arrivals, first, scratch, sums)
    sums.profitCents[p] =
      sums.marginCents[p]! -
      sums.holdingCents[p]! -
      sums.orderingCents[p]! -
      sums.writeDownCents[p]!
  }
  return sums
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
  /** The arrival that follows each in the best plan; the number of arrivals for the end. */
  readonly next: Int32Array
}

function createScratch(world: World): Scratch {
  const arrivals = 2 * world.reviewDays.length
  return {
    residual: new Float64Array(world.days),
    value: new Float64Array(arrivals),
    next: new Int32Array(arrivals),
  }
}

/** Sells the units there at the start; leaves in `residual` what they do not serve. */
function settleInitialStock(world: World, p: number, { residual }: Scratch, sums: Foresight): void {
  const { days, demand } = world
  const initial = world.input.initialStock[p]!
  let left = initial
  let wantedSum = 0
  for (let d = 0; d < days; d++) {
    const wanted = demand[p * days + d]!
    const sold = Math.min(left, wanted)
    left -= sold
    wantedSum += wanted
    residual[d] = wanted - sold
    sums.marginCents[p]! += sold * marginOn(world, p, d)
    sums.holdingCents[p]! += left * world.holdingCents[p]!
  }
  sums.soldUnits[p] = initial - left
  sums.writeDownCents[p] = writeDown(world, p, wantedSum, left)
}

/** When orders of product p could arrive while something is still wanted, sorted by day. */
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

/** Fills V and what follows; returns the first arrival of the best plan, their number for none. */
function chooseOrders(world: World, p: number, arrivals: Arrival[], scratch: Scratch): number {
  let best = 0
  let first = arrivals.length
  for (let i = arrivals.length - 1; i >= 0; i--) {
    valueFrom(world, p, arrivals, i, scratch)
    if (scratch.value[i]! > best) {
      best = scratch.value[i]!
      first = i
    }
  }
  return first
}

/**
 * V(i), given V of the later arrivals. The walk over days stops early: once the nights that the
 * next arrival j would have saved on the units served past a_j exceed K_j, passing j by is worse
 * than taking it whatever follows.
 */
function valueFrom(
  world: World,
  p: number,
  arrivals: Arrival[],
  i: number,
  { residual, value, next }: Scratch,
): void {
  const { day: start, costCents } = arrivals[i]!
  const night = world.holdingCents[p]!
  const nextLater = arrivals.find((arrival, k) => k > i && arrival.day > start)
  let served = 0
  let saved = 0
  let best = -Infinity
  let j = i + 1
  for (let t = start; t < world.days && !(nextLater && saved > nextLater.costCents); t++) {
    for (; j < arrivals.length && arrivals[j]!.day <= t; j++) {
      if (served + value[j]! > best) {
        best = served + value[j]!
        next[i] = j
      }
    }
    const gain = marginOn(world, p, t) - night * (t - start)
    if (gain <= 0) continue
    served += residual[t]! * gain
    if (nextLater && t >= nextLater.day) saved += residual[t]! * night * (nextLater.day - start)
  }
  if (!(nextLater && saved > nextLater.costCents) && served >= best) {
    best = served
    next[i] = arrivals.length
  }
  value[i] = best - costCents
}

/** Adds up the best plan, from its first arrival on. */
function settleOrders(
  world: World,
  p: number,
  arrivals: Arrival[],
  first: number,
  { residual, next }: Scratch,
  sums: Foresight,
): void {
  const night = world.holdingCents[p]!
  for (let i = first; i < arrivals.length; i = next[i]!) {
    const { day: start, costCents } = arrivals[i]!
    const end = arrivals[next[i]!]?.day ?? world.days
    sums.orderingCents[p]! += costCents
    for (let t = start; t < end; t++) {
      const margin = marginOn(world, p, t)
      if (margin - night * (t - start) <= 0) continue
      sums.soldUnits[p]! += residual[t]!
      sums.marginCents[p]! += residual[t]! * margin
      sums.holdingCents[p]! += residual[t]! * night * (t - start)
    }
  }
}

/** Cents that a unit of product p sold on day index d earns over its cost. */
function marginOn({ input, priceStride, priceStep }: World, p: number, d: number): number {
  return input.priceCents[p * priceStride + d * priceStep]! - input.products.unitCostCents[p]!
}
