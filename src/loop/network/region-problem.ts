import { StorewrightError } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Network, regions } from '../../network/index.ts'
import { MILES_A_DAY, PACKING_DAYS, SAFETY_DEVIATIONS, STOCK_COVER_DAYS } from './knobs.ts'
import type { PlacedOrders } from './read-orders.ts'

/** What regions need to know of each product. */
export interface RegionProducts {
  /** Room of one unit, m³; NaN where unknown. */
  readonly volumeM3: Float64Array
  /** Units that come together; NaN where unknown. */
  readonly casePack: Float64Array
}

/** Kinds of sites that hold stock for customers. */
const STOCKING = new Set(['fulfilment_centre', 'shop'])

/** Room of a unit where the store does not say, m³: a shoe box. */
const USUAL_UNIT_M3 = 0.004

/**
 * The partition problem of a store: demand by area from its orders, drawn towards the population
 * where an area has few; room, miles and days by site; what orders hold. Throws ERR_NETWORK where
 * no site holds stock.
 */
export function regionProblem(
  network: Network,
  orders: PlacedOrders,
  products: RegionProducts,
  knobs: KnobSettings,
): regions.RegionProblem {
  const { areas, sites } = network
  if (!sites.kinds.some((kind) => STOCKING.has(kind))) {
    throw new StorewrightError('ERR_NETWORK', 'no site holds stock for customers', {
      file: 'sites',
      column: 'kind',
      next: 'Give at least one site the kind fulfilment_centre or shop.',
    })
  }
  const miles = regions.milesMatrix(sites, areas)
  const milesADay = readKnob(MILES_A_DAY, knobs)
  const packingDays = readKnob(PACKING_DAYS, knobs)
  return {
    adjacency: joined(network),
    demand: demandByArea(orders, areas.population),
    siteArea: sites.area.map((area, s) => (area >= 0 ? area : nearest(miles, s, areas.ids.length))),
    capacityM3: roomOf(sites, products),
    miles,
    days: miles.map((way) => packingDays + Math.ceil(way / milesADay)),
    orders: regions.learnOrderModel(
      productColumns(orders, products),
      { starts: orders.starts, product: orders.product },
      {
        coverDays: readKnob(STOCK_COVER_DAYS, knobs),
        safety: readKnob(SAFETY_DEVIATIONS, knobs),
      },
    ),
  }
}

/** The stated borders, or those guessed from centres where there are none; parts cut off are joined. */
function joined({ adjacency, areas }: Network) {
  return adjacency.neighbors.length > 0
    ? regions.joinIslands(adjacency, areas, LONGEST_BORDER_MILES).adjacency
    : regions.adjacencyFromPoints(areas, LONGEST_BORDER_MILES).adjacency
}

/** Centres of areas farther apart than this do not touch, miles. */
const LONGEST_BORDER_MILES = 250

/**
 * Orders a day by area: as recorded, with one order an area added in proportion to population, so
 * that areas from which nobody has ordered yet still weigh what their people do.
 */
export function demandByArea(orders: PlacedOrders, population: Float64Array): Float64Array {
  const n = population.length
  const people = population.reduce((sum, p) => sum + p, 0)
  const count = population.map((p) => (people > 0 ? (n * p) / people : 1))
  for (const area of orders.area) count[area]!++
  const total = orders.area.length + n
  return count.map((c) => ((c / total) * orders.area.length) / orders.days)
}

function nearest(miles: Float64Array, site: number, areas: number): number {
  const row = miles.subarray(site * areas, (site + 1) * areas)
  return row.reduce((best, way, a) => (way < row[best]! ? a : best), 0)
}

/** Room for stock; where none is stated, enough for all that is sold in a year is taken. */
function roomOf(sites: Network['sites'], { volumeM3 }: RegionProducts): Float64Array {
  const plenty = 1e3 * Math.max(1, volumeM3.length * USUAL_UNIT_M3)
  return sites.capacityM3.map((room, s) => {
    if (!STOCKING.has(sites.kinds[s]!)) return 0
    return Number.isFinite(room) ? room : plenty
  })
}

function productColumns(
  { starts, product, quantity }: PlacedOrders,
  { volumeM3, casePack }: RegionProducts,
): regions.ProductColumns {
  const placed = starts.length - 1
  const units = new Float64Array(volumeM3.length)
  const lines = new Float64Array(volumeM3.length)
  product.forEach((j, line) => {
    units[j]! += quantity[line]! / placed
    lines[j]! += 1 / placed
  })
  return {
    unitsPerOrder: units,
    linesPerOrder: lines,
    unitM3: volumeM3.map((m3) => (m3 > 0 ? m3 : USUAL_UNIT_M3)),
    casePack: casePack.map((pack) => (pack >= 1 ? pack : 1)),
  }
}
