import { type Command, InvalidArgumentError } from 'commander'
import { StorewrightError } from '../../core/errors.ts'
import {
  approveLines,
  type CurrentPlan,
  type Decision,
  dayOrNever,
  findLine,
  moneyOf,
  overrideLine,
  overrideWarnings,
  type PlanRow,
  planStore,
  readDecisions,
  readPlan,
  storeSettings,
  undoLines,
  withDatabase,
  withLedger,
} from '../../loop/index.ts'
import { currentUser, storeOption, wholeNumber } from '../options.ts'
import { printData, progressPrinter, stopSignal } from '../output.ts'
import { describeSteps, parseMoney } from './loop.ts'

const BY = ['--by <name>', 'who decides', currentUser()] as const

/** plan, and plan approve, override, undo, history. */
export function addPlanCommands(program: Command): void {
  const plan = program
    .command('plan')
    .description('what to order now: one list ranked by money, cut at the budget')
    .addHelpText(
      'after',
      '\nWithout a command: storewright plan make, whose options `storewright plan make --help` lists.',
    )
  addMake(plan)
  addShow(plan)
  addApprove(plan)
  addOverride(plan)
  addUndo(plan)
  addHistory(plan)
}

function addMake(plan: Command): void {
  storeOption(plan.command('make', { isDefault: true }))
    .description('make the plan (what `storewright plan` does)')
    .option('--budget <amount>', 'money for this round of orders, or none for no limit', parseMoney)
    .option('--space <m3>', 'room for this round of orders, cubic metres', parseSpace)
    .option('--limit <lines>', 'lines to print', wholeNumber(1), 20)
    .option('--json', 'print the whole plan as JSON')
    .action(
      async (options: {
        store: string
        budget?: number | null
        space?: number
        limit: number
        json?: boolean
      }) => {
        const progress = progressPrinter(options.json === true)
        const step = await planStore(
          options.store,
          { now: Date.now(), onProgress: progress.onProgress, signal: stopSignal() },
          {
            ...(options.budget === undefined ? {} : { budgetCents: options.budget }),
            ...(options.space === undefined ? {} : { spaceM3: options.space }),
          },
        )
        progress.end()
        const current = await planInForce(options.store)
        const { currency } = storeSettings(options.store).store
        printData(options.json === true, current, () =>
          describePlan(current, currency, options.limit).join('\n'),
        )
        process.stderr.write(`\n${describeSteps([step])}\n`)
        process.stderr.write(
          `Next: storewright plan show LINE, or plan approve LINE, --store ${options.store}\n`,
        )
      },
    )
}

function parseSpace(text: string): number {
  const room = Number(text)
  if (!(room > 0 && room < Infinity)) {
    throw new InvalidArgumentError('Give cubic metres above 0, such as 12.5.')
  }
  return room
}

function addShow(plan: Command): void {
  storeOption(plan.command('show'))
    .description('one line in full: why this many, what else, who decided what')
    .argument('<line>', 'line or product id')
    .option('--json', 'print the line as JSON')
    .action(async (line: string, options: { store: string; json?: boolean }) => {
      const row = findLine(await planInForce(options.store), line)
      const money = moneyOf(storeSettings(options.store).store.currency)
      printData(options.json === true, row, () => describeLine(row, money).join('\n'))
    })
}

function describeLine(row: PlanRow, money: (cents: number) => string): string[] {
  const { reasons, alternatives } = row.detail
  const decided = row.decision === undefined ? '' : ` by ${row.decision.by}`
  return [
    `${row.lineId}  ${row.title}`,
    `${row.quantity} units for ${money(row.costCents)}, expected to bring ${money(row.gainCents)} (4 of 5 cases: ${money(row.gainLowCents)} … ${money(row.gainHighCents)}); runs out: ${dayOrNever(row.runOutDay)}; ${row.status}${decided}.`,
    'Why:',
    ...reasons.map((reason) => `  ${reason.text}`),
    'Other choices:',
    ...alternatives.map(
      (other) =>
        `  ${other.kind === 'wait' ? 'wait' : `${other.quantity} units`}: ${money(other.costCents)}, ${other.consequence}, ${money(other.differenceCents)}`,
    ),
  ]
}

async function planInForce(store: string): Promise<CurrentPlan> {
  const decisions = await withLedger(store, readDecisions)
  return withDatabase(store, 'read', (db) => readPlan(db, decisions))
}

