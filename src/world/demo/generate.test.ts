import { expect, test } from 'vitest'
import { localDay } from '../../core/calendar.ts'
import { numbersOf } from '../../core/table.ts'
import { DEMO_TIME_ZONE } from './clock.ts'
import { type DemoStore, generateDemoStore } from './generate.ts'
import type { DemoParams } from './params.ts'
import { fingerprint, tableOf, textList } from './testing.ts'

const DAYS_OF_HOURS = new Map<number, number>()

/** The store's day of an instant. Clocks change on the hour, so each hour is looked up once. */
function dayOf(at: number): number {
  const hour = Math.floor(at / 3_600_000)
  const day = DAYS_OF_HOURS.get(hour) ?? localDay(at, DEMO_TIME_ZONE)
  DAYS_OF_HOURS.set(hour, day)
  return day
}

const SMALL: DemoParams = { products: 300, days: 200, ordersPerDay: 60, vendors: 15, loadDays: 20 }
const store = generateDemoStore(SMALL)

/** Key columns, references and columns that must not be empty, as docs/feed.md has them. */
const CONTRACT: readonly {
  readonly table: string
  readonly key: readonly string[]
  readonly references?: Readonly<Record<string, string>>
  readonly emptyAllowed?: readonly string[]
}[] = [
  { table: 'products', key: ['product_id'] },
  { table: 'vendors', key: ['vendor_id'] },
  {
    table: 'offers',
    key: ['vendor_id', 'product_id'],
    references: { vendor_id: 'vendors', product_id: 'products' },
  },
  { table: 'areas', key: ['area_id'] },
  {
    table: 'adjacency',
    key: ['area_id', 'neighbor_id'],
    references: { area_id: 'areas.area_id', neighbor_id: 'areas.area_id' },
  },
  {
    table: 'sites',
    key: ['site_id'],
    references: { area_id: 'areas' },
    emptyAllowed: ['capacity_m3'],
  },
  {
    table: 'lanes',
    key: ['lane_id'],
    references: { from_site_id: 'sites.site_id' },
    emptyAllowed: ['to_site_id', 'to_area_id', 'cost_per_truck_cents', 'capacity_m3'],
  },
  {
    table: 'departures',
    key: ['lane_id', 'weekday', 'departs_minute'],
    references: { lane_id: 'lanes' },
  },
  {
    table: 'lane_transit',
    key: ['lane_id', 'weekday', 'hour'],
    references: { lane_id: 'lanes' },
  },
  { table: 'carrier_calendars', key: ['carrier', 'ds'] },
  {
    table: 'receipts',
    key: ['receipt_id'],
    references: { vendor_id: 'vendors', product_id: 'products', site_id: 'sites' },
  },
  {
    table: 'stock',
    key: ['site_id', 'product_id'],
    references: { site_id: 'sites', product_id: 'products' },
  },
  {
    table: 'sales',
    key: ['ds', 'product_id', 'place_id'],
    references: { product_id: 'products' },
  },
  {
    table: 'prices',
    key: ['product_id', 'starts_on'],
    references: { product_id: 'products' },
    emptyAllowed: ['ends_on'],
  },
  { table: 'events', key: ['event_id'] },
  { table: 'closed_days', key: ['ds'] },
  { table: 'orders', key: ['order_id'], references: { area_id: 'areas' } },
  {
    table: 'order_lines',
    key: ['order_id', 'line_number'],
    references: { order_id: 'orders', product_id: 'products' },
  },
  { table: 'searches', key: ['query_id'] },
  {
    table: 'clicks',
    key: ['query_id', 'product_id', 'action_name'],
    references: { query_id: 'searches', product_id: 'products' },
  },
  {
    table: 'services',
    key: ['service_id'],
    references: { server_type_id: 'server_types' },
  },
  { table: 'server_types', key: ['server_type_id'] },
  {
    table: 'load_events',
    key: ['event_id'],
    emptyAllowed: ['service_id', 'region', 'strength'],
  },
  {
    table: 'load',
    key: ['service_id', 'region', 'minute_at'],
    references: { service_id: 'services' },
  },
  {
    table: 'load_tests',
    key: ['service_id', 'server_type_id', 'tested_at', 'requests_per_second'],
    references: { service_id: 'services', server_type_id: 'server_types' },
  },
  {
    table: 'server_bookings',
    key: ['service_id', 'region', 'server_type_id', 'starts_at'],
    references: { service_id: 'services', server_type_id: 'server_types' },
  },
]

