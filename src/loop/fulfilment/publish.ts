import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import type { Database } from '../../core/sql/database.ts'
import { type Column, numberColumn, type Table, textColumn } from '../../core/table.ts'
import {
  type Order,
  type OrderBook,
  openOrders,
  openStockKeeper,
  type StockKeeper,
} from '../../fulfilment/index.ts'
import { openLedger } from '../../ledger/index.ts'
import type { MadeResult, StepContext, StepResult } from '../steps/context.ts'
import { storePaths } from '../store/paths.ts'
import { withDatabase } from '../store/store.ts'
import { currentVersion, hashOf, requireVersion } from '../versions.ts'
import { readOpening } from './opening.ts'

/** What belongs to a published state of fulfilment as a whole. */
export interface FulfilmentNote {
  readonly orders: number
  readonly promisesKept: number
  readonly promisesBroken: number
  readonly parcels: number
  readonly unitsOnHand: number
}

/** Raise it when the same events come to give other tables. */
const METHOD = 1
const CELL_WORDS = 4

/** True for a store whose stock was taken over as live stock: there is something to publish. */
export function hasFulfilment(folder: string): boolean {
  return readOpening(storePaths(folder).fulfilment) !== undefined
}

/**
 * Publishes promises, parcels, reservations and live stock as tables of one version, read from the
 * ledgers; whoever serves the store goes on. Skipped while nothing has happened. Throws
 * ERR_STORE_EMPTY for a store that was never served.
 */
export async function fulfilmentStep(context: StepContext): Promise<StepResult | MadeResult> {
  const { folder, db, settings, now } = context
  if (!hasFulfilment(folder)) {
    throw new StorewrightError('ERR_STORE_EMPTY', 'the store has no live stock or orders yet', {
      next: `Serve it first: storewright serve --store ${folder}`,
    })
  }
  const root = storePaths(folder).fulfilment
  const [stockLedger, orderLedger] = ['stock', 'orders'].map((name) => openLedger(join(root, name)))
  try {
    const { book: orders } = await openOrders(orderLedger!)
    const options = {
      folder: join(root, 'stock-snapshots'),
      clock: () => now,
      knobs: settings.knobs,
    }
    const stock = await openStockKeeper({ ledger: stockLedger!, ...options })
    const heard = [stock.book.sequence, await orderLedger!.lastSequence(), METHOD]
    const inputHash = hashOf(heard)
    const current = await currentVersion(db, 'fulfilment')
    if (current?.inputHash === inputHash) {
      return { kind: 'fulfilment', version: current.version, skipped: true }
    }
    const tables = tablesOf(orders, stock)
    return {
      kind: 'fulfilment',
      inputHash,
      note: noteOf(orders, tables, stock),
      write: (target, version) => writeAll(target, tables, version),
    }
  } finally {
    await stockLedger!.close()
    await orderLedger!.close()
  }
}

/** The note of what was published last. Throws ERR_STORE_EMPTY before the first time. */
export function readFulfilmentNote(folder: string): Promise<FulfilmentNote> {
  return withDatabase(folder, 'read', async (db) => {
    const { note } = await requireVersion(db, 'fulfilment')
    return JSON.parse(note) as FulfilmentNote
  })
}

type Columns = Readonly<Record<string, Column>>
type Tables = Readonly<Record<string, { readonly rowCount: number; readonly columns: Columns }>>

async function writeAll(db: Database, tables: Tables, version: number): Promise<void> {
  for (const [name, { rowCount, columns }] of Object.entries(tables)) {
    if (rowCount === 0) continue
    const versions = numberColumn(new Float64Array(rowCount).fill(version))
    const table: Table = { rowCount, columns: { version: versions, ...columns } }
    await db.append(name, table)
  }
}

function tablesOf(orders: OrderBook, stock: StockKeeper): Tables {
  const all = [...orders.all()]
  return {
    promises: promiseTable(all),
    ...parcelTables(all),
    reservations: reservationTable(all, stock),
    stock_snapshot: stockTable(stock),
  }
}

function promiseTable(orders: readonly Order[]) {
  return tableOf(orders, {
    order_id: text(({ orderId }) => orderId),
    area_id: text(({ areaId }) => areaId),
    kind: text(({ promise }) => promise.kind),
    promised_at: number(({ promise }) => promise.promisedAt),
    arrive_by: number(({ promise }) => promise.arriveBy),
    route_version: text(({ promise }) => promise.routeVersion),
    kept: number(({ outcome }) => (outcome === undefined ? undefined : Number(outcome.kept))),
    because: text(({ outcome }) => (outcome?.kept === false ? outcome.because : undefined)),
    delivered_at: number(({ outcome }) => outcome?.deliveredAt),
  })
}

