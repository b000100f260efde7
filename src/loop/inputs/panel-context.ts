import type { KnownCovariates, Panel, PanelEvent, StaticColumn } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numbersOf, type TextColumn, textAt, textsOf } from '../../core/table.ts'
import { indexColumn, indexOf } from './receipts.ts'
import type { SalesHistory } from './sales.ts'
import type { UnsoldProduct } from './unsold.ts'

export interface PanelContextOptions {
  /** Days after the last one of the data for which prices and promotions are laid out. Default 84. */
  readonly aheadDays?: number
  /** Products that never sold (readUnsold) and are to be in the panel too. Default none. */
  readonly unsold?: readonly UnsoldProduct[]
  /**
   * First day that is not known yet: usual prices are learned from the days before it. Default: the day
   * after the last one of the data.
   */
  readonly end?: number
}

/**
 * The panel of a store's sales with all that is known beside them: category, department (first part
 * of the category path), brand, title, price; `price_relative` (price over the product's usual
 * regular price) and `promotion` (0/1) a day, past and planned; events that touch the whole store;
 * and what sold on days that ended out of stock (`censored`).
 */
export async function readPanelContext(
  db: Database,
  sales: SalesHistory,
  { aheadDays = 84, unsold = [], end = sales.lastDay + 1 }: PanelContextOptions = {},
): Promise<Panel> {
  const base = unsold.length > 0 ? addUnsold(sales.panel, sales.lastDay, unsold) : sales.panel
  const statics = await readStatics(db, base.ids)
  const known = await readPrices(db, base, sales.lastDay + aheadDays, end)
  const events = await readEvents(db)
  const censored = await readCensored(db, base)
  return {
    ...base,
    statics,
    ...(known === undefined ? {} : { known }),
    ...(events.length === 0 ? {} : { events }),
    ...(censored === undefined ? {} : { censored }),
  }
}

/** The panel with the products that never sold after those that did. */
function addUnsold(panel: Panel, lastDay: number, unsold: readonly UnsoldProduct[]): Panel {
  const offsets = [...panel.offsets]
  for (const { since } of unsold) offsets.push(offsets.at(-1)! + lastDay + 1 - since)
  const values = new Float64Array(offsets.at(-1)!)
  values.set(panel.values)
  return {
    ...panel,
    ids: [...panel.ids, ...unsold.map(({ id }) => id)],
    firstBucket: Int32Array.from([...panel.firstBucket, ...unsold.map(({ since }) => since)]),
    offsets: Int32Array.from(offsets),
    values,
  }
}

async function readStatics(
  db: Database,
  ids: readonly string[],
): Promise<Record<string, StaticColumn>> {
  const table = await db.table(
    `SELECT product_id, category, trim(split_part(category, '>', 1)) AS department, brand, title,
       price_cents, launched_on
     FROM products ORDER BY product_id`,
  )
  const products = indexColumn(textsOf(table, 'product_id'), indexOf(ids))
  const rowOf = new Int32Array(ids.length).fill(-1)
  products.forEach((i, row) => {
    if (i >= 0) rowOf[i] = row
  })
  const category = (name: string): StaticColumn => {
    const { codes, dictionary } = textsOf(table, name)
    return {
      kind: 'category',
      codes: rowOf.map((row) => (row < 0 ? -1 : codes[row]!)),
      dictionary,
    }
  }
  const number = (name: string): StaticColumn => {
    const values = numbersOf(table, name)
    return {
      kind: 'number',
      values: Float64Array.from(rowOf, (row) => (row < 0 ? Number.NaN : values[row]!)),
    }
  }
  const titles = textsOf(table, 'title')
  return {
    category: category('category'),
    department: category('department'),
    brand: category('brand'),
    title: {
      kind: 'text',
      texts: Array.from(rowOf, (row) => (row < 0 ? '' : (textAt(titles, row) ?? ''))),
    },
    price: number('price_cents'),
    launched_on: number('launched_on'),
  }
}

/** Spans of prices as rows: product, first and last day, cents, promotion or not. */
interface PriceRows {
  readonly product: Int32Array
  readonly from: Float64Array
  readonly to: Float64Array
  readonly cents: Float64Array
  readonly promoted: Float64Array
}

