import { numberColumn, type Table, textColumn } from '../../core/table.ts'
import type { cascade } from '../../load/index.ts'
import type { LoadNode } from './node-sums.ts'
import type { KeptPart } from './series-task.ts'

/** Requests to a tenth: more is not known. */
const tenth = (value: number) => Math.round(value * 10) / 10

/** load_forecast of some nodes, without its version. */
export function forecastRows(nodes: readonly LoadNode[], version: number): Table {
  const blocks = nodes.flatMap(({ service, region, grains }) =>
    grains.map((own) => ({ service, region, own })),
  )
  const rowCount = blocks.reduce((sum, { own }) => sum + own.startsMs.length, 0)
  const number = () => new Float64Array(rowCount).fill(Number.NaN)
  const columns = { starts: number(), mean: number(), p50: number(), p95: number() }
  const quantiles = [number(), number(), number(), number()]
  const names = createTexts(rowCount)
  let row = 0
  for (const { service, region, own } of blocks) {
    const end = row + own.startsMs.length
    names.fill([service, region, own.grain], row, end)
    columns.starts.set(own.startsMs, row)
    columns.mean.set(own.mean.map(tenth), row)
    for (const [l, values] of own.quantiles.entries()) quantiles[l]!.set(values.map(tenth), row)
    if (own.peaks !== undefined) {
      columns.p50.set(own.peaks[0].map(tenth), row)
      columns.p95.set(own.peaks[1].map(tenth), row)
    }
    row = end
  }
  const [service_id, region, grain] = names.columns()
  const column = (values: Float64Array) => ({ kind: 'number', values }) as const
  return {
    rowCount,
    columns: {
      version: column(new Float64Array(rowCount).fill(version)),
      ...{ service_id: service_id!, region: region!, grain: grain! },
      starts_at: column(columns.starts),
      mean: column(columns.mean),
      q10: column(quantiles[0]!),
      q50: column(quantiles[1]!),
      q90: column(quantiles[2]!),
      q99: column(quantiles[3]!),
      peak_q50: column(columns.p50),
      peak_q95: column(columns.p95),
    },
  }
}

/** Three columns of text that are filled by stretches. */
function createTexts(rowCount: number) {
  const codes = [0, 1, 2].map(() => new Int32Array(rowCount))
  const dictionaries: string[][] = [[], [], []]
  return {
    fill(values: readonly string[], from: number, to: number) {
      values.forEach((value, c) => {
        const dictionary = dictionaries[c]!
        const known = dictionary.indexOf(value)
        codes[c]!.fill(known < 0 ? dictionary.push(value) - 1 : known, from, to)
      })
    },
    columns: () =>
      codes.map((own, c) => ({ kind: 'text', codes: own, dictionary: dictionaries[c]! }) as const),
  }
}

/** Parts of one series at one grain. */
export interface SeriesParts {
  readonly service: string
  readonly region: string
  readonly grain: cascade.Grain
  readonly startsMs: Float64Array
  readonly parts: readonly KeptPart[]
}

/** load_parts; steps in which a part is nothing have no row. */
export function partRows(all: readonly SeriesParts[], version: number): Table {
  const texts = ['service_id', 'region', 'grain', 'part', 'kind'] as const
  const rows = texts.map((): string[] => [])
  const starts: number[] = []
  const requests: number[] = []
  for (const { service, region, grain, startsMs, parts } of all) {
    for (const { name, kind, values } of parts) {
      for (let t = 0; t < values.length; t++) {
        const value = tenth(values[t]!)
        if (value === 0) continue
        starts.push(startsMs[t]!)
        requests.push(value)
        const told = [service, region, grain, name, kind]
        for (const [c, text] of told.entries()) rows[c]!.push(text)
      }
    }
  }
  return {
    rowCount: starts.length,
    columns: {
      version: numberColumn(new Float64Array(starts.length).fill(version)),
      ...Object.fromEntries(texts.map((name, c) => [name, textColumn(rows[c]!)])),
      starts_at: numberColumn(starts),
      requests: numberColumn(requests),
    },
  }
}
