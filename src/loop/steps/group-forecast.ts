import { isOpen, type OpenDays } from '../../core/calendar.ts'
import type { Panel, QuantileForecast } from '../../core/panel.ts'
import type { Database } from '../../core/sql/database.ts'
import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import {
  type HierarchyForecast,
  type MethodChoice,
  type SplitForecast,
  type SplitOptions,
  splitTotal,
} from '../../demand/index.ts'
import type { reconcile } from '../../learn/index.ts'
import type { PlaceSales } from '../inputs/places.ts'
import { KEPT_LEVELS } from './context.ts'

/** Group of products without a category, so that categories add up to the total. */
export const NO_GROUP = 'none'

/** Groups of a class above which it says too little of each. */
const MOST_GROUPS = 300

/** Categories and, where they are paths, departments of a store's products, every product in one. */
export function storeGroupings({ statics = {} }: Panel): reconcile.Grouping[] {
  return ['department', 'category'].flatMap((name) => {
    const column = statics[name]
    if (column?.kind !== 'category') return []
    const used = new Set(column.codes)
    const isPart = used.has(-1)
    const size = used.size
    if (size < 2 || size > MOST_GROUPS) return []
    const none = column.dictionary.length
    const codes = column.codes.map((code) => (code < 0 ? none : code))
    return [{ name, codes, groups: isPart ? [...column.dictionary, NO_GROUP] : column.dictionary }]
  })
}

/** Forecasts of every group of a store, ready to be written. */
export interface GroupForecasts {
  /** Writes group_forecast and forecast_groups under the number of the version. */
  write(db: Database, version: number): Promise<void>
  readonly note: SumsNote
}

/** How forecasts of groups were made to agree with those of products; part of the forecast's note. */
export interface SumsNote {
  /** bottom-up or mint. */
  readonly method: MethodChoice['method']
  /** Error of MinT over that of plain sums on the past; null where it was not judged. */
  readonly mintRatio: number | null
  /** By level: error of the past alone, and as made to agree. */
  readonly levels: readonly {
    readonly level: string
    readonly alone: number
    readonly made: number
  }[]
  /** How places were fitted to the total, where sales have places. */
  readonly places?: SplitForecast['method']
}

/** The sums of a forecast of products as rows, and the places fitted to its total. */
export async function makeGroups(
  made: HierarchyForecast,
  places: PlaceSales | undefined,
  openDays: OpenDays,
  days: number,
  options: SplitOptions,
): Promise<GroupForecasts> {
  const { origin, horizon, levels, mean } = made.aggregates
  const samples = made.paths.length / mean.length
  const split =
    places &&
    (await splitTotal(
      places.panel,
      {
        origin,
        levels,
        mean: mean.subarray(0, horizon),
        paths: made.paths.subarray(0, horizon * samples),
      },
      { ...options, span: days },
    ))
  const rows = [...groupRows(made), ...(split && places ? placeRows(split, places) : [])]
  return {
    note: noteOf(made.choice, split),
    async write(db, version) {
      await db.append('group_forecast', dayTable(rows, openDays, version))
      await db.append('forecast_groups', spanTable(rows, days, version))
    },
  }
}

/** One group: where its numbers stand. */
interface GroupRow {
  readonly level: string
  readonly group: string
  readonly products: number
  readonly forecast: QuantileForecast
  /** Its place in the forecast and in the figures. */
  readonly at: number
  readonly spanQuantiles: Float64Array
  readonly method: string
  readonly wape: Float64Array
  readonly bias: Float64Array
}

function groupRows({
  hierarchy,
  aggregates,
  spanQuantiles,
  choice,
}: HierarchyForecast): GroupRow[] {
  return hierarchy.sums.map(({ level, group, aggregate: at }) => ({
    level,
    group,
    products: hierarchy.start[at + 1]! - hierarchy.start[at]!,
    forecast: aggregates,
    at,
    spanQuantiles,
    method: choice.method,
    wape: choice.wape,
    bias: choice.bias,
  }))
}

