import { StorewrightError } from '../core/errors.ts'
import type { Ledger } from '../ledger/index.ts'
import { decideOnLedger } from './decide-on-ledger.ts'
import { appendDecisions, type Decision, decisionsInForce, readDecisions } from './decisions.ts'
import { type CurrentPlan, findLine, type PlanRow, readPlan } from './plan-lines.ts'
import { withDatabase } from './store/store.ts'

/** One line and the quantity it should have. */
export interface WantedLine {
  readonly line: string
  /** Default: the quantity that the plan's budget allows. */
  readonly quantity?: number
}

export interface DecideOptions {
  readonly by: string
  readonly reason?: string
}

/** Approves lines (ids or products): all or nothing. Throws ERR_PLAN_NOT_FOUND, ERR_PLAN_STATUS. */
export function approveLines(
  folder: string,
  wanted: readonly WantedLine[],
  options: DecideOptions,
): Promise<PlanRow[]> {
  return decide(folder, 'approve', wanted, options, (line, quantity) => {
    if (line.status !== 'proposed') throw wrongStatus(line, 'approved', 'Undo that first.')
    if (quantity > 0) return
    const next = 'Give it a quantity with override, or make the plan with a larger budget.'
    throw wrongStatus(line, 'approved', next, 'beyond the budget')
  })
}

/** No line is larger; more is a slip of the keyboard. */
const MOST_UNITS = 10_000_000

/** Sets another quantity on a line, with a reason. Throws ERR_PLAN_STATUS when the line is done. */
export function overrideLine(
  folder: string,
  line: string,
  quantity: number,
  options: DecideOptions & { readonly reason: string },
): Promise<PlanRow[]> {
  if (!Number.isInteger(quantity) || quantity < 0 || quantity > MOST_UNITS) {
    throw new StorewrightError('ERR_ARGUMENT', `${quantity} is no quantity`, {
      next: `Give a whole number of units from 0 to ${MOST_UNITS}.`,
    })
  }
  if (options.reason.trim().length < 3) {
    throw new StorewrightError('ERR_ARGUMENT', 'an override needs a reason', {
      next: 'Say why in a few words: it is kept in the history.',
    })
  }
  return decide(folder, 'override', [{ line, quantity }], options, (row) => {
    if (row.status === 'done') throw wrongStatus(row, 'overridden', 'It has arrived.')
  })
}

/**
 * Takes decisions back, by line or product, also those on an older plan that still count as on their
 * way. Returns the lines of the plan in force that are proposed again. Throws ERR_PLAN_STATUS where
 * nothing was decided or the line is done.
 */
export function undoLines(
  folder: string,
  lines: readonly string[],
  options: DecideOptions,
): Promise<PlanRow[]> {
  return withPlan(folder, async (ledger, sequence, plan, decisions) => {
    const standing = [...decisionsInForce(decisions).values()]
    const events = lines.map((line) => {
      const row = plan.lines.find((l) => l.lineId === line || l.productId === line)
      if (row?.status === 'done') throw wrongStatus(row, 'undone', 'It has arrived.')
      const found =
        standing.find((d) => d.lineId === line) ?? standing.findLast((d) => d.productId === line)
      if (found === undefined) {
        const known = row ?? findLine(plan, line)
        throw wrongStatus(known, 'undone', 'Nothing was decided on it.')
      }
      const { sequence: _, time: __, action: ___, ...decided } = found
      const reason = options.reason ?? null
      return { ...decided, fromQuantity: found.toQuantity, toQuantity: 0, by: options.by, reason }
    })
    await appendDecisions(ledger, 'undo', events, sequence)
    return new Set(events.map((event) => event.lineId))
  })
}

function wrongStatus(
  line: PlanRow,
  wanted: string,
  next: string,
  status: string = line.status,
): StorewrightError {
  const message = `${line.lineId} is ${status} and cannot be ${wanted}`
  return new StorewrightError('ERR_PLAN_STATUS', message, { next })
}

function decide(
  folder: string,
  action: Decision['action'],
  wanted: readonly WantedLine[],
  options: DecideOptions,
  check: (line: PlanRow, quantity: number) => void,
): Promise<PlanRow[]> {
  return withPlan(folder, async (ledger, sequence, plan) => {
    const events = wanted.map(({ line, quantity }) => {
      const row = findLine(plan, line)
      const chosen = quantity ?? row.quantity
      check(row, chosen)
      return eventOf(plan, row, chosen, options)
    })
    await appendDecisions(ledger, action, events, sequence)
    return new Set(events.map((event) => event.lineId))
  })
}

/**
 * Runs `work` on the plan in force and what was decided so far; it gives the lines it touched, which
 * are returned as they are then. Tried again when the ledger moved in between.
 */
function withPlan(
  folder: string,
  work: (
    ledger: Ledger,
    sequence: number,
    plan: CurrentPlan,
    decisions: readonly Decision[],
  ) => Promise<ReadonlySet<string>>,
): Promise<PlanRow[]> {
  return decideOnLedger(folder, async (ledger, sequence) => {
    const planNow = async () => {
      const decisions = await readDecisions(ledger)
      const plan = await withDatabase(folder, 'read', (db) => readPlan(db, decisions))
      return { decisions, plan }
    }
    const { plan, decisions } = await planNow()
    const touched = await work(ledger, sequence, plan, decisions)
    return (await planNow()).plan.lines.filter((line) => touched.has(line.lineId))
  })
}

function eventOf(plan: CurrentPlan, row: PlanRow, quantity: number, options: DecideOptions) {
  return {
    planVersion: plan.version.version,
    planDay: row.orderDay,
    lineId: row.lineId,
    productId: row.productId,
    fromQuantity: row.decision?.toQuantity ?? row.quantity,
    toQuantity: quantity,
    costCents: Math.round(quantity * row.unitCostCents),
    expectedArrivalDay: row.expectedArrivalDay,
    by: options.by,
    reason: options.reason ?? null,
  }
}
