/*
 * A process that appends, for tests:
 *
 *   node writer.ts FOLDER NAME EVENTS BATCH CONCURRENT
 *
 * Appends EVENTS ticks of subject `writer.NAME` in batches, CONCURRENT of them at a time, and
 * writes one line `first last` for each append that was acknowledged. Exit code 3: the disk refused.
 */
import { writeSync } from 'node:fs'
import { StorewrightError } from '../../core/errors.ts'
import { openLedger } from '../lmdb-ledger.ts'
import { ticked } from './event-types.ts'

const [folder = '', name = '', ...numbers] = process.argv.slice(2)
const [events = 0, batch = 1, concurrent = 1] = numbers.map(Number)
const ledger = openLedger(folder)
let next = 1

async function appendOn(): Promise<void> {
  while (next <= events) {
    const start = next
    next += batch
    const list = Array.from({ length: Math.min(batch, events - start + 1) }, (_, k) =>
      ticked.of(`writer.${name}`, { i: start + k }, { time: start + k }),
    )
    const { first, last } = await ledger.append(list)
    // Written at once, not queued: a line that the parent has read was acknowledged.
    writeSync(1, `${first} ${last}\n`)
  }
}

try {
  await Promise.all(Array.from({ length: concurrent }, appendOn))
} catch (error) {
  if (!(error instanceof StorewrightError) || error.code !== 'ERR_LEDGER_WRITE') throw error
  // Exit code 3 says: refused, and still alive a moment later (no stray rejection ended it).
  process.exitCode = 3
  await new Promise((resolve) => setTimeout(resolve, 50))
}
await ledger.close()
