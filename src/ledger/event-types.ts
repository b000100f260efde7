import type { ZodType } from 'zod'
import { StorewrightError } from '../core/errors.ts'
import { nearest } from '../core/knobs.ts'
import type { Cause, Json, LedgerEvent, NewEvent } from './ledger.ts'
import { isSubject, LONGEST_SUBJECT } from './subjects.ts'

/** A type of events: its name and the form of its data. */
export interface EventType<Data extends Json> {
  readonly type: string
  readonly schema: ZodType<Data>
  /** An event of this type, ready to append. */
  of(
    subject: string,
    data: Data,
    more?: { readonly time?: number; readonly cause?: Cause },
  ): NewEvent
  /** True when `event` is of this type; narrows its data. */
  is(event: LedgerEvent): event is LedgerEvent<Data>
}

const defined = new Map<string, ZodType<Json>>()

/**
 * Makes a type of events known; `append` takes no others. The schema checks what is appended and
 * is not asked when reading, so that old events stay readable. Throws ERR_ARGUMENT when the name
 * is taken.
 */
export function defineEvent<Data extends Json>(
  type: string,
  schema: ZodType<Data>,
): EventType<Data> {
  if (defined.has(type)) {
    throw new StorewrightError('ERR_ARGUMENT', `event type ${type} is defined twice`)
  }
  defined.set(type, schema)
  return {
    type,
    schema,
    of: (subject, data, more = {}) => ({ subject, type, data, ...more }),
    is: (event): event is LedgerEvent<Data> => event.type === type,
  }
}

/** Names of all event types known so far, sorted. */
export function listEventTypes(): readonly string[] {
  return [...defined.keys()].sort()
}

/** An event that passed the checks, with its time. */
export interface CheckedEvent extends NewEvent {
  readonly time: number
}

/**
 * The event with its time filled in and its data as the schema returns it. Throws
 * ERR_LEDGER_BAD_EVENT: unknown type, bad subject, time, cause or data; `index` names the event.
 */
export function checkEvent(
  event: NewEvent,
  index: number,
  clock: (() => number) | undefined,
): CheckedEvent {
  const { subject, type, cause } = event
  const time = event.time ?? clock?.()
  if (time === undefined || !Number.isSafeInteger(time)) {
    throw badEvent(index, event, `its time is ${time}, not epoch milliseconds`)
  }
  if (typeof subject !== 'string' || !isSubject(subject)) {
    throw badEvent(index, event, `its subject is ${JSON.stringify(subject)}`, subjectRule)
  }
  if (cause !== undefined && !isCause(cause)) {
    throw badEvent(index, event, 'its cause is neither a sequence number nor an id')
  }
  const data = checkData(event, index)
  return cause === undefined ? { time, subject, type, data } : { time, subject, type, data, cause }
}

const subjectRule = `Use dotted segments without white space, at most ${LONGEST_SUBJECT} characters; subjectOf() makes one from ids.`

function checkData(event: NewEvent, index: number): Json {
  const schema = defined.get(event.type)
  if (schema === undefined) {
    const known = [...defined.keys()]
    const next = known.length === 0 ? '' : `Did you mean ${nearest(String(event.type), known)}? `
    throw badEvent(index, event, 'its type is unknown', `${next}defineEvent makes a type known.`)
  }
  const parsed = schema.safeParse(event.data)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue === undefined || issue.path.length === 0 ? 'data' : issue.path.join('.')
    throw badEvent(index, event, `${where}: ${issue?.message}`)
  }
  if (!isJson(parsed.data)) throw badEvent(index, event, 'its data holds what JSON cannot carry')
  return parsed.data
}

function isCause(cause: unknown): boolean {
  return typeof cause === 'number'
    ? Number.isSafeInteger(cause) && cause > 0
    : typeof cause === 'string' && cause.length > 0 && cause.length <= 1024
}

/** True for plain JSON values; false for NaN, undefined, dates, class instances, `__proto__`. */
export function isJson(value: unknown): value is Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      return value === null || (Array.isArray(value) ? value.every(isJson) : isJsonObject(value))
    default:
      return false
  }
}

function isJsonObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const key in value) {
    // Own keys only are visited: the prototype is bare. `__proto__` would not come back as a key.
    if (key === '__proto__' || !isJson((value as Record<string, unknown>)[key])) return false
  }
  return true
}

function badEvent(index: number, event: NewEvent, fault: string, next?: string): StorewrightError {
  return new StorewrightError(
    'ERR_LEDGER_BAD_EVENT',
    `event ${index} (${event.type} of ${event.subject}): ${fault}`,
    next === undefined ? {} : { next },
  )
}
