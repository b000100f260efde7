import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { greatCircleKm } from '../../src/core/great-circle.ts'
import { createRandom, type Random } from '../../src/core/random/random.ts'
import { cellsOf, type StockCells, type WayCosts } from '../../src/fulfilment/index.ts'

/** Cents of a parcel, of a unit in it, and of a unit's mile (Jasin and Sinha 2015, after UPS Ground). */
const PARCEL_CENTS = 875.9
const UNIT_CENTS = 42.3
const MILE_CENTS = 0.0541
const KM_PER_MILE = 1.609344
/** A unit that is shipped from nowhere costs this many times the parcel and the farthest way. */
const OUTSIDE_TIMES = 2

/** The world of the experiment: centres 0 … K − 1, and K, which has everything at twice the cost. */
export interface SetUp {
  readonly centres: number
  readonly cities: number
  readonly products: number
  /** Sites are the centres and the outside; rows of cities a site. */
  readonly sites: number
  readonly km: Float64Array
  readonly fixedCents: Float64Array
  readonly unitCents: Float64Array
  /** Kinds of order (sets of products, one unit each) and the chance of each in a period. */
  readonly kinds: readonly (readonly number[])[]
  readonly kindChance: Float64Array
  readonly cityShare: Float64Array
  /** Expected units of a period at the nearest centre that carries each: `[product × centres + centre]`. */
  readonly nearestDemand: Float64Array
}

export interface Order {
  readonly kind: number
  readonly city: number
}

export interface SetUpSize {
  readonly products: number
  readonly mostLines: number
  readonly kindsPerSize: number
  readonly carried: number
}

/** The sizes of the published experiment. */
export const PUBLISHED: SetUpSize = { products: 20, mostLines: 5, kindsPerSize: 5, carried: 0.75 }

interface Place {
  readonly lat: number
  readonly lon: number
  readonly population: number
}

