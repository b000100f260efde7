import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type PlacementPlan, placeStock, wholeOrderSavings } from '../../inventory/index.ts'
import { regions } from '../../network/index.ts'
import type { NetworkFacts } from './facts.ts'
import { DEMAND_DISPERSION, IDLE_RATE, STOCK_COVER_DAYS } from './knobs.ts'

/** Kinds of sites that hold stock and ship orders. */
export const STOCKED: ReadonlySet<string> = new Set(['fulfilment_centre', 'shop'])

/** Products that a region sells as many units of as the whole store says more about than it does itself. */
const PRIOR_UNITS = 20

/**
 * Stock of each site under the rooms, by what a unit saves in its region. What is placed is what lies
 * in the sites; a store that does not count its stock has as much as is wanted. `lineShare` is the
 * share of order lines that regions are expected to fill themselves.
 */
export function placeInRegions(
  { network: { sites }, orders, products, unitM3, nowUnits }: NetworkFacts,
  plan: regions.RegionPlan,
  lineShare: number,
  knobs: KnobSettings,
): PlacementPlan {
  const coverDays = readKnob(STOCK_COVER_DAYS, knobs)
  const count = unitM3.length
  const supply = new Float64Array(count)
  nowUnits.forEach((units, at) => {
    supply[at % count]! += units
  })
  const { splitCents } = regions.readPrices(knobs)
  const inRegion = new Float64Array(count).fill(lineShare)
  const isCounted = supply.some((units) => units > 0)
  return placeStock({
    products: count,
    regions: plan.regions,
    siteRegion: plan.siteRegion,
    capacityM3: sites.capacityM3.map((room, s) => (STOCKED.has(sites.kinds[s]!) ? room : 0)),
    unitM3,
    casePack: new Float64Array(count).fill(1),
    demandMean: regionalDemand(orders, plan, count, coverDays),
    dispersion: new Float64Array(count).fill(readKnob(DEMAND_DISPERSION, knobs)),
    savedCents: wholeOrderSavings(orders, inRegion, splitCents),
    idleCents: products.unitCostCents.map(
      (c) => (c * readKnob(IDLE_RATE, knobs) * coverDays) / 365,
    ),
    nowUnits,
    ...(isCounted ? { supplyUnits: supply } : {}),
  })
}

/** Units over the cover, region × product: the product's own split over regions, drawn towards that of all. */
function regionalDemand(
  orders: NetworkFacts['orders'],
  { regions: count, areaRegion }: regions.RegionPlan,
  products: number,
  coverDays: number,
): Float32Array {
  const own = new Float64Array(count * products)
  const all = new Float64Array(count)
  const total = new Float64Array(products)
  for (let o = 0; o + 1 < orders.starts.length; o++) {
    const region = areaRegion[orders.area[o]!]!
    for (let line = orders.starts[o]!; line < orders.starts[o + 1]!; line++) {
      const units = orders.quantity[line]!
      own[region * products + orders.product[line]!]! += units
      total[orders.product[line]!]! += units
      all[region]! += units
    }
  }
  const sum = all.reduce((a, b) => a + b, 0)
  return Float32Array.from(own, (units, at) => {
    const [region, product] = [Math.floor(at / products), at % products]
    const share = (units + (PRIOR_UNITS * all[region]!) / sum) / (total[product]! + PRIOR_UNITS)
    return ((share * total[product]!) / orders.days) * coverDays
  })
}
