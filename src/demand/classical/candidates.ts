import { StorewrightError } from '../../core/errors.ts'
import { defaultCandidates, seriesModel } from './models/registry.ts'
import type { SeriesModel } from './series-model.ts'

/** Models beside each other, their parameters laid out one after the other for each series. */
export interface CandidateSet {
  readonly models: readonly SeriesModel[]
  /** Where the parameters of each model start; one more entry than models. */
  readonly offsets: Int32Array
}

/** The names in full: `auto`, or none, stands for the default candidates of the season. */
export function candidateNames(names: readonly string[] = [], season: number): readonly string[] {
  const wanted = names.flatMap((name) => (name === 'auto' ? defaultCandidates(season) : [name]))
  return [...new Set(wanted.length > 0 ? wanted : defaultCandidates(season))]
}

/** The models of these names. Throws ERR_ARGUMENT on an unknown one. */
export function candidateSet(names: readonly string[]): CandidateSet {
  if (names.length > 31) throw new StorewrightError('ERR_ARGUMENT', 'more than 31 models')
  const models = names.map(seriesModel)
  const offsets = new Int32Array(models.length + 1)
  models.forEach((model, m) => {
    offsets[m + 1] = offsets[m]! + model.parameterCount
  })
  return { models, offsets }
}

/** The parameters of model `m` within those of one series. */
export function parametersAt(set: CandidateSet, series: Float64Array, m: number): Float64Array {
  return series.subarray(set.offsets[m]!, set.offsets[m + 1]!)
}

/** Names of the models of a set, in order. */
export function modelNames(set: CandidateSet): readonly string[] {
  return set.models.map((model) => model.name)
}
