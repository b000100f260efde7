import { CANCELLED } from './cancellations.ts'
import { LINES } from './classify.ts'

/**
 * Temporary table of the sale lines with units = what cancellations leave of them. A line that was
 * cancelled whole stays with 0 units, so that a longer file imported later takes it back in a
 * store that has it already.
 */
export const NET = 'feed_net_lines'

/** CREATE of NET. line_number counts the lines of the invoice as they stand in the file. */
export const CREATE_NET = `CREATE OR REPLACE TEMP TABLE ${NET} AS
  SELECT l.*, quantity - coalesce(c.units, 0) AS units FROM (
    SELECT *, row_number() OVER (PARTITION BY invoice ORDER BY _row) AS line_number FROM ${LINES}
  ) l LEFT JOIN ${CANCELLED} c ON l._row = c.row
  WHERE kind = 'sale'`

/**
 * Median price of a product, each price weighing as many as were sold at it: the lowest price at or
 * below which half of the units were sold.
 */
const WEIGHTED_MEDIAN = `SELECT code, min(cents) AS price_cents FROM (
    SELECT code, cents, sum(n) OVER (PARTITION BY code ORDER BY cents) AS below,
      sum(n) OVER (PARTITION BY code) AS total
    FROM (SELECT code, cents, sum(quantity) AS n FROM ${NET} GROUP BY code, cents))
  WHERE 2 * below >= total GROUP BY code`

/** Title: the description that most sale lines of the code have; among equals the latest. */
export const SELECT_PRODUCTS = `
  SELECT m.code AS product_id, coalesce(t.description, m.code) AS title, m.price_cents
  FROM (${WEIGHTED_MEDIAN}) m LEFT JOIN (
    SELECT code, description FROM ${LINES} WHERE kind = 'sale' AND description IS NOT NULL
    GROUP BY code, description
    QUALIFY row_number() OVER (
      PARTITION BY code ORDER BY count(*) DESC, max(sold_at) DESC, description) = 1
  ) t USING (code) ORDER BY m.code`

/**
 * A row for each change of the median over the last `days` selling days of the median line price of
 * a day; a price lasts until the day before the next. It looks back only, so that a replay may use
 * it; quantity discounts and single dear lines would make the bare median of a day jump to and fro.
 */
export function selectPrices(days: number): string {
  return `
  SELECT code AS product_id, ds AS starts_on,
    lead(ds) OVER (PARTITION BY code ORDER BY ds) - 1 AS ends_on, price_cents, 'regular' AS kind
  FROM (
    SELECT code, ds, price_cents FROM (
      SELECT code, ds, quantile_disc(price, 0.5) OVER (PARTITION BY code ORDER BY ds
        ROWS BETWEEN ${days - 1} PRECEDING AND CURRENT ROW) AS price_cents
      FROM (SELECT code, ds, quantile_disc(cents, 0.5) AS price FROM ${NET} GROUP BY code, ds))
    QUALIFY price_cents IS DISTINCT FROM lag(price_cents) OVER (PARTITION BY code ORDER BY ds))
  ORDER BY code, ds`
}

export const SELECT_ORDERS = `
  SELECT invoice AS order_id, min(sold_at) AS ordered_at, min(customer) AS customer_id,
    min(country) AS country
  FROM ${NET} GROUP BY invoice ORDER BY invoice`

export const SELECT_ORDER_LINES = `
  SELECT invoice AS order_id, line_number, code AS product_id, units AS quantity,
    cents AS unit_price_cents, _row
  FROM ${NET} ORDER BY invoice, line_number`

export const SELECT_SALES = `
  SELECT ds, code AS product_id, 'all' AS place_id, sum(units) AS units,
    sum(units * cents) AS revenue_cents, true AS in_stock
  FROM ${NET} GROUP BY ds, code ORDER BY ds, code`
