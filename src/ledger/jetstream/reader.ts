import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from '../follow.ts'
import type { LedgerEvent } from '../ledger.ts'
import type { KnownEnd } from './end.ts'
import { damaged, decodeMessage, joinPieces, type StreamMessage } from './messages.ts'
import { answerOf, patienceOf } from './patience.ts'
import type { LedgerStream } from './stream.ts'

/** Places that are kept in mind: readers and tails that go on where they were. */
const MOST_PLACES = 256

/** How long to wait for a replica that has not got what its leader has, in ms. */
const BEHIND_MILLISECONDS = 20

/** Reads pages of events; `deadline` in ms is for asking again where no server answers. */
export function createReader(stream: LedgerStream, end: KnownEnd, deadline: number) {
  // Sequence number of an event that begins a message → the message's place in the stream.
  const places = new Map<number, number>()

  function remember(first: number, place: number): void {
    places.delete(first)
    places.set(first, place)
    if (places.size > MOST_PLACES) places.delete(places.keys().next().value!)
  }

  /** The message at a place; undefined when there is none yet. */
  async function messageAt(place: number): Promise<StreamMessage | undefined> {
    const patience = patienceOf(deadline)
    for (;;) {
      const message =
        (await answerOf(() => stream.fromReplica(place), deadline)) ??
        (place <= end.stream ? await answerOf(() => stream.fromLeader(place), deadline) : undefined)
      if (message !== undefined) end.learn(message)
      // A leader that was elected a moment ago may be behind as well.
      if (message !== undefined || place > end.stream) return message
      if (!(await patience.pause())) throw damaged(place, 'is missing')
      await sleep(BEHIND_MILLISECONDS)
    }
  }

  async function withPieces(message: StreamMessage): Promise<StreamMessage> {
    const start = message.streamSequence - message.pieces
    const places = Array.from({ length: message.pieces }, (_, k) => start + k)
    return joinPieces(message, await Promise.all(places.map(messageAt)))
  }

  /** Place of the message with event `from`; that of the next message where it is yet to come. */
  async function placeOf(from: number): Promise<number> {
    if (from > end.event) return end.stream + 1
    let low = 1
    let high = end.stream
    for (const [first, place] of places) {
      if (first <= from && place > low) low = place
      if (first > from && place - 1 < high) high = place - 1
    }
    // The message is at `low` or later, up to `high`.
    while (low < high) {
      if (places.get(from) === low) return low
      const middle = (low + high + 1) >> 1
      const message = await messageAt(middle)
      if (message === undefined) throw damaged(middle, 'is missing')
      remember(message.first, middle)
      if (message.first <= from) low = middle
      else high = middle - 1
    }
    return low
  }

  return async function page(
    from: number,
    prefix: string | undefined,
    most: number,
  ): Promise<Page> {
    let place = await placeOf(from)
    const events: LedgerEvent[] = []
    let next = from
    do {
      // Beyond the known end one look is enough: mostly there is nothing.
      const count = Math.max(1, Math.min(most, end.stream - place + 1))
      const messages = await Promise.all(
        Array.from({ length: count }, (_, k) => messageAt(place + k)),
      )
      for (const message of messages) {
        if (message === undefined) return { events, next }
        const whole = message.pieces === 0 ? message : await withPieces(message)
        for (const event of decodeMessage(whole, from, prefix)) events.push(event)
        place = message.streamSequence + 1
        next = Math.max(from, message.last + 1)
        remember(message.last + 1, place)
      }
    } while (next === from)
    return { events, next }
  }
}
