import type { Command } from 'commander'
import { publishFulfilment, readFulfilmentNote } from '../../loop/index.ts'
import { storeOption } from '../options.ts'
import { printData, stopSignal } from '../output.ts'
import { addClosureCommands } from './fulfil-closures.ts'

/** fulfil publish, and what closes and opens. */
export function addFulfilCommands(program: Command): void {
  const fulfil = program
    .command('fulfil')
    .description('promises, orders and live stock of a store that is served')
    .addHelpText(
      'after',
      `
Examples:
  storewright serve --store my-store              takes orders at POST /orders
  storewright fulfil close-site FC-RNO --until 2026-12-02T06:00:00Z --reason storm --store my-store
  storewright fulfil lane-down FC-RNO 06037 --reason slide --store my-store
  storewright fulfil closures --store my-store    what is closed, and how to open it again
  storewright fulfil publish --store my-store     tables of promises, parcels, reservations and stock
  storewright export stock_snapshot --store my-store`,
    )
  addClosureCommands(fulfil)
  storeOption(fulfil.command('publish'))
    .description('write promises, parcels, reservations and live stock as tables; serving goes on')
    .option('--json', 'print as JSON')
    .action(async ({ store, json }: { store: string; json?: boolean }) => {
      const step = await publishFulfilment(store, { now: Date.now(), signal: stopSignal() })
      const note = await readFulfilmentNote(store)
      printData(json === true, { version: step.version, skipped: step.skipped, ...note }, () =>
        [
          `${note.orders} orders in ${note.parcels} parcels; of the promises judged, ${note.promisesKept} were kept and ${note.promisesBroken} broken.`,
          `${note.unitsOnHand.toLocaleString('en-US')} units on hand. Version ${step.version}${step.skipped ? ', as it was: nothing has happened since' : ''}.`,
        ].join('\n'),
      )
    })
}
