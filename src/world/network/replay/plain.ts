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
  readonly lostLines: number
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
  let lostLines = 0
  for (let day = 0; day < days; day++) {
    for (const { cell, units } of state.due.filter((due) => due.day === day)) {
      state.onHand[cell]! += units
    }
    orders.minute.forEach((minute, order) => {
      if (Math.floor(minute / 1440) !== day) return
      const lines = linesOf(world, order)
      const choice = chooseCentres(world, policy, order, lines, state.onHand, walk.reaches)
      lostLines += lines.filter((line) => !choice.has(line)).length
      for (const [{ product, quantity }, centre] of choice) {
        const cell = product * centres.length + centre
        state.onHand[cell]! -= quantity
        state.due.push({ day: walk.restock(cell, quantity, day), cell, units: quantity })
      }
      for (const centre of new Set(choice.values())) {
        const inside = lines.filter((line) => choice.get(line) === centre)
        parcels.push(walk.send(order, centre, inside))
      }
    })
  }
  return { parcels, runs: [...state.runs.values()], onHand: state.onHand, lostLines }
}

function linesOf({ orders }: NetworkWorld, order: number): Line[] {
  const lines: Line[] = []
  for (let i = orders.starts[order]!; i < orders.starts[order + 1]!; i++) {
    lines.push({ product: orders.product[i]!, quantity: orders.quantity[i]! })
  }
  return lines
}

type Choice = ReadonlyMap<Line, number>

/** Centre of each line: the cheapest of three ways in the region, else in the country. */
function chooseCentres(
  world: NetworkWorld,
  { regions }: NetworkPolicy,
  order: number,
  lines: readonly Line[],
  onHand: readonly number[],
  reaches: (centre: number, area: number) => boolean,
): Choice {
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
  const has = (c: number, { product, quantity }: Line) =>
    onHand[product * centres.length + c]! >= quantity
  const cost = (choice: Choice) =>
    [...new Set(choice.values())].reduce(
      (sum, c) => sum + params.splitCents + params.kmCents * kmOf(c),
      0,
    )
  const own = all.filter(isInside)
  const isWhole = lines.every((line) => own.some((c) => has(c, line)))
  const list = isWhole ? own : all
  const wanted = lines.filter((line) => list.some((c) => has(c, line)))
  const ways = [
    wholeFrom(wanted, list, has),
    mostFirst(wanted, list, has),
    eachNearest(wanted, list, has),
  ]
  let best: Choice = ways[2]!
  let least = Number.POSITIVE_INFINITY
  for (const way of ways) {
    if (way === undefined) continue
    const cents = inOrderOfLines(cost, way, lines)
    if (cents < least) {
      least = cents
      best = way
    }
  }
  return best
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
  send(order: number, centre: number, lines: readonly Line[]): PlainParcel
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
  const m3Of = (lines: readonly Line[]) =>
    lines.reduce((sum, { product, quantity }) => sum + quantity * products.unitM3[product]!, 0)
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
      minute =
        departs + Math.max(0, lanes.transitMinutes[lane]! + z * lanes.transitSdMinutes[lane]!)
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
      board(
        lane,
        firstDeparture(world, offsets, lane, atDock * 1440),
        0,
        units * products.unitM3[product]!,
      )
      return atDock + 1 + Math.ceil(lanes.transitMinutes[lane]! / 1440)
    },
    send(order, centre, lines) {
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
        deliveredDays: daysTo(arrival(way, ready, m3Of(lines) * params.boxFactor)),
      }
    },
  }
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
