import type { Departures, Network } from '../network.ts'
import { longestTransit } from '../transit.ts'
import { WEEK_MINUTES } from './departures.ts'
import type { CandidateLanes, LanePlan } from './types.ts'

/** The lanes of a network that may be planned, and which of its lanes they are. */
export interface PlannableLanes {
  readonly lanes: CandidateLanes
  /** Lane of the network behind each. */
  readonly laneOf: Int32Array
}

export interface PlannableOptions {
  /** Weight of a m³ of parcels, kg, and parcels in it: they turn prices by kg and parcel into prices by m³. */
  readonly kgPerM3: number
  readonly parcelsPerM3: number
  /** Standard deviations of the time on the way that a promise waits for. */
  readonly deviations: number
}

/** Room of a departure that states none, m³: more than anything that is planned. */
const PLENTY_M3 = 1e6
/** Minutes before departure by which to be packed, where no departure of the lane says. */
const USUAL_CUTOFF_MINUTES = 90
const DAY_MINUTES = 1440

/**
 * The lanes between two sites of which neither is a vendor, as candidates for planning. Lanes to
 * areas (the last mile) and from vendors are no matter of choice here. Where times on the way differ
 * by hour, a lane takes the longest of its departures.
 */
export function plannableLanes(network: Network, options: PlannableOptions): PlannableLanes {
  const minutes = longestTransit(network, options.deviations)
  const { lanes, sites } = network
  const laneOf = Int32Array.from(
    [...lanes.ids.keys()].filter((lane) => {
      const to = lanes.toSite[lane]!
      return (
        to >= 0 &&
        STOCKED_OR_SORTING.has(sites.kinds[lanes.fromSite[lane]!]!) &&
        SORTING_OR_LAST.has(sites.kinds[to]!)
      )
    }),
  )
  const column = (value: (lane: number) => number) => Float64Array.from(laneOf, value)
  return {
    laneOf,
    lanes: {
      fromSite: laneOf.map((lane) => lanes.fromSite[lane]!),
      toSite: laneOf.map((lane) => lanes.toSite[lane]!),
      modes: Array.from(laneOf, (lane) => lanes.modes[lane]!),
      minutes: column((lane) => minutes[lane]!),
      capacityM3: column((lane) => Math.min(PLENTY_M3, lanes.capacityM3[lane]!)),
      departureCents: column((lane) => {
        const cents = lanes.costPerTruckCents[lane]!
        return Number.isNaN(cents) ? 0 : cents
      }),
      centsPerM3: column((lane) => {
        // A lane with a price for the whole truck names what a parcel's share of it is beside.
        const byParcel = Number.isNaN(lanes.costPerTruckCents[lane]!)
          ? lanes.costPerParcelCents[lane]! * options.parcelsPerM3
          : 0
        return byParcel + lanes.costPerKgCents[lane]! * options.kgPerM3
      }),
    },
  }
}

const STOCKED_OR_SORTING: ReadonlySet<string> = new Set([
  'fulfilment_centre',
  'shop',
  'sort_centre',
])
const SORTING_OR_LAST: ReadonlySet<string> = new Set(['sort_centre', 'delivery_station', 'shop'])

/** The timetable of a plan; see departuresByLane. */
export function departuresOfPlan(
  network: Network,
  { laneOf }: PlannableLanes,
  plan: LanePlan,
): Departures {
  const wanted = new Map([...laneOf].map((lane) => [lane, 0]))
  for (const one of plan.lanes) wanted.set(laneOf[one.lane]!, one.departuresAWeek)
  return departuresByLane(network, wanted)
}

/**
 * A timetable with `wanted` departures a week of each lane named: of its own ones those that spread
 * them over the week best, or, where it has fewer, evenly spread ones beside them. Lanes that are
 * not named keep theirs.
 */
export function departuresByLane(
  network: Network,
  wanted: ReadonlyMap<number, number>,
): Departures {
  const { departures } = network
  const rows = { lane: [] as number[], minuteOfWeek: [] as number[], cutoffMinutes: [] as number[] }
  const stated = new Map<number, { readonly minutes: number[]; cutoff: number }>()
  departures.lane.forEach((lane, row) => {
    const known = stated.get(lane) ?? { minutes: [], cutoff: departures.cutoffMinutes[row]! }
    known.minutes.push(departures.minuteOfWeek[row]!)
    stated.set(lane, known)
  })
  const add = (lane: number, minutes: readonly number[], cutoff: number) => {
    for (const minute of minutes) {
      rows.lane.push(lane)
      rows.minuteOfWeek.push(minute)
      rows.cutoffMinutes.push(cutoff)
    }
  }
  for (let lane = 0; lane < network.lanes.ids.length; lane++) {
    const { minutes, cutoff } = stated.get(lane) ?? { minutes: [], cutoff: USUAL_CUTOFF_MINUTES }
    const count = wanted.get(lane)
    const own =
      count === undefined ? [...minutes].sort((a, b) => a - b) : spreadDepartures(minutes, count)
    add(lane, own, cutoff)
  }
  return {
    lane: Int32Array.from(rows.lane),
    minuteOfWeek: Int32Array.from(rows.minuteOfWeek),
    cutoffMinutes: Int32Array.from(rows.cutoffMinutes),
  }
}

/**
 * `count` departures a week: those of `own` nearest to an even spread that begins at the first of
 * them; where they are too few, the even spread itself at the same time of day. Ascending, distinct.
 */
export function spreadDepartures(own: readonly number[], count: number): number[] {
  const sorted = [...new Set(own)].sort((a, b) => a - b)
  const first = sorted[0] ?? DAY_MINUTES - 120
  const even = Array.from(
    { length: count },
    (_, i) => Math.round(first + (i * WEEK_MINUTES) / count) % WEEK_MINUTES,
  )
  const free = new Set(sorted)
  const kept = even.map((minute) => {
    const nearest = [...free].reduce<number | undefined>(
      (best, other) =>
        best === undefined || around(other, minute) < around(best, minute) ? other : best,
      undefined,
    )
    // A departure half an interval away stands for the next one: a new one is better.
    if (nearest === undefined || around(nearest, minute) > WEEK_MINUTES / count / 2) return minute
    free.delete(nearest)
    return nearest
  })
  return [...new Set(kept)].sort((a, b) => a - b)
}

/** Minutes between two times of the week, the shorter way round. */
function around(a: number, b: number): number {
  const apart = Math.abs(a - b)
  return Math.min(apart, WEEK_MINUTES - apart)
}
