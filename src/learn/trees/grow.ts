import type { Bench } from './group-work.ts'
import { JOB, NODE_BYTES, RESULT_BYTES, RESULT_CATEGORIES } from './layout.ts'
import { leafGain, leafValue } from './plain-kernel.ts'
import type { Team } from './team.ts'
import { fillTable, type LeafRange, type Split, type Tree, TreeBuilder } from './tree.ts'

/** Limits on one tree. */
export interface GrowLimits {
  readonly leaves: number
  readonly maxDepth: number
  readonly minRows: number
  readonly minGain: number
}

/** Columns drawn for a tree (bytes 0/1), and how those of a node are drawn from them. */
export interface TreeColumns {
  readonly ofTree: Uint8Array
  drawForNode(used: Uint8Array): void
}

/** A tree and the rows of its leaves in the row index. */
export interface Grown {
  readonly tree: Tree
  readonly leaves: readonly LeafRange[]
}

/** The best split of a leaf and what its sides hold. */
interface Candidate extends Split {
  readonly column: number
  readonly leftG: number
  readonly leftH: number
}

interface Leaf extends LeafRange {
  readonly depth: number
  readonly g: number
  readonly h: number
  /** Bounds that monotone splits above put on the values below. */
  low: number
  high: number
  /** Address of its histogram, 0 when it has none. */
  histogram: number
  best: Candidate | undefined
}

/**
 * Grows one tree on the first `count` rows of the index, best leaf first (Shi 2007; Ke et al. 2017):
 * the leaf whose best split gains most is split until `leaves` is reached or nothing gains. Gradient
 * pairs stand in the arena. Values are not shrunk.
 */
export function growTree(
  bench: Bench,
  team: Team,
  count: number,
  limits: GrowLimits,
  columns: TreeColumns,
): Grown {
  const grower = new Grower(bench, team, limits, columns)
  return grower.grow(count)
}

class Grower {
  private readonly builder = new TreeBuilder()
  private readonly leaves: Leaf[] = []
  private readonly free: number[] = []
  private readonly bench: Bench
  private readonly team: Team
  private readonly limits: GrowLimits
  private readonly columns: TreeColumns
  private readonly ruleNumbers: Float64Array

  constructor(bench: Bench, team: Team, limits: GrowLimits, columns: TreeColumns) {
    this.bench = bench
    this.team = team
    this.limits = limits
    this.columns = columns
    const { layout, doubles } = bench
    bench.bytes.set(columns.ofTree, layout.treeColumnsAt)
    this.ruleNumbers = doubles.subarray(layout.rulesAt / 8, layout.rulesAt / 8 + 4)
    for (let i = limits.leaves - 1; i >= 0; i--) {
      this.free.push(layout.histogramsAt + i * layout.histogramBytes)
    }
  }

  grow(count: number): Grown {
    const root = this.makeRoot(count)
    this.leaves.push(root)
    this.search(root, undefined, root.count)
    while (this.leaves.length < this.limits.leaves) {
      const at = this.bestLeaf()
      if (at < 0) break
      this.splitLeaf(at)
    }
    return { tree: this.builder.finish(this.leaves, 0), leaves: this.leaves }
  }

  private makeRoot(count: number): Leaf {
    const { kernel, layout, doubles } = this.bench
    kernel.sumPairs(layout.indexAt, count, layout.pairsAt, layout.nodesAt)
    const [g, h] = [doubles[layout.nodesAt / 8]!, doubles[layout.nodesAt / 8 + 1]!]
    const root: Leaf = {
      begin: 0,
      count,
      depth: 0,
      g,
      h,
      low: -Infinity,
      high: Infinity,
      histogram: 0,
      best: undefined,
      value: 0,
    }
    root.value = leafValue(g, h, this.ruleNumbers, this.nodeNumbers(root))
    return root
  }

