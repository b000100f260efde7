import type { BuyingLine, DecisionRecord, LineDecision } from '../../src/api/schemas/buying.ts'
import type { ProductRow, ProductSort, ProductsQuery } from '../../src/api/schemas/demand.ts'
import type { StoreView } from '../../src/api/store-view.ts'
import { StorewrightError } from '../../src/core/errors.ts'
import {
  AS_OF,
  closedDays,
  curvesOf,
  dayAfter,
  demandBreakdown,
  EVENTS,
  HORIZON_DAYS,
  itemOf,
  MODEL_LABELS,
  rowOf,
} from './fixture-catalog.ts'
import * as explain from './fixture-explain.ts'
import { groupDetail, groupList, noGroups } from './fixture-groups.ts'
import { createFixtureLoad } from './fixture-load.ts'
import { createFixtureNetwork } from './fixture-network.ts'
import { makeOutcome } from './fixture-outcome.ts'
import { approvedDecisions, indexOf, lineDetail, makePlan } from './fixture-plan.ts'
import { createFixtureSearch } from './fixture-search.ts'
import { createFixtureWarehouse } from './fixture-warehouse.ts'

export interface FixtureOptions {
  /** Products of the catalog; 400 unless told. */
  readonly products?: number
  /** Lines of the purchase plan; 120 unless told. */
  readonly lines?: number
  /** A store in which nothing was computed yet. */
  readonly empty?: boolean
  /** A store whose forecast knows no segments, occasions or lost sales. */
  readonly untold?: boolean
  /** A store whose data is older than its last import. */
  readonly stale?: boolean
}

