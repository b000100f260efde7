import { formatDay, type OpenDays } from '../../core/calendar.ts'
import { StorewrightError } from '../../core/errors.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import { chooseForecaster } from '../../demand/index.ts'
import {
  createPathCache,
  LEAD_TIME_POINTS,
  type LeadTimes,
  planOrders,
} from '../../inventory/index.ts'
import {
  denseDays,
  historyOf,
  type Interval,
  initialStock,
  leadTimesOf,
  type Metrics,
  type ReplayInput,
  type ReplayPolicy,
  type ReplayResult,
  readReplayParams,
  replay,
} from '../../world/index.ts'
import { readPanelContext } from '../inputs/panel-context.ts'
import { type ProductFacts, readProducts } from '../inputs/products.ts'
import { readLeadTimes } from '../inputs/receipts.ts'
import { openDaysKnown, readSales, type SalesHistory } from '../inputs/sales.ts'
import type { Settings } from '../store/settings.ts'
import { currentVersion, hashOf, hashTables } from '../versions.ts'
import {
  KEPT_LEVELS,
  type MadeResult,
  METHOD,
  type StepContext,
  type StepResult,
} from './context.ts'
import { dailyTable, productTable, totalTable } from './outcome-tables.ts'
import { alignedPanel } from './plan.ts'

/** What the simulation as a whole says; kept as the note of its version. */
export interface OutcomeNote {
  readonly from: string
  readonly to: string
  readonly days: number
  readonly products: number
  /** Products first sold within the window, which no policy could have known; left out. */
  readonly newProducts: number
  readonly newProductsUnits: number
  readonly units: number
  readonly seeds: number
  readonly gapClosed: Interval | null
  readonly boundProfitCents: Interval
  /** What the bound is made of, all products together. */
  readonly bound: Readonly<Record<BoundPart, number>>
  readonly policies: readonly {
    readonly name: string
    readonly totals: Metrics
    readonly profitCents: Interval
    readonly gapClosed: Interval | null
  }[]
  readonly leadTimeSources: Readonly<Record<string, number>>
  readonly medianLeadTimeDays: number
  readonly assumedCost: number
  readonly reviewDays: number
}

export type BoundPart =
  | 'soldUnits'
  | 'marginCents'
  | 'holdingCents'
  | 'orderingCents'
  | 'writeDownCents'

/** Tables that a replay reads. */
const REPLAYED_TABLES = [
  'sales',
  'products',
  'offers',
  'receipts',
  'prices',
  'events',
  'closed_days',
]

export interface SimulateOptions {
  /** Day numbers; default: the last `simulation.days` days of the sales. */
  readonly from?: number
  readonly to?: number
}

/** Longest history that the naive policy and the initial stock look at, days. */
const HISTORY_DAYS = 56

/**
 * Replays the plan's policy over past days, beside the naive policies and the perfect-foresight
 * bound. Models are chosen and fitted on what came before the window; at each review the forecast
 * sees the sales before that day and no more.
 */
export async function simulateStep(
  context: StepContext,
  options: SimulateOptions = {},
): Promise<StepResult | MadeResult> {
  const { db, settings } = context
  const sales = await readSales(db)
  const to = options.to ?? sales.lastDay
  const from = options.from ?? defaultFrom(sales, to, settings.simulation.days)
  requireWindow(sales, from, to)
  const inputHash = hashOf([
    await hashTables(db, REPLAYED_TABLES),
    { from, to, METHOD, ...settings.forecast, ...settings.simulation, ...settings.buying },
    settings.knobs,
  ])
  const current = await currentVersion(db, 'outcome')
  if (current?.inputHash === inputHash) {
    return { kind: 'outcome', version: current.version, skipped: true }
  }
  const { result, note } = await runReplay(context, sales, from, to)
  const orderLineCents = readReplayParams(settings.knobs).orderLineCostCents
  return {
    kind: 'outcome',
    inputHash,
    note,
    async write(target, version) {
      await target.append('outcome_total', totalTable(result, version))
      await target.append('outcome_daily', dailyTable(result, orderLineCents, version))
      await target.append('outcome_product', productTable(result, version))
    },
  }
}

/** Shortest window that says anything: an order has time to arrive and to sell. */
const SHORTEST_DAYS = 28

