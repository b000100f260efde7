import { greatCircleKm } from '../../../core/great-circle.ts'
import type { NetworkPolicy, NetworkWorld } from './input.ts'
import { createDelays } from './journey.ts'
import { withDepartures } from './network-replay.ts'
import { buildRoutes, type RouteTable } from './router.ts'
import { siteOffsets } from './timetable.ts'

/** One departure of a lane that carried something: minute of leaving, what was on it. */
export interface PlainRun {
  readonly lane: number
  readonly departs: number
  parcels: number
  m3: number
}

/** A parcel and where it went. */
export interface PlainParcel {
  readonly order: number
  readonly centre: number
  readonly lanes: readonly number[]
  readonly promisedDays: number
  readonly deliveredDays: number
}

/** What the plain replay saw; over all days, warm-up counted. */
export interface PlainOutcome {
  readonly parcels: readonly PlainParcel[]
  readonly runs: readonly PlainRun[]
  /** Units at the end, product × centre. */
  readonly onHand: readonly number[]
  readonly lostUnits: number
}

interface Line {
  readonly product: number
  readonly quantity: number
}

/**
 * The replay in plain steps on lists and maps, for tests of the fast one: the same rules, routes and
 * delays, none of its tables. O(orders × centres log centres).
 */
export function replayNetworkPlain(
  asked: NetworkWorld,
  policy: NetworkPolicy,
  seed: string | number,
): PlainOutcome {
  const world = withDepartures(asked, policy)
  const { orders, days, centres } = world
  const state = {
    onHand: Array.from(policy.baseStock),
    due: [] as { readonly day: number; readonly cell: number; readonly units: number }[],
    runs: new Map<string, PlainRun>(),
  }
  const walk = createWalk(world, buildRoutes(world, policy), seed, state.runs)
  const parcels: PlainParcel[] = []
  let lostUnits = 0
  for (let day = 0; day < days; day++) {
    for (const { cell, units } of state.due.filter((due) => due.day === day)) {
      state.onHand[cell]! += units
    }
    orders.minute.forEach((minute, order) => {
      if (Math.floor(minute / 1440) !== day) return
      const lines = linesOf(world, order)
      const picks = choosePicks(world, policy, order, lines, state.onHand, walk.reaches)
      lostUnits +=
        unitsOf(lines.map(({ quantity }) => quantity)) - unitsOf(picks.map(({ units }) => units))
      for (const { line, centre, units } of picks) {
        const cell = line.product * centres.length + centre
        state.onHand[cell]! -= units
        state.due.push({ day: walk.restock(cell, units, day), cell, units })
      }
      for (const centre of new Set(picks.map((pick) => pick.centre))) {
        const inside = picks.filter((pick) => pick.centre === centre)
        parcels.push(walk.send(order, centre, inside))
      }
    })
  }
  return { parcels, runs: [...state.runs.values()], onHand: state.onHand, lostUnits }
}

function unitsOf(quantities: readonly number[]): number {
  return quantities.reduce((sum, units) => sum + units, 0)
}

/** Units of a line from one centre. */
interface Pick {
  readonly line: Line
  readonly centre: number
  readonly units: number
}

function linesOf({ orders }: NetworkWorld, order: number): Line[] {
  const lines: Line[] = []
  for (let i = orders.starts[order]!; i < orders.starts[order + 1]!; i++) {
    lines.push({ product: orders.product[i]!, quantity: orders.quantity[i]! })
  }
  return lines
}

type Choice = ReadonlyMap<Line, number>

