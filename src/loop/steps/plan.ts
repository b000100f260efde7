import { formatDay } from '../../core/calendar.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numberColumn, numbersOf, type Table, textColumn, textsOf } from '../../core/table.ts'
import { pickPanel } from '../../demand/index.ts'
import { type PlanLine, type PurchasePlan, planPurchases } from '../../inventory/index.ts'
import { type Decision, decisionsInForce } from '../decisions.ts'
import { type ProductFacts, readProducts } from '../inputs/products.ts'
import { indexOf, readLeadTimes } from '../inputs/receipts.ts'
import { readSales } from '../inputs/sales.ts'
import { readStock, type StockPosition } from '../inputs/stock.ts'
import { currentVersion, hashOf, hashTables, requireVersion, type Version } from '../versions.ts'
import {
  KEPT_LEVELS,
  type MadeResult,
  METHOD,
  type StepContext,
  type StepResult,
} from './context.ts'

/** What the plan as a whole is about; kept as the note of its version. */
export interface PlanNote {
  readonly today: string
  readonly forecastVersion: number
  readonly nextChanceOn: string
  readonly reviewDays: number
  readonly leadTimeDays: number
  readonly budgetCents: number | null
  /** Room that limited the plan, cubic metres; null = no limit. */
  readonly spaceM3: number | null
  readonly inStockBefore: number
  readonly assumedStock: number
  readonly assumedCost: number
  readonly products: number
  readonly skipped: number
  readonly costCents: number
  readonly gainCents: number
}

export interface PlanOptions {
  /**
   * Money for this round of orders, in cents; null = no limit. Absent: that of the plan in force, if
   * it is of the same day, else the setting.
   */
  readonly budgetCents?: number | null
  /** Room for this round of orders, cubic metres; absent: the setting. */
  readonly spaceM3?: number
}

/**
 * Plans purchases from the forecast in force, unless what it reads stands. A decision of a person
 * does not make a new plan by itself: it shows on the lines of this one.
 */
export async function planStep(
  context: StepContext,
  decisions: readonly Decision[],
  options: PlanOptions = {},
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const forecastVersion = await requireVersion(db, 'forecast')
  const current = await currentVersion(db, 'plan')
  const spaceM3 = options.spaceM3 ?? settings.buying.space_m3
  const budgetCents = budgetOf(options, forecastVersion, current, settings.buying.budget)
  const inputHash = hashOf([
    await hashTables(db, ['products', 'offers', 'receipts', 'stock', 'prices', 'closed_days']),
    forecastVersion.version,
    forecastVersion.inputHash,
    METHOD,
    settings.forecast.seed,
    settings.buying,
    budgetCents ?? null,
    spaceM3 ?? null,
    settings.knobs,
  ])
  if (current?.inputHash === inputHash) {
    return { kind: 'plan', version: current.version, skipped: true }
  }
  const made = await makePlan(context, forecastVersion, decisions, budgetCents, spaceM3)
  const { plan, facts, stock } = made
  const note = noteOf(made, forecastVersion.version, budgetCents, spaceM3 ?? null)
  return {
    kind: 'plan',
    inputHash,
    note,
    write: (target, version) =>
      target.append('purchase_plan', planTable(plan, facts, stock, version)),
  }
}

interface MadePlan {
  readonly plan: PurchasePlan
  readonly facts: ProductFacts
  readonly stock: StockPosition
}

/** Money of this round: what was asked for, what this day's plan had, or the setting. */
function budgetOf(
  { budgetCents }: PlanOptions,
  forecast: Version,
  current: Version | undefined,
  setting: number | undefined,
): number | undefined {
  if (budgetCents !== undefined) return budgetCents ?? undefined
  const { origin } = JSON.parse(forecast.note) as { readonly origin: string }
  const note = current && (JSON.parse(current.note) as PlanNote)
  if (note?.today === origin && note.budgetCents !== null) return note.budgetCents
  return toCents(setting)
}

function toCents(amount: number | undefined): number | undefined {
  return amount === undefined ? undefined : Math.round(amount * 100)
}

