import { placeStock } from '../../src/inventory/index.ts'
import { regions as regional } from '../../src/network/index.ts'
import type { Case } from './case.ts'

const SEARCH = { starts: 4, steps: 20_000, keep: 1 }
/** What a planner takes a truck's road speed and the hours at both ends for, to know which ways are slow. */
const KM_PER_HOUR = 75
const FIXED_DAYS = 0.9
const KM_PER_MILE = 1.609344

/** Regions planned from the history alone. */
export function planRegions(world: Case): regional.RegionPlan {
  const problem = regionProblem(world)
  const limits = regional.denseLimits(problem, world.assumptions.regions)
  const [best] = regional.searchPartitions(problem, limits, regional.readPrices(), {
    seed: world.seed,
    ...SEARCH,
  })
  const { regions, areaRegion } = best!.plan
  const { area } = world.network.sites
  return { regions, areaRegion, siteRegion: Int32Array.from(area, (a) => areaRegion[a]!) }
}

/** What the planner of regions looks at: centres as sites, demand and baskets of the history. */
export function regionProblem(world: Case): regional.RegionProblem {
  const { network, centres, history, days } = world
  const { areas, sites } = network
  const demand = new Float64Array(areas.ids.length)
  for (const area of history.area) demand[area]! += 1 / days
  const points = {
    lat: Float64Array.from(centres, (site) => sites.lat[site]!),
    lon: Float64Array.from(centres, (site) => sites.lon[site]!),
  }
  const miles = regional.milesMatrix(points, areas)
  return {
    adjacency: network.adjacency,
    demand,
    siteArea: Int32Array.from(centres, (site) => sites.area[site]!),
    capacityM3: Float64Array.from(centres, (site) => sites.capacityM3[site]!),
    miles,
    days: miles.map((way) => FIXED_DAYS + (way * KM_PER_MILE) / KM_PER_HOUR / 24),
    orders: orderModel(world),
  }
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
