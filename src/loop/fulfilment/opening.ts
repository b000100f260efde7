import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StorewrightError } from '../../core/errors.ts'
import { writeFileWhole } from '../../core/files.ts'
import type { ExpectedReceipt, StockCommand, StockKeeper } from '../../fulfilment/index.ts'
import type { CountedStock } from './facts.ts'

/** Lines of one command of the opening balance. */
const LINES = 500

/** When stock of the table became live stock, and how much it was. */
export interface OpeningNote {
  /** Epoch ms. */
  readonly openedAt: number
  readonly cells: number
  readonly units: number
}

const fileIn = (folder: string) => join(folder, 'opening.json')

/** The note of an opening; undefined before the first. */
export function readOpening(folder: string): OpeningNote | undefined {
  const file = fileIn(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as OpeningNote) : undefined
}

/**
 * Takes over what was counted, once in the life of a store: from then on live stock is its own. Units
 * that orders outside have reserved are on hand and reserved under `before-opening-…`, until they
 * are confirmed or released. What is on its way is expected, receipt by receipt. Interrupted, it begins anew: counts set, they do not add. Throws
 * ERR_STOCK where the keeper refuses.
 */
export async function takeOpening(
  folder: string,
  keeper: StockKeeper,
  counted: readonly CountedStock[],
  incoming: readonly ExpectedReceipt[],
  now: number,
): Promise<OpeningNote> {
  const commands: StockCommand[] = []
  const onHand = counted.map(({ siteId, productId, onHand }) => ({
    siteId,
    productId,
    quantity: onHand,
  }))
  for (const [i, lines] of chunks(onHand).entries())
    commands.push({ kind: 'count', requestId: `opening-${now}-count-${i}`, lines })
  const committed = counted
    .filter((row) => row.committed > 0)
    .map((row) => ({
      siteId: row.siteId,
      productId: row.productId,
      quantity: Math.min(row.committed, row.onHand),
    }))
    .filter(({ quantity }) => quantity > 0)
  for (const [i, lines] of chunks(committed).entries()) {
    const reservationId = `before-opening-${i}`
    if (keeper.reservation(reservationId) !== undefined) continue
    commands.push({
      kind: 'reserve',
      requestId: `opening-${now}-reserve-${i}`,
      reservationId,
      lines,
    })
  }
  for (const [i, receipts] of chunks(incoming).entries())
    commands.push({ kind: 'expect', requestId: `opening-${now}-expect-${i}`, receipts })
  for (const outcome of await keeper.submitMany(commands)) {
    if (!outcome.ok) throw new StorewrightError('ERR_STOCK', `opening balance: ${outcome.message}`)
  }
  await keeper.snapshot()
  const units = counted.reduce((sum, row) => sum + row.onHand, 0)
  const note = { openedAt: now, cells: counted.length, units }
  writeFileWhole(fileIn(folder), `${JSON.stringify(note)}\n`)
  return note
}

function chunks<Line>(lines: readonly Line[]): Line[][] {
  return Array.from({ length: Math.ceil(lines.length / LINES) }, (_, i) =>
    lines.slice(i * LINES, (i + 1) * LINES),
  )
}
