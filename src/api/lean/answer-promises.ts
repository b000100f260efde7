import { blockOf, MILLS_PER_CENT, MOST_LEGS, type RouteSet } from '../../core/routes/door.ts'
import { promise } from '../../fulfilment/index.ts'
import type { PromiseDesk } from '../../loop/index.ts'
import { type AskedPromise, MOST_PROMISES } from '../schemas/promises.ts'
import { type ByteWriter, bytesOfText } from './byte-writer.ts'
import { IdBytes } from './id-bytes.ts'
import { parsePromiseBody } from './parse-promise.ts'
import { ScannedPromises, scanPromises } from './scan-promises.ts'
import { createPromiseWriter } from './write-promise.ts'

// From the bytes of a request to those of its reply: single products are read, decided and written in
// columns, without objects or strings in between. Carts, and what columns cannot decide, take
// the writer of texts; what neither takes is for the schema.

/** Answers bodies of POST /promises; made once for a desk and used by one thread. */
export interface PromiseAnswerer {
  /**
   * Writes the reply to a body and says how many promises are in it. 0, with nothing written, where the
   * body is not plainly right or a single request names what the store does not know.
   */
  answer(body: Buffer, out: ByteWriter): number
}

export function createPromiseAnswerer(desk: PromiseDesk): PromiseAnswerer {
  const writer = createPromiseWriter(desk)
  const scanned = new ScannedPromises()
  const columns = promise.createPromiseBatch(MOST_PROMISES)
  const products = new IdBytes((id) => desk.productOf(id))
  const areas = new IdBytes((id) => desk.areaOf(id))
  const writeOffered = createOfferWriter(columns, scanned)
  const ask = (body: Buffer, now: number) => {
    const { count, productFrom, productTo, areaFrom, areaTo } = scanned
    for (let i = 0; i < count; i++) {
      columns.product[i] = products.of(body, productFrom[i]!, productTo[i]!)
      columns.area[i] = areas.of(body, areaFrom[i]!, areaTo[i]!)
      columns.quantity[i] = scanned.quantity[i]!
      columns.kind[i] = scanned.kind[i]!
      columns.now[i] = now
    }
    desk.promiseMany(columns, count)
  }
  const writeRow = (body: Buffer, i: number, now: number, out: ByteWriter): boolean => {
    if (columns.code[i] === promise.OFFERED) {
      writeOffered(body, i, desk.routesOf(columns.area[i]!), out)
      return true
    }
    if (!scanned.isBatch && (columns.product[i]! < 0 || columns.area[i]! < 0)) return false
    out.text(writer.writeOne(askedAt(scanned, body, i), now, scanned.detail === 'parcels'))
    return true
  }
  const writeScanned = (body: Buffer, out: ByteWriter): number => {
    const now = desk.now()
    ask(body, now)
    if (!scanned.isBatch) return writeRow(body, 0, now, out) ? 1 : 0
    out.put(LIST)
    for (let i = 0; i < scanned.count; i++) {
      if (i > 0) out.byte(COMMA)
      writeRow(body, i, now, out)
    }
    out.put(END)
    return scanned.count
  }
  return {
    answer(body, out) {
      if (scanPromises(body, scanned)) return writeScanned(body, out)
      const parsed = parseBody(body)
      const text = parsed && writer.write(parsed)
      if (text === undefined) return 0
      out.text(text)
      return parsed!.requests?.length ?? 1
    },
  }
}

/** A scanned request as the schema has it. */
function askedAt(scanned: ScannedPromises, body: Buffer, i: number): AskedPromise {
  return {
    areaId: body.toString('latin1', scanned.areaFrom[i]!, scanned.areaTo[i]!),
    productId: body.toString('latin1', scanned.productFrom[i]!, scanned.productTo[i]!),
    quantity: scanned.quantity[i]!,
    kind: scanned.kind[i] === 0 ? 'guaranteed' : 'approximate',
    delivery: 'whole',
  }
}

