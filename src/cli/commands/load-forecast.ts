import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { forecastLoadFiles, type LoadFilesResult, STEP_WORDS } from '../../load/index.ts'
import { parseLevels, parseNames, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { forecastOfStore, STORE_STEPS } from './load-forecast-store.ts'

interface ForecastOptions {
  readonly store?: string
  readonly history: string
  readonly events?: string
  readonly drivers?: string
  readonly from: string
  readonly to: string
  readonly step: string
  readonly levels: number[]
  readonly out: string
  readonly report?: string
  readonly group?: string[]
  readonly season?: number
  readonly zone?: string
  readonly seed: number
  readonly json: boolean
}

/** load forecast: from a history and events in files to load to come. */
export function addLoadForecast(load: Command): void {
  load
    .command('forecast')
    .description('forecast load: of a store, or from a history and events in files')
    .option('--store <dir>', "make the store's forecast; --out writes what it keeps")
    .option('--history <file>', 'ds, y and group columns such as service,region (CSV, .gz)')
    .option('--events <file>', 'event_id, kind, starts_at, ends_at, past and future (CSV, .gz)')
    .option(
      '--drivers <file>',
      'orders, sessions, … past and to come: ds, group columns, a column a driver (CSV, .gz)',
    )
    .option('--from <time>', 'first step wanted, at or after the end of the history')
    .option('--to <time>', 'last step wanted; a date means all of its day')
    .addOption(
      new Option('--step <length>', 'length of a step; finer histories are added up').choices(
        Object.keys(STEP_WORDS),
      ),
    )
    .option('--levels <list>', 'rising quantile levels', parseLevels, [0.5, 0.9, 0.95, 0.99])
    .option('--out <file>', 'CSV to write: group columns, ds, mean, q0.5, …')
    .option('--report <file>', 'HTML page to write: curve, components, peaks, what was left out')
    .option('--group <columns>', 'columns that make a series; others are added up', parseNames)
    .option('--season <steps>', 'steps of the shortest season, such as 24', wholeNumber(1))
    .option('--zone <name>', 'zone of times without one and of days, such as Europe/Paris (UTC)')
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .option('--json', 'what was read, repaired and chosen, as JSON to stdout', false)
    .addHelpText('after', EXAMPLES)
    .action((options: ForecastOptions) =>
      options.store === undefined ? forecastFiles(options) : forecastStored(options),
    )
}

const EXAMPLES = `
Examples:
  storewright load forecast --history h.csv --events e.csv --from 2026-11-20 --to 2026-12-03 --step 1m --out o.csv --report r.html
  storewright load forecast --history h.csv.gz --from 2026-07-01 --to 2028-06-30 --step 1w --group service,region --out o.csv
  storewright load forecast --history h.csv --drivers orders.csv --from 2026-11-20 --to 2026-12-03 --step 1h --out o.csv
  storewright load forecast --store DIR --step 1h --out o.csv`

/** Options that a store's own tables stand for. */
const FILE_OPTIONS = ['history', 'events', 'drivers', 'group', 'season', 'zone', 'report'] as const

async function forecastStored(options: ForecastOptions): Promise<void> {
  const given = FILE_OPTIONS.find((name) => options[name] !== undefined)
  if (given !== undefined) {
    throw new StorewrightError('ERR_ARGUMENT', `--${given} does not go with --store`, {
      next: 'A store is forecast from its tables: import load and load_events, or leave out --store.',
    })
  }
  if (options.step !== undefined && !STORE_STEPS.includes(options.step)) {
    throw new StorewrightError('ERR_ARGUMENT', `a store keeps no steps of ${options.step}`, {
      next: `Take one of ${STORE_STEPS.join(', ')}.`,
    })
  }
  await forecastOfStore({ ...options, store: options.store! })
}

function requireFileOptions(options: ForecastOptions): void {
  for (const name of ['history', 'from', 'to', 'step', 'out'] as const) {
    if (options[name] !== undefined) continue
    throw new StorewrightError('ERR_ARGUMENT', `--${name} is missing`, {
      next: 'Give --history, --from, --to, --step and --out, or --store DIR.',
    })
  }
}

async function forecastFiles(options: ForecastOptions): Promise<void> {
  requireFileOptions(options)
  const { json, store: _, ...request } = options
  const progress = progressPrinter(json)
  const startedAt = performance.now()
  const made = await forecastLoadFiles({
    ...request,
    onProgress: progress.onProgress,
    signal: stopSignal(),
  })
  progress.end()
  if (json) printData(true, { out: options.out, ...made }, () => '')
  else describe(made)
  const seconds = (performance.now() - startedAt) / 1000
  process.stderr.write(`Wrote ${made.rows} rows to ${options.out} in ${seconds.toFixed(1)} s.\n`)
}

/** Series whose notes are printed one by one; of more, only how many each forecaster serves. */
const MOST_TOLD = 12
const MOST_NOTES = 8

function describe({ notes, series }: LoadFilesResult): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  if (series.length <= MOST_TOLD) {
    for (const { group, forecaster, notes: own } of series) {
      const name = Object.values(group).join(' ') || 'all'
      process.stderr.write(`${name}: ${forecaster}\n`)
      for (const note of own.slice(0, MOST_NOTES)) process.stderr.write(`  ${note}\n`)
      const rest = own.length - MOST_NOTES
      if (rest > 0) process.stderr.write(`  and ${rest} more; --json has them all\n`)
    }
    return
  }
  const counts = new Map<string, number>()
  for (const { forecaster } of series) counts.set(forecaster, (counts.get(forecaster) ?? 0) + 1)
  const parts = [...counts].map(([name, count]) => `${name} ${count}`)
  process.stderr.write(`${series.length} series: ${parts.join(', ')}\n`)
}
