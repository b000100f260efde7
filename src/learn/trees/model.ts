import { requireArgument } from '../../core/errors.ts'
import { type Arena, createArena } from './arena.ts'
import type { ModelData } from './boost.ts'
import { startScores } from './boost.ts'
import { Forest } from './forest.ts'
import { meanOf } from './metrics.ts'
import { fillBins, isPrepared, type PreparedFeatures } from './prepare.ts'
import { createReader } from './reader.ts'
import { modelFromBytes, modelToBytes } from './save.ts'
import { contributionsOf } from './shap.ts'
import type { PredictOptions, TreeInput, TreeModel } from './types.ts'

/** The model that data stands for. */
export function createModel(data: ModelData): TreeModel {
  let forest: Forest | undefined
  // Rows that come and go share a memory: the collector of garbage does not see how large shared ones are.
  let passing: { readonly arena: Arena; readonly bottom: number } | undefined
  const bindPassing = (input: TreeInput) => {
    if (passing === undefined) {
      const arena = createArena()
      passing = { arena, bottom: arena.top }
    }
    passing.arena.top = passing.bottom
    return bind(data, input, passing.arena)
  }
  const rawScores = (input: PreparedFeatures, options: PredictOptions) => {
    const { rows, arena, binsAt, binning } = input
    const length = rows * data.outputs
    const scores = options.into ?? new Float64Array(length)
    requireArgument(scores.length === length, `into has ${scores.length} numbers, not ${length}`)
    const given = options.offset?.length ?? length
    requireArgument(given === length, `offset has ${given} numbers, not ${length}`)
    startScores(scores, data.start, options.offset)
    const bytes = new Uint8Array(arena.memory.buffer)
    forest ??= new Forest(data.trees, data.binning, data.outputs)
    forest.addTo(scores, { bytes, at: binsAt, stride: binning.stride }, rows)
    return scores
  }
  return {
    objective: data.objective,
    outputs: data.outputs,
    featureNames: data.binning.features.map((feature) => feature.name),
    bestRound: data.bestRound,
    treeCount: data.trees.length,
    history: data.history,
    predict(input, options = {}) {
      const scores = rawScores(bindPassing(input), options)
      return finish(data, scores, options.raw ?? false)
    },
    contributions(input, options = {}) {
      return contributionsOf(data, bindPassing(input), options)
    },
    prepare: (features) => bind(data, features),
    importance: (kind) => importanceOf(data, kind),
    reader: () => createReader(data),
    toBytes: () => modelToBytes(data),
  }
}

/**
 * Reads what TreeModel.toBytes wrote. Throws ERR_STORE_DAMAGED when the file is of another kind or
 * version, cut short or changed.
 */
export function treeModelFromBytes(file: Uint8Array): TreeModel {
  return createModel(modelFromBytes(file))
}

/** The rows under the model's bins, in a memory of their own where none is given. */
function bind({ binning }: ModelData, input: TreeInput, arena?: Arena): PreparedFeatures {
  if (isPrepared(input)) {
    requireArgument(
      input.binning === binning,
      'features were prepared with other bins than the model was trained with',
    )
    return input
  }
  const rows = input[0]?.values.length ?? 0
  for (const { name, values } of input) {
    const ok = values.length === rows
    requireArgument(ok, `feature ${name} has ${values.length} rows, others ${rows}`)
  }
  return fillBins(input, rows, binning, arena)
}

/** From raw scores to predictions, in place: the inverse link; quantile levels put in order. */
function finish({ objective, outputs }: ModelData, scores: Float64Array, raw: boolean) {
  if (objective.kind === 'quantile' && outputs > 1) {
    // Rearrangement (Chernozhukov et al. 2010): sorting never raises the pinball loss.
    for (let i = 0; i < scores.length; i += outputs) sortStretch(scores, i, i + outputs)
  }
  if (raw) return scores
  const mean = meanOf(objective)
  for (let i = 0; i < scores.length; i++) scores[i] = mean(scores[i]!)
  return scores
}

/** Insertion sort: the levels come nearly in order. */
function sortStretch(values: Float64Array, begin: number, end: number): void {
  for (let i = begin + 1; i < end; i++) {
    const value = values[i]!
    let j = i
    for (; j > begin && values[j - 1]! > value; j--) values[j] = values[j - 1]!
    values[j] = value
  }
}

function importanceOf({ trees, binning }: ModelData, kind: 'gain' | 'splits'): Float64Array {
  const sums = new Float64Array(binning.features.length)
  for (const tree of trees) {
    tree.feature.forEach((feature, node) => {
      sums[feature]! += kind === 'gain' ? tree.gain[node]! : 1
    })
  }
  return sums
}
