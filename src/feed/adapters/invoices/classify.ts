import { type Database, quoteText } from '../../../core/sql/database.ts'
import type { AdapterContext } from '../adapter.ts'
import type { NonProductRule } from './rules.ts'

/** Temporary table of the invoice lines with their kind; see classifyLines. */
export const LINES = 'feed_invoice_lines'

/**
 * Writes the temporary table LINES: one row an invoice line with its product code (upper case, no
 * blanks around), price in cents, local day and kind:
 *
 *     no_product    the code matches a rule of `rules` (rule = its place, from 0)
 *     no_quantity   0 units
 *     cancellation  below 0 units, and a C in front of the invoice or a price
 *     adjustment    below 0 units without either: damaged, lost, counted; or a C with units above 0
 *     free          price 0: given away, found, corrected
 *     sale          the rest
 */
export async function classifyLines(
  { db, timeZone }: Pick<AdapterContext, 'db' | 'timeZone'>,
  input: string,
  rules: readonly NonProductRule[],
): Promise<void> {
  await db.run(
    `CREATE OR REPLACE TEMP TABLE feed_codes AS
     SELECT code, ${ruleCase(rules)} AS rule
     FROM (SELECT DISTINCT upper(trim(StockCode)) AS code FROM ${input})`,
  )
  const local =
    timeZone === 'UTC'
      ? 'InvoiceDate'
      : `timezone(${quoteText(timeZone)}, timezone('UTC', InvoiceDate))`
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${LINES} AS
     SELECT l.*, c.rule, ${KIND_CASE} AS kind
     FROM (SELECT _row, InvoiceNo AS invoice, StockCode AS raw_code,
             upper(trim(StockCode)) AS code, nullif(trim(Description), '') AS description,
             Quantity AS quantity, InvoiceDate AS sold_at, CAST(${local} AS DATE) AS ds,
             CAST(round(UnitPrice * 100) AS BIGINT) AS cents,
             regexp_replace(CustomerID, '\\.0+$', '') AS customer, Country AS country
           FROM ${input}) l
     JOIN feed_codes c USING (code)`,
  )
}

const KIND_CASE = `CASE
  WHEN rule IS NOT NULL THEN 'no_product'
  WHEN quantity = 0 THEN 'no_quantity'
  WHEN quantity < 0 AND (invoice ILIKE 'C%' OR cents > 0) THEN 'cancellation'
  WHEN quantity < 0 OR invoice ILIKE 'C%' THEN 'adjustment'
  WHEN cents = 0 THEN 'free'
  ELSE 'sale' END`

function ruleCase(rules: readonly NonProductRule[]): string {
  if (rules.length === 0) return 'CAST(NULL AS INTEGER)'
  const whens = rules.map(
    ({ pattern }, i) => `WHEN regexp_full_match(code, ${quoteText(pattern)}, 'i') THEN ${i}`,
  )
  return `CASE ${whens.join(' ')} END`
}

/** Lines, units and value (in cents, as invoiced) of each kind, and of each rule of no_product. */
export async function countKinds(db: Database): Promise<
  {
    readonly kind: string
    readonly rule: number | null
    readonly lines: number
    readonly units: number
    readonly cents: number
    readonly codes: string
  }[]
> {
  return db.rows(
    `SELECT kind, rule, sum(n) AS lines, sum(units) AS units, sum(cents) AS cents,
       string_agg(code || ' ×' || n, ', ' ORDER BY n DESC, code) FILTER (WHERE place <= 12) AS codes
     FROM (SELECT kind, rule, code, count(*) AS n, sum(quantity) AS units,
             sum(quantity * cents) AS cents,
             row_number() OVER (PARTITION BY kind, rule ORDER BY count(*) DESC, code) AS place
           FROM ${LINES} GROUP BY kind, rule, code)
     GROUP BY kind, rule ORDER BY kind, rule`,
  )
}
