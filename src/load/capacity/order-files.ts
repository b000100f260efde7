import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { OnProgress } from '../../core/progress.ts'
import { readForecast } from '../files/read-forecast.ts'
import {
  type BuiltProblem,
  buildProblem,
  type CapacityFacts,
  offersEverywhere,
} from './build-problem.ts'
import { ec2ScheduledActions } from './export-ec2.ts'
import { horizontalPodAutoscaler, kedaScaledObject } from './export-kubernetes.ts'
import { WEEK_MS } from './headroom.ts'
import { coursePersistence, hourPeakFactor } from './knobs.ts'
import { openMarket } from './market.ts'
import { type CapacityOrder, ordersOf } from './orders.ts'
import { type CapacityPlan, planCapacity } from './plan.ts'
import {
  readLoadHistory,
  readLocations,
  readOffers,
  readServices,
  readStanding,
  readTests,
  readTypes,
} from './read-tables.ts'
import { type ScheduledMinimum, scheduleOf } from './schedule.ts'

/** Files and wishes of a plan of servers. */
export interface OrderFilesRequest {
  /** What `storewright load forecast` wrote: service, region, ds, mean, q…. */
  readonly forecast: string
  readonly services: string
  readonly types: string
  readonly offers?: string
  readonly locations?: string
  readonly tests?: string
  readonly history?: string
  readonly standing?: string
  /** First day, epoch ms; absent: the first step of the forecast. */
  readonly fromMs?: number
  readonly weeks?: number
  /** Absent: 1 for steps of a minute, the knob load.hour-peak-factor for an hour. */
  readonly peakFactor?: number
  readonly survivesZone: boolean
  readonly paths: number
  readonly seed: number
  readonly out: string
  /** Folders to which schedules are written. */
  readonly kubernetes?: string
  readonly ec2?: string
  readonly timeZone?: string
  /** Replicas that the reactive rule keeps at the least. */
  readonly reactiveMinimum: number
  readonly settings?: KnobSettings
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** What was planned. */
export interface OrderFilesResult {
  readonly orders: readonly CapacityOrder[]
  readonly plan: Pick<CapacityPlan, 'cost' | 'bound' | 'gap'>
  readonly weeks: number
  readonly risk: number
  readonly services: readonly ServiceNote[]
  /** Needs that nothing can meet in time. */
  readonly short: readonly {
    readonly service: string
    readonly region: string
    readonly week: number
    readonly requestsPerSecond: number
  }[]
  readonly notes: readonly string[]
  readonly files: readonly string[]
}

/** What a core of a service holds. */
export interface ServiceNote {
  readonly service: string
  readonly requestsPerCore: number
  readonly range: readonly [number, number]
  readonly basis: string
}

/** Plans servers from files and writes the orders as CSV, whole. */
export async function orderFiles(request: OrderFilesRequest): Promise<OrderFilesResult> {
  const facts = await readFacts(request)
  const built = buildProblem(facts)
  const { problem, peaks, risk } = built
  const { onProgress, signal } = request
  const plan = await planCapacity(problem, {
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(signal === undefined ? {} : { signal }),
  })
  const market = openMarket(problem)
  const orders = problem.needs.flatMap((need, n) =>
    ordersOf(problem, market, { need, plan: plan.plans[n]!, peaks: peaks[n]!, risk }),
  )
  writeFileWhole(request.out, ordersCsv(orders))
  const files = [request.out, ...writeSchedules(request, facts, built, orders)]
  const { cost, bound, gap } = plan
  return {
    orders,
    plan: { cost, bound, gap },
    weeks: problem.weeks,
    risk,
    services: notesOf(built),
    short: shortOf(built, plan),
    notes: [...built.notes, ...plan.notes],
    files,
  }
}

async function readFacts(request: OrderFilesRequest): Promise<CapacityFacts> {
  const { settings = {}, seed, paths, survivesZone } = request
  const persistence = readKnob(coursePersistence, settings)
  const series = await readForecast(request.forecast, { persistence, paths, seed })
  const types = await readTypes(request.types)
  const { axis } = series[0]!.forecast
  const startMs = request.fromMs ?? axis.startMs
  const end = Math.max(
    ...series.map(
      ({ forecast }) => forecast.axis.startMs + forecast.axis.count * forecast.axis.stepMs,
    ),
  )
  const weeks = request.weeks ?? Math.ceil((end - startMs) / WEEK_MS)
  if (weeks < 1) {
    throw new StorewrightError(
      'ERR_ARGUMENT',
      'the forecast ends before the first week of the plan',
      {
        file: request.forecast,
        next: 'Give an earlier --from, or forecast further.',
      },
    )
  }
  const regions = [...new Set(series.map(({ group }) => group['region'] ?? 'all'))]
  const locations =
    request.locations === undefined
      ? regions.map((id) => ({ id, region: id, zones: 3 }))
      : await readLocations(request.locations)
  return {
    series,
    services: await readServices(request.services),
    types,
    locations,
    offers:
      request.offers === undefined
        ? offersEverywhere(types, locations)
        : await readOffers(request.offers),
    tests: request.tests === undefined ? [] : await readTests(request.tests),
    history: request.history === undefined ? new Map() : await readLoadHistory(request.history),
    standing: request.standing === undefined ? [] : await readStanding(request.standing),
    startMs,
    weeks,
    peakFactor: request.peakFactor ?? peakFactorOf(axis.stepMs, settings, request.forecast),
    survivesZone,
    seed,
    settings,
  }
}

function peakFactorOf(stepMs: number, settings: KnobSettings, file: string): number {
  if (stepMs <= 300_000) return 1
  if (stepMs <= 3_600_000) return readKnob(hourPeakFactor, settings)
  throw new StorewrightError(
    'ERR_ARGUMENT',
    'a forecast by days or weeks does not say how high its minutes go',
    {
      file,
      next: 'Forecast with --step 1h or 1m, or give --peak-factor: the largest minute over the mean of a step.',
    },
  )
}

const HEADER =
  'order_id,service_id,region,server_type_id,term,servers,order_by,ready_at,until,cost_cents,shortage_risk,shortage_risk_with,reason'

/** Orders as the table `capacity_orders` has them. */
export function ordersCsv(orders: readonly CapacityOrder[]): string {
  const rows = orders.map((order) =>
    [
      order.orderId,
      order.serviceId,
      order.region,
      order.serverTypeId,
      order.term,
      order.servers,
      iso(order.orderByMs),
      iso(order.readyMs),
      iso(order.untilMs),
      order.costCents,
      Number(order.riskWithout.toPrecision(4)),
      Number(order.riskWith.toPrecision(4)),
      order.reason,
    ]
      .map(cell)
      .join(','),
  )
  return `${[HEADER, ...rows].join('\n')}\n`
}

function iso(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

function cell(value: string | number): string {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** A schedule a service and region: servers of all its orders and those standing. */
function writeSchedules(
  request: OrderFilesRequest,
  facts: CapacityFacts,
  { problem }: BuiltProblem,
  orders: readonly CapacityOrder[],
): string[] {
  const { kubernetes, ec2, timeZone = 'UTC', reactiveMinimum } = request
  const files: string[] = []
  const write = (folder: string, name: string, content: string) => {
    const path = join(folder, name.replaceAll(/[^\w.-]/g, '_'))
    writeFileWhole(path, content)
    files.push(path)
  }
  for (const need of problem.needs) {
    const places = new Set(
      problem.locations
        .filter((one) => need.region === 'all' || one.region === need.region)
        .map(({ id }) => id),
    )
    const own = orders.filter((one) => one.serviceId === need.service && places.has(one.region))
    const startup = facts.services.find(({ id }) => id === need.service)?.startupSeconds ?? 0
    const options = { leadMinutes: 5 + Math.ceil(startup / 60), reactiveMinimum }
    const name = `${need.service}-${need.region}`
    const stands = need.standing.map(({ servers }) => servers)
    const schedule = scheduleOf(
      problem.startMs,
      weekly(problem.weeks, problem.startMs, own, stands),
      options,
    )
    const most = Math.max(reactiveMinimum, ...schedule.map(({ servers }) => servers))
    if (kubernetes !== undefined) {
      const target = {
        deployment: need.service,
        namespace: 'default',
        reactiveMinimum,
        maximum: 2 * most,
        cpuPercent: 70,
        timeZone,
      }
      write(kubernetes, `${name}.keda.yaml`, kedaScaledObject(target, schedule))
      write(
        kubernetes,
        `${name}.hpa.yaml`,
        horizontalPodAutoscaler(target, schedule, problem.startMs),
      )
    }
    if (ec2 === undefined) continue
    for (const type of new Set(own.map((one) => one.serverTypeId))) {
      const typed = own.filter((one) => one.serverTypeId === type)
      const groups = scheduleOf(
        problem.startMs,
        weekly(problem.weeks, problem.startMs, typed, []),
        options,
      )
      const highest = Math.max(
        reactiveMinimum,
        ...groups.map(({ servers }: ScheduledMinimum) => servers),
      )
      ec2ScheduledActions(`${name}-${type}`, groups, reactiveMinimum, 2 * highest).forEach(
        (input, i) => {
          write(
            ec2,
            `${name}-${type}${i === 0 ? '' : `-${i + 1}`}.json`,
            `${JSON.stringify(input, null, 2)}\n`,
          )
        },
      )
    }
  }
  return files
}

function weekly(
  weeks: number,
  startMs: number,
  orders: readonly CapacityOrder[],
  standing: readonly Float64Array[],
): Float64Array {
  return Float64Array.from({ length: weeks }, (_, t) => {
    const at = startMs + t * WEEK_MS
    const ordered = orders.reduce(
      (sum, one) => (one.readyMs <= at && at < one.untilMs ? sum + one.servers : sum),
      0,
    )
    return standing.reduce((sum, servers) => sum + servers[t]!, ordered)
  })
}

function notesOf({ curves }: BuiltProblem): ServiceNote[] {
  return [...curves].map(([service, { perCore, range, basis }]) => ({
    service,
    requestsPerCore: perCore,
    range,
    basis,
  }))
}

function shortOf({ problem }: BuiltProblem, { plans }: CapacityPlan) {
  return problem.needs.flatMap(({ service, region }, n) =>
    Array.from(plans[n]!.short, (requestsPerSecond, week) => ({
      service,
      region,
      week,
      requestsPerSecond,
    })).filter((one) => one.requestsPerSecond > 0),
  )
}