async function makePlan(
  context: StepContext,
  forecastVersion: Version,
  decisions: readonly Decision[],
  budgetCents: number | undefined,
  spaceM3: number | undefined,
): Promise<MadePlan> {
  const { db, settings, onProgress, signal } = context
  const sales = await readSales(db)
  const forecast = await readForecast(db, forecastVersion.version)
  const today = forecast.origin
  const panel = alignedPanel(sales.panel, forecast.ids)
  const facts = await readProducts(db, forecast.ids, today, settings.knobs)
  const stock = await readStock(db, panel, today, decisions, settings.knobs)
  const leadTimes = await readLeadTimes(db, facts, today, settings.knobs)
  const plan = planPurchases(
    {
      today,
      forecast,
      onHand: stock.onHand,
      incoming: stock.incoming,
      unitCostCents: facts.unitCostCents,
      priceCents: facts.priceCents,
      volumeM3: facts.volumeM3,
      minimumQuantity: facts.minimumQuantity,
      casePack: facts.casePack,
      leadTimes,
      orderable: orderableProducts(facts, sales.panel, decisions, today),
      reviewPeriodDays: settings.buying.review_days,
      openDays: sales.openDays,
      ...(budgetCents === undefined ? {} : { budgetCents }),
      ...(spaceM3 === undefined ? {} : { spaceM3 }),
      settings: settings.knobs,
      seed: settings.forecast.seed,
    },
    { onProgress, ...(signal === undefined ? {} : { signal }) },
  )
  return { plan, facts, stock }
}

/**
 * 0 for products that a person decided on today (they are not proposed a second time) and, where the
 * feed has offers, for those that never sold and that no vendor offers.
 */
function orderableProducts(
  { ids, vendorIds }: ProductFacts,
  { ids: sold }: Panel,
  decisions: readonly Decision[],
  today: number,
): Uint8Array {
  const settled = new Set(
    [...decisionsInForce(decisions).values()]
      .filter((decision) => decision.planDay === today)
      .map((decision) => decision.productId),
  )
  const known = new Set(sold)
  const hasOffers = vendorIds.some((vendor) => vendor !== undefined)
  const isOffered = (i: number) => !hasOffers || vendorIds[i] !== undefined || known.has(ids[i]!)
  return Uint8Array.from(ids, (id, i) => (!settled.has(id) && isOffered(i) ? 1 : 0))
}

/** The forecast of a version as arrays: products × days × levels. */
export async function readForecast(db: Database, version: number): Promise<QuantileForecast> {
  const columns = KEPT_LEVELS.map((level) => `"q${level}"`).join(', ')
  const table = await db.table(
    `SELECT product_id, ds, mean, ${columns} FROM demand_forecast
     WHERE version = $1 AND place_id = 'all' ORDER BY product_id, ds`,
    [version],
  )
  const ids = textsOf(table, 'product_id')
  const ds = numbersOf(table, 'ds')
  const horizon = table.rowCount / ids.dictionary.length
  const quantiles = new Float64Array(table.rowCount * KEPT_LEVELS.length)
  KEPT_LEVELS.forEach((level, l) => {
    const values = numbersOf(table, `q${level}`)
    for (let row = 0; row < values.length; row++)
      quantiles[row * KEPT_LEVELS.length + l] = values[row]!
  })
  return {
    ids: ids.dictionary,
    buckets: { frequency: 'D' },
    origin: ds[0]!,
    horizon,
    levels: Float64Array.from(KEPT_LEVELS),
    mean: numbersOf(table, 'mean'),
    quantiles,
  }
}

/** The series of `ids` in their order; one without a day for each product that never sold. */
export function alignedPanel(panel: Panel, ids: readonly string[]): Panel {
  const known = indexOf(panel.ids)
  const added = ids.filter((id) => !known.has(id))
  const whole = added.length > 0 ? withEmptySeries(panel, added) : panel
  const places = added.length > 0 ? indexOf(whole.ids) : known
  return pickPanel(
    whole,
    Int32Array.from(ids, (id) => places.get(id)!),
  )
}

function withEmptySeries(panel: Panel, ids: readonly string[]): Panel {
  const end = panelEnd(panel)
  const total = panel.values.length
  return {
    ids: [...panel.ids, ...ids],
    buckets: panel.buckets,
    firstBucket: Int32Array.from([...panel.firstBucket, ...ids.map(() => end)]),
    offsets: Int32Array.from([...panel.offsets, ...ids.map(() => total)]),
    values: panel.values,
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
  }
}

