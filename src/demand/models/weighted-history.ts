import { readKnob } from '../../core/knobs.ts'
import type { PanelContext } from '../context.ts'
import { historyHalfLife, seasonShrink } from '../knobs.ts'
import { growable } from '../scratch.ts'
import { phaseOf, type SeriesModel, type SeriesView } from '../series-model.ts'
import { weightedQuantiles } from '../shape.ts'
import { sortPairs } from '../sort-pairs.ts'

const values = growable()
const weights = growable()
const profile = growable()
const phaseWeight = growable()
const reference = growable()

/**
 * Weighted history: past demand, freed of the seasonal profile, is the distribution to come, each
 * observation weighted by 2^(−age/half-life). No shape is assumed, so lumpy demand keeps its few
 * huge orders. A non-parametric time series model in the manner of Alexandrov et al. 2020 (GluonTS,
 * NPTS). The profile is the panel's, moved towards the series' own as that has more observations.
 */
export function weightedHistory(name: string, halfLifeFactor: number): SeriesModel {
  return {
    name,
    parameterCount: 1,
    fit(_series, context, into) {
      into[0] = halfLifeFactor * readKnob(historyHalfLife, context.settings)
    },
    forecast(series, context, parameters, into) {
      const season = context.season
      ownProfile(series, context, parameters[0]!)
      const f = profile(season)
      const { count, total, sum } = collect(series, season, parameters[0]!)
      const { levels, horizon, mean, quantiles } = into
      const q = reference(levels.length)
      weightedQuantiles(values(0), weights(0), count, total, levels, q, 0)
      for (let h = 0; h < horizon; h++) {
        const factor = f[phaseOf(series.firstSlot + series.length + h, season)]!
        mean[h] = (factor * sum) / total
        for (let l = 0; l < levels.length; l++) quantiles[h * levels.length + l] = factor * q[l]!
      }
    },
    suits: (_series, context) => context.nonNegative,
  }
}

/** Seasonal factors: (k·panel + Σ w·y/level over the phase) / (k + Σ w), in absolute phases, mean 1. */
function ownProfile(series: SeriesView, context: PanelContext, halfLife: number): void {
  const { season, settings } = context
  const prior = readKnob(seasonShrink, settings)
  const f = profile(season)
  const w = phaseWeight(season)
  let total = 0
  let observed = 0
  for (let t = 0; t < series.length; t++) {
    const v = series.y[t]!
    if (Number.isNaN(v)) continue
    total += v
    observed++
  }
  const level = total / Math.max(1, observed)
  for (let p = 0; p < season; p++) {
    f[p] = prior * context.profile[p]!
    w[p] = prior
  }
  // Slower than the history itself: a pattern of weekdays changes less than a level does.
  const decay = 2 ** (-1 / (4 * halfLife))
  let weight = 1
  for (let t = series.length - 1; t >= 0 && level > 0; t--, weight *= decay) {
    const v = series.y[t]!
    if (Number.isNaN(v)) continue
    const p = phaseOf(series.firstSlot + t, season)
    // One huge order must not make its weekday look busy.
    f[p]! += weight * Math.min(5, v / level)
    w[p]! += weight
  }
  let sum = 0
  for (let p = 0; p < season; p++) {
    f[p] = w[p]! > 0 ? f[p]! / w[p]! : 1
    sum += f[p]!
  }
  for (let p = 0; p < season; p++) f[p] = sum > 0 ? Math.max(0.02, (f[p]! * season) / sum) : 1
}

/** Demand over factor, with weights; sorted. `sum` = Σ w·x. */
function collect(
  series: SeriesView,
  season: number,
  halfLife: number,
): { count: number; total: number; sum: number } {
  const x = values(series.length)
  const w = weights(series.length)
  const f = profile(season)
  const decay = 2 ** (-1 / halfLife)
  let count = 0
  let total = 0
  let sum = 0
  let weight = 1
  for (let t = series.length - 1; t >= 0 && weight > 1e-3; t--, weight *= decay) {
    const v = series.y[t]!
    if (Number.isNaN(v)) continue
    x[count] = v / f[phaseOf(series.firstSlot + t, season)]!
    w[count] = weight
    sum += weight * x[count]!
    total += weight
    count++
  }
  sortPairs(x, w, count)
  return { count, total, sum }
}
