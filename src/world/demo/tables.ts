import { DAY_MS } from '../../core/calendar.ts'
import type { Random } from '../../core/random/random.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { Customers } from '../customers/customers.ts'
import { coded, countedIds, numbers, table } from './columns.ts'
import { closedDaysBetween } from './holidays.ts'
import type { Market } from './market.ts'
import { CHANNELS, type OrderBook } from './orders.ts'
import type { FullDemoParams } from './params.ts'
import { ACTIONS, type SearchLog } from './searches.ts'
import { SITES } from './sites.ts'
import type { Supply } from './supply.ts'
import type { Offer, Vendor } from './vendors.ts'

const HOUR_MS = 3_600_000

/** products: what the store knows of them at asOf, the price the regular one of that day. */
export function productsTable({ catalog, spans }: Market, params: FullDemoParams): Table {
  const { texts, launchDay } = catalog
  const price = spans.map((list) => {
    const regular = list.filter(
      ({ kind, startsOn }) => kind === 'regular' && startsOn <= params.asOf,
    )
    return regular.at(-1)!.cents
  })
  return table({
    product_id: textColumn(catalog.ids),
    title: textColumn(catalog.titles),
    category: textColumn(
      texts.map(({ department, subCategory }) => `${department} > ${subCategory}`),
    ),
    brand: textColumn(texts.map(({ brand }) => brand)),
    price_cents: numberColumn(price),
    unit_cost_cents: numbers(catalog.costCents),
    volume_m3: numbers(catalog.volumeM3),
    weight_kg: numbers(catalog.weightKg),
    description: textColumn(
      texts.map(
        ({ adjective, material, noun, size, colour, brand }) =>
          `${noun[0]!.toUpperCase()}${noun.slice(1)} by ${brand}: ${adjective}, ${material}, ${size}, ${colour}.`,
      ),
    ),
    launched_on: numbers(launchDay),
  })
}

/** vendors. */
export function vendorsTable(vendors: readonly Vendor[]): Table {
  return table({
    vendor_id: textColumn(vendors.map(({ id }) => id)),
    name: textColumn(vendors.map(({ name }) => name)),
    country: textColumn(vendors.map(({ country }) => country)),
  })
}

/** offers, with lead times as quoted: shorter than the true ones, and no word on their spread. */
export function offersTable(
  offers: readonly Offer[],
  vendors: readonly Vendor[],
  { catalog }: Market,
): Table {
  return table({
    vendor_id: coded(
      offers.map(({ vendor }) => vendor),
      vendors.map(({ id }) => id),
    ),
    product_id: coded(
      offers.map(({ product }) => product),
      catalog.ids,
    ),
    unit_cost_cents: numberColumn(offers.map(({ unitCostCents }) => unitCostCents)),
    lead_time_days: numberColumn(offers.map(({ vendor }) => vendors[vendor]!.quotedLeadDays)),
    minimum_quantity: numberColumn(offers.map(({ minimumQuantity }) => minimumQuantity)),
    case_pack: numberColumn(offers.map(({ casePack }) => casePack)),
  })
}

/** receipts, by time of arrival; one purchase order a vendor and day, one site an order line. */
export function receiptsTable(
  { receipts }: Supply,
  vendors: readonly Vendor[],
  { catalog }: Market,
  random: Random,
): Table {
  const product = receipts.product.toArray()
  const vendor = receipts.vendor.toArray()
  const orderedOn = receipts.orderedOn.toArray()
  const arrivedOn = receipts.arrivedOn.toArray()
  const rows = Int32Array.from(product, (_, i) => i).sort(
    (a, b) => arrivedOn[a]! - arrivedOn[b]! || product[a]! - product[b]! || a - b,
  )
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!)
  const vendorOf = pick(vendor)
  const orderedDay = pick(orderedOn)
  const sites = Int32Array.from(pick(product), (p, i) =>
    siteOfOrder(p, orderedDay[i]!, random.split('site')),
  )
  return table({
    receipt_id: countedIds('R', rows.length),
    purchase_order_id: textColumn(
      Array.from(vendorOf, (v, i) => `PO-${vendors[v]!.id}-${orderedDay[i]}`),
    ),
    vendor_id: coded(
      vendorOf,
      vendors.map(({ id }) => id),
    ),
    product_id: coded(pick(product), catalog.ids),
    site_id: coded(
      sites,
      SITES.map(({ id }) => id),
    ),
    ordered_at: numbers(orderedDay.map((day) => day * DAY_MS + 15 * HOUR_MS)),
    arrived_at: numbers(pick(arrivedOn).map((day, i) => day * DAY_MS + (6 + (i % 10)) * HOUR_MS)),
    ordered_quantity: numbers(pick(receipts.ordered.toArray())),
    arrived_quantity: numbers(pick(receipts.arrived.toArray())),
  })
}

