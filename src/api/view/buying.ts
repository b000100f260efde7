import { formatDay, formatDayShort, parseDay } from '../../core/calendar.ts'
import { type CurrentPlan, type Decision, gainAt, moneyOf, type PlanRow } from '../../loop/index.ts'
import { csvOf } from '../csv.ts'
import { cutAtBudget } from '../schemas/budget-cut.ts'
import type {
  BuyingLine,
  BuyingLineDetail,
  BuyingPlan,
  DecisionRecord,
  LineDecision,
  MarginalSteps,
} from '../schemas/buying.ts'
import type { Severity } from '../schemas/common.ts'
import type { Catalog } from './catalog.ts'
import { type Curves, demandBreakdown } from './demand.ts'

const MONTH_MS = 30 * 86_400_000

/** The plan in force as the Buying page shows it. */
export function buyingPlan(
  plan: CurrentPlan,
  decisions: readonly Decision[],
  catalog: Catalog | undefined,
  currency: string,
  now: number,
): BuyingPlan {
  const { note, version } = plan
  return {
    version: version.version,
    madeAt: new Date(version.createdAt).toISOString(),
    asOf: formatDay(parseDay(note.today) - 1),
    currency,
    budgetCents: note.budgetCents,
    nextChanceOn: note.nextChanceOn,
    reviewDays: note.reviewDays,
    leadTimeDays: note.leadTimeDays,
    inStockBefore: note.inStockBefore,
    overridesLast30: overridesSince(plan, decisions, now - MONTH_MS),
    lines: plan.lines.map((row) => buyingLine(row, plan, catalog)),
    steps: marginalSteps(plan.lines, note.spaceM3 !== null),
  }
}

/** What people changed since a moment, and what that costs against the plan in force. */
function overridesSince(plan: CurrentPlan, decisions: readonly Decision[], since: number) {
  const recent = decisions.filter((d) => d.action === 'override' && d.time >= since)
  const rows = new Map(plan.lines.map((row) => [row.lineId, row]))
  const costs = recent.flatMap((decision) => {
    const row = rows.get(decision.lineId)
    const planned = row && gainAt(row, row.quantity)
    const chosen = row && gainAt(row, decision.toQuantity)
    return planned === undefined || chosen === undefined ? [] : planned - chosen
  })
  const costCents = costs.length === 0 ? null : Math.round(costs.reduce((a, b) => a + b, 0))
  return { count: recent.length, costCents }
}

/** A line in the shape of the API. */
export function buyingLine(
  row: PlanRow,
  plan: CurrentPlan,
  catalog: Catalog | undefined,
): BuyingLine {
  const { detail } = row
  const quantity = detail.wantedQuantity
  const costCents = sumOf(detail.steps.map((step) => step.costCents))
  const gainCents = sumOf(detail.steps.map((step) => step.gainCents))
  const packed = detail.casePack > 1
  const scale = row.gainCents === 0 ? 1 : gainCents / row.gainCents
  return {
    lineId: row.lineId,
    rank: row.rank,
    productId: row.productId,
    title: row.title,
    category: row.category,
    vendor: row.vendorId,
    quantity,
    cases: packed ? Math.round(quantity / detail.casePack) : null,
    casePack: packed ? detail.casePack : null,
    unitCostCents: row.unitCostCents,
    priceCents: Math.round(detail.priceCents),
    costCents: Math.round(costCents),
    gainCents: Math.round(gainCents),
    gainLowCents: Math.round(row.gainLowCents * scale),
    gainHighCents: Math.round(row.gainHighCents * scale),
    gainPerMoney: costCents > 0 ? gainCents / costCents : 0,
    inStockGain:
      (detail.risk.withoutOrder - detail.risk.withOrder) / Math.max(1, plan.note.products),
    onHand: row.onHand,
    incoming: row.incoming,
    runOutOn: row.runOutDay === null ? null : formatDay(row.runOutDay),
    daysToRunOut: row.runOutDay === null ? null : Math.max(0, row.runOutDay - row.orderDay),
    severity: severityOf(row, plan.note.reviewDays),
    why: whyNow(row, catalog),
    status: row.status,
    decision: lineDecision(row),
  }
}

