import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom, type Random } from '../../src/core/random/random.ts'
import { type Adjacency, regions } from '../../src/network/index.ts'

const { adjacencyFromPoints, learnOrderModel, milesMatrix } = regions

/** Areas of the United States with the people who live there. */
export interface Places extends regions.Points {
  readonly ids: readonly string[]
  readonly states: readonly string[]
  readonly population: Float64Array
  /** Absent: by triangulation. */
  readonly adjacency?: Adjacency
}

/** Three-digit ZIP areas from DIR, DIR/geo or DIR/../geo; undefined where there are none. */
export function readPlaces(folder: string): Places | undefined {
  const file = ['', 'geo', '../geo']
    .map((part) => join(folder, part, 'us-zip3.csv'))
    .find((path) => existsSync(path))
  if (file === undefined) return undefined
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
  const at = (name: string) => head.split(',').indexOf(name)
  const rows = lines.map((line) => line.split(','))
  const numbers = (name: string) => Float64Array.from(rows, (row) => Number(row[at(name)]))
  return {
    ids: rows.map((row) => row[at('zip3')]!),
    states: rows.map((row) => row[at('state')]!),
    population: numbers('population'),
    lat: numbers('lat'),
    lon: numbers('lon'),
  }
}

/** What the bench makes of places: sites where people live, and a catalogue with its orders. */
export interface InstanceOptions {
  readonly sites: number
  readonly products: number
  readonly orders: number
  readonly ordersADay: number
  readonly seed: string
}

const MILES_A_DAY = 450
const ADJACENCY_CAP_MILES = 250
/** Room of all sites over what all products would need in one region. */
const ROOM_SHARE = 0.75

/** The partition problem of the bench; the same seed gives the same. */
export function makeInstance(places: Places, options: InstanceOptions): regions.RegionProblem {
  const random = createRandom(options.seed)
  const all = places.population.reduce((sum, p) => sum + p, 0)
  const demand = places.population.map((p) => (p / all) * options.ordersADay)
  const siteArea = drawSites(places, options.sites, random.split('sites'))
  const at = (column: Float64Array) => Float64Array.from(siteArea, (a) => column[a]!)
  const miles = milesMatrix({ lat: at(places.lat), lon: at(places.lon) }, places)
  const orders = makeOrders(options, random.split('orders'))
  const last = orders.breadth.length - 1
  const whole =
    orders.perOrderM3[last]! * options.ordersADay +
    orders.perRootOrderM3[last]! * Math.sqrt(options.ordersADay) +
    orders.fixedM3[last]!
  const sizes = Float64Array.from(siteArea, () => Math.exp(0.4 * random.normal()))
  const sum = sizes.reduce((total, size) => total + size, 0)
  return {
    adjacency: places.adjacency ?? adjacencyFromPoints(places, ADJACENCY_CAP_MILES).adjacency,
    demand,
    siteArea,
    capacityM3: sizes.map((size) => (size / sum) * whole * ROOM_SHARE),
    miles,
    days: miles.map((way) => 1 + Math.floor(way / MILES_A_DAY)),
    orders,
  }
}

/** Areas for sites: drawn by population, none within 60 miles of another while that is possible. */
function drawSites(places: Places, count: number, random: Random): Int32Array {
  const chosen: number[] = []
  const weights = places.population.slice()
  for (let apart = 60; chosen.length < count; apart *= 0.97) {
    const area = drawByWeight(weights, random)
    const clear = chosen.every(
      (other) =>
        regions.milesBetween(
          places.lat[area]!,
          places.lon[area]!,
          places.lat[other]!,
          places.lon[other]!,
        ) >= apart,
    )
    if (clear) chosen.push(area)
  }
  return Int32Array.from(chosen)
}

function drawByWeight(weights: Float64Array, random: Random): number {
  let left = random.next() * weights.reduce((sum, w) => sum + w, 0)
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!
    if (left < 0) return i
  }
  return weights.length - 1
}

/** A Zipf catalogue whose baskets lean to one department, so that their lines are not independent. */
function makeOrders(options: InstanceOptions, random: Random): regions.OrderModel {
  const { products } = options
  const weight = Float64Array.from({ length: products }, (_, j) => 1 / (j + 20) ** 0.95)
  const alias = cumulative(weight)
  const starts = new Int32Array(options.orders + 1)
  const lines: number[] = []
  for (let o = 0; o < options.orders; o++) {
    let size = 1
    while (size < 12 && random.next() < 0.45) size++
    const department = random.int(20)
    for (let l = 0; l < size; l++) {
      const j = drawFrom(alias, random)
      // Half of the lines come from the order's own department: a neighbour of the drawn rank.
      const own = Math.floor(j / 20) * 20 + department
      lines.push(l > 0 && random.next() < 0.5 && own < products ? own : j)
    }
    starts[o + 1] = lines.length
  }
  const linesPerOrder = new Float64Array(products)
  for (const j of lines) linesPerOrder[j]! += 1 / options.orders
  // What the sample did not sell is still asked for now and then.
  const perOrder = lines.length / options.orders
  const total = alias[products - 1]!
  const smoothed = linesPerOrder.map((l, j) => 0.5 * l + (0.5 * perOrder * weight[j]!) / total)
  return learnOrderModel(
    {
      linesPerOrder: smoothed,
      unitsPerOrder: smoothed.map((l) => 1.1 * l),
      unitM3: Float64Array.from({ length: products }, () => 0.003 * Math.exp(random.normal())),
      casePack: Float64Array.from({ length: products }, () => [1, 4, 6, 12][random.int(4)]!),
    },
    { starts, product: Int32Array.from(lines) },
    { coverDays: 14, safety: 1.3 },
  )
}

function cumulative(weights: Float64Array): Float64Array {
  let sum = 0
  return weights.map((w) => (sum += w))
}

function drawFrom(sums: Float64Array, random: Random): number {
  const target = random.next() * sums[sums.length - 1]!
  let low = 0
  let high = sums.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle]! > target) high = middle
    else low = middle + 1
  }
  return low
}
