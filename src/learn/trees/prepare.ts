import { requireArgument } from '../../core/errors.ts'
import { type Arena, createArena, reserve } from './arena.ts'
import { type BinOptions, binScratch, type FeatureBins, findBins, writeBins } from './binning.ts'
import { checkFeatures } from './check.ts'
import type { TreeFeature } from './types.ts'

/** Columns of the bin matrix are read eight at a time. */
export const COLUMNS_AT_ONCE = 8

/** A feature as the trainer and the model know it: its bins, not its values. */
export interface FeatureSpec {
  readonly name: string
  readonly monotone: -1 | 0 | 1
  readonly bins: FeatureBins
}

/** The features of a data set and where each stands in the bin matrix. */
export interface Binning {
  readonly features: readonly FeatureSpec[]
  /** Column of feature f in the bin matrix; features with many bins stand first. */
  readonly columns: Int32Array
  /** Bytes of a row of the bin matrix: features rounded up to a multiple of 8. */
  readonly stride: number
}

/**
 * A table as bins, one byte a value, ready for any number of trainings and predictions. Made by
 * prepareTreeData; its insides may change.
 */
export interface PreparedFeatures {
  readonly prepared: true
  readonly rows: number
  readonly binning: Binning
  /** Holds the bin matrix (rows × stride bytes, row-major) at `binsAt`. */
  readonly arena: Arena
  readonly binsAt: number
}

export interface PrepareOptions extends Partial<BinOptions> {
  /** Use the bins of this data set: for validation rows and for rows to predict. */
  readonly like?: PreparedFeatures
}

/**
 * Turns a table into bins once, for many trainings with different targets or parameters. Throws
 * ERR_ARGUMENT when columns differ in length, names repeat or a category code is not a whole number.
 */
export function prepareTreeData(
  features: readonly TreeFeature[],
  options: PrepareOptions = {},
): PreparedFeatures {
  const rows = checkFeatures(features)
  const binning = options.like?.binning ?? createBinning(features, binOptions(options))
  return fillBins(features, rows, binning)
}

/** Whether `features` are prepared ones. */
export function isPrepared(
  features: readonly TreeFeature[] | PreparedFeatures,
): features is PreparedFeatures {
  return 'prepared' in features
}

function binOptions(options: PrepareOptions): BinOptions {
  const { maxBins = 255, minRowsPerBin = 3, sampleRows = 200_000, seed = 0 } = options
  requireArgument(
    Number.isInteger(maxBins) && maxBins >= 2 && maxBins <= 255,
    `maxBins is ${maxBins}, not a whole number from 2 to 255`,
  )
  requireArgument(minRowsPerBin >= 1, `minRowsPerBin is ${minRowsPerBin}, less than 1`)
  requireArgument(sampleRows >= 1, `sampleRows is ${sampleRows}, less than 1`)
  return { maxBins, minRowsPerBin, sampleRows, seed }
}

function createBinning(features: readonly TreeFeature[], options: BinOptions): Binning {
  const scratch = binScratch(features[0]!.values.length, options)
  const specs = features.map((feature) => ({
    name: feature.name,
    monotone: feature.monotone ?? 0,
    bins: findBins(feature, options, scratch),
  }))
  return arrangeColumns(specs)
}

/** Features of like bin counts side by side, so that their histograms share one slot size. */
export function arrangeColumns(features: readonly FeatureSpec[]): Binning {
  const order = features.map((_, f) => f)
  order.sort((a, b) => features[b]!.bins.binCount - features[a]!.bins.binCount || a - b)
  const columns = new Int32Array(features.length)
  order.forEach((feature, column) => {
    columns[feature] = column
  })
  const stride = Math.ceil(features.length / COLUMNS_AT_ONCE) * COLUMNS_AT_ONCE
  return { features, columns, stride }
}

/**
 * The bin matrix of a table under given bins, in a memory of its own or at the top of `arena`; the
 * table's columns are found by name.
 */
export function fillBins(
  features: readonly TreeFeature[],
  rows: number,
  binning: Binning,
  arena: Arena = createArena(),
): PreparedFeatures {
  const byName = new Map(features.map((feature) => [feature.name, feature]))
  const binsAt = reserve(arena, rows * binning.stride)
  const bytes = new Uint8Array(arena.memory.buffer, binsAt, rows * binning.stride)
  binning.features.forEach((spec, f) => {
    const feature = byName.get(spec.name)
    requireArgument(feature !== undefined, `feature ${spec.name} is missing`)
    requireArgument(
      feature.kind === spec.bins.kind,
      `feature ${spec.name} is a ${feature.kind}, was trained as a ${spec.bins.kind}`,
    )
    writeBins(spec.bins, feature.values, bytes, binning.columns[f]!, binning.stride)
  })
  return { prepared: true, rows, binning, arena, binsAt }
}