const SORT_VALUES: Readonly<Record<ProductSort, (row: ProductRow) => number | string>> = {
  stake: (row) => row.stakeCents ?? -1,
  error: (row) => row.error ?? -1,
  wape: (row) => row.wape ?? -1,
  bias: (row) => Math.abs(row.bias ?? 0),
  coverage: (row) => row.coverage90 ?? -1,
  last28: (row) => row.last28Units,
  next28: (row) => row.next28Units ?? -1,
  title: (row) => row.title,
  model: (row) => row.model ?? '',
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function emptyStore(what: string): StorewrightError {
  return new StorewrightError('ERR_STORE_EMPTY', `there is no ${what} yet`, {
    next: 'Run `storewright run --store gift-store`.',
  })
}

/** A store made of nothing but a seed: deterministic, in memory, with decisions that stay. */
export function createFixture(options: FixtureOptions = {}): StoreView {
  const productCount = options.products ?? 400
  const rows = Array.from({ length: productCount }, (_, i) => rowOf(i))
  const plan = makePlan(options.lines ?? 120, 400_000)
  const records: DecisionRecord[] = []
  const told = options.untold === true ? explain.nothing : explain
  let clock = Date.parse('2011-11-01T08:00:00Z')

  const requireData = (what: string): void => {
    if (options.empty === true) throw emptyStore(what)
  }
  const lineIndex = (lineId: string): number => {
    const index = plan.lines.findIndex((line) => line.lineId === lineId)
    if (index < 0) throw new StorewrightError('ERR_PLAN_NOT_FOUND', `there is no line ${lineId}`)
    return index
  }
  const record = (
    line: BuyingLine,
    next: BuyingLine,
    action: DecisionRecord['action'],
    by: string,
    reason: string | null,
  ): void => {
    records.unshift({
      decisionId: String(records.length + 1),
      lineId: line.lineId,
      planVersion: plan.version,
      productId: line.productId,
      title: line.title,
      action,
      fromQuantity: line.decision?.quantity ?? line.quantity,
      toQuantity: next.decision?.quantity ?? next.quantity,
      by,
      at: new Date(clock).toISOString(),
      reason,
    })
  }
  const decide = (
    lineId: string,
    action: DecisionRecord['action'],
    decision: LineDecision | null,
    by: string,
    reason: string | null,
  ): BuyingLine => {
    const index = lineIndex(lineId)
    const line = plan.lines[index]!
    const open = action === 'undo' ? line.decision !== null : line.decision === null
    if (!open && action !== 'override') {
      throw new StorewrightError('ERR_PLAN_STATUS', `line ${lineId} is ${line.status}`)
    }
    const status = { approve: 'approved', override: 'overridden', undo: 'proposed' } as const
    const next: BuyingLine = { ...line, status: status[action], decision }
    record(line, next, action, by, reason)
    plan.lines[index] = next
    return next
  }
  const now = (): string => {
    clock += 60_000
    return new Date(clock).toISOString()
  }

  return {
    search: createFixtureSearch(productCount, { empty: options.empty === true }),
    warehouse: createFixtureWarehouse({ empty: options.empty === true }),
    load: createFixtureLoad({ empty: options.empty === true, stale: options.stale === true }),
    network: createFixtureNetwork({
      empty: options.empty === true,
      untold: options.untold === true,
    }),
    async store() {
      const version = options.empty === true ? null : 31
      return {
        name: 'gift-store',
        currency: 'GBP',
        asOf: options.empty === true ? null : AS_OF,
        versions: (['import', 'forecast', 'plan', 'simulate'] as const).map((step) => ({
          step,
          version,
          madeAt: version === null ? null : '2011-11-01T06:00:00Z',
          rows: version === null ? null : productCount,
        })),
        counts: {
          products: productCount,
          orders: 18_532,
          saleDays: 300,
          forecastProducts: productCount,
          planLines: plan.lines.length,
        },
        staleness:
          options.stale === true
            ? {
                stale: true,
                message: 'The plan is 3 days older than the sales.',
                command: 'storewright run --store gift-store',
              }
            : { stale: false, message: null, command: null },
        nightly: null,
        actor: 'ada',
      }
    },
    async demandSummary() {
      requireData('forecast')
      return summaryOf(rows, options.untold === true)
    },
    async demandProducts(query) {
      requireData('forecast')
      return pageOf(rows, query)
    },
    async demandProduct(productId) {
      requireData('forecast')
      const row = rows.find((candidate) => candidate.productId === productId)
      return row === undefined ? undefined : productDetail(row, plan.lines)
    },
    async productWhy(productId) {
      requireData('forecast')
      if (!rows.some((row) => row.productId === productId)) return undefined
      return options.untold === true
        ? explain.nothing.why()
        : explain.productWhy(indexOf(productId))
    },
    async segments() {
      requireData('forecast')
      return told.segments()
    },
    async calibration({ segment }) {
      requireData('forecast')
      return told.calibration(segment)
    },
    async events({ segment }) {
      requireData('forecast')
      return told.events(segment)
    },
    async lostSales() {
      requireData('forecast')
      return options.untold === true
        ? { units: 0, cents: null, products: 0, productDays: 0, worst: [] }
        : explain.lostSales(productCount)
    },
    async groups({ level }) {
      requireData('forecast')
      return options.untold === true ? noGroups() : groupList(rows, level)
    },
    async group(query) {
      requireData('forecast')
      return options.untold === true ? undefined : groupDetail(rows, query)
    },
    async buying() {
      requireData('plan')
      return plan
    },
    async buyingLine(lineId) {
      const line = plan.lines.find((candidate) => candidate.lineId === lineId)
      return line === undefined
        ? undefined
        : lineDetail(
            line,
            records.filter((entry) => entry.lineId === lineId),
          )
    },
    async approve({ lineIds, by, budgetCents }) {
      const chosen = approvedDecisions(plan, lineIds, budgetCents ?? null, by, now())
      return {
        lines: lineIds.map((id) => decide(id, 'approve', chosen.get(id) ?? null, by, null)),
      }
    },
    async override(lineId, { quantity, reason, by }) {
      const line = plan.lines[lineIndex(lineId)]!
      const decision: LineDecision = {
        quantity,
        costCents: quantity * line.unitCostCents,
        gainCents: Math.round(line.gainCents * Math.min(1, quantity / line.quantity)),
        by,
        at: now(),
        reason,
      }
      return { lines: [decide(lineId, 'override', decision, by, reason)] }
    },
    async undo({ lineIds, by, reason }) {
      now()
      return { lines: lineIds.map((id) => decide(id, 'undo', null, by, reason ?? null)) }
    },
    async decisions({ limit, lineId }) {
      const kept = records.filter((entry) => lineId === undefined || entry.lineId === lineId)
      return { decisions: kept.slice(0, limit) }
    },
    async planCsv() {
      const body = plan.lines.map((line) => `${line.rank},${line.productId},${line.quantity}`)
      return ['rank,product_id,quantity', ...body, ''].join('\n')
    },
    async outcome() {
      requireData('simulation')
      return makeOutcome()
    },
    async knobs() {
      return { knobs: [] }
    },
  }
}

function pageOf(rows: readonly ProductRow[], query: ProductsQuery) {
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const kept = rows.filter(
    (row) =>
      (query.category === undefined || row.category === query.category) &&
      (query.model === undefined || row.model === query.model) &&
      (query.status === undefined || row.status === query.status) &&
      words.every((word) => `${row.title} ${row.productId}`.toLowerCase().includes(word)),
  )
  const value = SORT_VALUES[query.sort]
  const text = query.sort === 'title' || query.sort === 'model'
  const sign = (query.order ?? (text ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  const sorted = [...kept].sort((a, b) => sign * compare(value(a), value(b)))
  return { total: kept.length, rows: sorted.slice(query.offset, query.offset + query.limit) }
}

function summaryOf(rows: readonly ProductRow[], untold: boolean) {
  const { units, cents, productDays } = explain.lostSales(rows.length)
  const scored = rows.filter((row) => row.error !== null)
  const mean = (pick: (row: ProductRow) => number): number =>
    scored.reduce((sum, row) => sum + pick(row), 0) / Math.max(1, scored.length)
  const count = (status: ProductRow['status']): number =>
    rows.filter((row) => row.status === status).length
  return {
    products: rows.length,
    forecastFrom: dayAfter(AS_OF, 1),
    horizonDays: HORIZON_DAYS,
    backtestDays: 84,
    beatsNaive: mean((row) => (row.error! < 0.95 ? 1 : 0)),
    scaledPinball: mean((row) => row.error!),
    naiveScaledPinball: 0.94,
    wape: mean((row) => row.wape!),
    coverage90: mean((row) => row.coverage90!),
    byStatus: {
      good: count('good'),
      watch: count('watch'),
      poor: count('poor'),
      new: count('new'),
    },
    stakeCents: rows
      .filter(({ status }) => status === 'poor' || status === 'watch')
      .reduce((sum, row) => sum + (row.stakeCents ?? 0), 0),
    lost: untold ? null : { units, cents, productDays },
    learned: untold ? null : { segments: 7, of: 9, products: 293 },
    models: Object.entries(MODEL_LABELS).map(([model, label], k) => ({
      model,
      label,
      pinball: model === 'seasonal-naive' ? 0.94 : 0.72 + 0.03 * k,
      wape: 0.5 + 0.02 * k,
      products: rows.filter((row) => row.model === model).length,
      isBaseline: model === 'seasonal-naive',
    })),
    categories: [...new Set(rows.map((row) => row.category!))].sort(),
  }
}

function productDetail(row: ProductRow, lines: readonly BuyingLine[]) {
  const item = itemOf(indexOf(row.productId))
  return {
    row,
    sentence: `About ${row.next28Units?.toLocaleString('en-GB')} units in the next 28 days; 9 times in 10 between ${row.next28Low?.toLocaleString('en-GB')} and ${row.next28High?.toLocaleString('en-GB')}.`,
    ...curvesOf(item),
    events: EVENTS,
    closedDays: closedDays(),
    backtest: Object.entries(MODEL_LABELS).map(([model, label], k) => ({
      model,
      label,
      scaledPinball: model === row.model ? (row.error ?? 1) : (row.error ?? 1) + 0.05 + 0.03 * k,
      pinball: item.level * 0.3,
      wape: 0.5 + 0.03 * k,
      bias: 0.04 * (k - 2),
      coverage90: 0.91 - 0.01 * k,
      chosen: model === row.model,
      isBaseline: model === 'seasonal-naive',
    })),
    breakdown: demandBreakdown(item),
    onPlan: lines.find((line) => line.productId === row.productId)?.lineId ?? null,
  }
}
