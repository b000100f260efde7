import { type Command, InvalidArgumentError, Option } from 'commander'
import type { Frequency } from '../../core/calendar.ts'
import { requireLevels } from '../../core/quantiles.ts'
import { FORECASTERS } from '../../demand/index.ts'
import { forecastPanelFiles, forecastStore, readForecastNote } from '../../loop/index.ts'
import { storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { describeSteps } from './loop.ts'

/** forecast (of a store) and forecast panel (of any files). */
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

interface PanelOptions {
  readonly history: string
  readonly future: string
  readonly static?: string
  readonly frequency: Frequency
  readonly levels: number[]
  readonly out: string
  readonly model: string[]
  readonly seed: number
}

function addPanelForecast(forecast: Command): void {
  forecast
    .command('panel')
    .description('forecast any panel: rows of unique_id, ds, y')
    .requiredOption('--history <file>', 'unique_id, ds, y and covariates (CSV, CSV.gz, Parquet)')
    .requiredOption('--future <file>', 'unique_id, ds and covariates known ahead: rows to forecast')
    .option('--static <file>', 'unique_id and attributes that do not change')
    .addOption(
      new Option('--frequency <letter>', 'hours, days, weeks or months')
        .choices(['H', 'D', 'W', 'M'])
        .makeOptionMandatory(),
    )
    .option(
      '--levels <list>',
      'rising quantile levels',
      parseLevels,
      [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95],
    )
    .requiredOption('--out <file>', 'CSV to write: unique_id, ds, mean, q0.05, …')
    .option(
      '--model <names>',
      `auto (chosen for each series by backtest) or some of ${FORECASTERS.map((f) => f.name).join(', ')}`,
      parseNames,
      ['auto'],
    )
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .addHelpText(
      'after',
      '\nExample:\n  storewright forecast panel --history h.csv --future f.csv --frequency W --out o.csv',
    )
    .action(async (options: PanelOptions) => {
      const progress = progressPrinter(false)
      const startedAt = performance.now()
      const made = await forecastPanelFiles({
        history: options.history,
        future: options.future,
        frequency: options.frequency,
        levels: options.levels,
        models: options.model,
        seed: options.seed,
        out: options.out,
        onProgress: progress.onProgress,
        signal: stopSignal(),
        ...(options.static === undefined ? {} : { statics: options.static }),
      })
      progress.end()
      const seconds = (performance.now() - startedAt) / 1000
      process.stderr.write(
        `Wrote ${made.forecast.rowCount} rows of ${made.ids.length} series to ${options.out} in ${seconds.toFixed(1)} s.\n`,
      )
    })
}

function parseLevels(text: string): number[] {
  const levels = text.split(',').map(Number)
  try {
    requireLevels(levels)
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error))
  }
  return levels
}

function parseNames(text: string): string[] {
  return text.split(',').map((name) => name.trim())
}
