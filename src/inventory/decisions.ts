import { StorewrightError } from '../core/errors.ts'
import type { PlanLine } from './plan-line.ts'

/** proposed → approved → done, or overridden by a person (then done); undo takes the last step back. */
export type LineStatus = 'proposed' | 'approved' | 'overridden' | 'done'

/** What a person (or a job in their name) decided about one line of a plan. */
export type PlanDecision =
  | ({ readonly kind: 'approve' | 'undo' | 'done'; readonly productId: string } & DecisionMark)
  | ({
      readonly kind: 'override'
      readonly productId: string
      /** Units to buy instead; 0 = none. */
      readonly quantity: number
      readonly reason: string
    } & DecisionMark)

interface DecisionMark {
  readonly by: string
  /** Epoch ms. */
  readonly at: number
}

/** Where a line stands: its status, the units that go with it, and how it came to be so. */
export interface LineState {
  readonly status: LineStatus
  /** Units to buy as things stand: the plan's, or those of the override. */
  readonly quantity: number
  /** Decisions that stand, oldest first; what was undone is gone from here (not from the ledger). */
  readonly decisions: readonly PlanDecision[]
}

/** A plan's line and where it stands. */
export interface DecidedLine {
  readonly line: PlanLine
  readonly state: LineState
}

const ALLOWED: Readonly<Record<LineStatus, readonly PlanDecision['kind'][]>> = {
  proposed: ['approve', 'override'],
  approved: ['done', 'override', 'undo'],
  overridden: ['done', 'override', 'undo'],
  done: [],
}

const STATUS_AFTER: Readonly<Record<'approve' | 'override' | 'done', LineStatus>> = {
  approve: 'approved',
  override: 'overridden',
  done: 'done',
}

/** The state of a line that nobody has decided about yet. */
export function proposedState(line: PlanLine): LineState {
  return { status: 'proposed', quantity: line.quantity, decisions: [] }
}

/**
 * The state of a line after one more decision. Throws ERR_PLAN_STATUS where the status does not
 * allow it, and on an override without a usable quantity or a reason; call it before writing a
 * decision down, so that the ledger holds only decisions that stand.
 */
export function decideLine(line: PlanLine, state: LineState, decision: PlanDecision): LineState {
  const allowed = ALLOWED[state.status]
  if (!allowed.includes(decision.kind)) {
    throw new StorewrightError(
      'ERR_PLAN_STATUS',
      `${line.productId} is ${state.status}; ${decision.kind} does not apply to it`,
      {
        next: allowed.length > 0 ? `What applies: ${allowed.join(', ')}.` : 'It is settled.',
      },
    )
  }
  if (decision.kind === 'undo') return replay(line, state.decisions.slice(0, -1))
  checkOverride(line, decision)
  return {
    status: STATUS_AFTER[decision.kind],
    quantity: decision.kind === 'override' ? decision.quantity : state.quantity,
    decisions: [...state.decisions, decision],
  }
}

function replay(line: PlanLine, decisions: readonly PlanDecision[]): LineState {
  return decisions.reduce<LineState>(
    (state, decision) => decideLine(line, state, decision),
    proposedState(line),
  )
}

function checkOverride(line: PlanLine, decision: PlanDecision): void {
  if (decision.kind !== 'override') return
  const { quantity, reason } = decision
  if (!Number.isInteger(quantity) || quantity < 0) {
    throw new StorewrightError(
      'ERR_PLAN_STATUS',
      `${line.productId} cannot be overridden with ${quantity} units`,
      { next: 'Give a whole number of units, 0 for none.' },
    )
  }
  if (reason.trim() === '') {
    throw new StorewrightError(
      'ERR_PLAN_STATUS',
      `${line.productId} is overridden without a reason`,
      {
        next: 'Say why, so that the next reader knows.',
      },
    )
  }
}

/**
 * Folds decisions, oldest first, onto the lines of their plan. Throws ERR_PLAN_NOT_FOUND on a
 * product that has no line, ERR_PLAN_STATUS as decideLine does.
 */
export function applyDecisions(
  lines: readonly PlanLine[],
  decisions: readonly PlanDecision[],
): readonly DecidedLine[] {
  const states = new Map(
    lines.map((line) => [line.productId, { line, state: proposedState(line) }]),
  )
  for (const decision of decisions) {
    const found = states.get(decision.productId)
    if (found === undefined) {
      throw new StorewrightError(
        'ERR_PLAN_NOT_FOUND',
        `the plan has no line ${decision.productId}`,
        {
          next: 'List its lines, or decide about the plan of the day.',
        },
      )
    }
    found.state = decideLine(found.line, found.state, decision)
  }
  return [...states.values()]
}

/** What a vendor would not take as it is: sentences to show beside an override, not a refusal. */
export function overrideWarnings(line: PlanLine, quantity: number): readonly string[] {
  const warnings: string[] = []
  if (quantity % line.casePack !== 0) {
    warnings.push(`${quantity} is not a whole number of cases of ${line.casePack}.`)
  }
  if (quantity > 0 && quantity < line.smallestQuantity) {
    warnings.push(`The vendor takes orders from ${line.smallestQuantity} units on.`)
  }
  return warnings
}
