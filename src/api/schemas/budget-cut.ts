import type { BuyingLine, MarginalSteps } from './buying.ts'

/** What a budget buys, by line index. */
export interface BudgetCut {
  /** Units of each line: decided quantity, or what the steps within the budget buy. */
  readonly units: Int32Array
  readonly costCents: Float64Array
  readonly gainCents: Float64Array
  /** How many steps of the list are within the budget. */
  readonly steps: number
  /** All lines together. */
  readonly totalCostCents: number
  readonly totalGainCents: number
}

type CutLine = Pick<BuyingLine, 'decision'>

/**
 * Cuts a plan at `budgetCents` (null = no limit). Lines a person decided on are paid first, at
 * their decided quantity, even beyond the budget; the proposed lines share what is left: their
 * steps are taken in order until the first that does not fit. Client and server call this one
 * function, so that "Approve 10 lines" approves what was seen. O(steps + lines).
 */
export function cutAtBudget(
  lines: readonly CutLine[],
  steps: MarginalSteps,
  budgetCents: number | null,
): BudgetCut {
  const units = new Int32Array(lines.length)
  const costCents = new Float64Array(lines.length)
  const gainCents = new Float64Array(lines.length)
  let totalCostCents = 0
  let totalGainCents = 0
  lines.forEach((line, i) => {
    if (line.decision === null) return
    units[i] = line.decision.quantity
    costCents[i] = line.decision.costCents
    gainCents[i] = line.decision.gainCents ?? 0
    totalCostCents += costCents[i]!
    totalGainCents += gainCents[i]!
  })
  const limit = budgetCents ?? Number.POSITIVE_INFINITY
  let taken = 0
  for (; taken < steps.line.length; taken++) {
    const i = steps.line[taken]!
    if (lines[i]!.decision !== null) continue
    const cost = steps.costCents[taken]!
    if (totalCostCents + cost > limit) break
    units[i]! += steps.units[taken]!
    costCents[i]! += cost
    gainCents[i]! += steps.gainCents[taken]!
    totalCostCents += cost
    totalGainCents += steps.gainCents[taken]!
  }
  return { units, costCents, gainCents, steps: taken, totalCostCents, totalGainCents }
}