const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** Out before this order can arrive: bad; before the next one can: warn. */
function severityOf(row: PlanRow, reviewDays: number): Severity {
  if (row.runOutDay === null) return 'ok'
  if (row.runOutDay < row.expectedArrivalDay) return 'bad'
  return row.runOutDay < row.expectedArrivalDay + reviewDays ? 'warn' : 'ok'
}

const CHANGE_WORTH_SAYING = 0.15

function whyNow(row: PlanRow, catalog: Catalog | undefined): string {
  const product = catalog?.byId.get(row.productId)
  if (row.detail.risk.beforeArrival > 0.5) return 'out before it can arrive'
  if (product?.status === 'new') return 'new: little history'
  const change =
    product?.next28Units && product.last28Units > 0
      ? product.next28Units / product.last28Units - 1
      : 0
  if (change > CHANGE_WORTH_SAYING) return `rising ${Math.round(change * 100)} %`
  if (change < -CHANGE_WORTH_SAYING) return `slowing ${Math.round(-change * 100)} %`
  return 'steady seller'
}

function lineDecision(row: PlanRow): LineDecision | null {
  const { decision } = row
  if (decision === undefined) return null
  const gain = gainAt(row, decision.toQuantity)
  return {
    quantity: decision.toQuantity,
    costCents: decision.costCents,
    gainCents: gain === undefined ? null : Math.round(gain),
    by: decision.by,
    at: new Date(decision.time).toISOString(),
    reason: decision.reason,
  }
}

/**
 * The steps of all lines in the order in which money should go to them. Where room limited the plan,
 * the steps it took alone: a page can buy less of them, and not more than there is room for.
 */
function marginalSteps(lines: readonly PlanRow[], roomLimits: boolean): MarginalSteps {
  const steps = lines.flatMap(({ detail, quantity }, line) => {
    const offered = roomLimits ? detail.steps.filter((s) => s.quantity <= quantity) : detail.steps
    return offered.map((step, k) => ({
      line,
      rank: step.rank,
      units: step.quantity - (detail.steps[k - 1]?.quantity ?? 0),
      cost: Math.round(step.costCents),
      // A gain below half a cent is still one: the cut takes only steps that gain.
      gain: Math.max(1, Math.round(step.gainCents)),
    }))
  })
  steps.sort((a, b) => a.rank - b.rank)
  return {
    line: steps.map((step) => step.line),
    units: steps.map((step) => step.units),
    costCents: steps.map((step) => step.cost),
    gainCents: steps.map((step) => step.gain),
  }
}

/** Units of each line at a budget; null = what the plan itself was cut at. */
export function unitsAtBudget(view: BuyingPlan, budgetCents: number | null): Map<string, number> {
  const cut = cutAtBudget(view.lines, view.steps, budgetCents ?? view.budgetCents)
  return new Map(view.lines.map((line, i) => [line.lineId, cut.units[i]!]))
}

/** Everything about one line: why this many, what else, and who decided what. */
export function buyingLineDetail(
  row: PlanRow,
  plan: CurrentPlan,
  catalog: Catalog | undefined,
  curves: Curves,
  records: readonly DecisionRecord[],
  currency: string,
): BuyingLineDetail {
  const line = buyingLine(row, plan, catalog)
  const expected = demandBreakdown(curves)
  return {
    line,
    sentence: sentenceOf(row, line, currency),
    history: curves.history,
    forecast: curves.forecast ?? {
      from: plan.note.today,
      model: '',
      mean: [],
      levels: [],
      quantiles: [],
    },
    events: curves.events,
    closedDays: curves.closedDays,
    arrivesOn: formatDay(row.expectedArrivalDay),
    breakdowns: [...(expected === null ? [] : [expected]), quantityBreakdown(row, plan, curves)],
    reasons: [
      ...row.detail.reasons.map((reason) => reason.text),
      ...(row.detail.stockAssumed
        ? [
            'The feed has no stock of it: days of recent sales stand in (knob loop.assumed-cover-days).',
          ]
        : []),
      ...(row.detail.costAssumed
        ? [
            'The feed has no cost of it: the usual margin stands in (knob inventory.default-margin).',
          ]
        : []),
    ],
    alternatives: row.detail.alternatives.map((other) => ({
      label: other.kind === 'wait' ? 'wait for the next chance' : `${other.quantity} units`,
      quantity: other.kind === 'wait' ? null : other.quantity,
      costCents: Math.round(other.costCents),
      consequence: other.consequence,
      differenceCents: Math.round(other.differenceCents),
    })),
    decisions: [...records],
  }
}

