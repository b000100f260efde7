import type { Dialect, Draft, Told, Wish } from './dialect.ts'

/** Results on a page. */
const PAGE = 24

export interface StorewrightDialectOptions {
  /**
   * Acts of the checkout service's requests, in turn. Default: the last look at the promise, the
   * order, and two looks at how it stands.
   */
  readonly checkout?: readonly string[]
  /** Whether searches count as customers' and are learned from. Default false. */
  readonly logSearches?: boolean
}

/** How Storewright's own API is spoken to: POST /search, POST /promises, POST /orders, GET /orders/ID. */
export function storewrightDialect(options: StorewrightDialectOptions = {}): Dialect {
  const { checkout = ['check', 'order', 'look', 'look'], logSearches = false } = options
  const drafts: Readonly<Record<string, (wish: Wish) => Draft>> = {
    search: ({ query, customerId }) =>
      post('/search', { query, size: PAGE, customerId, log: logSearches }),
    product: ({ productId, areaId }) => post('/promises', { productId, areaId }),
    cart: cartPromise,
    check: cartPromise,
    order: ({ orderId, customerId, areaId, lines, arriveBy }) =>
      post('/orders', {
        ...{ orderId, customerId, areaId, lines },
        ...(arriveBy === undefined ? {} : { promise: { kind: 'guaranteed', arriveBy } }),
      }),
    look: ({ orderId }) => ({ method: 'GET', path: `/orders/${encodeURIComponent(orderId)}` }),
  }
  return {
    name: 'storewright',
    acts: new Map([
      ['search', ['search']],
      ['product', ['product']],
      ['promise', ['product']],
      ['cart', ['cart']],
      ['checkout', checkout],
      ['orders', ['order']],
    ]),
    draft: (act, wish) => drafts[act]!(wish),
    read: readAnswer,
  }
}

function post(path: string, body: unknown): Draft {
  return { method: 'POST', path, body: JSON.stringify(body) }
}

function cartPromise({ areaId, lines }: Wish): Draft {
  const asked = lines.map(({ productId, quantity }) => ({ productId, quantity }))
  return post('/promises', { areaId, lines: asked, detail: 'dates' })
}

/** Looks for what customers go on with by its name: parsing whole pages would cost more than sending. */
function readAnswer(act: string, body: string): Told {
  if (act === 'search') {
    const productIds = Array.from(body.matchAll(/"productId":"((?:[^"\\]|\\.)*)"/g), ([, id]) =>
      String(JSON.parse(`"${id}"`)),
    )
    return { productIds: [...new Set(productIds)].slice(0, PAGE) }
  }
  if (act === 'order') return { isPlaced: true }
  const arriveBy = /"arriveBy":"([^"]+)"/.exec(body)?.[1]
  return arriveBy === undefined ? {} : { arriveBy }
}
