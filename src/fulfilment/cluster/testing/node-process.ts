/*
 * A node that keeps stock, as a process of its own for tests and benches:
 *
 *   node node-process.ts OPTIONS     (JSON: StockNodeOptions without clock and onEvent)
 *
 * Writes a line of JSON for everything that happens to its shards. Ends with its standard input:
 * whoever started it may be killed.
 */
import { type StockNodeOptions, startStockNode } from '../node.ts'

const options = JSON.parse(process.argv[2] ?? '{}') as Omit<StockNodeOptions, 'clock'>
process.stdin.resume().once('end', () => process.exit(0))
await startStockNode({
  ...options,
  clock: () => Date.now(),
  onEvent(event) {
    const told =
      event.kind === 'failed'
        ? { ...event, error: event.error instanceof Error ? event.error.message : event.error }
        : event
    console.log(JSON.stringify(told))
  },
})
console.log(JSON.stringify({ kind: 'started' }))
