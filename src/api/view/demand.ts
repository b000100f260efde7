import { formatDay, formatDayShort, parseDay } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import { type ForecastNote, KEPT_LEVELS, readSegments } from '../../loop/index.ts'
import type { Breakdown, Forecast, History, StoreEvent } from '../schemas/common.ts'
import type {
  BacktestScore,
  DemandSummary,
  ProductDetail,
  ProductPage,
  ProductRow,
  ProductSort,
  ProductsQuery,
} from '../schemas/demand.ts'
import type { Catalog } from './catalog.ts'
import { BASELINE_MODEL, modelLabel } from './labels.ts'
import { readLostSales } from './lost-sales.ts'
import { segmentList } from './segments.ts'

const SORT_VALUES: Readonly<Record<ProductSort, (row: ProductRow) => number | string | null>> = {
  stake: (row) => row.stakeCents,
  error: (row) => row.error,
  wape: (row) => row.wape,
  bias: (row) => (row.bias === null ? null : Math.abs(row.bias)),
  coverage: (row) => row.coverage90,
  last28: (row) => row.last28Units,
  next28: (row) => row.next28Units,
  title: (row) => row.title,
  model: (row) => row.model,
}

/** The rows that a query asks for, in its order; products without the value come last. */
export function productPage(catalog: Catalog, query: ProductsQuery): ProductPage {
  const words = (query.q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const kept = catalog.rows.filter(
    (row) =>
      (query.category === undefined || row.category === query.category) &&
      (query.model === undefined || row.model === query.model) &&
      (query.status === undefined || row.status === query.status) &&
      words.every((word) => `${row.title} ${row.productId}`.toLowerCase().includes(word)),
  )
  const value = SORT_VALUES[query.sort]
  const isText = query.sort === 'title' || query.sort === 'model'
  const sign = (query.order ?? (isText ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  kept.sort(
    (a, b) =>
      compare(value(a), value(b), sign) ||
      compare(a.error, b.error, -1) ||
      compare(a.productId, b.productId, 1),
  )
  return { total: kept.length, rows: kept.slice(query.offset, query.offset + query.limit) }
}

function compare(a: number | string | null, b: number | string | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return a === b ? 0 : sign * (a < b ? -1 : 1)
}

/** The figures of the Demand page's first line and its models. */
export async function demandSummary(db: Database, catalog: Catalog): Promise<DemandSummary> {
  const { note, version, rows } = catalog
  const models = await db.rows(
    `SELECT model, avg(scaled_pinball) AS pinball,
       sum(wape * u.units) / nullif(sum(u.units) FILTER (WHERE wape IS NOT NULL), 0) AS wape,
       count(*) FILTER (WHERE chosen) AS products
     FROM forecast_backtest
     JOIN (SELECT product_id, sum(units) AS units FROM sales GROUP BY 1) u USING (product_id)
     WHERE version = $1 AND model NOT LIKE 'mix(%'
     GROUP BY model HAVING avg(scaled_pinball) IS NOT NULL ORDER BY pinball`,
    [version.version],
  )
  const [sold] = await db.rows(
    `SELECT sum(b.wape * u.units) / nullif(sum(u.units), 0) AS wape
     FROM forecast_backtest b
     JOIN (SELECT product_id, sum(units) AS units FROM sales GROUP BY 1) u USING (product_id)
     WHERE b.version = $1 AND b.chosen AND b.wape IS NOT NULL`,
    [version.version],
  )
  const count = (status: ProductRow['status']) => rows.filter((r) => r.status === status).length
  const mixed = rows.filter((row) => row.model?.startsWith('mix(')).length
  return {
    products: rows.length,
    forecastFrom: note.origin,
    horizonDays: note.horizonDays,
    backtestDays: note.backtestOrigins.length * note.backtestWindowDays,
    beatsNaive: note.beatsNaive,
    scaledPinball: note.scaledPinball,
    naiveScaledPinball: note.naiveScaledPinball,
    wape: (sold?.['wape'] as number | null) ?? 0,
    coverage90: note.coverage90,
    byStatus: {
      good: count('good'),
      watch: count('watch'),
      poor: count('poor'),
      new: count('new'),
    },
    stakeCents: stakeOf(rows.filter(({ status }) => status === 'poor' || status === 'watch')),
    lost: await lostOf(db, catalog),
    learned: await learnedOf(db, catalog),
    models: [
      ...models.map((row) => modelScore(row)),
      ...(mixed > 0 ? [mixScore(rows, mixed)] : []),
    ].sort((a, b) => a.pinball - b.pinball),
    categories: [...new Set(rows.flatMap((row) => row.category ?? []))].sort(),
  }
}

function stakeOf(rows: readonly ProductRow[]): number | null {
  const known = rows.flatMap(({ stakeCents }) => stakeCents ?? [])
  return known.length === 0 && rows.length > 0 ? null : known.reduce((a, b) => a + b, 0)
}

async function lostOf(db: Database, catalog: Catalog): Promise<DemandSummary['lost']> {
  const { units, cents, productDays } = await readLostSales(db, catalog)
  return productDays === 0 ? null : { units, cents, productDays }
}

async function learnedOf(db: Database, catalog: Catalog): Promise<DemandSummary['learned']> {
  const { segments } = segmentList(await readSegments(db, catalog.version.version), '')
  if (segments.length === 0) return null
  const inUse = segments.filter(({ uses }) => uses !== 'floor')
  const products = inUse.reduce((sum, segment) => sum + segment.products, 0)
  return { segments: inUse.length, of: segments.length, products }
}

function modelScore(row: Readonly<Record<string, string | number | null>>) {
  const model = String(row['model'])
  return {
    model,
    label: modelLabel(model),
    pinball: Number(row['pinball']),
    wape: row['wape'] as number | null,
    products: Number(row['products']),
    isBaseline: model === BASELINE_MODEL,
  }
}

function mixScore(rows: readonly ProductRow[], products: number) {
  const errors = rows.flatMap((r) =>
    r.model?.startsWith('mix(') && r.error !== null ? r.error : [],
  )
  const pinball = errors.reduce((a, b) => a + b, 0) / Math.max(1, errors.length)
  return { model: 'mix', label: 'Mixes of three', pinball, wape: null, products, isBaseline: false }
}

/** What happened and what is expected of one product. */
export interface Curves {
  readonly history: History
  readonly forecast: Forecast | null
  readonly events: StoreEvent[]
  readonly closedDays: { readonly ds: string; readonly reason: string }[]
}

const HISTORY_DAYS = 400

/** Reads the curves of one product from the forecast in force. */
export async function readCurves(
  db: Database,
  catalog: Catalog,
  productId: string,
): Promise<Curves> {
  const { note, version } = catalog
  const origin = parseDay(note.origin)
  const history = await readHistory(db, productId, origin)
  const forecast = await readFan(db, version.version, productId, note.horizonDays)
  return { history, forecast, ...(await readCalendar(db, note)) }
}

/** Occasions and closed days around a forecast. */
export async function readCalendar(
  db: Database,
  note: Pick<ForecastNote, 'origin' | 'horizonDays'>,
): Promise<Pick<Curves, 'events' | 'closedDays'>> {
  const origin = parseDay(note.origin)
  const window = [formatDay(origin - HISTORY_DAYS), formatDay(origin + note.horizonDays)]
  const events = await db.rows(
    `SELECT name, kind, starts_on, ends_on FROM events
     WHERE ends_on >= CAST($1 AS DATE) AND starts_on <= CAST($2 AS DATE) ORDER BY starts_on`,
    window,
  )
  const closed = await db.rows(
    `SELECT ds, reason FROM closed_days WHERE ds BETWEEN CAST($1 AS DATE) AND CAST($2 AS DATE) ORDER BY ds`,
    window,
  )
  return {
    events: events.map((row) => ({
      name: String(row['name']),
      kind: String(row['kind']),
      startsOn: formatDay(Number(row['starts_on'])),
      endsOn: formatDay(Number(row['ends_on'])),
    })),
    closedDays: closed.map((row) => ({
      ds: formatDay(Number(row['ds'])),
      reason: String(row['reason'] ?? ''),
    })),
  }
}

async function readHistory(db: Database, productId: string, origin: number): Promise<History> {
  const rows = await db.rows(
    `SELECT ds, sum(units) AS units, bool_or(coalesce(in_stock, true)) AS in_stock FROM sales
     WHERE product_id = $1 AND ds >= CAST($2 AS DATE) GROUP BY ds ORDER BY ds`,
    [productId, formatDay(origin - HISTORY_DAYS)],
  )
  const from = rows.length > 0 ? Number(rows[0]!['ds']) : origin
  const days = Math.max(0, origin - from)
  const units = new Array<number>(days).fill(0)
  const inStock = new Array<boolean>(days).fill(true)
  for (const row of rows) {
    const d = Number(row['ds']) - from
    if (d >= days) continue
    units[d] = Number(row['units'])
    inStock[d] = row['in_stock'] !== 0
  }
  return { from: formatDay(from), units, inStock }
}

async function readFan(
  db: Database,
  version: number,
  productId: string,
  horizonDays: number,
): Promise<Forecast | null> {
  const columns = KEPT_LEVELS.map((level) => `"q${level}"`).join(', ')
  const rows = await db.rows(
    `SELECT ds, model, mean, ${columns} FROM demand_forecast
     WHERE version = $1 AND product_id = $2 ORDER BY ds LIMIT CAST($3 AS INTEGER)`,
    [version, productId, horizonDays],
  )
  if (rows.length === 0) return null
  return {
    from: formatDay(Number(rows[0]!['ds'])),
    model: modelLabel(String(rows[0]!['model'])),
    mean: rows.map((row) => Number(row['mean'])),
    levels: [...KEPT_LEVELS],
    quantiles: KEPT_LEVELS.map((level) => rows.map((row) => Number(row[`q${level}`]))),
  }
}

/** Everything about one product; undefined where there is none. */
export async function productDetail(
  db: Database,
  catalog: Catalog,
  productId: string,
  onPlan: string | null,
): Promise<ProductDetail | undefined> {
  const row = catalog.byId.get(productId)
  if (row === undefined) return undefined
  const curves = await readCurves(db, catalog, productId)
  const backtest = await db.rows(
    `SELECT * FROM forecast_backtest WHERE version = $1 AND product_id = $2
     AND scaled_pinball IS NOT NULL ORDER BY scaled_pinball`,
    [catalog.version.version, productId],
  )
  return {
    row,
    sentence: `${sentenceOf(row, catalog.note.horizonDays)}${await unsoldText(db, productId, catalog.note.origin)}`,
    ...curves,
    backtest: backtest.map(backtestScore),
    breakdown: demandBreakdown(curves),
    onPlan,
  }
}

function sentenceOf(row: ProductRow, days: number): string {
  if (row.next28Units === null) return 'There is no forecast of it yet.'
  const [low, high] = [row.next28Low ?? 0, row.next28High ?? 0]
  return `About ${whole(row.next28Units)} units in the next ${days} days; 9 times in 10 between ${whole(low)} and ${whole(high)}.`
}

/** Says of a product that it never sold, and of one that is not launched yet when it will be. */
async function unsoldText(db: Database, productId: string, origin: string): Promise<string> {
  const [row] = await db.rows(
    `SELECT launched_on FROM products WHERE product_id = $1
     AND NOT EXISTS (SELECT 1 FROM sales WHERE product_id = $1 AND units > 0)`,
    [productId],
  )
  if (row === undefined) return ''
  const launch = row['launched_on']
  const isComing = typeof launch === 'number' && launch >= parseDay(origin)
  return isComing
    ? ` It has not sold yet: it is launched on ${formatDayShort(launch)}.`
    : ' It has not sold yet.'
}

const whole = (units: number) => Math.round(units).toLocaleString('en-GB')

function backtestScore(row: Readonly<Record<string, string | number | null>>): BacktestScore {
  const model = String(row['model'])
  return {
    model,
    label: modelLabel(model),
    scaledPinball: Number(row['scaled_pinball']),
    pinball: Number(row['pinball']),
    wape: row['wape'] as number | null,
    bias: row['bias'] as number | null,
    coverage90: row['coverage90'] as number | null,
    chosen: row['chosen'] === 1,
    isBaseline: model === BASELINE_MODEL,
  }
}

/** Why the next days total what they do: what sold before, and what is different ahead. */
export function demandBreakdown({ history, forecast }: Curves): Breakdown | null {
  if (forecast === null) return null
  const days = forecast.mean.length
  const recent = history.units.slice(-days)
  const inStock = history.inStock.slice(-days)
  const sold = recent.reduce<number>((sum, units) => sum + (units ?? 0), 0)
  const outDays = inStock.filter((value) => !value).length
  const missed = outDays === 0 ? 0 : (sold / Math.max(1, recent.length - outDays)) * outDays
  const total = forecast.mean.reduce((a, b) => a + b, 0)
  const earlier = history.units.slice(-2 * days, -days)
  const parts = [{ label: `sold in the last ${recent.length} days`, value: sold }]
  if (missed > 0) parts.push({ label: `${outDays} days out of stock`, value: missed })
  const label = earlier.length < days ? 'young: level of its like' : 'level, trend and season'
  parts.push({ label, value: total - sold - missed })
  return { title: `${whole(total)} units in ${days} days`, unit: 'units', parts, total }
}
