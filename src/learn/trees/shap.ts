import { requireArgument } from '../../core/errors.ts'
import type { ModelData } from './boost.ts'
import type { PreparedFeatures } from './prepare.ts'
import { depthOf, fillTable, type Tree } from './tree.ts'
import type { PredictOptions } from './types.ts'

/** One feature on the way from the root: share of rows that pass without it, and with it (0 or 1). */
interface Path {
  readonly features: Int32Array
  readonly zeros: Float64Array
  readonly ones: Float64Array
  readonly weights: Float64Array
}

/**
 * Shapley values of the raw scores with path-dependent expectations (TreeSHAP, Lundberg, Erion & Lee
 * 2018, Algorithm 2): rows × outputs × (features + 1), the last column the expected score. Each row
 * sums to the raw score; rows of quantile levels stand in the order of the sorted levels.
 */
export function contributionsOf(
  data: ModelData,
  input: PreparedFeatures,
  options: PredictOptions,
): Float64Array {
  const width = data.binning.features.length + 1
  const { outputs } = data
  const out = options.into ?? new Float64Array(input.rows * outputs * width)
  const length = input.rows * outputs * width
  requireArgument(out.length === length, `into has ${out.length} numbers, not ${length}`)
  const given = options.offset?.length ?? input.rows * outputs
  requireArgument(given === input.rows * outputs, `offset has ${given} numbers`)
  out.fill(0)
  for (let i = 0; i < input.rows * outputs; i++) {
    out[i * width + width - 1] = options.offset?.[i] ?? data.start[i % outputs]!
  }
  const bytes = new Uint8Array(input.arena.memory.buffer)
  for (const tree of data.trees) {
    const walk = new TreeWalk(tree, data, width, out)
    for (let row = 0; row < input.rows; row++) {
      walk.explain(bytes, input.binsAt + row * data.binning.stride, row)
    }
  }
  if (data.objective.kind === 'quantile') sortOutputs(out, outputs, width)
  return out
}

/** Puts the rows of each row's outputs in rising order of their sums, as predict does. */
function sortOutputs(out: Float64Array, outputs: number, width: number): void {
  const size = outputs * width
  for (let at = 0; at < out.length; at += size) {
    const rows = Array.from({ length: outputs }, (_, k) =>
      out.slice(at + k * width, at + (k + 1) * width),
    )
    const sum = (row: Float64Array) => row.reduce((a, b) => a + b, 0)
    rows.sort((a, b) => sum(a) - sum(b))
    rows.forEach((row, k) => {
      out.set(row, at + k * width)
    })
  }
}

/** Explains rows by one tree. Nothing is allocated on the way down: paths stand ready by level. */
class TreeWalk {
  private readonly tree: Tree
  private readonly width: number
  private readonly out: Float64Array
  private readonly columns: Int32Array
  private readonly tables: Uint8Array
  private readonly paths: readonly Path[]
  private readonly outputs: number
  private readonly leafWidth: number
  private bytes: Uint8Array = new Uint8Array(0)
  private base = 0
  private row = 0

  constructor(tree: Tree, { binning, outputs }: ModelData, width: number, out: Float64Array) {
    this.tree = tree
    this.width = width
    this.out = out
    this.outputs = outputs
    this.leafWidth = tree.values.length / tree.leafRows.length
    this.columns = tree.feature.map((feature) => binning.columns[feature]!)
    this.paths = Array.from({ length: depthOf(tree) + 1 }, (_, level) => emptyPath(level + 1))
    needInverses(this.paths.length + 1)
    this.tables = new Uint8Array(256 * tree.feature.length)
    tree.feature.forEach((feature, node) => {
      fillTable(this.tables.subarray(256 * node, 256 * node + 256), {
        isCategory: binning.features[feature]!.bins.kind === 'category',
        bin: tree.bin[node]!,
        missingLeft: tree.missingLeft[node] === 1,
        set: tree.sets.subarray(32 * node, 32 * node + 32),
      })
    })
  }

  explain(bytes: Uint8Array, base: number, row: number): void {
    this.bytes = bytes
    this.base = base
    this.row = row
    extend(this.paths[0]!, 0, -1, 1, 1)
    this.visit(0, this.tree.feature.length === 0 ? -1 : 0, 1)
  }

  /** The path of `level` holds `length` entries: the start and every feature split on above. */
  private visit(level: number, node: number, length: number): void {
    const path = this.paths[level]!
    if (node < 0) {
      this.leaf(path, length, -1 - node)
      return
    }
    const { tree } = this
    const feature = tree.feature[node]!
    const bin = this.bytes[this.base + this.columns[node]!]!
    const isLeft = this.tables[256 * node + bin] === 1
    let zero = 1
    let one = 1
    let size = length
    const seen = find(path, length, feature)
    if (seen > 0) {
      zero = path.zeros[seen]!
      one = path.ones[seen]!
      unwind(path, length, seen)
      size--
    }
    this.descend(
      level,
      tree.left[node]!,
      size,
      feature,
      zero / tree.nodeRows[node]!,
      isLeft ? one : 0,
    )
    this.descend(
      level,
      tree.right[node]!,
      size,
      feature,
      zero / tree.nodeRows[node]!,
      isLeft ? 0 : one,
    )
  }