/** The first of the last `days` days that end on `to`, as far as the history before it allows. */
function defaultFrom({ firstDay }: SalesHistory, to: number, days: number): number {
  const from = Math.max(to - days + 1, firstDay + HISTORY_DAYS + 1)
  if (to - from + 1 >= SHORTEST_DAYS) return from
  const needed = HISTORY_DAYS + SHORTEST_DAYS + 1
  throw new StorewrightError(
    'ERR_STORE_EMPTY',
    `the sales are of ${to - firstDay + 1} days; a replay needs ${needed}`,
    { next: 'Import a longer history.' },
  )
}

function requireWindow(sales: SalesHistory, from: number, to: number): void {
  const { firstDay, lastDay } = sales
  if (from > to) {
    throw new StorewrightError('ERR_ARGUMENT', `${formatDay(from)} is after ${formatDay(to)}`, {
      next: 'Give --from a day before --to.',
    })
  }
  if (from > firstDay + HISTORY_DAYS && to <= lastDay) return
  const first = formatDay(firstDay + HISTORY_DAYS + 1)
  throw new StorewrightError(
    'ERR_ARGUMENT',
    `${formatDay(from)} … ${formatDay(to)} cannot be replayed: the sales are of ${formatDay(firstDay)} … ${formatDay(lastDay)}`,
    { next: `Choose a window from ${first} on that ends by ${formatDay(lastDay)}.` },
  )
}

