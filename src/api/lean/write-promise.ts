import type { PromiseOffer, PromiseRequest } from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'
import type { AskedPromise, PromiseBody } from '../schemas/promises.ts'
import { productOfLine, promiseRequestOf } from '../view/promises.ts'

// Writes replies of POST /promises as text, field by field: the same JSON as that of `promiseOne`,
// without objects in between. Ids are escaped once.

/** Answers bodies of POST /promises as JSON; made once for a desk and reused by one thread. */
export interface PromiseWriter {
  /** Undefined where a single request names what the store does not know: that is an error, not a reply. */
  write(body: PromiseBody): string | undefined
  /** The promise of one of many requests at the epoch minute `now`. */
  writeOne(asked: AskedPromise, now: number, withParcels: boolean): string
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
    const head = `{"kind":"${kind}","arriveBy":"${minutes(arriveBy)}","orderBy":"${minutes(orderBy)}","costCents":${Math.round(costCents)},"routeVersion":${quoted.of(parcels[0]!.routeVersion)}`
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
      text += `],"routeVersion":${quoted.of(parcel.routeVersion)},"orderBy":"${minutes(parcel.orderBy)}","shipsBy":"${minutes(parcel.shipsBy)}","arriveBy":"${minutes(parcel.arriveBy)}","costCents":${Math.round(parcel.costCents)},"fromIncoming":${parcel.fromIncoming}}`
    }
    return `${text}]}`
  }
  return {
    writeOne: (asked, now, withParcels) =>
      write(asked, promiseRequestOf(desk, asked, now), withParcels),
    write(body) {
      const now = desk.now()
      const withParcels = body.detail === 'parcels'
      const { requests } = body
      if (requests === undefined) {
        const request = promiseRequestOf(desk, body, now)
        return isKnown(request) ? write(body, request, withParcels) : undefined
      }
      const promises = requests.map((asked) =>
        write(asked, promiseRequestOf(desk, asked, now), withParcels),
      )
      return `{"promises":[${promises.join(',')}]}`
    },
  }
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
