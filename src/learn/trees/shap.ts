import { requireArgument } from '../../core/errors.ts'
import type { ModelData } from './boost.ts'
import type { PreparedFeatures } from './prepare.ts'
import { fillTable, type Tree } from './tree.ts'
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

/** Explains rows by one tree. */
class TreeWalk {
  private readonly tree: Tree
  private readonly width: number
  private readonly out: Float64Array
  private readonly columns: Int32Array
  private readonly tables: Uint8Array
  private readonly paths: Path[] = []
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
    this.visit(this.tree.feature.length === 0 ? -1 : 0, 0, -1, 1, 1)
  }

  private pathOf(depth: number): Path {
    while (this.paths.length <= depth) {
      const size = this.paths.length + 2
      this.paths.push({
        features: new Int32Array(size),
        zeros: new Float64Array(size),
        ones: new Float64Array(size),
        weights: new Float64Array(size),
      })
    }
    return this.paths[depth]!
  }

  /** `length` features stand on the path before `feature` joins it with the given shares. */
  private visit(node: number, length: number, feature: number, zero: number, one: number): void {
    this.visitAt(0, node, length, feature, zero, one)
  }

  private visitAt(
    level: number,
    node: number,
    length: number,
    feature: number,
    zero: number,
    one: number,
  ): void {
    const path = this.pathOf(level)
    if (level > 0) copyPath(this.paths[level - 1]!, path, length)
    extend(path, length, feature, zero, one)
    if (node < 0) {
      this.leaf(path, length + 1, -1 - node)
      return
    }
    const { tree } = this
    const own = tree.feature[node]!
    const bin = this.bytes[this.base + this.columns[node]!]!
    const left = tree.left[node]!
    const right = tree.right[node]!
    const isLeft = this.tables[256 * node + bin] === 1
    const [hot, cold] = isLeft ? [left, right] : [right, left]
    let [zeroBefore, oneBefore, size] = [1, 1, length + 1]
    const seen = find(path, size, own)
    if (seen > 0) {
      zeroBefore = path.zeros[seen]!
      oneBefore = path.ones[seen]!
      unwind(path, size, seen)
      size--
    }
    const rows = tree.nodeRows[node]!
    this.visitAt(level + 1, hot, size, own, (zeroBefore * this.rowsOf(hot)) / rows, oneBefore)
    this.visitAt(level + 1, cold, size, own, (zeroBefore * this.rowsOf(cold)) / rows, 0)
  }

  private rowsOf(child: number): number {
    return child >= 0 ? this.tree.nodeRows[child]! : this.tree.leafRows[-1 - child]!
  }

  private leaf(path: Path, length: number, leaf: number): void {
    for (let i = 1; i < length; i++) {
      const weight = unwoundSum(path, length, i) * (path.ones[i]! - path.zeros[i]!)
      this.add(leaf, path.features[i]!, weight)
    }
    // The expected score: what reaches the leaf when no feature is known.
    let share = 1
    for (let i = 1; i < length; i++) share *= path.zeros[i]!
    this.add(leaf, this.width - 1, share)
  }

  private add(leaf: number, column: number, weight: number): void {
    const { tree, outputs, width, leafWidth, out } = this
    const base = this.row * outputs * width + column
    for (let k = 0; k < leafWidth; k++) {
      const output = leafWidth === 1 && tree.output >= 0 ? tree.output : k
      out[base + output * width]! += weight * tree.values[leaf * leafWidth + k]!
    }
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

/** EXTEND of Algorithm 2: the share of subsets of each size, with one more feature. */
function extend(path: Path, length: number, feature: number, zero: number, one: number): void {
  path.features[length] = feature
  path.zeros[length] = zero
  path.ones[length] = one
  path.weights[length] = length === 0 ? 1 : 0
  for (let i = length - 1; i >= 0; i--) {
    path.weights[i + 1]! += (one * path.weights[i]! * (i + 1)) / (length + 1)
    path.weights[i] = (zero * path.weights[i]! * (length - i)) / (length + 1)
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

/** Sum of the weights that UNWIND would leave. */
function unwoundSum(path: Path, length: number, at: number): number {
  const one = path.ones[at]!
  const zero = path.zeros[at]!
  let next = path.weights[length - 1]!
  let sum = 0
  for (let i = length - 2; i >= 0; i--) {
    if (one !== 0) {
      const weight = (next * length) / ((i + 1) * one)
      sum += weight
      next = path.weights[i]! - (weight * zero * (length - 1 - i)) / length
    } else if (zero !== 0) {
      sum += (path.weights[i]! * length) / (zero * (length - 1 - i))
    }
  }
  return sum
}
