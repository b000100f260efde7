import { StorewrightError } from '../../core/errors.ts'
import { type Block, decodeBlock } from '../blocks.ts'
import type { LedgerEvent } from '../ledger.ts'

/*
 * A message of the stream holds the appends that were written together, whole, as blocks:
 *
 *   header Storewright-First    sequence number of its first event
 *   header Storewright-Last     that of its last
 *   header Storewright-Pieces   how many messages before it hold the beginning of its body (0)
 *   header Nats-Msg-Id          which write it is of
 *   byte 0                      format, 1
 *   then, block after block     number of events, length in bytes (32 bits, big-endian), block
 *
 * Each block brings its own CRC-32 (blocks.ts). An append larger than a message may be is written
 * in pieces: those before the last hold no event of their own (their last number is that before
 * their first), are called after it (`ID/0`, `ID/1`, …), and stand right before it. Its events are
 * there when the last piece is; pieces that no last one follows count for nothing.
 */
const FORMAT = 1
const BLOCK_HEADER_BYTES = 8

export const FIRST_HEADER = 'Storewright-First'
export const LAST_HEADER = 'Storewright-Last'
export const PIECES_HEADER = 'Storewright-Pieces'
export const ID_HEADER = 'Nats-Msg-Id'

/** Room that headers and format take beside the blocks, in bytes; generous. */
export const MESSAGE_OVERHEAD_BYTES = 1_024

/** A message as it stands in the stream. */
export interface StreamMessage {
  readonly streamSequence: number
  /** Which write it is of. */
  readonly id: string
  /** Sequence numbers of its first and last event. */
  readonly first: number
  readonly last: number
  /** Messages right before it that hold the beginning of its body. */
  readonly pieces: number
  readonly body: Uint8Array
}

/** A message that is yet to be stored. */
export type NewMessage = Omit<StreamMessage, 'streamSequence'>

/** Bytes that blocks take in a message. */
export function blocksBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { bytes }) => sum + BLOCK_HEADER_BYTES + bytes.length, 0)
}

/** The body of a message that holds the blocks. */
export function encodeBody(blocks: readonly Block[]): Buffer {
  const body = Buffer.allocUnsafe(1 + blocksBytes(blocks))
  body[0] = FORMAT
  let at = 1
  for (const { count, bytes } of blocks) {
    body.writeUInt32BE(count, at)
    body.writeUInt32BE(bytes.length, at + 4)
    bytes.copy(body, at + BLOCK_HEADER_BYTES)
    at += BLOCK_HEADER_BYTES + bytes.length
  }
  return body
}

/** Events of a message from sequence number `from` on under the prefix. Throws ERR_LEDGER_DAMAGED. */
export function decodeMessage(
  message: StreamMessage,
  from: number,
  prefix: string | undefined,
): LedgerEvent[] {
  const { first, last, streamSequence } = message
  // A piece: what it holds is told by the last one.
  if (last < first) return []
  const body = Buffer.from(message.body.buffer, message.body.byteOffset, message.body.byteLength)
  if (body[0] !== FORMAT) throw damaged(streamSequence, 'is of an unknown format')
  const events: LedgerEvent[] = []
  let sequence = first - 1
  for (let at = 1; at < body.length; ) {
    if (at + BLOCK_HEADER_BYTES > body.length) throw damaged(streamSequence, 'is cut short')
    sequence += body.readUInt32BE(at)
    const start = at + BLOCK_HEADER_BYTES
    at = start + body.readUInt32BE(at + 4)
    if (at > body.length) throw damaged(streamSequence, 'is cut short')
    if (sequence < from) continue
    for (const event of decodeBlock(body.subarray(start, at), sequence, from, prefix)) {
      events.push(event)
    }
  }
  if (sequence !== last)
    throw damaged(streamSequence, `holds events up to ${sequence}, not ${last}`)
  return events
}

/** Sequence numbers and id from the headers of a message. Throws ERR_LEDGER_DAMAGED. */
export function readHeaders(
  streamSequence: number,
  get: (name: string) => string,
): Omit<NewMessage, 'body'> {
  const id = get(ID_HEADER)
  const first = Number(get(FIRST_HEADER))
  const last = Number(get(LAST_HEADER))
  const pieces = Number(get(PIECES_HEADER))
  const areNumbers = [first, last, pieces].every(Number.isSafeInteger)
  if (!areNumbers || first < 1 || last < first - 1 || pieces < 0) {
    throw damaged(streamSequence, 'does not say which events it holds')
  }
  return { id, first, last, pieces }
}

/** The messages that a body makes: one, or pieces of at most `mostBytes`. */
export function messagesOf(
  { id, first, last, body }: Omit<NewMessage, 'pieces'>,
  mostBytes: number,
): readonly NewMessage[] {
  const pieces = Math.ceil(body.length / mostBytes) - 1
  return Array.from({ length: pieces + 1 }, (_, k) => {
    const piece = body.subarray(k * mostBytes, (k + 1) * mostBytes)
    return k === pieces
      ? { id, first, last, pieces, body: piece }
      : { id: pieceId(id, k), first, last: first - 1, pieces: 0, body: piece }
  })
}

/** A message with its whole body, from it and its pieces. Throws ERR_LEDGER_DAMAGED. */
export function joinPieces(
  message: StreamMessage,
  pieces: readonly (StreamMessage | undefined)[],
): StreamMessage {
  pieces.forEach((piece, k) => {
    if (piece?.id !== pieceId(message.id, k)) {
      throw damaged(message.streamSequence, `lacks its piece ${k}`)
    }
  })
  const bodies = [...pieces.map((piece) => piece!.body), message.body]
  return { ...message, pieces: 0, body: Buffer.concat(bodies) }
}

function pieceId(id: string, piece: number): string {
  return `${id}/${piece}`
}

/** The error of a message that cannot be read. */
export function damaged(streamSequence: number, fault: string): StorewrightError {
  return new StorewrightError(
    'ERR_LEDGER_DAMAGED',
    `message ${streamSequence} of the ledger's stream ${fault}`,
    { next: 'See that nothing else writes to the stream; restore it from a copy.' },
  )
}
