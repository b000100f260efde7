import { createRandom, type Random } from '../../src/core/random/random.ts'
import type { Database } from '../../src/core/sql/database.ts'

const FIRST_DAY = '2023-01-01'
const DAYS = 1096
const PRODUCTS = 20_000
const REGIONS = 12
const CUSTOMERS = 400_000

/**
 * Makes the tables of an online shop: `products`, imported supplier by supplier in batches of one
 * category, and `rows` lines of orders over three years with growth, seasons and a weekly rhythm;
 * products sell by Zipf's law, customers live in regions and are served by near sites. Lines lie in
 * no order.
 */
export async function makeShop(db: Database, rows: number, seed: number): Promise<void> {
  const draw = (column: string, of: string) => `(hash(${of}, '${column}', ${seed}) >> 11) / 2.0**53`
  await db.run(`CREATE TABLE products AS
    WITH made AS (SELECT range AS product_id, ${draw('category', 'range // 40')} AS c, ${draw('price', 'range')} AS p FROM range(${PRODUCTS}))
    SELECT CAST(product_id AS INTEGER) AS product_id,
      'category ' || lpad(CAST(floor(40 * c ** 1.6) AS INTEGER)::VARCHAR, 2, '0') AS category,
      'brand ' || CAST(floor(300 * p) AS INTEGER) AS brand,
      CAST(round(100 * exp(1.2 + 1.5 * c + 1.4 * p)) AS INTEGER) AS list_cents
    FROM made`)
  await db.run(`CREATE TABLE drawn AS
    SELECT range AS i, ${draw('product', 'range')} AS a, ${draw('day', 'range // 2')} AS b, ${draw('hour', 'range // 2')} AS c,
      ${draw('customer', 'range // 2')} AS d, ${draw('site', 'range')} AS e, ${draw('quantity', 'range')} AS f,
      ${draw('status', 'range')} AS g, ${draw('price', 'range')} AS h, ${draw('keep', 'range // 2')} AS k
    FROM range(CAST(${rows} * 2.2 AS BIGINT))`)
  await db.run(`CREATE TABLE order_lines AS
    WITH timed AS (SELECT *, floor(${DAYS} * b ** 0.75) AS day FROM drawn),
    kept AS (SELECT * FROM timed WHERE k < 0.45
      + 0.2 * cos(2 * pi() * (day % 365.25 - 340) / 365.25) + 0.06 * cos(2 * pi() * day / 7)
      + CASE WHEN day % 365.25 BETWEEN 328 AND 334 THEN 0.25 ELSE 0 END LIMIT ${rows}),
    peopled AS (SELECT *, floor(${CUSTOMERS} * d ** 1.3) AS customer FROM kept),
    placed AS (SELECT *, floor(${REGIONS} * ((hash(customer, ${seed}) >> 11) / 2.0**53) ** 1.5) AS region,
      CAST(floor(exp(a * ln(${PRODUCTS}))) AS INTEGER) - 1 AS rank FROM peopled)
    SELECT CAST(i // 2 AS BIGINT) AS order_id,
      TIMESTAMP '${FIRST_DAY}' + INTERVAL (CAST(day * 86400 + 3600 * ((20 + 9 * c ** 2 - 12 * (1 - c) ** 3 + 24) % 24) AS BIGINT)) SECOND AS ordered_at,
      p.product_id, CAST(customer AS INTEGER) AS customer_id,
      'R' || lpad(CAST(region AS INTEGER)::VARCHAR, 2, '0') AS region,
      CAST(CASE WHEN e < 0.8 THEN region * 5 + floor(e * 6.25) ELSE floor((e - 0.8) * 300) END AS INTEGER) AS site_id,
      CAST(floor(((hash(p.product_id, 'seller', ${seed}) >> 11) / 2.0**53) ** 2 * 500) AS INTEGER) AS seller_id,
      CAST(1 + floor(-1.4 * ln(1 - f)) AS INTEGER) AS quantity,
      CAST(round(p.list_cents * (0.8 + 0.2 * h)) AS INTEGER) AS price_cents,
      CASE WHEN g < 0.9 THEN 'delivered' WHEN g < 0.95 THEN 'returned' WHEN g < 0.98 THEN 'shipped' ELSE 'open' END AS status
    FROM placed JOIN products p ON p.product_id = (placed.rank * 7919) % ${PRODUCTS}
    ORDER BY hash(i, 'place', ${seed})`)
  await db.run('DROP TABLE drawn')
}

/**
 * Sets of three templates. Of `region` two filter by the region, so that a sort by it alone goes far;
 * of `spread` no column narrows all three; of `apart` each looks at columns of its own but for days,
 * which narrow one of them much and one by half, so that the best sort by one column halves the time; two of
 * `joined` filter by the category of the product, which order lines have not.
 */
export const WORKLOADS = ['region', 'spread', 'apart', 'joined', 'either'] as const
export type WorkloadName = (typeof WORKLOADS)[number]