test('the contract below covers every table', () => {
  expect(Object.keys(store.tables).sort()).toEqual(CONTRACT.map(({ table }) => table).sort())
})

test.each(CONTRACT)('$table: whole columns, unique keys, references that exist', (contract) => {
  const table = tableOf(store, contract.table)
  expect(table.rowCount).toBeGreaterThan(0)
  const valueAt = Object.entries(table.columns).map(([name, column]) => {
    const length = column.kind === 'number' ? column.values.length : column.codes.length
    expect(`${name} ${length}`).toBe(`${name} ${table.rowCount}`)
    if (column.kind === 'text' && !contract.emptyAllowed?.includes(name)) {
      expect(column.codes.every((code) => code >= 0 && code < column.dictionary.length)).toBe(true)
    } else if (column.kind === 'number' && !contract.emptyAllowed?.includes(name)) {
      expect(`${name} ${column.values.findIndex((value) => !Number.isFinite(value))}`).toBe(
        `${name} -1`,
      )
    }
    return [name, column] as const
  })
  const columns = new Map(valueAt)
  const keys = new Set<string>()
  for (let row = 0; row < table.rowCount; row++) {
    const parts = contract.key.map((name) => {
      const column = columns.get(name)!
      return column.kind === 'number' ? column.values[row] : column.dictionary[column.codes[row]!]
    })
    keys.add(parts.join('|'))
  }
  expect(keys.size).toBe(table.rowCount)
  for (const [name, target] of Object.entries(contract.references ?? {})) {
    const [targetTable = '', targetColumn = name] = target.split('.')
    const known = new Set(textList(tableOf(store, targetTable), targetColumn))
    expect(textList(table, name).find((id) => !known.has(id))).toBeUndefined()
  }
})

test('the same parameters make the same bytes, another seed others', () => {
  const again = generateDemoStore(SMALL)
  expect(fingerprint(again.tables)).toBe(fingerprint(store.tables))
  expect(again.truth.mean).toEqual(store.truth.mean)
  expect(again.truth.demand).toEqual(store.truth.demand)
  expect(again.truth.lost).toEqual(store.truth.lost)
  const other = generateDemoStore({ ...SMALL, seed: 2 })
  expect(fingerprint(other.tables)).not.toBe(fingerprint(store.tables))
})

/** Units and revenue of the order lines, by day, product and (where asked) state. */
function sumLines(demo: DemoStore, byState: boolean): Map<string, [units: number, cents: number]> {
  const orders = tableOf(demo, 'orders')
  const lines = tableOf(demo, 'order_lines')
  const orderedAt = numbersOf(orders, 'ordered_at')
  const areas = textList(orders, 'area_id')
  const rowOf = new Map(textList(orders, 'order_id').map((id, row) => [id, row]))
  const orderIds = textList(lines, 'order_id')
  const products = textList(lines, 'product_id')
  const quantity = numbersOf(lines, 'quantity')
  const price = numbersOf(lines, 'unit_price_cents')
  const sums = new Map<string, [number, number]>()
  for (let row = 0; row < lines.rowCount; row++) {
    const order = rowOf.get(orderIds[row]!)!
    const place = byState ? areas[order]!.slice(0, 2) : 'all'
    const key = `${dayOf(orderedAt[order]!)}|${products[row]}|${place}`
    const [units, cents] = sums.get(key) ?? [0, 0]
    sums.set(key, [units + quantity[row]!, cents + quantity[row]! * price[row]!])
  }
  return sums
}

