import type { OnProgress } from '../../core/progress.ts'
import { throwIfStopped } from '../../core/progress.ts'
import type { Random } from '../../core/random/random.ts'
import { type Catalog, createCatalog } from './catalog.ts'
import { drawDemand, meanDemand, meanOfShares } from './demand.ts'
import { DEPARTMENTS } from './departments.ts'
import { type DemoEvent, eventsBetween } from './holidays.ts'
import { BASKET_SHARES, type FullDemoParams, PLANNED_AHEAD } from './params.ts'
import { type Campaign, type PriceSpan, planCampaigns, pricePath, spansUntil } from './prices.ts'
import { calendarFactors } from './seasons.ts'

/** What customers want and at which prices; matrices are product × day, future days included. */
export interface Market {
  readonly catalog: Catalog
  readonly events: readonly DemoEvent[]
  readonly firstDay: number
  /** History and future. */
  readonly totalDays: number
  /** Days in each row of `calendar`: PLANNED_AHEAD more than the history. */
  readonly planDays: number
  readonly calendar: Float64Array
  readonly mean: Float32Array
  /** Units wanted, and by how many customers. */
  readonly demand: Uint16Array
  readonly lines: Uint16Array
  readonly cents: Int32Array
  readonly spans: readonly (readonly PriceSpan[])[]
}

/** Makes products, events, prices and demand; each product from its own streams, only the scale in common. */
export function createMarket(
  params: FullDemoParams,
  random: Random,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
): Market {
  const { asOf, days, futureDays } = params
  const firstDay = asOf - days + 1
  const totalDays = days + futureDays
  const catalog = createCatalog(params, random.split('catalog'))
  const planDays = days + PLANNED_AHEAD
  const planned = eventsBetween(firstDay, asOf + PLANNED_AHEAD)
  const size = catalog.count * totalDays
  const market: Market & { readonly spans: (readonly PriceSpan[])[] } = {
    catalog,
    events: eventsBetween(firstDay, asOf + futureDays),
    firstDay,
    totalDays,
    planDays,
    calendar: calendarFactors(firstDay, planDays, days / 2, planned),
    mean: new Float32Array(size),
    demand: new Uint16Array(size),
    lines: new Uint16Array(size),
    cents: new Int32Array(size),
    spans: [],
  }
  const campaigns = planCampaigns(firstDay, planDays, planned, random.split('campaigns'))
  forEachProduct('prices', market, onProgress, signal, (p) => {
    market.spans.push(fillMeans(market, p, params, campaigns, random))
  })
  scaleDemand(market, params)
  forEachProduct('demand', market, onProgress, signal, (p) => {
    const row = market.mean.subarray(p * totalDays, (p + 1) * totalDays)
    const shares = DEPARTMENTS[catalog.department[p]!]!.quantityShares
    const lines = market.lines.subarray(p * totalDays, (p + 1) * totalDays)
    const units = market.demand.subarray(p * totalDays, (p + 1) * totalDays)
    const stream = random.split('counts').split(p)
    drawDemand(row, catalog.dispersion[p]!, shares, stream, lines, units)
  })
  return market
}

function forEachProduct(
  step: string,
  { catalog }: Market,
  onProgress: OnProgress,
  signal: AbortSignal | undefined,
  work: (product: number) => void,
): void {
  for (let p = 0; p < catalog.count; p++) {
    if (p % 256 === 0) {
      throwIfStopped(signal)
      onProgress({ step, done: p, total: catalog.count })
    }
    work(p)
  }
}

function fillMeans(
  market: Market,
  p: number,
  { days }: FullDemoParams,
  campaigns: readonly Campaign[],
  random: Random,
): readonly PriceSpan[] {
  const { catalog, firstDay, totalDays, planDays, calendar, mean, cents } = market
  const prices = random.split('prices').split(p)
  const path = pricePath(catalog, p, firstDay, planDays, campaigns, prices)
  const first = catalog.subCategory[p]! * planDays
  const season = calendar.subarray(first, first + totalDays)
  const drift = random.split('drift').split(p)
  const means = meanDemand(catalog, p, firstDay, days / 2, season, path.effect, drift)
  mean.set(means, p * totalDays)
  cents.set(path.cents.subarray(0, totalDays), p * totalDays)
  return spansUntil(path.spans, firstDay + totalDays - 1)
}

/** Scales popularity and means so that the lines expected are days × orders × lines an order. */
function scaleDemand({ catalog, totalDays, mean }: Market, params: FullDemoParams): void {
  let lines = 0
  for (let p = 0; p < catalog.count; p++) {
    let units = 0
    for (let t = 0; t < params.days; t++) units += mean[p * totalDays + t]!
    lines += units / meanOfShares(DEPARTMENTS[catalog.department[p]!]!.quantityShares)
  }
  const wanted = params.days * params.ordersPerDay * meanOfShares(BASKET_SHARES)
  const factor = lines > 0 ? wanted / lines : 0
  for (let p = 0; p < catalog.count; p++) catalog.unitsPerDay[p]! *= factor
  for (let cell = 0; cell < mean.length; cell++) mean[cell]! *= factor
}
