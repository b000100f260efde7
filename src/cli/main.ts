import { Command } from 'commander'
import { addExplainCommands } from './commands/explain.ts'
import { addForecastCommands } from './commands/forecast.ts'
import { addFulfilCommands } from './commands/fulfil.ts'
import { addLoadCommands } from './commands/load.ts'
import { addLoopCommands } from './commands/loop.ts'
import { addNetworkCommands } from './commands/network.ts'
import { addPlanCommands } from './commands/plan.ts'
import { addSearchCommands } from './commands/search.ts'
import { addServeCommands } from './commands/serve.ts'
import { addStoreCommands } from './commands/store.ts'
import { addTokenCommands } from './commands/token.ts'
import { addWarehouseCommands } from './commands/warehouse.ts'
import { describeError, exitCodeOf, programVersion } from './output.ts'

const program = new Command('storewright')
  .description(
    'Runs the decisions of an online store: what will sell, what to buy, what comes of it.',
  )
  .version(programVersion())
  .showSuggestionAfterError()
  .showHelpAfterError('(--help lists the commands and their options)')
  .addHelpText(
    'after',
    `
Examples:
  storewright start                                       a demo store, the whole loop, the console
  storewright init my-store                               make an empty store
  storewright import sales.csv.gz --adapter invoices --store my-store
  storewright run --store my-store                        forecast, plan, simulate, report
  storewright serve --store my-store                      the console at http://127.0.0.1:4600`,
  )

addStoreCommands(program)
addForecastCommands(program)
addExplainCommands(program)
addPlanCommands(program)
addLoopCommands(program)
addSearchCommands(program)
addNetworkCommands(program)
addFulfilCommands(program)
addLoadCommands(program)
addWarehouseCommands(program)
addTokenCommands(program)
addServeCommands(program)

// Whoever reads may stop reading, as `head` does: that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.stderr.write(`${describeError(error)}\n`)
  process.exitCode = exitCodeOf(error)
}
