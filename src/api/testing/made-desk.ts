import type { PromiseAnswer, PromiseOffer, PromiseRequest } from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'

/** 2026-03-02 00:00 UTC in epoch minutes. */
export const MADE_NOW = 29_540_160

/** A desk whose answers follow from the numbers of the request alone; every fifth product is out. */
export function madeDesk(productIds: readonly string[], areaIds: readonly string[]): PromiseDesk {
  const numbers = new Map(productIds.map((id, i) => [id, i]))
  const areas = new Map(areaIds.map((id, i) => [id, i]))
  const siteIds = ['FC-"A"', 'FC-B', 'FC-C']
  return {
    siteIdsOf: () => siteIds,
    productIds,
    productOf: (id) => numbers.get(id) ?? -1,
    areaOf: (id) => areas.get(id) ?? -1,
    now: () => MADE_NOW,
    promise: (request) => answerTo(request, siteIds.length),
  }
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
