import { requireArgument } from '../../core/errors.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { type Arena, claim, createArena, release, reserve } from './arena.ts'
import { type BinnedRows, boost, planTraining, type TrainingTask } from './boost.ts'
import { checkLabels } from './check.ts'
import { createModel } from './model.ts'
import { fullParameters } from './parameters.ts'
import { isPrepared, type PreparedFeatures, prepareTreeData } from './prepare.ts'
import { soloTeam } from './team.ts'
import type { TrainOptions, TreeData, TreeModel, TreeParameters } from './types.ts'

/**
 * Trains boosted trees in the calling thread. Throws ERR_ARGUMENT on data or parameters out of
 * range, ERR_CANCELLED when options.signal aborts. Same data, parameters and seed: same model.
 *
 *     const model = trainTrees({ rows, features, target }, { objective: { kind: 'squared' } })
 *     model.predict(features) // Float64Array, one number a row
 */
export function trainTrees(
  data: TreeData,
  parameters: TreeParameters,
  options: TrainOptions = {},
): TreeModel {
  return withTask(data, parameters, options, (task) => {
    const { rounds } = task.parameters
    const layout = planTraining(task)
    const model = boost(task, layout, soloTeam, (round, loss) => {
      throwIfStopped(options.signal)
      reportRound(options, round, rounds, loss)
    })
    return createModel(model)
  })
}

/** Tells every hundredth of the rounds. */
export function reportRound(
  { onProgress }: TrainOptions,
  done: number,
  total: number,
  loss: number | undefined,
): void {
  if (onProgress === undefined || done % Math.ceil(total / 100) !== 0) return
  const note = loss === undefined ? {} : { note: `validation loss ${loss.toPrecision(6)}` }
  onProgress({ step: 'train trees', done, total, ...note })
}

/** Checks, bins and lends memory for one training; gives the memory back when `work` has ended. */
export function withTask<T>(
  data: TreeData,
  given: TreeParameters,
  options: TrainOptions,
  work: (task: TrainingTask) => T,
): T {
  const parameters = fullParameters(given)
  const { maxBins, objective } = parameters
  const features = isPrepared(data.features)
    ? data.features
    : prepareTreeData(data.features, { maxBins, seed: parameters.seed })
  const labels = checkLabels(data, features.rows, objective)
  const arena = claim(features.arena) ? features.arena : copyOf(features)
  const top = arena.top
  const giveBack = () => {
    arena.top = top
    release(arena)
  }
  try {
    const { binning, binsAt } = features
    const training = { arena, binsAt, labels, offset: data.offset }
    const validation = bindValidation(options.validation, features, parameters)
    const result = work({ parameters, binning, training, validation })
    if (!(result instanceof Promise)) giveBack()
    else return result.finally(giveBack) as T
    return result
  } catch (error) {
    giveBack()
    throw error
  }
}

/** Two trainings at once need two memories: a copy of the bins, which stand first in any arena. */
function copyOf({ arena, binsAt, rows, binning }: PreparedFeatures): Arena {
  const copy = createArena()
  const at = reserve(copy, rows * binning.stride)
  const from = new Uint8Array(arena.memory.buffer, binsAt, rows * binning.stride)
  new Uint8Array(copy.memory.buffer, at, from.length).set(from)
  claim(copy)
  return copy
}

function bindValidation(
  data: TreeData | undefined,
  like: PreparedFeatures,
  { earlyStopping, objective, metric }: TrainingTask['parameters'],
): BinnedRows | undefined {
  if (data === undefined) {
    requireArgument(earlyStopping === 0, 'earlyStopping needs options.validation')
    return undefined
  }
  const features = isPrepared(data.features)
    ? data.features
    : prepareTreeData(data.features, { like })
  requireArgument(
    features.binning === like.binning,
    'validation features were prepared with other bins: prepareTreeData(…, { like: training })',
  )
  const labels = checkLabels(data, features.rows, objective)
  const hasGroups = metric.kind !== 'ndcg' || labels.groups !== undefined
  requireArgument(hasGroups, 'metric ndcg needs groups in the validation data')
  return { arena: features.arena, binsAt: features.binsAt, labels, offset: data.offset }
}
