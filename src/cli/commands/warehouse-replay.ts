import { type Command, InvalidArgumentError } from 'commander'
import { replay, standardParts } from '../../warehouse/index.ts'
import { wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

interface ReplayCommandOptions {
  readonly tables: string
  readonly log: string
  readonly trainShare: number
  readonly scale: number
  readonly seed: number
  readonly threads: number
  readonly verify: boolean
  readonly scratch?: string
  readonly json: boolean
  readonly quiet: boolean
}

/** warehouse replay: tables and a log in, untuned against tuned out. */
export function addWarehouseReplay(warehouse: Command): void {
  warehouse
    .command('replay')
    .description('tune on the first part of a log, replay the rest untuned and tuned in turn')
    .requiredOption('--tables <dir>', 'one file a table: CSV, CSV.gz or Parquet')
    .requiredOption('--log <file>', 'statements in order: JSON lines with query, or SQL; also .gz')
    .option('--train-share <share>', 'first part of the log that is learned from', share, 0.5)
    .option(
      '--scale <times>',
      'copies of each table, moved so that no row comes twice',
      wholeNumber(1),
      1,
    )
    .option('--verify', 'compare every answer', false)
    .option('--threads <number>', 'threads of each database', wholeNumber(1), 1)
    .option('--seed <number>', 'same seed, same tables and choices', wholeNumber(0), 1)
    .option('--scratch <dir>', 'where the two databases are while it runs')
    .option('--quiet', 'no progress', false)
    .option('--json', 'print as JSON', false)
    .addHelpText('after', EXAMPLES)
    .action(run)
}

/** Of a statement in words. */
const SHOWN_CHARACTERS = 200

const EXAMPLES = `
Examples:
  storewright warehouse replay --tables tables --log log.jsonl --verify
  storewright warehouse replay --tables tables --log queries.sql --scale 10 --train-share 0.3 --json`

async function run({ json, quiet, ...options }: ReplayCommandOptions): Promise<void> {
  const { onProgress, end } = progressPrinter(quiet)
  try {
    const result = await replay.replayLog(
      { ...options, signal: stopSignal(), onProgress },
      replay.tuneWith(standardParts),
    )
    end()
    printData(json, result, () => describe(result))
  } finally {
    end()
  }
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value < 1) return value
  throw new InvalidArgumentError('Give a share from 0 to below 1, such as 0.5.')
}

const number = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 2 })

function describe(result: replay.ReplayResult): string {
  const { untuned, tuned, upkeepCpuMs, storageBytes } = result
  const row = (name: string, key: keyof replay.CpuFigures) =>
    `  ${name.padEnd(8)} ${number(untuned[key]).padStart(14)} ${number(tuned[key]).padStart(14)} ${ratio(untuned[key], tuned[key]).padStart(9)}`
  return [
    `${number(result.replayStatements)} statements replayed after learning from ${number(result.trainStatements)}; CPU ms`,
    `  ${''.padEnd(8)} ${'untuned'.padStart(14)} ${'tuned'.padStart(14)} ${'gain'.padStart(9)}`,
    row('total', 'totalCpuMs'),
    row('median', 'p50CpuMs'),
    row('p95', 'p95CpuMs'),
    row('p99', 'p99CpuMs'),
    `Upkeep ${number(upkeepCpuMs)} ms; with it ${ratio(untuned.totalCpuMs, tuned.totalCpuMs + upkeepCpuMs)} in all. Storage ${number(storageBytes / 2 ** 20)} MiB.`,
    describeAnswers(result),
    `${number(100 * result.slowerByQuarterShare)} % are a quarter and 2 ms slower; ${number(100 * result.slowerByChanceShare)} % by chance alone.`,
    ...result.tables.flatMap(describeTable),
  ].join('\n')
}

function ratio(before: number, after: number): string {
  return after === 0 ? '' : `${(before / after).toFixed(2)} ×`
}

function describeAnswers(result: replay.ReplayResult): string {
  const { differingAnswers, toleratedAnswers, openAnswers, failures } = result
  const failed =
    failures === 0
      ? ''
      : ` ${number(failures)} fail on both sides:${result.failed.map(describeOne).join('')}`
  if (!result.verified) return `Answers were not compared (--verify compares them).${failed}`
  return (
    `${number(differingAnswers)} answers differ; ${number(toleratedAnswers)} differ in the last digits of sums, ` +
    `${number(openAnswers)} in what SQL leaves open.` +
    result.differences.map(describeOne).join('') +
    failed
  )
}

function describeOne({ line, reason, sql }: replay.Difference): string {
  const where = line === undefined ? '' : `line ${line}: `
  return `\n  ${where}${reason.split('\n')[0]}: ${sql.replace(/\s+/g, ' ').slice(0, SHOWN_CHARACTERS)}`
}

function describeTable(table: replay.LoadedTable): string[] {
  const { name, rowCount, equalRows } = table
  if (equalRows === 0) return []
  return [
    `Table ${name}: ${number(equalRows)} of ${number(rowCount)} rows equal another; its columns have no more values.`,
  ]
}
