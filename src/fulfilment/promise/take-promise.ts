import { pairOf, type RouteSet, readRoute, release, reserve } from '../../core/routes/door.ts'
import { giveHandling, type HandlingTaken, handlingNeed, takeHandling } from './handling-book.ts'
import type { PromisedParcel, PromiseOffer, PromiseSources } from './types.ts'

/** Room that one parcel holds on its departures and in its building. */
interface TakenParcel {
  readonly slots: readonly number[]
  readonly units: number
  readonly handling: HandlingTaken | undefined
}

/** Room that an offer holds; keep it to give it back. */
export interface TakenPromise {
  readonly parcels: readonly TakenParcel[]
}

/** What stood in the way of an offer: a departure or a building filled since it was made. */
export interface NotTaken {
  readonly parcel: number
  readonly lacks: 'departure' | 'handling'
}

/**
 * Takes the room of an offer on all departures and in all buildings, or nothing: then it says what
 * another took meanwhile, and the order is promised anew. Units of stock are reserved at the stock
 * keeper, those of receipts at the receipt book. `now` in epoch minutes.
 */
export function takePromise(
  sources: PromiseSources,
  set: RouteSet,
  area: number,
  offer: PromiseOffer,
  now: number,
): TakenPromise | NotTaken {
  const parcels: TakenParcel[] = []
  for (const [i, parcel] of offer.parcels.entries()) {
    const taken = takeParcel(sources, set, area, parcel, now)
    if (typeof taken !== 'string') {
      parcels.push(taken)
      continue
    }
    givePromise(sources, { parcels })
    return { parcel: i, lacks: taken }
  }
  return { parcels }
}

/** Gives back the room of an offer: the order was cancelled, or goes another way. */
export function givePromise({ room, handling }: PromiseSources, { parcels }: TakenPromise): void {
  for (const parcel of parcels) {
    release(room, parcel.slots, parcel.slots.length, parcel.units)
    if (handling !== undefined && parcel.handling !== undefined) {
      giveHandling(handling, parcel.handling)
    }
  }
}

function takeParcel(
  { room, handling, sizes, stock }: PromiseSources,
  set: RouteSet,
  area: number,
  { site, route, lines, orderBy }: PromisedParcel,
  now: number,
): TakenParcel | NotTaken['lacks'] {
  const slots = readRoute(set, pairOf(set, site, area), route).legs
  let [units, quantity] = [0, 0]
  for (const line of lines) {
    units += line.quantity * sizes.words[2 * line.product + 1]!
    quantity += line.quantity
  }
  if (!reserve(room, slots, slots.length, units)) return 'departure'
  if (handling === undefined) return { slots, units, handling: undefined }
  const stockSite = stock.siteOf(set.siteIds[site]!)
  const need = handlingNeed(handling, quantity)
  const taken = takeHandling(handling, stockSite, now, orderBy, need)
  if (taken !== undefined) return { slots, units, handling: taken }
  release(room, slots, slots.length, units)
  return 'handling'
}
