import { chargeableKg, MILLS_PER_CENT, priceRoutes, type RouteSet } from '../../core/routes/door.ts'
import { handledFrom, handlingNeed } from './handling-book.ts'
import type { PromiseSettings } from './knobs.ts'
import type { Part } from './supplies.ts'
import type { PromiseRequest, PromiseSources } from './types.ts'

/** A parcel, a date or a cost as the plain reference finds them. */
export interface PlainParcel {
  readonly site: number
  readonly route: number
  /** Epoch minutes. */
  readonly arriveBy: number
  readonly cents: number
}

export interface PlainAnswer {
  readonly earliest: readonly PlainParcel[]
  readonly cheapest: readonly PlainParcel[]
}

/** Epoch minute by which route `at` of a pair has arrived, as it is promised. */
export type PlainArrival = (pair: number, at: number) => number

/**
 * The reference that promises are held to: every way to part a cart, every site for each parcel,
 * every route of each pair. Undefined where a part cannot be sent at all.
 */
export function promisePlainly(
  sources: PromiseSources,
  settings: PromiseSettings,
  set: RouteSet,
  parts: readonly Part[],
  request: PromiseRequest,
  arrival: PlainArrival,
): PlainAnswer | undefined {
  const parcels = (group: readonly Part[]) =>
    set.siteIds.flatMap((_, site) =>
      parcelsOf(sources, settings, set, group, request, site, arrival),
    )
  const dates = parts.map((part) => Math.min(...parcels([part]).map((p) => p.parcel.arriveBy)))
  const last = Math.max(...dates)
  if (last === Infinity) return undefined
  const all = partings(parts)
  const until = (group: readonly Part[]) =>
    request.delivery === 'whole'
      ? last
      : Math.min(...group.map((part) => dates[parts.indexOf(part)]!))
  const early = all.map((groups) =>
    groups.map((g) => bestOf(parcels(g).filter((p) => p.parcel.arriveBy <= until(g)))),
  )
  const cheap = all.map((groups) =>
    groups.map((g) => bestOf(parcels(g).filter((p) => p.parcel.arriveBy <= p.windowEnd))),
  )
  const earliest = leastOf(early, request.delivery === 'split')!
  return { earliest, cheapest: leastOf(cheap, false) ?? earliest }
}

interface InWindow {
  readonly parcel: PlainParcel
  readonly windowEnd: number
}

function parcelsOf(
  { sizes, room, handling }: PromiseSources,
  settings: PromiseSettings,
  set: RouteSet,
  group: readonly Part[],
  { area, now }: PromiseRequest,
  site: number,
  arrival: PlainArrival,
): readonly InWindow[] {
  const supplies = group.map((part) => part.supplies.find((one) => one.site === site))
  const held = supplies.filter((one) => one !== undefined)
  if (held.length < group.length) return []
  const sum = (of: (part: Part) => number) => group.reduce((total, part) => total + of(part), 0)
  const units = sum((part) => part.quantity * sizes.words[2 * part.product + 1]!)
  const weight = sum((part) => part.quantity * sizes.kg[2 * part.product]!)
  const ready = Math.max(now, ...held.map((supply) => supply.readyAt))
  const need =
    handling &&
    handlingNeed(
      handling,
      sum((part) => part.quantity),
    )
  const from = handling ? handledFrom(handling, held[0]!.stockSite, ready, need!) : ready
  const pair = area * set.siteIds.length + site
  const chargedKg = chargeableKg(units, weight, settings.lookUp)
  const parcel = { now: from, promisedBy: Infinity, units, chargeableKg: chargedKg }
  return priceRoutes(set, room, settings.lookUp, pair, parcel)
    .filter((priced) => priced.refusal === undefined)
    .map((priced) => ({
      parcel: {
        ...{ site, route: priced.at, arriveBy: arrival(pair, priced.at) },
        cents: (priced.mills + priced.fillMills) / MILLS_PER_CENT,
      },
      windowEnd: from + settings.windowMinutes,
    }))
}

/** Least cost; among equals the earlier, the lower site, the lower route. */
function bestOf(parcels: readonly InWindow[]): PlainParcel | undefined {
  return parcels
    .map(({ parcel }) => parcel)
    .toSorted(
      (a, b) =>
        a.cents - b.cents || a.arriveBy - b.arriveBy || a.site - b.site || a.route - b.route,
    )[0]
}

function leastOf(
  ways: readonly (readonly (PlainParcel | undefined)[])[],
  fewestFirst: boolean,
): readonly PlainParcel[] | undefined {
  const whole = ways.filter((way): way is readonly PlainParcel[] => !way.includes(undefined))
  const cents = (way: readonly PlainParcel[]) => way.reduce((sum, parcel) => sum + parcel.cents, 0)
  const count = (way: readonly PlainParcel[]) => (fewestFirst ? way.length : 0)
  return whole.toSorted((a, b) => count(a) - count(b) || cents(a) - cents(b))[0]
}

/** Every way to part a list into groups. */
function partings<T>(all: readonly T[]): readonly (readonly (readonly T[])[])[] {
  const [first, ...rest] = all
  if (first === undefined) return [[]]
  return partings(rest).flatMap((groups) => [
    [[first], ...groups],
    ...groups.map((_, i) => groups.map((group, j) => (i === j ? [first, ...group] : group))),
  ])
}
