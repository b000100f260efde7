import {
  eventsOfFailure,
  type OrderEvent,
  type StockBook,
  type StockCommand,
  type StockLine,
  type StockOutcome,
} from '../../fulfilment/index.ts'
import { eachOf, type Turns } from './in-turn.ts'
import { carryOut } from './order-events.ts'
import type { PlacingParts } from './place-order.ts'
import { repairWaiting } from './repair-orders.ts'
import { withShortId } from './request-ids.ts'

// Words of a cell of the stock book; see its types.
const CELL_WORDS = 4
const ON_HAND = 1
const RESERVED = 2
const AT_ONCE = 16
/** Name of the turn of shortages: no order is called so. */
const SHORTAGES = '\0shortages'

/** Cells in which more is reserved than there is, with the units missing. O(cells). */
export function shortCells({ index, cells, siteIds, productIds }: StockBook): readonly StockLine[] {
  return productIds.flatMap((productId, product) => {
    const first = index[2 * product]!
    const end = first + CELL_WORDS * index[2 * product + 1]!
    const short: StockLine[] = []
    for (let at = first; at < end; at += CELL_WORDS) {
      const quantity = cells[at + RESERVED]! - cells[at + ON_HAND]!
      if (quantity > 0) short.push({ siteId: siteIds[cells[at]!]!, productId, quantity })
    }
    return short
  })
}

/** Cells that these commands have left short, and why. */
export function shortagesOf(
  commands: readonly StockCommand[],
  outcomes: readonly StockOutcome[],
): readonly (StockLine & { readonly isDamage: boolean })[] {
  return outcomes.flatMap((outcome, i) => {
    const command = commands[i]!
    const isDamage = command.kind === 'adjust' && command.reason === 'damaged'
    return outcome.ok ? outcome.shortages.map((line) => ({ ...line, isDamage })) : []
  })
}

/**
 * Takes units that are not there out of the parcels that hold them, in fair shares, and gives these
 * orders others. Cells that are no longer short are let be. Returns the orders touched.
 */
export async function repairShortages(
  parts: PlacingParts,
  turns: Turns,
  cells: readonly (StockLine & { readonly isDamage?: boolean })[],
): Promise<readonly string[]> {
  if (cells.length === 0) return []
  // One after the other: two that saw one shortage would take it out of parcels twice.
  return turns.inTurn(SHORTAGES, () => repairCells(parts, turns, cells))
}

async function repairCells(
  parts: PlacingParts,
  turns: Turns,
  cells: Parameters<typeof repairShortages>[2],
): Promise<readonly string[]> {
  const touched = new Set<string>()
  for (const { siteId, productId, isDamage = false } of cells) {
    const quantity = missingAt(parts.stock.book, siteId, productId)
    if (quantity <= 0) continue
    const events = eventsOfShortage(parts, { siteId, productId, quantity }, isDamage)
    for (const { orderId } of events) touched.add(orderId)
    await eachOf(events, AT_ONCE, async (event) => {
      await turns.inTurn(event.orderId, async () => {
        const order = parts.orders.book.order(event.orderId)!
        const parcel = order.parcels.find(
          (one) => event.kind === 'short' && one.parcelId === event.parcelId,
        )
        // It may have left, or have been given up, since.
        if (parcel?.status !== 'planned' && parcel?.status !== 'picking') return
        await carryOut(parts, withShortId(event), { isCounted: true, isRepairedLater: true })
      })
    })
  }
  const orders = [...touched].map((orderId) => parts.orders.book.order(orderId)!)
  await repairWaiting(parts, turns, orders, 'repaired')
  return [...touched]
}

function eventsOfShortage(
  parts: PlacingParts,
  line: StockLine,
  isDamage: boolean,
): readonly OrderEvent[] {
  const { siteId, productId } = line
  const { stock, orders, clock } = parts
  const failure = { kind: 'damaged', siteId, lines: [line] } as const
  // The number of the last event tells one shortage of a cell from the next.
  const requestId = `short-${siteId}-${productId}-${stock.book.sequence}`
  return eventsOfFailure(failure, orders.book.atSite(siteId), requestId, clock()).map((event) =>
    event.kind === 'short' && !isDamage ? { ...event, because: 'short-pick' as const } : event,
  )
}

function missingAt(book: StockBook, siteId: string, productId: string): number {
  const [site, product] = [book.siteOf(siteId), book.productOf(productId)]
  const first = book.index[2 * product]!
  const end = first + CELL_WORDS * book.index[2 * product + 1]!
  for (let at = first; at < end; at += CELL_WORDS) {
    if (book.cells[at] === site) return book.cells[at + RESERVED]! - book.cells[at + ON_HAND]!
  }
  return 0
}
