import type { Binning } from './prepare.ts'
import type { Tree } from './tree.ts'

/** 32-bit fields of a node: column, rule, left, right (a child < 0 is leaf −1 − child of the forest). */
const FIELDS = 4
/** Rule of a number: rows go left when ((bin − first) & 255) < length; bits 0–7, 8–16. */
const IS_SET = 1 << 24

/** Trees in a row, ready to walk over binned rows. Plain data. */
export interface Forest {
  readonly nodes: Int32Array
  /** Root of each tree: a node, or a leaf (−1 − leaf) when the tree has one leaf only. */
  readonly roots: Int32Array
  /** Sets of categories, 8 words of 32 bits each; the low bits of a set's rule say which. */
  readonly sets: Uint32Array
  /** Address in `values` of each leaf; values per leaf: 1, or one an output. */
  readonly values: Float64Array
  readonly leafAt: Int32Array
  /** Output a tree adds to, −1 for all. */
  readonly outputOf: Int32Array
}

/** Lays trees side by side. */
export function plantForest(trees: readonly Tree[], binning: Binning): Forest {
  const inner = trees.reduce((sum, tree) => sum + tree.feature.length, 0)
  const leafCount = trees.reduce((sum, tree) => sum + tree.leafRows.length, 0)
  const nodes = new Int32Array(FIELDS * inner)
  const roots = new Int32Array(trees.length)
  const leafAt = new Int32Array(leafCount)
  const values = new Float64Array(trees.reduce((sum, tree) => sum + tree.values.length, 0))
  const sets: number[] = []
  let node = 0
  let leaf = 0
  let value = 0
  trees.forEach((tree, t) => {
    const child = (c: number) => (c >= 0 ? node + c : c - leaf)
    roots[t] = tree.feature.length === 0 ? -1 - leaf : node
    tree.feature.forEach((feature, n) => {
      const rule = ruleOf(tree, n, binning, feature, sets)
      const fields = [binning.columns[feature]!, rule, child(tree.left[n]!), child(tree.right[n]!)]
      nodes.set(fields, FIELDS * (node + n))
    })
    const width = tree.values.length / tree.leafRows.length
    for (let l = 0; l < tree.leafRows.length; l++) leafAt[leaf + l] = value + l * width
    values.set(tree.values, value)
    node += tree.feature.length
    leaf += tree.leafRows.length
    value += tree.values.length
  })
  const outputOf = Int32Array.from(trees, (tree) => tree.output)
  return { nodes, roots, sets: Uint32Array.from(sets), values, leafAt, outputOf }
}

function ruleOf(
  tree: Tree,
  node: number,
  binning: Binning,
  feature: number,
  sets: number[],
): number {
  if (binning.features[feature]!.bins.kind === 'category') {
    const words = new Uint32Array(tree.sets.slice(32 * node, 32 * node + 32).buffer)
    sets.push(...words)
    return IS_SET | (sets.length / 8 - 1)
  }
  const first = tree.missingLeft[node] === 1 ? 0 : 1
  return first | ((tree.bin[node]! + 1 - first) << 8)
}

/** Whether a bin goes left under a rule. */
export function goesLeft(rule: number, bin: number, sets: Uint32Array): boolean {
  if ((rule & IS_SET) === 0) return ((bin - rule) & 255) < rule >>> 8
  const word = sets[8 * (rule & 0xffffff) + (bin >> 5)]!
  return ((word >>> (bin & 31)) & 1) === 1
}

/** Rows walked through one tree before the next: their bins stay in the first cache. */
const BLOCK = 256

/**
 * Adds the leaves that binned rows fall in to scores (rows × outputs). bins: row-major from `at`,
 * `stride` bytes a row.
 */
export function addForest(
  forest: Forest,
  bins: { readonly bytes: Uint8Array; readonly at: number; readonly stride: number },
  rows: number,
  scores: Float64Array,
  outputs: number,
): void {
  for (let begin = 0; begin < rows; begin += BLOCK) {
    const end = Math.min(rows, begin + BLOCK)
    for (let tree = 0; tree < forest.roots.length; tree++) {
      addTree(forest, tree, bins, begin, end, scores, outputs)
    }
  }
}

function addTree(
  forest: Forest,
  tree: number,
  bins: { readonly bytes: Uint8Array; readonly at: number; readonly stride: number },
  begin: number,
  end: number,
  scores: Float64Array,
  outputs: number,
): void {
  const { nodes, sets, values, leafAt } = forest
  const { bytes, stride } = bins
  const root = forest.roots[tree]!
  const output = forest.outputOf[tree]!
  for (let row = begin, base = bins.at + begin * stride; row < end; row++, base += stride) {
    let node = root
    while (node >= 0) {
      const at = FIELDS * node
      const left = goesLeft(nodes[at + 1]!, bytes[base + nodes[at]!]!, sets)
      node = nodes[left ? at + 2 : at + 3]!
    }
    const value = leafAt[-1 - node]!
    if (output >= 0) scores[row * outputs + output]! += values[value]!
    else for (let k = 0; k < outputs; k++) scores[row * outputs + k]! += values[value + k]!
  }
}
