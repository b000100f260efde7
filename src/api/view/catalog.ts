import type { Database } from '../../core/sql/database.ts'
import type { Version } from '../../loop/index.ts'
import { currentVersion, type ForecastNote } from '../../loop/index.ts'
import type { ProductRow, ProductStatus } from '../schemas/demand.ts'
import { totalQuantile } from './total-band.ts'

/** What the Demand page needs of every product, loaded once for each version of the forecast. */
export interface Catalog {
  readonly version: Version
  readonly note: ForecastNote
  readonly rows: readonly ProductRow[]
  readonly byId: ReadonlyMap<string, ProductRow>
}

const SPARK_WEEKS = 26
/** Days that "next 28" and "last 28" sum. */
const SUMMED_DAYS = 28

/** Loads the rows of the product grid from the forecast in force; undefined before the first. */
export async function loadCatalog(db: Database): Promise<Catalog | undefined> {
  const version = await currentVersion(db, 'forecast')
  if (version === undefined) return undefined
  const note = JSON.parse(version.note) as ForecastNote
  const sparks = await loadSparks(db, note.origin)
  const raw = await db.rows(CATALOG_SQL, [version.version, note.origin, SUMMED_DAYS])
  const rows = raw.map((row) => productRow(row, sparks.get(String(row['product_id'])) ?? []))
  return { version, note, rows, byId: new Map(rows.map((row) => [row.productId, row])) }
}

type Raw = Readonly<Record<string, string | number | null>>

function productRow(row: Raw, spark: number[]): ProductRow {
  const number = (name: string) => row[name] as number | null
  const mean = number('next_mean')
  const band = (side: 'low' | 'high', level: number) =>
    mean === null
      ? null
      : totalQuantile(
          mean,
          { sum: number(`${side}_sum`)!, squares: number(`${side}_squares`)! },
          level,
        )
  const error = number('scaled_pinball')
  const wape = number('wape')
  return {
    productId: String(row['product_id']),
    title: String(row['title'] ?? row['product_id']),
    category: row['category'] as string | null,
    model: row['model'] as string | null,
    priceCents: number('price_cents'),
    stakeCents: stakeOf(mean, wape, number('price_cents')),
    error,
    wape,
    bias: number('bias'),
    coverage90: number('coverage90'),
    last28Units: number('last_units') ?? 0,
    next28Units: mean,
    next28Low: band('low', 0.05),
    next28High: band('high', 0.95),
    status: statusOf(error, number('age_days') ?? 0),
    spark,
  }
}

/**
 * Money at stake in a forecast: the miss to expect, of units and in money. What was never tried on
 * its past may be wrong altogether.
 */
function stakeOf(units: number | null, wape: number | null, priceCents: number | null) {
  return units === null || priceCents === null ? null : Math.round(units * (wape ?? 1) * priceCents)
}

/** Products younger than eight weeks are new; the rest by error against the seasonal naive's 1. */
function statusOf(error: number | null, ageDays: number): ProductStatus {
  if (ageDays < 56) return 'new'
  if (error === null) return 'watch'
  if (error <= 0.8) return 'good'
  return error <= 1 ? 'watch' : 'poor'
}

/** Units a week of the last half year, oldest first. */
async function loadSparks(db: Database, origin: string): Promise<Map<string, number[]>> {
  const rows = await db.rows(
    `SELECT product_id, CAST(floor((CAST($1 AS DATE) - 1 - ds) / 7) AS INTEGER) AS week, sum(units) AS units
     FROM sales WHERE ds >= CAST($1 AS DATE) - ${7 * SPARK_WEEKS} AND ds < CAST($1 AS DATE) GROUP BY ALL`,
    [origin],
  )
  const sparks = new Map<string, number[]>()
  for (const row of rows) {
    const id = String(row['product_id'])
    const spark = sparks.get(id) ?? new Array<number>(SPARK_WEEKS).fill(0)
    spark[SPARK_WEEKS - 1 - Number(row['week'])] = Number(row['units'])
    sparks.set(id, spark)
  }
  return sparks
}

const CATALOG_SQL = `
  WITH next AS (
    SELECT product_id, any_value(model) AS model, sum(mean) AS next_mean,
      sum("q0.05" - mean) AS low_sum, sum(("q0.05" - mean) ** 2) AS low_squares,
      sum("q0.95" - mean) AS high_sum, sum(("q0.95" - mean) ** 2) AS high_squares
    FROM demand_forecast
    WHERE version = $1 AND ds < CAST($2 AS DATE) + CAST($3 AS INTEGER)
    GROUP BY product_id
  ), past AS (
    SELECT product_id, sum(units) FILTER (WHERE ds >= CAST($2 AS DATE) - 28) AS last_units,
      CAST($2 AS DATE) - min(ds) AS age_days
    FROM sales WHERE ds < CAST($2 AS DATE) GROUP BY product_id
  )
  SELECT p.product_id, p.title, p.category, p.price_cents, n.*, s.last_units, s.age_days,
    b.scaled_pinball, b.wape, b.bias, b.coverage90
  FROM next n
  LEFT JOIN products p USING (product_id)
  LEFT JOIN past s USING (product_id)
  LEFT JOIN forecast_backtest b ON b.version = $1 AND b.product_id = n.product_id AND b.chosen
  ORDER BY n.product_id`
