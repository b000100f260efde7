import * as z from 'zod'
import { StorewrightError } from '../../core/errors.ts'
import type { LaneClosure } from '../../core/routes/door.ts'
import { defineEvent, type Ledger, subjectOf } from '../../ledger/index.ts'
import type { FulfilmentFacts } from './facts.ts'

// A closure is an event of the ledger of orders, whoever tells it: a person at the command line, a
// program over HTTP. The service follows them, so that what holds is the same after a restart.

const MINUTE_MS = 60_000
const PREFIX = 'closure'
const id = z.string().min(1).max(200)

const placeClosed = defineEvent(
  'closure.closed',
  z.object({
    closureId: id,
    /** The site that sends nothing; null where lanes are down. */
    siteId: id.nullable(),
    /** Lanes over which nothing goes: those that leave the site, or those that are down. */
    laneIds: z.array(z.string()),
    /** In words: FC-RNO, or FC-RNO to 06037. */
    where: z.string().min(1),
    /** Epoch ms; null: until it is opened again. */
    from: z.int(),
    until: z.int().nullable(),
    reason: z.string().min(1),
    by: z.string().min(1),
  }),
)
const placeReopened = defineEvent(
  'closure.reopened',
  z.object({ closureId: id, at: z.int(), by: z.string().min(1), reason: z.string().nullable() }),
)

/** A site or lanes that are out of work for a time. */
export interface Closure {
  readonly closureId: string
  readonly siteId: string | undefined
  readonly laneIds: readonly string[]
  readonly where: string
  /** Epoch ms; undefined: until it is opened again. */
  readonly from: number
  readonly until: number | undefined
  readonly reason: string
  readonly by: string
  /** When it was told. */
  readonly at: number
  readonly reopened: { readonly at: number; readonly by: string } | undefined
}

/** What a person or a program says of a closure. */
export interface ClosureRequest {
  /** Names it; told again, it changes nothing. */
  readonly closureId: string
  /** A site; or lanes, by ids or by both ends. */
  readonly place:
    | { readonly siteId: string }
    | { readonly laneIds: readonly string[] }
    | { readonly fromId: string; readonly toId: string }
  /** Epoch ms. */
  readonly from: number
  readonly until?: number | undefined
  readonly reason: string
  readonly by: string
}

export interface ReopenRequest {
  readonly closureId: string
  /** Epoch ms. */
  readonly at: number
  readonly by: string
  readonly reason?: string | undefined
}

/** Closures in the order in which they were told, and the sequence number of the last event read. */
export interface ClosureHistory {
  readonly closures: readonly Closure[]
  readonly sequence: number
}

/** Reads all closures of a ledger of orders. */
export async function readClosures(ledger: Ledger): Promise<ClosureHistory> {
  const closures = new Map<string, Closure>()
  let sequence = 0
  for await (const event of ledger.read({ prefix: PREFIX })) {
    sequence = event.sequence
    if (placeClosed.is(event) && !closures.has(event.data.closureId)) {
      const { siteId, until, ...rest } = event.data
      closures.set(rest.closureId, {
        ...rest,
        ...{ siteId: siteId ?? undefined, until: until ?? undefined },
        ...{ at: event.time, reopened: undefined },
      })
    }
    if (placeReopened.is(event)) {
      const { closureId, at, by } = event.data
      const known = closures.get(closureId)
      if (known !== undefined && known.reopened === undefined)
        closures.set(closureId, { ...known, reopened: { at, by } })
    }
  }
  return { closures: [...closures.values()], sequence }
}

/** Follows what is told of closures from `from` (sequence number) on, by whichever process. */
export function followClosures(ledger: Ledger, from: number, signal: AbortSignal) {
  return ledger.tail({ from, prefix: PREFIX, signal })
}

/** Epoch ms from which a closed place works again; Infinity where nobody knows. */
export function endOf({ until = Infinity, reopened }: Closure): number {
  return Math.min(until, reopened?.at ?? Infinity)
}

/** True while it is closed. */
export function closureHolds(closure: Closure, now: number): boolean {
  return closure.from <= now && now < endOf(closure)
}

/** Closures that hold at `now` or will. */
export function standing(closures: readonly Closure[], now: number): readonly Closure[] {
  return closures.filter((closure) => endOf(closure) > Math.max(now, closure.from))
}