function sentenceOf(row: PlanRow, line: BuyingLine, currency: string): string {
  const money = moneyOf(currency)
  const verb = row.quantity < line.quantity ? 'Worth ordering' : 'Order'
  const order = `${verb} ${line.quantity} today for ${money(line.costCents)}.`
  const gain = `It brings ${money(line.gainCents)} more than not ordering.`
  if (row.runOutDay === null) return `${order} ${gain}`
  return `${order} Without it you run out on ${formatDayShort(row.runOutDay)}. ${gain}`
}

/** Parts that sum to the quantity wanted. */
function quantityBreakdown(row: PlanRow, plan: CurrentPlan, { forecast }: Curves) {
  const cover = row.expectedArrivalDay - row.orderDay + plan.note.reviewDays
  const mean = forecast?.mean ?? []
  const expected = Math.round(sumOf(mean.slice(0, cover)))
  const { orderUpToLevel, wantedQuantity } = row.detail
  const level = Math.round(orderUpToLevel)
  const parts = [
    { label: `expected in ${Math.min(cover, mean.length)} days`, value: expected },
    { label: 'against bad luck', value: level - expected },
    { label: 'on hand', value: -row.onHand },
    { label: 'incoming', value: -row.incoming },
  ]
  const rest = wantedQuantity - (level - row.onHand - row.incoming)
  if (rest !== 0) parts.push({ label: 'lots and cases', value: rest })
  return {
    title: `${wantedQuantity} units to order`,
    unit: 'units' as const,
    parts: parts.filter((part) => part.value !== 0),
    total: wantedQuantity,
  }
}

/** Decisions as the history lists them, newest first. */
export function decisionRecords(
  decisions: readonly Decision[],
  titleOf: (productId: string) => string,
): DecisionRecord[] {
  return [...decisions].reverse().map((decision) => ({
    decisionId: String(decision.sequence),
    lineId: decision.lineId,
    planVersion: decision.planVersion,
    productId: decision.productId,
    title: titleOf(decision.productId),
    action: decision.action,
    fromQuantity: decision.fromQuantity,
    toQuantity: decision.toQuantity,
    by: decision.by,
    at: new Date(decision.time).toISOString(),
    reason: decision.reason,
  }))
}

const CSV_HEADER = [
  'rank',
  'line_id',
  'product_id',
  'title',
  'vendor',
  'quantity',
  'cases',
  'unit_cost',
  'cost',
  'gain',
  'order_on',
  'expected_arrival_on',
  'run_out_on',
  'status',
  'decided_by',
  'reason',
]

/** The plan as CSV, cut at a budget; decided lines with their quantity, cut lines left out. */
export function planCsv(plan: CurrentPlan, view: BuyingPlan, budgetCents: number | null): string {
  const units = unitsAtBudget(view, budgetCents)
  const amount = (cents: number) => (cents / 100).toFixed(2)
  const rows = plan.lines.flatMap((row, i) => {
    const line = view.lines[i]!
    const quantity = units.get(line.lineId)!
    if (quantity === 0 || line.status === 'done') return []
    return [
      [
        line.rank,
        line.lineId,
        line.productId,
        line.title,
        line.vendor ?? '',
        quantity,
        line.casePack === null ? '' : quantity / line.casePack,
        amount(line.unitCostCents),
        amount(quantity * line.unitCostCents),
        amount(line.decision?.gainCents ?? gainAt(row, quantity) ?? 0),
        formatDay(row.orderDay),
        formatDay(row.expectedArrivalDay),
        line.runOutOn ?? '',
        line.status,
        line.decision?.by ?? '',
        line.decision?.reason ?? '',
      ],
    ]
  })
  return csvOf(CSV_HEADER, rows)
}