/** The site an order line goes to: its parts go to one place. */
function siteOfOrder(product: number, orderedOn: number, random: Random): number {
  let u = random.split(product * 100_000 + orderedOn).next()
  for (let s = 0; s < SITES.length; s++) {
    u -= SITES[s]!.share
    if (u < 0) return s
  }
  return SITES.length - 1
}

/** prices: regular spans and the promotions on top of them, those decided for the future too. */
export function pricesTable({ catalog, spans }: Market): Table {
  const rows = spans.flatMap((list, p) => list.map((span) => ({ p, ...span })))
  return table({
    product_id: coded(
      rows.map(({ p }) => p),
      catalog.ids,
    ),
    starts_on: numberColumn(rows.map(({ startsOn }) => startsOn)),
    ends_on: numberColumn(rows.map(({ endsOn }) => endsOn)),
    price_cents: numberColumn(rows.map(({ cents }) => cents)),
    kind: textColumn(rows.map(({ kind }) => kind)),
  })
}

/** events of the history and the future days. */
export function eventsTable({ events }: Market): Table {
  return table({
    event_id: textColumn(events.map(({ id }) => id)),
    name: textColumn(events.map(({ name }) => name)),
    kind: textColumn(events.map(({ kind }) => kind)),
    starts_on: numberColumn(events.map(({ startsOn }) => startsOn)),
    ends_on: numberColumn(events.map(({ endsOn }) => endsOn)),
  })
}

/** closed_days of the history and the future days. */
export function closedDaysTable({ firstDay, totalDays }: Market): Table {
  const closed = closedDaysBetween(firstDay, firstDay + totalDays - 1)
  return table({
    ds: numberColumn(closed),
    reason: coded(new Int32Array(closed.length), ['stated']),
  })
}

/** orders and order_lines. */
export function orderTables(
  book: OrderBook,
  { catalog }: Market,
  customers: Customers,
  countyIds: readonly string[],
): { readonly orders: Table; readonly order_lines: Table } {
  const ids = countedIds('O', book.orderedAt.length)
  const customer = book.customer.toArray()
  const orders = table({
    order_id: ids,
    ordered_at: numbers(book.orderedAt.toArray()),
    customer_id: customerColumn(customer, customers),
    area_id: coded(
      Int32Array.from(customer, (c) => customers.areaOf[c]!),
      countyIds,
    ),
    country: coded(new Int32Array(customer.length), ['US']),
    channel: coded(book.channel.toArray(), CHANNELS),
  })
  const lines = table({
    order_id: coded(book.lineOrder.toArray(), ids.dictionary),
    line_number: numbers(book.lineNumber.toArray()),
    product_id: coded(book.lineProduct.toArray(), catalog.ids),
    quantity: numbers(book.lineQuantity.toArray()),
    unit_price_cents: numbers(book.linePrice.toArray()),
  })
  return { orders, order_lines: lines }
}

/** Ids of those customers who occur, in order of their first coming. */
function customerColumn(customer: Float64Array, customers: Customers) {
  const codeOf = new Int32Array(customers.count).fill(-1)
  const dictionary: string[] = []
  const codes = Int32Array.from(customer, (c) => {
    if (codeOf[c]! < 0) codeOf[c] = dictionary.push(customers.idOf(c)) - 1
    return codeOf[c]!
  })
  return coded(codes, dictionary)
}

/** searches and clicks; a session is one search and what came of it. */
export function searchTables(
  log: SearchLog,
  { catalog }: Market,
  customers: Customers,
): { readonly searches: Table; readonly clicks: Table } {
  const count = log.searchedAt.length
  const ids = countedIds('Q', count)
  const sessions = countedIds('S', count)
  const clickSearch = Int32Array.from(log.clickSearch.toArray())
  const searches = table({
    query_id: ids,
    searched_at: numbers(log.searchedAt.toArray()),
    session_id: sessions,
    customer_id: customerColumn(log.customer.toArray(), customers),
    user_query: coded(log.text.toArray(), [...log.texts.keys()]),
    result_count: numbers(log.resultCount.toArray()),
  })
  const clicks = table({
    query_id: coded(clickSearch, ids.dictionary),
    product_id: coded(log.clickProduct.toArray(), catalog.ids),
    action_name: coded(log.clickAction.toArray(), ACTIONS),
    happened_at: numbers(log.clickAt.toArray()),
    session_id: coded(clickSearch, sessions.dictionary),
    position: numbers(log.clickPosition.toArray()),
  })
  return { searches, clicks }
}
