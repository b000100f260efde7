import type { RefreshOutcome, ViewRewriter, Waiting } from '../rewriter.ts'
import type { Budget } from './budget.ts'

/** When views are brought up to date, and what that takes. */
export interface Upkeep {
  /** Refreshes what is worth it now; in a quiet hour all that waits. */
  refresh(isQuiet: boolean): Promise<readonly RefreshOutcome[]>
  /** CPU that refreshing a view took so far, ms. */
  of(actionId: string): number
}

export interface UpkeepOptions {
  /** CPU of a statement that no view answers, guessed, ms. */
  readonly scanMs: number
  /** CPU of building a view, guessed until one was built, ms. */
  readonly buildMs: number
  /** Multiple of what refreshing costs that statements without the view may cost before it is refreshed. */
  readonly patience: number
  /** What may be spent before a quiet hour. */
  readonly budget: Pick<Budget, 'allows' | 'spent'>
}

const CHANGE_BEHIND = { appended: 'append', rebuilt: 'other', sorted: 'unsorted' } as const

/** Rows that were added are few as a rule: guessed until some were, ms. */
const APPEND_MS = 5

/**
 * A view that is out of service is refreshed when statements that it would have answered have cost the
 * `patience` share of refreshing it (the rule of the ski renter), and at once where it was used before the
 * change and refreshing takes less than the one statement that is likely to come. A table that changes
 * many times in a row is so paid for once.
 */
export function createUpkeep(rewriter: ViewRewriter, options: UpkeepOptions): Upkeep {
  const { scanMs, buildMs, patience, budget } = options
  const spent = new Map<string, number>()
  const lately = new Map<string, number>()
  const isWorthIt = ({ actionId, change, missed, answered, behindMs }: Waiting) => {
    const guess = change === 'append' ? APPEND_MS : buildMs
    const costMs = lately.get(`${actionId} ${change}`) ?? guess
    if (!budget.allows(costMs)) return false
    const cost = patience * costMs
    if (change === 'unsorted') return behindMs >= cost
    const isPaid = missed > 0 && missed * scanMs >= cost
    return isPaid || (answered > 0 && 2 * cost <= scanMs)
  }
  return {
    async refresh(isQuiet) {
      const outcomes = await rewriter.refresh(isQuiet ? undefined : isWorthIt)
      for (const { actionId, refreshed, cpuMs } of outcomes) {
        spent.set(actionId, (spent.get(actionId) ?? 0) + cpuMs)
        if (!isQuiet) budget.spent(cpuMs)
        if (refreshed === 'failed' || refreshed === 'unchanged') continue
        lately.set(`${actionId} ${CHANGE_BEHIND[refreshed]}`, cpuMs)
      }
      return outcomes
    },
    of: (actionId) => spent.get(actionId) ?? 0,
  }
}