function parcelTables(orders: readonly Order[]): Tables {
  const parcels = orders.flatMap(({ orderId, parcels: own }) =>
    own.map((parcel) => ({ orderId, ...parcel })),
  )
  const lines = parcels.flatMap(({ parcelId, lines: own }) =>
    own.map((line) => ({ parcelId, ...line })),
  )
  return {
    shipments: tableOf(parcels, {
      parcel_id: text(({ parcelId }) => parcelId),
      shipment_id: text(({ shipmentId }) => shipmentId),
      order_id: text(({ orderId }) => orderId),
      site_id: text(({ siteId }) => siteId),
      status: text(({ status }) => status),
      route_version: text(({ routeVersion }) => routeVersion),
      lanes: text(({ laneIds }) => laneIds.join(';')),
      pick_by: number(({ pickBy }) => pickBy),
      ships_by: number(({ shipsBy }) => shipsBy),
      arrive_by: number(({ arriveBy }) => arriveBy),
      boxes: number(({ boxes }) => boxes),
      kg: number(({ kg }) => kg),
      m3: number(({ m3 }) => m3),
      shipping_cents: number(({ shippingCents }) => shippingCents),
      reason: text(({ reason }) => reason),
    }),
    shipment_lines: tableOf(lines, {
      parcel_id: text(({ parcelId }) => parcelId),
      product_id: text(({ productId }) => productId),
      quantity: number(({ quantity }) => quantity),
    }),
  }
}

function reservationTable(orders: readonly Order[], stock: StockKeeper) {
  const held = orders.flatMap(({ orderId }) => {
    const reservation = stock.reservation(orderId)
    const expiresAt = reservation?.expiresAt
    return (reservation?.lines ?? []).map((line) => ({ orderId, expiresAt, ...line }))
  })
  return tableOf(held, {
    reservation_id: text(({ orderId }) => orderId),
    site_id: text(({ siteId }) => siteId),
    product_id: text(({ productId }) => productId),
    quantity: number(({ quantity }) => quantity),
    expires_at: number(({ expiresAt }) => expiresAt),
  })
}

function stockTable({ book }: StockKeeper) {
  const { index, cells, siteIds, productIds } = book
  const rows = productIds.flatMap((productId, product) =>
    Array.from({ length: index[2 * product + 1]! }, (_, i) => ({
      productId,
      at: index[2 * product]! + CELL_WORDS * i,
    })),
  )
  return tableOf(rows, {
    site_id: text(({ at }) => siteIds[cells[at]!]),
    product_id: text(({ productId }) => productId),
    on_hand: number(({ at }) => cells[at + 1]!),
    reserved: number(({ at }) => cells[at + 2]!),
    incoming: number(({ at }) => cells[at + 3]!),
  })
}

type Make<Row> = (rows: readonly Row[]) => Column

function text<Row>(of: (row: Row) => string | undefined): Make<Row> {
  return (rows) => textColumn(rows.map(of))
}

function number<Row>(of: (row: Row) => number | undefined): Make<Row> {
  return (rows) => numberColumn(rows.map(of))
}

function tableOf<Row>(rows: readonly Row[], columns: Readonly<Record<string, Make<Row>>>) {
  const made = Object.entries(columns).map(([name, make]) => [name, make(rows)] as const)
  return { rowCount: rows.length, columns: Object.fromEntries(made) }
}

function noteOf(orders: OrderBook, tables: Tables, { book }: StockKeeper): FulfilmentNote {
  let [kept, broken, unitsOnHand] = [0, 0, 0]
  for (const { outcome } of orders.all()) {
    if (outcome !== undefined) outcome.kept ? kept++ : broken++
  }
  book.productIds.forEach((_, product) => {
    const first = book.index[2 * product]!
    const end = first + CELL_WORDS * book.index[2 * product + 1]!
    for (let at = first; at < end; at += CELL_WORDS) unitsOnHand += book.cells[at + 1]!
  })
  const parcels = tables['shipments']!.rowCount
  return { orders: orders.size, promisesKept: kept, promisesBroken: broken, parcels, unitsOnHand }
}
