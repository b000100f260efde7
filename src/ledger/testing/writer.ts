/*
 * A process that appends, for tests:
 *
 *   node writer.ts FOLDER NAME EVENTS BATCH CONCURRENT
 *
 * Appends EVENTS ticks of subject `writer.NAME` in batches, CONCURRENT of them at a time, and
 * writes one line `first last` for each append that was acknowledged.
 */
import { writeSync } from 'node:fs'
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

await Promise.all(Array.from({ length: concurrent }, appendOn))
await ledger.close()
