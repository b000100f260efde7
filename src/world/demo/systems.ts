import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import { table } from './columns.ts'
import { latencyP99, refusedShare } from './queueing.ts'

/** A service of the demo store: what a customer asks of it, and what an answer costs. */
export interface DemoService {
  readonly id: string
  readonly name: string
  /** CPU time of one request, ms. */
  readonly cpuMs: number
  readonly memoryMb: number
  readonly latencyTargetMs: number
  readonly startupSeconds: number
  /** Requests for each visit and for each order. */
  readonly perVisit: number
  readonly perOrder: number
  /** How far the requests for each visit swing over the day, and the hour (local) at which most are made. */
  readonly swing: number
  readonly busiestHour: number
}

/** A region in which servers stand: customers whose clock is so many hours behind the store's. */
export interface DemoRegion {
  readonly id: string
  readonly fromHours: number
  readonly toHours: number
  /** Requests for each visit relative to the other regions. */
  readonly curiosity: number
}

/** A server that the demo store can rent. */
export interface DemoServerType {
  readonly id: string
  readonly cores: number
  readonly memoryGb: number
  readonly hourCents: number
  readonly reservedHourCents: number
  readonly leadDays: number
}

/** Customers at work search; at home in the evening they look around; carts and orders come late. */
export const SERVICES: readonly DemoService[] = [
  service('web', 'Pages', [40, 700, 300, 40], [4.4, 2], [0.05, 20]),
  service('search', 'Search', [60, 1800, 400, 90], [0.9, 0.5], [0.25, 12]),
  service('product', 'Product pages', [30, 900, 200, 45], [2.6, 1], [0.15, 21]),
  service('promise', 'Delivery promises', [15, 1200, 100, 60], [2.3, 2], [0.1, 21]),
  service('cart', 'Carts', [25, 600, 160, 30], [0.28, 3], [0.1, 20]),
  service('checkout', 'Checkout', [60, 800, 450, 50], [0.02, 4], [0, 20]),
]

export const REGIONS: readonly DemoRegion[] = [
  { id: 'us-east', fromHours: -24, toHours: 0, curiosity: 1 },
  { id: 'us-central', fromHours: 1, toHours: 1, curiosity: 0.94 },
  { id: 'us-west', fromHours: 2, toHours: 24, curiosity: 1.07 },
]

const serverType = (
  id: string,
  cores: number,
  memoryGb: number,
  [hourCents, reservedHourCents]: readonly [number, number],
  leadDays: number,
): DemoServerType => ({ id, cores, memoryGb, hourCents, reservedHourCents, leadDays })

/** The first is the one that all services run on. */
export const SERVER_TYPES: readonly DemoServerType[] = [
  serverType('c7g.large', 2, 4, [7, 5], 2),
  serverType('c7g.xlarge', 4, 8, [15, 9], 2),
  serverType('c7g.2xlarge', 8, 16, [29, 18], 5),
  serverType('m7g.large', 2, 8, [8, 5], 2),
  serverType('c6g.large', 2, 4, [7, 4], 1),
]

function service(
  id: string,
  name: string,
  [cpuMs, memoryMb, latencyTargetMs, startupSeconds]: readonly [number, number, number, number],
  [perVisit, perOrder]: readonly [number, number],
  [swing, busiestHour]: readonly [number, number],
): DemoService {
  const cost = { cpuMs, memoryMb, latencyTargetMs, startupSeconds }
  return { id, name, ...cost, perVisit, perOrder, swing, busiestHour }
}

/** services. */
export function servicesTable(): Table {
  const numbersOf = (of: (one: DemoService) => number) => numberColumn(SERVICES.map(of))
  return table({
    service_id: textColumn(SERVICES.map(({ id }) => id)),
    name: textColumn(SERVICES.map(({ name }) => name)),
    cpu_ms_per_request: numbersOf(({ cpuMs }) => cpuMs),
    memory_mb: numbersOf(({ memoryMb }) => memoryMb),
    latency_target_ms: numbersOf(({ latencyTargetMs }) => latencyTargetMs),
    startup_seconds: numbersOf(({ startupSeconds }) => startupSeconds),
    server_type_id: textColumn(SERVICES.map(() => SERVER_TYPES[0]!.id)),
  })
}

/** server_types. */
export function serverTypesTable(): Table {
  const numbersOf = (of: (one: DemoServerType) => number) => numberColumn(SERVER_TYPES.map(of))
  return table({
    server_type_id: textColumn(SERVER_TYPES.map(({ id }) => id)),
    cpu_cores: numbersOf(({ cores }) => cores),
    memory_gb: numbersOf(({ memoryGb }) => memoryGb),
    cost_per_hour_cents: numbersOf(({ hourCents }) => hourCents),
    reserved_cost_per_hour_cents: numbersOf(({ reservedHourCents }) => reservedHourCents),
    lead_time_days: numbersOf(({ leadDays }) => leadDays),
  })
}

/** Utilisations at which a server of each service was tested. */
const TESTED_AT = [0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9]
const TESTED_DAYS_BEFORE = 40

/** load_tests: every service driven up to nine tenths of one server, forty days before `endMs`. */
export function loadTestsTable(endMs: number): Table {
  const { id, cores } = SERVER_TYPES[0]!
  const steps = SERVICES.flatMap((one) => TESTED_AT.map((busy) => ({ one, busy })))
  const rounded = (value: number) => Math.round(10 * value) / 10
  return table({
    service_id: textColumn(steps.map(({ one }) => one.id)),
    server_type_id: textColumn(steps.map(() => id)),
    tested_at: numberColumn(steps.map(() => endMs - TESTED_DAYS_BEFORE * 86_400_000)),
    requests_per_second: numberColumn(
      steps.map(({ one, busy }) => rounded((1000 * busy * cores) / one.cpuMs)),
    ),
    latency_p99_ms: numberColumn(
      steps.map(({ one, busy }) => rounded(latencyP99(one.cpuMs, cores, busy))),
    ),
    error_share: numberColumn(steps.map(({ busy }) => refusedShare(busy))),
  })
}
