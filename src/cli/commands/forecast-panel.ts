import { type Command, Option } from 'commander'
import type { Frequency } from '../../core/calendar.ts'
import { requireArgument } from '../../core/errors.ts'
import { type ForecastTables, modelNames, type SegmentRow } from '../../demand/index.ts'
import { forecastPanelFiles, groupsBeside, type HistoryFiles } from '../../loop/index.ts'
import { parseLevels, parseNames, wholeNumber } from '../options.ts'
import { progressPrinter, stopSignal } from '../output.ts'

/** What names the files of a panel. */
export interface FileOptions {
  readonly static?: string
  readonly events?: string
  readonly country?: string
  readonly frequency: Frequency
}

interface PanelOptions extends FileOptions {
  readonly history: string
  readonly future: string
  readonly levels: number[]
  readonly out: string
  readonly model: string[]
  readonly seed: number
  readonly hierarchy?: string[]
  readonly groupsOut?: string
}

/** forecast panel: any panel in files. */
export function addPanelForecast(forecast: Command): void {
  const command = forecast
    .command('panel')
    .description('forecast any panel: rows of unique_id, ds, y')
    .requiredOption('--history <file>', 'unique_id, ds, y and covariates (CSV, CSV.gz, Parquet)')
    .requiredOption('--future <file>', 'unique_id, ds and covariates known ahead: rows to forecast')
    .addOption(frequencyOption().makeOptionMandatory())
  besideOptions(command)
    .option(
      '--levels <list>',
      'rising quantile levels',
      parseLevels,
      [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95],
    )
    .requiredOption('--out <file>', 'CSV to write: unique_id, ds, mean, q0.05, …')
    .option(
      '--model <names>',
      `auto (classical and learned ones, combined by backtest) or some of ${modelNames().join(', ')}`,
      parseNames,
      ['auto'],
    )
    .option(
      '--hierarchy <names>',
      'attributes whose groups are forecast too, in agreement with the rows: store,dept · id:1 (part of ids) · all',
      parseNames,
    )
    .option('--groups-out <file>', 'CSV of the groups (default: beside --out, as o.groups.csv)')
    .option('--seed <number>', 'same seed, same result', wholeNumber(0), 1)
    .addHelpText(
      'after',
      `
Examples:
  storewright forecast panel --history h.csv --future f.csv --frequency W --out o.csv
  storewright forecast panel --history h.csv --future f.csv --frequency W --out o.csv --hierarchy store,dept`,
    )
    .action(forecastFiles)
}

async function forecastFiles(options: PanelOptions): Promise<void> {
  const progress = progressPrinter(false)
  const startedAt = performance.now()
  const { history, future, levels, model, seed, out, hierarchy } = options
  const groupsOut = options.groupsOut ?? groupsBeside(out)
  requireArgument(
    hierarchy !== undefined || options.groupsOut === undefined,
    '--groups-out: name what to add up with --hierarchy',
  )
  const made = await forecastPanelFiles({
    ...filesOf(history, options),
    future,
    levels,
    models: model,
    seed,
    out,
    groupsOut,
    ...(hierarchy === undefined ? {} : { hierarchy }),
    onProgress: progress.onProgress,
    signal: stopSignal(),
  })
  progress.end()
  for (const remark of made.remarks) process.stderr.write(`note: ${remark}\n`)
  for (const line of describeChoice(made)) process.stderr.write(`${line}\n`)
  for (const line of describeSums(made)) process.stderr.write(`${line}\n`)
  const seconds = (performance.now() - startedAt) / 1000
  process.stderr.write(
    `Wrote ${made.forecast.rowCount} rows to ${out} in ${seconds.toFixed(1)} s.\n`,
  )
  if (made.sums === undefined) return
  process.stderr.write(`Wrote ${made.sums.groups.rowCount} rows of groups to ${groupsOut}.\n`)
}

/** The options that panel and backtest share. */
export function besideOptions(command: Command): Command {
  return command
    .option('--static <file>', 'unique_id and attributes that do not change')
    .option('--events <file>', 'name, kind, starts_on, ends_on of occasions, past and planned')
    .option('--country <code>', 'holidays and shopping days of a country are occasions: US, GB …')
}

export function frequencyOption(): Option {
  return new Option('--frequency <letter>', 'hours, days, weeks or months').choices([
    'H',
    'D',
    'W',
    'M',
  ])
}

/** The files of a history as the loop takes them. */
export function filesOf(history: string, options: FileOptions): HistoryFiles {
  return {
    history,
    frequency: options.frequency,
    ...(options.static === undefined ? {} : { statics: options.static }),
    ...(options.events === undefined ? {} : { events: options.events }),
    ...(options.country === undefined ? {} : { country: options.country }),
  }
}

/** How the forecast came about, where learned models took part: a line a segment. */
function describeChoice({ combination }: ForecastTables): string[] {
  if (combination === undefined) return []
  const { verdict, members } = combination
  if (verdict.origins.length === 0) {
    const learned = members.slice(1).join(', ')
    return [
      `note: the history is too short to judge ${learned}; weights by demand.learned-unjudged`,
    ]
  }
  return verdict.segments
    .filter((row) => row.model === 'combined' && row.series > 0)
    .map((row) => {
      const members = verdict.segments.filter(
        (of) => of.segment === row.segment && of.model !== 'combined',
      )
      const quantiles = describeWeights(members, (of) => of.weight, row.floorRatio)
      const means = describeWeights(members, (of) => of.meanWeight ?? of.weight, row.sumsRatio)
      return `${row.segment}: ${row.series} series; quantiles ${quantiles}; means ${means}`
    })
}

/** How rows and groups were made to agree, and how far off each level was in the past. */
function describeSums({ sums }: ForecastTables): string[] {
  if (sums === undefined) return []
  const { choice, spread, origins, early } = sums
  const notes =
    early > 0 ? [`note: ${early} rows before the end of the history are in no group`] : []
  if (origins === 0) {
    return [...notes, 'groups: sums of their series; the history is too short to judge MinT']
  }
  const past = `on ${origins} past ${origins === 1 ? 'origin' : 'origins'}`
  const better = `MinT had ${choice.ratio.toFixed(3)} of the error of plain sums ${past}`
  const how =
    choice.method === 'mint' ? 'by MinT, which moves the rows too' : 'sums of their series'
  const levels = choice.levels.map(({ level, base, bottomUp, mint }) => {
    const made = choice.method === 'mint' ? mint : bottomUp
    return `${level} ${made.toFixed(3)} (alone ${base.toFixed(3)})`
  })
  const bands = spread.map(({ level, factor }) => `${level} ${factor.toFixed(2)}`)
  return [
    ...notes,
    `groups: ${how} (${better})`,
    `groups, past WAPE: ${levels.join(', ')}`,
    `groups, bands wider than their sample paths: ${bands.join(', ')} times`,
  ]
}

/** "classical 0.41 + trees 0.59 (0.932 of the floor)". */
function describeWeights(
  members: readonly SegmentRow[],
  weightOf: (row: SegmentRow) => number,
  ratio = Number.NaN,
): string {
  const parts = members
    .filter((of) => weightOf(of) > 0)
    .map((of) => `${of.model} ${weightOf(of).toFixed(2)}`)
  return `${parts.join(' + ')}${Number.isFinite(ratio) ? ` (${ratio.toFixed(3)} of the floor)` : ''}`
}
