import { type Database, quoteName } from '../../../core/sql/database.ts'
import { numbersOf, type Table } from '../../../core/table.ts'
import type { FeedNote } from '../adapter.ts'
import { LINES } from './classify.ts'
import { type NetLine, netCancellations } from './net.ts'

/** Temporary table (row, units): units taken off the sale at a row by its cancellations. */
export const CANCELLED = 'feed_cancelled'

/** Nets the cancellations in LINES, writes CANCELLED, and says what was found. */
export async function netLines(db: Database): Promise<FeedNote[]> {
  await db.run(
    `CREATE OR REPLACE TEMP TABLE feed_groups AS
     SELECT customer, code, row_number() OVER (ORDER BY customer, code) AS g
     FROM (SELECT DISTINCT customer, code FROM ${LINES}
           WHERE kind = 'cancellation' AND customer IS NOT NULL)`,
  )
  const linesOf = async (kind: string) =>
    toLines(
      await db.table(
        `SELECT _row AS row, g, sold_at, abs(quantity) AS quantity
         FROM ${LINES} JOIN feed_groups USING (customer, code) WHERE kind = '${kind}'`,
      ),
    )
  const netting = netCancellations(await linesOf('sale'), await linesOf('cancellation'))
  await writeRows(db, CANCELLED, [...netting.cancelled.keys()], [...netting.cancelled.values()])
  await writeRows(
    db,
    'feed_netted',
    [...netting.exact, ...netting.partial],
    [...Array.from(netting.exact, () => 1), ...Array.from(netting.partial, () => 2)],
  )
  return cancellationNotes(db)
}

function toLines(table: Table): NetLine[] {
  const [row, group, at, quantity] = ['row', 'g', 'sold_at', 'quantity'].map((c) =>
    numbersOf(table, c),
  )
  return Array.from(row!, (_, i) => ({
    row: row![i]!,
    group: group![i]!,
    at: at![i]!,
    quantity: quantity![i]!,
  }))
}

async function writeRows(
  db: Database,
  name: string,
  rows: readonly number[],
  units: readonly number[],
): Promise<void> {
  const list = (numbers: readonly number[]) => (numbers.length > 0 ? numbers.join(',') : null)
  // Not by an appender, which refuses a store that is open for reading: checking needs no more.
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${quoteName(name)} AS
     SELECT CAST(unnest(string_split($1, ',')) AS BIGINT) AS row,
       CAST(unnest(string_split($2, ',')) AS BIGINT) AS units`,
    [list(rows), list(units)],
  )
}

async function cancellationNotes(db: Database): Promise<FeedNote[]> {
  const rows = await db.rows<{ how: number; n: number; units: number; cents: number }>(
    `SELECT CASE WHEN n.units IS NOT NULL THEN n.units WHEN customer IS NULL THEN 4 ELSE 3 END AS how,
       count(*) AS n, -sum(quantity) AS units, -sum(quantity * cents) AS cents
     FROM ${LINES} l LEFT JOIN feed_netted n ON l._row = n.row
     WHERE kind = 'cancellation' GROUP BY how ORDER BY how`,
  )
  const rule: Readonly<Record<number, string>> = {
    1: 'cancellations of a whole sale: the sale stays with 0 units',
    2: 'cancellations of a part of a sale: taken off the sale',
    3: 'cancellations without a sale before them by that customer: left out',
    4: 'cancellations without a customer: left out',
  }
  return rows.map(({ how, n, units, cents }) => ({
    rule: rule[how]!,
    count: n,
    units,
    valueCents: cents,
  }))
}
