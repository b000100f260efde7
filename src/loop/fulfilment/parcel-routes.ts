import {
  type DepartureBook,
  type HeldSet,
  MOST_LEGS,
  type Route,
  type RouteHolder,
  type RouteSet,
  readRoute,
  readRoutes,
  release,
  reserve,
  retake,
  unitsOf,
} from '../../core/routes/door.ts'
import type { OrderParcel } from '../../fulfilment/index.ts'

const MINUTE_MS = 60_000

/** A way that a parcel may take, as it is kept with an order. */
export interface ParcelWay {
  readonly routeVersion: string
  readonly laneIds: readonly string[]
  /** Epoch ms. */
  readonly pickBy: number
  readonly shipsBy: number
  readonly arriveBy: number
  /** Slots of its departures in the book. */
  readonly slots: readonly number[]
}

/** Route `at` of a pair in words and times. */
export function wayOf(set: RouteSet, site: number, area: number, at: number): ParcelWay {
  return describeRoute(set, readRoute(set, area * set.siteIds.length + site, at))
}

function describeRoute(set: RouteSet, { orderBy, arriveBy, legs }: Route): ParcelWay {
  const { lane, minute } = set.departures
  const ms = (at: number) => (set.baseMinute + at) * MINUTE_MS
  return {
    routeVersion: set.version,
    laneIds: legs.map((slot) => set.laneIds[lane[slot]!]!),
    pickBy: ms(orderBy),
    shipsBy: minute[legs[0]!]! * MINUTE_MS,
    arriveBy: ms(arriveBy),
    slots: legs,
  }
}

/** Room on departures, and route versions, that parcels on their way hold. */
export interface TakenRoom {
  /** Takes the room of a parcel; false, and nothing taken, where a departure is full. */
  take(parcelId: string, way: ParcelWay, m3: number, held: HeldSet | undefined): boolean
  /** Gives it back: the parcel does not go, or has gone. */
  give(parcelId: string, hasGone: boolean): void
  /**
   * Takes the room of parcels in the place of that of others: undefined, and nothing changed, where a
   * departure is full. What it returns is told once whether they do go this way; if not, the others
   * have their room again.
   */
  replace(
    old: readonly string[],
    parcels: readonly NewParcel[],
  ): ((isDone: boolean) => void) | undefined
  /** Does work that sees the room of these parcels as free; it must not wait for anything. */
  without<Result>(parcelIds: readonly string[], work: () => Result): Result
  /** Slots of the departures that a parcel goes by; undefined where its way is not known any more. */
  slotsOf(parcelId: string): readonly number[] | undefined
  /** Takes again what an order of an earlier run holds, where its route is still in the set. */
  restore(parcel: OrderParcel, set: RouteSet, site: number, area: number): void
}

/** A parcel that is to take room. */
export interface NewParcel {
  readonly parcelId: string
  readonly way: ParcelWay
  readonly m3: number
  readonly held: HeldSet
}

interface Taken {
  readonly slots: readonly number[]
  readonly units: number
  readonly held: HeldSet | undefined
}

export function createTakenRoom(book: DepartureBook, holder: RouteHolder): TakenRoom {
  const taken = new Map<string, Taken>()
  const take = (parcelId: string, slots: readonly number[], m3: number, held?: HeldSet) => {
    const units = unitsOf(m3)
    if (!reserve(book, slots, slots.length, units)) return false
    if (held !== undefined) holder.keep(held)
    taken.set(parcelId, { slots, units, held })
    return true
  }
  const give = (parcelId: string, hasGone: boolean) => {
    const own = taken.get(parcelId)
    if (own === undefined) return
    taken.delete(parcelId)
    // What has left fills its truck for good.
    if (!hasGone) release(book, own.slots, own.slots.length, own.units)
    if (own.held !== undefined) holder.letGo(own.held)
  }
  const without = <Result>(parcelIds: readonly string[], work: () => Result): Result => {
    const own = parcelIds.flatMap((id) => taken.get(id) ?? [])
    for (const { slots, units } of own) release(book, slots, slots.length, units)
    try {
      return work()
    } finally {
      for (const { slots, units } of own) retake(book, slots, slots.length, units)
    }
  }
  return {
    take: (parcelId, way, m3, held) => take(parcelId, way.slots, m3, held),
    give,
    without,
    slotsOf: (parcelId) => taken.get(parcelId)?.slots,
    replace(old, parcels) {
      const own = old.flatMap((id) => taken.get(id) ?? [])
      const done: string[] = []
      const takeBack = () => {
        for (const parcelId of done) give(parcelId, false)
        for (const { slots, units } of own) retake(book, slots, slots.length, units)
      }
      for (const { slots, units } of own) release(book, slots, slots.length, units)
      for (const { parcelId, way, m3, held } of parcels) {
        if (!take(parcelId, way.slots, m3, held)) {
          takeBack()
          return undefined
        }
        done.push(parcelId)
      }
      return (isDone) => {
        if (!isDone) takeBack()
        else {
          for (const id of old) taken.delete(id)
          for (const { held } of own) if (held !== undefined) holder.letGo(held)
        }
      }
    },
    restore(parcel, set, site, area) {
      const routes = readRoutes(set, area * set.siteIds.length + site)
      const same = routes
        .map((route) => describeRoute(set, route))
        .find(
          ({ laneIds, shipsBy, arriveBy }) =>
            shipsBy === parcel.shipsBy &&
            arriveBy === parcel.arriveBy &&
            laneIds.join() === parcel.laneIds.join(),
        )
      if (same !== undefined) take(parcel.parcelId, same.slots.slice(0, MOST_LEGS), parcel.m3)
    },
  }
}
