import { learnOpenDays } from '../../src/core/calendar.ts'
import type { Panel } from '../../src/core/panel.ts'
import { numbersOf, textAt, textsOf } from '../../src/core/table.ts'
import { readPanelTable } from '../../src/demand/index.ts'
import { inMemory } from './in-memory.ts'

/** The online retail lines as a daily panel with titles and prices. */
export async function readRetail(file: string): Promise<Panel> {
  return inMemory(async (database) => {
    await database.run(`CREATE TABLE lines AS
      SELECT * FROM read_csv('${file}', types = {'StockCode': 'VARCHAR', 'InvoiceNo': 'VARCHAR'})
      WHERE regexp_matches(StockCode, '^[0-9]{5}') AND UnitPrice > 0`)
    const table = await database.table(`
      SELECT StockCode AS unique_id, CAST(InvoiceDate AS DATE) - DATE '1970-01-01' AS ds,
        greatest(0, sum(Quantity)) AS y FROM lines GROUP BY ALL ORDER BY ALL`)
    const facts = await database.table(`
      SELECT StockCode AS id, mode(Description) AS title, median(UnitPrice) AS price
      FROM lines GROUP BY ALL`)
    const ds = numbersOf(table, 'ds')
    const first = ds.reduce((a, b) => Math.min(a, b))
    const units = new Float64Array(ds.reduce((a, b) => Math.max(a, b)) - first + 1)
    numbersOf(table, 'y').forEach((y, k) => {
      units[ds[k]! - first]! += y
    })
    const panel = readPanelTable(table, {
      frequency: 'D',
      gaps: 'zero',
      openDays: learnOpenDays(units, first),
    })
    const [ids, titles] = [textsOf(facts, 'id'), textsOf(facts, 'title')]
    const rowOf = new Map(Array.from({ length: facts.rowCount }, (_, k) => [textAt(ids, k)!, k]))
    const prices = numbersOf(facts, 'price')
    const texts = panel.ids.map((id) => textAt(titles, rowOf.get(id)!) ?? '')
    const values = Float64Array.from(panel.ids, (id) => prices[rowOf.get(id)!]!)
    return {
      ...panel,
      statics: { title: { kind: 'text', texts }, price: { kind: 'number', values } },
    }
  })
}
