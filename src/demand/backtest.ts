import { requireArgument } from '../core/errors.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../core/panel.ts'
import { throwIfStopped } from '../core/progress.ts'
import { createWorkerPool } from '../core/workers.ts'
import { axisOf, seasonOf } from './axis.ts'
import { type ChooseForecasterOptions, chooseForecaster } from './choose-forecaster.ts'
import { type JudgedOrigin, judgedOrigin } from './combine/judged.ts'
import { type Sums, sumsBySegment } from './combine/segment-rows.ts'
import { SEGMENTS, segmentsAt, volumeBounds } from './combine/segments.ts'
import { BACKTEST_LEVELS } from './score.ts'

/** What a backtest may be told. */
export interface BacktestOptions extends Omit<ChooseForecasterOptions, 'models' | 'trainEnd'> {
  /** Each is judged on its own: auto, classical, trees, theta … Default: auto, classical, seasonal-naive. */
  readonly models?: readonly string[]
  /** Rolling origins, a horizon apart, the last a horizon before the end. Default 3. */
  readonly origins?: number
  readonly workers?: number
}

/** How a model did on the series of a segment, over all origins. */
export interface BacktestFigures {
  readonly model: string
  /** volume/pattern/age as of each origin, or all. */
  readonly segment: string
  /** Series judged, over all origins. */
  readonly series: number
  /** Mean over points and levels of pinball loss over the mean size of the naive step. */
  readonly scaledPinball: number
  /** Σ |y − mean| / Σ |y|. */
  readonly wape: number
  /** The same of the sums over the horizon. */
  readonly wapeOfSums: number
  /** Σ (mean − y) / Σ |y|: above zero = too much was forecast. */
  readonly bias: number
  readonly coverage80: number
  readonly coverage90: number
}

/** Figures of every model by segment, and where they come from. */
export interface BacktestReport {
  readonly rows: readonly BacktestFigures[]
  readonly origins: readonly number[]
  readonly horizon: number
}

const USUAL = ['auto', 'classical', 'seasonal-naive']

/**
 * Judges models on the past of a panel: at each origin everything (choice, weights, calibration,
 * parameters) is learned anew from what came before it. Throws ERR_ARGUMENT where the history is too
 * short for one origin, or on an unknown model.
 */
export async function backtestModels(
  panel: Panel,
  options: BacktestOptions,
): Promise<BacktestReport> {
  const { horizon, models = USUAL } = options
  const end = panel.ids.length > 0 ? panelEnd(panel) : 0
  const origins = originsOf(panel, end, horizon, options.origins ?? 3)
  const own = !options.pool && options.workers ? createWorkerPool(options.workers) : undefined
  const pool = options.pool ?? own
  try {
    const rows: BacktestFigures[] = []
    for (const model of models) {
      const judged: JudgedOrigin[] = []
      for (const [k, origin] of origins.entries()) {
        throwIfStopped(options.signal)
        options.onProgress?.({ step: `backtest ${model}`, done: k, total: origins.length })
        judged.push(await judgeAt(panel, model, origin, end, { ...options, ...(pool && { pool }) }))
      }
      rows.push(...figuresOf(model, judged))
    }
    return { rows, origins, horizon }
  } finally {
    await own?.close()
  }
}

function originsOf(panel: Panel, end: number, horizon: number, count: number): number[] {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  const most = Math.min(count, Math.floor((end - first - 1) / horizon))
  requireArgument(
    most >= 1,
    `horizon: a history of ${end - first} buckets is too short to judge ${horizon} ahead; give a shorter horizon`,
  )
  return Array.from({ length: most }, (_, k) => end - (most - k) * horizon)
}

async function judgeAt(
  panel: Panel,
  model: string,
  origin: number,
  end: number,
  options: BacktestOptions,
): Promise<JudgedOrigin> {
  const { horizon, settings = {} } = options
  const { onProgress: _, ...quiet } = options
  const fitted = await chooseForecaster(panel, { ...quiet, models: [model], trainEnd: origin })
  const forecast: QuantileForecast = await fitted.predictSharded(
    origin,
    horizon,
    BACKTEST_LEVELS,
    quiet,
  )
  const segment = segmentsAt(panel, origin, volumeBounds(panel, origin), settings)
  const season = seasonOf(panel, axisOf(panel), options.season)
  return judgedOrigin(panel, origin, end, segment, [forecast], season)
}

function figuresOf(model: string, judged: readonly JudgedOrigin[]): BacktestFigures[] {
  const sums = sumsBySegment(
    judged,
    judged.map((at) => at.forecasts[0]!),
  )
  const rows = SEGMENTS.flatMap((segment, s) =>
    sums[s]!.points > 0 ? [figures(model, segment, sums[s]!)] : [],
  )
  return [figures(model, 'all', total(sums)), ...rows]
}

function total(sums: readonly Sums[]): Sums {
  const whole = { ...sums[0]! }
  const keys = Object.keys(whole) as (keyof Sums)[]
  for (const of of sums.slice(1)) for (const key of keys) whole[key] += of[key]
  return whole
}

function figures(model: string, segment: string, of: Sums): BacktestFigures {
  return {
    model,
    segment,
    series: of.series,
    scaledPinball: of.loss / of.scaled,
    wape: of.absolute / of.units,
    wapeOfSums: of.sumError / of.units,
    bias: of.bias / of.units,
    coverage80: of.inside80 / of.points,
    coverage90: of.inside90 / of.points,
  }
}
