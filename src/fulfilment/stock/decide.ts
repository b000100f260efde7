import { unitsIn } from './apply.ts'
import * as events from './events.ts'
import { LINE, RECEIPT, type StockData } from './events.ts'
import { MOST_UNITS, mergeLines, mergeReceipts, type Refusal, refusal } from './lines.ts'
import type { StockCommand } from './types.ts'
import type { Held, Names, StockView } from './view.ts'

/** What a command comes to: the event that it is, or why it is none. */
export type Decision =
  | { readonly ok: true; readonly type: string; readonly data: StockData }
  | Refusal

type Of<Kind extends StockCommand['kind']> = Extract<StockCommand, { readonly kind: Kind }>

/** What commands are decided against: stock as it will be when all before are on disk. */
export interface Ground {
  readonly names: Names
  readonly view: StockView
  /** Epoch ms. */
  readonly now: number
}

/** Decides a command against `ground`, and changes nothing. */
export function decide(ground: Ground, command: StockCommand): Decision {
  switch (command.kind) {
    case 'count':
      return decideCount(ground, command)
    case 'expect':
      return decideExpect(ground, command)
    case 'receive':
      return decideReceive(ground, command)
    case 'adjust':
      return decideAdjust(ground, command)
    case 'transfer':
      return decideTransfer(ground, command)
    case 'reserve':
      return decideReserve(ground, command)
    case 'move':
      return decideMove(ground, command)
    case 'keep':
      return decideKeep(ground, command)
    case 'confirm':
    case 'release':
      return decideTaking(ground, command)
  }
}

function event(type: { readonly type: string }, ids: readonly string[], n: readonly number[]) {
  return { ok: true, type: type.type, data: { ids, n } } as const
}

function decideCount({ names }: Ground, { requestId, lines }: Of<'count'>): Decision {
  const n = mergeLines(names, lines, 0)
  return 'ok' in n ? n : event(events.stockCounted, [requestId], n)
}

function decideExpect({ names, view }: Ground, { requestId, receipts }: Of<'expect'>): Decision {
  const merged = mergeReceipts(names, receipts, 0)
  if ('ok' in merged) return merged
  const { n, ids } = merged
  for (let i = 0; i < n.length; i += RECEIPT) {
    const fault = tooMany(names, n, i, view.incoming(view.cell(n[i]!, n[i + 1]!)))
    if (fault !== undefined) return fault
  }
  return event(events.stockExpected, [requestId, ...ids], n)
}

function decideReceive({ names, view }: Ground, command: Of<'receive'>): Decision {
  const { requestId, receiptId, lines } = command
  const n = mergeLines(names, lines, 1)
  if ('ok' in n) return n
  if (receiptId !== undefined && view.receipt(receiptId) === undefined) {
    return refusal('unknown-receipt', `nothing is expected under receipt ${receiptId}`)
  }
  for (let i = 0; i < n.length; i += LINE) {
    const fault = tooMany(names, n, i, view.onHand(view.cell(n[i]!, n[i + 1]!)))
    if (fault !== undefined) return fault
  }
  const ids = receiptId === undefined ? [requestId] : [requestId, receiptId]
  return event(events.stockReceived, ids, n)
}

function decideAdjust({ names, view }: Ground, command: Of<'adjust'>): Decision {
  const n = mergeLines(names, command.lines, Number.NEGATIVE_INFINITY)
  if ('ok' in n) return n
  for (let i = 0; i < n.length; i += LINE) {
    const onHand = view.onHand(view.cell(n[i]!, n[i + 1]!))
    if (onHand + n[i + 2]! < 0) return short(names, n, i, onHand, 'on hand')
    const fault = tooMany(names, n, i, onHand)
    if (fault !== undefined) return fault
  }
  return event(events.stockAdjusted, [command.requestId, command.reason], n)
}

function decideTransfer({ names, view }: Ground, command: Of<'transfer'>): Decision {
  const from = names.siteOf(command.fromSiteId)
  if (from < 0) return refusal('unknown-site', `there is no site ${command.fromSiteId}`)
  const merged = mergeReceipts(names, command.receipts, 1)
  if ('ok' in merged) return merged
  const { n, ids } = merged
  const leaving = new Map<number, number>()
  for (let i = 0; i < n.length; i += RECEIPT) {
    const fault = tooMany(names, n, i, view.incoming(view.cell(n[i]!, n[i + 1]!)))
    if (fault !== undefined) return fault
    leaving.set(n[i]!, (leaving.get(n[i]!) ?? 0) + n[i + 2]!)
  }
  for (const [product, units] of leaving) {
    const available = availableIn(view, product, from)
    if (units > available) return short(names, [product, from, units], 0, available)
  }
  return event(events.stockTransferred, [command.requestId, ...ids], [from, ...n])
}

