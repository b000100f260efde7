import { requireArgument, StorewrightError } from '../core/errors.ts'
import { readKnob } from '../core/knobs.ts'
import { type CheckedEvent, checkEvent } from './event-types.ts'
import { eachOf, follow, type Paged, pagesThrough } from './follow.ts'
import {
  type Appended,
  type Ledger,
  type LedgerEvent,
  type LedgerOptions,
  type NewEvent,
  type ReadOptions,
  tailPollKnob,
} from './ledger.ts'
import { isSubject } from './subjects.ts'

/** Where events are kept: what one implementation of Ledger differs in from another. */
export interface Backend extends Pick<Paged, 'page' | 'lastSequence'> {
  /** Writes all or none, durably, unless `expected` is given and not the last sequence number. */
  write(events: readonly CheckedEvent[], expected: number | undefined): Promise<Appended>
  close(): Promise<void>
}

/** The ledger over a backend: checks arguments and events, wakes tails, knows that it is closed. */
export function ledgerOver(backend: Backend, { clock, knobs }: LedgerOptions): Ledger {
  const pollMilliseconds = readKnob(tailPollKnob, knobs)
  const listeners = new Set<() => void>()
  const writing = new Set<Promise<unknown>>()
  // Tails that have yet to learn where they start: what is appended meanwhile belongs to them.
  const starting = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  const isClosed = () => closing !== undefined
  const paged: Paged = {
    ...backend,
    isClosed,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const tellListeners = () => {
    for (const listener of listeners) listener()
  }
  function requireOpen(): void {
    if (isClosed()) throw new StorewrightError('ERR_LEDGER_CLOSED', 'the ledger is closed')
  }
  function nextSequence(): number | Promise<number> {
    const last = backend.lastSequence()
    if (typeof last === 'number') return last + 1
    const next = last.then((sequence) => sequence + 1)
    starting.add(next)
    heard(next.finally(() => starting.delete(next)))
    return next
  }
  async function append(events: readonly NewEvent[], expected: number | undefined) {
    requireOpen()
    requireArgument(events.length > 0, 'append was given no events')
    if (expected !== undefined) requireSequence(expected, 0, 'expectedSequence')
    const checked = events.map((event, index) => checkEvent(event, index, clock))
    const written =
      starting.size === 0
        ? backend.write(checked, expected)
        : Promise.allSettled(starting).then(() => backend.write(checked, expected))
    writing.add(written)
    try {
      return await written
    } finally {
      writing.delete(written)
      tellListeners()
    }
  }
  function pages(options: ReadOptions): AsyncIterable<readonly LedgerEvent[]> {
    requireOpen()
    const { from, prefix, limit } = checkRead(options)
    const last = backend.lastSequence()
    heard(last)
    return pagesThrough(paged, from ?? 1, last, prefix, limit ?? Infinity)
  }
  async function close(): Promise<void> {
    await Promise.allSettled(writing)
    tellListeners()
    await backend.close()
  }
  return {
    append: (events, { expectedSequence } = {}) => append(events, expectedSequence),
    read: (options = {}) => eachOf(pages(options)),
    pages: (options = {}) => pages(options),
    tail({ signal, ...options } = {}) {
      requireOpen()
      const { prefix, from = nextSequence() } = checkRead(options)
      return follow(paged, from, prefix, pollMilliseconds, signal)
    },
    async lastSequence() {
      requireOpen()
      return backend.lastSequence()
    },
    close: () => (closing ??= close()),
  }
}

/** A rejection that the iteration will tell, should anybody begin it, must not end the process. */
function heard(promise: unknown): void {
  Promise.resolve(promise).catch(() => {})
}

function checkRead(options: ReadOptions): ReadOptions {
  const { from, prefix, limit } = options
  if (from !== undefined) requireSequence(from, 1, 'from')
  if (limit !== undefined) requireSequence(limit, 0, 'limit')
  requireArgument(
    prefix === undefined || isSubject(prefix),
    `prefix is ${JSON.stringify(prefix)}, not dotted segments`,
  )
  return options
}

function requireSequence(value: number, least: number, name: string): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= least,
    `${name} is ${value}, not a whole number of at least ${least}`,
  )
}

/** Throws ERR_LEDGER_CONFLICT. */
export function conflict(expected: number, last: number): StorewrightError {
  return new StorewrightError(
    'ERR_LEDGER_CONFLICT',
    `sequence number ${expected} was expected to be the last; the last is ${last}`,
    { next: 'Read what was appended since, decide again, and append with the new last number.' },
  )
}
