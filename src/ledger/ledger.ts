import { declareKnob, type KnobSettings } from '../core/knobs.ts'

/** What JSON can carry. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json }

/** What made an event happen: the sequence number of an earlier event, or an id from outside. */
export type Cause = number | string

/** An event as it is handed in. */
export interface NewEvent {
  /** Epoch milliseconds; where absent the ledger's clock fills it in. */
  readonly time?: number
  /** What it is about: dotted segments, such as `plan.purchase.SKU-12`. */
  readonly subject: string
  /** A type made known with `defineEvent`. */
  readonly type: string
  readonly data: Json
  readonly cause?: Cause
}

/** An event as it stands in the ledger. */
export interface LedgerEvent<Data = Json> {
  /** 1, 2, 3, … without gaps. */
  readonly sequence: number
  /** Epoch milliseconds. */
  readonly time: number
  readonly subject: string
  readonly type: string
  readonly data: Data
  readonly cause?: Cause
}

export interface AppendOptions {
  /** Append only when this is the sequence number of the last event (0: an empty ledger). */
  readonly expectedSequence?: number
}

/** Sequence numbers given to one append. */
export interface Appended {
  readonly first: number
  readonly last: number
}

export interface ReadOptions {
  /** First sequence number wanted; default 1. */
  readonly from?: number
  /** Whole leading segments of the subject: `plan` has `plan.purchase`, not `plans`. */
  readonly prefix?: string
  /** At most so many events. */
  readonly limit?: number
}

export interface TailOptions {
  /** First sequence number wanted; default: the next event to come. */
  readonly from?: number
  readonly prefix?: string
  /** Ends the iteration when aborted. */
  readonly signal?: AbortSignal
}

/** An append-only, durable, ordered record of what happened and what was decided. */
export interface Ledger {
  /**
   * Appends all events or none, with consecutive sequence numbers. Resolves only when they are on
   * disk; nobody sees them earlier. Throws ERR_LEDGER_BAD_EVENT, ERR_LEDGER_CONFLICT (the expected
   * sequence number is not the last one), ERR_LEDGER_CLOSED, ERR_LEDGER_WRITE.
   */
  append(events: readonly NewEvent[], options?: AppendOptions): Promise<Appended>
  /** The events there are when reading reaches them, in order. Throws ERR_LEDGER_DAMAGED. */
  read(options?: ReadOptions): AsyncIterable<LedgerEvent>
  /**
   * What `read` gives, as many events at a time as lie together: waiting for each of millions costs
   * more than many a use of it. Absent where there is no faster way; `readPages` reads either way.
   */
  pages?(options?: ReadOptions): AsyncIterable<readonly LedgerEvent[]>
  /** Like read, then every new event as it comes, from whichever process. Ends with the signal. */
  tail(options?: TailOptions): AsyncIterable<LedgerEvent>
  /** Sequence number of the last event; 0 when there is none. */
  lastSequence(): Promise<number>
  /** Waits for appends under way, ends tails. Anything later throws ERR_LEDGER_CLOSED. */
  close(): Promise<void>
}

export interface LedgerOptions {
  /** Fills in the time of events that bring none: epoch milliseconds. */
  readonly clock?: () => number
  readonly knobs?: KnobSettings
}

export const blockEventsKnob = declareKnob({
  name: 'ledger.block-events',
  unit: 'events',
  range: [1, 65_536],
  default: 1024,
  trades: 'More events a block append and scan faster and take less room, and cost single reads.',
})

export const tailPollKnob = declareKnob({
  name: 'ledger.tail-poll-milliseconds',
  unit: 'ms',
  range: [1, 10_000],
  default: 50,
  trades: 'A longer wait saves CPU and delays what other processes append on its way to a tail.',
})
