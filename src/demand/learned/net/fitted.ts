import { requireArgument } from '../../../core/errors.ts'
import type { Panel, QuantileForecast } from '../../../core/panel.ts'
import { nets } from '../../../learn/index.ts'
import { hasSlot, isOpenBucket, slotOf } from '../../axis.ts'
import type { FittedForecaster } from '../../forecaster.ts'
import { createLevelReader } from './levels.ts'
import { learnMeanWeights } from './mean.ts'
import type { PanelSet } from './series-set.ts'

/** Observations, all zero, after which a series is forecast as zero. */
const ZEROS_TO_STOP = 14

/** Forecasts of a panel by trained nets of one shape, averaged. */
export function createNetPredictor(
  panel: Panel,
  laid: PanelSet,
  prepared: nets.PreparedSet,
  trained: readonly nets.TrainedNet[],
  trainEnd: number,
): FittedForecaster {
  const runs = trained.map((one) => nets.createNetForecast(prepared, one))
  const { shape } = trained[0]!
  const size = shape.horizon * shape.levels.length
  const floors = lowestAllowed(panel, trainEnd)
  const scaled = (step: number) => averageOf(runs, step, panel.ids.length * size)
  const weights = learnMeanWeights(prepared, shape, scaled)
  return {
    predict(origin, horizon, levels) {
      requireLevels(levels)
      const raw = scaled(slotOf(laid.axis, origin))
      const forecast = emptyForecast(panel, origin, horizon, levels)
      const spread = createSpreader(panel, laid, prepared, shape, weights, forecast)
      for (let i = 0; i < panel.ids.length; i++) {
        if (!isDead(prepared, i, slotOf(laid.axis, origin))) spread(raw, i, floors[i]!)
      }
      return forecast
    },
  }
}

function averageOf(runs: readonly nets.NetForecast[], step: number, size: number): Float64Array {
  const sum = new Float64Array(size)
  const one = new Float64Array(size)
  for (const run of runs) {
    run.predict(step, one)
    for (let k = 0; k < size; k++) sum[k]! += one[k]! / runs.length
  }
  return sum
}

function requireLevels(levels: Float64Array): void {
  const rises = levels.every(
    (level, l) => level > 0 && level < 1 && (l === 0 || level > levels[l - 1]!),
  )
  requireArgument(levels.length > 0 && rises, 'levels rise and lie between 0 and 1')
}

function emptyForecast(
  panel: Panel,
  origin: number,
  horizon: number,
  levels: Float64Array,
): QuantileForecast {
  const size = panel.ids.length * horizon
  return {
    ids: panel.ids,
    buckets: panel.buckets,
    origin,
    horizon,
    levels,
    mean: new Float64Array(size),
    quantiles: new Float64Array(size * levels.length),
  }
}

/** Zero where a series never was below it before `trainEnd`; a series without a past follows the panel. */
function lowestAllowed(panel: Panel, trainEnd: number): Float64Array {
  let lowest = Infinity
  const floors = Float64Array.from(panel.ids, (_, i) => {
    const from = panel.offsets[i]!
    const end = Math.min(panel.offsets[i + 1]!, from + trainEnd - panel.firstBucket[i]!)
    let low = Infinity
    for (let k = from; k < end; k++) if (panel.values[k]! < low) low = panel.values[k]!
    lowest = Math.min(lowest, low)
    return low
  })
  return floors.map((low) => ((low === Infinity ? lowest : low) < 0 ? -Infinity : 0))
}

/** Whether a series was seen for long and never sold. */
function isDead(prepared: nets.PreparedSet, i: number, step: number): boolean {
  const { set, seen, positive } = prepared
  const base = set.offsets[i]! + i
  const length = set.offsets[i + 1]! - set.offsets[i]!
  const at = base + Math.max(0, Math.min(length, step - set.firstStep[i]!))
  return seen[at]! >= ZEROS_TO_STOP && positive[at] === 0
}

/** Writes the forecast of series i, by slot in `raw`, into its buckets; closed buckets stay zero. */
function createSpreader(
  panel: Panel,
  { axis }: PanelSet,
  prepared: nets.PreparedSet,
  shape: nets.ForecastNetShape,
  weights: Float64Array,
  forecast: QuantileForecast,
): (raw: Float64Array, i: number, floor: number) => void {
  const { origin, horizon, levels, mean, quantiles } = forecast
  const n = shape.levels.length
  const first = slotOf(axis, origin)
  const slots = slotOf(axis, origin + horizon) - first
  const reader = createLevelReader(shape.levels, levels)
  const row = new Float64Array(Math.max(slots, shape.horizon) * n)
  return (raw, i, floor) => {
    row.set(raw.subarray(i * shape.horizon * n, (i + 1) * shape.horizon * n))
    if (slots > shape.horizon) goOn(row, prepared, i, first, slots, shape)
    for (let k = 0; k < row.length; k++) row[k] = Math.max(floor, row[k]!)
    for (let h = 0; h < horizon; h++) {
      const bucket = origin + h
      if (!hasSlot(axis, bucket) || !isOpenBucket(panel, bucket)) continue
      const at = (slotOf(axis, bucket) - first) * n
      const to = i * horizon + h
      let sum = 0
      for (let l = 0; l < n; l++) sum += weights[l]! * row[at + l]!
      mean[to] = Math.max(floor, sum)
      reader.read(row, at, quantiles, to * levels.length)
      for (let l = 0; l < levels.length; l++) {
        const k = to * levels.length + l
        quantiles[k] = Math.max(floor, quantiles[k]!)
      }
    }
  }
}

/** Beyond the learned horizon: the plain forecast with the errors of the last learned step. */
function goOn(
  row: Float64Array,
  prepared: nets.PreparedSet,
  i: number,
  first: number,
  slots: number,
  { horizon, levels }: nets.ForecastNetShape,
): void {
  const n = levels.length
  const plain = nets.plainForecasts(prepared, i, first, slots)
  const last = (horizon - 1) * n
  for (let h = horizon; h < slots; h++) {
    const ratio = plain[horizon - 1]! === 0 ? 1 : Math.abs(plain[h]! / plain[horizon - 1]!)
    const growth = Math.min(10, ratio)
    for (let l = 0; l < n; l++) {
      row[h * n + l] = plain[h]! + growth * (row[last + l]! - plain[horizon - 1]!)
    }
  }
}
