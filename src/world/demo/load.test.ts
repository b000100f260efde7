import { expect, test } from 'vitest'
import { numbersOf, type Table } from '../../core/table.ts'
import { generateDemoStore } from './generate.ts'
import { tableOf, textList } from './testing.ts'

const MINUTE_MS = 60_000
const size = { products: 200, days: 90, ordersPerDay: 80, vendors: 8 }
const store = generateDemoStore({ ...size, loadDays: 35 })
const load = tableOf(store, 'load')
const events = eventsOf(tableOf(store, 'load_events'))

function eventsOf(table: Table) {
  const starts = numbersOf(table, 'starts_at')
  const ends = numbersOf(table, 'ends_at')
  return textList(table, 'kind').map((kind, i) => ({
    kind,
    startsAt: starts[i]!,
    endsAt: ends[i]!,
  }))
}

/** A column of one service in one region, by minute. */
function seriesOf(service: string, region: string, column: string): Float64Array {
  const services = textList(load, 'service_id')
  const regions = textList(load, 'region')
  const values = numbersOf(load, column)
  return values.filter((_, i) => services[i] === service && regions[i] === region)
}

const minuteAt = seriesOf('web', 'us-east', 'minute_at')
const lastMinute = minuteAt.at(-1)!
const at = (instant: number) => (instant - minuteAt[0]!) / MINUTE_MS
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
/** The same minutes a week before: as they are without the event. */
const WEEK = 7 * 1440

test('has every minute of the days asked for once, across the change of the clock too', () => {
  expect(minuteAt.length).toBe(35 * 1440 - 60)
  expect(minuteAt.every((value, m) => value === minuteAt[0]! + m * MINUTE_MS)).toBe(true)
  expect(load.rowCount).toBe(minuteAt.length * 18)
})

test('follows the customers: more in the evening than at night, later in the west', () => {
  const busiest = (region: string) => {
    const series = seriesOf('web', region, 'requests')
    const byHour = new Float64Array(24)
    series.forEach((value, m) => {
      byHour[new Date(minuteAt[m]!).getUTCHours()]! += value
    })
    return byHour.indexOf(Math.max(...byHour))
  }
  const [east, west] = [busiest('us-east'), busiest('us-west')]
  expect((west - east + 24) % 24).toBeGreaterThanOrEqual(2)
  expect((west - east + 24) % 24).toBeLessThanOrEqual(4)
})

test('follows the orders of each day', () => {
  const orderedAt = numbersOf(tableOf(store, 'orders'), 'ordered_at')
  const checkout = seriesOf('checkout', 'us-east', 'requests')
  const days = 30
  const first = minuteAt[0]!
  const sums = new Float64Array(days)
  const counts = new Float64Array(days)
  checkout.forEach((value, m) => {
    const day = Math.floor(m / 1440)
    if (day < days) sums[day]! += value
  })
  for (const time of orderedAt) {
    const day = Math.floor((time - first) / (1440 * MINUTE_MS))
    if (day >= 0 && day < days) counts[day]! += 1
  }
  const usual = Array.from({ length: days }, (_, day) => day).filter(
    (day) => !events.some(({ startsAt }) => Math.floor(at(startsAt) / 1440) === day),
  )
  expect(
    correlation(
      usual.map((d) => sums[d]!),
      usual.map((d) => counts[d]!),
    ),
  ).toBeGreaterThan(0.9)
})

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(Float64Array.from(a)), mean(Float64Array.from(b))]
  const sum = (x: readonly number[], y: readonly number[], mx: number, my: number) =>
    x.reduce((total, value, i) => total + (value - mx) * (y[i]! - my), 0)
  return sum(a, b, meanA, meanB) / Math.sqrt(sum(a, a, meanA, meanA) * sum(b, b, meanB, meanB))
}

test('sales have a past and one to come; they open with a rush, and orders move into them', () => {
  const sales = events.filter(({ kind }) => kind === 'sale')
  expect(sales.filter(({ endsAt }) => endsAt <= lastMinute).length).toBeGreaterThanOrEqual(2)
  expect(sales.some(({ startsAt }) => startsAt > lastMinute)).toBe(true)
  const sale = sales.findLast(({ endsAt }) => endsAt <= lastMinute)!
  const web = seriesOf('web', 'us-east', 'requests')
  const from = at(sale.startsAt)
  const rush = mean(web.subarray(from, from + 5))
  expect(rush / mean(web.subarray(from - WEEK, from - WEEK + 5))).toBeGreaterThan(3)
  expect(rush).toBeGreaterThan(1.3 * mean(web.subarray(from + 60, from + 120)))
  const orderedAt = numbersOf(tableOf(store, 'orders'), 'ordered_at')
  const within = (shift: number) =>
    orderedAt.filter((t) => t >= sale.startsAt - shift && t < sale.endsAt - shift).length
  expect(within(0)).toBeGreaterThan(1.4 * within(WEEK * MINUTE_MS))
})

test('an outage refuses requests, robots come to one service alone', () => {
  const outage = events.find(({ kind }) => kind === 'outage')!
  const west = seriesOf('product', 'us-west', 'requests')
  const errors = seriesOf('product', 'us-west', 'errors')
  const from = at(outage.startsAt)
  expect(mean(west.subarray(from, from + 20))).toBeLessThan(
    0.2 * mean(west.subarray(from - 40, from)),
  )
  expect(
    mean(errors.subarray(from, from + 20)) / mean(west.subarray(from, from + 20)),
  ).toBeGreaterThan(0.5)
  const robot = events.find(({ kind }) => kind === 'robot')!
  const start = at(robot.startsAt)
  const growth = (service: string) => {
    const series = seriesOf(service, 'us-east', 'requests')
    return mean(series.subarray(start, start + 40)) / mean(series.subarray(start - 60, start - 10))
  }
  expect(growth('search')).toBeGreaterThan(5)
  expect(growth('web')).toBeLessThan(2)
})

test('the busier the servers, the longer answers take; CPU time is that of the requests', () => {
  const requests = seriesOf('web', 'us-east', 'requests')
  const servers = seriesOf('web', 'us-east', 'servers')
  const latency = seriesOf('web', 'us-east', 'latency_p99_ms')
  const cpu = seriesOf('web', 'us-east', 'cpu_seconds')
  const perServer = requests.map((value, m) => value / servers[m]!)
  const sorted = perServer.toSorted()
  const busy = latency.filter((_, m) => perServer[m]! > sorted[Math.floor(0.98 * sorted.length)]!)
  const idle = latency.filter((_, m) => perServer[m]! < sorted[Math.floor(0.3 * sorted.length)]!)
  expect(mean(busy)).toBeGreaterThan(1.5 * mean(idle))
  expect(mean(cpu) / mean(requests)).toBeCloseTo(0.04, 2)
})

test('a store without load is the same store, without sales that move its orders', () => {
  const plain = generateDemoStore(size)
  expect(Object.keys(plain.tables)).not.toContain('load')
  expect(plain.truth.demand).toEqual(store.truth.demand)
  expect(tableOf(plain, 'sales')).toEqual(tableOf(store, 'sales'))
})
