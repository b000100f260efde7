import { isOpen } from '../../src/core/calendar.ts'
import type { Panel, QuantileForecast } from '../../src/core/panel.ts'
import { pinballLoss } from '../../src/core/quantiles.ts'

/** How a forecast did on one series. */
export interface SeriesScore {
  /** Mean pinball loss over points and levels. */
  readonly pinball: number
  /** Mean absolute seasonal difference of the history; NaN where there are too few. */
  readonly scale: number
  readonly points: number
  readonly absoluteError: number
  readonly actual: number
  /** Σ (mean − y). */
  readonly bias: number
}

/** Seasonal differences that a history must have for its scale to mean something. */
const FEWEST_DIFFERENCES = 8

/** Scores every series with an observed, open bucket in the horizon; undefined for the others. */
export function scoreSeries(
  panel: Panel,
  forecast: QuantileForecast,
  season: number,
): (SeriesScore | undefined)[] {
  return panel.ids.map((_, i) => scoreOne(panel, forecast, season, i))
}

function scoreOne(
  panel: Panel,
  forecast: QuantileForecast,
  season: number,
  i: number,
): SeriesScore | undefined {
  const { origin, horizon, levels } = forecast
  let points = 0
  let loss = 0
  let absoluteError = 0
  let actual = 0
  let bias = 0
  for (let h = 0; h < horizon; h++) {
    const y = valueAt(panel, i, origin + h)
    if (Number.isNaN(y)) continue
    const at = i * horizon + h
    levels.forEach((level, l) => {
      loss += pinballLoss(y, forecast.quantiles[at * levels.length + l]!, level) / levels.length
    })
    const error = forecast.mean[at]! - y
    absoluteError += Math.abs(error)
    bias += error
    actual += Math.abs(y)
    points++
  }
  if (points === 0) return undefined
  const scale = scaleOf(panel, i, origin, season)
  return { pinball: loss / points, scale, points, absoluteError, actual, bias }
}

/** Observation of series i in a bucket; NaN outside the series and on closed days. */
export function valueAt(panel: Panel, i: number, bucket: number): number {
  if (panel.openDays && panel.buckets.frequency === 'D' && !isOpen(bucket, panel.openDays)) {
    return Number.NaN
  }
  const t = bucket - panel.firstBucket[i]!
  const length = panel.offsets[i + 1]! - panel.offsets[i]!
  return t >= 0 && t < length ? panel.values[panel.offsets[i]! + t]! : Number.NaN
}

function scaleOf(panel: Panel, i: number, origin: number, season: number): number {
  let sum = 0
  let count = 0
  for (let b = panel.firstBucket[i]! + season; b < origin; b++) {
    const difference = Math.abs(valueAt(panel, i, b) - valueAt(panel, i, b - season))
    if (Number.isNaN(difference)) continue
    sum += difference
    count++
  }
  return count >= FEWEST_DIFFERENCES && sum > 0 ? sum / count : Number.NaN
}

/** Figures over all series. */
export interface PanelScore {
  /** Mean over the series of pinball / scale, of series that have a scale. */
  readonly scaledPinball: number
  readonly scaledSeries: number
  /** Mean over all points and levels. */
  readonly pinball: number
  readonly wape: number
  /** Σ (mean − y) / Σ |y|. */
  readonly bias: number
}

export function scorePanel(scores: readonly (SeriesScore | undefined)[]): PanelScore {
  let scaled = 0
  let scaledSeries = 0
  let pinball = 0
  let points = 0
  let absolute = 0
  let actual = 0
  let bias = 0
  for (const s of scores) {
    if (s === undefined) continue
    pinball += s.pinball * s.points
    points += s.points
    absolute += s.absoluteError
    actual += s.actual
    bias += s.bias
    if (Number.isNaN(s.scale)) continue
    scaled += s.pinball / s.scale
    scaledSeries++
  }
  return {
    scaledPinball: scaled / scaledSeries,
    scaledSeries,
    pinball: pinball / points,
    wape: absolute / actual,
    bias: bias / actual,
  }
}

/** Ratio of mean scaled losses, with a 95 % interval from 1,000 bootstrap draws of series. */
export function lossRatio(
  ours: readonly (SeriesScore | undefined)[],
  theirs: readonly (SeriesScore | undefined)[],
  random: { int(bound: number): number },
): { readonly ratio: number; readonly interval: readonly [number, number] } {
  const pairs: [number, number][] = []
  ours.forEach((a, i) => {
    const b = theirs[i]
    if (a && b && !Number.isNaN(a.scale)) pairs.push([a.pinball / a.scale, b.pinball / b.scale])
  })
  const ratioOf = (pick: (k: number) => number) => {
    let a = 0
    let b = 0
    for (let k = 0; k < pairs.length; k++) {
      const [x, y] = pairs[pick(k)]!
      a += x
      b += y
    }
    return a / b
  }
  const draws = Array.from({ length: 1000 }, () => ratioOf(() => random.int(pairs.length)))
  draws.sort((a, b) => a - b)
  return { ratio: ratioOf((k) => k), interval: [draws[25]!, draws[974]!] }
}
