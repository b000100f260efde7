import { formatDay } from '../core/calendar.ts'
import { StorewrightError } from '../core/errors.ts'
import type { Database } from '../core/sql/database.ts'
import { type Decision, decisionsInForce } from './decisions.ts'
import type { LineDetail, PlanNote } from './steps/plan.ts'
import { requireVersion, type Version } from './versions.ts'

/** proposed → approved → done, or overridden (approved with another quantity, and why). */
export type LineStatus = 'proposed' | 'approved' | 'overridden' | 'done'

/** A line of the purchase plan in force, with what people decided on it. */
export interface PlanRow {
  readonly lineId: string
  readonly rank: number
  readonly productId: string
  readonly title: string
  readonly category: string | null
  readonly vendorId: string | null
  /** Units that the plan's own budget allows. */
  readonly quantity: number
  /** Day numbers. */
  readonly orderDay: number
  readonly expectedArrivalDay: number
  readonly unitCostCents: number
  readonly costCents: number
  readonly gainCents: number
  readonly gainLowCents: number
  readonly gainHighCents: number
  readonly runOutDay: number | null
  readonly earlyRunOutDay: number | null
  readonly onHand: number
  readonly incoming: number
  readonly stockOutProbability: number
  readonly detail: LineDetail
  readonly status: LineStatus
  /** The decision in force; undefined while proposed. */
  readonly decision: Decision | undefined
}

/** The plan in force and its lines by rank. */
export interface CurrentPlan {
  readonly version: Version
  readonly note: PlanNote
  readonly lines: readonly PlanRow[]
}

/** Reads the plan in force; throws ERR_STORE_EMPTY before the first one. */
export async function readPlan(db: Database, decisions: readonly Decision[]): Promise<CurrentPlan> {
  const version = await requireVersion(db, 'plan')
  const rows = await db.rows(
    `SELECT l.*, p.title, p.category, coalesce(r.arrived, 0) AS arrived
     FROM purchase_plan l
     LEFT JOIN products p USING (product_id)
     LEFT JOIN (
       SELECT i.line_id, sum(r.arrived_quantity) AS arrived
       FROM purchase_plan i JOIN receipts r
         ON r.product_id = i.product_id AND CAST(r.ordered_at AS DATE) >= i.order_on
       WHERE i.version = $1 GROUP BY i.line_id
     ) r USING (line_id)
     WHERE l.version = $1 ORDER BY rank`,
    [version.version],
  )
  const inForce = decisionsInForce(decisions)
  return {
    version,
    note: JSON.parse(version.note) as PlanNote,
    lines: rows.map((row) => planRow(row, inForce.get(String(row['line_id'])))),
  }
}

type Raw = Readonly<Record<string, string | number | null>>

function planRow(row: Raw, decision: Decision | undefined): PlanRow {
  const number = (name: string) => Number(row[name])
  const text = (name: string) => row[name] as string | null
  return {
    lineId: String(row['line_id']),
    rank: number('rank'),
    productId: String(row['product_id']),
    title: text('title') ?? String(row['product_id']),
    category: text('category'),
    vendorId: text('vendor_id'),
    quantity: number('quantity'),
    orderDay: number('order_on'),
    expectedArrivalDay: number('expected_arrival_on'),
    unitCostCents: number('unit_cost_cents'),
    costCents: number('cost_cents'),
    gainCents: number('gain_cents'),
    gainLowCents: number('gain_low_cents'),
    gainHighCents: number('gain_high_cents'),
    runOutDay: row['run_out_on'] as number | null,
    earlyRunOutDay: row['run_out_early_on'] as number | null,
    onHand: number('on_hand'),
    incoming: number('incoming'),
    stockOutProbability: number('stockout_probability'),
    detail: JSON.parse(String(row['detail'])) as LineDetail,
    status: statusOf(decision, number('arrived')),
    decision,
  }
}

function statusOf(decision: Decision | undefined, arrived: number): LineStatus {
  if (decision === undefined) return 'proposed'
  if (decision.toQuantity > 0 && arrived >= decision.toQuantity) return 'done'
  return decision.action === 'override' ? 'overridden' : 'approved'
}

/** The line with this id or of this product; throws ERR_PLAN_NOT_FOUND. */
export function findLine(plan: CurrentPlan, lineOrProduct: string): PlanRow {
  const found =
    plan.lines.find((line) => line.lineId === lineOrProduct) ??
    plan.lines.find((line) => line.productId === lineOrProduct)
  if (found !== undefined) return found
  throw new StorewrightError(
    'ERR_PLAN_NOT_FOUND',
    `plan ${plan.version.version} has no line ${lineOrProduct}`,
    { next: 'storewright plan --store DIR lists the lines; the plan may have been made anew.' },
  )
}

/** Gain that a line's steps bring at a quantity, in cents; undefined between steps beyond them. */
export function gainAt(line: PlanRow, quantity: number): number | undefined {
  let gain = 0
  let before = 0
  for (const step of line.detail.steps) {
    if (quantity <= before) return gain
    const units = step.quantity - before
    if (quantity < step.quantity) return gain + (step.gainCents * (quantity - before)) / units
    gain += step.gainCents
    before = step.quantity
  }
  return quantity <= before ? gain : undefined
}

/** What a vendor would not take as it is: sentences to show beside an override, not a refusal. */
export function overrideWarnings(line: PlanRow, quantity: number): readonly string[] {
  const { casePack } = line.detail
  return quantity % casePack === 0
    ? []
    : [`${quantity} is not a whole number of cases of ${casePack}.`]
}

/** `5 Nov` style is the console's; the command line writes ISO days. */
export function dayOrNever(day: number | null): string {
  return day === null ? 'not soon' : formatDay(day)
}