  /** The leaf to split next: most gain, then the oldest. */
  private bestLeaf(): number {
    let at = -1
    this.leaves.forEach((leaf, i) => {
      if (leaf.best === undefined) return
      if (at < 0 || leaf.best.gain > this.leaves[at]!.best!.gain) at = i
    })
    return at
  }

  private splitLeaf(at: number): void {
    const parent = this.leaves[at]!
    const split = parent.best!
    const leftCount = this.partition(parent, split)
    const rightCount = parent.count - leftCount
    const { begin, histogram } = parent
    const [left, right] = this.childrenOf(parent, split, [
      { begin, count: leftCount },
      { begin: begin + leftCount, count: rightCount },
    ])
    const added = this.builder.split(at, { ...split, rows: parent.count })
    this.leaves[at] = left
    this.leaves[added] = right
    const [small, large] = leftCount <= rightCount ? [left, right] : [right, left]
    large.histogram = histogram
    this.search(small, large, small.count)
  }

  /** Moves the rows of `leaf` that go left to the front; returns how many they are. */
  private partition(leaf: Leaf, split: Candidate): number {
    const { kernel, layout, bytes } = this.bench
    fillTable(bytes.subarray(layout.tableAt, layout.tableAt + 256), split)
    return kernel.partition(
      layout.binsAt + split.column,
      layout.stride,
      layout.indexAt + 4 * leaf.begin,
      leaf.count,
      layout.tableAt,
      layout.scratchAt,
    )
  }

  private childrenOf(
    parent: Leaf,
    split: Candidate,
    ranges: readonly [Pick<Leaf, 'begin' | 'count'>, Pick<Leaf, 'begin' | 'count'>],
  ): [Leaf, Leaf] {
    const { depth, low, high } = parent
    const side = (range: Pick<Leaf, 'begin' | 'count'>, g: number, h: number): Leaf => ({
      ...range,
      depth: depth + 1,
      g,
      h,
      low,
      high,
      histogram: 0,
      best: undefined,
      value: this.valueOf(g, h, split, parent),
    })
    const left = side(ranges[0], split.leftG, split.leftH)
    const right = side(ranges[1], parent.g - split.leftG, parent.h - split.leftH)
    this.boundChildren(left, right, this.bench.layout.columns[split.column]!.monotone)
    return [left, right]
  }

  private valueOf(g: number, h: number, split: Split, parent: Leaf): number {
    const { rules } = this.bench.layout
    const numbers = this.ruleNumbers.slice()
    const isSet = split.isCategory && this.binCountOf(split) > rules.oneHotUpTo
    if (isSet) numbers[1]! += rules.categoryLambda2
    return leafValue(g, h, numbers, this.nodeNumbers(parent))
  }

  private binCountOf(split: Split): number {
    const column = this.bench.layout.columns.find((c) => c.feature === split.feature)
    return column?.binCount ?? 0
  }

  /** A monotone split keeps everything below it on its side of the middle of both values. */
  private boundChildren(left: Leaf, right: Leaf, monotone: number): void {
    if (monotone === 0) return
    const middle = (left.value + right.value) / 2
    const [lower, upper] = monotone > 0 ? [left, right] : [right, left]
    lower.high = Math.min(lower.high, middle)
    upper.low = Math.max(upper.low, middle)
  }

  private nodeNumbers(leaf: Leaf): Float64Array {
    const perRow = leaf.h / leaf.count
    const bounds = [leaf.low, leaf.high]
    // Sums of hessians stand for rows, as every row of a histogram carries one; half a row of slack.
    const least = (this.limits.minRows - 0.5) * perRow
    return Float64Array.from([leaf.g, leaf.h, least, 0, ...bounds, perRow, 0])
  }

  private isSplittable(leaf: Leaf): boolean {
    const { minRows, maxDepth } = this.limits
    return leaf.count >= 2 * minRows && leaf.depth < maxDepth
  }

