import { formatDay } from '../../core/calendar.ts'
import type { Database, Row, SqlValue } from '../../core/sql/database.ts'
import type { ChangePart } from '../../demand/index.ts'
import { hasTables } from './explain-tables.ts'

/** How a model did on the past of the products of a segment. */
export interface SegmentModel {
  readonly segment: string
  readonly model: string
  readonly products: number
  readonly units: number
  readonly weight: number
  readonly scaledPinball: number | null
  readonly floorRatio: number | null
  readonly wape: number | null
  readonly bias: number | null
  readonly coverage80: number | null
  readonly coverage90: number | null
  readonly used: boolean
}

/** How often days were at or below a quantile, before and after the correction. */
export interface CalibrationPoint {
  readonly segment: string
  readonly horizonFrom: number
  readonly horizonTo: number
  readonly level: number
  readonly before: number
  readonly after: number
  /** Mean sizes of the naive step. */
  readonly shift: number
  readonly points: number
}

/** Units that a part adds to a product's forecast of a calendar week. */
export interface WeekPart {
  /** Monday, ISO 8601. */
  readonly weekOf: string
  readonly part: ChangePart
  readonly units: number
}

/** What changed since the forecast before, over `days` days of whole weeks. */
export interface Change {
  readonly previousVersion: number
  readonly days: number
  readonly parts: readonly { readonly part: ChangePart; readonly units: number }[]
}

/** What an occasion does on one day around it. */
export interface EventDay {
  readonly name: string
  readonly kind: string
  readonly segment: string
  readonly offset: number
  readonly multiplier: number
  readonly low: number
  readonly high: number
  readonly occurrences: number
}

/** A product that a new one is like. */
export interface Like {
  readonly productId: string
  readonly weight: number
  readonly reason: string
  readonly unitsPerWeek: number
}

/** A day on which customers wanted more than there was. */
export interface LostDay {
  readonly ds: string
  readonly sold: number
  readonly wanted: number
  readonly lost: number
  readonly lostCents: number | null
}

/** Lost sales of one product over all days known. */
export interface LostTotal {
  readonly productId: string
  readonly days: number
  readonly units: number
  readonly cents: number | null
}

/** One of two products that stand in for each other. */
export interface Substitute {
  readonly productId: string
  /** Share of the customers who find the other out of stock. */
  readonly probability: number
  /** Whether it takes the product's customers, or gives it its own. */
  readonly direction: 'takes' | 'gives'
}

async function rowsOf(
  db: Database,
  table: string,
  sql: string,
  values: readonly SqlValue[],
): Promise<Row[]> {
  return (await hasTables(db, [table])) ? db.rows(sql, values) : []
}

const text = (row: Row, name: string) => String(row[name])
const number = (row: Row, name: string) => Number(row[name])
const optional = (row: Row, name: string) => (row[name] ?? null) as number | null

/** Every model of every segment; empty where the forecast has none. */
export async function readSegments(db: Database, version: number): Promise<SegmentModel[]> {
  const rows = await rowsOf(
    db,
    'forecast_segments',
    'SELECT * FROM forecast_segments WHERE version = $1 ORDER BY segment, model',
    [version],
  )
  return rows.map((row) => ({
    segment: text(row, 'segment'),
    model: text(row, 'model'),
    products: number(row, 'products'),
    units: number(row, 'units'),
    weight: number(row, 'weight'),
    scaledPinball: optional(row, 'scaled_pinball'),
    floorRatio: optional(row, 'floor_ratio'),
    wape: optional(row, 'wape'),
    bias: optional(row, 'bias'),
    coverage80: optional(row, 'coverage80'),
    coverage90: optional(row, 'coverage90'),
    used: row['used'] === 1,
  }))
}

/** Every level of every segment and horizon band, nearest first. */
export async function readCalibration(db: Database, version: number): Promise<CalibrationPoint[]> {
  const rows = await rowsOf(
    db,
    'forecast_calibration',
    `SELECT * FROM forecast_calibration WHERE version = $1 ORDER BY segment, horizon_from, level`,
    [version],
  )
  return rows.map((row) => ({
    segment: text(row, 'segment'),
    horizonFrom: number(row, 'horizon_from'),
    horizonTo: number(row, 'horizon_to'),
    level: number(row, 'level'),
    before: number(row, 'share_before'),
    after: number(row, 'share_after'),
    shift: number(row, 'shift'),
    points: number(row, 'points'),
  }))
}

