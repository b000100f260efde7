import { type RouteSet, readRoute, routeCount } from '../../core/routes/door.ts'
import { MADE_BASE, makeRouteSet } from '../../core/routes/testing/made-sets.ts'
import {
  type PromiseAnswer,
  type PromiseOffer,
  type PromiseRequest,
  promise,
} from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'

/**
 * A desk whose answers follow from the numbers of the request alone. Single products are offered from
 * made routes, in columns and as objects alike; every fifth product is out.
 */
export function madeDesk(productIds: readonly string[], areaIds: readonly string[]): PromiseDesk {
  const numbers = new Map(productIds.map((id, i) => [id, i]))
  const areas = new Map(areaIds.map((id, i) => [id, i]))
  const size = { sites: 3, areas: areaIds.length, routes: 9, departures: 60 }
  const made = makeRouteSet(7, { ...size, version: 'v"1' }).set
  const set: RouteSet = { ...made, siteIds: ['FC-"A"', 'FC-B', 'FC-C'] }
  const desk: PromiseDesk = {
    routesOf: () => set,
    productIds,
    productOf: (id) => numbers.get(id) ?? -1,
    areaOf: (id) => areas.get(id) ?? -1,
    now: () => MADE_BASE,
    promise: (request) => shelfAnswer(set, request) ?? answerTo(request, set.siteIds.length),
    promiseMany(batch, length) {
      for (let i = 0; i < length; i++) {
        const [product, area] = [batch.product[i]!, batch.area[i]!]
        const chosen = product < 0 || area < 0 ? undefined : chosenRoutes(set, product, area)
        batch.code[i] = chosen === undefined ? promise.UNDECIDED : promise.OFFERED
        if (chosen === undefined) continue
        const { site, pair, earliest, cheapest } = chosen
        const minute = (at: number) => set.baseMinute + readRoute(set, pair, at).arriveBy
        ;[batch.earliestSite[i], batch.cheapestSite[i]] = [site, site]
        ;[batch.earliestRoute[i], batch.cheapestRoute[i]] = [earliest, cheapest]
        ;[batch.earliestArriveBy[i], batch.cheapestArriveBy[i]] = [
          minute(earliest),
          minute(cheapest),
        ]
        ;[batch.earliestMills[i], batch.cheapestMills[i]] = [3995 + earliest, 3995 + cheapest]
      }
    },
  }
  return desk
}

/** Where a single product comes from; undefined where it is out, or has no route. */
function chosenRoutes(set: RouteSet, product: number, area: number) {
  const site = product % set.siteIds.length
  const pair = area * set.siteIds.length + site
  const count = routeCount(set, pair)
  if (product % 5 === 4 || count === 0) return undefined
  const earliest = product % count
  return { site, pair, earliest, cheapest: product % 2 === 0 ? earliest : (product + 1) % count }
}

function shelfAnswer(set: RouteSet, request: PromiseRequest): PromiseAnswer | undefined {
  const [line] = request.lines
  const isSingle = request.lines.length === 1 && line!.product >= 0 && request.area >= 0
  const chosen = isSingle ? chosenRoutes(set, line!.product, request.area) : undefined
  if (chosen === undefined) return undefined
  const offer = (at: number): PromiseOffer => {
    const { orderBy, arriveBy, legs } = readRoute(set, chosen.pair, at)
    const dates = { orderBy: set.baseMinute + orderBy, arriveBy: set.baseMinute + arriveBy }
    const parcel = {
      ...{ site: chosen.site, lines: [line!], routeVersion: set.version, route: at, ...dates },
      ...{ shipsBy: set.departures.minute[legs[0]!]!, costCents: (3995 + at) / 10 },
      ...{ fromIncoming: false, claims: [] },
    }
    return { kind: request.kind, ...dates, costCents: parcel.costCents, parcels: [parcel] }
  }
  const { earliest, cheapest } = chosen
  return { earliest: offer(earliest), cheapest: offer(cheapest), blockedBy: undefined }
}

function answerTo(request: PromiseRequest, sites: number): PromiseAnswer {
  const none = { earliest: undefined, cheapest: undefined }
  const unknown = request.lines.findIndex(({ product }) => product < 0)
  if (unknown >= 0) return { ...none, blockedBy: { block: 'unknown-product', line: unknown } }
  if (request.area < 0) return { ...none, blockedBy: { block: 'unknown-area', line: undefined } }
  const out = request.lines.findIndex(({ product }) => product % 5 === 4)
  if (out >= 0) return { ...none, blockedBy: { block: 'no-stock', line: out } }
  const earliest = offerTo(request, sites, 1)
  const same = request.lines[0]!.product % 2 === 0
  return { earliest, cheapest: same ? earliest : offerTo(request, sites, 2), blockedBy: undefined }
}

function offerTo(request: PromiseRequest, sites: number, days: number): PromiseOffer {
  const { kind, now, lines } = request
  const parcels = lines.map((line, i) => ({
    site: (line.product + i) % sites,
    lines: [line],
    routeVersion: `v"${request.area}`,
    route: 0,
    orderBy: now + 61,
    shipsBy: now + 601,
    arriveBy: now + 1440 * days + 7 * i + line.product,
    costCents: 399.5 + line.quantity,
    fromIncoming: line.product % 3 === 0,
    claims: [],
  }))
  const arriveBy = Math.max(...parcels.map((parcel) => parcel.arriveBy))
  const costCents = parcels.reduce((sum, parcel) => sum + parcel.costCents, 0)
  return { kind, arriveBy, orderBy: now + 61, costCents, parcels }
}