/** The picks of an order: whole lines the cheapest of three ways, the others from several centres. */
function choosePicks(
  world: NetworkWorld,
  { regions }: NetworkPolicy,
  order: number,
  lines: readonly Line[],
  onHand: readonly number[],
  reaches: (centre: number, area: number) => boolean,
): Pick[] {
  const { centres, orders, network, params } = world
  const area = orders.area[order]!
  const { areas, sites } = network
  const kmOf = (c: number) =>
    greatCircleKm(
      areas.lat[area]!,
      areas.lon[area]!,
      sites.lat[centres[c]!]!,
      sites.lon[centres[c]!]!,
    )
  const isInside = (c: number) =>
    regions !== undefined && regions.siteRegion[centres[c]!] === regions.areaRegion[area]
  const all = Array.from(centres, (_, c) => c)
    .filter((c) => reaches(c, area))
    .sort((a, b) => Number(isInside(b)) - Number(isInside(a)) || kmOf(a) - kmOf(b) || a - b)
  const unitsAt = (c: number, { product }: Line) => onHand[product * centres.length + c]!
  const has = (c: number, line: Line) => unitsAt(c, line) >= line.quantity
  const cost = (choice: Choice) =>
    [...new Set(choice.values())].reduce(
      (sum, c) => sum + (params.splitCents + params.kmCents * kmOf(c)),
      0,
    )
  const own = all.filter(isInside)
  const isEnough = lines.every((line) => unitsOf(own.map((c) => unitsAt(c, line))) >= line.quantity)
  const list = isEnough ? own : all
  const whole = lines.filter((line) => list.some((c) => has(c, line)))
  const choice = cheapest(whole, list, has, (way) => inOrderOfLines(cost, way, lines))
  const picks = lines.flatMap((line): Pick[] => {
    const centre = choice.get(line)
    return centre === undefined ? [] : [{ line, centre, units: line.quantity }]
  })
  for (const line of lines.filter((of) => !choice.has(of))) {
    const used = new Set(picks.map(({ centre }) => centre))
    picks.push(...pickTogether(line, list, used, unitsAt))
  }
  return picks
}

function cheapest(
  wanted: readonly Line[],
  list: readonly number[],
  has: Has,
  cost: (way: Choice) => number,
): Choice {
  let best: Choice = new Map()
  let least = Number.POSITIVE_INFINITY
  for (const way of [wholeFrom, mostFirst, eachNearest].map((rule) => rule(wanted, list, has))) {
    if (way === undefined || cost(way) >= least) continue
    least = cost(way)
    best = way
  }
  return best
}

/** A line from several centres: those used already first, then where most is; nearer on ties. */
function pickTogether(
  line: Line,
  list: readonly number[],
  used: ReadonlySet<number>,
  unitsAt: (centre: number, line: Line) => number,
): Pick[] {
  const picks: Pick[] = []
  for (let left = line.quantity; left > 0; ) {
    const free = list
      .filter((c) => unitsAt(c, line) > 0 && picks.every(({ centre }) => centre !== c))
      .map((c, rank) => ({ c, rank, isUsed: used.has(c), units: Math.min(left, unitsAt(c, line)) }))
      .sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || b.units - a.units || a.rank - b.rank)
    const next = free[0]
    if (next === undefined) break
    picks.push({ line, centre: next.c, units: next.units })
    left -= next.units
  }
  return picks
}

/** Sums in the order of the lines, as the fast path does, so that ties are ties. */
function inOrderOfLines(
  cost: (choice: Choice) => number,
  way: Choice,
  lines: readonly Line[],
): number {
  return cost(new Map(lines.filter((line) => way.has(line)).map((line) => [line, way.get(line)!])))
}

type Has = (centre: number, line: Line) => boolean

function wholeFrom(wanted: readonly Line[], list: readonly number[], has: Has): Choice | undefined {
  const centre = list.find((c) => wanted.every((line) => has(c, line)))
  return centre === undefined ? undefined : new Map(wanted.map((line) => [line, centre]))
}

function mostFirst(wanted: readonly Line[], list: readonly number[], has: Has): Choice {
  const choice = new Map<Line, number>()
  const left = () => wanted.filter((line) => !choice.has(line))
  while (left().length > 0) {
    const counts = list.map((c) => left().filter((line) => has(c, line)).length)
    const at = counts.indexOf(Math.max(...counts))
    for (const line of left()) if (has(list[at]!, line)) choice.set(line, list[at]!)
  }
  return choice
}

function eachNearest(wanted: readonly Line[], list: readonly number[], has: Has): Choice {
  return new Map(wanted.map((line) => [line, list.find((c) => has(c, line))!]))
}

interface Walk {
  reaches(centre: number, area: number): boolean
  /** Day on which a cell's replacement is on the shelf; books it on its lane. */
  restock(cell: number, units: number, day: number): number
  send(order: number, centre: number, picks: readonly Pick[]): PlainParcel
}