async function runReplay(context: StepContext, sales: SalesHistory, from: number, to: number) {
  const { db, settings, onProgress, signal } = context
  const known = sales.panel.ids.filter((_, i) => soldBefore(sales.panel, i, from))
  // Single closures that were learned from the replayed sales are not known beforehand.
  const openDays = openDaysKnown(sales, from)
  const told = await readPanelContext(db, { ...sales, lastDay: to }, { end: from })
  const panel = { ...alignedPanel(told, known), openDays }
  const facts = await readProducts(db, known, from, settings.knobs)
  const leadTimes = await readLeadTimes(db, facts, from, settings.knobs)
  const world = worldOf(panel, facts, leadTimes, sales, from, to, settings.buying.review_days)
  const fitted = await chooseForecaster(panel, {
    trainEnd: from,
    horizon: settings.forecast.horizon_days,
    seed: settings.forecast.seed,
    settings: settings.knobs,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  const horizon = Math.max(settings.forecast.horizon_days, REPLAY_HORIZON_DAYS)
  const forecastOn = remember((day) => fitted.predict(day, horizon, Float64Array.from(KEPT_LEVELS)))
  const policy = planPolicy(forecastOn, facts, leadTimes, openDays, settings)
  const result = await replay(world, [policy], {
    seed: `replay/${settings.forecast.seed}`,
    seeds: settings.simulation.seeds,
    settings: settings.knobs,
    onProgress,
    ...(signal === undefined ? {} : { signal }),
  })
  return {
    result,
    note: noteOf(result, sales, facts, leadTimes, from, to, settings.buying.review_days),
  }
}

/** Days ahead that an order placed today can matter for: a long wait, a review and some weeks. */
const REPLAY_HORIZON_DAYS = 42

function soldBefore(panel: Panel, i: number, day: number): boolean {
  const offset = panel.offsets[i]!
  const length = Math.min(panel.offsets[i + 1]! - offset, day - panel.firstBucket[i]!)
  for (let d = 0; d < length; d++) if (panel.values[offset + d]! > 0) return true
  return false
}

function worldOf(
  panel: Panel,
  facts: ProductFacts,
  leadTimes: LeadTimes,
  sales: SalesHistory,
  from: number,
  to: number,
  reviewDays: number,
): ReplayInput {
  const oneOr = (values: Float64Array) =>
    values.map((value) => (Number.isNaN(value) ? 1 : Math.max(1, value)))
  const samples = facts.ids.map((_, i) => pointsOf(leadTimes, i))
  const products = {
    ids: facts.ids,
    unitCostCents: facts.unitCostCents,
    minimumQuantity: oneOr(facts.minimumQuantity),
    casePack: oneOr(facts.casePack),
    quotedLeadTimeDays: Float64Array.from(samples, (points) =>
      Math.max(1, Math.round(mean(points))),
    ),
  }
  const history = historyOf(panel, from, HISTORY_DAYS)
  return {
    products,
    priceCents: facts.priceCents,
    leadTimes: leadTimesOf(
      samples,
      samples.map((_, i) => i),
    ),
    firstDay: from,
    days: to - from + 1,
    demand: denseDays(panel, from, to - from + 1),
    history,
    initialStock: initialStock(history, products, reviewDays),
    reviewPeriodDays: reviewDays,
    openDays: sales.openDays,
  }
}

function pointsOf(leadTimes: LeadTimes, i: number): Float64Array {
  return leadTimes.points.subarray(i * LEAD_TIME_POINTS, (i + 1) * LEAD_TIME_POINTS)
}

function mean(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0) / values.length
}

/** The plan of storewright plan, asked again at each review of the replay. */
function planPolicy(
  forecastOn: (day: number) => QuantileForecast,
  facts: ProductFacts,
  leadTimes: LeadTimes,
  openDays: OpenDays,
  { buying, forecast, knobs }: Settings,
): ReplayPolicy {
  const cache = createPathCache()
  const limits = {
    ...(buying.budget === undefined ? {} : { budgetCents: Math.round(buying.budget * 100) }),
    ...(buying.space_m3 === undefined ? {} : { spaceM3: buying.space_m3 }),
  }
  return {
    name: 'plan',
    order: (state) =>
      planOrders(
        {
          today: state.day,
          forecast: forecastOn(state.day),
          onHand: state.onHand,
          incoming: {
            product: state.openOrders.product,
            arrivalDay: state.openOrders.expectedOn,
            units: state.openOrders.units,
          },
          unitCostCents: facts.unitCostCents,
          priceCents: state.priceCents,
          volumeM3: facts.volumeM3,
          minimumQuantity: facts.minimumQuantity,
          casePack: facts.casePack,
          leadTimes,
          reviewPeriodDays: state.reviewPeriodDays,
          openDays,
          ...limits,
          settings: knobs,
          seed: forecast.seed,
        },
        cache,
      ).quantity,
  }
}

function remember<T>(make: (day: number) => T): (day: number) => T {
  const made = new Map<number, T>()
  return (day) => {
    const known = made.get(day)
    if (known !== undefined) return known
    const value = make(day)
    made.set(day, value)
    return value
  }
}

function noteOf(
  result: ReplayResult,
  sales: SalesHistory,
  facts: ProductFacts,
  leadTimes: LeadTimes,
  from: number,
  to: number,
  reviewDays: number,
): OutcomeNote {
  const plan = result.policies.find((policy) => policy.name === 'plan')!
  const all = denseDays(sales.panel, from, to - from + 1).reduce((a, b) => a + b, 0)
  const points = Float64Array.from(leadTimes.points).sort()
  const sources: Record<string, number> = {}
  for (const source of leadTimes.source) sources[source] = (sources[source] ?? 0) + 1
  return {
    from: formatDay(from),
    to: formatDay(to),
    days: to - from + 1,
    products: facts.ids.length,
    newProducts: sales.panel.ids.length - facts.ids.length,
    newProductsUnits: Math.round(all - plan.totals.demandUnits),
    units: Math.round(plan.totals.demandUnits),
    seeds: result.seeds,
    gapClosed: plan.gapClosed,
    boundProfitCents: result.bound.profitCents,
    bound: boundParts(result),
    policies: result.policies.map(({ name, totals, intervals, gapClosed }) => ({
      name,
      totals,
      profitCents: intervals.profitCents,
      gapClosed,
    })),
    leadTimeSources: sources,
    medianLeadTimeDays: points[Math.floor(points.length / 2)] ?? 0,
    assumedCost: facts.costAssumed.filter(Boolean).length,
    reviewDays,
  }
}

function boundParts({ bound }: ReplayResult): Record<BoundPart, number> {
  const { soldUnits, marginCents, holdingCents, orderingCents, writeDownCents } = bound.products
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
  return {
    soldUnits: total(soldUnits),
    marginCents: total(marginCents),
    holdingCents: total(holdingCents),
    orderingCents: total(orderingCents),
    writeDownCents: total(writeDownCents),
  }
}