/** What a product's forecast is made of, week by week. */
export async function readWeekParts(
  db: Database,
  version: number,
  productId: string,
): Promise<WeekPart[]> {
  const rows = await rowsOf(
    db,
    'forecast_contributions',
    `SELECT week_of, part, sum(units) AS units FROM forecast_contributions
     WHERE version = $1 AND product_id = $2 GROUP BY ALL ORDER BY week_of`,
    [version, productId],
  )
  return rows.map((row) => ({
    weekOf: formatDay(number(row, 'week_of')),
    part: text(row, 'part') as ChangePart,
    units: number(row, 'units'),
  }))
}

/** What changed of a product since the forecast before; undefined where nothing is comparable. */
export async function readChange(
  db: Database,
  version: number,
  productId: string,
): Promise<Change | undefined> {
  const rows = await rowsOf(
    db,
    'forecast_changes',
    `SELECT previous_version, days, part, sum(units) AS units FROM forecast_changes
     WHERE version = $1 AND product_id = $2 GROUP BY ALL ORDER BY abs(sum(units)) DESC, part`,
    [version, productId],
  )
  const [first] = rows
  if (first === undefined) return undefined
  return {
    previousVersion: number(first, 'previous_version'),
    days: number(first, 'days'),
    parts: rows.map((row) => ({
      part: text(row, 'part') as ChangePart,
      units: number(row, 'units'),
    })),
  }
}

/** What occasions do, by name, segment and day around them. */
export async function readEventDays(db: Database, version: number): Promise<EventDay[]> {
  const rows = await rowsOf(
    db,
    'event_effects',
    `SELECT * FROM event_effects WHERE version = $1 ORDER BY name, segment, day_offset`,
    [version],
  )
  return rows.map((row) => ({
    name: text(row, 'name'),
    kind: text(row, 'kind'),
    segment: text(row, 'segment'),
    offset: number(row, 'day_offset'),
    multiplier: number(row, 'multiplier'),
    low: number(row, 'low'),
    high: number(row, 'high'),
    occurrences: number(row, 'occurrences'),
  }))
}

/** The products that a new product leans on, most alike first. */
export async function readLikes(db: Database, version: number, productId: string): Promise<Like[]> {
  const rows = await rowsOf(
    db,
    'cold_start_likes',
    'SELECT * FROM cold_start_likes WHERE version = $1 AND product_id = $2 ORDER BY rank, like_id',
    [version, productId],
  )
  return rows.map((row) => ({
    productId: text(row, 'like_id'),
    weight: number(row, 'weight'),
    reason: text(row, 'reason'),
    unitsPerWeek: number(row, 'units_per_week'),
  }))
}

/** The days on which a product lost sales, oldest first. */
export async function readLostDays(
  db: Database,
  version: number,
  productId: string,
): Promise<LostDay[]> {
  const rows = await rowsOf(
    db,
    'lost_sales',
    `SELECT ds, sum(sold) AS sold, sum(wanted) AS wanted, sum(lost) AS lost,
       sum(lost_cents) AS lost_cents
     FROM lost_sales WHERE version = $1 AND product_id = $2 GROUP BY ds ORDER BY ds`,
    [version, productId],
  )
  return rows.map((row) => ({
    ds: formatDay(number(row, 'ds')),
    sold: number(row, 'sold'),
    wanted: number(row, 'wanted'),
    lost: number(row, 'lost'),
    lostCents: optional(row, 'lost_cents'),
  }))
}

/** Lost sales by product, dearest first. */
export async function readLostTotals(db: Database, version: number): Promise<LostTotal[]> {
  const rows = await rowsOf(
    db,
    'lost_sales',
    `SELECT product_id, count(DISTINCT ds) AS days, sum(lost) AS units, sum(lost_cents) AS cents
     FROM lost_sales WHERE version = $1 GROUP BY product_id HAVING sum(lost) > 0
     ORDER BY cents DESC NULLS LAST, units DESC, product_id`,
    [version],
  )
  return rows.map((row) => ({
    productId: text(row, 'product_id'),
    days: number(row, 'days'),
    units: number(row, 'units'),
    cents: optional(row, 'cents'),
  }))
}

/** The products that stand in for a product or for which it stands in, likeliest first. */
export async function readSubstitutes(db: Database, productId: string): Promise<Substitute[]> {
  const rows = await db.rows(
    `SELECT substitute_id AS other, probability, 'takes' AS direction FROM substitution
     WHERE product_id = $1
     UNION ALL
     SELECT product_id, probability, 'gives' FROM substitution WHERE substitute_id = $1
     ORDER BY probability DESC, other`,
    [productId],
  )
  return rows.map((row) => ({
    productId: text(row, 'other'),
    probability: number(row, 'probability'),
    direction: row['direction'] === 'takes' ? 'takes' : 'gives',
  }))
}
