import type { Random } from '../../core/random/random.ts'
import type { Table } from '../../core/table.ts'
import { coded, numbers, table } from './columns.ts'
import { type Booking, bookingsOf, bookingsTable } from './load-bookings.ts'
import type { DemoLoadEvent } from './load-events.ts'
import { latencyP99, refusedShare } from './queueing.ts'
import { type DemoRegion, type DemoService, REGIONS, SERVER_TYPES, SERVICES } from './systems.ts'
import { type Day, dayCurves } from './traffic.ts'

const MINUTE_MS = 60_000
/** Visits for each order of the table, and orders of the whole shop for each of the table: it is a sample. */
const VISITS_PER_ORDER = 12.5
const SHOP_FACTOR = 2000
/** On a day on which the store is closed people still look: this share of a mean day's visits. */
const CLOSED_VISITS = 0.3
/** Utilisation that a usual evening's peak brings a fleet to: with one of three zones gone it still holds. */
const USUAL_PEAK_UTILISATION = 0.36
/** A server in each of three zones at the least. */
const LEAST_FLEET = 3
/** Servers more on nights of sales, from two hours before to one hour after. */
const SALE_FLEET = 2.2
/** Since this day before the last, result lists show delivery dates too: promises for each visit × 1.35. */
const DATES_IN_RESULTS = { daysBefore: 24, factor: 1.35 }
/** Spread of the log of visits from day to day and from minute to minute, and how the latter hangs together. */
const DAY_SPREAD = 0.025
const MINUTE_SPREAD = 0.02
const MINUTE_MEMORY = 0.95

/** What the load of a demo store is made from. */
export interface LoadMaker {
  /** Days of load, first to last. */
  readonly days: readonly Day[]
  /** Orders of the table on each of them. */
  readonly orders: ArrayLike<number>
  /** Activity of customers by hours behind the store's clock, any scale. */
  readonly activityByHours: ReadonlyMap<number, number>
  readonly events: readonly DemoLoadEvent[]
}

interface Columns {
  readonly service: Int32Array
  readonly region: Int32Array
  readonly minuteAt: Float64Array
  readonly requests: Float64Array
  readonly errors: Float64Array
  readonly cpuSeconds: Float64Array
  readonly latency: Float64Array
  readonly servers: Float64Array
}

/** Visits and orders of the whole shop in a region, by minute of all days. */
interface Flow {
  readonly visits: Float64Array
  readonly orders: Float64Array
}

/** What the load of a store consists of, and the servers that are booked for what comes. */
export interface LoadTables {
  readonly load: Table
  readonly bookings: Table
}

/**
 * load: requests of each service, region and minute as customers' visits and orders bring them, with
 * errors, CPU time and latency that follow from how busy the servers are.
 */
export function loadTable(maker: LoadMaker, random: Random): LoadTables {
  const minutes = maker.days.reduce((sum, day) => sum + minutesOf(day), 0)
  const columns = emptyColumns(minutes * REGIONS.length * SERVICES.length)
  const clock = minuteStarts(maker.days, minutes)
  const bookings: Booking[] = []
  let row = 0
  for (const [r, region] of REGIONS.entries()) {
    const flow = flowOf(maker, region, minutes, random.split(region.id))
    for (const [s, service] of SERVICES.entries()) {
      columns.service.fill(s, row, row + minutes)
      columns.region.fill(r, row, row + minutes)
      columns.minuteAt.set(clock, row)
      const stream = random.split(`${region.id} ${service.id}`)
      const part = { maker, region, service, flow, clock }
      const usual = writeService(part, columns, row, stream)
      const requests = expectedRequests(part, false)
      bookings.push(...bookingsOf({ ...part, events: maker.events, requests, usual }))
      row += minutes
    }
  }
  return { load: asTable(columns), bookings: bookingsTable(bookings) }
}

function minutesOf({ startsAt, endsAt }: Day): number {
  return Math.round((endsAt - startsAt) / MINUTE_MS)
}

function minuteStarts(days: readonly Day[], minutes: number): Float64Array {
  const from = days[0]?.startsAt ?? 0
  return Float64Array.from({ length: minutes }, (_, m) => from + m * MINUTE_MS)
}