  private descend(
    level: number,
    child: number,
    length: number,
    feature: number,
    zeroPerRow: number,
    one: number,
  ): void {
    const { tree } = this
    const rows = child >= 0 ? tree.nodeRows[child]! : tree.leafRows[-1 - child]!
    const path = this.paths[level + 1]!
    copyPath(this.paths[level]!, path, length)
    extend(path, length, feature, zeroPerRow * rows, one)
    this.visit(level + 1, child, length + 1)
  }

  private leaf(path: Path, length: number, leaf: number): void {
    // The expected score: what reaches the leaf when no feature is known.
    let share = 1
    const cold = coldSum(path.weights, length)
    for (let i = 1; i < length; i++) {
      const zero = path.zeros[i]!
      share *= zero
      // Without the feature, rows leave the way: zero × cold / zero, the same for all such features.
      const weight = path.ones[i] === 0 ? -cold : hotSum(path.weights, length, zero) * (1 - zero)
      this.add(leaf, path.features[i]!, weight)
    }
    this.add(leaf, this.width - 1, share)
  }

  private add(leaf: number, column: number, weight: number): void {
    const { tree, outputs, width, leafWidth, out } = this
    const base = this.row * outputs * width + column
    for (let k = 0; k < leafWidth; k++) {
      const output = tree.output >= 0 ? tree.output : k
      out[base + output * width]! += weight * tree.values[leaf * leafWidth + k]!
    }
  }
}

function emptyPath(size: number): Path {
  return {
    features: new Int32Array(size),
    zeros: new Float64Array(size),
    ones: new Float64Array(size),
    weights: new Float64Array(size),
  }
}

function copyPath(from: Path, to: Path, length: number): void {
  for (let i = 0; i < length; i++) {
    to.features[i] = from.features[i]!
    to.zeros[i] = from.zeros[i]!
    to.ones[i] = from.ones[i]!
    to.weights[i] = from.weights[i]!
  }
}

function find(path: Path, length: number, feature: number): number {
  for (let i = 1; i < length; i++) if (path.features[i] === feature) return i
  return 0
}

/** 1 / n for every n up to the longest path so far. */
let inverse = new Float64Array(0)

function needInverses(longest: number): void {
  if (inverse.length > longest) return
  inverse = Float64Array.from({ length: longest + 1 }, (_, n) => 1 / n)
}

/** EXTEND of Algorithm 2: the share of subsets of each size, with one more feature. */
function extend(path: Path, length: number, feature: number, zero: number, one: number): void {
  path.features[length] = feature
  path.zeros[length] = zero
  path.ones[length] = one
  path.weights[length] = length === 0 ? 1 : 0
  const { weights } = path
  const hot = one * inverse[length + 1]!
  const cold = zero * inverse[length + 1]!
  for (let i = length - 1; i >= 0; i--) {
    const weight = weights[i]!
    weights[i + 1]! += hot * weight * (i + 1)
    weights[i] = cold * weight * (length - i)
  }
}

/** UNWIND of Algorithm 2: takes feature `at` off a path of `length`. */
function unwind(path: Path, length: number, at: number): void {
  const one = path.ones[at]!
  const zero = path.zeros[at]!
  let next = path.weights[length - 1]!
  for (let i = length - 2; i >= 0; i--) {
    if (one !== 0) {
      const kept = path.weights[i]!
      path.weights[i] = (next * length) / ((i + 1) * one)
      next = kept - (path.weights[i]! * zero * (length - 1 - i)) / length
    } else {
      path.weights[i] = (path.weights[i]! * length) / (zero * (length - 1 - i))
    }
  }
  for (let i = at; i < length - 1; i++) {
    path.features[i] = path.features[i + 1]!
    path.zeros[i] = path.zeros[i + 1]!
    path.ones[i] = path.ones[i + 1]!
  }
}

// Sums of the weights that UNWIND would leave when a feature is taken off the path. The row follows a
// feature or not (ones are 1 or 0), which splits the sum of Algorithm 2 into two forms (Yang 2021).

/** For a feature that the row does not follow, times its share `zero`. */
function coldSum(weights: Float64Array, length: number): number {
  let sum = 0
  for (let i = length - 2; i >= 0; i--) sum += weights[i]! * inverse[length - 1 - i]!
  return sum * length
}

/** For a feature that the row follows. */
function hotSum(weights: Float64Array, length: number, zero: number): number {
  const share = zero / length
  let sum = 0
  let next = weights[length - 1]!
  for (let i = length - 2; i >= 0; i--) {
    const weight = next * (length * inverse[i + 1]!)
    sum += weight
    next = weights[i]! - weight * (share * (length - 1 - i))
  }
  return sum
}
