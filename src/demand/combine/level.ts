import type { QuantileForecast } from '../../core/panel.ts'
import type { JudgedOrigin } from './judged.ts'
import type { WeightPriors } from './weights.ts'

const LARGEST = 2
/** What is left of the error of the total where a correction is to be believed. */
const ENOUGH = 0.9

/** A correction of the level of all forecasts alike. */
export interface LevelCorrection {
  /** For the forecast to come; 1 = none. */
  readonly factor: number
  /** What would have been applied at each judged origin, from the origins before it. */
  readonly atOrigin: readonly number[]
}

/**
 * Learns from the totals of past origins by how much all forecasts together were off: 1 + K/(K + k) ·
 * (Σ actual / Σ mean − 1), k = knob demand.origin-prior. It is applied where doing so at each earlier
 * origin, with what was known then, would have taken at least a tenth off the error of the total
 * without making that of the series' sums larger; with one origin there is nothing to show that, and
 * nothing is corrected.
 */
export function learnLevel(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
  priors: WeightPriors,
): LevelCorrection {
  const totals = origins.map((judged, k) => totalsOf(judged, combined[k]!))
  const factors = totals.map((_, k) => factorOf(totals.slice(0, k), priors))
  const ofTotal = (f: (k: number) => number) =>
    totals.reduce((sum, { actual, mean }, k) => sum + Math.abs(f(k) * mean - actual), 0)
  const ofSeries = (f: (k: number) => number) =>
    origins.reduce((sum, judged, k) => sum + errorOfSums(judged, combined[k]!, f(k)), 0)
  const helps =
    origins.length > 1 &&
    ofTotal((k) => factors[k]!) < ENOUGH * ofTotal(() => 1) &&
    ofSeries((k) => factors[k]!) <= ofSeries(() => 1)
  return helps
    ? { factor: factorOf(totals, priors), atOrigin: factors }
    : { factor: 1, atOrigin: totals.map(() => 1) }
}

interface Totals {
  readonly actual: number
  readonly mean: number
}

function totalsOf({ actual }: JudgedOrigin, combined: QuantileForecast): Totals {
  let came = 0
  let said = 0
  for (let k = 0; k < actual.length; k++) {
    if (Number.isNaN(actual[k]!)) continue
    came += actual[k]!
    said += combined.mean[k]!
  }
  return { actual: came, mean: said }
}

/** Σ over the series of |factor × Σ mean − Σ actual|. */
function errorOfSums(
  { actual, horizon }: JudgedOrigin,
  { mean }: QuantileForecast,
  factor: number,
): number {
  let error = 0
  for (let from = 0; from < actual.length; from += horizon) {
    let difference = 0
    for (let at = from; at < from + horizon; at++) {
      if (!Number.isNaN(actual[at]!)) difference += factor * mean[at]! - actual[at]!
    }
    error += Math.abs(difference)
  }
  return error
}

function factorOf(totals: readonly Totals[], priors: WeightPriors): number {
  const actual = totals.reduce((sum, of) => sum + of.actual, 0)
  const mean = totals.reduce((sum, of) => sum + of.mean, 0)
  if (!(actual > 0 && mean > 0)) return 1
  const trust = totals.length / (totals.length + priors.origins)
  return Math.min(LARGEST, Math.max(1 / LARGEST, 1 + trust * (actual / mean - 1)))
}
