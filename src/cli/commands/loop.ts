import { type Command, InvalidArgumentError } from 'commander'
import { parseDay } from '../../core/calendar.ts'
import {
  askAs,
  describeOutcome,
  describeReport,
  readOutcome,
  readReport,
  runByHand,
  simulateStore,
  type TimedStep,
} from '../../loop/index.ts'
import { storeOption } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'

/** run, simulate, report. */
export function addLoopCommands(program: Command): void {
  addRun(program)
  addSimulate(program)
  addReport(program)
}

function addRun(program: Command): void {
  storeOption(program.command('run'))
    .description('import (if a feed is given), forecast, plan, simulate and report')
    .option('--feed <feed>', 'feed to import first')
    .option('--adapter <name>', 'what the feed is written in', 'native')
    .option('--budget <amount>', 'money for this round of orders, or none for no limit', parseMoney)
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      '\nA step is skipped while what it reads stands. Ctrl-C stops without loss: the next run goes on.',
    )
    .action(
      async (options: {
        store: string
        feed?: string
        adapter: string
        budget?: number | null
        json?: boolean
      }) => {
        const progress = progressPrinter(options.json === true)
        askAs('nightly')
        const steps = await runByHand(options.store, {
          now: Date.now(),
          onProgress: progress.onProgress,
          signal: stopSignal(),
          adapter: options.adapter,
          ...(options.feed === undefined ? {} : { feed: options.feed }),
          ...(options.budget === undefined ? {} : { budgetCents: options.budget }),
        })
        progress.end()
        await printReport(options.store, options.json === true)
        process.stderr.write(`\n${describeSteps(steps)}\n`)
        process.stderr.write(`Next: storewright serve --store ${options.store}\n`)
      },
    )
}

/** Money as people write it to cents: 4000, 4000.50; none = null. */
export function parseMoney(text: string): number | null {
  if (text === 'none') return null
  const amount = Number(text)
  if (!/^\d+(\.\d{1,2})?$/.test(text) || !(amount > 0)) {
    throw new InvalidArgumentError('Give an amount above 0, such as 4000 or 4000.50.')
  }
  return Math.round(amount * 100)
}

/** What each step did and what it cost, on one line. */
export function describeSteps(steps: readonly TimedStep[]): string {
  const words = steps.map(({ kind, version, skipped, cpuSeconds }) => {
    if (!skipped) return `${kind} ${version} made (${cpuSeconds.toFixed(1)} s CPU)`
    return version === 0 ? `${kind}: nothing to learn from yet` : `${kind} ${version} kept`
  })
  const wall = steps.reduce((sum, step) => sum + step.wallSeconds, 0)
  return `${words.join(', ')}; ${wall.toFixed(1)} s in all.`
}

/** Prints the report of the results in force. */
export async function printReport(store: string, json: boolean): Promise<void> {
  const report = await readReport(store, Date.now())
  printData(json, report, () => describeReport(report).join('\n'))
}

function addSimulate(program: Command): void {
  storeOption(program.command('simulate'))
    .description('replay the policy on past days, beside the naive policy and the bound')
    .option(
      '--from <day>',
      'first day, YYYY-MM-DD (default: the setting simulation.days before --to)',
      parseDay,
    )
    .option('--to <day>', 'last day, YYYY-MM-DD (default: the last day with sales)', parseDay)
    .option('--json', 'print the report as JSON')
    .action(async (options: { store: string; from?: number; to?: number; json?: boolean }) => {
      const progress = progressPrinter(options.json === true)
      const { from, to } = options
      const step = await simulateStore(
        options.store,
        { now: Date.now(), onProgress: progress.onProgress, signal: stopSignal() },
        { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
      )
      progress.end()
      const { outcome, currency } = await readOutcome(options.store)
      printData(options.json === true, outcome, () => describeOutcome(outcome, currency).join('\n'))
      process.stderr.write(`\n${describeSteps([step])}\n`)
    })
}

function addReport(program: Command): void {
  storeOption(program.command('report'))
    .description('print the forecast, plan and outcome in force')
    .option('--json', 'print as JSON')
    .action((options: { store: string; json?: boolean }) =>
      printReport(options.store, options.json === true),
    )
}
