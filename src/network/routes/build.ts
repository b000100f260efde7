import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { BlockWriter, costStepsFor } from '../../core/routes/block-writer.ts'
import { createDepartureBook, type DepartureBook } from '../../core/routes/departure-book.ts'
import type { CostSteps, RouteSet } from '../../core/routes/route-set.ts'
import { RUN_SCORES, type RunTimes } from '../../core/routes/run-times.ts'
import type { Network, SiteKind } from '../network.ts'
import {
  type ClockChangeNote,
  type Closed,
  type Connections,
  expandTimetable,
  NOTHING_CLOSED,
} from './connections.ts'
import { type RouteSettings, routeSettings } from './knobs.ts'
import { AreaLinker, type LastLane, SPLIT } from './link.ts'
import { type GatewayProfile, GatewayScan, LABEL_WORDS, planScan } from './scan.ts'
import { checkTimetable, type Timetable } from './timetable.ts'
import { findUnreached, type UnreachedArea } from './unreached.ts'

export interface BuildOptions {
  readonly version: string
  /** Epoch minute at which the set begins. */
  readonly baseMinute: number
  /** Sites that orders are shipped from, by number; default all that keep stock. */
  readonly origins?: readonly number[]
  /** The book of departures of all versions; default a new one. */
  readonly book?: DepartureBook
  /** What may not be used. Areas closed here may stay without routes. */
  readonly closed?: Closed
  /** 'fail' (default) refuses a timetable with an area that no site reaches; 'report' names it. */
  readonly unreached?: 'fail' | 'report'
  /** Areas to build, by number; default all. Others get no routes. */
  readonly areas?: readonly number[]
  readonly knobs?: KnobSettings
  readonly signal?: AbortSignal
}

export interface BuiltRoutes {
  readonly set: RouteSet
  readonly book: DepartureBook
  readonly unreached: readonly UnreachedArea[]
  /** Departures that a change of clocks moves or doubles within the span. */
  readonly clockChanges: readonly ClockChangeNote[]
  /** Routes in all, and pairs with more than the cap, which were thinned. */
  readonly routes: number
  readonly thinnedPairs: number
}

const STOCK_KINDS: readonly SiteKind[] = ['fulfilment_centre', 'shop', 'vendor', 'other']

/**
 * Builds the route set of a timetable: for every origin and area the routes that no other beats in
 * order-by, arrive-by, cost at the reference weight and lanes (at most four), over the days of the
 * span. Throws ERR_TIMETABLE on values that no timetable can have and on areas that no site reaches,
 * ERR_CANCELLED when stopped.
 */
export function buildRouteSet(timetable: Timetable, options: BuildOptions): BuiltRoutes {
  checkTimetable(timetable)
  const settings = routeSettings(options.knobs)
  const { network } = timetable
  const origins = Int32Array.from(options.origins ?? stockSites(network.sites.kinds))
  const closed = options.closed ?? NOTHING_CLOSED
  const connections = expandTimetable(timetable, settings, options.baseMinute, closed)
  const book = options.book ?? createDepartureBook(Math.max(1, 2 * connections.count))
  const slots = book.slotsOf({
    laneIds: network.lanes.ids,
    lane: connections.lane,
    minute: connections.departs,
    capacity: connections.lane.map((lane) => connections.laneUnits[lane]!),
  })
  const steps = stepsOf(timetable, connections)
  const writer = new BlockWriter(origins.length * network.areas.ids.length)
  const areas = options.areas ?? network.areas.ids.map((_, area) => area)
  const job = { network, areas, settings, connections, origins, slots, steps, writer }
  const filled = fillAreas(job, options.signal)
  const unreached = findUnreached(timetable, settings, connections, origins, filled.without)
  if (options.unreached !== 'report') refuseUnreached(unreached, closed)
  const set: RouteSet = {
    ...{ version: options.version, baseMinute: options.baseMinute },
    spanMinutes: settings.spanMinutes,
    siteIds: Array.from(origins, (site) => network.sites.ids[site]!),
    areaIds: network.areas.ids,
    laneIds: [...book.laneIds],
    departures: book.table(),
    runs: runTimes(connections, slots, book.size, options.baseMinute),
    costSteps: steps,
    ...writer.finish(),
    overlay: new Int32Array(new SharedArrayBuffer(0)),
    overlayOf: undefined,
  }
  const { clockChanges } = connections
  const { routes, thinnedPairs } = filled
  return { set, book, unreached, clockChanges, routes, thinnedPairs }
}

