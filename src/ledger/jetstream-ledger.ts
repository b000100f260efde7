import { connect, type NatsConnection, type NodeConnectionOptions } from '@nats-io/transport-node'
import { requireArgument } from '../core/errors.ts'
import { readKnob } from '../core/knobs.ts'
import { packBlocks } from './blocks.ts'
import { createKnownEnd, refreshEnd } from './jetstream/end.ts'
import { ackWaitKnob, answerDeadlineKnob, messageBytesKnob } from './jetstream/knobs.ts'
import { away } from './jetstream/patience.ts'
import { createReader } from './jetstream/reader.ts'
import { openStream } from './jetstream/stream.ts'
import { createWriter } from './jetstream/writer.ts'
import { blockEventsKnob, type Ledger, type LedgerOptions } from './ledger.ts'
import { ledgerOver } from './surface.ts'

export interface JetStreamLedgerOptions extends LedgerOptions {
  /** Addresses of NATS servers with JetStream, such as `127.0.0.1:4222`; others are learned. */
  readonly servers: readonly string[]
  /** Name of the stream, which is made where it is missing; one ledger is one stream. */
  readonly stream: string
  /** Servers that keep the stream, when it is made: 1, 3 or 5. Default 1. */
  readonly replicas?: number
  /** What else the connection needs: credentials, TLS. */
  readonly connection?: NodeConnectionOptions
}

/**
 * Opens the ledger in a stream of NATS JetStream, which several machines may do at once. What is
 * acknowledged is on a majority of the stream's replicas; each flushes to its disk at its own
 * interval. Throws ERR_ARGUMENT, ERR_LEDGER_AWAY.
 */
export async function openJetStreamLedger(options: JetStreamLedgerOptions): Promise<Ledger> {
  const { stream: name, replicas = 1, knobs } = options
  requireArgument([1, 3, 5].includes(replicas), `replicas is ${replicas}, not 1, 3 or 5`)
  const deadline = readKnob(answerDeadlineKnob, knobs)
  const connection = await connectTo(options)
  try {
    const ackWait = readKnob(ackWaitKnob, knobs)
    const stream = await openStream(connection, { stream: name, replicas, ackWait, deadline })
    const end = createKnownEnd()
    const refresh = () => refreshEnd(stream, end, deadline)
    await refresh()
    const messageBytes = readKnob(messageBytesKnob, knobs)
    const write = createWriter(stream, end, { messageBytes, deadline, refresh })
    const blockEvents = readKnob(blockEventsKnob, knobs)
    return ledgerOver(
      {
        async write(events, expected) {
          return write(packBlocks(events, blockEvents), expected)
        },
        page: createReader(stream, end, deadline),
        async lastSequence() {
          await refresh()
          return end.event
        },
        close: () => connection.close(),
      },
      options,
    )
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function connectTo(options: JetStreamLedgerOptions): Promise<NatsConnection> {
  const { servers, stream, connection } = options
  try {
    return await connect({
      name: `storewright ledger ${stream}`,
      ...connection,
      servers: [...servers],
      // A server that died may be back, or another may take its place: never give up.
      maxReconnectAttempts: -1,
      reconnectTimeWait: 100,
    })
  } catch (error) {
    throw away(error)
  }
}
