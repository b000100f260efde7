/** The data of bench/demand-hierarchy.ts: daily retail sales and weekly Walmart sales, with their groups. */
import { join } from 'node:path'
import { learnOpenDays } from '../../src/core/calendar.ts'
import type { Panel } from '../../src/core/panel.ts'
import { openDatabase } from '../../src/core/sql/database.ts'
import { numbersOf, type Table, textAt, textsOf } from '../../src/core/table.ts'
import { readHistory, readPanelTable } from '../../src/demand/index.ts'
import type { reconcile } from '../../src/learn/index.ts'
import { dataFolder } from '../figure.ts'

/** What is forecast, and how its series are added up. */
export interface DataSet {
  readonly name: string
  readonly panel: Panel
  readonly groupings: readonly reconcile.Grouping[]
  /** Parts of the total that are no sums of the series. */
  readonly places?: Panel
  readonly horizon: number
  /** Whether the future says which series are to be forecast on which dates, as files of the tool do. */
  readonly asked: boolean
  /** Buckets between two origins. */
  readonly step: number
  /** Of the step that losses are scaled by. */
  readonly season: number
}

export const RETAIL_FILE = join(dataFolder(), 'retail/online-retail.csv.gz')
export const WALMART_FILE = join(dataFolder(), 'demand/walmart/sales.csv.gz')
const RETAIL = `read_csv('${RETAIL_FILE}', types = {'StockCode': 'VARCHAR', 'InvoiceNo': 'VARCHAR'})
  WHERE regexp_matches(StockCode, '^[0-9]{5}') AND UnitPrice > 0`
const RETAIL_UNITS = (key: string) => `
  SELECT ${key} AS unique_id, CAST(InvoiceDate AS DATE) - DATE '1970-01-01' AS ds,
    greatest(0, sum(Quantity)) AS y FROM ${RETAIL} GROUP BY ALL ORDER BY ALL`

/** Products of a kind that it takes to be one. */
const FEWEST_OF_KIND = 10

export async function readRetail(): Promise<DataSet> {
  const database = await openDatabase(':memory:')
  const table = await database.table(RETAIL_UNITS('StockCode'))
  const places = await database.table(RETAIL_UNITS('Country'))
  const titles = await database.table(
    `SELECT StockCode AS unique_id, mode(Description) AS title FROM ${RETAIL} GROUP BY ALL`,
  )
  database.close()
  const ds = numbersOf(table, 'ds')
  const first = ds.reduce((a, b) => Math.min(a, b), Infinity)
  const units = new Float64Array(ds.reduce((a, b) => Math.max(a, b), -Infinity) - first + 1)
  numbersOf(table, 'y').forEach((y, row) => {
    units[ds[row]! - first]! += y
  })
  const how = { frequency: 'D', gaps: 'zero', openDays: learnOpenDays(units, first) } as const
  const bare = readPanelTable(table, how)
  const texts = titlesOf(bare, titles)
  return {
    name: 'retail',
    panel: { ...bare, statics: { title: { kind: 'text', texts } } },
    groupings: [kindsOf(texts)],
    places: readPanelTable(places, how),
    asked: false,
    horizon: 28,
    step: 28,
    season: 7,
  }
}

function titlesOf(panel: Panel, table: Table): string[] {
  const [ids, titles] = [textsOf(table, 'unique_id'), textsOf(table, 'title')]
  const titleOf = new Map(
    Array.from(ids.codes, (_, row) => [textAt(ids, row), textAt(titles, row)] as const),
  )
  return panel.ids.map((id) => titleOf.get(id) ?? '')
}

/** The last word of a title says what a thing is: bag, mug, lights. */
function kindsOf(titles: readonly string[]): reconcile.Grouping {
  const words = titles.map((title) => title.trim().split(/\s+/).at(-1)?.toLowerCase() ?? '')
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  const groups = [...counts].filter(([, n]) => n >= FEWEST_OF_KIND).map(([word]) => word)
  const all = [...groups.sort(), 'other']
  const codes = words.map((word) =>
    all.indexOf(counts.get(word)! >= FEWEST_OF_KIND ? word : 'other'),
  )
  return { name: 'kind', codes, groups: all }
}

export async function readWalmart(): Promise<DataSet> {
  const database = await openDatabase(':memory:')
  const table = await database.table(
    `SELECT Store || '_' || Dept AS unique_id, Date - DATE '1970-01-01' AS ds, Weekly_Sales AS y,
       IsHoliday::INT AS is_holiday
     FROM read_csv('${WALMART_FILE}', types = {'Date': 'DATE'})
     ORDER BY Store, Dept, Date`,
  )
  database.close()
  const { panel } = readHistory(table, { frequency: 'W' })
  const part = (k: number, name: string): reconcile.Grouping => {
    const labels = panel.ids.map((id) => id.split('_')[k]!)
    const groups = [...new Set(labels)].sort((a, b) => Number(a) - Number(b))
    return { name, codes: labels.map((label) => groups.indexOf(label)), groups }
  }
  const groupings = [part(0, 'store'), part(1, 'department')]
  return { name: 'walmart', panel, groupings, horizon: 13, asked: true, step: 3, season: 1 }
}
