import { StorewrightError } from '../../core/errors.ts'
import {
  LINE,
  RECEIPT,
  reservationConfirmed,
  reservationKept,
  reservationMoved,
  reservationReleased,
  reservationsExpired,
  type StockData,
  stockAdjusted,
  stockCounted,
  stockExpected,
  stockReceived,
  stockReserved,
  stockTransferred,
} from './events.ts'
import type { Held, Incoming, IncomingLine, StockView } from './view.ts'

// What each event does to stock, whoever decided it: the one place where counts change, run when a
// command is decided and when the ledger is replayed.

/** Takes what an event leaves short: product, site, units missing; …. */
type Shortages = number[]

type Change = (view: StockView, data: StockData, time: number, shortages: Shortages) => void

const changes = new Map<string, Change>([
  [stockCounted.type, count],
  [stockExpected.type, (view, { ids, n }) => expect(view, ids, n, 0)],
  [stockReceived.type, receive],
  [stockAdjusted.type, adjust],
  [stockTransferred.type, transfer],
  [stockReserved.type, reserve],
  [reservationMoved.type, move],
  [reservationKept.type, keep],
  [reservationConfirmed.type, confirm],
  [reservationReleased.type, (view, { ids, n }) => release(view, ids[1]!, n)],
  [reservationsExpired.type, expire],
])

/**
 * Changes stock as an event of type `type` at `time` (epoch ms) says; returns what it leaves short,
 * as numbers (product, site, units missing). Throws ERR_STOCK_DAMAGED where the event does not fit
 * what came before it.
 */
export function applyChange(
  view: StockView,
  type: string,
  data: StockData,
  time: number,
): readonly number[] {
  const change = changes.get(type)
  if (change === undefined) throw misfit(`events of type ${type} are unknown here`)
  const shortages: Shortages = []
  change(view, data, time, shortages)
  return shortages
}

/** Adds to units on hand and reserved; notes it where the former fall below the latter. */
function add(
  view: StockView,
  product: number,
  site: number,
  onHand: number,
  reserved: number,
  shortages?: Shortages,
): void {
  const cell = view.cell(product, site)
  const newOnHand = view.onHand(cell) + onHand
  const newReserved = view.reserved(cell) + reserved
  if (newOnHand < 0 || newReserved < 0) throw belowZero(product, site)
  view.set(cell, newOnHand, newReserved, view.incoming(cell))
  if (newReserved > newOnHand) shortages?.push(product, site, newReserved - newOnHand)
}

function addIncoming(view: StockView, product: number, site: number, units: number): void {
  const cell = view.cell(product, site)
  const incoming = view.incoming(cell) + units
  if (incoming < 0) throw belowZero(product, site)
  view.set(cell, view.onHand(cell), view.reserved(cell), incoming)
}

function belowZero(product: number, site: number): StorewrightError {
  return misfit(`product ${product} at site ${site} would fall below zero`)
}

function count(view: StockView, { n }: StockData, _: number, shortages: Shortages): void {
  for (let i = 0; i < n.length; i += LINE) {
    const cell = view.cell(n[i]!, n[i + 1]!)
    add(view, n[i]!, n[i + 1]!, n[i + 2]! - view.onHand(cell), 0, shortages)
  }
}

function adjust(view: StockView, { n }: StockData, _: number, shortages: Shortages): void {
  for (let i = 0; i < n.length; i += LINE) {
    add(view, n[i]!, n[i + 1]!, n[i + 2]!, 0, shortages)
  }
}

/** Sets what receipts bring to a cell: a new number replaces the one before, 0 calls it off. */
function expect(
  view: StockView,
  ids: readonly string[],
  n: readonly number[],
  start: number,
): void {
  for (let i = start, k = 1; i < n.length; i += RECEIPT, k++) {
    setIncoming(view, ids[k]!, receiptLine(n, i), false)
  }
}

function receiptLine(n: readonly number[], i: number): IncomingLine {
  const arrivesBy = [n[i + 3]!, n[i + 4]!, n[i + 5]!, n[i + 6]!] as const
  return { product: n[i]!, site: n[i + 1]!, quantity: n[i + 2]!, arrivesBy }
}

function setIncoming(view: StockView, receiptId: string, line: IncomingLine, adds: boolean): void {
  const known = view.receipt(receiptId) ?? []
  const before = known.find((one) => isSameCell(one, line))?.quantity ?? 0
  const quantity = line.quantity + (adds ? before : 0)
  addIncoming(view, line.product, line.site, quantity - before)
  const others = known.filter((one) => !isSameCell(one, line))
  setReceipt(view, receiptId, quantity === 0 ? others : [...others, { ...line, quantity }])
}

