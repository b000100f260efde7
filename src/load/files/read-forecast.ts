import { StorewrightError } from '../../core/errors.ts'
import { type QuantilePaths, quantilePaths } from '../quantile-paths.ts'
import { type NamedRow, readNamedRows } from './named-rows.ts'

/** One series of a forecast file. */
export interface ForecastSeries {
  readonly group: Readonly<Record<string, string>>
  readonly forecast: QuantilePaths
}

/** How courses are drawn from a file's quantiles. */
export interface ForecastFileOptions {
  /** Correlation of neighbouring steps, 0 to 1. */
  readonly persistence: number
  readonly paths: number
  readonly seed: number
}

/**
 * Reads what `storewright load forecast` writes: group columns, ds, mean and a column a level (q0.5).
 * Steps must be equal and without gaps in each series. Throws ERR_FEED_BAD_HEADER or
 * ERR_FEED_BAD_VALUE with the place.
 */
export async function readForecast(
  path: string,
  options: ForecastFileOptions,
): Promise<readonly ForecastSeries[]> {
  const { file, columns, rows } = await readNamedRows(path, ['ds', 'mean'])
  const levels = columns.filter((name) => /^q0?\.\d+$/.test(name))
  levels.sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
  if (levels.length === 0) {
    throw new StorewrightError('ERR_FEED_BAD_HEADER', `${file} has no quantiles`, {
      file,
      line: 1,
      next: 'Forecast with --levels 0.5,0.9,0.95,0.99: columns q0.5, q0.9 ….',
    })
  }
  const names = columns.filter((name) => name !== 'ds' && name !== 'mean' && !levels.includes(name))
  const series = new Map<string, NamedRow[]>()
  for (const row of rows) {
    const key = names.map((name) => row.text(name)).join('\u0000')
    const own = series.get(key)
    if (own === undefined) series.set(key, [row])
    else own.push(row)
  }
  return [...series.values()].map((own) => seriesOf(file, names, levels, own, options))
}

function seriesOf(
  file: string,
  names: readonly string[],
  levels: readonly string[],
  rows: readonly NamedRow[],
  options: ForecastFileOptions,
): ForecastSeries {
  const times = rows.map((row) => row.instant('ds'))
  const startMs = times[0]!
  const stepMs = times.length > 1 ? times[1]! - startMs : 60_000
  times.forEach((ms, t) => {
    if (ms === startMs + t * stepMs && stepMs > 0) return
    throw new StorewrightError('ERR_FEED_BAD_VALUE', 'the steps of a forecast are not equal', {
      file,
      line: rows[t]!.line,
      column: 'ds',
      value: rows[t]!.text('ds'),
      next: 'Write each series by time, one row a step, without gaps.',
    })
  })
  const forecast = quantilePaths({
    axis: { startMs, stepMs, count: rows.length },
    mean: Float64Array.from(rows, (row) => row.number('mean', 0)),
    levels: levels.map((name) => Number(name.slice(1))),
    quantiles: levels.map((name) => Float64Array.from(rows, (row) => row.number(name, 0))),
    ...options,
  })
  return { group: Object.fromEntries(names.map((name) => [name, rows[0]!.text(name)])), forecast }
}
