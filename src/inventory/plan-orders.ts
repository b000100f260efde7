import { type BudgetCut, cutAtLimits, type RankedSteps } from '../core/optimize/budget-cut.ts'
import { createPathCache, decideProducts, orderUpToLevel, type PathCache } from './decide.ts'
import { type OrderStep, orderSteps } from './order-quantity.ts'
import type { PlanInput } from './plan-input.ts'

/** What to order now, one number a product, in the order of `forecast.ids`. */
export interface Orders {
  /** Units: 0, or whole cases of at least the minimum quantity. */
  readonly quantity: Float64Array
  /** Level to which position (on hand and incoming) should be raised; NaN where stock on hand
   * covers every path, or cost and price are unknown. */
  readonly level: Float64Array
  readonly costCents: number
  readonly expectedGainCents: number
}

/** Columns of steps, grown line by line. */
export interface StepList {
  readonly line: number[]
  readonly cost: number[]
  readonly gain: number[]
  readonly volume: number[]
}

/** Appends the steps of one line. */
export function pushSteps(list: StepList, line: number, steps: readonly OrderStep[]): void {
  for (const step of steps) {
    list.line.push(line)
    list.cost.push(step.costCents)
    list.gain.push(step.gainCents)
    list.volume.push(step.volumeM3)
  }
}

/** The steps as typed columns. */
export function rankedSteps(list: StepList): RankedSteps {
  return {
    line: Int32Array.from(list.line),
    cost: Float64Array.from(list.cost),
    gain: Float64Array.from(list.gain),
    volume: Float64Array.from(list.volume),
  }
}

/** Cuts steps at the money and space of a plan. */
export function cutPlan(input: PlanInput, list: StepList): BudgetCut {
  return cutAtLimits(rankedSteps(list), {
    budget: input.budgetCents ?? Infinity,
    space: input.spaceM3 ?? Infinity,
  })
}

/**
 * The orders of planPurchases without reasons and alternatives: what a replay asks for on every
 * review day. Hand in one `cache` for all calls. Same input, same orders.
 */
export function planOrders(input: PlanInput, cache: PathCache = createPathCache()): Orders {
  const count = input.forecast.ids.length
  const quantity = new Float64Array(count)
  const level = new Float64Array(count).fill(Number.NaN)
  const list: StepList = { line: [], cost: [], gain: [], volume: [] }
  const quantities: number[] = []
  decideProducts(input, cache, (decision, products) => {
    const { product: i, gain } = decision
    level[i] = orderUpToLevel(decision)
    if (decision.quantity === 0) return
    const [smallest, pack] = [products.smallest[i]!, products.casePack[i]!]
    const [cost, volume] = [products.unitCost[i]!, products.volume[i]!]
    const steps = orderSteps(gain, smallest, pack, decision.quantity, cost, volume)
    pushSteps(list, i, steps)
    for (const step of steps) quantities.push(step.quantity)
  })
  const cut = cutPlan(input, list)
  for (let s = 0; s < quantities.length; s++) {
    if (cut.taken[s] === 1) quantity[list.line[s]!] = quantities[s]!
  }
  return { quantity, level, costCents: cut.cost, expectedGainCents: cut.gain }
}
