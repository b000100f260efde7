import type { Command } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { type BacktestFigures, modelNames } from '../../demand/index.ts'
import { backtestFiles, backtestStore, type StoreBacktest } from '../../loop/index.ts'
import { parseNames, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { besideOptions, type FileOptions, filesOf, frequencyOption } from './forecast-panel.ts'

interface BacktestCommandOptions extends Partial<FileOptions> {
  readonly store?: string
  readonly history?: string
  readonly model: string[]
  readonly origins: number
  readonly horizon: number
  readonly seed: number
  readonly json?: boolean
}

/** forecast backtest: models judged on the past of a store or of files. */
export function addBacktest(forecast: Command): void {
  const command = forecast
    .command('backtest')
    .description('judge models on the past: everything is learned anew at each origin')
    .option('--store <dir>', 'folder of a store')
    .option('--history <file>', 'or a file of unique_id, ds, y and covariates')
    .addOption(frequencyOption())
  besideOptions(command)
    .option(
      '--model <names>',
      `each judged on its own: auto or some of ${modelNames().join(', ')}`,
      parseNames,
      ['auto', 'classical', 'seasonal-naive'],
    )
    .option('--origins <number>', 'rolling origins, a horizon apart', wholeNumber(1), 3)
    .option('--horizon <buckets>', 'buckets ahead', wholeNumber(1), 28)
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .option('--json', 'print figures as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  storewright forecast backtest --store shop\n  storewright forecast backtest --history h.csv --frequency W --horizon 13 --model auto,theta',
    )
    .action(runBacktest)
}

async function runBacktest(options: BacktestCommandOptions): Promise<void> {
  const { store, history, frequency, model, origins, horizon, seed } = options
  if (store !== undefined && history !== undefined) {
    throw new StorewrightError('ERR_ARGUMENT', 'a store and a history are two things to judge', {
      next: 'Give --store DIR or --history FILE, not both.',
    })
  }
  const progress = progressPrinter(options.json === true)
  const asked = {
    models: model,
    origins,
    horizon,
    seed,
    onProgress: progress.onProgress,
    signal: stopSignal(),
  }
  let report: StoreBacktest
  if (store !== undefined) report = await backtestStore(store, asked)
  else if (history !== undefined && frequency !== undefined) {
    report = await backtestFiles({ ...filesOf(history, { ...options, frequency }), ...asked })
  } else {
    throw new StorewrightError('ERR_ARGUMENT', 'there is nothing to judge', {
      next: 'Give --store DIR, or --history FILE and --frequency.',
    })
  }
  progress.end()
  for (const remark of report.remarks) process.stderr.write(`note: ${remark}\n`)
  printData(options.json === true, report, () => describeReport(report))
}

const HEAD = ['model', 'segment', 'series', 'pinball', 'WAPE', 'sums', 'bias', '80 %', '90 %']

function describeReport({ rows, origins, horizon }: StoreBacktest): string {
  const cells = [HEAD, ...rows.map(cellsOf)]
  const widths = HEAD.map((_, k) => Math.max(...cells.map((row) => row[k]!.length)))
  const lines = cells.map((row) =>
    row.map((cell, k) => (k < 2 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  '),
  )
  return [
    ...lines,
    '',
    `Origins ${origins.join(', ')}; ${horizon} buckets ahead. series: counted at each origin;`,
    'pinball: over the mean size of the naive step; sums: WAPE of the sums over the horizon;',
    '80 %, 90 %: share inside these bands.',
  ].join('\n')
}

function cellsOf(row: BacktestFigures): string[] {
  const number = (value: number) => (Number.isFinite(value) ? value.toFixed(3) : '–')
  return [
    row.model,
    row.segment,
    String(row.series),
    number(row.scaledPinball),
    number(row.wape),
    number(row.wapeOfSums),
    number(row.bias),
    number(row.coverage80),
    number(row.coverage90),
  ]
}
