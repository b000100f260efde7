import { quoteName, quoteText } from '../../../core/sql/database.ts'
import { FAULTS_SHOWN } from '../../check/faults.ts'
import type { TypedRows } from '../../check/typed-rows.ts'
import { products } from '../../tables/catalog.ts'
import { sites } from '../../tables/places.ts'
import { stock } from '../../tables/stock.ts'
import type { Adapter, AdapterContext } from '../adapter.ts'
import { makeRows } from '../made-rows.ts'
import { COUNTS, NOT_STOCKED, OPTIONS, shopifyInventory } from './inventory-table.ts'

/** The inventory file of Shopify's admin: locations become sites, SKUs products, counts stock. */
export const shopifyInventoryAdapter: Adapter = {
  name: 'shopify-inventory',
  description:
    "The inventory file of Shopify's admin: Handle, SKU, Location, On hand (current), Committed …",
  singleFile: true,
  inputOf: () => shopifyInventory,
  inputNames: [shopifyInventory.name],
  translate,
}

/** The product of a row: its SKU, else handle and options. */
export const PRODUCT_ID = `coalesce(nullif(trim(SKU), ''), concat_ws('/', Handle, ${optionsSql()}))`

/** Values of the options; "Default Title" stands where a product has no variants. */
function optionsSql(wrap = (value: string) => value): string {
  return OPTIONS.map((name) =>
    wrap(`nullif(nullif(${quoteName(name)}, ''), 'Default Title')`),
  ).join(', ')
}

const whole = (column: string) => `TRY_CAST(${quoteName(column)} AS BIGINT)`
const isStocked = `lower(trim(coalesce(${quoteName(COUNTS.onHand)}, ''))) NOT IN ('', '${NOT_STOCKED}')`

async function translate(context: AdapterContext): Promise<TypedRows[]> {
  const { db } = context
  const input = context.inputs.get(shopifyInventory.name)
  if (input === undefined) return []
  if (await reportCounts(context, input)) return []
  const rows = `(SELECT *, ${PRODUCT_ID} AS product_id FROM ${input.name})`
  await noteRules(context, rows)
  const from = { file: input.file, lineKind: input.lineKind, lineOf: input.lineOf }
  const own = { ...from, lineKind: 'row' as const, lineOf: (row: number) => row + 1 }
  const title = `coalesce(any_value(nullif(Title, '')), any_value(Handle))`
  return [
    await makeRows(
      db,
      products,
      await unknownOnly(
        context,
        'products',
        'product_id',
        `SELECT product_id, concat_ws(', ', ${title}, ${optionsSql((value) => `any_value(${value})`)}) AS title
         FROM ${rows} GROUP BY product_id`,
      ),
      own,
    ),
    await makeRows(
      db,
      sites,
      await unknownOnly(
        context,
        'sites',
        'site_id',
        `SELECT DISTINCT Location AS site_id, Location AS name FROM ${rows}`,
      ),
      own,
    ),
    await makeRows(db, stock, await stockSelect(context, rows), from),
  ]
}

/** Counted when the file was written; a count that the store has already keeps its time. */
async function stockSelect(context: AdapterContext, rows: string): Promise<string> {
  const written = new Date(context.modifiedAt(shopifyInventory.name)).toISOString().slice(0, 19)
  const counted = `SELECT _row, Location AS site_id, product_id,
      greatest(0, ${whole(COUNTS.onHand)} - coalesce(${whole(COUNTS.unavailable)}, 0)) AS on_hand,
      greatest(0, coalesce(${whole(COUNTS.committed)}, 0)) AS committed,
      greatest(0, coalesce(${whole(COUNTS.incoming)}, 0)) AS incoming
    FROM ${rows} WHERE ${isStocked}`
  const asOf = `TIMESTAMP ${quoteText(written)}`
  if (!(await isStored(context, 'stock')))
    return `SELECT *, ${asOf} AS as_of FROM (${counted}) ORDER BY _row`
  return `SELECT c.*, coalesce(s.as_of, ${asOf}) AS as_of FROM (${counted}) c
    LEFT JOIN main.stock s USING (site_id, product_id, on_hand, committed, incoming) ORDER BY _row`
}

async function isStored({ db }: AdapterContext, table: string): Promise<boolean> {
  const [row] = await db.rows<{ n: number }>(
    `SELECT count(*) AS n FROM duckdb_tables()
     WHERE schema_name = 'main' AND NOT temporary AND table_name = ${quoteText(table)}`,
  )
  return row !== undefined && row.n > 0
}

/** What is known already keeps its name: an inventory file says less of it than a catalogue does. */
async function unknownOnly(
  context: AdapterContext,
  table: string,
  key: string,
  select: string,
): Promise<string> {
  const isNew = (await isStored(context, table)) ? `ANTI JOIN main.${table} USING (${key})` : ''
  return `SELECT * FROM (${select}) ${isNew} ORDER BY ${key}`
}

/** Counts that are neither whole numbers nor "not stocked". */
async function reportCounts({ db, faults }: AdapterContext, input: TypedRows): Promise<boolean> {
  let found = 0
  for (const column of Object.values(COUNTS)) {
    const value = quoteName(column)
    const rows = await db.rows<{ row: number; value: string; n: number }>(
      `SELECT _row AS row, ${value} AS value, count(*) OVER () AS n FROM ${input.name}
       WHERE ${value} IS NOT NULL AND trim(${value}) <> ''
         AND lower(trim(${value})) <> '${NOT_STOCKED}' AND NOT regexp_full_match(trim(${value}), '[+-]?[0-9]{1,12}')
       ORDER BY _row LIMIT ${FAULTS_SHOWN}`,
    )
    found += rows[0]?.n ?? 0
    faults.addMany(
      rows[0]?.n ?? 0,
      rows.map(({ row, value }) => ({
        code: 'ERR_FEED_BAD_VALUE' as const,
        file: input.file,
        line: input.lineOf(row),
        lineKind: input.lineKind,
        column,
        value,
        expected: `a whole number, or "${NOT_STOCKED}"`,
      })),
    )
  }
  return found > 0
}

async function noteRules({ db, note }: AdapterContext, rows: string): Promise<void> {
  const [row] = await db.rows<Record<string, number>>(
    `SELECT count(*) FILTER (WHERE NOT ${isStocked}) AS absent,
       count(*) FILTER (WHERE nullif(trim(SKU), '') IS NULL) AS without_sku,
       count(*) FILTER (WHERE ${isStocked} AND ${whole(COUNTS.unavailable)} > 0) AS kept_back,
       coalesce(sum(${whole(COUNTS.unavailable)}) FILTER (WHERE ${isStocked}), 0) AS kept_units,
       count(*) FILTER (WHERE ${whole(COUNTS.onHand)} < 0) AS below
     FROM ${rows}`,
  )
  const { absent, without_sku, kept_back, kept_units, below } = row as Record<string, number>
  if (absent! > 0) note({ rule: 'rows not stocked at their location: left out', count: absent! })
  if (without_sku! > 0)
    note({
      rule: 'rows without a SKU: the product is named by handle and options',
      count: without_sku!,
    })
  if (kept_back! > 0)
    note({
      rule: 'rows with units that may not be sold (unavailable): not counted as on hand',
      count: kept_back!,
      units: kept_units!,
    })
  if (below! > 0) note({ rule: 'rows with less than nothing on hand: counted as 0', count: below! })
}