function emptyColumns(rows: number): Columns {
  const doubles = () => new Float64Array(rows)
  return {
    service: new Int32Array(rows),
    region: new Int32Array(rows),
    minuteAt: doubles(),
    requests: doubles(),
    errors: doubles(),
    cpuSeconds: doubles(),
    latency: doubles(),
    servers: doubles(),
  }
}

function asTable(columns: Columns): Table {
  return table({
    service_id: coded(
      columns.service,
      SERVICES.map(({ id }) => id),
    ),
    region: coded(
      columns.region,
      REGIONS.map(({ id }) => id),
    ),
    minute_at: numbers(columns.minuteAt),
    requests: numbers(columns.requests),
    errors: numbers(columns.errors),
    cpu_seconds: numbers(columns.cpuSeconds),
    latency_p99_ms: numbers(columns.latency),
    servers: numbers(columns.servers),
  })
}

/** Visits and orders of a region: its share of the day's orders, spread over the day as customers come. */
function flowOf(maker: LoadMaker, region: DemoRegion, minutes: number, random: Random): Flow {
  const { share, weights } = shareOf(maker.activityByHours, region)
  const visits = new Float64Array(minutes)
  const orders = new Float64Array(minutes)
  const mean = Array.from(maker.orders).reduce((a, b) => a + b, 0) / maker.days.length
  let at = 0
  let drift = 0
  maker.days.forEach((day, d) => {
    const curves = dayCurves(day, weights, maker.events)
    const ordersOfDay = maker.orders[d]! * SHOP_FACTOR * share
    const lookers = Math.max(ordersOfDay, CLOSED_VISITS * mean * SHOP_FACTOR * share)
    const mood = Math.exp(DAY_SPREAD * random.normal())
    for (let m = 0; m < curves.visits.length; m++) {
      drift = MINUTE_MEMORY * drift + Math.sqrt(1 - MINUTE_MEMORY ** 2) * random.normal()
      const factor = Math.exp(MINUTE_SPREAD * drift)
      visits[at] = lookers * factor * mood * VISITS_PER_ORDER * curves.visits[m]!
      orders[at] = ordersOfDay * factor * curves.orders[m]!
      at++
    }
  })
  return { visits, orders }
}

function shareOf(activityByHours: ReadonlyMap<number, number>, region: DemoRegion) {
  const all = [...activityByHours.values()].reduce((a, b) => a + b, 0)
  const own = [...activityByHours].filter(
    ([hours]) => hours >= region.fromHours && hours <= region.toHours,
  )
  const sum = own.reduce((total, [, activity]) => total + activity, 0)
  const weights = new Map(own.map(([hours, activity]) => [hours, activity / (sum || 1)]))
  return { share: all > 0 ? sum / all : 0, weights }
}

interface Part {
  readonly maker: LoadMaker
  readonly region: DemoRegion
  readonly service: DemoService
  readonly flow: Flow
  readonly clock: Float64Array
}

/** Fills a service's rows in; returns how many servers it usually has. */
function writeService(part: Part, columns: Columns, first: number, random: Random): number {
  const { service, clock } = part
  const expected = expectedRequests(part)
  const fleet = fleetOf(part, expected)
  const seconds = service.cpuMs / 1000
  const { cores } = SERVER_TYPES[0]!
  for (let m = 0; m < clock.length; m++) {
    const row = first + m
    const trouble = troubleAt(part, clock[m]!)
    const mean = expected[m]! * trouble.requests + trouble.more
    const requests = Math.max(0, Math.round(mean + Math.sqrt(mean) * random.normal()))
    const servers = fleet[m]!
    const utilisation = ((requests / 60) * seconds) / (servers * cores)
    const share = Math.min(1, refusedShare(utilisation) + trouble.refused)
    const errors = requests * share
    columns.requests[row] = requests
    columns.errors[row] = Math.min(requests, Math.floor(errors + random.next()))
    const served = requests - columns.errors[row]!
    columns.cpuSeconds[row] =
      Math.round(1000 * served * seconds * (1 + 0.12 * utilisation ** 2) * noise(random, 0.01)) /
      1000
    const p99 = latencyP99(service.cpuMs, cores, utilisation)
    columns.latency[row] = Math.round(10 * p99 * noise(random, 0.04)) / 10
    columns.servers[row] = servers
  }
  return fleet.reduce((least, servers) => Math.min(least, servers), Infinity)
}

