import { cutAtBudget } from '../../src/api/schemas/budget-cut.ts'
import type {
  BuyingLine,
  BuyingLineDetail,
  BuyingPlan,
  DecisionRecord,
  LineDecision,
  MarginalSteps,
} from '../../src/api/schemas/buying.ts'
import { formatDate } from '../src/text/format.ts'
import {
  AS_OF,
  closedDays,
  curvesOf,
  dayAfter,
  demandBreakdown,
  EVENTS,
  type Item,
  itemOf,
} from './fixture-catalog.ts'

const LEAD_DAYS = 6
const REVIEW_DAYS = 7
const WHY = [
  'steady seller',
  'gift season starts',
  'vendor slow: 3 weeks',
  'rising 18 %',
  'gift week in two weeks',
  'short since September',
]

interface Step {
  readonly item: Item
  readonly units: number
  readonly cost: number
  readonly gain: number
}

/** The purchases of `lines` products case by case, each case earning less than the one before. */
function stepsOf(item: Item, quick: number): Step[] {
  const cases = 1 + item.random.split('cases').int(9)
  return Array.from({ length: cases }, (_, k) => {
    const cost = item.casePack * item.unitCostCents
    const gain = Math.round(cost * (0.15 + 1.15 * quick) * Math.exp(-0.35 * k))
    return { item, units: item.casePack, cost, gain }
  })
}

/** The made-up plan: lines by rank and the steps that the budget cuts. */
export function makePlan(lineCount: number, budgetCents: number): BuyingPlan {
  const items = Array.from({ length: lineCount }, (_, k) => itemOf(k * 3 + 2))
  const steps = items
    .flatMap((item) => stepsOf(item, item.random.split('quick').next() ** 1.4))
    .sort((a, b) => b.gain / b.cost - a.gain / a.cost)
  const byItem = new Map<Item, Step[]>()
  for (const step of steps) {
    const known = byItem.get(step.item)
    if (known === undefined) byItem.set(step.item, [step])
    else known.push(step)
  }
  const order = [...byItem.keys()]
  const lines = order.map((item, i) => lineOf(item, i + 1, byItem.get(item)!, i / order.length))
  const position = new Map(order.map((item, i) => [item, i]))
  const columns: MarginalSteps = {
    line: steps.map((step) => position.get(step.item)!),
    units: steps.map((step) => step.units),
    costCents: steps.map((step) => step.cost),
    gainCents: steps.map((step) => step.gain),
  }
  return {
    version: 31,
    madeAt: '2011-11-01T06:00:00Z',
    asOf: AS_OF,
    currency: 'GBP',
    budgetCents,
    nextChanceOn: dayAfter(AS_OF, REVIEW_DAYS),
    reviewDays: REVIEW_DAYS,
    leadTimeDays: LEAD_DAYS,
    inStockBefore: 0.947,
    overridesLast30: { count: 9, costCents: 4100 },
    lines,
    steps: columns,
  }
}

function lineOf(item: Item, rank: number, steps: readonly Step[], place: number): BuyingLine {
  const random = item.random.split('line')
  const quantity = steps.reduce((sum, step) => sum + step.units, 0)
  const cost = steps.reduce((sum, step) => sum + step.cost, 0)
  const gain = steps.reduce((sum, step) => sum + step.gain, 0)
  const days = Math.max(0, Math.round(2 + 30 * place ** 1.2 + 2 * random.normal()))
  return {
    lineId: `31-${item.productId}`,
    rank,
    productId: item.productId,
    title: item.title,
    category: item.category,
    vendor: `Vendor ${1 + random.int(6)}`,
    quantity,
    cases: item.casePack === 1 ? null : quantity / item.casePack,
    casePack: item.casePack === 1 ? null : item.casePack,
    unitCostCents: item.unitCostCents,
    priceCents: item.priceCents,
    costCents: cost,
    gainCents: gain,
    gainLowCents: Math.round(gain * 0.6),
    gainHighCents: Math.round(gain * 1.35),
    gainPerMoney: gain / cost,
    inStockGain: 0.0009 * (1 - place),
    onHand: Math.round(item.level * days),
    incoming: rank % 11 === 0 ? 24 : 0,
    runOutOn: dayAfter(AS_OF, days),
    daysToRunOut: days,
    severity: days <= LEAD_DAYS ? 'bad' : days <= LEAD_DAYS + REVIEW_DAYS ? 'warn' : 'ok',
    why: WHY[random.int(WHY.length)]!,
    status: 'proposed',
    decision: null,
  }
}

const pounds = (cents: number): string => `£${Math.round(cents / 100).toLocaleString('en-GB')}`

export function lineDetail(
  line: BuyingLine,
  decisions: readonly DecisionRecord[],
): BuyingLineDetail {
  const item = itemOf(indexOf(line.productId))
  const lost = Math.round(line.gainCents * 0.7)
  const need = demandBreakdown(item)
  const safety = Math.round(line.quantity * 0.2)
  const smaller = Math.max(0, line.quantity - (line.casePack ?? 1))
  return {
    line,
    sentence: `Order ${line.quantity} today. Without it you run out on ${formatDate(line.runOutOn!)} and lose about ${pounds(lost)} of margin by the next chance to buy.`,
    ...curvesOf(item),
    events: EVENTS,
    closedDays: closedDays(),
    arrivesOn: dayAfter(AS_OF, LEAD_DAYS),
    breakdowns: [
      need,
      {
        title: `${line.quantity} units to order`,
        unit: 'units',
        parts: [
          { label: 'expected sales', value: line.quantity - safety + line.onHand },
          { label: 'against bad luck', value: safety },
          { label: 'on hand', value: -line.onHand },
        ],
        total: line.quantity,
      },
    ],
    reasons: [
      line.why,
      `the vendor needs ${LEAD_DAYS} days`,
      'gift week falls in the cover period',
    ],
    alternatives: [
      {
        label: `${smaller} units`,
        quantity: smaller,
        costCents: smaller * line.unitCostCents,
        consequence: 'runs out 21 Nov',
        differenceCents: -Math.round(line.gainCents * 0.12),
      },
      {
        label: `${line.quantity + (line.casePack ?? 1)} units`,
        quantity: line.quantity + (line.casePack ?? 1),
        costCents: (line.quantity + (line.casePack ?? 1)) * line.unitCostCents,
        consequence: '8 left after Christmas',
        differenceCents: -Math.round(line.gainCents * 0.03),
      },
      {
        label: 'wait a week',
        quantity: null,
        costCents: line.costCents,
        consequence: 'out for 9 days',
        differenceCents: -lost,
      },
    ],
    decisions: [...decisions],
  }
}

/** The catalog index behind a product id of the fixture. */
export function indexOf(productId: string): number {
  return (Number.parseInt(productId, 10) - 20000) / 7
}

/** The decision that approves `line` at the quantity that the budget leaves it. */
export function approvedDecisions(
  plan: BuyingPlan,
  lineIds: readonly string[],
  budgetCents: number | null,
  by: string,
  at: string,
): Map<string, LineDecision> {
  const cut = cutAtBudget(plan.lines, plan.steps, budgetCents)
  const wanted = new Set(lineIds)
  const decisions = new Map<string, LineDecision>()
  plan.lines.forEach((line, i) => {
    if (!wanted.has(line.lineId)) return
    decisions.set(line.lineId, {
      quantity: cut.units[i]!,
      costCents: cut.costCents[i]!,
      gainCents: cut.gainCents[i]!,
      by,
      at,
      reason: null,
    })
  })
  return decisions
}