test.each(['all', 'state'] as const)('sales by %s are the sums of the order lines', (salesBy) => {
  const demo = salesBy === 'all' ? store : generateDemoStore({ ...SMALL, salesBy })
  const sums = sumLines(demo, salesBy === 'state')
  const sales = tableOf(demo, 'sales')
  const ds = numbersOf(sales, 'ds')
  const products = textList(sales, 'product_id')
  const places = textList(sales, 'place_id')
  const units = numbersOf(sales, 'units')
  const revenue = numbersOf(sales, 'revenue_cents')
  const inStock = numbersOf(sales, 'in_stock')
  let matched = 0
  const wrong: string[] = []
  for (let row = 0; row < sales.rowCount; row++) {
    const key = `${ds[row]}|${products[row]}|${places[row]}`
    const [sold, cents] = sums.get(key) ?? [0, 0]
    if (units[row] !== sold || revenue[row] !== cents) wrong.push(key)
    if (sold > 0) matched++
    else if (inStock[row] !== 0) wrong.push(`${key} without a reason`)
  }
  expect(wrong).toEqual([])
  expect(matched).toBe(sums.size)
})

test('what was bought, sold and is left balances for every product', () => {
  const { truth } = store
  const index = new Map(truth.productIds.map((id, p) => [id, p]))
  const balance = Float64Array.from(truth.openingStock)
  const add = (name: string, column: string, sign: number) => {
    const table = tableOf(store, name)
    const values = numbersOf(table, column)
    textList(table, 'product_id').forEach((id, row) => {
      balance[index.get(id)!]! += sign * values[row]!
    })
  }
  add('receipts', 'arrived_quantity', 1)
  add('order_lines', 'quantity', -1)
  add('stock', 'on_hand', -1)
  add('stock', 'committed', 1)
  expect(balance.every((value) => value === 0)).toBe(true)
})

test('demand is met, lost or served by a substitute, never more than was wanted', () => {
  const { truth } = store
  let wanted = 0
  let lost = 0
  for (let p = 0; p < truth.productIds.length; p++) {
    for (let t = 0; t < truth.days; t++) {
      const demand = truth.demand[p * truth.totalDays + t]!
      expect(truth.lost[p * truth.days + t]!).toBeLessThanOrEqual(demand)
      wanted += demand
      lost += truth.lost[p * truth.days + t]!
    }
  }
  const sold = numbersOf(tableOf(store, 'sales'), 'units').reduce((a, b) => a + b, 0)
  expect(sold + lost).toBe(wanted)
})

test('order lines carry the price of the day, and no product twice in an order', () => {
  const { truth } = store
  const index = new Map(truth.productIds.map((id, p) => [id, p]))
  const orders = tableOf(store, 'orders')
  const at = new Map(
    textList(orders, 'order_id').map((id, row) => [id, numbersOf(orders, 'ordered_at')[row]!]),
  )
  const lines = tableOf(store, 'order_lines')
  const products = textList(lines, 'product_id')
  const price = numbersOf(lines, 'unit_price_cents')
  const pairs = new Set<string>()
  textList(lines, 'order_id').forEach((order, row) => {
    const t = dayOf(at.get(order)!) - truth.firstDay
    expect(price[row]).toBe(truth.cents[index.get(products[row]!)! * truth.totalDays + t])
    pairs.add(`${order} ${products[row]}`)
  })
  expect(pairs.size).toBe(lines.rowCount)
})

test('the prices table gives back the price of every day', () => {
  const { truth } = store
  const index = new Map(truth.productIds.map((id, p) => [id, p]))
  const prices = tableOf(store, 'prices')
  const starts = numbersOf(prices, 'starts_on')
  const ends = numbersOf(prices, 'ends_on')
  const cents = numbersOf(prices, 'price_cents')
  const kinds = textList(prices, 'kind')
  const rebuilt = new Int32Array(truth.cents.length)
  const last = truth.firstDay + truth.totalDays - 1
  // Regular prices first, promotions over them.
  for (const wanted of ['regular', 'promotion']) {
    textList(prices, 'product_id').forEach((id, row) => {
      if (kinds[row] !== wanted) return
      const end = Number.isNaN(ends[row]!) ? last : Math.min(last, ends[row]!)
      expect(end).toBeGreaterThanOrEqual(starts[row]!)
      for (let day = starts[row]!; day <= end; day++) {
        rebuilt[index.get(id)! * truth.totalDays + day - truth.firstDay] = cents[row]!
      }
    })
  }
  const wrong = rebuilt.findIndex((value, cell) => value !== 0 && value !== truth.cents[cell])
  expect(wrong).toBe(-1)
  expect(rebuilt.filter((value) => value === 0).length).toBeLessThan(0.15 * rebuilt.length)
})

