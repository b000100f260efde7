import { StorewrightError } from '../core/errors.ts'
import { appendDecisions, type Decision, readDecisions, withLedger } from './decisions.ts'
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
  return decide(folder, 'approve', wanted, options, (line) => {
    if (line.status !== 'proposed') throw wrongStatus(line, 'approved', 'Undo that first.')
  })
}

/** Sets another quantity on a line, with a reason. Throws ERR_PLAN_STATUS when the line is done. */
export function overrideLine(
  folder: string,
  line: string,
  quantity: number,
  options: DecideOptions & { readonly reason: string },
): Promise<PlanRow[]> {
  if (!Number.isInteger(quantity) || quantity < 0) {
    throw new StorewrightError('ERR_ARGUMENT', `${quantity} is no quantity`, {
      next: 'Give a whole number of units, 0 or more.',
    })
  }
  return decide(folder, 'override', [{ line, quantity }], options, (row) => {
    if (row.status === 'done') throw wrongStatus(row, 'overridden', 'It has arrived.')
  })
}

/** Makes lines proposed again. Throws ERR_PLAN_STATUS when one is proposed or done. */
export function undoLines(
  folder: string,
  lines: readonly string[],
  options: DecideOptions,
): Promise<PlanRow[]> {
  const wanted = lines.map((line) => ({ line }))
  return decide(folder, 'undo', wanted, options, (row) => {
    if (row.status === 'proposed') throw wrongStatus(row, 'undone', 'Nothing was decided on it.')
    if (row.status === 'done') throw wrongStatus(row, 'undone', 'It has arrived.')
  })
}

function wrongStatus(line: PlanRow, wanted: string, next: string): StorewrightError {
  const message = `${line.lineId} is ${line.status} and cannot be ${wanted}`
  return new StorewrightError('ERR_PLAN_STATUS', message, { next })
}

async function decide(
  folder: string,
  action: Decision['action'],
  wanted: readonly WantedLine[],
  options: DecideOptions,
  check: (line: PlanRow) => void,
): Promise<PlanRow[]> {
  return withLedger(folder, async (ledger) => {
    const sequence = await ledger.lastSequence()
    const decisions = await readDecisions(ledger)
    const plan = await withDatabase(folder, 'read', (db) => readPlan(db, decisions))
    const chosen = wanted.map(({ line, quantity }) => {
      const row = findLine(plan, line)
      check(row)
      return { row, quantity: action === 'undo' ? 0 : (quantity ?? row.quantity) }
    })
    const events = chosen.map(({ row, quantity }) => eventOf(plan, row, quantity, options))
    await appendDecisions(ledger, action, events, sequence)
    const after = await readDecisions(ledger)
    const now = await withDatabase(folder, 'read', (db) => readPlan(db, after))
    const ids = new Set(chosen.map(({ row }) => row.lineId))
    return now.lines.filter((line) => ids.has(line.lineId))
  })
}

function eventOf(plan: CurrentPlan, row: PlanRow, quantity: number, options: DecideOptions) {
  return {
    planVersion: plan.version.version,
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
