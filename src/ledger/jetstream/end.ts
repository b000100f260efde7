import type { StreamMessage } from './messages.ts'
import { answerOf } from './patience.ts'
import type { LedgerStream } from './stream.ts'

/** The end of the ledger as far as this process knows it; it only moves forward. */
export interface KnownEnd {
  /** Place of the last message in the stream; 0 when there is none. */
  readonly stream: number
  /** Sequence number of the last event. */
  readonly event: number
  /** Takes note of a message of the stream. */
  learn(message: Pick<StreamMessage, 'streamSequence' | 'last'>): void
}

/** Nothing is known yet. */
export function createKnownEnd(): KnownEnd {
  let stream = 0
  let event = 0
  return {
    get stream() {
      return stream
    },
    get event() {
      return event
    },
    learn(message) {
      // A replica that is behind, or a leader that has just been elected, may say less.
      if (message.streamSequence <= stream) return
      stream = message.streamSequence
      event = message.last
    },
  }
}

/**
 * Brings the known end up to date with the stream's leader; `deadline` in ms is for asking again.
 * Throws ERR_LEDGER_AWAY.
 */
export function refreshEnd(stream: LedgerStream, end: KnownEnd, deadline: number): Promise<void> {
  return answerOf(async () => {
    const place = await stream.lastPlace()
    if (place <= end.stream) return
    const last = await stream.fromLeader(place)
    // Another leader was elected between the two, and is still catching up.
    if (last === undefined) throw new Error(`message ${place} is not there yet`)
    end.learn(last)
  }, deadline)
}