/** `count` questions of three templates, each with parameters of its own. */
export function shopQueries(
  workload: WorkloadName,
  count: number,
  seed: string,
): readonly string[] {
  const random = createRandom(`shop queries ${seed}`)
  const templates = {
    region: [byRegion, bySeller, byCategory],
    spread: [bySite, byPrice, bySellerAndStatus],
    apart: [bySiteAndDays, bySeller, byStatus],
    joined: [byCategoryAndDays, byCategoryAndPrice, byDays],
    either: [byCategoryAndDays, byCategoryAndPrice, byDays],
  }[workload]
  const asked = Array.from({ length: count }, (_, i) => templates[i % 3]!(random))
  if (workload !== 'either') return asked
  return asked.map((sql) =>
    sql.replace(/category = (\S+)/, (_, one) => `category IN (${one}, '${category(random)}')`),
  )
}

function bySite(random: Random): string {
  const site = Math.floor(REGIONS * random.next() ** 1.5) * 5 + Math.floor(5 * random.next())
  return `SELECT status, count(*) AS lines, sum(quantity) AS units, sum(price_cents * quantity) AS cents
    FROM order_lines WHERE site_id = ${site} AND ${days(random, 30, 365)} GROUP BY status`
}

function bySiteAndDays(random: Random): string {
  const site = Math.floor(REGIONS * random.next() ** 1.5) * 5 + Math.floor(5 * random.next())
  return `SELECT product_id, sum(quantity) AS units, sum(price_cents * quantity) AS cents
    FROM order_lines WHERE site_id = ${site} AND ${days(random, 14, 90)} GROUP BY product_id`
}

function byStatus(random: Random): string {
  const status = ['returned', 'shipped', 'open'][Math.floor(3 * random.next())]!
  return `SELECT region, count(*) AS lines, sum(price_cents * quantity) AS cents FROM order_lines
    WHERE status = '${status}' AND quantity >= 3 AND ${days(random, 300, 800)} GROUP BY region`
}

function byPrice(random: Random): string {
  const low = Math.floor(100 * Math.exp(1.2 + 2 * random.next()))
  return `SELECT region, count(*) AS lines, sum(price_cents * quantity) AS cents FROM order_lines
    WHERE price_cents BETWEEN ${low} AND ${Math.floor(1.5 * low)} AND ${days(random, 14, 180)} GROUP BY region`
}

function bySellerAndStatus(random: Random): string {
  const seller = Math.floor(500 * random.next() ** 2)
  const status = ['returned', 'shipped', 'open'][Math.floor(3 * random.next())]!
  return `SELECT product_id, count(*) AS lines, sum(quantity) AS units FROM order_lines
    WHERE seller_id = ${seller} AND status = '${status}' GROUP BY product_id`
}

function byRegion(random: Random): string {
  return `SELECT site_id, count(*) AS lines, sum(quantity) AS units, sum(price_cents * quantity) AS cents
    FROM order_lines WHERE region = '${text('R', REGIONS * random.next() ** 1.5)}' AND ${days(random, 14, 120)} GROUP BY site_id`
}

function bySeller(random: Random): string {
  const seller = Math.floor(500 * random.next() ** 2)
  const low = Math.floor(100 * Math.exp(1.2 + 2 * random.next()))
  return `SELECT status, count(*) AS lines, sum(price_cents * quantity) AS cents FROM order_lines
    WHERE seller_id BETWEEN ${seller} AND ${seller + 4} AND price_cents BETWEEN ${low} AND ${2 * low} GROUP BY status`
}

function byCategory(random: Random): string {
  return `SELECT p.brand, sum(l.quantity) AS units, sum(l.price_cents * l.quantity) AS cents
    FROM order_lines AS l JOIN products AS p ON p.product_id = l.product_id
    WHERE p.category = '${text('category ', 40 * random.next() ** 1.6)}' AND l.region = '${text('R', REGIONS * random.next() ** 1.5)}'
    AND ${days(random, 60, 365, 'l.')} GROUP BY p.brand`
}

function byCategoryAndDays(random: Random): string {
  return `SELECT p.brand, sum(l.quantity) AS units, sum(l.price_cents * l.quantity) AS cents
    FROM order_lines AS l JOIN products AS p ON p.product_id = l.product_id
    WHERE p.category = '${category(random)}' AND ${days(random, 60, 365, 'l.')} GROUP BY p.brand`
}

function byCategoryAndPrice(random: Random): string {
  const low = Math.floor(100 * Math.exp(1.2 + 2 * random.next()))
  return `SELECT l.region, count(*) AS lines, sum(l.quantity) AS units
    FROM order_lines AS l JOIN products AS p USING (product_id)
    WHERE p.category = '${category(random)}'
    AND l.price_cents BETWEEN ${low} AND ${2 * low} GROUP BY l.region`
}

function byDays(random: Random): string {
  return `SELECT site_id, count(*) AS lines, sum(price_cents * quantity) AS cents
    FROM order_lines WHERE ${days(random, 14, 120)} GROUP BY site_id`
}

function category(random: Random): string {
  return text('category ', 40 * random.next() ** 1.6)
}

function text(before: string, number: number): string {
  return before + String(Math.floor(number)).padStart(2, '0')
}

/** A range of days, the later ones asked for more often. */
function days(random: Random, least: number, most: number, prefix = ''): string {
  const length = Math.round(least * (most / least) ** random.next())
  const from = Math.floor((DAYS - length) * random.next() ** 0.6)
  const day = (at: number) =>
    new Date(Date.parse(FIRST_DAY) + at * 86_400_000).toISOString().slice(0, 10)
  return `${prefix}ordered_at >= TIMESTAMP '${day(from)}' AND ${prefix}ordered_at < TIMESTAMP '${day(from + length)}'`
}
