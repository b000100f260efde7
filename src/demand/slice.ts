import type {
  KnownCovariates,
  Panel,
  PanelEvent,
  QuantileForecast,
  StaticColumn,
} from '../core/panel.ts'

/** Series [from, to) of a panel as a panel of its own, with all that is known of them. */
export function slicePanel(panel: Panel, from: number, to: number): Panel {
  return pickPanel(
    panel,
    Int32Array.from({ length: to - from }, (_, k) => from + k),
  )
}

/** The same with the values and open days alone: what a model of one series reads. */
export function sliceValues(panel: Panel, from: number, to: number): Panel {
  const { known: _k, statics: _s, events: _e, censored: _c, ...values } = panel
  return slicePanel(values, from, to)
}

/**
 * The series at `indices`, in that order, as a panel of their own. Values are copied, for structured
 * clone would send the whole buffer behind a view.
 */
export function pickPanel(panel: Panel, indices: Int32Array): Panel {
  const { known, statics, events, censored } = panel
  return {
    ids: Array.from(indices, (i) => panel.ids[i]!),
    buckets: panel.buckets,
    firstBucket: indices.map((i) => panel.firstBucket[i]!),
    offsets: pickedOffsets(panel.offsets, indices),
    values: pickRuns(panel.values, panel.offsets, indices),
    ...(panel.openDays === undefined ? {} : { openDays: panel.openDays }),
    ...(known === undefined ? {} : { known: pickKnown(known, indices) }),
    ...(statics === undefined ? {} : { statics: pickStatics(statics, indices) }),
    ...(events === undefined ? {} : { events: pickEvents(events, indices) }),
    ...(censored === undefined ? {} : { censored: pickRuns(censored, panel.offsets, indices) }),
  }
}

function pickedOffsets(offsets: Int32Array, indices: Int32Array): Int32Array {
  const picked = new Int32Array(indices.length + 1)
  indices.forEach((i, k) => {
    picked[k + 1] = picked[k]! + offsets[i + 1]! - offsets[i]!
  })
  return picked
}

/** The runs of numbers of some series, one after the other. */
function pickRuns(values: Float64Array, offsets: Int32Array, indices: Int32Array): Float64Array {
  const total = indices.reduce((sum, i) => sum + offsets[i + 1]! - offsets[i]!, 0)
  const picked = new Float64Array(total)
  let at = 0
  for (const i of indices) {
    picked.set(values.subarray(offsets[i]!, offsets[i + 1]!), at)
    at += offsets[i + 1]! - offsets[i]!
  }
  return picked
}

function pickKnown(known: KnownCovariates, indices: Int32Array): KnownCovariates {
  const columns = Object.entries(known.columns).map(
    ([name, values]) => [name, pickRuns(values, known.offsets, indices)] as const,
  )
  return {
    offsets: pickedOffsets(known.offsets, indices),
    columns: Object.fromEntries(columns),
  }
}

function pickStatics(
  statics: Readonly<Record<string, StaticColumn>>,
  indices: Int32Array,
): Record<string, StaticColumn> {
  return Object.fromEntries(
    Object.entries(statics).map(([name, column]) => [name, pickStatic(column, indices)] as const),
  )
}

function pickStatic(column: StaticColumn, indices: Int32Array): StaticColumn {
  if (column.kind === 'category') return { ...column, codes: indices.map((i) => column.codes[i]!) }
  if (column.kind === 'number') {
    return { kind: 'number', values: Float64Array.from(indices, (i) => column.values[i]!) }
  }
  return { kind: 'text', texts: Array.from(indices, (i) => column.texts[i]!) }
}

/** Events with the places of their series among those picked; events that touch none are dropped. */
function pickEvents(events: readonly PanelEvent[], indices: Int32Array): PanelEvent[] {
  const placeOf = new Map(Array.from(indices, (i, k) => [i, k] as const))
  return events.flatMap((event) => {
    if (event.series === undefined) return [event]
    const series = Int32Array.from(
      [...event.series].flatMap((i) => {
        const place = placeOf.get(i)
        return place === undefined ? [] : [place]
      }),
    )
    return series.length > 0 ? [{ ...event, series }] : []
  })
}

/** Rows of some series of a forecast, in the order of `indices`. */
export function pickForecast(forecast: QuantileForecast, indices: Int32Array): QuantileForecast {
  const { horizon } = forecast
  const step = horizon * forecast.levels.length
  const mean = new Float64Array(indices.length * horizon)
  const quantiles = new Float64Array(indices.length * step)
  indices.forEach((i, k) => {
    mean.set(forecast.mean.subarray(i * horizon, (i + 1) * horizon), k * horizon)
    quantiles.set(forecast.quantiles.subarray(i * step, (i + 1) * step), k * step)
  })
  return { ...forecast, ids: Array.from(indices, (i) => forecast.ids[i]!), mean, quantiles }
}