function createWalk(
  world: NetworkWorld,
  routes: RouteTable,
  seed: string | number,
  runs: Map<string, PlainRun>,
): Walk {
  const { network, products, params, centres, orders } = world
  const { lanes, sites } = network
  const areas = network.areas.ids.length
  const delay = createDelays(seed, lanes.ids.length)
  const offsets = siteOffsets(network, world.firstDay)
  const wayOf = (centre: number, area: number) =>
    Array.from(
      routes.lanes.subarray(
        routes.starts[centre * areas + area]!,
        routes.starts[centre * areas + area + 1]!,
      ),
    )
  const m3Of = (picks: readonly Pick[]) =>
    picks.reduce((sum, { line, units }) => sum + units * products.unitM3[line.product]!, 0)
  const board = (lane: number, departs: number, parcels: number, m3: number) => {
    const key = `${lane} ${departs}`
    const run = runs.get(key) ?? { lane, departs, parcels: 0, m3: 0 }
    run.parcels += parcels
    run.m3 += m3
    runs.set(key, run)
  }
  const arrival = (way: readonly number[], ready: number, m3: number | undefined) => {
    let minute = ready
    way.forEach((lane, i) => {
      const departs = firstDeparture(
        world,
        offsets,
        lane,
        minute + (i > 0 ? params.sortMinutes : 0),
      )
      if (m3 !== undefined) board(lane, departs, 1, m3)
      const z = m3 === undefined ? params.promiseDeviations : delay(lane, departs)
      minute = departs + Math.max(0, minutesOf(world, offsets, lane, departs, z))
    })
    return minute
  }
  return {
    reaches: (centre, area) => wayOf(centre, area).length > 0,
    restock(cell, units, day) {
      const product = Math.floor(cell / centres.length)
      const centre = centres[cell % centres.length]!
      const lane = lanes.fromSite.findIndex(
        (from, l) => from === products.dock[product] && lanes.toSite[l] === centre,
      )
      const atDock = day + 1 + params.vendorDays
      if (lane < 0 || sites.kinds[products.dock[product]!] !== 'cross_dock') return atDock + 1
      const departs = firstDeparture(world, offsets, lane, atDock * 1440)
      board(lane, departs, 0, units * products.unitM3[product]!)
      return atDock + 1 + Math.ceil(minutesOf(world, offsets, lane, departs, 0) / 1440)
    },
    send(order, centre, picks) {
      const area = orders.area[order]!
      const way = wayOf(centre, area)
      const minute = orders.minute[order]!
      const ready = minute + params.packMinutes
      const clock = offsets[lanes.fromSite[way.at(-1)!]!]!
      const daysTo = (at: number) =>
        Math.floor((at + clock) / 1440) - Math.floor((minute + clock) / 1440)
      return {
        order,
        centre,
        lanes: way,
        promisedDays: daysTo(arrival(way, ready, undefined)),
        deliveredDays: daysTo(arrival(way, ready, m3Of(picks) * params.boxFactor)),
      }
    },
  }
}

/** Minutes on the way by weekday and hour, step by step: what is not known of the hour is the lane's. */
function minutesOf(
  { network, firstDay }: NetworkWorld,
  offsets: Int32Array,
  lane: number,
  departs: number,
  deviations: number,
): number {
  const { lanes, hourlyTransit } = network
  const at = new Date(firstDay * 86_400_000 + (departs + offsets[lanes.fromSite[lane]!]!) * 60_000)
  const hour = 24 * ((at.getUTCDay() + 6) % 7) + at.getUTCHours()
  const row = hourlyTransit?.rowOf[lane] ?? -1
  const mean = row < 0 ? Number.NaN : hourlyTransit!.meanMinutes[168 * row + hour]!
  const sd = row < 0 ? Number.NaN : hourlyTransit!.sdMinutes[168 * row + hour]!
  if (Number.isNaN(mean))
    return lanes.transitMinutes[lane]! + deviations * lanes.transitSdMinutes[lane]!
  return mean + deviations * (Number.isNaN(sd) ? lanes.transitSdMinutes[lane]! : sd)
}

/** When the first departure of a lane leaves that closes at `minute` or later: week by week. */
function firstDeparture(
  world: NetworkWorld,
  offsets: Int32Array,
  lane: number,
  minute: number,
): number {
  const { departures, lanes } = world.network
  const sinceMonday = (((world.firstDay + 3) % 7) + 7) % 7
  let first = Number.POSITIVE_INFINITY
  departures.lane.forEach((of, i) => {
    if (of !== lane) return
    const utc = departures.minuteOfWeek[i]! - sinceMonday * 1440 - offsets[lanes.fromSite[lane]!]!
    for (let week = -2; week < Math.ceil(minute / 10_080) + 4; week++) {
      const departs = utc + week * 10_080
      if (departs - departures.cutoffMinutes[i]! >= minute) first = Math.min(first, departs)
    }
  })
  return first
}