/** Deadlines and arrivals of runs by the slots of their departures. */
function runTimes(
  { count, deadline, arriveAt }: Connections,
  slots: Int32Array,
  size: number,
  baseMinute: number,
): RunTimes {
  const levels = RUN_SCORES.length
  const words = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length))
  const runs = { deadline: words(size), arrive: words(size * levels) }
  for (let run = 0; run < count; run++) {
    const slot = slots[run]!
    runs.deadline[slot] = baseMinute + deadline[run]!
    for (let k = 0; k < levels; k++) runs.arrive[levels * slot + k] = arriveAt[levels * run + k]!
  }
  return runs
}

function stockSites(kinds: readonly SiteKind[]): number[] {
  return kinds.flatMap((kind, site) => (STOCK_KINDS.includes(kind) ? [site] : []))
}

/** Steps in which the dearest conceivable route fits: one last lane and three between sites. */
function stepsOf({ network: { lanes } }: Timetable, connections: Connections): CostSteps {
  const most = (costs: Int32Array, isLast: boolean) =>
    costs.reduce((m, c, lane) => (lanes.toArea[lane]! >= 0 === isLast ? Math.max(m, c) : m), 0)
  const { laneFixedMills: fixed, lanePerKgMills: perKg } = connections
  return costStepsFor(
    most(fixed, true) + 3 * most(fixed, false),
    most(perKg, true) + 3 * most(perKg, false),
  )
}

interface Filled {
  readonly routes: number
  readonly thinnedPairs: number
  /** Areas without any route. */
  readonly without: readonly number[]
}

/** What the areas of a set are filled from and into. */
interface Job {
  readonly network: Network
  readonly areas: readonly number[]
  readonly settings: RouteSettings
  readonly connections: Connections
  readonly origins: Int32Array
  readonly slots: Int32Array
  readonly steps: CostSteps
  readonly writer: BlockWriter
}

function fillAreas(job: Job, signal: AbortSignal | undefined): Filled {
  const { network, settings, connections, origins } = job
  const { spanMinutes, referenceKg } = settings
  const plan = planScan(network, connections, origins, spanMinutes, referenceKg)
  const lanesInto = lastLanes(network, connections, plan.laneMills)
  const profiles = new ProfileShelf(new GatewayScan(plan))
  const areas = orderByGateway(job.areas, lanesInto)
  for (const area of areas) for (const { gateway } of lanesInto[area]!) profiles.expect(gateway)
  const linker = new AreaLinker(connections, spanMinutes)
  const pack = createPacker(job)
  let [routes, thinnedPairs] = [0, 0]
  const without: number[] = []
  for (const area of areas) {
    throwIfStopped(signal)
    const lanes = lanesInto[area]!
    const shelf = lanes.map(({ gateway }) => profiles.get(gateway))
    let inArea = 0
    for (let o = 0; o < origins.length; o++) {
      linker.link(lanes, shelf, o, origins[o]!)
      const { list } = linker
      if (list.count > settings.entries) thinnedPairs++
      list.thin(settings.entries, settings.millsPerMinute)
      pack(area * origins.length + o, linker, shelf)
      inArea += list.count
    }
    routes += inArea
    if (inArea === 0) without.push(area)
    for (const { gateway } of lanes) profiles.done(gateway)
  }
  return { routes, thinnedPairs, without }
}

/** Keeps the profile of a gateway from the first area that needs it to the last. */
class ProfileShelf {
  private readonly scan: GatewayScan
  private readonly kept = new Map<number, GatewayProfile>()
  private readonly uses = new Map<number, number>()

  constructor(scan: GatewayScan) {
    this.scan = scan
  }

  expect(gateway: number): void {
    this.uses.set(gateway, (this.uses.get(gateway) ?? 0) + 1)
  }

