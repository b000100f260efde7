import { throwIfStopped } from '../../../core/progress.ts'
import { createInbound, type Inbound } from './inbound.ts'
import { checkReplay, type NetworkPolicy, type NetworkWorld } from './input.ts'
import { createJourneys, type Journeys } from './journey.ts'
import { emptyLoads, type LaneTotals, type Loads, totalByLane } from './loads.ts'
import {
  emptyCounts,
  figuresOf,
  MOST_DAYS,
  type NetworkFigures,
  type ReplayCounts,
} from './outcome.ts'
import { buildRoutes, type RouteTable } from './router.ts'
import { centreKm, createSourcing, rankCentres, type Sourcing } from './sourcing.ts'
import { layOutTimetable, siteOffsets } from './timetable.ts'

/** What came of a replay. */
export interface NetworkOutcome {
  readonly policy: string
  readonly figures: NetworkFigures
  readonly counts: ReplayCounts
  readonly lanes: LaneTotals
  /** Units on the shelves at the end, product × centre; units shipped and arrived over all days. */
  readonly onHand: Int32Array
  readonly shippedUnits: number
  readonly arrivedUnits: number
  readonly loads: Loads
  readonly routes: RouteTable
}

/** One replay under way. */
interface Run {
  readonly world: NetworkWorld
  readonly routes: RouteTable
  readonly km: Float64Array
  readonly sourcing: Sourcing
  readonly journeys: Journeys
  readonly inbound: Inbound
  readonly counts: ReplayCounts
  shipped: number
}

/**
 * Replays orders day by day through a network under a policy. In the morning replenishment arrives;
 * each order is sourced from what is then on hand, its parcels take the first departures along their
 * routes, and what was sold is ordered again. Same world, policy and seed, same outcome; delays of
 * departures are the same for every policy. Orders are replayed in O(lines × centres). Throws
 * ERR_ARGUMENT where world and policy do not fit, ERR_CANCELLED once the signal is aborted.
 */
export function replayNetwork(
  asked: NetworkWorld,
  policy: NetworkPolicy,
  seed: string | number,
  signal?: AbortSignal,
): NetworkOutcome {
  checkReplay(asked, policy)
  const world = withDepartures(asked, policy)
  const { network, orders, days, warmUpDays, params } = world
  const timetable = layOutTimetable(network, world.firstDay, days)
  const loads = emptyLoads(timetable)
  const routes = buildRoutes(world, policy)
  const km = centreKm(world)
  const ranking = rankCentres(world, policy, routes, km)
  const offsets = siteOffsets(network, world.firstDay)
  const run: Run = {
    world,
    routes,
    km,
    sourcing: createSourcing(world, policy, ranking, km),
    journeys: createJourneys(world, routes, timetable, offsets, loads, seed),
    inbound: createInbound(world, timetable, offsets, loads),
    counts: emptyCounts(),
    shipped: 0,
  }
  let arrived = 0
  let order = 0
  for (let day = 0; day < days; day++) {
    throwIfStopped(signal)
    arrived += run.inbound.arrive(day, run.sourcing.onHand)
    for (; order < orders.minute.length && orders.minute[order]! < (day + 1) * 1440; order++) {
      shipOrder(run, order, day)
    }
  }
  const period = { from: warmUpDays * 1440, until: days * 1440 }
  const lanes = totalByLane(network, timetable, loads, period, params.ordersPerReplayed)
  return {
    policy: policy.name,
    figures: figuresOf(world, run.counts, lanes),
    counts: run.counts,
    lanes,
    onHand: run.sourcing.onHand,
    shippedUnits: run.shipped,
    arrivedUnits: arrived,
    loads,
    routes,
  }
}

/** The world with the policy's timetable in place of the network's. */
export function withDepartures(world: NetworkWorld, { departures }: NetworkPolicy): NetworkWorld {
  return departures === undefined ? world : { ...world, network: { ...world.network, departures } }
}

