import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import type { Msg, NatsConnection } from '@nats-io/transport-node'
import type { KnobSettings } from '../../core/knobs.ts'
import type { Ledger } from '../../ledger/index.ts'
import { openStockKeeper } from '../stock/open-keeper.ts'
import type { NewNames, StockKeeper } from '../stock/types.ts'
import { BEATS_A_LEASE, type Beats } from './beats.ts'
import { type OwnedLedger, takeLedger } from './owned-ledger.ts'
import { beatSubject, commandSubject, type ShardLayout, streamOf } from './shards.ts'
import { type Answer, answerOfError, parseCommands } from './wire.ts'

/** What happens to a node's shards, for its log. */
export type SeatEvent =
  | { readonly kind: 'taken'; readonly shard: number; readonly epoch: number }
  | { readonly kind: 'lost'; readonly shard: number; readonly epoch: number }
  | { readonly kind: 'failed'; readonly shard: number; readonly error: unknown }

/** What a node's shards have in common. */
export interface SeatParts {
  readonly layout: ShardLayout
  readonly nodeId: string
  readonly connection: NatsConnection
  readonly beats: Beats
  /** Milliseconds. */
  readonly lease: number
  /** Events between two snapshots. */
  readonly snapshotEvents: number
  /** Opens the ledger in a stream. */
  readonly openLedger: (stream: string) => Promise<Ledger>
  /** Folder of snapshots, one folder a shard in it. */
  readonly folder: string
  readonly clock: () => number
  readonly knobs: KnobSettings | undefined
  readonly names: NewNames
  readonly onEvent: (event: SeatEvent) => void
  /** A shard is being served, by this keeper, until `undefined` is told. */
  readonly onKeeper: (shard: number, keeper: StockKeeper | undefined) => void
}

/**
 * A node's life at one shard, until the signal: waits for the owner to fall silent, takes the shard,
 * serves it until another takes it, and waits again. Whatever fails is told, and tried again.
 */
export async function holdShard(
  parts: SeatParts,
  shard: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await untilSilent(parts, shard, signal)
    if (signal.aborted) return
    try {
      await ownShard(parts, shard, signal)
      // Taken by another, who will be heard in a moment.
      await sleep(parts.lease / BEATS_A_LEASE)
    } catch (error) {
      parts.onEvent({ kind: 'failed', shard, error })
      // Whoever is next may do better: stand back for a while.
      await sleep(parts.lease / BEATS_A_LEASE)
    }
  }
}

/**
 * Nodes wait a little longer than a lease, each by its own time for each shard: the first to take a
 * shard is heard by the others before they try, and shards are dealt among nodes that start together.
 */
async function untilSilent(parts: SeatParts, shard: number, signal: AbortSignal): Promise<void> {
  const { lease, beats, nodeId } = parts
  const patience = lease * (1 + (crc32(`${nodeId} ${shard}`) % 1_000) / 1_000)
  while (!signal.aborted) {
    const left = patience - beats.silenceOf(shard)
    if (left <= 0) return
    await sleep(Math.min(left, lease / BEATS_A_LEASE))
  }
}

async function ownShard(parts: SeatParts, shard: number, signal: AbortSignal): Promise<void> {
  const { layout, nodeId, clock, knobs, names } = parts
  const ledger = await parts.openLedger(streamOf(layout, shard))
  try {
    const owned = await takeLedger(ledger, { nodeId, shard, clock })
    if (owned === undefined) return
    const folder = join(parts.folder, `shard-${shard}`)
    const options = { ledger: owned.ledger, folder, clock, ...names }
    const keeper = await openStockKeeper(knobs === undefined ? options : { ...options, knobs })
    try {
      parts.onEvent({ kind: 'taken', shard, epoch: owned.epoch })
      await serve(parts, shard, owned, keeper, signal)
      if (!signal.aborted) parts.onEvent({ kind: 'lost', shard, epoch: owned.epoch })
    } finally {
      await keeper.close()
    }
  } finally {
    await ledger.close()
  }
}

/** Takes commands and tells that it lives, until the signal or until another owns the shard. */
async function serve(
  parts: SeatParts,
  shard: number,
  owned: OwnedLedger,
  keeper: StockKeeper,
  signal: AbortSignal,
): Promise<void> {
  const { connection, layout, beats, nodeId, lease, clock, onEvent } = parts
  const { epoch } = owned
  let saved = keeper.book.sequence
  const subscription = connection.subscribe(commandSubject(layout, shard, epoch), {
    callback(error, message) {
      if (error === null) void answer(keeper, message)
    },
  })
  parts.onKeeper(shard, keeper)
  try {
    const isOwner = () => owned.isOwner() && (beats.ownerOf(shard)?.epoch ?? 0) <= epoch
    for (let beat = 0; !signal.aborted && isOwner(); beat++) {
      connection.publish(beatSubject(layout, shard), JSON.stringify({ nodeId, epoch }))
      // Once a lease: frees what has expired, and finds out whether another took the shard.
      if (beat % BEATS_A_LEASE === 0) void keeper.expire(clock()).catch(() => {})
      if (keeper.book.sequence - saved >= parts.snapshotEvents) {
        saved = keeper.book.sequence
        keeper.snapshot().catch((error: unknown) => onEvent({ kind: 'failed', shard, error }))
      }
      await sleep(lease / BEATS_A_LEASE)
    }
  } finally {
    parts.onKeeper(shard, undefined)
    subscription.unsubscribe()
  }
}

async function answer(keeper: StockKeeper, message: Msg): Promise<void> {
  let told: Answer
  try {
    told = { outcomes: await keeper.submitMany(parseCommands(message.string())) }
  } catch (error) {
    told = answerOfError(error)
  }
  try {
    message.respond(JSON.stringify(told))
  } catch {
    // The connection is closed: the sender hears nothing, and asks the next owner.
  }
}
