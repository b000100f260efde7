import { ERROR_TABLE, type ErrorCode, StorewrightError } from '../../core/errors.ts'
import type { StockCommand, StockOutcome } from '../stock/types.ts'

// What nodes and routers say to each other over NATS, as JSON. Both are of one cluster and one
// version; the keeper checks each command as it does for any caller.

/** Tells that a node owns a shard, and since which epoch. */
export interface Beat {
  readonly nodeId: string
  readonly epoch: number
}

/** An owner's answer to some commands: an outcome each, or why there is none. */
export type Answer =
  | { readonly outcomes: readonly StockOutcome[] }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }

/** A command's failure at its owner that another attempt, with the same request id, may mend. */
export const PASSING_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_STOCK_NOT_OWNER',
  'ERR_STOCK_CLOSED',
  'ERR_STOCK_CONFLICT',
  'ERR_LEDGER_AWAY',
  'ERR_LEDGER_CLOSED',
  'ERR_LEDGER_UNKNOWN',
  'ERR_LEDGER_WRITE',
])

/** The commands of a message. Throws ERR_ARGUMENT. */
export function parseCommands(text: string): readonly StockCommand[] {
  const commands = parse(text)
  if (Array.isArray(commands)) return commands as readonly StockCommand[]
  throw new StorewrightError('ERR_ARGUMENT', 'the message holds no list of commands')
}

/** The answer of an owner, undefined where it is none. */
export function parseAnswer(text: string): Answer | undefined {
  const answer = parse(text)
  if (typeof answer !== 'object' || answer === null) return undefined
  return 'outcomes' in answer || 'error' in answer ? (answer as Answer) : undefined
}

/** A beat, undefined where it is none. */
export function parseBeat(text: string): Beat | undefined {
  const beat = parse(text)
  if (typeof beat !== 'object' || beat === null) return undefined
  const { nodeId, epoch } = beat as Partial<Beat>
  return typeof nodeId === 'string' && typeof epoch === 'number' ? { nodeId, epoch } : undefined
}

/** An error as an answer carries it. */
export function answerOfError(error: unknown): Answer {
  if (error instanceof StorewrightError) {
    return { error: { code: error.code, message: error.message } }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { error: { code: 'ERR_INTERNAL', message } }
}

/** The error that an answer carries. */
export function errorOfAnswer({ code, message }: { code: string; message: string }) {
  return new StorewrightError(code in ERROR_TABLE ? (code as ErrorCode) : 'ERR_INTERNAL', message)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
