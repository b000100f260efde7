import type { StorewrightError } from '../../core/errors.ts'
import type { PromiseOffer, PromiseRequest } from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'
import { HttpError } from '../error-reply.ts'
import type { AskedPromise, PromiseBody, PromiseReply } from '../schemas/promises.ts'

/** A request in dense numbers; those of unknown products and areas are −1. */
export function promiseRequestOf(
  desk: PromiseDesk,
  { areaId, productId, quantity = 1, lines, kind, delivery }: AskedPromise,
  now: number,
): PromiseRequest {
  return {
    lines:
      lines === undefined
        ? [{ product: desk.productOf(productId!), quantity }]
        : lines.map((line) => ({
            product: desk.productOf(line.productId),
            quantity: line.quantity,
          })),
    area: desk.areaOf(areaId!),
    now,
    kind,
    delivery,
  }
}

/** Answers one request as the API shows it. */
export function promiseOne(
  desk: PromiseDesk,
  asked: AskedPromise,
  detail: PromiseBody['detail'],
  now = desk.now(),
): PromiseReply {
  const request = promiseRequestOf(desk, asked, now)
  const { earliest, cheapest, blockedBy } = desk.promise(request)
  const siteIds = blockedBy === undefined ? desk.routesOf(request.area).siteIds : []
  const names = { siteIds, productIds: desk.productIds }
  return {
    earliest: earliest === undefined ? null : offerOf(names, earliest, detail),
    cheapest: cheapest === undefined ? null : offerOf(names, cheapest, detail),
    blockedBy:
      blockedBy === undefined
        ? null
        : { block: blockedBy.block, productId: productOfLine(asked, blockedBy.line) },
  }
}

/** Throws ERR_NOT_FOUND (404) where the request as a whole names what the store does not know. */
export function requireKnown(desk: PromiseDesk, asked: AskedPromise, part: string): void {
  const { areaId, productId, lines } = asked
  if (areaId !== undefined && desk.areaOf(areaId) < 0) throw unknownArea(areaId, part)
  if (productId !== undefined && desk.productOf(productId) < 0) {
    throw unknownProduct(productId, `${part}.productId`)
  }
  lines?.forEach((line, i) => {
    if (desk.productOf(line.productId) >= 0) return
    throw unknownProduct(line.productId, `${part}.lines.${i}.productId`)
  })
}

export function unknownArea(areaId: string, part: string): StorewrightError {
  return new HttpError(404, 'ERR_NOT_FOUND', `the store ships to no area ${areaId}`, {
    column: `${part}.areaId`,
    next: 'Areas are those of the table areas that the network is planned by.',
  })
}

export function unknownProduct(productId: string, column: string): StorewrightError {
  return new HttpError(404, 'ERR_NOT_FOUND', `there is no product ${productId}`, {
    column,
    next: 'New products are known after the next import.',
  })
}

/** Product of the line that stands in the way. */
export function productOfLine(
  { productId, lines }: AskedPromise,
  line: number | undefined,
): string | null {
  if (line === undefined) return null
  return lines?.[line]?.productId ?? productId ?? null
}

interface Names {
  readonly siteIds: readonly string[]
  readonly productIds: readonly string[]
}

function offerOf(
  names: Names,
  { kind, arriveBy, orderBy, costCents, parcels }: PromiseOffer,
  detail: PromiseBody['detail'],
): NonNullable<PromiseReply['earliest']> {
  return {
    kind,
    arriveBy: isoMinute(arriveBy),
    orderBy: isoMinute(orderBy),
    costCents: Math.round(costCents),
    routeVersion: parcels[0]!.routeVersion,
    ...(detail === 'dates' ? {} : { parcels: parcels.map((parcel) => parcelOf(names, parcel)) }),
  }
}

function parcelOf(names: Names, parcel: PromiseOffer['parcels'][number]) {
  return {
    siteId: names.siteIds[parcel.site]!,
    lines: parcel.lines.map(({ product, quantity }) => ({
      productId: names.productIds[product]!,
      quantity,
    })),
    routeVersion: parcel.routeVersion,
    orderBy: isoMinute(parcel.orderBy),
    shipsBy: isoMinute(parcel.shipsBy),
    arriveBy: isoMinute(parcel.arriveBy),
    costCents: Math.round(parcel.costCents),
    fromIncoming: parcel.fromIncoming,
  }
}

/** An epoch minute as ISO 8601 in UTC, such as 2026-11-26T10:40:00Z. */
function isoMinute(minute: number): string {
  return `${new Date(minute * 60_000).toISOString().slice(0, 19)}Z`
}
