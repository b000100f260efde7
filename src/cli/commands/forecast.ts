import type { Command } from 'commander'
import { forecastStore, readForecastNote } from '../../loop/index.ts'
import { storeOption } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { addBacktest } from './forecast-backtest.ts'
import { addPanelForecast } from './forecast-panel.ts'
import { describeSteps } from './loop.ts'

/** forecast (of a store), forecast panel (of any files), forecast backtest (of either). */
export function addForecastCommands(program: Command): void {
  const forecast = program
    .command('forecast')
    .description('how many of each product will sell, with its spread')
    .addHelpText(
      'after',
      '\nWithout a command: storewright forecast make, whose options `storewright forecast make --help` lists.',
    )
  addStoreForecast(forecast)
  addPanelForecast(forecast)
  addBacktest(forecast)
}

function addStoreForecast(forecast: Command): void {
  storeOption(forecast.command('make', { isDefault: true }))
    .description('forecast every product of a store (what `storewright forecast` does)')
    .option('--json', 'print a summary as JSON')
    .action(async (options: { store: string; json?: boolean }) => {
      const progress = progressPrinter(options.json === true)
      const step = await forecastStore(options.store, {
        now: Date.now(),
        onProgress: progress.onProgress,
        signal: stopSignal(),
      })
      progress.end()
      const note = await readForecastNote(options.store)
      printData(options.json === true, note, () =>
        [
          `${note.products} products, ${note.horizonDays} days from ${note.origin}; scaled pinball loss ${note.scaledPinball.toFixed(3)} (seasonal naive ${note.naiveScaledPinball.toFixed(3)}).`,
          ...Object.entries(note.chosen)
            .sort((a, b) => b[1] - a[1])
            .map(([model, count]) => `  ${String(count).padStart(6)}  ${model}`),
        ].join('\n'),
      )
      process.stderr.write(`\n${describeSteps([step])}\n`)
      process.stderr.write(`Next: storewright plan --store ${options.store}\n`)
    })
}
