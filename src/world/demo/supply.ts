import { weekdayOf } from '../../core/calendar.ts'
import type { Random } from '../../core/random/random.ts'
import { type NumberList, numberList } from './buffers.ts'
import type { Catalog } from './catalog.ts'
import { NEVER } from './catalog.ts'
import type { Offer, Vendor } from './vendors.ts'

/** Share of the units that cannot be had which go to a substitute that can. */
export const SUBSTITUTION_RATE = 0.4
/** A dying product is listed this many days into its decline, and bought for twenty. */
export const LISTED_AFTER_END = 150
const BOUGHT_AFTER_END = 20
/** How the store buys: safety in standard deviations, and how much of the season it foresees. */
const SAFETY = 2
const FORESIGHT = 0.8
const RATE_MEMORY = 0.04

/** What the buyer and the vendors made of the demand; matrices are product × day of history. */
export interface Supply {
  readonly sold: Uint32Array
  /** 1 = some was left at the end of the day; 0 = sold out, so that demand may have been larger. */
  readonly inStock: Uint8Array
  /** Units wanted of this product that nobody got, neither it nor a substitute. */
  readonly lost: Uint16Array
  /** On hand before the first day, by product. */
  readonly opening: Int32Array
  /** On hand after the last day, by product. */
  readonly onHand: Int32Array
  /** Ordered and not arrived by the last day. */
  readonly incoming: Int32Array
  readonly receipts: Receipts
}

/** Arrivals, one list entry each: indices, day numbers and units. */
interface Receipts {
  readonly product: NumberList
  readonly vendor: NumberList
  readonly orderedOn: NumberList
  readonly arrivedOn: NumberList
  /** Units of the order line still open when this part arrived. */
  readonly ordered: NumberList
  readonly arrived: NumberList
}

export interface SupplyInput {
  readonly catalog: Catalog
  readonly vendors: readonly Vendor[]
  /** The usual offer of each product. */
  readonly offerOf: readonly Offer[]
  readonly firstDay: number
  /** Days of history. */
  readonly days: number
  /** Days in each row of `demand`, at least `days`. */
  readonly totalDays: number
  readonly demand: Uint16Array
  /** calendarFactors of the sub-categories, planDays a row. */
  readonly planDays: number
  readonly calendar: Float64Array
  /** drawLeadTimes over totalDays. */
  readonly leadDays: Uint16Array
}

/** A Supply with nothing in it yet; supplyGroup fills the rows of one group of substitutes. */
export function emptySupply(products: number, days: number): Supply {
  return {
    sold: new Uint32Array(products * days),
    inStock: new Uint8Array(products * days),
    lost: new Uint16Array(products * days),
    opening: new Int32Array(products),
    onHand: new Int32Array(products),
    incoming: new Int32Array(products),
    receipts: {
      product: numberList(),
      vendor: numberList(),
      orderedOn: numberList(),
      arrivedOn: numberList(),
      ordered: numberList(),
      arrived: numberList(),
    },
  }
}

/** One product on its way through the days. */
interface Shelf {
  readonly product: number
  readonly offer: Offer
  readonly vendor: Vendor
  /** Units arriving on each day of history. */
  readonly arrivals: Int32Array
  onHand: number
  onOrder: number
  /** What the buyer believes of its units a day, calendar taken out. */
  rate: number
}

/**
 * Runs the history of one group of substitutes day by day: arrivals, sales, substitution, orders.
 * Groups do not touch each other; `random` must be the group's own stream.
 */
export function supplyGroup(
  input: SupplyInput,
  members: readonly number[],
  supply: Supply,
  random: Random,
): void {
  const shelves = members.map((product) => openShelf(input, product, supply, random))
  for (let t = 0; t < input.days; t++) {
    for (const shelf of shelves) {
      const arrived = shelf.arrivals[t]!
      shelf.onHand += arrived
      shelf.onOrder -= arrived
    }
    sellDay(input, shelves, t, supply, random)
    for (const shelf of shelves) review(input, shelf, t, supply, random)
  }
  for (const { product, onHand, onOrder } of shelves) {
    supply.onHand[product] = onHand
    supply.incoming[product] = onOrder
  }
}

/** Old products start with about the stock they aim at; new ones get a first delivery before launch. */
function openShelf(input: SupplyInput, product: number, supply: Supply, random: Random): Shelf {
  const { catalog, offerOf, vendors, firstDay, days } = input
  const offer = offerOf[product]!
  const vendor = vendors[offer.vendor]!
  const rate = catalog.unitsPerDay[product]! * Math.exp(0.3 * random.normal())
  const shelf: Shelf = {
    product,
    offer,
    vendor,
    arrivals: new Int32Array(days),
    onHand: 0,
    onOrder: 0,
    rate,
  }
  const span = vendor.meanLeadDays + 7 * vendor.weeksBetweenOrders + 14
  const wanted = rate * span * (0.7 + 0.6 * random.next()) + 2
  const first = wholeCases(wanted, offer)
  const launch = catalog.launchDay[product]! - firstDay
  if (launch < 0) {
    shelf.onHand = first
    supply.opening[product] = first
  } else {
    const arrives = Math.max(0, launch - 5)
    const lead = Math.round(vendor.meanLeadDays)
    receive(input, shelf, arrives - Math.max(1, lead), arrives, first, first, supply)
    shelf.onOrder += first
  }
  return shelf
}

/** Units in whole cases, at least the offer's minimum. */
function wholeCases(units: number, { casePack, minimumQuantity }: Offer): number {
  return Math.max(minimumQuantity, Math.ceil(units / casePack) * casePack)
}

