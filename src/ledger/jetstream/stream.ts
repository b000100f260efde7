import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StoredMsg,
} from '@nats-io/jetstream'
import { headers, type NatsConnection } from '@nats-io/transport-node'
import { requireArgument } from '../../core/errors.ts'
import {
  FIRST_HEADER,
  LAST_HEADER,
  type NewMessage,
  PIECES_HEADER,
  readHeaders,
  type StreamMessage,
} from './messages.ts'
import { answerOf } from './patience.ts'

/** A stream of JetStream, reached message by message. Its methods throw what the client throws. */
export interface LedgerStream {
  /** Largest message that the servers take, in bytes. */
  readonly maxMessageBytes: number
  /**
   * Stores the message behind the message `expectedLast` and nowhere else; resolves when it is
   * stored, replicated on a majority, with the place it has in the stream.
   */
  publish(message: NewMessage, expectedLast: number): Promise<number>
  /** Place of the last message, as the stream's leader has it; 0 in an empty stream. */
  lastPlace(): Promise<number>
  /** A message as the leader has it. */
  fromLeader(streamSequence: number): Promise<StreamMessage | undefined>
  /** A message as any replica has it: one that is behind has not got the last ones. */
  fromReplica(streamSequence: number): Promise<StreamMessage | undefined>
}

export interface StreamOptions {
  readonly stream: string
  readonly replicas: number
  /** For one answer, in ms. */
  readonly ackWait: number
  /** For asking again, in ms. */
  readonly deadline: number
}

/** Finds the stream, or makes it. Throws ERR_ARGUMENT, ERR_LEDGER_AWAY. */
export async function openStream(
  connection: NatsConnection,
  options: StreamOptions,
): Promise<LedgerStream> {
  const { stream, ackWait, deadline } = options
  requireArgument(
    /^[A-Za-z0-9_-]{1,64}$/.test(stream),
    `stream is ${JSON.stringify(stream)}, not up to 64 letters, digits, dashes and underscores`,
  )
  const settings = { timeout: ackWait, checkAPI: false }
  const manager = await jetstreamManager(connection, settings)
  await answerOf(() => makeStream(manager, options), deadline)
  const client = jetstream(connection, settings)
  const subject = subjectOfStream(stream)
  return {
    maxMessageBytes: connection.info?.max_payload ?? 1_048_576,
    async publish({ id, first, last, pieces, body }, expectedLast) {
      const extra = headers()
      extra.set(FIRST_HEADER, String(first))
      extra.set(LAST_HEADER, String(last))
      extra.set(PIECES_HEADER, String(pieces))
      const ack = await client.publish(subject, body, {
        msgID: id,
        headers: extra,
        expect: { lastSequence: expectedLast },
      })
      return ack.seq
    },
    lastPlace: async () => (await manager.streams.info(stream)).state.last_seq,
    fromLeader: async (seq) => messageOf(await manager.streams.getMessage(stream, { seq })),
    fromReplica: async (seq) => messageOf(await manager.direct.getMessage(stream, { seq })),
  }
}

/** The one subject of a ledger's stream. */
function subjectOfStream(stream: string): string {
  return `storewright.ledger.${stream}`
}

/** A ledger forgets nothing: without limits, and nobody may delete from it. */
async function makeStream(
  manager: JetStreamManager,
  { stream, replicas }: StreamOptions,
): Promise<void> {
  try {
    await manager.streams.info(stream)
    return
  } catch (error) {
    const missing =
      error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound
    if (!missing) throw error
  }
  await manager.streams.add({
    name: stream,
    subjects: [subjectOfStream(stream)],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    num_replicas: replicas,
    deny_delete: true,
    deny_purge: true,
    allow_direct: true,
  })
}

function messageOf(stored: StoredMsg | null): StreamMessage | undefined {
  if (stored === null) return undefined
  const { seq, header, data } = stored
  return {
    streamSequence: seq,
    ...readHeaders(seq, (name) => header?.get(name) ?? ''),
    body: data,
  }
}
