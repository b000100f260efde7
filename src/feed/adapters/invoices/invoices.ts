import { declareKnob, readKnob } from '../../../core/knobs.ts'
import { throwIfStopped } from '../../../core/progress.ts'
import { FAULTS_SHOWN } from '../../check/faults.ts'
import type { TypedRows } from '../../check/typed-rows.ts'
import type { TableDeclaration } from '../../declare/table.ts'
import { prices, products } from '../../tables/catalog.ts'
import { closedDays, orderLines, orders, sales } from '../../tables/sales.ts'
import type { Adapter, AdapterContext, FeedNote } from '../adapter.ts'
import { makeRows } from '../made-rows.ts'
import { netLines } from './cancellations.ts'
import { classifyLines, countKinds, LINES } from './classify.ts'
import { learnClosedDays, selectClosedDays } from './closed.ts'
import { invoiceLines } from './line-table.ts'
import { NON_PRODUCT_RULES, type NonProductRule, requirePatterns } from './rules.ts'
import {
  CREATE_NET,
  NET,
  SELECT_ORDER_LINES,
  SELECT_ORDERS,
  SELECT_PRODUCTS,
  SELECT_SALES,
  selectPrices,
} from './selects.ts'

/** How many selling days a price of the table prices rests on. */
const priceDays = declareKnob({
  name: 'feed.price-days',
  unit: 'selling days',
  range: [1, 60],
  default: 7,
  trades: 'More days smooth away odd lines in invoices, and see a change of price later.',
})

/** Shop invoices, one row a line: products, prices, orders and daily sales are made from them. */
export const invoicesAdapter: Adapter = {
  name: 'invoices',
  description:
    'Invoice lines of a shop: InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country.',
  singleFile: true,
  inputOf: () => invoiceLines,
  inputNames: [invoiceLines.name],
  translate,
}

async function translate(context: AdapterContext): Promise<TypedRows[]> {
  const { db, signal } = context
  const input = context.inputs.get(invoiceLines.name)
  if (input === undefined) return []
  const rules = context.settings.nonProducts ?? NON_PRODUCT_RULES
  requirePatterns(rules)
  await classifyLines(context, input.name, rules)
  if (await reportPrices(context, input)) return []
  context.note({ rule: 'invoice lines read', count: input.rowCount })
  for (const note of await kindNotes(context, rules)) context.note(note)
  throwIfStopped(signal)
  for (const note of await netLines(db)) context.note(note)
  await db.run(CREATE_NET)
  for (const note of await nameNotes(context)) context.note(note)
  return makeTables(context, input)
}

/** A product at a negative price is a mistake in the file; accounting codes may have one. */
async function reportPrices({ db, faults }: AdapterContext, input: TypedRows): Promise<boolean> {
  const rows = await db.rows<{ row: number; cents: number; n: number }>(
    `SELECT _row AS row, cents, count(*) OVER () AS n FROM ${LINES}
     WHERE cents < 0 AND kind <> 'no_product' ORDER BY _row LIMIT ${FAULTS_SHOWN}`,
  )
  const sample = rows.map(({ row, cents }) => ({
    code: 'ERR_FEED_BAD_VALUE' as const,
    file: input.file,
    line: input.lineOf(row),
    lineKind: input.lineKind,
    column: 'UnitPrice',
    value: String(cents / 100),
    expected: 'a price of 0 or more; only accounting codes may be below',
  }))
  faults.addMany(rows[0]?.n ?? 0, sample)
  return rows.length > 0
}

const KIND_RULES: Readonly<Record<string, string>> = {
  no_quantity: 'lines of 0 units: left out',
  adjustment: 'stock corrections (damaged, lost, counted; units below 0 at price 0): left out',
  free: 'lines at price 0 (given away, found, corrected): left out of sales',
  sale: 'sale lines, before cancellations',
}

async function kindNotes(
  { db }: AdapterContext,
  rules: readonly NonProductRule[],
): Promise<FeedNote[]> {
  const kinds = await countKinds(db)
  return kinds
    .filter(({ kind }) => kind !== 'cancellation')
    .map(({ kind, rule, lines, units, cents, codes }) => {
      const counts = { count: lines, units, valueCents: cents }
      const no = rule === null ? undefined : rules[rule]
      if (no === undefined) return { rule: KIND_RULES[kind]!, ...counts }
      return { rule: `${no.reason} (stock code ${no.pattern}): left out`, ...counts, detail: codes }
    })
}

async function nameNotes({ db }: AdapterContext): Promise<FeedNote[]> {
  const [row] = await db.rows<Record<'variants' | 'unnamed' | 'filled' | 'unsold', number>>(
    `WITH named AS (SELECT code, bool_or(description IS NOT NULL AND kind = 'sale') AS has_name
       FROM ${LINES} WHERE kind <> 'no_product' GROUP BY code)
     SELECT
       (SELECT count(*) FROM (SELECT code FROM ${LINES} WHERE kind <> 'no_product'
          GROUP BY code HAVING count(DISTINCT raw_code) > 1)) AS variants,
       count(*) FILTER (WHERE description IS NULL) AS unnamed,
       count(*) FILTER (WHERE description IS NULL AND has_name) AS filled,
       (SELECT count(*) FROM named ANTI JOIN ${NET} USING (code)) AS unsold
     FROM ${LINES} JOIN named USING (code) WHERE kind <> 'no_product'`,
  )
  const { variants, unnamed, filled, unsold } = row!
  return [
    {
      rule: 'stock codes in several spellings (upper and lower case, blanks): merged',
      count: variants,
    },
    {
      rule: 'lines without a description, filled from other lines of the product',
      count: filled,
      detail: `${unnamed} lines had none`,
    },
    { rule: 'stock codes without a sale line: left out of products', count: unsold },
  ]
}

async function makeTables(context: AdapterContext, input: TypedRows): Promise<TypedRows[]> {
  const { db, signal } = context
  const selects: [TableDeclaration, string][] = [
    [products, SELECT_PRODUCTS],
    [prices, selectPrices(readKnob(priceDays, context.knobs))],
    [orders, SELECT_ORDERS],
    [orderLines, SELECT_ORDER_LINES],
    [sales, SELECT_SALES],
  ]
  const closed = await learnClosedDays(db)
  context.note(closed.note)
  if (closed.days.length > 0) selects.push([closedDays, selectClosedDays(closed.days)])
  const made: TypedRows[] = []
  for (const [table, select] of selects) {
    throwIfStopped(signal)
    // Made rows have no line of their own, but for order lines, which keep the row of the file.
    const lineOf = table === orderLines ? input.lineOf : (row: number) => row + 1
    const from =
      table === orderLines
        ? { file: input.file, lineKind: input.lineKind, lineOf }
        : { file: `${input.file} (${table.name})`, lineKind: 'row' as const, lineOf }
    made.push(await makeRows(db, table, select, from))
    context.onProgress({
      step: 'translate',
      done: made.length,
      total: selects.length,
      note: table.name,
    })
  }
  return made
}