function sellDay(
  input: SupplyInput,
  shelves: readonly Shelf[],
  t: number,
  supply: Supply,
  random: Random,
): void {
  const { days, totalDays, demand } = input
  for (const shelf of shelves) {
    const units = Math.min(demand[shelf.product * totalDays + t]!, shelf.onHand)
    shelf.onHand -= units
    supply.sold[shelf.product * days + t]! += units
  }
  for (const shelf of shelves) {
    const wanted = demand[shelf.product * totalDays + t]!
    const cell = shelf.product * days + t
    let missed = wanted - Math.min(wanted, supply.sold[cell]!)
    for (let unit = missed; unit > 0; unit--) {
      if (random.next() < SUBSTITUTION_RATE && sellOther(input, shelves, shelf, t, supply, random))
        missed--
    }
    supply.lost[cell] = missed
  }
  for (const { product, onHand } of shelves) {
    supply.inStock[product * days + t] = onHand > 0 ? 1 : 0
  }
}

/** Sells one unit of another listed product of the group, by popularity; false when none has stock. */
function sellOther(
  { catalog, days, firstDay }: SupplyInput,
  shelves: readonly Shelf[],
  missing: Shelf,
  t: number,
  supply: Supply,
  random: Random,
): boolean {
  const weight = (shelf: Shelf) =>
    shelf === missing || shelf.onHand <= 0 || catalog.launchDay[shelf.product]! > firstDay + t
      ? 0
      : catalog.unitsPerDay[shelf.product]!
  let sum = 0
  for (const shelf of shelves) sum += weight(shelf)
  if (sum <= 0) return false
  let u = random.next() * sum
  let chosen: Shelf | undefined
  for (const shelf of shelves) {
    const w = weight(shelf)
    if (w <= 0) continue
    chosen = shelf
    u -= w
    if (u < 0) break
  }
  chosen!.onHand -= 1
  supply.sold[chosen!.product * days + t]! += 1
  return true
}

/** The buyer's day: learn the rate from days in stock; on order days, order up to the aim. */
function review(input: SupplyInput, shelf: Shelf, t: number, supply: Supply, random: Random): void {
  const { catalog, firstDay, days, leadDays, totalDays } = input
  const { product, vendor, offer } = shelf
  const factor = calendarAt(input, product, t)
  const launched = firstDay + t >= catalog.launchDay[product]!
  if (launched && factor > 0 && supply.inStock[product * days + t] === 1) {
    shelf.rate += RATE_MEMORY * (supply.sold[product * days + t]! / factor - shelf.rate)
  }
  if (!launched || !ordersOn(vendor, firstDay + t)) return
  const end = catalog.endDay[product]!
  if (end !== NEVER && firstDay + t > end + BOUGHT_AFTER_END) return
  const position = shelf.onHand + shelf.onOrder
  const aim = orderUpTo(input, shelf, t)
  if (position >= aim - 0.3 * offer.casePack) return
  const quantity = wholeCases(aim - position, offer)
  shelf.onOrder += quantity
  const delay = random.next() < 0.1 ? 1 + random.int(3) : 0
  const arrives = t + leadDays[offer.vendor * totalDays + t]! + delay
  deliver(input, shelf, t, arrives, quantity, supply, random)
}

function ordersOn(vendor: Vendor, day: number): boolean {
  const week = Math.floor((day + 3) / 7)
  return weekdayOf(day) === vendor.orderWeekday && week % vendor.weeksBetweenOrders === 0
}

/** Mean and two standard deviations of demand until the next order's arrival; two units at least. */
function orderUpTo(input: SupplyInput, { product, vendor, rate }: Shelf, t: number): number {
  const span = Math.ceil(vendor.quotedLeadDays + 7 * vendor.weeksBetweenOrders)
  let ahead = 0
  for (let s = t + 1; s <= t + span; s += 4) ahead += calendarAt(input, product, s)
  const season = (ahead / Math.ceil(span / 4)) ** FORESIGHT
  const mean = Math.max(rate, 0) * span * season
  return Math.max(2, mean + SAFETY * Math.sqrt(mean * 1.5))
}

function calendarAt({ catalog, calendar, planDays }: SupplyInput, product: number, t: number) {
  return calendar[catalog.subCategory[product]! * planDays + Math.min(t, planDays - 1)]!
}

/** Books the arrival of an order, sometimes in two parts. */
function deliver(
  input: SupplyInput,
  shelf: Shelf,
  orderedAt: number,
  arrives: number,
  quantity: number,
  supply: Supply,
  random: Random,
): void {
  const part = Math.round(quantity * (0.5 + 0.4 * random.next()))
  const isSplit = random.next() < shelf.vendor.partialShare && part > 0 && part < quantity
  const later = arrives + 4 + random.int(11)
  if (!isSplit) {
    receive(input, shelf, orderedAt, arrives, quantity, quantity, supply)
    return
  }
  receive(input, shelf, orderedAt, arrives, quantity, part, supply)
  receive(input, shelf, orderedAt, later, quantity - part, quantity - part, supply)
}

function receive(
  { days, firstDay }: SupplyInput,
  shelf: Shelf,
  orderedAt: number,
  arrives: number,
  open: number,
  arrived: number,
  { receipts }: Supply,
): void {
  if (arrives >= days) return
  shelf.arrivals[arrives]! += arrived
  receipts.product.push(shelf.product)
  receipts.vendor.push(shelf.offer.vendor)
  receipts.orderedOn.push(firstDay + orderedAt)
  receipts.arrivedOn.push(firstDay + arrives)
  receipts.ordered.push(open)
  receipts.arrived.push(arrived)
}