/**
 * What closures mean for departures. What leaves a site sooner after it opens than it takes to make
 * a parcel ready (`handlingMinutes`) would be promised and never be packed in time.
 */
export function laneClosures(
  closures: readonly Closure[],
  handlingMinutes: ReadonlyMap<string, number>,
): readonly LaneClosure[] {
  return closures.map((closure) => {
    const { siteId, laneIds, from } = closure
    const ready = siteId === undefined ? 0 : (handlingMinutes.get(siteId) ?? 0)
    const toMinute = Math.ceil(endOf(closure) / MINUTE_MS) + ready
    return { laneIds, fromMinute: Math.floor(from / MINUTE_MS), toMinute }
  })
}

/**
 * Writes a closure down. One of the same id stands as it is. Throws ERR_NOT_FOUND (no such site or
 * lane), ERR_ARGUMENT (it ends before it begins, or has ended).
 */
export async function tellClosed(
  ledger: Ledger,
  facts: Pick<FulfilmentFacts, 'handlingMinutes' | 'lanes'>,
  request: ClosureRequest,
  now: number,
): Promise<Closure> {
  const { closureId, from, until, reason, by } = request
  const known = await closureIn(ledger, closureId)
  if (known !== undefined) return known
  const { siteId, laneIds, where } = placeOf(facts, request.place)
  if (until !== undefined && until <= Math.max(from, now)) {
    throw new StorewrightError('ERR_ARGUMENT', `${where}: the closure ends before it begins`, {
      column: 'until',
      next: 'Give the time from which it works again, later than now and than it closes.',
    })
  }
  const data = { closureId, siteId: siteId ?? null, laneIds: [...laneIds], where, reason, by }
  const times = { from, until: until ?? null }
  await ledger.append([placeClosed.of(subjectOf(PREFIX, closureId), { ...data, ...times })])
  return (await closureIn(ledger, closureId))!
}

/**
 * Writes down that a place works again. One that works already stays as it is. Throws ERR_NOT_FOUND
 * where there is no such closure.
 */
export async function tellReopened(ledger: Ledger, request: ReopenRequest): Promise<Closure> {
  const { closureId, at, by, reason = null } = request
  const known = await closureIn(ledger, closureId)
  if (known === undefined) throw noClosure(closureId)
  if (endOf(known) > at) {
    const data = { closureId, at, by, reason }
    await ledger.append([placeReopened.of(subjectOf(PREFIX, closureId), data)])
  }
  return (await closureIn(ledger, closureId))!
}

export function noClosure(closureId: string): StorewrightError {
  return new StorewrightError('ERR_NOT_FOUND', `there is no closure ${closureId}`, {
    next: 'See what is closed: `storewright fulfil closures --store DIR`',
  })
}

async function closureIn(ledger: Ledger, closureId: string): Promise<Closure | undefined> {
  const { closures } = await readClosures(ledger)
  return closures.find((one) => one.closureId === closureId)
}

function placeOf(
  { handlingMinutes, lanes }: Pick<FulfilmentFacts, 'handlingMinutes' | 'lanes'>,
  place: ClosureRequest['place'],
): Pick<Closure, 'siteId' | 'laneIds' | 'where'> {
  if ('siteId' in place) {
    const { siteId } = place
    if (!handlingMinutes.has(siteId)) throw noPlace(`there is no site ${siteId}`)
    const laneIds = lanes.filter(({ fromId }) => fromId === siteId).map(({ laneId }) => laneId)
    return { siteId, laneIds, where: siteId }
  }
  if ('laneIds' in place) {
    const known = new Set(lanes.map(({ laneId }) => laneId))
    const unknown = place.laneIds.find((laneId) => !known.has(laneId))
    if (unknown !== undefined) throw noPlace(`there is no lane ${unknown}`)
    const { laneIds } = place
    return { siteId: undefined, laneIds, where: laneIds.join(', ').slice(0, 200) }
  }
  const { fromId, toId } = place
  const laneIds = lanes
    .filter((lane) => lane.fromId === fromId && lane.toId === toId)
    .map(({ laneId }) => laneId)
  if (laneIds.length === 0) throw noPlace(`there is no lane from ${fromId} to ${toId}`)
  return { siteId: undefined, laneIds, where: `${fromId} to ${toId}` }
}

function noPlace(message: string): StorewrightError {
  return new StorewrightError('ERR_NOT_FOUND', message, {
    next: 'Sites and lanes are those of the tables sites and lanes.',
  })
}
