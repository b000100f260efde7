import { type ClockChange, type LocalClock, localClock } from '../../core/local-time.ts'
import { capacityUnits } from '../../core/routes/departure-book.ts'
import { MILLS_PER_CENT } from '../../core/routes/route-set.ts'
import { NEVER_ARRIVES, RUN_SCORES } from '../../core/routes/run-times.ts'
import { transitMinutes } from '../transit.ts'
import type { RouteSettings } from './knobs.ts'
import type { Timetable } from './timetable.ts'

/** Every run of every lane in the span of a set: times in minutes after the base. */
export interface Connections {
  readonly count: number
  readonly lane: Int32Array
  /** Latest minute at which an order or parcel may come to the site to be on it. */
  readonly deadline: Int32Array
  /** Minute by which it is there, at the quantile of the lane's time on the way. */
  readonly arrive: Int32Array
  /** Epoch minute at which it leaves. */
  readonly departs: Int32Array
  /** Run × RUN_SCORES.length + k: epoch minute by which it is there at the score. */
  readonly arriveAt: Int32Array
  /** m³ in units, by lane. */
  readonly laneUnits: Int32Array
  /** Costs in whole mills, by lane. */
  readonly laneFixedMills: Int32Array
  readonly lanePerKgMills: Int32Array
  /** Local times that a change of clocks moved. */
  readonly clockChanges: readonly ClockChangeNote[]
}

/** A departure whose local time does not exist or comes twice on some day. */
export interface ClockChangeNote {
  readonly laneId: string
  readonly change: Exclude<ClockChange, 'none'>
  /** As the timetable says it, as if local time were UTC, and when it leaves in truth. */
  readonly localMinute: number
  readonly epochMinute: number
}

const WEEK = 10_080
const DAY = 1440
/** Minutes between 1970-01-01 (a Thursday) and the Monday before. */
const MONDAY_SHIFT = 3 * DAY
/** A carrier that delivers on none of so many days in a row does not deliver. */
const MOST_CLOSED_DAYS = 30

/** What may not be used; empty for the plain timetable. */
export interface Closed {
  readonly sites: ReadonlySet<number>
  readonly lanes: ReadonlySet<number>
  readonly areas: ReadonlySet<number>
}

export const NOTHING_CLOSED: Closed = { sites: new Set(), lanes: new Set(), areas: new Set() }

/** Lays the week of the timetable out over the days of a set, in the order of lanes. */
export function expandTimetable(
  timetable: Timetable,
  settings: RouteSettings,
  baseMinute: number,
  closed: Closed = NOTHING_CLOSED,
): Connections {
  const { lanes, departures } = timetable.network
  const order = departuresByLane(departures.lane, lanes.ids.length)
  const weeks = Math.ceil(settings.horizonMinutes / WEEK) + 2
  const runs = createRuns(order.length * weeks)
  const context = contextOf(timetable, settings, baseMinute)
  for (const i of order) {
    const lane = departures.lane[i]!
    if (isClosed(timetable, closed, lane)) continue
    addRuns(context, i, weeks, runs)
  }
  const cut = (values: Int32Array) => values.slice(0, runs.count)
  return {
    count: runs.count,
    ...{ lane: cut(runs.lane), deadline: cut(runs.deadline) },
    ...{ arrive: cut(runs.arrive), departs: cut(runs.departs) },
    arriveAt: runs.arriveAt.slice(0, runs.count * RUN_SCORES.length),
    laneUnits: Int32Array.from(lanes.capacityM3, capacityUnits),
    ...laneCosts(timetable, settings),
    clockChanges: context.notes,
  }
}

function isClosed({ network: { lanes } }: Timetable, closed: Closed, lane: number): boolean {
  return (
    closed.lanes.has(lane) ||
    closed.sites.has(lanes.fromSite[lane]!) ||
    closed.sites.has(lanes.toSite[lane]!) ||
    closed.areas.has(lanes.toArea[lane]!)
  )
}

/** Numbers of the departures, lane after lane. */
function departuresByLane(lane: Int32Array, lanes: number): Int32Array {
  const starts = new Int32Array(lanes + 1)
  for (let i = 0; i < lane.length; i++) starts[lane[i]! + 1]! += 1
  for (let l = 0; l < lanes; l++) starts[l + 1]! += starts[l]!
  const order = new Int32Array(lane.length)
  for (let i = 0; i < lane.length; i++) order[starts[lane[i]!]!++] = i
  return order
}

interface Runs {
  count: number
  readonly lane: Int32Array
  readonly deadline: Int32Array
  readonly arrive: Int32Array
  readonly departs: Int32Array
  readonly arriveAt: Int32Array
}

function createRuns(most: number): Runs {
  const column = () => new Int32Array(most)
  return {
    ...{ count: 0, lane: column(), deadline: column(), arrive: column(), departs: column() },
    arriveAt: new Int32Array(most * RUN_SCORES.length),
  }
}

interface Context {
  readonly timetable: Timetable
  readonly settings: RouteSettings
  readonly baseMinute: number
  readonly clocks: readonly LocalClock[]
  readonly closures: ReadonlyMap<string, ClosedDays>
  /** Closed days of sites. */
  readonly siteDays: ReadonlyMap<number, ReadonlySet<number>>
  readonly notes: ClockChangeNote[]
}

