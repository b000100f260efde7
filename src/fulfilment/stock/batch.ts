import type { NewEvent } from '../../ledger/index.ts'
import { applyChange } from './apply.ts'
import { type Decision, decide } from './decide.ts'
import { StockDraft } from './draft.ts'
import { reservationsExpired, STOCK_SUBJECT, type StockData } from './events.ts'
import { type Refusal, refusal } from './lines.ts'
import type { StockState } from './state.ts'
import type { StockCommand, StockOutcome } from './types.ts'

/** What batches are decided by. */
export interface BatchRules {
  /** Milliseconds that the clock may step back. */
  readonly tolerance: number
}

/** Commands decided together: events to write, and what to do once they are on disk. */
export interface DecidedBatch {
  readonly events: readonly NewEvent[]
  /** Reservations that end with this batch. */
  readonly expired: readonly string[]
  /** Settles the draft; `first`: sequence number of the first event. Returns the outcomes. */
  settle(first: number): readonly StockOutcome[]
}

/** Where the answer to a command comes from. */
type Pending =
  | { readonly kind: 'known'; readonly outcome: StockOutcome }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** Index of its event, and what it left short. */
  | { readonly kind: 'event'; readonly event: number; readonly shortages: readonly number[] }
  /** The same request stands earlier in the batch. */
  | { readonly kind: 'same'; readonly command: number }

/** Reservations in one event of their end. */
const EXPIRED_AN_EVENT = 1_000

/**
 * Decides commands one after the other at `now` (epoch ms), after releasing what has expired, and
 * changes nothing but a draft of its own.
 */
export function decideBatch(
  state: StockState,
  commands: readonly StockCommand[],
  now: number,
  rules: BatchRules,
): DecidedBatch {
  // Within the tolerance the time stands still instead of going back.
  const time = Math.max(now, state.time)
  const wentBack = state.time - now
  const draft = new StockDraft(state)
  const events: NewEvent[] = []
  const expired = wentBack > rules.tolerance ? [] : state.due(time, EXPIRED_AN_EVENT)
  if (expired.length > 0)
    put(draft, events, reservationsExpired.type, { ids: expired, n: [] }, time)
  const first = new Map<string, number>()
  const pending = commands.map((command, index): Pending => {
    const { requestId } = command
    const known = state.known(requestId)
    if (known !== undefined) return { kind: 'known', outcome: known }
    const same = first.get(requestId)
    if (same !== undefined) return { kind: 'same', command: same }
    if (wentBack > rules.tolerance) return { kind: 'refused', refusal: clockWentBack(wentBack) }
    first.set(requestId, index)
    const decision = decideChecked(draft, state, command, time)
    if (!decision.ok) return { kind: 'refused', refusal: decision }
    const shortages = put(draft, events, decision.type, decision.data, time)
    return { kind: 'event', event: events.length - 1, shortages }
  })
  const settle = (start: number) => {
    if (events.length > 0) state.time = time
    draft.settle()
    if (events.length > 0) state.book.sequence = start + events.length - 1
    return answersOf(state, commands, pending, start, time)
  }
  return { events, expired, settle }
}

function decideChecked(
  view: StockDraft,
  state: StockState,
  command: StockCommand,
  now: number,
): Decision {
  if (!isId(command.requestId)) {
    return refusal('bad-request', 'the id of a request has 1 to 256 characters')
  }
  if ('reservationId' in command && !isId(command.reservationId)) {
    return refusal('bad-request', 'the id of a reservation has 1 to 256 characters')
  }
  return decide({ names: state.book, view, now }, command)
}

function isId(id: unknown): boolean {
  return typeof id === 'string' && id.length > 0 && id.length <= 256
}

/** Adds an event and applies it to the draft; returns what it leaves short. */
function put(
  draft: StockDraft,
  events: NewEvent[],
  type: string,
  data: StockData,
  time: number,
): readonly number[] {
  events.push({ subject: STOCK_SUBJECT, type, data, time })
  return applyChange(draft, type, data, time)
}

function answersOf(
  state: StockState,
  commands: readonly StockCommand[],
  pending: readonly Pending[],
  start: number,
  time: number,
): readonly StockOutcome[] {
  const outcomes: StockOutcome[] = []
  pending.forEach((one, i) => {
    const { requestId } = commands[i]!
    if (one.kind === 'known') outcomes.push(one.outcome)
    else if (one.kind === 'same') outcomes.push(outcomes[one.command]!)
    else if (one.kind === 'refused') {
      // What the clock refused may be asked again when it is right.
      if (one.refusal.refusal !== 'clock-went-back') state.answers.set(requestId, one.refusal, time)
      outcomes.push(one.refusal)
    } else outcomes.push(state.answer(requestId, start + one.event, time, one.shortages))
  })
  return outcomes
}

function clockWentBack(milliseconds: number): Refusal {
  return refusal(
    'clock-went-back',
    `the clock is ${milliseconds} ms before the last event of stock; set it right and send the command again`,
  )
}