function decideReserve({ names, view, now }: Ground, command: Of<'reserve'>): Decision {
  const { requestId, reservationId, expiresAt } = command
  if (view.held(reservationId) !== undefined) {
    return refusal('reservation-exists', `reservation ${reservationId} exists already`)
  }
  if (expiresAt !== undefined && !Number.isSafeInteger(expiresAt)) {
    return refusal('expired', `the reservation would end at ${expiresAt}, which is no time`)
  }
  if (expiresAt !== undefined && expiresAt <= now) {
    return refusal('expired', `the reservation would have ended ${now - expiresAt} ms ago`)
  }
  const n = mergeLines(names, command.lines, 1)
  if ('ok' in n) return n
  const fault = missing(names, view, n, undefined)
  if (fault !== undefined) return fault
  const forMilliseconds = expiresAt === undefined ? -1 : expiresAt - now
  return event(events.stockReserved, [requestId, reservationId], [forMilliseconds, ...n])
}

function decideMove(ground: Ground, { requestId, reservationId, lines }: Of<'move'>): Decision {
  const { names, view } = ground
  const held = standing(ground, reservationId)
  if ('ok' in held) return held
  const n = mergeLines(names, lines, 1)
  if ('ok' in n) return n
  const fault = missing(names, view, n, held)
  return fault ?? event(events.reservationMoved, [requestId, reservationId], n)
}

function decideKeep(ground: Ground, { requestId, reservationId }: Of<'keep'>): Decision {
  const held = standing(ground, reservationId)
  return 'ok' in held ? held : event(events.reservationKept, [requestId, reservationId], [])
}

/** Units leave a reservation: out of the building (confirm), or free again (release). */
function decideTaking(ground: Ground, command: Of<'confirm'> | Of<'release'>): Decision {
  const { names, view } = ground
  const { kind, requestId, reservationId, lines } = command
  const held = standing(ground, reservationId)
  if ('ok' in held) return held
  const n = lines === undefined ? [] : mergeLines(names, lines, 1)
  if ('ok' in n) return n
  for (let i = 0; i < n.length; i += LINE) {
    const units = unitsIn(held.lines, n[i]!, n[i + 1]!)
    if (n[i + 2]! > units) return short(names, n, i, units, 'held', 'bad-quantity')
  }
  if (kind === 'release') {
    return event(events.reservationReleased, [requestId, reservationId], n)
  }
  const leaving = n.length === 0 ? held.lines : n
  for (let i = 0; i < leaving.length; i += LINE) {
    const onHand = view.onHand(view.cell(leaving[i]!, leaving[i + 1]!))
    if (leaving[i + 2]! > onHand) return short(names, leaving, i, onHand, 'on hand')
  }
  return event(events.reservationConfirmed, [requestId, reservationId], n)
}

/** The reservation, where there is one that has not ended. */
function standing({ view, now }: Ground, reservationId: string): Held | Refusal {
  const held = view.held(reservationId)
  if (held === undefined) {
    return view.hasExpired(reservationId)
      ? refusal('expired', `reservation ${reservationId} has expired`)
      : refusal('unknown-reservation', `there is no reservation ${reservationId}`)
  }
  if (held.expiresAt < 0 || held.expiresAt > now) return held
  return refusal('expired', `reservation ${reservationId} expired ${now - held.expiresAt} ms ago`)
}

/** The first line that asks for more than is available beside what the reservation holds itself. */
function missing(
  names: Names,
  view: StockView,
  n: readonly number[],
  held: Held | undefined,
): Refusal | undefined {
  for (let i = 0; i < n.length; i += LINE) {
    const own = held === undefined ? 0 : unitsIn(held.lines, n[i]!, n[i + 1]!)
    const available = availableIn(view, n[i]!, n[i + 1]!)
    // What it holds it may keep, also where the cell is short.
    if (n[i + 2]! > own && n[i + 2]! - own > available) {
      return short(names, n, i, Math.max(0, available) + own)
    }
  }
  return undefined
}

function availableIn(view: StockView, product: number, site: number): number {
  const cell = view.cell(product, site)
  return view.onHand(cell) - view.reserved(cell)
}

function short(
  names: Names,
  n: readonly number[],
  i: number,
  there: number,
  word = 'available',
  code: 'short' | 'bad-quantity' = 'short',
): Refusal {
  const productId = names.productIds[n[i]!]!
  const siteId = names.siteIds[n[i + 1]!]!
  const quantity = n[i + 2]!
  const available = Math.max(0, there)
  const message = `${Math.abs(quantity)} of ${productId} at ${siteId} are asked for, ${available} are ${word}`
  return { ...refusal(code, message, { siteId, productId, quantity }), available }
}

/** The refusal of a line that would bring a cell past what it can hold. */
function tooMany(
  names: Names,
  n: readonly number[],
  i: number,
  there: number,
): Refusal | undefined {
  if (there + n[i + 2]! <= MOST_UNITS) return undefined
  const line = {
    productId: names.productIds[n[i]!]!,
    siteId: names.siteIds[n[i + 1]!]!,
    quantity: n[i + 2]!,
  }
  return refusal(
    'bad-quantity',
    `with ${line.quantity} more, ${line.productId} at ${line.siteId} would pass ${MOST_UNITS} units`,
    line,
  )
}
