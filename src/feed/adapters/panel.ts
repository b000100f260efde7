import { type Database, quoteName, quoteText } from '../../core/sql/database.ts'
import type { TypedRows } from '../check/typed-rows.ts'
import { type Column, day, id, number, optional, text } from '../declare/column.ts'
import { defineTable, type TableDeclaration } from '../declare/table.ts'
import { products } from '../tables/catalog.ts'
import { panelCovariates, sales } from '../tables/sales.ts'
import type { Adapter, AdapterContext } from './adapter.ts'
import { makeRows } from './made-rows.ts'

const INPUT = 'panel'

/** The plain panel `unique_id, ds, y` and whatever else it has, as statsforecast takes it. */
export const panelAdapter: Adapter = {
  name: 'panel',
  description: 'A plain panel of days: unique_id, ds, y and any covariates.',
  singleFile: true,
  inputOf: (_stem, header) => panelTable(header),
  inputNames: [INPUT],
  translate,
}

const FIXED = {
  unique_id: id('Series; becomes a product.', 'MUG-BLUE-11'),
  ds: day('Day.'),
  y: number('units', 'Units sold; empty where they are not known.', '7'),
}

function panelTable(header: readonly string[]): TableDeclaration {
  const columns: Record<string, Column> = { ...FIXED }
  // Without its three columns a file is no panel, and its others are no covariates.
  const isPanel = Object.keys(FIXED).every((name) => header.includes(name))
  for (const name of header) {
    const usable = name !== '' && name !== '_row' && columns[name] === undefined
    if (isPanel && usable) columns[name] = optional(text('Covariate.', '1'))
  }
  // The column must be there; its cells may be empty.
  if (isPanel) columns['y'] = optional(FIXED.y)
  return defineTable(INPUT, 'A plain panel of days.', columns, { key: ['unique_id', 'ds'] })
}

async function translate(context: AdapterContext): Promise<TypedRows[]> {
  const { db } = context
  const input = context.inputs.get(INPUT)
  if (input === undefined) return []
  const from = { file: input.file, lineKind: input.lineKind, lineOf: input.lineOf }
  const own = { ...from, lineKind: 'row' as const, lineOf: (row: number) => row + 1 }
  await noteUnknown(context, input.name)
  const made = [
    await makeRows(
      db,
      products,
      `SELECT DISTINCT unique_id AS product_id, unique_id AS title FROM ${input.name} ORDER BY 1`,
      own,
    ),
    await makeRows(
      db,
      sales,
      `SELECT _row, ds, unique_id AS product_id, 'all' AS place_id, y AS units
       FROM ${input.name} WHERE y IS NOT NULL ORDER BY ds, unique_id`,
      from,
    ),
  ]
  const covariates = input.present.filter((name) => !(name in FIXED))
  if (covariates.length > 0) made.push(await makeCovariates(db, input, covariates, own))
  context.note({ rule: 'series, each a product', count: made[0]!.rowCount })
  return made
}

async function noteUnknown({ db, note }: AdapterContext, input: string): Promise<void> {
  const [row] = await db.rows<{ n: number }>(`SELECT count(*) AS n FROM ${input} WHERE y IS NULL`)
  if (row && row.n > 0) note({ rule: 'rows without y: no sales, covariates alone', count: row.n })
}

async function makeCovariates(
  db: Database,
  input: TypedRows,
  covariates: readonly string[],
  from: Pick<TypedRows, 'file' | 'lineKind' | 'lineOf'>,
): Promise<TypedRows> {
  const parts = covariates.map(
    (name) =>
      `SELECT unique_id, ds, ${quoteText(name)} AS name, ${quoteName(name)} AS value
       FROM ${input.name} WHERE ${quoteName(name)} IS NOT NULL`,
  )
  return makeRows(db, panelCovariates, parts.join(' UNION ALL '), from)
}
