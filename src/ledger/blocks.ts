import { crc32 } from 'node:zlib'
import { Packr } from 'msgpackr'
import { StorewrightError } from '../core/errors.ts'
import type { CheckedEvent } from './event-types.ts'
import type { Cause, Json, LedgerEvent } from './ledger.ts'
import { encodeSignature } from './signatures.ts'
import { firstSegment, hasPrefix } from './subjects.ts'

/*
 * A block holds events that were appended together, column by column:
 *
 *   byte 0     format, 1
 *   byte 1–4   CRC-32 of the rest, big-endian
 *   byte 5–    MessagePack (with msgpackr's records, which write the keys of like objects once):
 *              [time of the first event, types, subjects, time − time before, index of the type,
 *               index of the subject, data, causes (absent where no event has one)]
 *
 * The sequence numbers are not inside: the key of a block is that of its last event.
 */
const FORMAT = 1
const HEADER_BYTES = 5

type Columns = readonly [
  time: number,
  types: readonly string[],
  subjects: readonly string[],
  timeSteps: readonly number[],
  typeIndexes: readonly number[],
  subjectIndexes: readonly number[],
  data: readonly Json[],
  causes?: readonly (Cause | null)[],
]

/** A block ready to be written. */
export interface Block {
  readonly count: number
  readonly bytes: Buffer
  /** First segments of its subjects, each once. */
  readonly firstSegments: ReadonlySet<string>
  /** Tells which prefixes its subjects do not have. */
  readonly signature: Buffer
}

/** Packs events of one append into a block. */
export function encodeBlock(events: readonly CheckedEvent[]): Block {
  const types = new Map<string, number>()
  const subjects = new Map<string, number>()
  const columns = columnsOf(events, types, subjects)
  // A packer of its own each time would cost more; without shared structures it keeps no state
  // from one call to the next, so every block can be read alone.
  const body = packer.pack(columns)
  const bytes = Buffer.allocUnsafeSlow(HEADER_BYTES + body.length)
  bytes[0] = FORMAT
  bytes.writeUInt32BE(crc32(body), 1)
  body.copy(bytes, HEADER_BYTES)
  const firstSegments = new Set<string>()
  for (const subject of subjects.keys()) firstSegments.add(firstSegment(subject))
  const signature = encodeSignature(subjects.keys())
  return { count: events.length, bytes, firstSegments, signature }
}

/** Packs events into blocks of at most `blockEvents`. */
export function packBlocks(events: readonly CheckedEvent[], blockEvents: number): Block[] {
  const packed: Block[] = []
  for (let start = 0; start < events.length; start += blockEvents) {
    packed.push(encodeBlock(events.slice(start, start + blockEvents)))
  }
  return packed
}

const packer = new Packr({ useRecords: true })

function columnsOf(
  events: readonly CheckedEvent[],
  types: Map<string, number>,
  subjects: Map<string, number>,
): Columns {
  const timeSteps: number[] = []
  const typeIndexes: number[] = []
  const subjectIndexes: number[] = []
  const data: Json[] = []
  const causes: (Cause | null)[] = []
  const firstTime = events[0]!.time
  let time = firstTime
  let anyCause = false
  for (const event of events) {
    timeSteps.push(event.time - time)
    time = event.time
    typeIndexes.push(indexIn(types, event.type))
    subjectIndexes.push(indexIn(subjects, event.subject))
    data.push(event.data)
    causes.push(event.cause ?? null)
    anyCause ||= event.cause !== undefined
  }
  const columns = [
    firstTime,
    [...types.keys()],
    [...subjects.keys()],
    timeSteps,
    typeIndexes,
    subjectIndexes,
    data,
  ] as const
  return anyCause ? [...columns, causes] : columns
}

function indexIn(dictionary: Map<string, number>, word: string): number {
  const known = dictionary.get(word)
  if (known !== undefined) return known
  dictionary.set(word, dictionary.size)
  return dictionary.size - 1
}

/**
 * The events of a block whose last sequence number is `last`: those from sequence number `from` on
 * whose subject has the prefix. Throws ERR_LEDGER_DAMAGED.
 */
export function decodeBlock(
  bytes: Buffer,
  last: number,
  from: number,
  prefix: string | undefined,
): LedgerEvent[] {
  const [firstTime, types, subjects, timeSteps, typeIndexes, subjectIndexes, data, causes] =
    unpackColumns(bytes, last)
  const wanted = subjects.map((subject) => prefix === undefined || hasPrefix(subject, prefix))
  const first = last - data.length + 1
  const events: LedgerEvent[] = []
  let time = firstTime
  for (let i = 0; i < data.length; i++) {
    time += timeSteps[i]!
    const sequence = first + i
    if (sequence < from || !wanted[subjectIndexes[i]!]) continue
    const subject = subjects[subjectIndexes[i]!]!
    const type = types[typeIndexes[i]!]!
    const cause = causes?.[i] ?? undefined
    const event = { sequence, time, subject, type, data: data[i]! }
    events.push(cause === undefined ? event : { ...event, cause })
  }
  return events
}

function unpackColumns(bytes: Buffer, last: number): Columns {
  const body = bytes.subarray(HEADER_BYTES)
  if (bytes[0] !== FORMAT || crc32(body) !== bytes.readUInt32BE(1)) {
    throw new StorewrightError(
      'ERR_LEDGER_DAMAGED',
      `the block of events up to ${last} is ${bytes[0] === FORMAT ? 'damaged' : 'of an unknown format'}`,
      { next: 'Restore the ledger folder from a copy, or read it with the version that wrote it.' },
    )
  }
  return packer.unpack(body) as Columns
}
