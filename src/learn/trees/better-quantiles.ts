import { requireArgument } from '../../core/errors.ts'
import { isPrepared, prepareTreeData } from './prepare.ts'
import { trainTrees } from './train.ts'
import type { TrainOptions, TreeData, TreeModel, TreeParameters } from './types.ts'

/** Parameters of trainTrees with levels in place of an objective. */
export interface QuantileParameters extends Omit<TreeParameters, 'objective'> {
  readonly levels: readonly number[]
}

/**
 * Trains quantile trees with leaves shared by all levels and with a series of trees a level, and
 * returns the model with the smaller pinball loss on `options.validation` (at its last kept round).
 * Throws as trainTrees does, and ERR_ARGUMENT without validation.
 */
export function trainBetterQuantiles(
  data: TreeData,
  { levels, ...rest }: QuantileParameters,
  options: TrainOptions,
): TreeModel {
  const { validation } = options
  requireArgument(validation !== undefined, 'trainBetterQuantiles needs options.validation')
  const like = isPrepared(data.features)
    ? data.features
    : prepareTreeData(data.features, {
        ...(rest.maxBins === undefined ? {} : { maxBins: rest.maxBins }),
        ...(rest.seed === undefined ? {} : { seed: rest.seed }),
      })
  const watched = isPrepared(validation.features)
    ? validation.features
    : prepareTreeData(validation.features, { like })
  const [shared, separate] = [true, false].map((isShared) =>
    trainTrees(
      { ...data, features: like },
      { ...rest, objective: { kind: 'quantile', levels, shared: isShared } },
      { ...options, validation: { ...validation, features: watched } },
    ),
  )
  return keptLoss(shared!) <= keptLoss(separate!) ? shared! : separate!
}

const keptLoss = (model: TreeModel) => model.history[model.bestRound - 1]!