interface ClosedDays {
  readonly noPickUp: ReadonlySet<number>
  readonly noDelivery: ReadonlySet<number>
}

function contextOf(timetable: Timetable, settings: RouteSettings, baseMinute: number): Context {
  const end = baseMinute + settings.horizonMinutes + MOST_CLOSED_DAYS * DAY
  const byZone = new Map<string, LocalClock>()
  const clocks = timetable.network.sites.timeZones.map((zone) => {
    const known = byZone.get(zone) ?? localClock(zone, baseMinute - WEEK, end)
    byZone.set(zone, known)
    return known
  })
  const siteDays = new Map<number, Set<number>>()
  for (const { site, day } of timetable.siteClosures ?? []) {
    const days = siteDays.get(site)
    if (days === undefined) siteDays.set(site, new Set([day]))
    else days.add(day)
  }
  const closures = new Map<string, { noPickUp: Set<number>; noDelivery: Set<number> }>()
  for (const { carrier, day, picksUp, delivers } of timetable.closures) {
    const days = closures.get(carrier) ?? { noPickUp: new Set(), noDelivery: new Set() }
    if (!picksUp) days.noPickUp.add(day)
    if (!delivers) days.noDelivery.add(day)
    closures.set(carrier, days)
  }
  return { timetable, settings, baseMinute, clocks, closures, siteDays, notes: [] }
}

/** Adds the runs of departure `i` that can be reached after the base and arrive within the horizon. */
function addRuns(context: Context, i: number, weeks: number, runs: Runs): void {
  const { timetable, settings, baseMinute, clocks } = context
  const { lanes, departures } = timetable.network
  const lane = departures.lane[i]!
  const site = lanes.fromSite[lane]!
  const clock = clocks[site]!
  const days = context.closures.get(lanes.carriers[lane]!)
  const lead = departures.cutoffMinutes[i]! + timetable.handlingMinutes[site]!
  const local = clock.toLocal(baseMinute) + MONDAY_SHIFT
  const monday = Math.floor(local / WEEK) * WEEK - MONDAY_SHIFT
  // Whole minutes, at least one: nothing arrives as it leaves.
  const onTheWay = (z: number) =>
    Math.max(1, Math.ceil(transitMinutes(timetable.network, lane, departures.minuteOfWeek[i]!, z)))
  const atQuantile = onTheWay(settings.z)
  const atScores = RUN_SCORES.map(onTheWay)
  const isDelivery = lanes.toArea[lane]! >= 0
  for (let week = 0; week < weeks; week++) {
    const leaves = monday + week * WEEK + departures.minuteOfWeek[i]!
    const day = Math.floor(leaves / DAY)
    if (days?.noPickUp.has(day) || context.siteDays.get(site)?.has(day)) continue
    const departs = clock.toEpoch(leaves)
    const deadline = Math.floor(departs - lead) - baseMinute
    if (deadline < 0) continue
    const arrive = afterClosures(clock, days, isDelivery, departs + atQuantile) - baseMinute
    if (!(arrive <= settings.horizonMinutes)) continue
    noteChange(context, clock, lane, leaves, departs)
    const at = runs.count++
    runs.lane[at] = lane
    runs.deadline[at] = deadline
    runs.arrive[at] = arrive
    runs.departs[at] = departs
    for (let k = 0; k < atScores.length; k++) {
      const there = afterClosures(clock, days, isDelivery, departs + atScores[k]!)
      runs.arriveAt[at * atScores.length + k] = Math.min(NEVER_ARRIVES, there)
    }
  }
}

function noteChange(
  { timetable, notes }: Context,
  clock: LocalClock,
  lane: number,
  localMinute: number,
  epochMinute: number,
): void {
  const change = clock.changeAt(localMinute)
  if (change === 'none') return
  notes.push({ laneId: timetable.network.lanes.ids[lane]!, change, localMinute, epochMinute })
}

/** A delivery that falls on days without delivery comes at the same local time on the next day with. */
function afterClosures(
  clock: LocalClock,
  days: ClosedDays | undefined,
  isDelivery: boolean,
  arrives: number,
): number {
  if (!isDelivery || days === undefined || days.noDelivery.size === 0) return arrives
  let local = clock.toLocal(arrives)
  if (!days.noDelivery.has(Math.floor(local / DAY))) return arrives
  for (let moved = 0; moved < MOST_CLOSED_DAYS; moved++) {
    local += DAY
    if (!days.noDelivery.has(Math.floor(local / DAY))) return clock.toEpoch(local)
  }
  return Infinity
}

/** A lane's cost in whole mills: fixed, and a kg with the truck's share at the fill counted on. */
function laneCosts({ network: { lanes } }: Timetable, settings: RouteSettings) {
  const { truckFill, kgPerM3 } = settings
  const perKg = (lane: number) => {
    const truck = lanes.costPerTruckCents[lane]!
    const share = truck > 0 ? truck / (lanes.capacityM3[lane]! * truckFill * kgPerM3) : 0
    return Math.round((lanes.costPerKgCents[lane]! + share) * MILLS_PER_CENT)
  }
  return {
    laneFixedMills: Int32Array.from(lanes.costPerParcelCents, (c) =>
      Math.round(c * MILLS_PER_CENT),
    ),
    lanePerKgMills: Int32Array.from(lanes.ids, (_, lane) => perKg(lane)),
  }
}
