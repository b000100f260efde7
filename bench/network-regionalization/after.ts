import { placeStock } from '../../src/inventory/index.ts'
import type { regions as regional } from '../../src/network/index.ts'
import type { Case } from './case.ts'

/** Days from a sale to its replacement on the shelf, as the planner takes it from past receipts. */
const REPLENISHMENT_DAYS = 10
/** What a unit sold from its own region saves: a parcel from elsewhere, cents. */
const SAVED_CENTS = 350

export interface PlacedStock {
  /** Units, product × centre. */
  readonly baseStock: Int32Array
  /** Share of a region's units that its own stock is expected to meet. */
  readonly unitShare: Float64Array
}

/**
 * Stock placed in the regions: the levels that were bought, no unit more, by what they save in each
 * region under the rooms of its centres.
 */
export function placeInRegions(world: Case, plan: regional.RegionPlan): PlacedStock {
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
  return { baseStock: stock, unitShare: placed.unitShare }
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
