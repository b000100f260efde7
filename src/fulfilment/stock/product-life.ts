import { type Ledger, type LedgerEvent, readPages } from '../../ledger/index.ts'
import {
  LINE,
  RECEIPT,
  reservationConfirmed,
  reservationMoved,
  reservationReleased,
  reservationsExpired,
  STOCK_SUBJECT,
  type StockData,
  siteAndProductNamed,
  stockAdjusted,
  stockCounted,
  stockExpected,
  stockReceived,
  stockReserved,
  stockTransferred,
} from './events.ts'
import type { Reservation, StockMoment } from './types.ts'
import { type Held, linesOf, type Names } from './view.ts'

/** Reservations that hold units of a product, with the lines of that product alone. O(reservations). */
export function reservationsOf(
  names: Names,
  helds: ReadonlyMap<string, Held>,
  product: number,
): Reservation[] {
  const found: Reservation[] = []
  for (const [reservationId, { lines, expiresAt }] of helds) {
    const own = linesAbout(lines, LINE, 0, product)
    if (own.length === 0) continue
    found.push({
      reservationId,
      lines: linesOf(names, own),
      expiresAt: expiresAt < 0 ? undefined : expiresAt,
    })
  }
  return found
}

/**
 * What happened to a product among a ledger's events from `from` on, newest first. Confirming,
 * releasing or expiring all of a reservation names no lines: what it held is known where it was made
 * from `from` on, else the event is left out. O(events from `from` on). Throws ERR_LEDGER_DAMAGED.
 */
export async function momentsOf(
  ledger: Ledger,
  names: Names,
  product: number,
  from: number,
): Promise<StockMoment[]> {
  const moments: StockMoment[] = []
  const held = new Map<string, readonly number[]>()
  for await (const events of readPages(ledger, { from, prefix: STOCK_SUBJECT })) {
    for (const event of events) {
      if (siteAndProductNamed.is(event)) continue
      moments.push(...momentsIn(event, names, product, held))
    }
  }
  return moments.reverse()
}

const KINDS = new Map<string, StockMoment['kind']>([
  [stockCounted.type, 'counted'],
  [stockAdjusted.type, 'adjusted'],
  [stockReceived.type, 'received'],
  [stockExpected.type, 'expected'],
  [stockTransferred.type, 'transferred'],
  [stockReserved.type, 'reserved'],
  [reservationMoved.type, 'moved'],
  [reservationConfirmed.type, 'confirmed'],
  [reservationReleased.type, 'released'],
  [reservationsExpired.type, 'expired'],
])

/** The moments of one event; `held` follows what reservations hold. */
function momentsIn(
  { type, data, time, sequence }: LedgerEvent,
  names: Names,
  product: number,
  held: Map<string, readonly number[]>,
): StockMoment[] {
  const kind = KINDS.get(type)
  if (kind === undefined) return []
  const { ids, n } = data as StockData
  const tell = (lines: readonly number[], id: string | undefined): StockMoment[] =>
    linesOf(names, lines).map(({ siteId, quantity }) => ({
      ...{ at: time, sequence, kind, siteId, quantity, id },
    }))
  if (kind === 'expired') {
    return ids.flatMap((id) => tell(linesAbout(held.get(id) ?? [], LINE, 0, product), id))
  }
  const isReceipt = kind === 'expected' || kind === 'transferred'
  const start = kind === 'reserved' || kind === 'transferred' ? 1 : 0
  const own = linesAbout(n, isReceipt ? RECEIPT : LINE, start, product)
  if (kind === 'reserved' || kind === 'moved') held.set(ids[1]!, own)
  const isWhole = (kind === 'confirmed' || kind === 'released') && n.length === 0
  return tell(isWhole ? (held.get(ids[1]!) ?? []) : own, ids[1])
}

/** Groups (product, site, units, …) about one product, as lines. */
function linesAbout(
  n: readonly number[],
  group: number,
  start: number,
  product: number,
): readonly number[] {
  const own: number[] = []
  for (let i = start; i < n.length; i += group) {
    if (n[i] === product) own.push(product, n[i + 1]!, n[i + 2]!)
  }
  return own
}
