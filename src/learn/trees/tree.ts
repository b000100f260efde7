/**
 * One tree as parallel arrays. Inner nodes 0 … n − 1 (0 is the root), leaves 0 … n. A child ≥ 0 is an
 * inner node, a child < 0 is leaf −1 − child. Plain data.
 */
export interface Tree {
  /** Output the leaves add to; −1 when they hold a value for every output. */
  readonly output: number
  readonly feature: Int32Array
  /** Rows go left when their bin is in 1 … bin (numbers) or in the node's set (categories). */
  readonly bin: Uint8Array
  /** Numbers: 1 when missing values go left. */
  readonly missingLeft: Uint8Array
  /** 32 bytes a node: bins of a category that go left; zero for numbers. */
  readonly sets: Uint8Array
  readonly left: Int32Array
  readonly right: Int32Array
  readonly gain: Float64Array
  /** Rows (in the bag) that reached the node and the leaf. */
  readonly nodeRows: Float64Array
  readonly leafRows: Float64Array
  /** Leaves × width, width = 1 or the number of outputs. */
  readonly values: Float64Array
}

/** Where the rows of each leaf stand in the row index after a tree has grown. */
export interface LeafRange {
  readonly begin: number
  readonly count: number
  value: number
}

/** A split that was made. */
export interface Split {
  readonly feature: number
  readonly isCategory: boolean
  readonly bin: number
  readonly missingLeft: boolean
  readonly set: Uint8Array
  readonly gain: number
  readonly rows: number
}

/** Writes 1 for every bin that goes left under a split to `table` (256 bytes). */
export function fillTable(
  table: Uint8Array,
  split: Pick<Split, 'isCategory' | 'bin' | 'missingLeft' | 'set'>,
): void {
  if (split.isCategory) {
    for (let bin = 0; bin < 256; bin++) table[bin] = (split.set[bin >> 3]! >> (bin & 7)) & 1
    return
  }
  table.fill(0)
  table.fill(1, 1, split.bin + 1)
  if (split.missingLeft) table[0] = 1
}

/** Splits on the longest way from the root. */
export function depthOf(tree: Tree): number {
  const depths = new Int32Array(tree.feature.length)
  let most = 0
  // A child comes after its parent.
  for (let node = 0; node < tree.feature.length; node++) {
    const below = depths[node]! + 1
    most = Math.max(most, below)
    for (const child of [tree.left[node]!, tree.right[node]!]) if (child >= 0) depths[child] = below
  }
  return most
}

/** Collects splits and leaves while a tree grows. */
export class TreeBuilder {
  private readonly splits: Split[] = []
  private readonly children: [left: number, right: number][] = []
  /** Node and side that each leaf hangs from; −1 for the root. */
  private readonly parents: [node: number, side: 0 | 1][] = [[-1, 0]]

  /** Splits `leaf`: it becomes the left child, a new leaf (whose number is returned) the right one. */
  split(leaf: number, split: Split): number {
    const node = this.splits.length
    const added = node + 1
    const [parent, side] = this.parents[leaf]!
    if (parent >= 0) this.children[parent]![side] = node
    this.splits.push(split)
    this.children.push([-1 - leaf, -1 - added])
    this.parents[leaf] = [node, 0]
    this.parents.push([node, 1])
    return added
  }

  /** The tree with the given leaves. */
  finish(leaves: readonly LeafRange[], output: number): Tree {
    const { splits } = this
    const sets = new Uint8Array(32 * splits.length)
    splits.forEach((split, node) => {
      if (split.isCategory) sets.set(split.set, 32 * node)
    })
    return {
      output,
      feature: Int32Array.from(splits, (s) => s.feature),
      bin: Uint8Array.from(splits, (s) => (s.isCategory ? 0 : s.bin)),
      missingLeft: Uint8Array.from(splits, (s) => (s.missingLeft ? 1 : 0)),
      sets,
      left: Int32Array.from(this.children, (c) => c[0]),
      right: Int32Array.from(this.children, (c) => c[1]),
      gain: Float64Array.from(splits, (s) => s.gain),
      nodeRows: Float64Array.from(splits, (s) => s.rows),
      leafRows: Float64Array.from(leaves, (l) => l.count),
      values: Float64Array.from(leaves, (l) => l.value),
    }
  }
}