function noise(random: Random, spread: number): number {
  return Math.exp(spread * random.normal())
}

/** Requests a minute without trouble; `knowsDates` false: as if result lists had never shown dates. */
function expectedRequests(
  { service, region, flow, clock, maker }: Part,
  knowsDates = true,
): Float64Array {
  const last = knowsDates ? maker.days.length - DATES_IN_RESULTS.daysBefore : 0
  const since = last > 0 ? maker.days[last]!.startsAt : Infinity
  const hoursWest = 5 + Math.max(0, Math.min(3, region.fromHours))
  return flow.visits.map((visits, m) => {
    const hour = (clock[m]! / 3_600_000 - hoursWest) % 24
    const swing = 1 + service.swing * Math.cos((2 * Math.PI * (hour - service.busiestHour)) / 24)
    const dates = service.id === 'promise' && clock[m]! >= since ? DATES_IN_RESULTS.factor : 1
    const perVisit = service.perVisit * swing * dates * region.curiosity
    return perVisit * visits + service.perOrder * flow.orders[m]!
  })
}

/** Servers by minute: enough for a usual evening at half their capacity, more on nights of sales. */
function fleetOf({ maker, service, clock }: Part, expected: Float64Array): Float64Array {
  const sorted = expected.toSorted()
  const usualPeak = sorted[Math.floor(0.97 * (sorted.length - 1))] ?? 0
  const { cores } = SERVER_TYPES[0]!
  const cpu = ((usualPeak / 60) * service.cpuMs) / 1000
  const usual = Math.max(LEAST_FLEET, Math.ceil(cpu / (cores * USUAL_PEAK_UTILISATION)))
  const fleet = new Float64Array(clock.length).fill(usual)
  for (const { kind, startsAt, endsAt } of maker.events) {
    if (kind !== 'sale') continue
    const from = (startsAt - (clock[0] ?? 0)) / MINUTE_MS - 120
    const to = (endsAt - (clock[0] ?? 0)) / MINUTE_MS + 60
    fleet.fill(Math.ceil(usual * SALE_FLEET), Math.max(0, from), Math.max(0, to))
  }
  return fleet
}

/** What robots and outages do at a moment. */
interface Trouble {
  /** Share of the usual requests that come. */
  readonly requests: number
  /** Requests on top. */
  readonly more: number
  /** Share that is refused on top. */
  readonly refused: number
}

const NO_TROUBLE: Trouble = { requests: 1, more: 0, refused: 0 }
/** Requests a minute for each usual one that robots send, at the mean of the search service. */
const ROBOT_REQUESTS = 9000
const OUTAGE = { requests: 0.1, refused: 0.6, back: 1.5, backMinutes: 12 }

function troubleAt({ maker, service, region }: Part, at: number): Trouble {
  for (const event of maker.events) {
    if (event.service !== undefined && event.service !== service.id) continue
    if (event.region !== undefined && event.region !== region.id) continue
    if (event.kind === 'robot' && at >= event.startsAt && at < event.endsAt) {
      return { requests: 1, more: ROBOT_REQUESTS * event.strength, refused: 0.05 }
    }
    if (event.kind !== 'outage' || at < event.startsAt) continue
    if (at < event.endsAt) return { requests: OUTAGE.requests, more: 0, refused: OUTAGE.refused }
    // Those who were turned away come back at once.
    const minutes = (at - event.endsAt) / MINUTE_MS
    if (minutes > 90) continue
    const back = 1 + (OUTAGE.back - 1) * Math.exp(-minutes / OUTAGE.backMinutes)
    return { requests: back, more: 0, refused: 0 }
  }
  return NO_TROUBLE
}
