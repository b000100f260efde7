import { blockOf, MILLS_PER_CENT, MOST_LEGS, type RouteSet } from '../../core/routes/door.ts'
import { type PromiseOffer, type PromiseRequest, promise } from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'
import { type AskedPromise, MOST_PROMISES, type PromiseBody } from '../schemas/promises.ts'
import { productOfLine, promiseRequestOf } from '../view/promises.ts'

// Writes replies of POST /promises as text, field by field: the same JSON as that of `promiseOne`,
// without objects in between. Ids are escaped once.

/** Answers bodies of POST /promises as JSON; made once for a desk and reused by one thread. */
export interface PromiseWriter {
  /** Undefined where a single request names what the store does not know: that is an error, not a reply. */
  write(body: PromiseBody): string | undefined
}

export function createPromiseWriter(desk: PromiseDesk): PromiseWriter {
  const quoted = new Quoted()
  const minutes = createMinuteWriter()
  const write = (asked: AskedPromise, request: PromiseRequest, withParcels: boolean): string => {
    const { earliest, cheapest, blockedBy } = desk.promise(request)
    if (blockedBy !== undefined) {
      const product = productOfLine(asked, blockedBy.line)
      const productId = product === null ? 'null' : quoted.of(product)
      return `{"earliest":null,"cheapest":null,"blockedBy":{"block":"${blockedBy.block}","productId":${productId}}}`
    }
    const siteIds = withParcels ? desk.routesOf(request.area).siteIds : undefined
    const first = offer(earliest, siteIds)
    const second = cheapest === earliest ? first : offer(cheapest, siteIds)
    return `{"earliest":${first},"cheapest":${second},"blockedBy":null}`
  }
  const offer = (
    given: PromiseOffer | undefined,
    siteIds: readonly string[] | undefined,
  ): string => {
    if (given === undefined) return 'null'
    const { kind, arriveBy, orderBy, costCents, parcels } = given
    const head = `{"kind":"${kind}","arriveBy":"${minutes(arriveBy)}","orderBy":"${minutes(orderBy)}","costCents":${costCents},"routeVersion":${quoted.of(parcels[0]!.routeVersion)}`
    if (siteIds === undefined) return `${head}}`
    let text = `${head},"parcels":[`
    for (let i = 0; i < parcels.length; i++) {
      const parcel = parcels[i]!
      text += i === 0 ? '{"siteId":' : ',{"siteId":'
      text += `${quoted.of(siteIds[parcel.site]!)},"lines":[`
      for (let k = 0; k < parcel.lines.length; k++) {
        const { product, quantity } = parcel.lines[k]!
        text += k === 0 ? '{"productId":' : ',{"productId":'
        text += `${quoted.of(desk.productIds[product]!)},"quantity":${quantity}}`
      }
      text += `],"routeVersion":${quoted.of(parcel.routeVersion)},"orderBy":"${minutes(parcel.orderBy)}","shipsBy":"${minutes(parcel.shipsBy)}","arriveBy":"${minutes(parcel.arriveBy)}","costCents":${parcel.costCents},"fromIncoming":${parcel.fromIncoming}}`
    }
    return `${text}]}`
  }
  const columns = promise.createPromiseBatch(MOST_PROMISES)
  /** The offer of one parcel from a shelf: row `i` of the columns, found again in its route set. */
  const shelfOffer = (
    asked: AskedPromise,
    set: RouteSet,
    i: number,
    [site, route, arriveBy, mills]: OfferColumns,
    withParcels: boolean,
  ): string => {
    const [at, number] = [site[i]!, route[i]!]
    const pair = columns.area[i]! * set.siteIds.length + at
    const [words, start] = blockOf(set, pair)
    const orderBy = minutes(set.baseMinute + (words[start + 2 * number]! & 0xffff))
    const by = minutes(arriveBy[i]!)
    const cost = mills[i]! / MILLS_PER_CENT
    const version = quoted.of(set.version)
    const head = `{"kind":"${asked.kind}","arriveBy":"${by}","orderBy":"${orderBy}","costCents":${cost},"routeVersion":${version}`
    if (!withParcels) return `${head}}`
    const firstLeg = words[start + 2 * set.index[2 * pair + 1]! + MOST_LEGS * number]! - 1
    const shipsBy = minutes(set.departures.minute[firstLeg]!)
    return `${head},"parcels":[{"siteId":${quoted.of(set.siteIds[at]!)},"lines":[{"productId":${quoted.of(asked.productId!)},"quantity":${columns.quantity[i]!}}],"routeVersion":${version},"orderBy":"${orderBy}","shipsBy":"${shipsBy}","arriveBy":"${by}","costCents":${cost},"fromIncoming":false}]}`
  }
  const early = offerColumns(columns, 'earliest')
  const cheap = offerColumns(columns, 'cheapest')
  const writeRow = (asked: AskedPromise, i: number, now: number, withParcels: boolean): string => {
    if (columns.code[i] !== promise.OFFERED) {
      return write(asked, promiseRequestOf(desk, asked, now), withParcels)
    }
    const set = desk.routesOf(columns.area[i]!)
    const first = shelfOffer(asked, set, i, early, withParcels)
    const isSame = early[0][i] === cheap[0][i] && early[1][i] === cheap[1][i]
    const second = isSame ? first : shelfOffer(asked, set, i, cheap, withParcels)
    return `{"earliest":${first},"cheapest":${second},"blockedBy":null}`
  }
  /** Asks in columns; carts and strangers stand there as product −1, which is never decided. */
  const ask = (requests: readonly AskedPromise[], now: number) => {
    for (let i = 0; i < requests.length; i++) {
      const { productId, quantity = 1, areaId, kind } = requests[i]!
      columns.product[i] = productId === undefined ? -1 : desk.productOf(productId)
      columns.quantity[i] = quantity
      columns.area[i] = desk.areaOf(areaId!)
      columns.now[i] = now
      columns.kind[i] = kind === 'guaranteed' ? 0 : 1
    }
    desk.promiseMany(columns, requests.length)
  }
  return {
    write(body) {
      const now = desk.now()
      const withParcels = body.detail === 'parcels'
      const { requests } = body
      if (requests === undefined) {
        ask([body], now)
        if (columns.code[0] === promise.OFFERED) return writeRow(body, 0, now, withParcels)
        const request = promiseRequestOf(desk, body, now)
        return isKnown(request) ? write(body, request, withParcels) : undefined
      }
      ask(requests, now)
      let text = '{"promises":['
      for (let i = 0; i < requests.length; i++) {
        if (i > 0) text += ','
        text += writeRow(requests[i]!, i, now, withParcels)
      }
      return `${text}]}`
    },
  }
}

