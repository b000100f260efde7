import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import { packBlocks } from '../blocks.ts'
import { encodeBody, type NewMessage, type StreamMessage } from '../jetstream/messages.ts'
import type { LedgerStream } from '../jetstream/stream.ts'

/** What happens to one message on its way to the stream. */
export type Fault =
  | 'none'
  /** It is stored, and the answer is lost. */
  | 'answer-lost'
  /** It never arrives. */
  | 'message-lost'
  /** It arrives after the next one that is sent. */
  | 'late'
  /** The stream has no leader. */
  | 'no-leader'
  /** Another writer's message arrives first. */
  | 'overtaken'

const RIVAL_BODY = encodeBody(
  packBlocks([{ subject: 'rival', type: 'test.noted', data: null, time: 0 }], 1),
)

/** A stream in memory that loses messages and answers as told, then none. */
export function createFaultyStream(faults: readonly Fault[], maxMessageBytes = 1_048_576) {
  const stored: StreamMessage[] = []
  const ids = new Map<string, number>()
  const script = [...faults]
  let late: (() => void) | undefined

  function store(message: NewMessage, expectedLast: number): number {
    // As the server does: the id is looked at before the place.
    const double = ids.get(message.id)
    if (double !== undefined) return double
    if (expectedLast !== stored.length) {
      const description = `wrong last sequence: ${stored.length}`
      const err_code = JetStreamApiCodes.StreamWrongLastSequence
      throw new JetStreamApiError({ code: 400, err_code, description })
    }
    stored.push({ ...message, streamSequence: stored.length + 1 })
    ids.set(message.id, stored.length)
    return stored.length
  }

  async function publish(message: NewMessage, expectedLast: number) {
    const fault = script.shift() ?? 'none'
    const arriveLate = late
    late = undefined
    if (fault === 'overtaken') {
      const last = stored.at(-1)?.last ?? 0
      const rival = { id: `rival-${stored.length}`, first: last + 1, last: last + 1, pieces: 0 }
      store({ ...rival, body: RIVAL_BODY }, stored.length)
    }
    if (fault === 'no-leader') throw new errors.NoRespondersError('ledger')
    if (fault === 'late') late = () => store(message, expectedLast)
    else if (fault !== 'message-lost') {
      try {
        const place = store(message, expectedLast)
        if (fault !== 'answer-lost') return place
      } finally {
        ignoringErrors(arriveLate)
      }
    }
    throw new errors.TimeoutError()
  }

  const at = async (place: number) => stored[place - 1]
  const stream: LedgerStream = {
    maxMessageBytes,
    publish,
    lastPlace: async () => stored.length,
    fromLeader: at,
    fromReplica: at,
  }
  return { stream, stored }
}

function ignoringErrors(action: (() => void) | undefined): void {
  try {
    action?.()
  } catch {
    // Nobody waits for the answer any more.
  }
}
