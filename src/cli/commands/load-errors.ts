import type { Command } from 'commander'
import { writeFileWhole } from '../../core/files.ts'
import { explain } from '../../load/index.ts'
import {
  adviceOf,
  aheadWords,
  type CapacityNote,
  describeSince,
  eventsInForce,
  type ForecastErrors,
  readCalendar,
  readCalendarRecord,
  readForecastErrors,
  readOutlook,
  requireVersion,
  sentenceOfErrors,
  storeSettings,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import { storeOption } from '../options.ts'
import { printData } from '../output.ts'

interface ErrorOptions {
  readonly store: string
  readonly service: string
  readonly region: string
  readonly json?: boolean
}

/** load errors, load outlook: what the store's own forecasts of load were worth, and what they mean. */
export function addLoadErrors(load: Command): void {
  storeOption(load.command('errors'))
    .description('how far off forecasts were by distance ahead, and what would help most')
    .option('--service <id>', 'one service', 'all')
    .option('--region <id>', 'one region', 'all')
    .option('--json', 'print as JSON')
    .action(tellErrors)
  storeOption(load.command('outlook'))
    .description('two years of servers by quarter, region and server family, as CSV')
    .option('--out <file>', 'CSV to write (default: print it)')
    .action(tellOutlook)
}

async function tellErrors({ store, service, region, json }: ErrorOptions): Promise<void> {
  const record = await withLedger(store, readCalendarRecord)
  const found = await withDatabase(store, 'read', async (db) => {
    const version = await requireVersion(db, 'load')
    const events = eventsInForce(await readCalendar(db, record))
    return readForecastErrors(db, version, { service, region }, events)
  })
  printData(json === true, found, () => describe(found))
}

function describe(found: ForecastErrors): string {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`.padStart(6)
  const advice = adviceOf(found)
  return [
    sentenceOfErrors(found),
    ...(found.byHorizon.length === 0 ? [] : ['  up to        missed    bias  in the 80 %']),
    ...found.byHorizon.map(
      ({ upToMs, wape, bias, coverage }) =>
        `  ${aheadWords(upToMs).padEnd(12)} ${percent(wape)}  ${percent(bias)}  ${percent((coverage[2] ?? 0) - (coverage[0] ?? 0))}`,
    ),
    ...(advice === undefined ? [] : [advice]),
    ...(found.change === undefined ? [] : [describeSince(found.change)]),
  ].join('\n')
}

async function tellOutlook({ store, out }: { store: string; out?: string }): Promise<void> {
  const { knobs } = storeSettings(store)
  const rows = await withDatabase(store, 'read', async (db) => {
    const { version } = await requireVersion(db, 'load')
    const note = JSON.parse((await requireVersion(db, 'capacity')).note) as CapacityNote
    return readOutlook(db, version, note, knobs)
  })
  const csv = explain.outlookCsv(rows)
  if (out === undefined) process.stdout.write(csv)
  else {
    writeFileWhole(out, csv)
    process.stderr.write(`Wrote ${rows.length} rows to ${out}.\n`)
  }
}
