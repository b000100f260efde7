import type { Decision } from './decide.ts'
import { orderUpToLevel } from './decide.ts'
import { type Facts, lineAlternatives, lineReasons } from './explain-line.ts'
import { LEAD_TIME_POINTS } from './lead-times.ts'
import { gainOf, type OrderGain } from './order-gain.ts'
import { type OrderStep, orderSteps } from './order-quantity.ts'
import type { PlanInput, Products } from './plan-input.ts'
import type { PlanLine, PlanStep } from './plan-line.ts'
import type { WindowPaths } from './window.ts'

/** A line before the cut: what must be kept of a decision, whose arrays are reused. */
export interface LineDraft {
  readonly product: number
  readonly reviewDays: number
  readonly steps: readonly OrderStep[]
  readonly facts: Facts
  /** A copy of the gain function, with its own sorted paths. */
  readonly gain: OrderGain
  readonly level: number
  readonly runOutDay: number | null
  readonly earlyRunOutDay: number | null
  readonly beforeArrival: number
  readonly alternatives: PlanLine['alternatives']
}

/** Keeps of a decision what its line needs. */
export function draftLine(input: PlanInput, products: Products, decision: Decision): LineDraft {
  const { product: i, paths, quantity } = decision
  const gain: OrderGain = {
    ...decision.gain,
    lost: decision.gain.lost.slice(),
    lostPrefix: decision.gain.lostPrefix.slice(),
  }
  const [smallest, pack] = [products.smallest[i]!, products.casePack[i]!]
  const [cost, volume] = [products.unitCost[i]!, products.volume[i]!]
  const level = orderUpToLevel(decision)
  const facts = gatherFacts(input, products, decision, level)
  return {
    product: i,
    reviewDays: decision.reviewDays,
    steps: orderSteps(gain, smallest, pack, quantity, cost, volume),
    facts,
    gain,
    level,
    ...runOutDays(input.today, paths),
    beforeArrival: shareAbove(paths.lostBefore, 1e-9),
    alternatives: lineAlternatives(facts, gain),
  }
}

function gatherFacts(
  input: PlanInput,
  products: Products,
  decision: Decision,
  level: number,
): Facts {
  const { product: i, curves, paths } = decision
  const points = input.leadTimes.points.subarray(i * LEAD_TIME_POINTS, (i + 1) * LEAD_TIME_POINTS)
  const need = Float64Array.from(paths.need).sort()
  const at = (share: number) => need[Math.min(need.length - 1, Math.floor(share * need.length))]!
  return {
    quantity: decision.quantity,
    smallest: products.smallest[i]!,
    casePack: products.casePack[i]!,
    minimumQuantity: input.minimumQuantity[i]!,
    unitCost: products.unitCost[i]!,
    price: products.price[i]!,
    volume: products.volume[i]!,
    onHand: products.onHand[i]!,
    incoming: products.incomingTotal[i]!,
    level,
    reviewDays: decision.reviewDays,
    weekDemand: curves.mean.subarray(0, 7).reduce((sum, units) => sum + units, 0),
    needLow: at(0.1),
    needMedian: at(0.5),
    needHigh: at(0.9),
    leadMedian: points[LEAD_TIME_POINTS >> 1]!,
    leadLate: points[Math.floor(0.9 * LEAD_TIME_POINTS)]!,
    leadSource: input.leadTimes.source[i]!,
    receiptCount: input.leadTimes.receiptCount[i]!,
    lotUnits: decision.gain.lotUnits,
    stockOutWithout: shareAbove(paths.lost, 1e-9),
  }
}

/** Completes a line with what the cut left of it. */
export function finishLine(
  input: PlanInput,
  draft: LineDraft,
  steps: readonly PlanStep[],
  taken: number,
): PlanLine {
  const { facts, gain, product } = draft
  const quantity = taken === 0 ? 0 : steps[taken - 1]!.quantity
  const shown = quantity > 0 ? quantity : facts.quantity
  const cut = taken === steps.length ? 'none' : taken === 0 ? 'all' : 'part'
  const expectedGainCents = gainOf(gain, shown)
  return {
    productId: input.forecast.ids[product]!,
    quantity,
    cases: quantity / facts.casePack,
    wantedQuantity: facts.quantity,
    casePack: facts.casePack,
    smallestQuantity: facts.smallest,
    orderDay: input.today,
    expectedArrivalDay: input.today + facts.leadMedian,
    lateArrivalDay: input.today + facts.leadLate,
    unitCostCents: facts.unitCost,
    costCents: quantity * facts.unitCost,
    volumeM3: quantity * facts.volume,
    expectedGainCents,
    ...gainInterval(gain, shown),
    gainPerMoney: expectedGainCents / Math.max(shown * facts.unitCost, 1e-9),
    steps,
    runOutDay: draft.runOutDay,
    earlyRunOutDay: draft.earlyRunOutDay,
    onHand: facts.onHand,
    incoming: facts.incoming,
    stockAfter: facts.onHand + facts.incoming + quantity,
    orderUpToLevel: draft.level,
    risk: {
      beforeArrival: draft.beforeArrival,
      withoutOrder: facts.stockOutWithout,
      withOrder: shareAbove(gain.lost, quantity + 1e-9),
    },
    reasons: lineReasons(facts, quantity, cut),
    alternatives: draft.alternatives,
    status: 'proposed',
    cut,
  }
}

/** 80 % interval of the gain over the paths: it rises with the units lost, so its quantiles do. */
function gainInterval(gain: OrderGain, quantity: number) {
  const { lost, savedPerUnit, heldPerUnit } = gain
  const perSaved = savedPerUnit + heldPerUnit
  const mean = gainOf(gain, quantity)
  const saved = (units: number) => Math.min(units, quantity)
  const expected = lost.reduce((sum, units) => sum + saved(units), 0) / lost.length
  const at = (share: number) =>
    mean + perSaved * (saved(lost[Math.floor(share * (lost.length - 1))]!) - expected)
  return { gainLowCents: Math.min(mean, at(0.1)), gainHighCents: Math.max(mean, at(0.9)) }
}

function shareAbove(values: Float64Array, limit: number): number {
  let above = 0
  for (const value of values) if (value > limit) above++
  return above / values.length
}

function runOutDays(today: number, paths: WindowPaths) {
  const days = Float64Array.from(paths.runOut, (day) => (day < 0 ? Infinity : day)).sort()
  const at = (share: number) => {
    const day = days[Math.floor(share * (days.length - 1))]!
    return day === Infinity ? null : today + day
  }
  return { runOutDay: at(0.5), earlyRunOutDay: at(0.1) }
}
