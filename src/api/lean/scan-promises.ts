import { LONGEST_ID, MOST_PROMISES, MOST_UNITS, type PromiseBody } from '../schemas/promises.ts'

// Reads bodies of POST /promises in their plainest form straight from their bytes: single products, ids of
// printable ASCII, no escapes. Whatever else there is, is left to JSON.parse.

/** What a body asks for; columns are reused from one body to the next. */
export class ScannedPromises {
  count = 0
  isBatch = false
  detail: PromiseBody['detail'] = 'parcels'
  /** [count] where the ids stand in the body. */
  readonly productFrom = new Int32Array(MOST_PROMISES)
  readonly productTo = new Int32Array(MOST_PROMISES)
  readonly areaFrom = new Int32Array(MOST_PROMISES)
  readonly areaTo = new Int32Array(MOST_PROMISES)
  readonly quantity = new Int32Array(MOST_PROMISES)
  /** 0 guaranteed, 1 approximate. */
  readonly kind = new Uint8Array(MOST_PROMISES)
}

const [QUOTE, COMMA, COLON, OPEN, CLOSE] = [0x22, 0x2c, 0x3a, 0x7b, 0x7d]
const [OPEN_LIST, CLOSE_LIST, BACKSLASH, ZERO, NINE] = [0x5b, 0x5d, 0x5c, 0x30, 0x39]

/** True where `into` now holds what the body asks for. */
export function scanPromises(body: Buffer, into: ScannedPromises): boolean {
  return new Scanner(body, into).body()
}

class Scanner {
  private at = 0
  /** The string read last, without its quotes. */
  private from = 0
  private to = 0
  private readonly body_: Buffer
  private readonly into: ScannedPromises

  constructor(body: Buffer, into: ScannedPromises) {
    this.body_ = body
    this.into = into
    into.count = 0
    into.isBatch = false
    into.detail = 'parcels'
  }

  body(): boolean {
    const { into } = this
    let seen = 0
    if (!this.take(OPEN)) return false
    this.begin(0)
    do {
      const key = this.key()
      if (key === 'other' || (seen & BIT[key]) !== 0) return false
      seen |= BIT[key]
      if (key === 'requests' ? !this.list() : !this.field(key, 0)) return false
    } while (this.take(COMMA))
    if (!this.take(CLOSE) || !this.isEnd()) return false
    into.isBatch = (seen & BIT.requests) !== 0
    if (into.isBatch) return (seen & ~(BIT.requests | BIT.detail)) === 0
    into.count = 1
    return (seen & NEEDED) === NEEDED
  }

  /** The requests of a batch, each a product. */
  private list(): boolean {
    const { into } = this
    if (!this.take(OPEN_LIST)) return false
    do {
      if (into.count >= MOST_PROMISES || !this.one(into.count)) return false
      into.count++
    } while (this.take(COMMA))
    return this.take(CLOSE_LIST)
  }

  private one(row: number): boolean {
    let seen = 0
    if (!this.take(OPEN)) return false
    this.begin(row)
    do {
      const key = this.key()
      if (key === 'other' || key === 'requests' || key === 'detail') return false
      if ((seen & BIT[key]) !== 0 || !this.field(key, row)) return false
      seen |= BIT[key]
    } while (this.take(COMMA))
    return this.take(CLOSE) && (seen & NEEDED) === NEEDED
  }

  private begin(row: number): void {
    this.into.quantity[row] = 1
    this.into.kind[row] = 0
  }

  private field(key: Exclude<Key, 'requests'>, row: number): boolean {
    const { into } = this
    if (key === 'quantity') {
      const units = this.integer()
      into.quantity[row] = units
      return units > 0 && units <= MOST_UNITS
    }
    if (!this.string()) return false
    const { from, to } = this
    if (key === 'productId') {
      into.productFrom[row] = from
      into.productTo[row] = to
      return to > from && to - from <= LONGEST_ID
    }
    if (key === 'areaId') {
      into.areaFrom[row] = from
      into.areaTo[row] = to
      return to > from && to - from <= LONGEST_ID
    }
    const word = this.body_.toString('latin1', from, to)
    if (key === 'detail') {
      if (word !== 'parcels' && word !== 'dates') return false
      into.detail = word
      return true
    }
    into.kind[row] = word === 'approximate' ? 1 : 0
    return word === 'guaranteed' || word === 'approximate'
  }

  /** The next key and its colon. Keys differ in length or first letter, and are compared whole. */
  private key(): Key | 'other' {
    if (!this.string() || !this.take(COLON)) return 'other'
    const { from, to } = this
    for (const [key, bytes] of KEYS) {
      if (bytes.length !== to - from) continue
      let i = 0
      while (i < bytes.length && bytes[i] === this.body_[from + i]) i++
      if (i === bytes.length) return key
    }
    return 'other'
  }

  /** A string of printable ASCII without escapes. */
  private string(): boolean {
    if (!this.take(QUOTE)) return false
    const body = this.body_
    let at = this.at
    this.from = at
    for (; at < body.length; at++) {
      const byte = body[at]!
      if (byte === QUOTE) break
      if (byte === BACKSLASH || byte < 0x20 || byte > 0x7e) return false
    }
    if (at === body.length) return false
    this.to = at
    this.at = at + 1
    return true
  }

  /** A whole number from 1 on of at most seven digits; 0 for anything else. */
  private integer(): number {
    this.blanks()
    const body = this.body_
    const from = this.at
    let value = 0
    while (this.at < body.length && this.at - from < 8) {
      const byte = body[this.at]!
      if (byte < ZERO || byte > NINE) break
      value = 10 * value + byte - ZERO
      this.at++
    }
    const digits = this.at - from
    return digits === 0 || digits > 7 || body[from] === ZERO ? 0 : value
  }

  private take(byte: number): boolean {
    if (this.body_[this.at] !== byte) this.blanks()
    if (this.body_[this.at] !== byte) return false
    this.at++
    return true
  }

  private blanks(): void {
    for (;;) {
      const byte = this.body_[this.at]
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return
      this.at++
    }
  }

  private isEnd(): boolean {
    this.blanks()
    return this.at === this.body_.length
  }
}

type Key = 'productId' | 'areaId' | 'quantity' | 'kind' | 'requests' | 'detail'

const BIT = { productId: 1, areaId: 2, quantity: 4, kind: 8, requests: 16, detail: 32 } as const
/** What each request has to have. */
const NEEDED = BIT.productId | BIT.areaId
const KEYS = (Object.keys(BIT) as Key[]).map((key) => [key, new TextEncoder().encode(key)] as const)