/** Rows of cities.csv and fulfillment_centers.csv of a folder. */
export function readPlaces(folder: string): {
  readonly cities: Place[]
  readonly centres: Place[]
} {
  const rows = (file: string): Record<string, string>[] => {
    const [header, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split(/\r?\n/)
    const names = header!.split(',')
    return lines.map((line) =>
      Object.fromEntries(line.split(',').map((value, at) => [names[at]!, value])),
    )
  }
  const place = (row: Record<string, string>): Place => ({
    lat: Number(row['lat']),
    lon: Number(row['lon']),
    population: Number(row['population'] ?? 0),
  })
  return {
    cities: rows('cities.csv').map(place),
    centres: rows('fulfillment_centers.csv').map(place),
  }
}

/** An instance of the experiment. Same seed, same instance. */
export function makeSetUp(
  { cities, centres }: { readonly cities: Place[]; readonly centres: Place[] },
  seed: string,
  size: SetUpSize = PUBLISHED,
): SetUp {
  const random = createRandom(`set-up-${seed}`)
  const sites = centres.length + 1
  const km = new Float64Array(sites * cities.length)
  const fixedCents = new Float64Array(km.length).fill(PARCEL_CENTS)
  const unitCents = new Float64Array(km.length)
  cities.forEach((city, j) => {
    let farthest = 0
    centres.forEach((centre, k) => {
      const way = greatCircleKm(city.lat, city.lon, centre.lat, centre.lon)
      farthest = Math.max(farthest, way)
      km[k * cities.length + j] = way
      unitCents[k * cities.length + j] = UNIT_CENTS + (MILE_CENTS * way) / KM_PER_MILE
    })
    const outside = centres.length * cities.length + j
    km[outside] = 1e6
    fixedCents[outside] = OUTSIDE_TIMES * PARCEL_CENTS
    unitCents[outside] = OUTSIDE_TIMES * (UNIT_CENTS + (MILE_CENTS * farthest) / KM_PER_MILE)
  })
  const people = cities.reduce((sum, city) => sum + city.population, 0)
  const cityShare = Float64Array.from(cities, (city) => city.population / people)
  const kinds = drawKinds(random.split('kinds'), size)
  const kindChance = drawChances(random.split('chances'), size)
  const base = {
    centres: centres.length,
    cities: cities.length,
    products: size.products,
    sites,
    km,
  }
  const nearestDemand = demandOfNearest(random.split('carried'), {
    ...{ ...base, kinds, kindChance, cityShare },
    carried: size.carried,
  })
  return { ...base, fixedCents, unitCents, kinds, kindChance, cityShare, nearestDemand }
}

function drawKinds(random: Random, { products, mostLines, kindsPerSize }: SetUpSize): number[][] {
  const kinds: number[][] = []
  for (let lines = 1; lines <= mostLines; lines++) {
    for (let kind = 0; kind < kindsPerSize; kind++) {
      const all = Array.from({ length: products }, (_, product) => product)
      for (let at = 0; at < lines; at++) {
        const other = at + random.int(products - at)
        const swapped = all[at]!
        all[at] = all[other]!
        all[other] = swapped
      }
      kinds.push(all.slice(0, lines).sort((a, b) => a - b))
    }
  }
  return kinds
}

/** Chances of sizes uniform and normalized (that of an empty order too), within each of kinds likewise. */
function drawChances(random: Random, { mostLines, kindsPerSize }: SetUpSize): Float64Array {
  const empty = random.next()
  const bySize = Array.from({ length: mostLines }, () => random.next())
  const total = bySize.reduce((sum, chance) => sum + chance, empty)
  const chances = bySize.flatMap((chance) => {
    const within = Array.from({ length: kindsPerSize }, () => random.next())
    const all = within.reduce((sum, one) => sum + one, 0)
    return within.map((one) => (chance / total) * (one / all))
  })
  return Float64Array.from(chances)
}

function demandOfNearest(
  random: Random,
  of: Pick<
    SetUp,
    'centres' | 'cities' | 'products' | 'km' | 'kinds' | 'kindChance' | 'cityShare'
  > & {
    readonly carried: number
  },
): Float64Array {
  const { centres, cities, products, km, kinds, kindChance, cityShare, carried } = of
  const demand = new Float64Array(products * centres)
  const chance = new Float64Array(products)
  kinds.forEach((kind, q) => {
    for (const product of kind) chance[product] = chance[product]! + kindChance[q]!
  })
  for (let product = 0; product < products; product++) {
    const carries = Array.from({ length: centres }, () => random.next() < carried)
    for (let city = 0; city < cities; city++) {
      let nearest = -1
      for (let k = 0; k < centres; k++) {
        if (!carries[k]) continue
        if (nearest < 0 || km[k * cities + city]! < km[nearest * cities + city]!) nearest = k
      }
      if (nearest >= 0) demand[product * centres + nearest]! += chance[product]! * cityShare[city]!
    }
  }
  return demand
}

/** Units at the start: `level` times what the horizon asks of the nearest, rounded; `[product × sites + site]`. */
export function stockAt(setUp: SetUp, level: number, periods: number): Float64Array {
  const { products, sites, centres, nearestDemand } = setUp
  const stock = new Float64Array(products * sites)
  for (let product = 0; product < products; product++) {
    for (let k = 0; k < centres; k++) {
      stock[product * sites + k] = Math.round(
        level * periods * nearestDemand[product * centres + k]!,
      )
    }
    stock[product * sites + centres] = Infinity
  }
  return stock
}

/** The orders of a horizon; periods without an order are left out. Same label, same orders. */
export function drawOrders(setUp: SetUp, label: string, periods: number): Order[] {
  const random = createRandom(`orders-${label}`)
  const orders: Order[] = []
  for (let period = 0; period < periods; period++) {
    const kind = drawFrom(setUp.kindChance, random.next())
    const city = drawFrom(setUp.cityShare, random.next())
    if (kind >= 0) orders.push({ kind, city: Math.max(0, city) })
  }
  return orders
}

/**
 * The same world with other chances of kinds: each times exp(drift × a normal number), their sum kept.
 * What past orders are drawn from where the forecast is to be wrong.
 */
export function drifted(setUp: SetUp, label: string, drift: number): SetUp {
  const random = createRandom(`drift-${label}`)
  const moved = setUp.kindChance.map((chance) => chance * Math.exp(drift * random.normal()))
  const sum = (of: Float64Array) => of.reduce((all, chance) => all + chance, 0)
  const scale = sum(setUp.kindChance) / sum(moved)
  return { ...setUp, kindChance: moved.map((chance) => chance * scale) }
}

function drawFrom(chances: Float64Array, at: number): number {
  let left = at
  for (let index = 0; index < chances.length; index++) {
    left -= chances[index]!
    if (left < 0) return index
  }
  return -1
}

/** Costs of ways as worths and the LP know them; a unit weighs a kg. */
export function waysOf({ sites, cities, products, fixedCents, unitCents }: SetUp): WayCosts {
  const kg = new Float64Array(products).fill(1)
  return { sites, areas: cities, fixed: fixedCents, perKg: unitCents, kg }
}

/** Cells where stock lies at the start, and its units in their order. */
export function cellsAndStock(
  { products, sites }: SetUp,
  stock: Float64Array,
): { readonly cells: StockCells; readonly units: Float64Array } {
  const all = Array.from({ length: sites }, (_, site) => site)
  const cells = cellsOf(sites, products, (product) =>
    all.filter((site) => stock[product * sites + site]! > 0),
  )
  return { cells, units: stock.filter((units) => units > 0) }
}
