import { firstNotBelow } from '../core/bisect.ts'
import type { BudgetCut } from '../core/optimize/budget-cut.ts'
import { type OnProgress, silent, throwIfStopped } from '../core/progress.ts'
import { createPathCache, decideProducts, type PathCache } from './decide.ts'
import { draftLine, finishLine, type LineDraft } from './draft-line.ts'
import type { PlanInput, Products } from './plan-input.ts'
import type { PlanLine, PlanStep, PurchasePlan, SkippedProduct } from './plan-line.ts'
import { cutPlan, pushSteps, type StepList } from './plan-orders.ts'

export interface PlanOptions {
  readonly cache?: PathCache
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** Products between two reports of progress. */
const REPORT_EVERY = 256

/**
 * What to buy now: for every product the quantity of highest expected gain, then one list over all
 * products of "one more step of this product" by expected gain per money, cut at the budget and
 * the space (see orderGain for the gain, cutAtLimits for the cut). Each line says why, what else
 * could be done and what that would cost. Lines that the limits cut are kept and marked.
 * Same input, same plan. Throws ERR_ARGUMENT on input that does not fit together, ERR_CANCELLED.
 */
export function planPurchases(input: PlanInput, options: PlanOptions = {}): PurchasePlan {
  const { cache = createPathCache(), onProgress = silent, signal } = options
  const drafts: LineDraft[] = []
  const list: StepList = { line: [], cost: [], gain: [], volume: [] }
  const total = input.forecast.ids.length
  let reported = 0
  const products = decideProducts(input, cache, (decision, columns) => {
    if (decision.product >= reported) {
      throwIfStopped(signal)
      onProgress({ step: 'plan', done: decision.product, total })
      reported += REPORT_EVERY
    }
    if (decision.quantity === 0) return
    const draft = draftLine(input, columns, decision)
    pushSteps(list, drafts.length, draft.steps)
    drafts.push(draft)
  })
  onProgress({ step: 'plan', done: total, total })
  const cut = cutPlan(input, list)
  return assemblePlan(input, products, drafts, list, cut)
}

function assemblePlan(
  input: PlanInput,
  products: Products,
  drafts: readonly LineDraft[],
  list: StepList,
  cut: BudgetCut,
): PurchasePlan {
  const steps = stepsByLine(drafts, list, cut)
  const lines = drafts.map((draft, line) =>
    finishLine(input, draft, steps[line]!, takenSteps(list, cut, line, steps[line]!.length)),
  )
  const firstRank = (line: PlanLine) => line.steps[0]?.rank ?? 0
  const wanted = (column: readonly number[]) => column.reduce((sum, value) => sum + value, 0)
  return {
    today: input.today,
    reviewDays: drafts[0]?.reviewDays ?? input.reviewPeriodDays,
    lines: lines.sort((a, b) => firstRank(a) - firstRank(b)),
    costCents: cut.cost,
    expectedGainCents: cut.gain,
    volumeM3: cut.volume,
    wantedCostCents: wanted(list.cost),
    wantedGainCents: wanted(list.gain),
    wantedVolumeM3: wanted(list.volume),
    spacePriceCents: cut.spacePrice,
    skipped: skippedProducts(input, products),
  }
}

function stepsByLine(
  drafts: readonly LineDraft[],
  list: StepList,
  cut: BudgetCut,
): readonly (readonly PlanStep[])[] {
  const steps: PlanStep[][] = drafts.map(() => [])
  const rankOf = new Int32Array(cut.order.length)
  cut.order.forEach((step, rank) => {
    rankOf[step] = rank
  })
  list.line.forEach((line, s) => {
    const own = steps[line]!
    own.push({ ...drafts[line]!.steps[own.length]!, rank: rankOf[s]! })
  })
  return steps
}

/** Steps of a line that were taken: always its first ones. */
function takenSteps(list: StepList, cut: BudgetCut, line: number, count: number): number {
  const first = firstNotBelow(list.line, line)
  let taken = 0
  while (taken < count && cut.taken[first + taken] === 1) taken++
  return taken
}

function skippedProducts(input: PlanInput, products: Products): SkippedProduct[] {
  const skipped: SkippedProduct[] = []
  input.forecast.ids.forEach((productId, i) => {
    if (input.orderable?.[i] === 0) skipped.push({ productId, why: 'It is not to be bought.' })
    else if (!Number.isFinite(products.unitCost[i]!) || !Number.isFinite(products.price[i]!)) {
      skipped.push({ productId, why: 'It has neither a price nor a unit cost.' })
    }
  })
  return skipped
}
