import type { NatsConnection } from '@nats-io/transport-node'
import { beatSubject, type ShardLayout } from './shards.ts'
import { type Beat, parseBeat } from './wire.ts'

/** Beats a lease: so many may be lost before the owner counts as silent. */
export const BEATS_A_LEASE = 4

/** Owners as they are heard. Beats only say where to send; who owns, the shard's stream decides. */
export interface Beats {
  /** The owner of a shard with the highest epoch heard; undefined when none, or it was forgotten. */
  ownerOf(shard: number): Beat | undefined
  /** Milliseconds since its owner was heard, or since listening began. */
  silenceOf(shard: number): number
  /** It does not answer: nobody counts as owner until it, or one after it, is heard again. */
  forget(shard: number, epoch: number): void
  /** Resolves at the next beat of any shard, or after so many milliseconds. */
  next(milliseconds: number): Promise<void>
  close(): void
}

interface Heard {
  readonly beat: Beat
  readonly at: number
  readonly forgotten: boolean
}

/** Listens to the owners of all shards. */
export function listenToBeats(connection: NatsConnection, layout: ShardLayout): Beats {
  const began = performance.now()
  const heard = new Map<number, Heard>()
  const waiting = new Set<() => void>()
  const subscription = connection.subscribe(beatSubject(layout, '*'), {
    callback(error, message) {
      if (error !== null) return
      const beat = parseBeat(message.string())
      const shard = Number(message.subject.slice(message.subject.lastIndexOf('.') + 1))
      if (beat === undefined || beat.epoch < (heard.get(shard)?.beat.epoch ?? 0)) return
      heard.set(shard, { beat, at: performance.now(), forgotten: false })
      for (const wake of waiting) wake()
    },
  })
  return {
    ownerOf(shard) {
      const one = heard.get(shard)
      return one === undefined || one.forgotten ? undefined : one.beat
    },
    silenceOf: (shard) => performance.now() - (heard.get(shard)?.at ?? began),
    forget(shard, epoch) {
      const one = heard.get(shard)
      if (one?.beat.epoch === epoch) heard.set(shard, { ...one, forgotten: true })
    },
    next(milliseconds) {
      return new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer)
          waiting.delete(wake)
          resolve()
        }
        const timer = setTimeout(wake, milliseconds)
        waiting.add(wake)
      })
    },
    close() {
      subscription.unsubscribe()
      for (const wake of waiting) wake()
    },
  }
}
