import type { FeedbackEvent, FeedbackKind } from './events.ts'

/** An event in one of the vocabularies that shops already send; what is not read may be there too. */
export type ForeignEvent = Readonly<Record<string, unknown>>

/** Acts that search learns from, or why an event says nothing to it. */
export type Translated =
  | { readonly events: readonly FeedbackEvent[] }
  | { readonly ignored: string }

export interface TranslateOptions {
  /** Epoch ms; the time of events that bring none. */
  readonly now: number
  /**
   * The search after which a session met a product, where an event does not name it: the join by
   * session and time that Segment's events need. Undefined where none is known.
   */
  readonly inferQuery: (
    sessionId: string,
    productId: string,
    at: number,
  ) => { readonly queryId: string; readonly position?: number } | undefined
}

/** Segment's e-commerce events (version 2) that are acts on products. */
const SEGMENT_KINDS: Readonly<Record<string, FeedbackKind>> = {
  'Product Viewed': 'view',
  'Product Clicked': 'click',
  'Product Added': 'add_to_cart',
  'Order Completed': 'purchase',
}

/** Actions of User Behavior Insights 1.3. */
const UBI_KINDS: Readonly<Record<string, FeedbackKind>> = {
  view: 'view',
  impression: 'view',
  click: 'click',
  add_to_cart: 'add_to_cart',
  purchase: 'purchase',
}

/**
 * Reads an event of our own, of User Behavior Insights (`action_name`) or of Segment (`event`).
 * Positions of both are taken as counted from 1. Never throws; an event of another form is ignored
 * with the reason.
 */
export function translateEvent(event: ForeignEvent, options: TranslateOptions): Translated {
  if (typeof event['kind'] === 'string') return ownEvent(event, options)
  if (typeof event['action_name'] === 'string') return ubiEvent(event, options)
  if (typeof event['event'] === 'string') return segmentEvent(event, options)
  return { ignored: 'it has neither kind, nor action_name, nor event' }
}

function ownEvent(event: ForeignEvent, { now }: TranslateOptions): Translated {
  const kind = UBI_KINDS[String(event['kind'])]
  if (kind === undefined) return { ignored: `its kind is ${String(event['kind'])}` }
  const names = { queryId: event['queryId'], productId: event['productId'] }
  return oneEvent(kind, names, timeOf(event['at'], now), {
    ...whole('position', event['position']),
    ...who(event['sessionId'], event['customerId']),
  })
}

function ubiEvent(event: ForeignEvent, { now }: TranslateOptions): Translated {
  const action = String(event['action_name'])
  const kind = UBI_KINDS[action]
  if (kind === undefined) return { ignored: `search does not learn from ${action}` }
  const attributes = record(event['event_attributes'])
  const names = {
    query_id: event['query_id'],
    object_id: record(attributes['object'])['object_id'],
  }
  return oneEvent(kind, names, timeOf(event['timestamp'], now), {
    ...whole('position', record(attributes['position'])['ordinal']),
    ...who(event['session_id'], event['client_id']),
  })
}

/** What one product of one answer met with; `names` are the query and the product, as the sender calls them. */
function oneEvent(
  kind: FeedbackKind,
  names: Readonly<Record<string, unknown>>,
  at: number | undefined,
  more: Partial<FeedbackEvent>,
): Translated {
  const [queryId, productId] = Object.values(names).map(text)
  if (queryId === undefined || productId === undefined) {
    return { ignored: `it names no ${Object.keys(names).join(' or no ')}` }
  }
  if (at === undefined) return { ignored: 'its time cannot be read' }
  return { events: [{ kind, queryId, productId, at, ...more }] }
}

function segmentEvent(event: ForeignEvent, options: TranslateOptions): Translated {
  const name = String(event['event'])
  const kind = SEGMENT_KINDS[name]
  if (kind === undefined) return { ignored: `search does not learn from ${name}` }
  const properties = record(event['properties'])
  const at = timeOf(event['timestamp'], options.now)
  if (at === undefined) return { ignored: 'its timestamp cannot be read' }
  const person = who(event['anonymousId'], event['userId'])
  const listed = properties['products']
  const products = Array.isArray(listed) ? listed.map(record) : [properties]
  const events: FeedbackEvent[] = []
  for (const product of products) {
    const productId = text(product['product_id']) ?? text(product['sku'])
    if (productId === undefined) continue
    const named = text(properties['query_id'])
    const found =
      named !== undefined
        ? { queryId: named }
        : options.inferQuery(person.sessionId ?? '', productId, at)
    if (found === undefined) continue
    events.push({
      kind,
      productId,
      at,
      ...person,
      ...found,
      ...whole('position', product['position']),
    })
  }
  return events.length > 0
    ? { events }
    : { ignored: 'no search is known that led to its products; send query_id with it' }
}

function record(value: unknown): ForeignEvent {
  return typeof value === 'object' && value !== null ? (value as ForeignEvent) : {}
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function whole(name: 'position', value: unknown): { readonly position?: number } {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 ? { [name]: value } : {}
}

function who(session: unknown, customer: unknown) {
  const sessionId = text(session)
  const customerId = text(customer)
  return {
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(customerId === undefined ? {} : { customerId }),
  }
}

/** Epoch ms of an ISO 8601 text or a number; `now` where absent; undefined where it is neither. */
function timeOf(value: unknown, now: number): number | undefined {
  if (value === undefined || value === null) return now
  const at = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : NaN
  return Number.isFinite(at) ? Math.round(at) : undefined
}
