import { placeStock } from '../../src/inventory/index.ts'
import { regions as regional } from '../../src/network/index.ts'
import type { Case } from './case.ts'

/** Regions planned from the history alone: what the search finds cheapest of so many regions. */
export async function planFromHistory(world: Case): Promise<regional.RegionPlan> {
  const { network, history, days, assumptions, seed } = world
  const demand = new Float64Array(network.areas.ids.length)
  for (const area of history.area) demand[area]! += 1 / days
  const problem = regional.regionProblemOf(network, demand, orderModel(world))
  const { chosen } = await regional.planRegions(problem, { counts: [assumptions.regions], seed })
  return chosen.plan
}

function orderModel(world: Case): regional.OrderModel {
  const { history, shop, assumptions } = world
  const orders = history.minute.length
  const lines = new Float64Array(shop.products)
  const units = new Float64Array(shop.products)
  history.product.forEach((p, line) => {
    lines[p]! += 1 / orders
    units[p]! += history.quantity[line]! / orders
  })
  return regional.learnOrderModel(
    {
      unitsPerOrder: units,
      linesPerOrder: lines,
      unitM3: shop.unitM3,
      casePack: new Float64Array(shop.products).fill(1),
    },
    history,
    { coverDays: assumptions.coverDays, safety: 0 },
  )
}

/** Days from a sale to its replacement on the shelf, as the planner takes it from past receipts. */
const REPLENISHMENT_DAYS = 10
/** What a unit sold from its own region saves: a parcel from elsewhere, cents. */
const SAVED_CENTS = 350

/**
 * Stock placed in the regions: the levels that were bought, no unit more, by what they save in each
 * region under the rooms of its centres. Cells product × centre.
 */
export function placeInRegions(world: Case, plan: regional.RegionPlan): Int32Array {
  const { shop, network, centres, levels } = world
  const placed = placeStock({
    products: shop.products,
    regions: plan.regions,
    siteRegion: Int32Array.from(centres, (site) => plan.siteRegion[site]!),
    capacityM3: Float64Array.from(centres, (site) => network.sites.capacityM3[site]!),
    unitM3: shop.unitM3,
    casePack: new Float64Array(shop.products).fill(1),
    demandMean: regionalDemand(world, plan),
    dispersion: new Float64Array(shop.products).fill(1),
    savedCents: new Float64Array(shop.products).fill(SAVED_CENTS),
    idleCents: new Float64Array(shop.products),
    supplyUnits: Float64Array.from(levels),
  })
  const stock = new Int32Array(shop.products * centres.length)
  placed.targetUnits.forEach((units, line) => {
    stock[placed.product[line]! * centres.length + placed.site[line]!]! += units
  })
  return stock
}

/** Units over the replenishment time, region × product: a product's sales by the region's share of orders. */
function regionalDemand(
  { history, shop, days }: Case,
  { regions, areaRegion }: regional.RegionPlan,
): Float32Array {
  const share = new Float64Array(regions)
  for (const area of history.area) share[areaRegion[area]!]! += 1 / history.area.length
  const units = new Float64Array(shop.products).fill(0.5)
  history.product.forEach((p, line) => {
    units[p]! += history.quantity[line]!
  })
  const demand = new Float32Array(regions * shop.products)
  for (let r = 0; r < regions; r++) {
    for (let p = 0; p < shop.products; p++) {
      demand[r * shop.products + p] = (units[p]! / days) * REPLENISHMENT_DAYS * share[r]!
    }
  }
  return demand
}