function placeRows(split: SplitForecast, { panel, products }: PlaceSales): GroupRow[] {
  const { parts, spanQuantiles, method, wape, bias } = split
  return panel.ids.map((group, at) => ({
    level: 'place',
    group,
    products: products[at]!,
    forecast: parts,
    at,
    spanQuantiles,
    method,
    wape,
    bias,
  }))
}

function noteOf(
  { method, ratio, levels }: MethodChoice,
  split: SplitForecast | undefined,
): SumsNote {
  return {
    method,
    mintRatio: Number.isFinite(ratio) ? ratio : null,
    levels: levels
      .filter(({ base }) => Number.isFinite(base))
      .map(({ level, base, bottomUp, mint }) => {
        return { level, alone: base, made: method === 'mint' ? mint : bottomUp }
      }),
    ...(split === undefined ? {} : { places: split.method }),
  }
}

/** Rows of group_forecast: one a group and day; closed days are zero, as those of products are. */
function dayTable(rows: readonly GroupRow[], openDays: OpenDays, version: number): Table {
  const { origin, horizon } = rows[0]!.forecast
  const rowCount = rows.length * horizon
  const codes = Int32Array.from({ length: rowCount }, (_, k) => Math.floor(k / horizon))
  const ds = Float64Array.from({ length: rowCount }, (_, k) => origin + (k % horizon))
  const open = ds.map((day) => (isOpen(day, openDays) ? 1 : 0))
  const numbers = (value: (row: GroupRow, at: number) => number) =>
    Float64Array.from({ length: rowCount }, (_, k) => {
      const row = rows[codes[k]!]!
      return value(row, row.at * horizon + (k % horizon))
    })
  const quantiles = KEPT_LEVELS.map((level, l) => {
    const values = numbers(
      ({ forecast }, at) => forecast.quantiles[at * KEPT_LEVELS.length + l]!,
    ).map((value, k) => value * open[k]!)
    return [`q${level}`, { kind: 'number', values }] as const
  })
  return {
    rowCount,
    columns: {
      version: { kind: 'number', values: new Float64Array(rowCount).fill(version) },
      level: repeated(rows, codes, ({ level }) => level),
      group_id: repeated(rows, codes, ({ group }) => group),
      ds: { kind: 'number', values: ds },
      mean: { kind: 'number', values: numbers(({ forecast }, at) => forecast.mean[at]!) },
      ...Object.fromEntries(quantiles),
    },
  }
}

function repeated(rows: readonly GroupRow[], codes: Int32Array, name: (row: GroupRow) => string) {
  const column = textColumn(rows.map(name))
  return {
    kind: 'text',
    codes: codes.map((row) => column.codes[row]!),
    dictionary: column.dictionary,
  } as const
}

/** Rows of forecast_groups: one a group. */
function spanTable(rows: readonly GroupRow[], days: number, version: number): Table {
  const numbers = (value: (row: GroupRow) => number | null) => numberColumn(rows.map(value))
  const size = KEPT_LEVELS.length
  const quantiles = KEPT_LEVELS.map(
    (level, l) =>
      [`q${level}`, numbers(({ spanQuantiles, at }) => spanQuantiles[at * size + l]!)] as const,
  )
  return {
    rowCount: rows.length,
    columns: {
      version: numbers(() => version),
      level: textColumn(rows.map(({ level }) => level)),
      group_id: textColumn(rows.map(({ group }) => group)),
      products: numbers(({ products }) => products),
      days: numbers(() => days),
      mean: numbers(({ forecast, at }) => {
        const { horizon, mean } = forecast
        return mean.subarray(at * horizon, at * horizon + days).reduce((a, b) => a + b, 0)
      }),
      ...Object.fromEntries(quantiles),
      method: textColumn(rows.map(({ method }) => method)),
      wape: numbers(({ wape, at }) => wape[at]!),
      bias: numbers(({ bias, at }) => bias[at]!),
    },
  }
}
