import { JetStreamApiCodes, JetStreamApiError, JetStreamError } from '@nats-io/jetstream'
import { errors } from '@nats-io/transport-node'
import { StorewrightError } from '../../core/errors.ts'

const FIRST_PAUSE_MILLISECONDS = 20
const LONGEST_PAUSE_MILLISECONDS = 500

/** What a failed request says about what it asked for. */
export type Failure =
  /** The servers refused it, and would again. */
  | 'refused'
  /** Another message stands where this one was expected to. */
  | 'overtaken'
  /** It reached no one who could do it: it was not done. */
  | 'not-done'
  /** No answer: it may have been done. */
  | 'unknown'
  /** This side closed the connection. */
  | 'closed'
  /** No answer of a server at all: a fault of ours. */
  | 'fault'

/** Reads an error of the NATS client. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TypeError || error instanceof ReferenceError) return 'fault'
  if (error instanceof errors.ClosedConnectionError) return 'closed'
  if (error instanceof errors.DrainingConnectionError) return 'closed'
  if (error instanceof JetStreamApiError) return apiFailureOf(error)
  if (error instanceof errors.NoRespondersError) return 'not-done'
  if (error instanceof errors.RequestError) return error.isNoResponders() ? 'not-done' : 'unknown'
  if (error instanceof errors.PermissionViolationError) return 'refused'
  if (error instanceof errors.InvalidArgumentError) return 'refused'
  if (error instanceof JetStreamError) return 'unknown'
  // A publish that nobody listens for: the stream has no leader now.
  if (error instanceof Error && error.name === 'JetStreamNotEnabled') return 'not-done'
  return 'unknown'
}

function apiFailureOf(error: JetStreamApiError): Failure {
  if (
    error.code === JetStreamApiCodes.StreamWrongLastSequence ||
    error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown
  ) {
    return 'overtaken'
  }
  // 5xx: no leader, no room, not ready. 4xx: what was asked is wrong.
  return error.status >= 400 && error.status < 500 ? 'refused' : 'not-done'
}

/** Pauses that grow from 20 ms to 500 ms, until a deadline. */
export interface Patience {
  /** Waits; false once the deadline has passed. */
  pause(): Promise<boolean>
}

/** Patience of so many milliseconds from now. */
export function patienceOf(milliseconds: number): Patience {
  const end = performance.now() + milliseconds
  let next = FIRST_PAUSE_MILLISECONDS
  return {
    async pause() {
      const left = end - performance.now()
      if (left <= 0) return false
      const wait = Math.min(next, left)
      next = Math.min(2 * next, LONGEST_PAUSE_MILLISECONDS)
      await new Promise((resolve) => setTimeout(resolve, wait))
      return true
    },
  }
}

/**
 * Asks until there is an answer: what was not answered or not done is asked again until the
 * deadline. For questions that may be asked twice. Throws ERR_LEDGER_AWAY, ERR_LEDGER_CLOSED.
 */
export async function answerOf<T>(ask: () => Promise<T>, deadlineMilliseconds: number): Promise<T> {
  const patience = patienceOf(deadlineMilliseconds)
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof StorewrightError) throw error
      const failure = failureOf(error)
      if (failure === 'fault') throw error
      if (failure === 'closed') throw closed(error)
      if (failure === 'refused' || !(await patience.pause())) throw away(error)
    }
  }
}

function closed(cause: unknown): StorewrightError {
  return new StorewrightError('ERR_LEDGER_CLOSED', 'the ledger is closed', { cause })
}

/** Throws nothing; makes ERR_LEDGER_AWAY of what the client says. */
export function away(cause: unknown): StorewrightError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new StorewrightError('ERR_LEDGER_AWAY', `JetStream does not answer: ${reason}`, {
    next: 'See that most of the NATS servers run and that JetStream is enabled on them.',
    cause,
  })
}