/** Takes an order's picks off the shelves, sends its parcels and counts. */
function shipOrder(run: Run, order: number, day: number): void {
  const { world, sourcing } = run
  const { orders, centres } = world
  const first = orders.starts[order]!
  const picks = sourcing.source(order)
  for (let pick = 0; pick < picks; pick++) {
    const product = orders.product[first + sourcing.pickLine[pick]!]!
    const cell = product * centres.length + sourcing.pickCentre[pick]!
    const units = sourcing.pickUnits[pick]!
    sourcing.onHand[cell]! -= units
    run.shipped += units
    run.inbound.order(cell, units, day)
  }
  const isCounted = day >= world.warmUpDays
  const sent = sendParcels(run, order, picks, isCounted)
  if (isCounted) countOrder(run, order, picks, sent)
}

interface Sent {
  readonly parcels: number
  /** Days of the last parcel; −1 where there is none. */
  readonly promised: number
  readonly delivered: number
}

/** Sends one parcel for each centre among the picks. */
function sendParcels(run: Run, order: number, picks: number, isCounted: boolean): Sent {
  const { world, sourcing, journeys, counts } = run
  const { orders, centres, params, network } = world
  const area = orders.area[order]!
  const minute = orders.minute[order]!
  let parcels = 0
  let promised = -1
  let delivered = -1
  for (let pick = 0; pick < picks; pick++) {
    const c = sourcing.pickCentre[pick]!
    if (isEarlier(sourcing.pickCentre, pick)) continue
    const { m3, kg } = parcelOf(run, order, picks, c)
    const ready = minute + params.packMinutes
    const expected = journeys.promise(c, area, ready)
    const happened = journeys.travel(c, area, ready, m3, kg)
    const clock = journeys.clockAt(c, area)
    const from = Math.floor((minute + clock) / 1440)
    parcels++
    promised = Math.max(promised, Math.floor((expected + clock) / 1440) - from)
    delivered = Math.max(delivered, Math.floor((happened + clock) / 1440) - from)
    if (!isCounted) continue
    const row = c * network.areas.ids.length + area
    counts.sorts += run.routes.starts[row + 1]! - run.routes.starts[row]! - 1
    counts.parcelKm += run.km[area * centres.length + c]!
  }
  return { parcels, promised, delivered }
}

/** True where an earlier pick of the order is from the same centre. */
function isEarlier(pickCentre: Int32Array, pick: number): boolean {
  for (let other = 0; other < pick; other++) if (pickCentre[other] === pickCentre[pick]) return true
  return false
}

function parcelOf({ world, sourcing }: Run, order: number, picks: number, c: number) {
  const { orders, products, params } = world
  const first = orders.starts[order]!
  let m3 = 0
  let kg = 0
  for (let pick = 0; pick < picks; pick++) {
    if (sourcing.pickCentre[pick] !== c) continue
    const product = orders.product[first + sourcing.pickLine[pick]!]!
    m3 += sourcing.pickUnits[pick]! * products.unitM3[product]!
    kg += sourcing.pickUnits[pick]! * products.unitKg[product]!
  }
  return { m3: m3 * params.boxFactor, kg }
}

function countOrder(run: Run, order: number, picks: number, sent: Sent): void {
  const { world, sourcing, counts } = run
  const { orders, centres, yardstick } = world
  const region = yardstick.areaRegion[orders.area[order]!]
  const lines = orders.starts[order + 1]! - orders.starts[order]!
  let asked = 0
  for (let line = orders.starts[order]!; line < orders.starts[order + 1]!; line++) {
    asked += orders.quantity[line]!
  }
  let shipped = 0
  let inside = 0
  for (let pick = 0; pick < picks; pick++) {
    const units = sourcing.pickUnits[pick]!
    shipped += units
    if (yardstick.siteRegion[centres[sourcing.pickCentre[pick]!]!] === region) inside += units
  }
  counts.orders++
  counts.lines += lines
  counts.picks += picks
  counts.units += asked
  counts.unitsLost += asked - shipped
  counts.unitsInRegion += inside
  counts.parcels += sent.parcels
  if (inside === asked) counts.wholeInRegion++
  if (sent.parcels === 1 && shipped === asked) counts.oneParcel++
  if (sent.promised < 0) return
  counts.promised[Math.min(MOST_DAYS, sent.promised)]! += 1
  counts.delivered[Math.min(MOST_DAYS, sent.delivered)]! += 1
  if (sent.delivered > sent.promised) counts.late++
}
