/*
 * A process that sells scarce stock until it is killed:
 *
 *   node seller.ts FOLDER NAME
 *
 * Sixteen buyers at a time reserve one or two units of products of which there are few, and confirm
 * every other reservation; units come in now and then, and snapshots are written all the while. One
 * line `request sequence` is written for each command that was acknowledged.
 */
import { writeSync } from 'node:fs'
import { createRandom } from '../../../core/random/random.ts'
import { openLedger } from '../../../ledger/index.ts'
import { openStockKeeper } from '../open-keeper.ts'
import type { StockCommand } from '../types.ts'
import { PRODUCTS, SITES } from './small-keeper.ts'

const [folder = '', name = ''] = process.argv.slice(2)
const random = createRandom(name)
const keeper = await openStockKeeper({
  ledger: openLedger(`${folder}/ledger`),
  folder: `${folder}/snapshots`,
  clock: () => Date.now(),
  ...{ siteIds: SITES, productIds: PRODUCTS },
})
let requests = 0

async function submit(command: StockCommand): Promise<boolean> {
  const outcome = await keeper.submit(command)
  // Written at once, not queued: a line that the parent has read was acknowledged.
  if (outcome.ok) writeSync(1, `${command.requestId} ${outcome.sequence}\n`)
  return outcome.ok
}

async function buyOn(): Promise<never> {
  for (;;) {
    const requestId = `${name}-${++requests}`
    const [siteId, productId] = [SITES[random.int(3)]!, PRODUCTS[random.int(4)]!]
    const lines = [{ siteId, productId, quantity: 1 + random.int(2) }]
    if (random.int(4) === 0) await submit({ kind: 'receive', requestId: `${requestId}-in`, lines })
    const isHeld = await submit({ kind: 'reserve', requestId, reservationId: requestId, lines })
    if (!isHeld || random.int(2) === 0) continue
    await submit({ kind: 'confirm', requestId: `${requestId}-out`, reservationId: requestId })
  }
}

async function saveOn(): Promise<never> {
  for (;;) await keeper.snapshot()
}

await Promise.all([saveOn(), ...Array.from({ length: 16 }, buyOn)])
