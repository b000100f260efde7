import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
} from 'fastify-type-provider-zod'
import { ERROR_TABLE, type ErrorCode, type ErrorDetails, StorewrightError } from '../core/errors.ts'
import type { ErrorReply } from './schemas/common.ts'

/** Status of the reply by error code; what is not here is the server's fault: 500. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  ERR_ARGUMENT: 400,
  ERR_NOT_FINITE: 400,
  ERR_KNOB: 400,
  ERR_FORBIDDEN: 403,
  ERR_NOT_FOUND: 404,
  ERR_STORE_NOT_FOUND: 404,
  ERR_STORE_EMPTY: 404,
  ERR_PLAN_NOT_FOUND: 404,
  ERR_PLAN_STATUS: 409,
  ERR_LEDGER_CONFLICT: 409,
  ERR_ROUTES_VERSION: 404,
  ERR_ROUTES_CONFLICT: 409,
  ERR_NETWORK: 409,
  ERR_PROMISE: 409,
  ERR_ORDER: 409,
  ERR_STOCK: 409,
  ERR_STOCK_CLOCK: 409,
  ERR_STOCK_CLOSED: 503,
  ERR_STOCK_CONFLICT: 503,
  ERR_STORE_BUSY: 503,
  ERR_LEDGER_CLOSED: 503,
  ERR_CANCELLED: 503,
}

/** An error with the status of its reply, where the code alone does not tell it. */
export class HttpError extends StorewrightError {
  readonly status: number

  constructor(status: number, code: ErrorCode, message: string, next?: string | ErrorDetails) {
    super(code, message, typeof next === 'string' ? { next } : next)
    this.status = status
  }
}

export interface Failure {
  readonly status: number
  readonly body: ErrorReply
  /** True where the fault is ours: someone should look at the error itself. */
  readonly unexpected: boolean
}

/**
 * The reply to an error. What is unexpected is not told to the client beyond the code: it may hold
 * paths, statements or data.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof StorewrightError) return failureOfOurs(error)
  if (hasZodFastifySchemaValidationErrors(error)) return failureOfInput(error)
  const status = statusOf(error)
  if (status !== undefined && !isResponseSerializationError(error)) {
    const { message } = error as FastifyError
    return { status, body: { code: 'ERR_ARGUMENT', message }, unexpected: false }
  }
  const body = { code: 'ERR_INTERNAL', message: ERROR_TABLE.ERR_INTERNAL }
  return { status: 500, body, unexpected: true }
}

/** Fastify's own refusals: a body too large, of another type, that is no JSON. */
function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const status = error.statusCode
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined
}

function failureOfOurs(error: StorewrightError): Failure {
  const status = error instanceof HttpError ? error.status : (STATUS[error.code] ?? 500)
  const { code, message, next, place } = error
  // A command in the advice, in backticks, is one to copy.
  const command = /`(storewright [^`]+)`/.exec(next ?? '')?.[1]
  const body: ErrorReply = {
    code,
    message,
    ...(next === undefined ? {} : { next }),
    ...(command === undefined ? {} : { command }),
    ...(Object.keys(place).length === 0 ? {} : { place }),
  }
  return { status, body, unexpected: status === 500 }
}

type InputError = FastifyError & {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string }[]
}

function failureOfInput(error: Pick<InputError, 'validation' | 'validationContext'>): Failure {
  const faults = error.validation.map(({ instancePath, message }) => {
    const path = instancePath.split('/').filter((part) => part !== '')
    return { column: [partName(error.validationContext), ...path].join('.'), message }
  })
  const body: ErrorReply = {
    code: 'ERR_ARGUMENT',
    message: faults.map(({ column, message }) => `${column}: ${message}`).join('; '),
    next: 'The form of each request stands in /openapi.json.',
    ...(faults[0] === undefined ? {} : { place: { column: faults[0].column } }),
  }
  return { status: 400, body, unexpected: false }
}

function partName(context: string | undefined): string {
  return context === 'querystring' ? 'query' : context === 'params' ? 'path' : (context ?? 'body')
}

/** Told of errors that are the server's fault: the server itself does not log. */
export type OnFailure = (error: unknown, request: { method: string; url: string }) => void

/** Sends the reply to `error`. */
export function sendFailure(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  onFailure: OnFailure | undefined,
): void {
  const { status, body, unexpected } = failureOf(error)
  if (unexpected) onFailure?.(error, { method: request.method, url: request.url })
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="storewright"')
  if (status === 503) reply.header('retry-after', '2')
  reply.status(status).send(body)
}
