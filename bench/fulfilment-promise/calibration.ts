import { createRandom, type Random } from '../../src/core/random/random.ts'
import {
  type DepartureBook,
  lookUpSettings,
  type RouteSet,
  readRoute,
  routeCount,
} from '../../src/core/routes/door.ts'
import { createArrivals } from '../../src/fulfilment/promise/arrival-times.ts'
import { createPairScan } from '../../src/fulfilment/promise/pair-scan.ts'
import type { Network } from '../../src/network/network.ts'

/** Promises and those that simulated parcels kept. */
export interface Kept {
  readonly promises: number
  readonly kept: number
  /** Of these with a missed connection. */
  readonly missed: number
}

/**
 * Sends a parcel for the earliest date of `count` pairs at random minutes: each lane takes its mean
 * and standard deviation, normal, and whoever comes too late for a lane takes its next run.
 */
export function measureKept(
  seed: number,
  network: Network,
  set: RouteSet,
  book: DepartureBook,
  chance: number,
  count: number,
): Kept {
  const random = createRandom(`kept ${seed} ${chance}`)
  const scan = createPairScan(set, createArrivals(set, chance), book, lookUpSettings())
  const runs = runsByLane(set)
  const laneNumbers = new Map(network.lanes.ids.map((id, lane) => [id, lane]))
  const result = { promises: 0, kept: 0, missed: 0 }
  while (result.promises < count) {
    const pair = random.int(set.index.length / 2)
    if (routeCount(set, pair) === 0) continue
    const from = random.int(set.spanMinutes - 1440)
    const route = scan.earliest(pair, from, 1, 1)
    if (route < 0) continue
    const { legs } = readRoute(set, pair, route)
    const trip = travel(set, network, legs, runs, laneNumbers, random)
    result.promises++
    if (trip.there <= set.baseMinute + scan.found.arriveBy) result.kept++
    if (trip.isMissed) result.missed++
  }
  return result
}

function travel(
  set: RouteSet,
  { lanes }: Network,
  legs: readonly number[],
  runs: ReadonlyMap<number, readonly number[]>,
  laneNumbers: ReadonlyMap<string, number>,
  random: Random,
): { readonly there: number; readonly isMissed: boolean } {
  let [there, isMissed] = [Number.NEGATIVE_INFINITY, false]
  for (const planned of legs) {
    const own = runs.get(set.departures.lane[planned]!)!
    let at = own.indexOf(planned)
    while (at < own.length && set.runs!.deadline[own[at]!]! < there) at++
    if (at === own.length) return { there: Infinity, isMissed: true }
    if (own[at] !== planned) isMissed = true
    const lane = laneNumbers.get(set.laneIds[set.departures.lane[planned]!]!)!
    const minutes = lanes.transitMinutes[lane]! + lanes.transitSdMinutes[lane]! * random.normal()
    there = set.departures.minute[own[at]!]! + Math.max(1, minutes)
  }
  return { there, isMissed }
}

function runsByLane({ departures, runs }: RouteSet): ReadonlyMap<number, readonly number[]> {
  const byLane = new Map<number, number[]>()
  const slots = Array.from(departures.lane.keys()).filter((slot) => runs!.deadline[slot]! > 0)
  slots.sort((a, b) => departures.minute[a]! - departures.minute[b]!)
  for (const slot of slots) {
    const own = byLane.get(departures.lane[slot]!)
    if (own === undefined) byLane.set(departures.lane[slot]!, [slot])
    else own.push(slot)
  }
  return byLane
}
