import type { Network } from '../../../network/index.ts'
import { departureMinute, type ReplayTimetable } from './timetable.ts'

/** What every departure carries: by instance of the timetable. */
export interface Loads {
  readonly parcels: Int32Array
  readonly m3: Float64Array
  readonly kg: Float64Array
}

/** What lanes carried in the days that count, by lane; in units of the whole store. */
export interface LaneTotals {
  readonly parcels: Float64Array
  readonly m3: Float64Array
  /** Runs of trucks or aircraft; 0 on lanes without a limit (vans). */
  readonly runs: Float64Array
  readonly cents: Float64Array
}

/** Empty loads for a timetable. */
export function emptyLoads({ closes, weeks }: ReplayTimetable): Loads {
  const instances = closes.length * weeks
  return {
    parcels: new Int32Array(instances),
    m3: new Float64Array(instances),
    kg: new Float64Array(instances),
  }
}

/** Puts one parcel (or a replenishment of no parcel) on a departure. */
export function load(
  loads: Loads,
  instance: number,
  parcels: number,
  m3: number,
  kg: number,
): void {
  loads.parcels[instance]! += parcels
  loads.m3[instance]! += m3
  loads.kg[instance]! += kg
}

/**
 * Adds the departures that leave from minute `from` and before `until` up by lane, each parcel
 * counting `scale` times: as many trucks run as the load needs, none where there is none. A lane
 * costs its trucks, or where it has no price of a truck its parcels and kilograms.
 */
export function totalByLane(
  network: Network,
  timetable: ReplayTimetable,
  loads: Loads,
  period: { readonly from: number; readonly until: number },
  scale: number,
): LaneTotals {
  const { lanes } = network
  const n = lanes.ids.length
  const totals: LaneTotals = {
    parcels: new Float64Array(n),
    m3: new Float64Array(n),
    runs: new Float64Array(n),
    cents: new Float64Array(n),
  }
  for (let lane = 0; lane < n; lane++) {
    const first = timetable.starts[lane]! * timetable.weeks
    const end = timetable.starts[lane + 1]! * timetable.weeks
    for (let instance = first; instance < end; instance++) {
      if (loads.m3[instance] === 0) continue
      const minute = departureMinute(timetable, instance)
      if (minute < period.from || minute >= period.until) continue
      addDeparture(totals, lanes, lane, loads, instance, scale)
    }
  }
  return totals
}

function addDeparture(
  totals: LaneTotals,
  lanes: Network['lanes'],
  lane: number,
  loads: Loads,
  instance: number,
  scale: number,
): void {
  const parcels = loads.parcels[instance]! * scale
  const m3 = loads.m3[instance]! * scale
  const capacity = lanes.capacityM3[lane]!
  const runs = Number.isFinite(capacity) ? Math.ceil(m3 / capacity) : 0
  const truck = lanes.costPerTruckCents[lane]!
  totals.parcels[lane]! += parcels
  totals.m3[lane]! += m3
  totals.runs[lane]! += runs
  totals.cents[lane]! +=
    (Number.isNaN(truck) ? 0 : runs * truck) +
    parcels * lanes.costPerParcelCents[lane]! +
    loads.kg[instance]! * scale * lanes.costPerKgCents[lane]!
}