  /** Finds the best splits of a new leaf and, by subtraction from its parent, of its sibling. */
  private search(small: Leaf, large: Leaf | undefined, count: number): void {
    const { layout, ints } = this.bench
    const full = this.leaves.length >= this.limits.leaves
    const scanSmall = !full && this.isSplittable(small)
    const scanLarge = !full && large !== undefined && this.isSplittable(large)
    if (scanSmall || scanLarge) {
      small.histogram = this.free.pop()!
      const job = layout.jobAt / 4
      ints[job + JOB.index] = layout.indexAt + 4 * small.begin
      ints[job + JOB.count] = count
      ints[job + JOB.small] = small.histogram
      ints[job + JOB.large] = scanLarge ? large.histogram : 0
      ints[job + JOB.scan] = (scanSmall ? 1 : 0) + (scanLarge ? 2 : 0)
      this.writeNode(small, 0)
      if (large !== undefined) this.writeNode(large, 1)
      this.team.work(this.bench)
    }
    this.settle(small, scanSmall, 0)
    if (large !== undefined) this.settle(large, scanLarge, 1)
  }

  private writeNode(leaf: Leaf, node: 0 | 1): void {
    const { layout, doubles, bytes } = this.bench
    const numbers = this.nodeNumbers(leaf)
    const free = Float64Array.of(0, 0, 0, 0, -Infinity, Infinity)
    const value = leafValue(leaf.g, leaf.h, this.ruleNumbers, free)
    numbers[3] = leafGain(leaf.g, leaf.h, value, this.ruleNumbers) + this.limits.minGain
    doubles.set(numbers, (layout.nodesAt + node * NODE_BYTES) / 8)
    const used = layout.usedAt + node * layout.stride
    this.columns.drawForNode(bytes.subarray(used, used + layout.columns.length))
  }

  /** Keeps the best split of a leaf, or gives its histogram back when there is none. */
  private settle(leaf: Leaf, scanned: boolean, node: 0 | 1): void {
    if (scanned) leaf.best = this.pickBest(leaf, node)
    if (leaf.best !== undefined || leaf.histogram === 0) return
    this.free.push(leaf.histogram)
    leaf.histogram = 0
  }

  /** The best of the columns' results; of equal ones the first feature. */
  private pickBest(leaf: Leaf, node: 0 | 1): Candidate | undefined {
    const { layout, doubles, bytes } = this.bench
    const used = layout.usedAt + node * layout.stride
    let best = -1
    let most = 0
    for (let c = 0; c < layout.columns.length; c++) {
      if (bytes[used + c] !== 1) continue
      const gain = doubles[(layout.resultsAt + (node * layout.stride + c) * RESULT_BYTES) / 8]!
      if (!(gain > 0) || gain < most) continue
      const first = best < 0 || layout.columns[c]!.feature < layout.columns[best]!.feature
      if (gain === most && !first) continue
      most = gain
      best = c
    }
    return best < 0 ? undefined : this.readCandidate(leaf, node, best)
  }

  private readCandidate(leaf: Leaf, node: 0 | 1, column: number): Candidate {
    const { layout, doubles, bytes } = this.bench
    const at = layout.resultsAt + (node * layout.stride + column) * RESULT_BYTES
    const result = doubles.subarray(at / 8, at / 8 + 5)
    const { feature, isCategory } = layout.columns[column]!
    const leftH = result[4]!
    const sawMissing = doubles[this.missingSlot(leaf, column) + 1] !== 0
    return {
      column,
      feature,
      isCategory,
      gain: result[0]!,
      bin: result[1]!,
      // Where no row is missing, what is missing later goes with the heavier side.
      missingLeft: !isCategory && (sawMissing ? result[2] === 1 : leftH > leaf.h / 2),
      leftG: result[3]!,
      leftH,
      set: bytes.slice(at + RESULT_CATEGORIES, at + RESULT_CATEGORIES + 32),
      rows: leaf.count,
    }
  }

  private missingSlot(leaf: Leaf, column: number): number {
    const { layout } = this.bench
    const group = column >> 3
    const within = (column & 7) * layout.slotBytes[group]!
    return (leaf.histogram + layout.groupOffset[group]! + within) / 8
  }
}
