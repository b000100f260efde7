import { forecastSeries } from '../panel-forecaster.ts'
import { growable } from '../scratch.ts'
import type { CandidateSet } from './candidates.ts'
import { parametersAt } from './candidates.ts'
import type { PanelContext } from './context.ts'
import type { SeriesForecast, SeriesView } from './series-model.ts'

const meanSum = growable()
const quantileSum = growable()

/**
 * Forecasts with the models whose bit is set in `members`: one model's own forecast, or the mean of
 * several models' quantiles level by level (Vincent averaging; Lichtendahl, Grushka-Cockayne &
 * Winkler 2013 show that it is sharper than averaging probabilities).
 */
export function forecastMembers(
  set: CandidateSet,
  members: number,
  view: SeriesView,
  context: PanelContext,
  parameters: Float64Array,
  into: SeriesForecast,
): void {
  const size = into.horizon * into.levels.length
  const means = meanSum(into.horizon).fill(0, 0, into.horizon)
  const quantiles = quantileSum(size).fill(0, 0, size)
  let count = 0
  for (let m = 0; m < set.models.length; m++) {
    if ((members & (1 << m)) === 0) continue
    forecastSeries(set.models[m]!, view, context, parametersAt(set, parameters, m), into)
    count++
    for (let h = 0; h < into.horizon; h++) means[h]! += into.mean[h]!
    for (let k = 0; k < size; k++) quantiles[k]! += into.quantiles[k]!
  }
  if (count < 2) return
  for (let h = 0; h < into.horizon; h++) into.mean[h] = means[h]! / count
  for (let k = 0; k < size; k++) into.quantiles[k] = quantiles[k]! / count
}

/** `hurdle`, or `mix(hurdle+tsb+theta)`. */
export function membersName(set: CandidateSet, members: number): string {
  const names = set.models.filter((_, m) => (members & (1 << m)) !== 0).map((model) => model.name)
  return names.length === 1 ? names[0]! : `mix(${names.join('+')})`
}