async function readPrices(
  db: Database,
  panel: Panel,
  lastDay: number,
  end: number,
): Promise<KnownCovariates | undefined> {
  const table = await db.table(
    `SELECT product_id, starts_on, ends_on, price_cents, kind = 'promotion' AS promoted
     FROM prices ORDER BY product_id, promoted, starts_on`,
  )
  if (table.rowCount === 0) return undefined
  const rows: PriceRows = {
    product: indexColumn(textsOf(table, 'product_id'), indexOf(panel.ids)),
    from: numbersOf(table, 'starts_on'),
    to: numbersOf(table, 'ends_on').map((day) => (Number.isNaN(day) ? lastDay : day)),
    cents: numbersOf(table, 'price_cents'),
    promoted: numbersOf(table, 'promoted'),
  }
  const offsets = new Int32Array(panel.ids.length + 1)
  for (let i = 0; i < panel.ids.length; i++) {
    const held = panel.offsets[i + 1]! - panel.offsets[i]!
    offsets[i + 1] = offsets[i]! + Math.max(held, lastDay + 1 - panel.firstBucket[i]!)
  }
  const size = offsets.at(-1)!
  const price = new Float64Array(size).fill(Number.NaN)
  const promotion = new Float64Array(size)
  rows.product.forEach((i, row) => {
    if (i < 0) return
    const first = panel.firstBucket[i]!
    const from = Math.max(0, rows.from[row]! - first)
    const to = Math.min(offsets[i + 1]! - offsets[i]!, rows.to[row]! + 1 - first)
    if (to <= from) return
    // Promotions come after regular prices in the rows and so take the place of theirs.
    price.fill(rows.cents[row]!, offsets[i]! + from, offsets[i]! + to)
    if (rows.promoted[row] === 1) promotion.fill(1, offsets[i]! + from, offsets[i]! + to)
  })
  toRelative(panel, end, offsets, price, promotion)
  return { offsets, columns: { price_relative: price, promotion } }
}

/** Divides prices by the product's usual one: the median regular price of its days before `end`. */
function toRelative(
  panel: Panel,
  end: number,
  offsets: Int32Array,
  price: Float64Array,
  promotion: Float64Array,
): void {
  for (let i = 0; i < panel.ids.length; i++) {
    const length = panel.offsets[i + 1]! - panel.offsets[i]!
    const held = Math.max(0, Math.min(length, end - panel.firstBucket[i]!))
    const from = offsets[i]!
    const regular = price
      .subarray(from, held > 0 ? from + held : offsets[i + 1]!)
      .filter((cents, t) => cents > 0 && promotion[from + t] === 0)
      .sort()
    const usual = regular[regular.length >> 1] ?? Number.NaN
    for (let at = from; at < offsets[i + 1]!; at++) price[at]! /= usual
  }
}

async function readEvents(db: Database): Promise<PanelEvent[]> {
  const table = await db.table(
    `SELECT name, kind, starts_on, ends_on, strength FROM events
     WHERE coalesce(places, '') = '' ORDER BY starts_on, name`,
  )
  const [names, kinds] = [textsOf(table, 'name'), textsOf(table, 'kind')]
  const [from, to] = [numbersOf(table, 'starts_on'), numbersOf(table, 'ends_on')]
  const strengths = numbersOf(table, 'strength')
  return Array.from({ length: table.rowCount }, (_, row) => ({
    name: textAt(names, row)!,
    kind: textAt(kinds, row)!,
    firstDay: from[row]!,
    lastDay: to[row]!,
    ...(Number.isNaN(strengths[row]!) ? {} : { strength: strengths[row]! }),
  }))
}

/** Units sold on days that ended out of stock; undefined where the feed never says so. */
async function readCensored(db: Database, panel: Panel): Promise<Float64Array | undefined> {
  const table = await db.table(
    `SELECT product_id, ds, sum(units) AS units FROM sales
     GROUP BY ALL HAVING NOT bool_or(coalesce(in_stock, true))`,
  )
  if (table.rowCount === 0) return undefined
  const ids: TextColumn = textsOf(table, 'product_id')
  const products = indexColumn(ids, indexOf(panel.ids))
  const [ds, units] = [numbersOf(table, 'ds'), numbersOf(table, 'units')]
  const censored = new Float64Array(panel.values.length).fill(Number.NaN)
  products.forEach((i, row) => {
    if (i < 0) return
    const at = panel.offsets[i]! + ds[row]! - panel.firstBucket[i]!
    if (at >= panel.offsets[i]! && at < panel.offsets[i + 1]!) {
      censored[at] = Math.max(0, units[row]!)
      panel.values[at] = Number.NaN
    }
  })
  return censored
}
