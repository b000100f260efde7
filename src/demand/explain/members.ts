import type { Panel, QuantileForecast } from '../../core/panel.ts'
import type { FittedForecaster } from '../forecaster.ts'
import { type Contributions, combineContributions } from './contributions.ts'
import { curveContributions } from './curve-parts.ts'

/** A fitted forecaster that may tell what its means are made of. */
export interface Explaining extends FittedForecaster {
  /** Parts of `horizon` buckets from `origin` on, of every series; they sum to the means. */
  explain?(origin: number, horizon: number): Contributions
}

/** Forecasters whose weighted means make a forecast. */
export interface WeighedMembers {
  /** Those of no weight anywhere may be absent. */
  readonly members: readonly (Explaining | undefined)[]
  /** Segments × members. */
  readonly weights: Float64Array
  /** Segment of each series. */
  readonly segment: Int32Array
}

const MEDIAN = Float64Array.of(0.5)

/**
 * What a combined forecast is made of: each member tells its own parts where it can (trees), and is
 * told from its curve where it cannot (classical models, nets); the parts are weighed as the means
 * are, and what the correction adds is `calibration`. They sum to `forecast.mean`.
 */
export function explainCombination(
  panel: Panel,
  { members, weights, segment }: WeighedMembers,
  forecast: QuantileForecast,
): Contributions {
  const { origin, horizon, mean } = forecast
  const told = members.flatMap((member, m) => {
    const own = Float64Array.from(segment, (s) => weights[s * members.length + m]!)
    if (member === undefined || own.every((weight) => weight === 0)) return []
    return { contributions: explainMember(panel, member, origin, horizon), weights: own }
  })
  return told.length === 0 ? curveContributions(panel, forecast) : combineContributions(told, mean)
}

function explainMember(
  panel: Panel,
  member: Explaining,
  origin: number,
  horizon: number,
): Contributions {
  return (
    member.explain?.(origin, horizon) ??
    curveContributions(panel, member.predict(origin, horizon, MEDIAN))
  )
}
