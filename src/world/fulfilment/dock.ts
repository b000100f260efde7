import { type DockedParcel, fillTruck } from '../../fulfilment/index.ts'
import type { NetworkWorld } from '../network/replay/input.ts'
import type { Journeys } from '../network/replay/journey.ts'
import type { RouteTable } from '../network/replay/router.ts'
import {
  departureMinute,
  nextDeparture,
  type ReplayTimetable,
} from '../network/replay/timetable.ts'
import { pastLoads } from './past-loads.ts'

/** A parcel that is packed. */
export interface PackedParcel {
  readonly centre: number
  readonly area: number
  readonly ready: number
  readonly m3: number
  readonly kg: number
  readonly promisedBy: number
  /** Orders that travel in it. */
  readonly orders: readonly number[]
}

/** The docks of all centres: parcels wait there until their departure closes. */
export interface Dock {
  /** Puts a parcel where its first departure will find it. */
  put(parcel: PackedParcel): void
  /** Closes the earliest departure with parcels that closes by `minute`; false where there is none. */
  closeNext(minute: number): boolean
}

export interface DockOptions {
  /** Minutes that a parcel that waits must still have; undefined: nobody waits. */
  readonly waitMarginMinutes: number | undefined
  /** Tells when a parcel arrived. */
  onArrival(parcel: PackedParcel, minute: number): void
}

/** Docks over the journeys of a replay; what waits takes the next departure of the same lane. */
export function createDock(
  world: NetworkWorld,
  routes: RouteTable,
  timetable: ReplayTimetable,
  journeys: Journeys,
  { waitMarginMinutes, onArrival }: DockOptions,
): Dock {
  const { lanes, areas } = world.network
  const scale = world.params.ordersPerReplayed
  const staged = new Map<number, PackedParcel[]>()
  const closing: { readonly minute: number; readonly instance: number; readonly lane: number }[] =
    []
  /** Load that came to each departure by itself, what waited before left out. */
  const fresh = new Float64Array(timetable.closes.length * timetable.weeks)

  const firstLane = ({ centre, area }: PackedParcel) =>
    routes.lanes[routes.starts[centre * areas.ids.length + area]!]!
  const closes = (instance: number) =>
    departureMinute(timetable, instance) - timetable.cutoff[Math.floor(instance / timetable.weeks)]!

  function stage(parcel: PackedParcel, from: number, isFresh: boolean): void {
    const lane = firstLane(parcel)
    const instance = nextDeparture(timetable, lane, from)
    if (isFresh) fresh[instance]! += parcel.m3 * scale
    const list = staged.get(instance)
    if (list !== undefined) list.push(parcel)
    else {
      staged.set(instance, [parcel])
      insert({ minute: closes(instance), instance, lane })
    }
  }

  function insert(entry: (typeof closing)[number]): void {
    let at = closing.length
    while (at > 0 && closing[at - 1]!.minute < entry.minute) at--
    closing.splice(at, 0, entry)
  }

  function send(parcel: PackedParcel, from: number): void {
    const { centre, area, m3, kg } = parcel
    onArrival(parcel, journeys.travel(centre, area, from, m3, kg))
  }

  function close(instance: number, lane: number, minute: number): void {
    const parcels = staged.get(instance)!
    staged.delete(instance)
    const next = nextDeparture(timetable, lane, minute + 1)
    const docked = parcels.map((parcel): DockedParcel => {
      const by = journeys.promise(parcel.centre, parcel.area, minute + 1)
      const slackMinutes = parcel.promisedBy - by
      return { m3: parcel.m3 * scale, slackMinutes, mayWait: slackMinutes >= waitMarginMinutes! }
    })
    const { goes, waits } = fillTruck(
      {
        truckM3: lanes.capacityM3[lane]!,
        truckCents: lanes.costPerTruckCents[lane]!,
        pastLoadsM3: pastLoads(timetable, fresh, lane, next, minute - 1),
      },
      docked,
    )
    for (const index of goes) send(parcels[index]!, minute)
    for (const index of waits) stage(parcels[index]!, minute + 1, false)
  }

  return {
    put(parcel) {
      if (waitMarginMinutes === undefined) send(parcel, parcel.ready)
      else stage(parcel, parcel.ready, true)
    },
    closeNext(minute) {
      const entry = closing.at(-1)
      if (entry === undefined || entry.minute > minute) return false
      closing.pop()
      close(entry.instance, entry.lane, entry.minute)
      return true
    },
  }
}