test('receipts arrive after they were ordered, never more than was open', () => {
  const receipts = tableOf(store, 'receipts')
  const ordered = numbersOf(receipts, 'ordered_at')
  const arrived = numbersOf(receipts, 'arrived_at')
  const open = numbersOf(receipts, 'ordered_quantity')
  const got = numbersOf(receipts, 'arrived_quantity')
  let parts = 0
  for (let row = 0; row < receipts.rowCount; row++) {
    expect(arrived[row]!).toBeGreaterThan(ordered[row]!)
    expect(got[row]!).toBeGreaterThan(0)
    expect(got[row]!).toBeLessThanOrEqual(open[row]!)
    if (got[row]! < open[row]!) parts++
  }
  expect(parts / receipts.rowCount).toBeGreaterThan(0.02)
  expect(parts / receipts.rowCount).toBeLessThan(0.3)
})

test('purchases after a search are orders of that customer, product and moment', () => {
  const orders = tableOf(store, 'orders')
  const orderedAt = numbersOf(orders, 'ordered_at')
  const customers = textList(orders, 'customer_id')
  const lines = tableOf(store, 'order_lines')
  const rowOf = new Map(textList(orders, 'order_id').map((id, row) => [id, row]))
  const bought = new Set<string>()
  const products = textList(lines, 'product_id')
  textList(lines, 'order_id').forEach((id, row) => {
    const order = rowOf.get(id)!
    bought.add(`${customers[order]} ${products[row]} ${orderedAt[order]}`)
  })
  const searches = tableOf(store, 'searches')
  const queries = textList(searches, 'query_id')
  const searchedBy = textList(searches, 'customer_id')
  const searchedAt = numbersOf(searches, 'searched_at')
  const queryRow = new Map(queries.map((id, row) => [id, row]))
  const clicks = tableOf(store, 'clicks')
  const happenedAt = numbersOf(clicks, 'happened_at')
  const clicked = textList(clicks, 'product_id')
  const actions = textList(clicks, 'action_name')
  let purchases = 0
  textList(clicks, 'query_id').forEach((id, row) => {
    const search = queryRow.get(id)!
    expect(happenedAt[row]!).toBeGreaterThanOrEqual(searchedAt[search]!)
    if (actions[row] !== 'purchase') return
    purchases++
    expect(bought.has(`${searchedBy[search]} ${clicked[row]} ${happenedAt[row]}`)).toBe(true)
  })
  expect(purchases).toBeGreaterThan(0.1 * orders.rowCount)
})

test('a run can be stopped, and tells how far it is', () => {
  const stop = new AbortController()
  const steps: string[] = []
  const onProgress = ({ step }: { step: string }) => {
    steps.push(step)
    if (step === 'orders') stop.abort()
  }
  expect(() => generateDemoStore(SMALL, { onProgress, signal: stop.signal })).toThrow(
    expect.objectContaining({ code: 'ERR_CANCELLED' }),
  )
  expect([...new Set(steps)]).toEqual(['prices', 'demand', 'supply', 'orders'])
})

test.each([
  { products: 0 },
  { products: 1.5 },
  { days: 0 },
  { vendors: -1 },
  { ordersPerDay: -1 },
  { asOf: 0.5 },
  { searchesPerOrder: Number.NaN },
  { loadDays: -1 },
])('%o is refused', (params) => {
  expect(() => generateDemoStore(params)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
})
