import { type Command, InvalidArgumentError, Option } from 'commander'
import { type AnomalyFilesResult, findAnomalyFiles, STEP_WORDS } from '../../load/index.ts'
import { parseNames, wholeNumber } from '../options.ts'
import { printData } from '../output.ts'

interface AnomaliesOptions {
  readonly history: string
  readonly events?: string
  readonly out: string
  readonly step?: string
  readonly group?: string[]
  readonly sensitivity?: number
  readonly against: 'past' | 'whole'
  readonly season?: number
  readonly zone?: string
  readonly json: boolean
}

/** load anomalies: what does not belong in a history. */
export function addLoadAnomalies(load: Command): void {
  load
    .command('anomalies')
    .description('find spikes, outages, breaks and the like in a history')
    .requiredOption('--history <file>', 'ds, y and group columns such as service,region (CSV, .gz)')
    .option('--events <file>', 'what is known, or left out by hand: not judged, not learned from')
    .option(
      '--sensitivity <rate>',
      'false alarms a series a month that are borne; default: load.anomaly-false-alarms',
      rate,
    )
    .addOption(
      new Option('--against <what>', 'compare with what came before, as alarms do, or with all')
        .choices(['past', 'whole'])
        .default('past'),
    )
    .requiredOption('--out <file>', 'CSV to write: group columns, starts_at, ends_at, kind, …')
    .addOption(
      new Option('--step <length>', 'length of a step; default: that of the rows').choices(
        Object.keys(STEP_WORDS),
      ),
    )
    .option('--group <columns>', 'columns that make a series; others are added up', parseNames)
    .option('--season <steps>', 'steps of the shortest season, such as 24', wholeNumber(1))
    .option('--zone <name>', 'zone of times without one and of days, such as Europe/Paris (UTC)')
    .option('--json', 'what was found and repaired, as JSON to stdout', false)
    .addHelpText('after', EXAMPLES)
    .action(findIn)
}

const EXAMPLES = `
Examples:
  storewright load anomalies --history h.csv --out a.csv
  storewright load anomalies --history h.csv.gz --events e.csv --sensitivity 0.2 --against whole --group service --out a.csv`

async function findIn({ json, against, ...request }: AnomaliesOptions): Promise<void> {
  const made = await findAnomalyFiles({ ...request, reference: against })
  if (json) {
    printData(true, { out: request.out, ...made }, () => '')
    return
  }
  describe(made)
  process.stderr.write(
    `Wrote ${made.anomalies.length} anomalies of ${made.series} series to ${request.out}.\n`,
  )
}

/** Anomalies that are told one by one; the file has all. */
const MOST_TOLD = 20

function describe({ notes, anomalies }: AnomalyFilesResult): void {
  for (const note of notes) process.stderr.write(`note: ${note}\n`)
  for (const { group, startMs, kind, reason } of anomalies.slice(0, MOST_TOLD)) {
    const name = Object.values(group).join(' ')
    const at = new Date(startMs).toISOString().slice(0, 16).replace('T', ' ')
    process.stderr.write(`${name === '' ? '' : `${name}: `}${at} ${kind}: ${reason}\n`)
  }
  const rest = anomalies.length - MOST_TOLD
  if (rest > 0) process.stderr.write(`and ${rest} more\n`)
}

function rate(text: string): number {
  const value = Number(text)
  if (value >= 0.001 && value <= 100) return value
  throw new InvalidArgumentError('Give a rate from 0.001 to 100.')
}