/** Columns of one of the offers: site, route, arrive-by, mills. */
type OfferColumns = readonly [Int32Array, Int32Array, Int32Array, Float64Array]

function offerColumns(batch: promise.PromiseBatch, name: 'earliest' | 'cheapest'): OfferColumns {
  return name === 'earliest'
    ? [batch.earliestSite, batch.earliestRoute, batch.earliestArriveBy, batch.earliestMills]
    : [batch.cheapestSite, batch.cheapestRoute, batch.cheapestArriveBy, batch.cheapestMills]
}

function isKnown({ area, lines }: PromiseRequest): boolean {
  if (area < 0) return false
  for (const { product } of lines) if (product < 0) return false
  return true
}

/** Ids as JSON strings, the last ones kept. */
class Quoted {
  private known = new Map<string, string>()

  of(id: string): string {
    const found = this.known.get(id)
    if (found !== undefined) return found
    if (this.known.size >= MOST_QUOTED) this.known = new Map()
    const quoted = JSON.stringify(id)
    this.known.set(id, quoted)
    return quoted
  }
}

/** Some megabytes. */
const MOST_QUOTED = 100_000
const DAY_MINUTES = 1440

/** Epoch minutes as ISO 8601: the days met last and the minutes of a day are texts already. */
function createMinuteWriter(): (minute: number) => string {
  const two = (value: number) => String(value).padStart(2, '0')
  const times = Array.from(
    { length: DAY_MINUTES },
    (_, minute) => `T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00Z`,
  )
  let days = new Map<number, string>()
  return (minute) => {
    const day = Math.floor(minute / DAY_MINUTES)
    let name = days.get(day)
    if (name === undefined) {
      if (days.size > 1000) days = new Map()
      name = new Date(day * DAY_MINUTES * 60_000).toISOString().slice(0, 10)
      days.set(day, name)
    }
    return name + times[minute - day * DAY_MINUTES]!
  }
}
