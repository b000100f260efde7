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
import type { LiveHandling } from './live-handling.ts'

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

/** Room on departures and in buildings, and route versions, that parcels on their way hold. */
export interface TakenRoom {
  /** Takes the room of a parcel; false, and nothing taken, where a departure or its building is full. */
  take(parcel: NewParcel): boolean
  /** Gives it back: the parcel does not go, or has gone. */
  give(parcelId: string, hasGone: boolean): void
  /**
   * Takes the room of parcels in the place of that of others: undefined, and nothing changed, where
   * there is too little. What it returns is told once whether they do go this way; if not, the others
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
  readonly parcel: Pick<OrderParcel, 'parcelId' | 'siteId' | 'lines' | 'm3'>
  readonly way: ParcelWay
  /** Absent where the set that it was routed by is not served any more. */
  readonly held?: HeldSet
}

/** What room is taken in. */
export interface RoomParts {
  readonly book: DepartureBook
  readonly holder: RouteHolder
  readonly handling: LiveHandling
  /** Number of a site in the stock book. */
  readonly siteOf: (siteId: string) => number
  readonly clock: () => number
}

export function createTakenRoom(parts: RoomParts): TakenRoom {
  return new Room(parts)
}

interface Taken {
  readonly slots: readonly number[]
  readonly units: number
  readonly held: HeldSet | undefined
}

class Room implements TakenRoom {
  private readonly parts: RoomParts
  private readonly taken = new Map<string, Taken>()

  constructor(parts: RoomParts) {
    this.parts = parts
  }

  take({ parcel, way, held }: NewParcel): boolean {
    const { book, holder, handling, siteOf, clock } = this.parts
    const { parcelId, siteId, lines, m3 } = parcel
    const { slots } = way
    const units = unitsOf(m3)
    if (!reserve(book, slots, slots.length, units)) return false
    const pieces = lines.reduce((sum, { quantity }) => sum + quantity, 0)
    if (!handling.take(parcelId, siteOf(siteId), pieces, clock(), way.pickBy)) {
      release(book, slots, slots.length, units)
      return false
    }
    if (held !== undefined) holder.keep(held)
    this.taken.set(parcelId, { slots, units, held })
    return true
  }

  give(parcelId: string, hasGone: boolean): void {
    const own = this.taken.get(parcelId)
    if (own === undefined) return
    this.taken.delete(parcelId)
    // What has left fills its truck, and the hours in which it was picked, for good.
    if (!hasGone) {
      this.release([own])
      this.parts.handling.suspend([parcelId])
    }
    this.parts.handling.drop([parcelId])
    if (own.held !== undefined) this.parts.holder.letGo(own.held)
  }

  replace(
    old: readonly string[],
    parcels: readonly NewParcel[],
  ): ((isDone: boolean) => void) | undefined {
    const { handling, holder } = this.parts
    const own = this.of(old)
    const done: string[] = []
    const takeBack = () => {
      for (const parcelId of done) this.give(parcelId, false)
      this.retake(own)
      handling.resume(old)
    }
    this.release(own)
    handling.suspend(old)
    for (const wanted of parcels) {
      if (!this.take(wanted)) {
        takeBack()
        return undefined
      }
      done.push(wanted.parcel.parcelId)
    }
    return (isDone) => {
      if (!isDone) return takeBack()
      handling.drop(old)
      for (const id of old) this.taken.delete(id)
      for (const { held } of own) if (held !== undefined) holder.letGo(held)
    }
  }

  without<Result>(parcelIds: readonly string[], work: () => Result): Result {
    const own = this.of(parcelIds)
    this.release(own)
    this.parts.handling.suspend(parcelIds)
    try {
      return work()
    } finally {
      this.retake(own)
      this.parts.handling.resume(parcelIds)
    }
  }

  slotsOf(parcelId: string): readonly number[] | undefined {
    return this.taken.get(parcelId)?.slots
  }

  restore(parcel: OrderParcel, set: RouteSet, site: number, area: number): void {
    const routes = readRoutes(set, area * set.siteIds.length + site)
    const same = routes
      .map((route) => describeRoute(set, route))
      .find(
        ({ laneIds, shipsBy, arriveBy }) =>
          shipsBy === parcel.shipsBy &&
          arriveBy === parcel.arriveBy &&
          laneIds.join() === parcel.laneIds.join(),
      )
    if (same === undefined) return
    this.take({ parcel, way: { ...same, slots: same.slots.slice(0, MOST_LEGS) } })
  }

  private of(parcelIds: readonly string[]): readonly Taken[] {
    return parcelIds.flatMap((id) => this.taken.get(id) ?? [])
  }

  private release(own: readonly Taken[]): void {
    for (const { slots, units } of own) release(this.parts.book, slots, slots.length, units)
  }

  private retake(own: readonly Taken[]): void {
    for (const { slots, units } of own) retake(this.parts.book, slots, slots.length, units)
  }
}
