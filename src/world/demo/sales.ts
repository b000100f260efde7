import type { Table } from '../../core/table.ts'
import { numberList } from './buffers.ts'
import { NEVER } from './catalog.ts'
import { coded, numbers, table } from './columns.ts'
import type { Market } from './market.ts'
import type { OrderBook } from './orders.ts'
import type { FullDemoParams } from './params.ts'
import { LISTED_AFTER_END, type Supply } from './supply.ts'

interface SalesRows {
  readonly ds: ReturnType<typeof numberList>
  readonly product: ReturnType<typeof numberList>
  readonly place: ReturnType<typeof numberList>
  readonly units: ReturnType<typeof numberList>
  readonly revenue: ReturnType<typeof numberList>
  readonly inStock: ReturnType<typeof numberList>
}

/**
 * sales, by day, then product, then place. A row stands where something was sold or the product
 * was sold out; a listed product without a row sold nothing that day.
 */
export function salesTable(
  market: Market,
  supply: Supply,
  book: OrderBook,
  params: FullDemoParams,
  starts: Float64Array,
  places: readonly string[],
  placeOfCustomer: Int32Array,
): Table {
  const rows: SalesRows = {
    ds: numberList(),
    product: numberList(),
    place: numberList(),
    units: numberList(),
    revenue: numberList(),
    inStock: numberList(),
  }
  if (params.salesBy === 'all') addTotals(market, supply, params, rows)
  else addByPlace(market, supply, book, params, starts, places.length, placeOfCustomer, rows)
  return table({
    ds: numbers(rows.ds.toArray()),
    product_id: coded(rows.product.toArray(), market.catalog.ids),
    place_id: coded(rows.place.toArray(), params.salesBy === 'all' ? ['all'] : places),
    units: numbers(rows.units.toArray()),
    revenue_cents: numbers(rows.revenue.toArray()),
    in_stock: numbers(rows.inStock.toArray()),
  })
}

/** True on the days on which customers could find the product in the store. */
function isListed({ catalog, firstDay }: Market, product: number, t: number): boolean {
  const day = firstDay + t
  const end = catalog.endDay[product]!
  return day >= catalog.launchDay[product]! && (end === NEVER || day <= end + LISTED_AFTER_END)
}

function push(
  rows: SalesRows,
  ds: number,
  product: number,
  place: number,
  units: number,
  revenue: number,
  inStock: number,
): void {
  rows.ds.push(ds)
  rows.product.push(product)
  rows.place.push(place)
  rows.units.push(units)
  rows.revenue.push(revenue)
  rows.inStock.push(inStock)
}

function addTotals(
  market: Market,
  { sold, inStock }: Supply,
  { days }: FullDemoParams,
  rows: SalesRows,
): void {
  const { catalog, firstDay, totalDays, cents } = market
  for (let t = 0; t < days; t++) {
    for (let p = 0; p < catalog.count; p++) {
      const units = sold[p * days + t]!
      const isIn = inStock[p * days + t]!
      if (units === 0 && (isIn === 1 || !isListed(market, p, t))) continue
      push(rows, firstDay + t, p, 0, units, units * cents[p * totalDays + t]!, isIn)
    }
  }
}

/** The same by place: a day's lines summed; a product that was sold out was so everywhere. */
function addByPlace(
  market: Market,
  { inStock }: Supply,
  book: OrderBook,
  { days }: FullDemoParams,
  starts: Float64Array,
  placeCount: number,
  placeOfCustomer: Int32Array,
  rows: SalesRows,
): void {
  const { catalog, firstDay } = market
  const units = new Float64Array(catalog.count * placeCount)
  const revenue = new Float64Array(catalog.count * placeCount)
  let line = 0
  for (let t = 0; t < days; t++) {
    for (; line < book.lineOrder.length; line++) {
      const order = book.lineOrder.at(line)
      if (book.orderedAt.at(order) >= starts[t + 1]!) break
      const place = placeOfCustomer[book.customer.at(order)]!
      const cell = book.lineProduct.at(line) * placeCount + place
      units[cell]! += book.lineQuantity.at(line)
      revenue[cell]! += book.lineQuantity.at(line) * book.linePrice.at(line)
    }
    for (let p = 0; p < catalog.count; p++) {
      const isIn = inStock[p * days + t]!
      const isOut = isIn === 0 && isListed(market, p, t)
      for (let place = 0; place < placeCount; place++) {
        const cell = p * placeCount + place
        if (units[cell]! === 0 && !isOut) continue
        push(rows, firstDay + t, p, place, units[cell]!, revenue[cell]!, isIn)
      }
    }
    units.fill(0)
    revenue.fill(0)
  }
}
