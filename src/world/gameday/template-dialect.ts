import { StorewrightError } from '../../core/errors.ts'
import type { Dialect, Draft, Wish } from './dialect.ts'

/** One request of a shop, with places to fill in. */
export interface RequestTemplate {
  readonly method?: string
  readonly path: string
  readonly body?: unknown
}

const PLACES = new Set([
  'query',
  'productId',
  'areaId',
  'customerId',
  'orderId',
  'lines',
  'arriveBy',
])

/**
 * How a shop is spoken to that is described service by service: {query}, {productId}, {areaId},
 * {customerId}, {orderId} and {arriveBy} in paths and texts become what the customer brings
 * (percent-encoded in paths), a text that is `{lines}` alone becomes the list of the cart. Throws
 * ERR_ARGUMENT on places that are none.
 */
export function templateDialect(
  templates: Readonly<Record<string, RequestTemplate>>,
  file: string,
): Dialect {
  for (const [service, { path, body }] of Object.entries(templates)) {
    const text = `${path}${JSON.stringify(body ?? null)}`
    for (const [, place = ''] of text.matchAll(/\{([a-zA-Z]+)\}/g)) {
      if (PLACES.has(place)) continue
      throw new StorewrightError('ERR_ARGUMENT', `${service} has the unknown place {${place}}`, {
        file,
        value: place,
        next: `Places are ${[...PLACES].map((one) => `{${one}}`).join(', ')}.`,
      })
    }
    if (!path.startsWith('/')) {
      throw new StorewrightError('ERR_ARGUMENT', `the path of ${service} is "${path}"`, {
        file,
        value: path,
        next: 'Begin it with a slash; the server is named by --target.',
      })
    }
  }
  return {
    name: file,
    acts: new Map(Object.keys(templates).map((service) => [service, [service]])),
    draft(service, wish): Draft {
      const { method, path, body } = templates[service]!
      const filled = body === undefined ? undefined : JSON.stringify(fillValue(body, wish))
      return {
        method: method ?? (filled === undefined ? 'GET' : 'POST'),
        path: fill(path, wish, encodeURIComponent),
        ...(filled === undefined ? {} : { body: filled }),
      }
    },
  }
}

function fill(text: string, wish: Wish, write: (value: string) => string): string {
  return text.replace(/\{([a-zA-Z]+)\}/g, (_, place: keyof Wish) => {
    const value = wish[place]
    return write(typeof value === 'string' ? value : JSON.stringify(value ?? ''))
  })
}

function fillValue(value: unknown, wish: Wish): unknown {
  if (value === '{lines}') return wish.lines
  if (typeof value === 'string') return fill(value, wish, (text) => text)
  if (Array.isArray(value)) return value.map((one) => fillValue(one, wish))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fillValue(one, wish)]))
}
