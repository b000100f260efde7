import { requireArgument } from '../../core/errors.ts'
import { MISSING_BIN } from './binning.ts'
import type { ModelData } from './boost.ts'
import { startScores } from './boost.ts'
import { Forest } from './forest.ts'
import { meanOf } from './metrics.ts'
import { arrangeColumns, type Binning, type FeatureSpec } from './prepare.ts'
import type { Tree } from './tree.ts'
import type { TreeReader } from './types.ts'

/**
 * What predicts small tables one after another (see TreeReader). Of each number it keeps the edges
 * that a tree splits at: between two others no tree can tell values apart, so that the trees over
 * these few bins say the same, bit for bit. Throws ERR_ARGUMENT for a model of several outputs.
 */
export function createReader(data: ModelData): TreeReader {
  requireArgument(data.outputs === 1, `the model has ${data.outputs} outputs; a reader takes one`)
  const lean = leanModel(data)
  const { binning } = lean
  const { stride } = binning
  const mean = meanOf(data.objective)
  let forest: Forest | undefined
  let bytes = new Uint8Array(0)
  let rows = 0
  return {
    used: lean.used,
    begin(count) {
      rows = count
      if (bytes.length < rows * stride) bytes = new Uint8Array(2 * rows * stride)
    },
    put(feature, values, from, step) {
      const place = lean.placeOf[feature]!
      if (place < 0) return
      const { bins } = binning.features[place]!
      const column = binning.columns[place]!
      if (bins.kind === 'number') {
        putNumbers(bins.edges, values, { from, step, rows }, bytes, column, stride)
        return
      }
      for (let i = 0, at = from; i < rows; i++, at += step) {
        bytes[column + i * stride] = bins.codeBins[values[at]!] ?? MISSING_BIN
      }
    },
    scores() {
      const scores = new Float64Array(rows)
      startScores(scores, data.start, undefined)
      forest ??= new Forest(lean.trees, binning, 1)
      forest.addTo(scores, { bytes, at: 0, stride }, rows)
      return scores.map(mean)
    },
  }
}

/** Where the values of a column stand: values[from + i × step], i < rows. */
interface Stretch {
  readonly from: number
  readonly step: number
  readonly rows: number
}

function putNumbers(
  edges: Float64Array,
  values: Float32Array,
  { from, step, rows }: Stretch,
  bytes: Uint8Array,
  column: number,
  stride: number,
): void {
  const count = edges.length
  let last = Number.NaN
  let bin = MISSING_BIN
  for (let i = 0, at = from, o = column; i < rows; i++, at += step, o += stride) {
    const value = values[at]!
    if (value !== last) {
      last = value
      // Infinity − Infinity is NaN, as NaN − NaN is.
      bin = value - value === 0 ? 1 + countBelow(edges, count, value) : MISSING_BIN
    }
    bytes[o] = bin
  }
}

/** Number of edges below `value`; edges rise. */
function countBelow(edges: Float64Array, count: number, value: number): number {
  let low = 0
  let length = count
  while (length > 0) {
    const half = length >> 1
    if (edges[low + half]! < value) {
      low += half + 1
      length -= half + 1
    } else length = half
  }
  return low
}

interface LeanModel {
  readonly binning: Binning
  readonly trees: readonly Tree[]
  /** Features that trees split on, rising. */
  readonly used: readonly number[]
  /** Place of each feature among those, −1 for the others. */
  readonly placeOf: Int32Array
}

/** The same trees over the features and edges that they split at. */
function leanModel({ binning, trees }: ModelData): LeanModel {
  const asked = binning.features.map(() => new Set<number>())
  for (const { feature, bin } of trees) {
    for (let node = 0; node < feature.length; node++) asked[feature[node]!]!.add(bin[node]!)
  }
  const used = [...asked.keys()].filter((f) => asked[f]!.size > 0)
  const placeOf = new Int32Array(binning.features.length).fill(-1)
  used.forEach((f, place) => {
    placeOf[f] = place
  })
  // Bin 0 sends left what is missing alone: it asks for no edge.
  const bins = asked.map((set) => [...set].filter((bin) => bin > 0).sort((a, b) => a - b))
  const features = used.map((f) => leanFeature(binning.features[f]!, bins[f]!))
  return { binning: arrangeColumns(features), trees: trees.map(leanTree), used, placeOf }

  function leanTree(tree: Tree): Tree {
    return {
      ...tree,
      feature: tree.feature.map((f) => placeOf[f]!),
      bin: tree.bin.map((bin, node) => {
        const feature = tree.feature[node]!
        const isNumber = binning.features[feature]!.bins.kind === 'number'
        return isNumber && bin > 0 ? 1 + bins[feature]!.indexOf(bin) : bin
      }),
    }
  }
}

/** Splits send bins 1 … b left: for each b asked for, one edge. The last bin of all has no edge. */
function leanFeature(spec: FeatureSpec, asked: readonly number[]): FeatureSpec {
  if (spec.bins.kind === 'category') return spec
  const { edges } = spec.bins
  const own = Float64Array.from(
    asked.filter((bin) => bin <= edges.length),
    (bin) => edges[bin - 1]!,
  )
  return { ...spec, bins: { kind: 'number', edges: own, binCount: own.length + 1 } }
}