function isSameCell(a: IncomingLine, b: IncomingLine): boolean {
  return a.product === b.product && a.site === b.site
}

function setReceipt(view: StockView, receiptId: string, incoming: Incoming): void {
  view.setReceipt(receiptId, incoming.length === 0 ? undefined : incoming)
}

function receive(view: StockView, { ids, n }: StockData): void {
  const receiptId = ids[1]
  for (let i = 0; i < n.length; i += LINE) {
    const [product, site, quantity] = [n[i]!, n[i + 1]!, n[i + 2]!]
    if (receiptId !== undefined) {
      addIncoming(view, product, site, -takeFromReceipt(view, receiptId, n, i))
    }
    add(view, product, site, quantity, 0)
  }
}

/** Takes the units of a line out of what a receipt still brings; returns how many it brought. */
function takeFromReceipt(
  view: StockView,
  receiptId: string,
  n: readonly number[],
  i: number,
): number {
  const known = view.receipt(receiptId) ?? []
  const line = known.find(({ product, site }) => product === n[i] && site === n[i + 1])
  if (line === undefined) return 0
  const arrived = Math.min(line.quantity, n[i + 2]!)
  const left = { ...line, quantity: line.quantity - arrived }
  const others = known.filter((one) => one !== line)
  setReceipt(view, receiptId, left.quantity === 0 ? others : [...others, left])
  return arrived
}

function transfer(view: StockView, { ids, n }: StockData, _: number, shortages: Shortages): void {
  for (let i = 1, k = 1; i < n.length; i += RECEIPT, k++) {
    const line = receiptLine(n, i)
    add(view, line.product, n[0]!, -line.quantity, 0, shortages)
    setIncoming(view, ids[k]!, line, true)
  }
}

function reserve(view: StockView, { ids, n }: StockData, time: number): void {
  const lines = n.slice(1)
  addReserved(view, lines, 1)
  const expiresAt = n[0]! < 0 ? -1 : time + n[0]!
  view.setHeld(ids[1]!, { lines, expiresAt })
}

function addReserved(view: StockView, lines: readonly number[], sign: 1 | -1): void {
  for (let i = 0; i < lines.length; i += LINE) {
    add(view, lines[i]!, lines[i + 1]!, 0, sign * lines[i + 2]!)
  }
}

function move(view: StockView, { ids, n }: StockData): void {
  const held = heldOf(view, ids[1]!)
  addReserved(view, held.lines, -1)
  addReserved(view, n, 1)
  view.setHeld(ids[1]!, { ...held, lines: n })
}

function keep(view: StockView, { ids }: StockData): void {
  view.setHeld(ids[1]!, { ...heldOf(view, ids[1]!), expiresAt: -1 })
}

function confirm(view: StockView, { ids, n }: StockData): void {
  const held = heldOf(view, ids[1]!)
  const lines = n.length === 0 ? held.lines : n
  for (let i = 0; i < lines.length; i += LINE) {
    const units = -lines[i + 2]!
    add(view, lines[i]!, lines[i + 1]!, units, units)
  }
  view.setHeld(ids[1]!, without(held, n))
}

function release(view: StockView, reservationId: string, n: readonly number[]): void {
  const held = heldOf(view, reservationId)
  addReserved(view, n.length === 0 ? held.lines : n, -1)
  view.setHeld(reservationId, without(held, n))
}

/** What is left of a reservation without some units; undefined for nothing. */
function without(held: Held, n: readonly number[]): Held | undefined {
  if (n.length === 0) return undefined
  const lines: number[] = []
  for (let i = 0; i < held.lines.length; i += LINE) {
    const [product, site] = [held.lines[i]!, held.lines[i + 1]!]
    const left = held.lines[i + 2]! - unitsIn(n, product, site)
    if (left > 0) lines.push(product, site, left)
  }
  return lines.length === 0 ? undefined : { ...held, lines }
}

/** Units that lines hold of a cell. */
export function unitsIn(lines: readonly number[], product: number, site: number): number {
  for (let i = 0; i < lines.length; i += LINE) {
    if (lines[i] === product && lines[i + 1] === site) return lines[i + 2]!
  }
  return 0
}

function expire(view: StockView, { ids }: StockData): void {
  for (const id of ids) {
    release(view, id, [])
    view.noteExpired(id)
  }
}

function heldOf(view: StockView, reservationId: string): Held {
  const held = view.held(reservationId)
  if (held === undefined) throw misfit(`there is no reservation ${reservationId}`)
  return held
}

function misfit(why: string): StorewrightError {
  return new StorewrightError('ERR_STOCK_DAMAGED', `An event of stock cannot be applied: ${why}.`, {
    next: 'Remove the snapshots of stock and restore from the ledger alone; if that fails too, restore the ledger from a copy.',
  })
}
