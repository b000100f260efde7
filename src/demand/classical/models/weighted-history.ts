import { readKnob } from '../../../core/knobs.ts'
import { historyHalfLife, seasonShrink } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import { phaseOf, type SeriesModel, type SeriesView } from '../series-model.ts'
import { weightedQuantiles } from '../shape.ts'
import { sortPairs } from '../sort-pairs.ts'
import { seasonalFactors } from './profile.ts'

const values = growable()
const weights = growable()
const profile = growable()
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
      const f = profile(season)
      seasonalFactors(series, context, 'units', readKnob(seasonShrink, context.settings), 1, f)
      const { count, total, sum } = collect(series, season, parameters[0]!)
      const { levels, horizon, mean, quantiles } = into
      const q = reference(levels.length)
      weightedQuantiles(values(0), weights(0), count, total, levels, levels.length, q, 0)
      for (let h = 0; h < horizon; h++) {
        const factor = f[phaseOf(series.firstSlot + series.length + h, season)]!
        mean[h] = (factor * sum) / total
        for (let l = 0; l < levels.length; l++) quantiles[h * levels.length + l] = factor * q[l]!
      }
    },
    suits: (series) => series.nonNegative,
  }
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
