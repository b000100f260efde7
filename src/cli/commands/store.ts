import { type Command, Option } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import { listKnobs } from '../../core/knobs.ts'
import {
  adapterNames,
  checkFeed,
  exportTable,
  type FeedReport,
  fillShopifyCounts,
  formatFaults,
  formatNotes,
  type TableChange,
  tableNames,
} from '../../feed/index.ts'
import { importIntoStore, initStore, storeSettings, withDatabase } from '../../loop/index.ts'
import { storeOption } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

/** init, check, import, export, knobs. */
export function addStoreCommands(program: Command): void {
  addInit(program)
  addCheck(program)
  addImport(program)
  addExport(program)
  addKnobs(program)
}

function addInit(program: Command): void {
  program
    .command('init')
    .description('make an empty store: a folder with tables, ledger and settings')
    .argument('<dir>', 'folder to make')
    .option('--name <name>', 'name shown in the console (default: the name of the folder)')
    .option('--currency <code>', 'ISO 4217 code', 'GBP')
    .option('--time-zone <zone>', 'IANA name; days begin at midnight there', 'UTC')
    .action(async (dir: string, options: { name?: string; currency: string; timeZone: string }) => {
      await initStore(dir, options)
      process.stderr.write(
        `Made the store ${dir}. Settings: ${dir}/storewright.toml\nNext: storewright import FEED --store ${dir}\n`,
      )
    })
}

function adapterOption(command: Command): Command {
  return command.option(
    '--adapter <name>',
    `what the feed is written in: ${adapterNames.join(', ')}`,
    'native',
  )
}

function addCheck(program: Command): void {
  adapterOption(program.command('check'))
    .description('check a feed and say what is wrong with it; changes nothing')
    .argument('<feed>', 'folder of CSV, CSV.gz or Parquet files named after tables, or one file')
    .option('--time-zone <zone>', 'for times without an offset', 'UTC')
    .option('--json', 'print the report as JSON')
    .action(
      async (feed: string, options: { adapter: string; timeZone: string; json?: boolean }) => {
        const progress = progressPrinter(options.json === true)
        const report = await checkFeed(feed, {
          adapter: options.adapter,
          timeZone: options.timeZone,
          onProgress: progress.onProgress,
          signal: stopSignal(),
        })
        progress.end()
        printData(options.json === true, report, () => describeFeed(report).join('\n'))
        if (report.faultCount > 0) process.exitCode = 2
      },
    )
}

function addImport(program: Command): void {
  storeOption(adapterOption(program.command('import')))
    .description('load a feed into a store: all of it or, when it has faults, nothing')
    .argument('<feed>', 'folder of CSV, CSV.gz or Parquet files named after tables, or one file')
    .option('--json', 'print what was added as JSON')
    .action(async (feed: string, options: { adapter: string; store: string; json?: boolean }) => {
      const progress = progressPrinter(options.json === true)
      const report = await importIntoStore(options.store, feed, {
        adapter: options.adapter,
        onProgress: progress.onProgress,
        signal: stopSignal(),
      })
      progress.end()
      printData(options.json === true, report, () =>
        [...formatNotes(report), ...describeChanges(report.changes)].join('\n'),
      )
      process.stderr.write(`Next: storewright run --store ${options.store}\n`)
    })
}

function addExport(program: Command): void {
  storeOption(program.command('export'))
    .description('write a table of a store as CSV or Parquet')
    .argument('<table>', 'name of the table, or shopify-inventory')
    .option('--like <file>', 'shopify-inventory: a file that Shopify exported, to be filled in')
    .addOption(new Option('--format <format>').choices(['csv', 'parquet']).default('csv'))
    .option('--out <file>', 'file to write (default: standard output, CSV alone)')
    .action(async (table: string, options: ExportCommand) => {
      if (table === SHOPIFY) return exportShopify(options)
      if (!tableNames.includes(table)) {
        throw new StorewrightError('ERR_FEED_UNKNOWN_TABLE', `there is no table ${table}`, {
          next: `Tables: ${tableNames.join(', ')}.`,
        })
      }
      const format = options.format === 'parquet' ? 'parquet' : 'csv'
      await withDatabase(options.store, 'read', (db) =>
        exportTable(db, table, {
          format,
          ...(options.out === undefined ? { write: writeOut } : { out: options.out }),
        }),
      )
      if (options.out !== undefined) process.stderr.write(`Wrote ${options.out}\n`)
    })
}

const SHOPIFY = 'shopify-inventory'

interface ExportCommand {
  readonly store: string
  readonly format: string
  readonly out?: string
  readonly like?: string
}

async function exportShopify({ store, out, like }: ExportCommand): Promise<void> {
  if (like === undefined || out === undefined) {
    throw new StorewrightError(
      'ERR_ARGUMENT',
      'an inventory file of Shopify needs --like and --out',
      {
        next: "Export the inventory in Shopify's admin, then: storewright export shopify-inventory --like FILE --out NEW",
      },
    )
  }
  const { rows, filled } = await withDatabase(store, 'read', (db) =>
    fillShopifyCounts(db, like, out),
  )
  process.stderr.write(
    `Wrote ${out}: ${filled} of ${rows} rows have a count of the store. Next: import it in Shopify's admin.\n`,
  )
}

/** Writes to stdout, at the pace of whoever reads it. */
function writeOut(bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}

function addKnobs(program: Command): void {
  program
    .command('knobs')
    .description('list every knob: its value, range and what it trades')
    .option('--store <dir>', 'show the values set in this store')
    .option('--json', 'print as JSON')
    .action((options: { store?: string; json?: boolean }) => {
      const set = options.store === undefined ? {} : storeSettings(options.store).knobs
      const knobs = listKnobs().map((knob) => ({ ...knob, value: set[knob.name] ?? knob.default }))
      printData(options.json === true, knobs, () =>
        knobs
          .map(
            ({ name, value, unit, range, trades }) =>
              `${name} = ${value} ${unit} (${range[0]} … ${range[1]})\n    ${trades}`,
          )
          .join('\n'),
      )
    })
}

function describeFeed(report: FeedReport): string[] {
  if (!report.ok) return [...formatFaults(report), 'Nothing was changed.']
  const rows = report.tables.map(
    ({ table, rows }) => `${table}: ${rows.toLocaleString('en-US')} rows`,
  )
  return [...formatNotes(report), ...rows, 'No faults.']
}

function describeChanges(changes: readonly TableChange[]): string[] {
  const count = (rows: number) => rows.toLocaleString('en-US')
  const lines = changes.map(
    ({ table, added, changed, unchanged }) =>
      `${table}: ${count(added)} added, ${count(changed)} changed, ${count(unchanged)} as they were`,
  )
  const isNew = changes.some(({ added, changed }) => added + changed > 0)
  return isNew ? lines : [...lines, 'The store had all of it already: nothing changed.']
}