  get(gateway: number): GatewayProfile {
    const known = this.kept.get(gateway) ?? this.scan.towards(gateway)
    this.kept.set(gateway, known)
    return known
  }

  done(gateway: number): void {
    const left = this.uses.get(gateway)! - 1
    this.uses.set(gateway, left)
    if (left === 0) this.kept.delete(gateway)
  }
}

/** The lanes into each area with their runs, by rising deadline. */
function lastLanes(
  { areas, lanes: { toArea, fromSite } }: Network,
  { count, lane, deadline, arrive }: Connections,
  laneMills: Int32Array,
): readonly (readonly LastLane[])[] {
  const runs = new Map<number, number[]>()
  for (let run = 0; run < count; run++) {
    if (toArea[lane[run]!]! < 0) continue
    const known = runs.get(lane[run]!)
    if (known === undefined) runs.set(lane[run]!, [run])
    else known.push(run)
  }
  const into: LastLane[][] = areas.ids.map(() => [])
  for (const [l, all] of runs) {
    const sorted = unbeatenRuns(all, deadline, arrive)
    into[toArea[l]!]!.push({ gateway: fromSite[l]!, runs: sorted, mills: laneMills[l]! })
  }
  return into
}

/** Runs of a lane by rising deadline, without those that a later deadline beats: cut-offs differ. */
function unbeatenRuns(
  runs: readonly number[],
  deadline: Int32Array,
  arrive: Int32Array,
): Int32Array {
  const sorted = runs.toSorted((a, b) => deadline[b]! - deadline[a]! || arrive[a]! - arrive[b]!)
  let earliest = Infinity
  const kept = sorted.filter((run) => {
    if (arrive[run]! >= earliest) return false
    earliest = arrive[run]!
    return true
  })
  return Int32Array.from(kept.reverse())
}

function orderByGateway(
  areas: readonly number[],
  lanesInto: readonly (readonly LastLane[])[],
): readonly number[] {
  const first = (area: number) => lanesInto[area]![0]?.gateway ?? -1
  return areas.toSorted((a, b) => first(a) - first(b) || a - b)
}

/** Writes what the linker has found for a pair, earliest order-by first. */
function createPacker({ connections, slots, steps, writer }: Job) {
  const { lane, laneFixedMills, lanePerKgMills } = connections
  const runs = new Int32Array(4)
  return (pair: number, { list }: AreaLinker, shelf: readonly GatewayProfile[]) => {
    writer.open(pair, list.count)
    for (let i = 0; i < list.count; i++) {
      const from = list.count - 1 - i
      const b = list.b[from]!
      let legs = 0
      if (b >= 0) {
        const { labels } = shelf[Math.floor(b / SPLIT)]!
        const word = (b % SPLIT) * LABEL_WORDS
        const before = labels[word + 3]!
        for (; legs < before; legs++) runs[legs] = labels[word + 4 + legs]!
      }
      runs[legs++] = list.a[from]!
      let [fixed, perKg] = [0, 0]
      for (let leg = 0; leg < legs; leg++) {
        const run = runs[leg]!
        fixed += laneFixedMills[lane[run]!]!
        perKg += lanePerKgMills[lane[run]!]!
        writer.setLeg(i, leg, slots[run]!)
      }
      const fixedSteps = Math.round(fixed / steps.fixedMills)
      const perKgSteps = Math.round(perKg / steps.perKgMills)
      writer.setRoute(i, list.order[from]!, list.arrive[from]!, fixedSteps, perKgSteps)
    }
  }
}

function refuseUnreached(unreached: readonly UnreachedArea[], closed: Closed): void {
  const open = unreached.filter(({ area }) => !closed.areas.has(area))
  if (open.length === 0) return
  const shown = open.slice(0, 3).map(({ areaId, why }) => `${areaId}: ${why}`)
  const more = open.length > 3 ? ` (and ${open.length - 3} more)` : ''
  throw new StorewrightError(
    'ERR_TIMETABLE',
    `No site reaches ${open.length} of the areas. ${shown.join('; ')}${more}.`,
    {
      next: 'Add what is missing to lanes and departures, or build with unreached areas reported.',
    },
  )
}
