import { cascade, type LoadContext, type LoadForecast, type LoadHistory } from '../../load/index.ts'
import { pathQuantiles } from './path-quantiles.ts'

/** Levels of the quantiles that are kept, as load_forecast names them. */
export const LOAD_LEVELS = [0.1, 0.5, 0.9, 0.99] as const

/** What a thread needs to forecast one service in one region at all grains. */
export interface LoadSeriesTask {
  readonly history: LoadHistory
  readonly context: LoadContext
  readonly grains: readonly cascade.Grain[]
  readonly knobs: Readonly<Record<string, number>>
  /** Stretches of which minutes are kept, epoch ms, whole hours, apart and in order. */
  readonly keptMinutes: readonly (readonly [fromMs: number, toMs: number])[]
}

/** A part of the mean in the kept steps. */
export interface KeptPart {
  readonly name: string
  readonly kind: string
  readonly values: Float32Array
}

/** One grain of one series in the steps that are kept. */
export interface KeptGrain {
  readonly grain: cascade.Grain
  readonly forecaster: string
  readonly notes: readonly string[]
  /** [steps] epoch ms at which each step starts. */
  readonly startsMs: Float64Array
  readonly mean: Float64Array
  /** [levels] of [steps]. */
  readonly quantiles: readonly Float64Array[]
  /** [paths × steps], course after course. */
  readonly paths: Float32Array
  readonly parts: readonly KeptPart[]
}

/** One series as numbers, so that it passes between threads. */
export interface KeptSeries {
  readonly service: string
  readonly region: string
  readonly pathCount: number
  /** Coarsest first. */
  readonly grains: readonly KeptGrain[]
}

/** Forecasts one series at every grain and keeps what people and servers will ask for. */
export function forecastLoadSeries(task: LoadSeriesTask): KeptSeries {
  const { history, context, grains, knobs } = task
  const made = cascade.forecastCascade(history, context, { grains, knobs }).grains
  const pathCount = Math.min(...made.map(({ forecast }) => forecast.pathCount))
  const kept = made.map(({ grain, forecast }) =>
    grain === 'minute' ? stepsWithin(forecast, task.keptMinutes) : allSteps(forecast),
  )
  const paths = drawPaths(
    made.map(({ forecast }) => forecast),
    kept,
    pathCount,
  )
  return {
    service: history.group['service'] ?? 'all',
    region: history.group['region'] ?? 'all',
    pathCount,
    grains: made.map(({ grain, forecaster, notes, forecast }, g): KeptGrain => {
      const steps = kept[g]!
      const { startMs, stepMs } = forecast.axis
      return {
        ...{ grain, forecaster, notes, paths: paths[g]! },
        startsMs: Float64Array.from(steps, (t) => startMs + t * stepMs),
        mean: taken(forecast.mean, steps),
        // Of the courses that are kept: the forecast would draw all of them a second time.
        quantiles: pathQuantiles(paths[g]!, steps.length, pathCount, LOAD_LEVELS),
        parts: partsOf(forecast, steps, grain === 'minute'),
      }
    }),
  }
}

function allSteps({ axis }: LoadForecast): Int32Array {
  return Int32Array.from({ length: axis.count }, (_, t) => t)
}

function stepsWithin({ axis }: LoadForecast, stretches: LoadSeriesTask['keptMinutes']): Int32Array {
  const steps: number[] = []
  for (const [fromMs, toMs] of stretches) {
    const first = Math.max(0, Math.round((fromMs - axis.startMs) / axis.stepMs))
    const end = Math.min(axis.count, Math.round((toMs - axis.startMs) / axis.stepMs))
    for (let t = first; t < end; t++) steps.push(t)
  }
  return Int32Array.from(steps)
}

function taken(values: Float64Array, steps: Int32Array): Float64Array {
  return Float64Array.from(steps, (t) => values[t]!)
}

/** Course by course through all grains: the grains of a course are made together. */
function drawPaths(
  forecasts: readonly LoadForecast[],
  kept: readonly Int32Array[],
  count: number,
): Float32Array[] {
  const paths = kept.map((steps) => new Float32Array(count * steps.length))
  const course = forecasts.map(({ axis }) => new Float64Array(axis.count))
  for (let i = 0; i < count; i++) {
    forecasts.forEach((forecast, g) => {
      const own = course[g]!
      forecast.path(i, own)
      const steps = kept[g]!
      const into = paths[g]!
      for (let k = 0; k < steps.length; k++) into[i * steps.length + k] = own[steps[k]!]!
    })
  }
  return paths
}

/** Parts of one name added up; parts that are nothing in all kept steps are left out. */
function partsOf(forecast: LoadForecast, steps: Int32Array, eventsAlone: boolean): KeptPart[] {
  const sums = new Map<string, { readonly kind: string; readonly values: Float32Array }>()
  for (const { name, kind, values } of forecast.parts()) {
    if (eventsAlone && kind !== 'event') continue
    const plain = kind === 'event' ? name.replace(/^event /, '') : name
    const own = sums.get(plain) ?? { kind, values: new Float32Array(steps.length) }
    for (let k = 0; k < steps.length; k++) own.values[k]! += values[steps[k]!]!
    sums.set(plain, own)
  }
  return [...sums]
    .filter(([, { values }]) => values.some((value) => Math.abs(value) >= SMALLEST_PART))
    .map(([name, part]) => ({ name, ...part }))
}

/** A part of less than this many requests in every step is told to no one. */
const SMALLEST_PART = 0.05
