import type { QuantileForecast } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import {
  numberColumn,
  numbersOf,
  type Table,
  textAt,
  textColumn,
  textsOf,
} from '../../core/table.ts'
import {
  type Contributions,
  changesBetween,
  type DaySpan,
  PARTS,
  partsMethod,
  type SpanTotals,
  sharedWeeks,
  spanTotals,
  weeklyContributions,
} from '../../demand/index.ts'
import type { Version } from '../versions.ts'
import { hasTables } from './explain-tables.ts'

/** Why a forecast is what it is, and why it is not what it was: rows ready to be written. */
export interface ExplainedForecast {
  /** Writes forecast_contributions and forecast_changes under the number of the version. */
  write(db: Database, version: number): Promise<void>
}

/** A forecast that has been made and not yet written. */
interface MadeForecast {
  /** Daily. */
  readonly forecast: QuantileForecast
  /** Name of the model of each series. */
  readonly chosen: readonly string[]
  /** They sum to the means. */
  readonly contributions: Contributions
}

const TABLES = ['forecast_contributions', 'forecast_changes'] as const

/**
 * Compares a forecast that has been made with the version in force, and gives the rows that explain
 * both, of its first `days` days: those that people see. Reads `db` and does not write it.
 */
export async function explainForecast(
  db: Database,
  previous: Version | undefined,
  made: MadeForecast,
  days: number,
): Promise<ExplainedForecast> {
  const seen = Math.min(days, made.forecast.horizon)
  const changes = await changesSince(db, previous, made, seen)
  return {
    async write(target, version) {
      await target.append(TABLES[0], contributionTable(made.contributions, seen, version))
      if (changes.rowCount > 0) await target.append(TABLES[1], withVersion(changes, version))
    },
  }
}

function contributionTable(contributions: Contributions, days: number, version: number): Table {
  const { series, week, part, units } = weeklyContributions(contributions, days)
  const rowCount = units.length
  const table = {
    rowCount,
    columns: {
      product_id: { kind: 'text', codes: series, dictionary: contributions.ids },
      place_id: { kind: 'text', codes: new Int32Array(rowCount), dictionary: ['all'] },
      week_of: numberColumn(week),
      part: { kind: 'text', codes: part, dictionary: PARTS },
      units: { kind: 'number', values: units },
    },
  } as const
  return withVersion(table, version)
}

function withVersion({ rowCount, columns }: Table, version: number): Table {
  const numbers = new Float64Array(rowCount).fill(version)
  return { rowCount, columns: { version: { kind: 'number', values: numbers }, ...columns } }
}

const NO_ROWS: Table = { rowCount: 0, columns: {} }

async function changesSince(
  db: Database,
  previous: Version | undefined,
  { forecast, chosen, contributions }: MadeForecast,
  days: number,
): Promise<Table> {
  if (previous === undefined || !(await hasTables(db, TABLES))) return NO_ROWS
  const before = await spanOf(db, previous)
  const after = { from: forecast.origin, days }
  const span = before === undefined ? undefined : sharedWeeks(before, after)
  if (span === undefined) return NO_ROWS
  const older = await readTotals(db, previous.version, span)
  const rows = changesBetween(older, spanTotals(contributions, forecast.mean, chosen, span))
  const same = (value: number) => numberColumn(new Float64Array(rows.length).fill(value))
  return {
    rowCount: rows.length,
    columns: {
      previous_version: same(previous.version),
      product_id: textColumn(rows.map((row) => row.id)),
      place_id: textColumn(rows.map(() => 'all')),
      part: textColumn(rows.map((row) => row.part)),
      units: numberColumn(rows.map((row) => row.units)),
      days: same(span.days),
    },
  }
}

/** The days of a version that people saw. */
async function spanOf(db: Database, { version, note }: Version): Promise<DaySpan | undefined> {
  const [row] = await db.rows(
    'SELECT min(ds) AS first, max(ds) AS last FROM demand_forecast WHERE version = $1',
    [version],
  )
  if (typeof row?.['first'] !== 'number' || typeof row['last'] !== 'number') return undefined
  const all = row['last'] - row['first'] + 1
  const { horizonDays = all } = JSON.parse(note) as { horizonDays?: number }
  return { from: row['first'], days: Math.min(all, horizonDays) }
}

const MEANS_SQL = `
  SELECT product_id, any_value(model) AS model, sum(mean) AS units FROM demand_forecast
  WHERE version = $1 AND ds >= DATE '1970-01-01' + CAST($2 AS INTEGER)
    AND ds < DATE '1970-01-01' + CAST($3 AS INTEGER)
  GROUP BY product_id ORDER BY product_id`

const PARTS_SQL = `
  SELECT product_id, part, sum(units) AS units FROM forecast_contributions
  WHERE version = $1 AND week_of >= DATE '1970-01-01' + CAST($2 AS INTEGER)
    AND week_of < DATE '1970-01-01' + CAST($3 AS INTEGER)
  GROUP BY ALL`

/** What a written version says of whole calendar weeks. */
async function readTotals(db: Database, version: number, span: DaySpan): Promise<SpanTotals> {
  const asked = [version, span.from, span.from + span.days]
  const means = await db.table(MEANS_SQL, asked)
  const names = textsOf(means, 'product_id')
  const ids = Array.from(names.codes, (_, row) => textAt(names, row)!)
  const indexOf = new Map(ids.map((id, i) => [id, i]))
  const parts = new Float64Array(ids.length * PARTS.length)
  const models = textsOf(means, 'model')
  const method = new Array<string>(ids.length).fill('')
  const told = await db.table(PARTS_SQL, asked)
  const [products, kinds] = [textsOf(told, 'product_id'), textsOf(told, 'part')]
  const partOf = kinds.dictionary.map((name) => (PARTS as readonly string[]).indexOf(name))
  numbersOf(told, 'units').forEach((units, row) => {
    const i = indexOf.get(textAt(products, row)!)
    const p = partOf[kinds.codes[row]!]!
    if (i === undefined || p < 0) return
    parts[i * PARTS.length + p]! += units
    method[i] = partsMethod(textAt(models, i)!)
  })
  return { ids, mean: numbersOf(means, 'units'), parts, method }
}
