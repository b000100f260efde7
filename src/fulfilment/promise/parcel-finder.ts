import { chargeableKg, type RouteSet } from '../../core/routes/door.ts'
import { handledFrom, handlingNeed } from './handling-book.ts'
import type { PromiseSettings } from './knobs.ts'
import type { PairScan } from './pair-scan.ts'
import type { Part, Supply } from './supplies.ts'
import type { PromiseSources } from './types.ts'

/** A parcel that a site could send: its parts together on one route. */
export interface FoundParcel {
  readonly site: number
  readonly parts: readonly Part[]
  readonly supplies: readonly Supply[]
  readonly route: number
  /** Minutes after the base of the set. */
  readonly orderBy: number
  readonly arriveBy: number
  readonly mills: number
}

/** Finds parcels for one request. */
export interface ParcelFinder {
  readonly sites: number
  /** The parcel of these parts from a site that arrives first; undefined where there is none. */
  earliest(site: number, parts: readonly Part[]): FoundParcel | undefined
  /** The cheapest that arrives by `until` (minutes after the base), or within the window without. */
  cheapest(site: number, parts: readonly Part[], until?: number): FoundParcel | undefined
}

/** What a request looks in. */
export interface FinderContext {
  readonly sources: PromiseSources
  readonly settings: PromiseSettings
  readonly set: RouteSet
  readonly area: number
  readonly now: number
  /** Scans for parcels from shelves, and for those that wait for receipts. */
  readonly scan: PairScan
  readonly scanOfIncoming: PairScan
}

/** A finder of parcels to one area at one moment. */
export function createParcelFinder(context: FinderContext): ParcelFinder {
  const { set, area, settings } = context
  return {
    sites: set.siteIds.length,
    earliest: (site, parts) =>
      find(site, parts, (scan, pair, from, units, kg) => scan.earliest(pair, from, units, kg)),
    cheapest: (site, parts, until) =>
      find(site, parts, (scan, pair, from, units, kg) =>
        scan.cheapest(pair, from, until ?? from + settings.windowMinutes, units, kg),
      ),
  }

  function find(
    site: number,
    parts: readonly Part[],
    look: (scan: PairScan, pair: number, from: number, units: number, kg: number) => number,
  ): FoundParcel | undefined {
    const supplies = suppliesAt(site, parts)
    if (supplies === undefined) return undefined
    const { units, kg, from } = loadOf(context, parts, supplies)
    if (!(from < Infinity)) return undefined
    const scan = supplies.some(({ claims }) => claims.length > 0)
      ? context.scanOfIncoming
      : context.scan
    const pair = area * set.siteIds.length + site
    const route = look(scan, pair, from, units, kg)
    if (route < 0) return undefined
    const { orderBy, arriveBy, mills } = scan.found
    return { site, parts, supplies, route, orderBy, arriveBy, mills }
  }
}

function suppliesAt(site: number, parts: readonly Part[]): readonly Supply[] | undefined {
  const supplies: Supply[] = []
  for (const part of parts) {
    const supply = part.supplies.find((one) => one.site === site)
    if (supply === undefined) return undefined
    supplies.push(supply)
  }
  return supplies
}

/** Room, chargeable weight and first minute (after the base) of a parcel. */
function loadOf(
  { sources: { sizes, handling }, settings, set, now }: FinderContext,
  parts: readonly Part[],
  supplies: readonly Supply[],
): { readonly units: number; readonly kg: number; readonly from: number } {
  let [units, weight, quantity, readyAt] = [0, 0, 0, now]
  parts.forEach((part, i) => {
    units += part.quantity * sizes.words[2 * part.product + 1]!
    weight += part.quantity * sizes.kg[2 * part.product]!
    quantity += part.quantity
    readyAt = Math.max(readyAt, supplies[i]!.readyAt)
  })
  const from =
    handling === undefined
      ? readyAt
      : handledFrom(handling, supplies[0]!.stockSite, readyAt, handlingNeed(handling, quantity))
  return { units, kg: chargeableKg(units, weight, settings.lookUp), from: from - set.baseMinute }
}
