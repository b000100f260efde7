// A client of Storewright's HTTP API, as small as the examples need it. It has no dependency: copy it.

/** How Storewright is reached. */
export interface StorewrightOptions {
  /** Such as http://127.0.0.1:4600. */
  readonly url: string
  /** A token with the role `shop` (`storewright token add`). */
  readonly token?: string
  /** A checkout must not wait for ever; default 2,000. */
  readonly timeoutMilliseconds?: number
}

export interface ProductLine {
  readonly productId: string
  readonly quantity: number
}

/** One date that can be promised: ISO 8601 times, cents. */
export interface Offer {
  readonly kind: 'guaranteed' | 'approximate'
  readonly arriveBy: string
  readonly orderBy: string
  readonly costCents: number
}

export interface PromiseReply {
  readonly earliest: Offer | null
  readonly cheapest: Offer | null
  readonly blockedBy: { readonly block: string; readonly productId: string | null } | null
}

export interface NewOrder {
  readonly orderId: string
  readonly customerId?: string
  readonly areaId: string
  readonly lines: readonly (ProductLine & { readonly unitPriceCents: number })[]
  /** The promise as the customer saw it. */
  readonly promise?: { readonly kind: Offer['kind']; readonly arriveBy: string }
}

export interface Parcel {
  readonly parcelId: string
  readonly siteId: string
  readonly status: string
  readonly lines: readonly ProductLine[]
  readonly arriveBy: string
}

export interface OrderReply {
  readonly orderId: string
  readonly status: string
  readonly promise: { readonly kind: string; readonly arriveBy: string }
  readonly parcels: readonly Parcel[]
}

/** What the API refused, in its words. */
export class StorewrightRefusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.name = 'StorewrightRefusal'
    this.status = status
    this.code = code
  }
}

/** The calls that a shop makes. */
export class StorewrightClient {
  readonly #options: StorewrightOptions

  constructor(options: StorewrightOptions) {
    this.#options = options
  }

  /** The earliest and the cheapest date of a cart. */
  promise(areaId: string, lines: readonly ProductLine[]): Promise<PromiseReply> {
    return this.#send('POST', '/promises', { areaId, lines, detail: 'dates' })
  }

  /** Places an order; sent again with the same content it changes nothing. */
  async placeOrder(order: NewOrder): Promise<OrderReply> {
    const reply = await this.#send<{ order: OrderReply }>('POST', '/orders', order)
    return reply.order
  }

  /** An order that was placed. */
  order(orderId: string): Promise<OrderReply> {
    return this.#send('GET', `/orders/${encodeURIComponent(orderId)}`)
  }

  /** Cancels some lines of an order, or all that has not left a building. */
  async cancel(
    orderId: string,
    requestId: string,
    lines?: readonly ProductLine[],
  ): Promise<OrderReply> {
    const event = { event: 'cancelled', requestId, ...(lines === undefined ? {} : { lines }) }
    const path = `/orders/${encodeURIComponent(orderId)}/events`
    return (await this.#send<{ order: OrderReply }>('POST', path, event)).order
  }

  async #send<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    const { url, token, timeoutMilliseconds = 2_000 } = this.#options
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    const reply = (await response.json()) as Reply & { code?: string; message?: string }
    if (response.ok) return reply
    const { code = 'ERR_HTTP', message = `${method} ${path}: ${response.status}` } = reply
    throw new StorewrightRefusal(response.status, code, message)
  }
}
