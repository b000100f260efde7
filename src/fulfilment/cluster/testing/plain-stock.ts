import type { Ledger, LedgerEvent } from '../../../ledger/index.ts'
import { LINE, STOCK_SUBJECT, type StockData, siteAndProductNamed } from '../../stock/events.ts'

/** A line of a reservation by numbers: product × 65,536 + site → units. */
type Lines = Map<number, number>

/** What a ledger of stock says, read in the plainest way, and what is wrong with it. */
export interface PlainStock {
  /** Reads on. */
  catchUp(): Promise<void>
  /** Units by which more was reserved than on hand, summed over events: stock sold twice. */
  soldTwice(): number
  /** Requests that became two events. */
  doubled(): number
  /** Numbers missing or out of order. */
  gaps(): number
  /** Units that the reservation was made of, by product id; undefined when it never was made. */
  made(reservationId: string): ReadonlyMap<string, number> | undefined
  /** What became of it. */
  isHeld(reservationId: string): boolean
  isConfirmed(reservationId: string): boolean
}

/** Reads the ledger of one shard without the keeper's code: counts, receipts and reservations. */
export function readPlainly(ledger: Ledger): PlainStock {
  const productIds: string[] = []
  const onHand: Lines = new Map()
  const reserved: Lines = new Map()
  const held = new Map<string, Lines>()
  const made = new Map<string, ReadonlyMap<string, number>>()
  const confirmed = new Set<string>()
  const requests = new Set<string>()
  let [next, soldTwice, doubled, gaps] = [1, 0, 0, 0]

  function add(counts: Lines, lines: Lines, sign: number): void {
    for (const [cell, units] of lines) counts.set(cell, (counts.get(cell) ?? 0) + sign * units)
  }

  function leave(reservationId: string, named: Lines, leaves: boolean): void {
    const rest = held.get(reservationId) ?? new Map()
    const lines = named.size > 0 ? named : new Map(rest)
    add(reserved, lines, -1)
    add(rest, lines, -1)
    if (leaves) add(onHand, lines, -1)
    if ([...rest.values()].every((units) => units === 0)) held.delete(reservationId)
  }

  function apply(type: string, { ids, n }: StockData): void {
    const id = ids[1] ?? ''
    if (type === 'stock.counted') for (const [cell, units] of linesOf(n, 0)) onHand.set(cell, units)
    else if (type === 'stock.received') add(onHand, linesOf(n, 0), 1)
    else if (type === 'stock.reserved') {
      const lines = linesOf(n, 1)
      held.set(id, new Map(lines))
      made.set(id, byProduct(productIds, lines))
      add(reserved, lines, 1)
    } else if (type === 'stock.confirmed') {
      confirmed.add(id)
      leave(id, linesOf(n, 0), true)
    } else if (type === 'stock.released') leave(id, linesOf(n, 0), false)
    else if (type === 'stock.expired') for (const one of ids) leave(one, new Map(), false)
    else if (type !== 'stock.kept') throw new Error(`${type} is not expected here`)
  }

  function take(event: LedgerEvent): void {
    if (siteAndProductNamed.is(event)) {
      productIds.push(...event.data.productIds)
      return
    }
    const data = event.data as StockData
    if (event.type !== 'stock.expired') {
      if (requests.has(data.ids[0]!)) doubled++
      requests.add(data.ids[0]!)
    }
    apply(event.type, data)
    for (const cell of linesOf(data.n, event.type === 'stock.reserved' ? 1 : 0).keys()) {
      soldTwice += Math.max(0, (reserved.get(cell) ?? 0) - (onHand.get(cell) ?? 0))
    }
  }

  return {
    async catchUp() {
      for await (const event of ledger.read({ from: next })) {
        if (event.sequence !== next) gaps++
        next = event.sequence + 1
        if (event.subject.startsWith(STOCK_SUBJECT)) take(event)
      }
    },
    soldTwice: () => soldTwice,
    doubled: () => doubled,
    gaps: () => gaps,
    made: (reservationId) => made.get(reservationId),
    isHeld: (reservationId) => held.has(reservationId),
    isConfirmed: (reservationId) => confirmed.has(reservationId),
  }
}

function linesOf(n: readonly number[], from: number): Lines {
  const lines: Lines = new Map()
  for (let i = from; i + LINE <= n.length; i += LINE) {
    lines.set(n[i]! * 65_536 + n[i + 1]!, n[i + 2]!)
  }
  return lines
}

function byProduct(productIds: readonly string[], lines: Lines): ReadonlyMap<string, number> {
  return new Map([...lines].map(([cell, units]) => [productIds[Math.floor(cell / 65_536)]!, units]))
}
