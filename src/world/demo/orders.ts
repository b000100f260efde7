import { DAY_MS } from '../../core/calendar.ts'
import type { Random } from '../../core/random/random.ts'
import { structures } from '../../learn/index.ts'
import { createAlias } from '../customers/alias.ts'
import type { Customers } from '../customers/customers.ts'
import { sampleTimeOfDay } from '../customers/hours.ts'
import { type NumberList, numberList } from './buffers.ts'
import type { Catalog } from './catalog.ts'
import { DEPARTMENTS } from './departments.ts'
import { BASKET_SHARES } from './params.ts'
import type { RushTimes } from './traffic.ts'

/** How likely a line is put beside others of its mission rather than anywhere. */
const TOGETHER = 0.6
/** Lines looked at further on in the day's list to keep a product from being twice in a basket. */
const LOOK_AHEAD = 12
/** Most units in a line. */
const LARGEST_QUANTITY = 6
const CHANNEL_SHARES = [0.55, 0.37, 0.08]

/** Names of the channels, by code. */
export const CHANNELS: readonly string[] = ['web', 'app', 'marketplace']

/** Orders and their lines, one list entry each; orders are in order of time. */
export interface OrderBook {
  /** Epoch ms. */
  readonly orderedAt: NumberList
  readonly customer: NumberList
  readonly channel: NumberList
  /** First line of each order. */
  readonly firstLine: NumberList
  /** Index of the order. */
  readonly lineOrder: NumberList
  readonly lineNumber: NumberList
  readonly lineProduct: NumberList
  readonly lineQuantity: NumberList
  readonly linePrice: NumberList
}

/** What one day of orders is made from. */
export interface DayOfSales {
  /** Epoch ms of its midnight and of the next. */
  readonly startsAt: number
  readonly endsAt: number
  /** Units sold, customers who wanted it and price in cents, of each product. */
  readonly unitsOf: (product: number) => number
  readonly linesOf: (product: number) => number
  readonly centsOf: (product: number) => number
  /** Moments of orders where a sale moves them, from a stream of their own. */
  readonly rush?: { readonly times: RushTimes; readonly random: Random } | undefined
}

export interface OrderMaker {
  readonly catalog: Catalog
  readonly customers: Customers
  /** Degrees north of each customer area, and its hours behind the store's clock. */
  readonly latOf: Float64Array
  readonly hoursBehind: Float64Array
}

/** An order book without orders. */
export function emptyOrderBook(): OrderBook {
  return {
    orderedAt: numberList(),
    customer: numberList(),
    channel: numberList(),
    firstLine: numberList(),
    lineOrder: numberList(),
    lineNumber: numberList(),
    lineProduct: numberList(),
    lineQuantity: numberList(),
    linePrice: numberList(),
  }
}

const channelAlias = createAlias(CHANNEL_SHARES)
const basketAlias = createAlias(BASKET_SHARES)

/**
 * Turns one day's units into orders: units into lines of one to six, lines of one mission beside
 * each other, the list cut into baskets, each given to a customer and a moment of the day. Every
 * unit goes into exactly one line; no product is twice in an order.
 */
export function addOrders(
  maker: OrderMaker,
  sales: DayOfSales,
  book: OrderBook,
  random: Random,
): void {
  const lines = arrangeLines(maker.catalog, linesOf(maker.catalog, sales, random), random)
  const baskets = cutBaskets(lines, random)
  const count = baskets.length - 1
  const customers = new Int32Array(count)
  const times = new Float64Array(count)
  for (let b = 0; b < count; b++) {
    const department = maker.catalog.department[lines.product[baskets[b]!]!]!
    const customer = pickCustomer(maker, DEPARTMENTS[department]!.northTilt, random)
    customers[b] = customer
    const hours = maker.hoursBehind[maker.customers.areaOf[customer]!]!
    const usual = sampleTimeOfDay(hours, random)
    const time = sales.rush?.times.sample(hours, sales.rush.random) ?? usual
    // The basket's number rides in the low bits, so that sorting orders both.
    times[b] = time * 2 ** 20 + b
  }
  structures.sortFloat64(times)
  // On two days a year the clock is changed, and the day has 23 or 25 hours.
  const stretch = sales.rush === undefined ? (sales.endsAt - sales.startsAt) / DAY_MS : 1
  for (const packed of times) {
    const b = packed % 2 ** 20
    const at = sales.startsAt + Math.floor(Math.floor(packed / 2 ** 20) * stretch)
    book.firstLine.push(book.lineOrder.length)
    writeLines(lines, baskets[b]!, baskets[b + 1]!, sales, book)
    book.orderedAt.push(at)
    book.customer.push(customers[b]!)
    book.channel.push(channelAlias.sample(random))
  }
}

