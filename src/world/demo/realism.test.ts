import { expect, test } from 'vitest'
import { formatDay, parseDay, weekdayOf } from '../../core/calendar.ts'
import { numbersOf } from '../../core/table.ts'
import { generateDemoStore } from './generate.ts'
import { tableOf, textList } from './testing.ts'
import { STATES } from './us-facts.ts'

const PARAMS = { products: 1500, days: 730, ordersPerDay: 150, seed: 'realism' } as const
const store = generateDemoStore(PARAMS)
const { truth } = store
const index = new Map(truth.productIds.map((id, p) => [id, p]))

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((a, b) => a + b, 0) / values.length

/** Units sold on each day of history, of the products chosen. */
function unitsByDay(chosen: (product: number) => boolean = () => true): Float64Array {
  const sales = tableOf(store, 'sales')
  const ds = numbersOf(sales, 'ds')
  const units = numbersOf(sales, 'units')
  const byDay = new Float64Array(truth.days)
  textList(sales, 'product_id').forEach((id, row) => {
    if (chosen(index.get(id)!)) byDay[ds[row]! - truth.firstDay]! += units[row]!
  })
  return byDay
}

const daily = unitsByDay()
const dayAt = (date: string) => daily[parseDay(date) - truth.firstDay]!

test('there are about as many lines as asked for', () => {
  const wanted = PARAMS.days * PARAMS.ordersPerDay
  const orders = tableOf(store, 'orders').rowCount
  const lines = tableOf(store, 'order_lines').rowCount
  expect(orders / wanted).toBeGreaterThan(0.9)
  expect(orders / wanted).toBeLessThan(1.05)
  expect(lines / orders).toBeGreaterThan(2)
  expect(lines / orders).toBeLessThan(2.2)
})

test('the week has its shape: Mondays sell about a third more than Saturdays', () => {
  const sums = new Float64Array(7)
  daily.forEach((units, t) => {
    sums[weekdayOf(truth.firstDay + t)]! += units
  })
  expect(sums[0]! / sums[5]!).toBeGreaterThan(1.2)
  expect(sums[0]! / sums[5]!).toBeLessThan(1.5)
})

test('Black Friday and the deal days stand out, Christmas Day is closed', () => {
  const october = mean(Array.from({ length: 28 }, (_, i) => dayAt(`2025-10-0${1 + (i % 9)}`)))
  expect(dayAt('2025-11-28') / october).toBeGreaterThan(2)
  expect(dayAt('2024-11-29') / october).toBeGreaterThan(2)
  const deals = store.tables['events']!
  const row = textList(deals, 'event_id').indexOf('summer-deal-days-2025')
  const tuesday = numbersOf(deals, 'starts_on')[row]!
  const week = daily.subarray(tuesday - truth.firstDay - 14, tuesday - truth.firstDay - 7)
  expect(daily[tuesday - truth.firstDay]! / mean(week)).toBeGreaterThan(1.6)
  expect(dayAt('2024-12-25')).toBe(0)
  expect(dayAt('2025-12-25')).toBe(0)
  const closed = numbersOf(tableOf(store, 'closed_days'), 'ds')
  expect([...closed].map(formatDay)).toEqual(['2024-12-25', '2025-12-25'])
})

test('toys sell before Christmas, gardens in summer', () => {
  const category = textList(tableOf(store, 'products'), 'category')
  const share = (department: string, from: string, to: string) => {
    const units = unitsByDay((p) => category[p]!.startsWith(department))
    const slice = units.subarray(parseDay(from) - truth.firstDay, parseDay(to) - truth.firstDay)
    return mean(slice) / mean(units)
  }
  expect(share('Toys', '2025-12-01', '2025-12-20')).toBeGreaterThan(1.5)
  expect(share('Garden', '2025-12-01', '2025-12-20')).toBeLessThan(0.8)
  expect(share('Garden', '2025-05-01', '2025-07-10')).toBeGreaterThan(1.3)
})

test('promotions sell more than the weeks before them', () => {
  const prices = tableOf(store, 'prices')
  const kinds = textList(prices, 'kind')
  const starts = numbersOf(prices, 'starts_on')
  const ends = numbersOf(prices, 'ends_on')
  let during = 0
  let before = 0
  textList(prices, 'product_id').forEach((id, row) => {
    const first = starts[row]! - truth.firstDay
    const days = ends[row]! - starts[row]! + 1
    if (kinds[row] !== 'promotion' || first < 14 || first + days > truth.days) return
    const cell = index.get(id)! * truth.totalDays + first
    for (let t = 0; t < days; t++) {
      during += truth.demand[cell + t]! / days
      before += truth.demand[cell - 1 - (t % 14)]! / days
    }
  })
  expect(during / before).toBeGreaterThan(1.5)
  expect(during / before).toBeLessThan(4)
})

test('some product-days are sold out, and then sales say less than was wanted', () => {
  const sales = tableOf(store, 'sales')
  const ds = numbersOf(sales, 'ds')
  const units = numbersOf(sales, 'units')
  const inStock = numbersOf(sales, 'in_stock')
  let out = 0
  let unmet = 0
  let wanted = 0
  textList(sales, 'product_id').forEach((id, row) => {
    const demand = truth.demand[index.get(id)! * truth.totalDays + ds[row]! - truth.firstDay]!
    // In stock: all who wanted it got it, and perhaps some who came for a substitute.
    if (inStock[row] === 1) expect(units[row]!).toBeGreaterThanOrEqual(demand)
    if (inStock[row] === 1) return
    out++
    unmet += Math.max(0, demand - units[row]!)
    wanted += demand
  })
  const listed = truth.mean.filter((value) => value > 0).length
  expect(out / listed).toBeGreaterThan(0.01)
  expect(out / listed).toBeLessThan(0.1)
  expect(unmet / wanted).toBeGreaterThan(0.2)
})