function noteOf(
  { plan, facts, stock }: MadePlan,
  forecastVersion: number,
  budgetCents: number | undefined,
  spaceM3: number | null,
): PlanNote {
  const waits = plan.lines
    .map((line) => line.expectedArrivalDay - line.orderDay)
    .sort((a, b) => a - b)
  const count = facts.ids.length
  const atRisk = plan.lines.reduce((sum, line) => sum + line.risk.withoutOrder, 0)
  return {
    today: formatDay(plan.today),
    forecastVersion,
    nextChanceOn: formatDay(plan.today + plan.reviewDays),
    reviewDays: plan.reviewDays,
    leadTimeDays: waits[Math.floor(waits.length / 2)] ?? 0,
    budgetCents: budgetCents ?? null,
    spaceM3,
    inStockBefore: count === 0 ? 1 : 1 - atRisk / count,
    assumedStock: stock.assumed.filter(Boolean).length,
    assumedCost: facts.costAssumed.filter(Boolean).length,
    products: count,
    skipped: plan.skipped.length,
    costCents: Math.round(plan.costCents),
    gainCents: Math.round(plan.expectedGainCents),
  }
}

/** What a line keeps beside its columns, as JSON in purchase_plan.detail. */
export type LineDetail = Pick<
  PlanLine,
  | 'wantedQuantity'
  | 'casePack'
  | 'lateArrivalDay'
  | 'gainPerMoney'
  | 'steps'
  | 'orderUpToLevel'
  | 'stockAfter'
  | 'risk'
  | 'reasons'
  | 'alternatives'
  | 'cut'
> & { readonly priceCents: number; readonly costAssumed: boolean; readonly stockAssumed: boolean }

function planTable(
  plan: PurchasePlan,
  facts: ProductFacts,
  stock: StockPosition,
  version: number,
): Table {
  const { lines } = plan
  const productOf = indexOf(facts.ids)
  const at = lines.map((line) => productOf.get(line.productId)!)
  const numbers = (value: (line: PlanLine) => number | null) => numberColumn(lines.map(value))
  const cents = (value: (line: PlanLine) => number) => numbers((line) => Math.round(value(line)))
  return {
    rowCount: lines.length,
    columns: {
      version: numbers(() => version),
      line_id: textColumn(lines.map((line) => `${version}-${line.productId}`)),
      product_id: textColumn(lines.map((line) => line.productId)),
      vendor_id: textColumn(at.map((i) => facts.vendorIds[i])),
      rank: numberColumn(lines.map((_, i) => i + 1)),
      quantity: numbers((line) => line.quantity),
      cases: numbers((line) => line.cases),
      order_on: numbers((line) => line.orderDay),
      expected_arrival_on: numbers((line) => line.expectedArrivalDay),
      unit_cost_cents: cents((line) => line.unitCostCents),
      cost_cents: cents((line) => line.costCents),
      gain_cents: cents((line) => line.expectedGainCents),
      gain_low_cents: cents((line) => line.gainLowCents),
      gain_high_cents: cents((line) => line.gainHighCents),
      run_out_on: numbers((line) => line.runOutDay),
      run_out_early_on: numbers((line) => line.earlyRunOutDay),
      on_hand: cents((line) => line.onHand),
      incoming: cents((line) => line.incoming),
      stockout_probability: numbers((line) => line.risk.withoutOrder),
      within_budget: numbers((line) => (line.cut === 'all' ? 0 : 1)),
      detail: textColumn(
        lines.map((line, row) => JSON.stringify(detailOf(line, at[row]!, facts, stock))),
      ),
    },
  }
}

function detailOf(
  line: PlanLine,
  product: number,
  facts: ProductFacts,
  stock: StockPosition,
): LineDetail {
  const { wantedQuantity, casePack, lateArrivalDay, gainPerMoney, steps, orderUpToLevel } = line
  const { stockAfter, risk, reasons, alternatives, cut } = line
  return {
    ...{ wantedQuantity, casePack, lateArrivalDay, gainPerMoney, steps, orderUpToLevel },
    ...{ stockAfter, risk, reasons, alternatives, cut },
    priceCents: facts.priceCents[product]!,
    costAssumed: facts.costAssumed[product]!,
    stockAssumed: stock.assumed[product]!,
  }
}