interface Lines {
  readonly product: Int32Array
  readonly quantity: Int32Array
}

/**
 * Splits the units of each product into lines: as many as customers wanted it, fewer where stock ran
 * out, more where substitutes came in; units beyond one a line go to lines at random.
 */
function linesOf(catalog: Catalog, sales: DayOfSales, random: Random): Lines {
  const product = numberList()
  const quantity: number[] = []
  for (let p = 0; p < catalog.count; p++) {
    const units = sales.unitsOf(p)
    if (units === 0) continue
    const fewest = Math.ceil(units / LARGEST_QUANTITY)
    const count = Math.min(units, Math.max(fewest, sales.linesOf(p)))
    const first = quantity.length
    for (let line = 0; line < count; line++) {
      product.push(p)
      quantity.push(1)
    }
    for (let left = units - count; left > 0; ) {
      const line = first + random.int(count)
      if (quantity[line]! >= LARGEST_QUANTITY) continue
      quantity[line]! += 1
      left--
    }
  }
  return { product: Int32Array.from(product.toArray()), quantity: Int32Array.from(quantity) }
}

/** Orders the lines by place: about the place of their mission on this day, or anywhere. */
function arrangeLines(catalog: Catalog, lines: Lines, random: Random): Lines {
  const n = lines.product.length
  const places = new Map<number, number>()
  const keys = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const mission = catalog.mission[lines.product[i]!]!
    let place = places.get(mission)
    if (place === undefined) {
      place = random.next()
      places.set(mission, place)
    }
    const key = random.next() < TOGETHER ? place : random.next()
    keys[i] = Math.floor(key * 2 ** 31) * 2 ** 21 + i
  }
  structures.sortFloat64(keys)
  const order = Int32Array.from(keys, (key) => key % 2 ** 21)
  return {
    product: order.map((i) => lines.product[i]!),
    quantity: order.map((i) => lines.quantity[i]!),
  }
}

/**
 * Cuts the lines into baskets of one to six: starts of the baskets and the end. A product already
 * in the basket changes places with a line further on; where there is none, the basket ends.
 */
function cutBaskets({ product, quantity }: Lines, random: Random): number[] {
  const starts = [0]
  const n = product.length
  let start = 0
  while (start < n) {
    const size = Math.min(n - start, 1 + basketAlias.sample(random))
    let end = start + 1
    while (end < start + size) {
      const other = firstOther(product, start, end)
      if (other < 0) break
      swap(product, end, other)
      swap(quantity, end, other)
      end++
    }
    starts.push(end)
    start = end
  }
  return starts
}

/** First of the lines from `end` on whose product is not among start … end−1; −1 if none is near. */
function firstOther(product: Int32Array, start: number, end: number): number {
  const last = Math.min(product.length, end + LOOK_AHEAD)
  for (let i = end; i < last; i++) {
    let known = false
    for (let j = start; j < end; j++) known ||= product[j] === product[i]
    if (!known) return i
  }
  return -1
}

function swap(values: Int32Array, i: number, j: number): void {
  const kept = values[i]!
  values[i] = values[j]!
  values[j] = kept
}

/** A customer; those who live where such things are bought less are passed over more often. */
function pickCustomer(maker: OrderMaker, tilt: number, random: Random): number {
  for (let tries = 0; ; tries++) {
    const customer = maker.customers.sampleCustomer(random)
    if (tilt === 0 || tries === 5) return customer
    const lat = maker.latOf[maker.customers.areaOf[customer]!]!
    const north = Math.max(-1, Math.min(1, (lat - 37.5) / 7.5))
    if (random.next() < Math.exp(tilt * north - Math.abs(tilt))) return customer
  }
}

function writeLines(
  lines: Lines,
  from: number,
  to: number,
  { centsOf }: DayOfSales,
  book: OrderBook,
): void {
  const order = book.orderedAt.length
  for (let i = from; i < to; i++) {
    const product = lines.product[i]!
    book.lineOrder.push(order)
    book.lineNumber.push(i - from + 1)
    book.lineProduct.push(product)
    book.lineQuantity.push(lines.quantity[i]!)
    book.linePrice.push(centsOf(product))
  }
}
