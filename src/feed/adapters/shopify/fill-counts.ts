import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathBeside } from '../../../core/files.ts'
import { type Database, quoteName, quoteText } from '../../../core/sql/database.ts'
import { throwFaults } from '../../check/report.ts'
import { checkFeed } from '../../store/import-feed.ts'
import { COUNTS } from './inventory-table.ts'
import { PRODUCT_ID, shopifyInventoryAdapter } from './shopify-inventory.ts'

/** What went out. */
export interface FilledCounts {
  readonly rows: number
  /** Rows for which the store knows a count; the others keep what they had. */
  readonly filled: number
}

/**
 * Writes an inventory file of Shopify again with "On hand (new)" from the table `stock`, ready to be
 * imported there: the store's units on hand, with the units that the file says may not be sold.
 * Shopify finds its rows by handle, options and location, so that the file must be one of its own.
 * Throws the faults of the file; writes all of `out` or nothing.
 */
export async function fillShopifyCounts(
  db: Database,
  file: string,
  out: string,
): Promise<FilledCounts> {
  throwFaults(await checkFeed(file, { db, adapter: shopifyInventoryAdapter.name }))
  const source = `read_csv(${quoteText(file)}, header = true, all_varchar = true, null_padding = true)`
  const header = await db.rows<{ column_name: string }>(
    `SELECT column_name FROM (DESCRIBE SELECT * FROM ${source})`,
  )
  const names = header.map(({ column_name }) => column_name)
  const has = (name: string) => names.includes(name)
  const unavailable = has(COUNTS.unavailable)
    ? `coalesce(TRY_CAST(f.${quoteName(COUNTS.unavailable)} AS BIGINT), 0)`
    : '0'
  const kept = has(COUNTS.onHandNew) ? `f.${quoteName(COUNTS.onHandNew)}` : 'NULL'
  const filled = `coalesce(CAST(s.on_hand + ${unavailable} AS VARCHAR), ${kept}) AS ${quoteName(COUNTS.onHandNew)}`
  const columns = [
    ...names.map((name) => (name === COUNTS.onHandNew ? filled : `f.${quoteName(name)}`)),
    ...(has(COUNTS.onHandNew) ? [] : [filled]),
  ]
  const rows = `(SELECT *, row_number() OVER () AS _line, ${productOf(names)} AS _product FROM ${source}) f
    LEFT JOIN main.stock s ON s.product_id = f._product AND s.site_id = f.Location`
  const [count] = await db.rows<{ rows: number; filled: number }>(
    `SELECT count(*) AS rows, count(s.on_hand) AS filled FROM ${rows}`,
  )
  await writeBeside(db, `SELECT ${columns.join(', ')} FROM ${rows} ORDER BY f._line`, out)
  return count!
}

/** The product of a row of the file itself, which may lack columns that the checked rows have. */
function productOf(names: readonly string[]): string {
  const named = /"[^"]+"|\bSKU\b/g
  return PRODUCT_ID.replace(named, (name) =>
    names.includes(name.replaceAll('"', '')) ? name : 'CAST(NULL AS VARCHAR)',
  )
}

async function writeBeside(db: Database, select: string, out: string): Promise<void> {
  mkdirSync(dirname(out), { recursive: true })
  const part = pathBeside(out)
  try {
    await db.run(`COPY (${select}) TO ${quoteText(part)} (FORMAT csv, HEADER)`)
    renameSync(part, out)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
}
