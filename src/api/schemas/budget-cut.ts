import { cutInOrder } from '../../core/optimize/budget-cut.ts'
import type { BuyingLine, MarginalSteps } from './buying.ts'

/** What a budget buys, by line index. */
export interface BudgetCut {
  /** Units of each line: decided quantity, or what the steps within the budget buy. */
  readonly units: Int32Array
  readonly costCents: Float64Array
  readonly gainCents: Float64Array
  /** All lines together. */
  readonly totalCostCents: number
  readonly totalGainCents: number
}

type CutLine = Pick<BuyingLine, 'decision'>

/**
 * Cuts a plan at `budgetCents` (null = no limit). Lines a person decided on are paid first, at
 * their decided quantity, even beyond the budget; the proposed lines share what is left, by the
 * rule that the plan itself is cut by (core/optimize/budget-cut). Client and server call this one
 * function, so that "Approve 10 lines" approves what was seen. O(steps + lines), at most 41 times.
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
  const open = openSteps(lines, steps)
  const limit = budgetCents === null ? Number.POSITIVE_INFINITY : budgetCents - totalCostCents
  const { taken } = cutInOrder(open, Math.max(0, limit))
  open.step.forEach((step, s) => {
    if (taken[s] === 0) return
    const i = open.line[s]!
    units[i]! += steps.units[step]!
    costCents[i]! += steps.costCents[step]!
    gainCents[i]! += steps.gainCents[step]!
    totalCostCents += steps.costCents[step]!
    totalGainCents += steps.gainCents[step]!
  })
  return { units, costCents, gainCents, totalCostCents, totalGainCents }
}

/** The steps of lines that nobody decided on, in their order, as columns. */
function openSteps(lines: readonly CutLine[], steps: MarginalSteps) {
  const size = steps.line.length
  const step = new Int32Array(size)
  const line = new Int32Array(size)
  const cost = new Float64Array(size)
  const gain = new Float64Array(size)
  let open = 0
  for (let s = 0; s < size; s++) {
    const of = steps.line[s]!
    if (lines[of]!.decision !== null) continue
    step[open] = s
    line[open] = of
    cost[open] = steps.costCents[s]!
    gain[open] = steps.gainCents[s]!
    open++
  }
  const part = <T extends Int32Array | Float64Array>(column: T) => column.subarray(0, open) as T
  const columns = { line: part(line), cost: part(cost), gain: part(gain) }
  return { step: part(step), ...columns, volume: new Float64Array(open) }
}