test('a fifth of the products makes more than half of the sales', () => {
  const sums = new Float64Array(PARAMS.products)
  const sales = tableOf(store, 'sales')
  const units = numbersOf(sales, 'units')
  textList(sales, 'product_id').forEach((id, row) => {
    sums[index.get(id)!]! += units[row]!
  })
  sums.sort()
  const top = sums.subarray(PARAMS.products * 0.8).reduce((a, b) => a + b, 0)
  expect(top / sums.reduce((a, b) => a + b, 0)).toBeGreaterThan(0.55)
})

test('products of one mission meet in baskets far more often than by chance', () => {
  const lines = tableOf(store, 'order_lines')
  const orders = textList(lines, 'order_id')
  const products = textList(lines, 'product_id')
  let together = 0
  let chance = 0
  let pairs = 0
  for (let row = 1; row < lines.rowCount; row++) {
    if (orders[row] !== orders[row - 1]) continue
    const [a, b] = [index.get(products[row]!)!, index.get(products[row - 1]!)!]
    // By chance: the same product pairs, shifted by a thousand lines.
    const c = index.get(products[(row + 1000) % lines.rowCount]!)!
    pairs++
    together += Number(truth.mission[a] === truth.mission[b])
    chance += Number(truth.mission[a] === truth.mission[c])
  }
  expect(together / pairs).toBeGreaterThan(0.1)
  expect(together / Math.max(1, chance)).toBeGreaterThan(5)
})

test('orders come from where people live, and warm clothes from the north', () => {
  const orders = tableOf(store, 'orders')
  const areas = textList(orders, 'area_id')
  const byState = new Map<string, number>()
  for (const area of areas) {
    byState.set(area.slice(0, 2), (byState.get(area.slice(0, 2)) ?? 0) + 1)
  }
  const people = STATES.reduce((sum, { population }) => sum + population, 0)
  for (const { fips, population } of STATES.filter((state) => state.population > 5e6)) {
    const ratio = (byState.get(fips) ?? 0) / orders.rowCount / (population / people)
    expect(ratio).toBeGreaterThan(0.75)
    expect(ratio).toBeLessThan(1.3)
  }
  expect(meanLatitude('Clothing') - meanLatitude('Garden')).toBeGreaterThan(0.5)
})

/** Mean degrees north of the customers who buy from a department. */
function meanLatitude(department: string): number {
  const areas = tableOf(store, 'areas')
  const latOf = new Map(
    textList(areas, 'area_id').map((id, row) => [id, numbersOf(areas, 'lat')[row]!]),
  )
  const category = textList(tableOf(store, 'products'), 'category')
  const orders = tableOf(store, 'orders')
  const area = textList(orders, 'area_id')
  const rowOf = new Map(textList(orders, 'order_id').map((id, row) => [id, row]))
  const lines = tableOf(store, 'order_lines')
  const products = textList(lines, 'product_id')
  const latitudes = textList(lines, 'order_id').flatMap((id, row) =>
    category[index.get(products[row]!)!]!.startsWith(department)
      ? [latOf.get(area[rowOf.get(id)!]!)!]
      : [],
  )
  return mean(latitudes)
}

test('lead times of the receipts are those of their vendors, longer than quoted', () => {
  const receipts = tableOf(store, 'receipts')
  const ordered = numbersOf(receipts, 'ordered_at')
  const arrived = numbersOf(receipts, 'arrived_at')
  const seen = new Map<string, number[]>()
  textList(receipts, 'vendor_id').forEach((id, row) => {
    const list = seen.get(id) ?? []
    seen.set(id, list)
    list.push((arrived[row]! - ordered[row]!) / 86_400_000)
  })
  const steady = truth.vendors.filter(({ id, kind }) => kind !== 'erratic' && seen.has(id))
  expect(steady.length).toBeGreaterThan(20)
  const ratios = steady.map(({ id, meanLeadDays }) => mean(seen.get(id)!) / meanLeadDays)
  expect(mean(ratios)).toBeGreaterThan(0.95)
  expect(mean(ratios)).toBeLessThan(1.2)
  const overQuote = truth.vendors.filter(({ id }) => seen.has(id))
  expect(
    mean(overQuote.map(({ id, quotedLeadDays }) => mean(seen.get(id)!) / quotedLeadDays)),
  ).toBeGreaterThan(1.05)
  const spread = (kind: string) =>
    mean(
      truth.vendors
        .filter((vendor) => vendor.kind === kind && seen.has(vendor.id))
        .map(({ id }) => {
          const list = seen.get(id)!
          const m = mean(list)
          return Math.sqrt(mean(list.map((value) => (value - m) ** 2))) / m
        }),
    )
  expect(spread('erratic')).toBeGreaterThan(1.5 * spread('steady'))
})

test('clicks fall with the position', () => {
  const clicks = tableOf(store, 'clicks')
  const actions = textList(clicks, 'action_name')
  const position = numbersOf(clicks, 'position')
  const counts = new Float64Array(25)
  actions.forEach((action, row) => {
    if (action === 'click') counts[position[row]!]! += 1
  })
  expect(counts[1]!).toBeGreaterThan(1.3 * counts[2]!)
  expect(counts[2]!).toBeGreaterThan(1.3 * counts[5]!)
  expect(counts[5]!).toBeGreaterThan(counts[15]!)
  const searches = tableOf(store, 'searches')
  const results = numbersOf(searches, 'result_count')
  const empty = results.filter((count) => count === 0).length / searches.rowCount
  expect(empty).toBeGreaterThan(0.05)
  expect(empty).toBeLessThan(0.12)
})
