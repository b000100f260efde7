import { connect, type NodeConnectionOptions } from '@nats-io/transport-node'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { openJetStreamLedger } from '../../ledger/index.ts'
import type { NewNames, StockKeeper } from '../stock/types.ts'
import { listenToBeats } from './beats.ts'
import { CLUSTER_KNOBS } from './knobs.ts'
import { holdShard, type SeatEvent } from './seat.ts'
import { requireLayout, type ShardLayout } from './shards.ts'

export interface StockNodeOptions extends ShardLayout, NewNames {
  /** Addresses of NATS servers with JetStream. */
  readonly servers: readonly string[]
  /** Servers that keep each shard's stream: 1, 3 or 5. */
  readonly replicas: number
  /** Tells nodes apart; unlike any other node's. */
  readonly nodeId: string
  /** Folder for this node's snapshots. */
  readonly folder: string
  /** Epoch ms; nodes' clocks should agree to a second (fulfilment.stock-clock-tolerance-…). */
  readonly clock: () => number
  readonly connection?: NodeConnectionOptions
  readonly knobs?: KnobSettings
  readonly onEvent?: (event: SeatEvent) => void
}

/** A process that stands ready to own shards, and owns those that no other does. */
export interface StockNode {
  /** Keepers of the shards that it owns now, as far as it knows; for reading their books. */
  readonly keepers: ReadonlyMap<number, StockKeeper>
  /** Leaves its shards; others take them once it has been silent for a lease. */
  close(): Promise<void>
}

/** Starts a node of a cluster that keeps stock. Throws ERR_ARGUMENT, and what NATS says. */
export async function startStockNode(options: StockNodeOptions): Promise<StockNode> {
  const { servers, replicas, nodeId, folder, clock, knobs, cluster, shards } = options
  const { siteIds = [], productIds = [], onEvent = () => {} } = options
  const layout = { cluster, shards }
  requireLayout(layout)
  const shared = {
    ...options.connection,
    servers: [...servers],
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  }
  const connection = await connect({ ...shared, name: `storewright stock node ${nodeId}` })
  const beats = listenToBeats(connection, layout)
  const keepers = new Map<number, StockKeeper>()
  const stop = new AbortController()
  const parts = {
    ...{ layout, nodeId, connection, beats, folder, clock, knobs, onEvent },
    lease: readKnob(CLUSTER_KNOBS.leaseMilliseconds, knobs),
    snapshotEvents: readKnob(CLUSTER_KNOBS.snapshotEvents, knobs),
    names: { siteIds, productIds },
    openLedger: (stream: string) =>
      openJetStreamLedger({
        ...{ servers, stream, replicas, clock },
        ...(options.connection === undefined ? {} : { connection: options.connection }),
        ...(knobs === undefined ? {} : { knobs }),
      }),
    onKeeper(shard: number, keeper: StockKeeper | undefined) {
      if (keeper === undefined) keepers.delete(shard)
      else keepers.set(shard, keeper)
    },
  }
  const seats = Array.from({ length: shards }, (_, shard) => holdShard(parts, shard, stop.signal))
  return {
    keepers,
    async close() {
      stop.abort()
      await Promise.all(seats)
      beats.close()
      await connection.close()
    },
  }
}