function describePlan(plan: CurrentPlan, currency: string, limit: number): string[] {
  const money = moneyOf(currency)
  const head = ['rank', 'line', 'product', 'units', 'cost', 'gain', 'runs out', 'status']
  const rows = plan.lines
    .slice(0, limit)
    .map((line) => [
      String(line.rank),
      line.lineId,
      line.title.slice(0, 36),
      String(line.decision?.toQuantity ?? line.quantity),
      money(line.costCents),
      money(line.gainCents),
      dayOrNever(line.runOutDay),
      line.quantity === 0 && line.status === 'proposed' ? 'beyond the budget' : line.status,
    ])
  const rest = plan.lines.length - rows.length
  return [...columns([head, ...rows]), ...(rest > 0 ? [`… and ${rest} more lines`] : [])]
}

/** Rows as columns of equal width; the first row is the head. */
function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)))
  return rows.map((row) =>
    row
      .map((cell, c) => cell.padEnd(widths[c]!))
      .join('  ')
      .trimEnd(),
  )
}

function report(json: boolean, lines: readonly PlanRow[]): void {
  printData(json, lines, () =>
    lines
      .map(
        (line) =>
          `${line.lineId}: ${line.status}, ${line.decision?.toQuantity ?? line.quantity} units`,
      )
      .join('\n'),
  )
}

function addApprove(plan: Command): void {
  storeOption(plan.command('approve'))
    .description('approve lines as proposed')
    .argument('[lines...]', 'line or product ids')
    .option('--all', 'approve every proposed line within the budget')
    .option(...BY)
    .option('--json', 'print the lines as JSON')
    .action(
      async (
        ids: string[],
        options: { store: string; all?: boolean; by: string; json?: boolean },
      ) => {
        const wanted = options.all === true ? await proposedLines(options.store) : ids
        if (wanted.length === 0) {
          throw new StorewrightError('ERR_ARGUMENT', 'there is no line to approve', {
            next: 'Name lines or products, or use --all.',
          })
        }
        const lines = wanted.map((line) => ({ line }))
        report(options.json === true, await approveLines(options.store, lines, options))
      },
    )
}

async function proposedLines(store: string): Promise<string[]> {
  const { lines } = await planInForce(store)
  return lines.filter((l) => l.status === 'proposed' && l.quantity > 0).map((l) => l.lineId)
}

function addOverride(plan: Command): void {
  storeOption(plan.command('override'))
    .description('order another quantity, with the reason')
    .argument('<line>', 'line or product id')
    .argument('<quantity>', 'units', wholeNumber(0))
    .requiredOption('--reason <text>', 'why: it is kept in the history')
    .option(...BY)
    .option('--json', 'print the line as JSON')
    .action(
      async (
        line: string,
        quantity: number,
        options: { store: string; reason: string; by: string; json?: boolean },
      ) => {
        const lines = await overrideLine(options.store, line, quantity, options)
        for (const warning of lines.flatMap((row) => overrideWarnings(row, quantity))) {
          process.stderr.write(`note: ${warning}\n`)
        }
        report(options.json === true, lines)
      },
    )
}

function addUndo(plan: Command): void {
  storeOption(plan.command('undo'))
    .description('take decisions back: the lines are proposed again')
    .argument('<lines...>', 'line or product ids')
    .option('--reason <text>', 'why')
    .option(...BY)
    .option('--json', 'print the lines as JSON')
    .action(
      async (
        ids: string[],
        options: { store: string; reason?: string; by: string; json?: boolean },
      ) => {
        const lines = await undoLines(options.store, ids, options)
        if (lines.length === 0)
          process.stderr.write('Undone on an older plan; the next one knows.\n')
        report(options.json === true, lines)
      },
    )
}

function addHistory(plan: Command): void {
  storeOption(plan.command('history'))
    .description('all decisions, newest first')
    .option('--limit <count>', 'decisions to print', wholeNumber(1), 50)
    .option('--json', 'print as JSON')
    .action(async (options: { store: string; limit: number; json?: boolean }) => {
      const all = (await withLedger(options.store, readDecisions)).reverse().slice(0, options.limit)
      printData(options.json === true, all, () =>
        all.length === 0
          ? 'Nothing was decided yet.'
          : columns([HISTORY, ...all.map(row)]).join('\n'),
      )
    })
}

const HISTORY = ['when', 'what', 'line', 'from', 'to', 'by', 'reason']

function row(decision: Decision): string[] {
  const { time, action, lineId, fromQuantity, toQuantity, by, reason } = decision
  const when = new Date(time).toISOString().slice(0, 16).replace('T', ' ')
  return [when, action, lineId, String(fromQuantity), String(toQuantity), by, reason ?? '']
}
