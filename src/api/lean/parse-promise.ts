import {
  type AskedPromise,
  LONGEST_ID,
  MOST_LINES,
  MOST_PROMISES,
  MOST_UNITS,
  type PromiseBody,
} from '../schemas/promises.ts'

// Reads the bodies that shops send all day without a schema. Whatever is not plainly right is not
// judged here: `undefined` sends it to the schema of POST /promises, which alone says what is wrong.

type Fields = Readonly<Record<string, unknown>>

/** The body as `promiseBody` would return it; undefined where the schema has to look at it. */
export function parsePromiseBody(body: unknown): PromiseBody | undefined {
  if (!isPlain(body)) return undefined
  const { detail = 'parcels', requests } = body
  if (detail !== 'parcels' && detail !== 'dates') return undefined
  if (requests !== undefined) return parseBatch(body, requests, detail)
  const one = parseOne(body, 'detail')
  return one === undefined ? undefined : { ...one, detail }
}

function parseBatch(
  body: Fields,
  requests: unknown,
  detail: PromiseBody['detail'],
): PromiseBody | undefined {
  for (const key in body) if (key !== 'requests' && key !== 'detail') return undefined
  if (!Array.isArray(requests) || requests.length === 0 || requests.length > MOST_PROMISES) {
    return undefined
  }
  const parsed: AskedPromise[] = new Array(requests.length)
  for (let i = 0; i < requests.length; i++) {
    const one = isPlain(requests[i]) ? parseOne(requests[i], undefined) : undefined
    if (one === undefined) return undefined
    parsed[i] = one
  }
  return { requests: parsed, kind: 'guaranteed', delivery: 'whole', detail }
}

/** A product or a cart; `beside` is a field that the caller reads. */
function parseOne(body: Fields, beside: string | undefined): AskedPromise | undefined {
  let [areaId, productId, quantity, lines]: unknown[] = []
  let kind: unknown = 'guaranteed'
  let delivery: unknown = 'whole'
  for (const key in body) {
    const value = body[key]
    if (key === 'areaId') areaId = value
    else if (key === 'productId') productId = value
    else if (key === 'quantity') quantity = value
    else if (key === 'lines') lines = value
    else if (key === 'kind') kind = value
    else if (key === 'delivery') delivery = value
    else if (key !== beside) return undefined
  }
  if (kind !== 'guaranteed' && kind !== 'approximate') return undefined
  if (delivery !== 'whole' && delivery !== 'split') return undefined
  if (!isId(areaId)) return undefined
  if (lines !== undefined) {
    if (productId !== undefined || quantity !== undefined) return undefined
    const parsed = parseLines(lines)
    return parsed && { areaId, lines: parsed, kind, delivery }
  }
  if (!isId(productId)) return undefined
  if (quantity === undefined) return { areaId, productId, kind, delivery }
  return isQuantity(quantity) ? { areaId, productId, quantity, kind, delivery } : undefined
}

function parseLines(lines: unknown): AskedPromise['lines'] {
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > MOST_LINES) return undefined
  const parsed: { productId: string; quantity: number }[] = []
  for (const line of lines) {
    if (!isPlain(line)) return undefined
    const { productId, quantity = 1 } = line
    for (const key in line) if (key !== 'productId' && key !== 'quantity') return undefined
    if (!isId(productId) || !isQuantity(quantity)) return undefined
    parsed.push({ productId, quantity })
  }
  return parsed
}

function isPlain(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= LONGEST_ID
}

function isQuantity(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= MOST_UNITS
}