function parseBody(payload: Buffer) {
  const text = payload.toString('utf8')
  // Keys that poison prototypes are refused by the other way.
  if (text.includes('__proto__') || text.includes('constructor')) return undefined
  try {
    return parsePromiseBody(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** Columns of one of the offers: site, route, arrive-by, mills. */
type OfferColumns = readonly [Int32Array, Int32Array, Int32Array, Float64Array]
type WriteOffered = (body: Buffer, i: number, set: RouteSet, out: ByteWriter) => void

/** Writes offers of one parcel from a shelf: row `i` of the columns, found again in its route set. */
function createOfferWriter(columns: promise.PromiseBatch, scanned: ScannedPromises): WriteOffered {
  const quoted = new QuotedBytes()
  const early: OfferColumns = [
    columns.earliestSite,
    columns.earliestRoute,
    columns.earliestArriveBy,
    columns.earliestMills,
  ]
  const cheap: OfferColumns = [
    columns.cheapestSite,
    columns.cheapestRoute,
    columns.cheapestArriveBy,
    columns.cheapestMills,
  ]
  const offer = (
    body: Buffer,
    i: number,
    set: RouteSet,
    [site, route, arriveBy, mills]: OfferColumns,
    out: ByteWriter,
  ) => {
    const [at, number] = [site[i]!, route[i]!]
    const pair = columns.area[i]! * set.siteIds.length + at
    const [words, start] = blockOf(set, pair)
    const orderBy = set.baseMinute + (words[start + 2 * number]! & 0xffff)
    const cost = Math.round(mills[i]! / MILLS_PER_CENT)
    const version = quoted.of(set.version)
    out.put(scanned.kind[i] === 0 ? GUARANTEED : APPROXIMATE)
    out.minute(arriveBy[i]!)
    out.put(ORDER_BY)
    out.minute(orderBy)
    out.put(COST)
    out.integer(cost)
    out.put(VERSION)
    out.put(version)
    if (scanned.detail === 'parcels') {
      const firstLeg = words[start + 2 * set.index[2 * pair + 1]! + MOST_LEGS * number]! - 1
      out.put(PARCELS)
      out.put(quoted.of(set.siteIds[at]!))
      out.put(LINES)
      out.putPart(body, scanned.productFrom[i]!, scanned.productTo[i]!)
      out.put(QUANTITY)
      out.integer(columns.quantity[i]!)
      out.put(PARCEL_VERSION)
      out.put(version)
      out.put(ORDER_BY_AFTER)
      out.minute(orderBy)
      out.put(SHIPS_BY)
      out.minute(set.departures.minute[firstLeg]!)
      out.put(ARRIVE_BY)
      out.minute(arriveBy[i]!)
      out.put(COST)
      out.integer(cost)
      out.put(PARCELS_END)
    }
    out.byte(CLOSE)
  }
  return (body, i, set, out) => {
    out.put(EARLIEST)
    const from = out.length
    offer(body, i, set, early, out)
    const to = out.length
    out.put(CHEAPEST)
    const isSame = early[0][i] === cheap[0][i] && early[1][i] === cheap[1][i]
    if (isSame) out.again(from, to)
    else offer(body, i, set, cheap, out)
    out.put(UNBLOCKED)
  }
}

const COMMA = 0x2c
const CLOSE = 0x7d
const LIST = bytesOfText('{"promises":[')
const END = bytesOfText(']}')
const EARLIEST = bytesOfText('{"earliest":')
const CHEAPEST = bytesOfText(',"cheapest":')
const UNBLOCKED = bytesOfText(',"blockedBy":null}')
const GUARANTEED = bytesOfText('{"kind":"guaranteed","arriveBy":"')
const APPROXIMATE = bytesOfText('{"kind":"approximate","arriveBy":"')
const ORDER_BY = bytesOfText('","orderBy":"')
const COST = bytesOfText('","costCents":')
const VERSION = bytesOfText(',"routeVersion":')
const PARCELS = bytesOfText(',"parcels":[{"siteId":')
const LINES = bytesOfText(',"lines":[{"productId":"')
const QUANTITY = bytesOfText('","quantity":')
const PARCEL_VERSION = bytesOfText('}],"routeVersion":')
const ORDER_BY_AFTER = bytesOfText(',"orderBy":"')
const SHIPS_BY = bytesOfText('","shipsBy":"')
const ARRIVE_BY = bytesOfText('","arriveBy":"')
const PARCELS_END = bytesOfText(',"fromIncoming":false}]')

/** Ids of a store's sites and route sets as the bytes of JSON strings. */
class QuotedBytes {
  private known = new Map<string, Uint8Array>()

  of(id: string): Uint8Array {
    const found = this.known.get(id)
    if (found !== undefined) return found
    if (this.known.size >= MOST_QUOTED) this.known = new Map()
    const quoted = bytesOfText(JSON.stringify(id))
    this.known.set(id, quoted)
    return quoted
  }
}

const MOST_QUOTED = 100_000
