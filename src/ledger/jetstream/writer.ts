import { nuid } from '@nats-io/transport-node'
import { StorewrightError } from '../../core/errors.ts'
import type { Block } from '../blocks.ts'
import type { Appended } from '../ledger.ts'
import { conflict } from '../surface.ts'
import type { KnownEnd } from './end.ts'
import {
  blocksBytes,
  encodeBody,
  MESSAGE_OVERHEAD_BYTES,
  messagesOf,
  type NewMessage,
} from './messages.ts'
import { type Failure, failureOf, patienceOf } from './patience.ts'
import type { LedgerStream } from './stream.ts'

export interface WriterOptions {
  /** A message takes no further appends beyond so many bytes. */
  readonly messageBytes: number
  /** For the outcome of one message, in ms. */
  readonly deadline: number
  /** Brings the known end up to date with the stream's leader. */
  readonly refresh: () => Promise<void>
}

interface Waiting {
  readonly blocks: readonly Block[]
  readonly count: number
  readonly bytes: number
  readonly expected: number | undefined
  /** The end was looked up for its sake since it came. */
  looked: boolean
  readonly resolve: (appended: Appended) => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes appends in their order, one message at a time. Group commit: appends that wait while a
 * message is replicated share the next. With one message under way the place it must take is
 * known, so that the stream itself refuses it when another writer was faster, and an answer that
 * is lost can be found out by looking at that place.
 */
export function createWriter(stream: LedgerStream, end: KnownEnd, options: WriterOptions) {
  const mostBytes = stream.maxMessageBytes - MESSAGE_OVERHEAD_BYTES
  const waiting: Waiting[] = []
  let running = false

  /** Ends when nothing waits; throws nothing. */
  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      try {
        if (await headCanGo(waiting, end, options.refresh)) await writeGroup()
      } catch (error) {
        waiting.shift()?.reject(error)
      }
    }
    running = false
  }

  async function writeGroup(): Promise<void> {
    const group = takeGroup(waiting, end.event, options.messageBytes)
    const first = end.event + 1
    const last = end.event + group.reduce((sum, { count }) => sum + count, 0)
    const body = encodeBody(group.flatMap((one) => one.blocks))
    let stored: boolean
    try {
      stored = await storeAll({ id: nuid.next(), first, last, body })
    } catch (error) {
      for (const one of group) one.reject(error)
      return
    }
    if (!stored) {
      waiting.unshift(...group)
      await options.refresh()
      return
    }
    let next = first
    for (const { count, resolve } of group) {
      resolve({ first: next, last: next + count - 1 })
      next += count
    }
  }

  /** Stores a body behind the end, in one message or in pieces; false when another was faster. */
  async function storeAll(whole: Omit<NewMessage, 'pieces'>): Promise<boolean> {
    let place = end.stream
    for (const message of messagesOf(whole, mostBytes)) {
      place++
      if (!(await storeAt(stream, message, place, options.deadline))) return false
      end.learn({ streamSequence: place, last: message.last })
    }
    return true
  }

  return function write(blocks: readonly Block[], expected: number | undefined): Promise<Appended> {
    const bytes = blocksBytes(blocks)
    const count = blocks.reduce((sum, block) => sum + block.count, 0)
    return new Promise((resolve, reject) => {
      waiting.push({ blocks, count, bytes, expected, looked: false, resolve, reject })
      if (!running) void run()
    })
  }
}

/**
 * True when the first append may be written; a conflict is told to its caller. What it expects is
 * looked up once before it counts as a conflict: other processes append, too.
 */
async function headCanGo(
  waiting: Waiting[],
  end: KnownEnd,
  refresh: () => Promise<void>,
): Promise<boolean> {
  const head = waiting[0]!
  if (head.expected === undefined || head.expected === end.event) return true
  if (head.expected > end.event && !head.looked) {
    head.looked = true
    await refresh()
    return false
  }
  waiting.shift()
  head.reject(conflict(head.expected, end.event))
  return false
}

/** The appends that go into one message: the first, and those behind it that fit. */
function takeGroup(waiting: Waiting[], last: number, messageBytes: number): Waiting[] {
  const group: Waiting[] = []
  let bytes = 0
  let sequence = last
  for (const one of waiting) {
    const fits = group.length === 0 || bytes + one.bytes <= messageBytes
    if (!fits || (one.expected !== undefined && one.expected !== sequence)) break
    group.push(one)
    bytes += one.bytes
    sequence += one.count
  }
  waiting.splice(0, group.length)
  return group
}

/**
 * Stores the message at its place in the stream: true when it stands there, false when another
 * does, so that it never will. Sends it again, with the same id, while neither is known: the
 * stream takes one message at a place, whatever was sent how often. Throws ERR_LEDGER_UNKNOWN,
 * ERR_LEDGER_WRITE, ERR_LEDGER_CLOSED.
 */
async function storeAt(
  stream: LedgerStream,
  message: NewMessage,
  place: number,
  deadline: number,
): Promise<boolean> {
  const patience = patienceOf(deadline)
  // Whether an attempt may have been stored without our hearing of it.
  let uncertain = false
  for (;;) {
    let failure: Failure
    let cause: unknown
    try {
      // Another place: an earlier attempt took it and this one was told apart as its double, or
      // one that was refused is remembered as a double. Looking tells.
      if ((await stream.publish(message, place - 1)) === place) return true
      failure = 'unknown'
    } catch (error) {
      cause = error
      failure = failureOf(error)
    }
    if (failure === 'fault') throw cause
    if (failure === 'refused' && !uncertain) throw notWritten(cause)
    uncertain ||= failure === 'unknown' || failure === 'closed'
    if (failure !== 'not-done') {
      const there = await stream.fromLeader(place).catch(() => undefined)
      if (there !== undefined) return there.id === message.id
    }
    if (failure === 'closed' || !(await patience.pause())) {
      throw uncertain ? unknownOutcome(message, cause) : notWritten(cause)
    }
  }
}

function notWritten(cause: unknown): StorewrightError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StorewrightError('ERR_LEDGER_WRITE', `the ledger could not be written: ${reason}`, {
    next: 'See that most of the NATS servers run and have room. Nothing of this append is recorded.',
    cause,
  })
}

function unknownOutcome({ first, last }: NewMessage, cause: unknown): StorewrightError {
  return new StorewrightError(
    'ERR_LEDGER_UNKNOWN',
    `no server said in time whether events ${first} to ${last} were recorded`,
    {
      next: 'Once the servers answer, read the ledger from there on before you append anew.',
      cause,
    },
  )
}
