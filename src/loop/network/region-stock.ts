import { negativeBinomialQuantile, poissonQuantile } from '../../core/distributions/counts.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type PlacementPlan, placeStock, wholeOrderSavings } from '../../inventory/index.ts'
import { regions } from '../../network/index.ts'
import type { NetworkFacts } from './facts.ts'
import { DEMAND_DISPERSION, IDLE_RATE, STOCK_COVER_DAYS } from './knobs.ts'

/**
 * Share of order lines that the regions could fill if units were as many as there is room for. What
 * placement counts on: by what is there now, a unit would look worthless wherever the others of its
 * order are not there yet either, though both would pay together.
 */
export function lineShareInRoom(
  { orders: { stock: _, ...orders }, ...problem }: regions.RegionProblem,
  plan: regions.RegionPlan,
  knobs: KnobSettings,
): number {
  const prices = regions.readPrices(knobs)
  return regions.measurePlan({ ...problem, orders }, plan, prices).total.lineShare
}

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
  const supply = suppliedUnits(nowUnits, count)
  const { splitCents } = regions.readPrices(knobs)
  const inRegion = new Float64Array(count).fill(lineShare)
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
    idleCents: idleCents(products, knobs),
    nowUnits,
    ...(supply === undefined ? {} : { supplyUnits: supply }),
  })
}

/**
 * What regions could hold of the store's stock, before they are drawn: their shares of it, and of a
 * product no more units than save a parcel from elsewhere more often than they wait (as placement
 * has it, with all else of an order at hand).
 */
export function storeStock(
  { orders, products, unitM3, nowUnits }: NetworkFacts,
  unitsPerOrder: Float64Array,
  ordersADay: number,
  knobs: KnobSettings,
): regions.StoreStock {
  const coverDays = readKnob(STOCK_COVER_DAYS, knobs)
  const dispersion = readKnob(DEMAND_DISPERSION, knobs)
  const count = unitM3.length
  const supply = suppliedUnits(nowUnits, count)
  const { splitCents } = regions.readPrices(knobs)
  const saved = wholeOrderSavings(orders, new Float64Array(count).fill(1), splitCents)
  const idle = idleCents(products, knobs)
  return {
    supplyUnits: supply ?? new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    unitsPerOrder,
    coverDays,
    ordersADay,
    wantedUnits: (product, mean) => {
      const level = 1 - idle[product]! / saved[product]!
      if (level >= 1) return Number.POSITIVE_INFINITY
      if (!(level > 0) || mean === 0) return 0
      return dispersion <= 1
        ? poissonQuantile(level, mean)
        : negativeBinomialQuantile(level, mean, mean / (dispersion - 1))
    },
  }
}

/** Units of each product in all sites; undefined in a store that does not count them. */
function suppliedUnits(nowUnits: Int32Array, count: number): Float64Array | undefined {
  const supply = new Float64Array(count)
  nowUnits.forEach((units, at) => {
    supply[at % count]! += units
  })
  return supply.some((units) => units > 0) ? supply : undefined
}

/** What a unit costs that waits out the cover unsold, by product. */
function idleCents({ unitCostCents }: NetworkFacts['products'], knobs: KnobSettings) {
  const coverDays = readKnob(STOCK_COVER_DAYS, knobs)
  return unitCostCents.map((cents) => (cents * readKnob(IDLE_RATE, knobs) * coverDays) / 365)
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
