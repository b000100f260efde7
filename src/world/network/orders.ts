import { requireArgument } from '../../core/errors.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { Areas } from '../../network/index.ts'
import { type Alias, createAlias } from '../customers/alias.ts'
import { sampleTimeOfDay } from '../customers/hours.ts'
import { numberList } from '../demo/buffers.ts'
import { createCatalog } from '../demo/catalog.ts'
import { DEPARTMENTS } from '../demo/departments.ts'
import { BASKET_SHARES, completeParams } from '../demo/params.ts'
import type { NetworkOrders } from './replay/input.ts'

/** What a shop sells and how its customers buy: the truth behind orders, never for a planner. */
export interface NetworkShop {
  readonly products: number
  readonly unitM3: Float64Array
  readonly unitKg: Float64Array
  readonly unitCostCents: Float64Array
  /** Relative number of order lines of each product. */
  readonly popularity: Float64Array
  readonly department: Int32Array
  /** Products of equal mission are bought together. */
  readonly mission: Int32Array
}

export interface ShopOptions {
  readonly products: number
  /** Popularity to this power: above 1 the top sells more and the tail less. Default 1. */
  readonly skew?: number
}

/** A shop from a seed: the products, sizes and popularity of the demo store's catalogue. */
export function createNetworkShop(seed: string | number, options: ShopOptions): NetworkShop {
  const random = createRandom(`network shop:${seed}`)
  const params = completeParams({ products: options.products })
  const catalog = createCatalog(params, random.split('catalog'))
  return {
    products: catalog.count,
    unitM3: catalog.volumeM3,
    unitKg: catalog.weightKg,
    unitCostCents: Float64Array.from(catalog.costCents),
    popularity: catalog.unitsPerDay.map((units) => units ** (options.skew ?? 1)),
    department: catalog.department,
    mission: catalog.mission,
  }
}

export interface OrdersOptions {
  readonly orders: number
  readonly days: number
  /** Probability of 1, 2, … lines in an order. Default: the demo store's, 2.1 lines in the mean. */
  readonly basketShares?: readonly number[]
  /** Hours behind UTC of each area's clock. */
  readonly hoursBehindUtc: Float64Array
}

/** How likely a further line is of the first one's mission rather than of any. */
const TOGETHER = 0.6
/** Draws until a product is found that is not yet in the basket. */
const TRIES = 12

interface Draws {
  readonly basket: Alias
  readonly product: Alias
  readonly area: Alias
  readonly quantity: readonly Alias[]
  /** By mission: its products and their alias, made when first asked for. */
  readonly members: readonly (readonly number[])[]
  readonly missions: (Alias | undefined)[]
}

/**
 * Orders of a shop over days, in order of time, the same number a day: customers where people live,
 * warm things more in the north, products by popularity, further lines often of the same mission,
 * hours by the customer's clock. Same stream, same orders. Throws ERR_ARGUMENT on impossible sizes.
 */
export function drawNetworkOrders(
  shop: NetworkShop,
  areas: Areas,
  options: OrdersOptions,
  random: Random,
): NetworkOrders {
  const { orders, days } = options
  requireArgument(
    Number.isInteger(orders) && Number.isInteger(days) && orders >= 0 && days >= 1,
    `${orders} orders over ${days} days; give whole numbers`,
  )
  const draws = drawsOf(shop, areas, options)
  const starts = numberList(orders + 1)
  const columns = { area: numberList(orders), minute: numberList(orders) }
  const lines = { product: numberList(2 * orders), quantity: numberList(2 * orders) }
  for (let day = 0; day < days; day++) {
    const count = Math.round((orders * (day + 1)) / days) - Math.round((orders * day) / days)
    const stream = random.split(day)
    for (const { area, minute, first } of customersOf(shop, areas, draws, options, count, stream)) {
      starts.push(lines.product.length)
      columns.area.push(area)
      columns.minute.push(day * 1440 + minute)
      fillBasket(shop, draws, first, lines, stream)
    }
  }
  starts.push(lines.product.length)
  return {
    starts: Int32Array.from(starts.toArray()),
    area: Int32Array.from(columns.area.toArray()),
    minute: Int32Array.from(columns.minute.toArray()),
    product: Int32Array.from(lines.product.toArray()),
    quantity: Int32Array.from(lines.quantity.toArray()),
  }
}

function drawsOf(shop: NetworkShop, areas: Areas, options: OrdersOptions): Draws {
  const members: number[][] = []
  shop.mission.forEach((mission, product) => {
    members[mission] ??= []
    members[mission].push(product)
  })
  return {
    basket: createAlias(options.basketShares ?? BASKET_SHARES),
    product: createAlias(shop.popularity),
    area: createAlias(areas.population),
    quantity: DEPARTMENTS.map(({ quantityShares }) => createAlias(quantityShares)),
    members,
    missions: [],
  }
}

interface Customer {
  readonly minute: number
  readonly area: number
  readonly first: number
}

/** The day's customers by time, each with the first product of the basket. */
function customersOf(
  shop: NetworkShop,
  areas: Areas,
  draws: Draws,
  { hoursBehindUtc }: OrdersOptions,
  count: number,
  random: Random,
): Customer[] {
  const customers = Array.from({ length: count }, () => {
    const first = draws.product.sample(random)
    const area = pickArea(areas, draws, DEPARTMENTS[shop.department[first]!]!.northTilt, random)
    const at = sampleTimeOfDay(hoursBehindUtc[area]!, random)
    return { minute: Math.floor(at / 60_000), area, first }
  })
  return customers.sort((a, b) => a.minute - b.minute)
}

/** An area by people; those where such things are bought less are passed over more often. */
function pickArea(areas: Areas, draws: Draws, tilt: number, random: Random): number {
  for (let tries = 0; ; tries++) {
    const area = draws.area.sample(random)
    if (tilt === 0 || tries === 5) return area
    const north = Math.max(-1, Math.min(1, (areas.lat[area]! - 37.5) / 7.5))
    if (random.next() < Math.exp(tilt * north - Math.abs(tilt))) return area
  }
}

interface LineLists {
  readonly product: {
    readonly length: number
    push(value: number): void
    at(index: number): number
  }
  readonly quantity: { push(value: number): void }
}

function fillBasket(
  shop: NetworkShop,
  draws: Draws,
  first: number,
  lines: LineLists,
  random: Random,
): void {
  const size = 1 + draws.basket.sample(random)
  const start = lines.product.length
  for (let line = 0; line < size; line++) {
    const product = line === 0 ? first : nextProduct(shop, draws, first, lines, start, random)
    if (product < 0) return
    lines.product.push(product)
    lines.quantity.push(1 + draws.quantity[shop.department[product]!]!.sample(random))
  }
}

/** A product not yet in the basket; −1 where none is found. */
function nextProduct(
  shop: NetworkShop,
  draws: Draws,
  first: number,
  lines: LineLists,
  start: number,
  random: Random,
): number {
  for (let tries = 0; tries < TRIES; tries++) {
    const isTogether = random.next() < TOGETHER
    const product = isTogether
      ? companion(shop, draws, first, random)
      : draws.product.sample(random)
    let isNew = true
    for (let i = start; i < lines.product.length; i++) isNew &&= lines.product.at(i) !== product
    if (isNew) return product
  }
  return -1
}

function companion(shop: NetworkShop, draws: Draws, first: number, random: Random): number {
  const mission = shop.mission[first]!
  const members = draws.members[mission]!
  draws.missions[mission] ??= createAlias(members.map((product) => shop.popularity[product]!))
  return members[draws.missions[mission].sample(random)]!
}
