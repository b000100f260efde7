import { createHash } from 'node:crypto'
import type { OrderEvent } from '../../fulfilment/index.ts'

/** Requests of stock have at most 256 characters; those made from an event's add a few. */
const LONGEST = 200

/** The event with a request id that stock can take what is made from it: the same for the same id. */
export function withShortId<Event extends OrderEvent>(event: Event): Event {
  const { requestId } = event
  if (requestId.length <= LONGEST) return event
  const hash = createHash('sha256').update(requestId).digest('hex')
  return { ...event, requestId: `${requestId.slice(0, LONGEST - hash.length - 1)}-${hash}` }
}
