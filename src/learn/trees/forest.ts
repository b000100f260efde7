import { type Arena, createArena, reserve } from './arena.ts'
import { kernelOn, type TreeKernel } from './kernel.ts'
import type { Binning } from './prepare.ts'
import { depthOf, fillTable, type Tree } from './tree.ts'

/** Rows walked through all trees before the next: bins and leaves stay in the nearest caches. */
const BLOCK = 1024
/** Bytes of a node's fields, children and set (see walkTree in src/wasm/trees.ts). */
const NODE = 8
const CHILDREN = 8
const SET = 32

/** Where a tree stands in the forest's memory. */
interface Planted {
  readonly root: number
  readonly depth: number
  readonly useSets: boolean
  /** Output the leaves add to, −1 for all. */
  readonly output: number
  /** Address such that node n of the forest has its values at n × width × 8 from it. */
  readonly valuesAt: number
  readonly width: number
}

/** Binned rows somewhere in memory: row-major from `at`, `stride` bytes a row. */
export interface BinRows {
  readonly bytes: Uint8Array
  readonly at: number
  readonly stride: number
}

/** Memory that one forest after another can stand in. */
export interface Ground {
  readonly arena: Arena
  readonly bottom: number
  readonly kernel: TreeKernel
}

export function createGround(): Ground {
  const arena = createArena()
  return { arena, bottom: arena.top, kernel: kernelOn(arena.memory) }
}

/**
 * Trees ready to walk, in a memory of their own. Every tree is a stretch of nodes, its leaves among
 * them: a leaf is a node whose children are itself, so that rows of a block can take the same number
 * of steps without asking whether they have arrived.
 */
export class Forest {
  private readonly kernel: TreeKernel
  private readonly planted: Planted[] = []
  private readonly nodesAt: number
  private readonly childrenAt: number
  private readonly setsAt: number
  private readonly binsAt: number
  private readonly leavesAt: number
  private readonly scoresAt: number
  private readonly outputs: number
  private readonly stride: number
  private readonly bytes: Uint8Array
  private readonly words: Uint32Array
  private readonly doubles: Float64Array

  /** Plants trees in `ground`, over what stood there before. */
  constructor(trees: readonly Tree[], binning: Binning, outputs: number, ground = createGround()) {
    const { arena, kernel } = ground
    arena.top = ground.bottom
    const nodes = trees.reduce((sum, tree) => sum + 2 * tree.feature.length + 1, 0)
    const values = trees.reduce((sum, tree) => sum + nodesOf(tree) * widthOf(tree), 0)
    this.outputs = outputs
    this.stride = binning.stride
    this.nodesAt = reserve(arena, nodes * NODE)
    this.childrenAt = reserve(arena, nodes * CHILDREN)
    this.setsAt = reserve(arena, nodes * SET)
    const valuesAt = reserve(arena, values * 8)
    this.binsAt = reserve(arena, BLOCK * binning.stride)
    this.leavesAt = reserve(arena, BLOCK * 4)
    this.scoresAt = reserve(arena, BLOCK * outputs * 8)
    const { buffer } = arena.memory
    this.bytes = new Uint8Array(buffer)
    this.words = new Uint32Array(buffer)
    this.doubles = new Float64Array(buffer)
    this.kernel = kernel
    this.bytes.fill(0, this.nodesAt, valuesAt)
    this.plant(trees, binning, valuesAt)
  }

  private plant(trees: readonly Tree[], binning: Binning, valuesAt: number): void {
    let first = 0
    let at = valuesAt
    for (const tree of trees) {
      const width = widthOf(tree)
      const inner = tree.feature.length
      for (let n = 0; n < inner; n++) this.plantInner(tree, n, first, binning)
      for (let l = 0; l <= inner; l++) {
        this.words.fill(
          first + inner + l,
          this.childrenOf(first + inner + l),
          this.childrenOf(first + inner + l) + 2,
        )
      }
      this.doubles.set(tree.values, (at + 8 * inner * width) / 8)
      const useSets = tree.feature.some((f) => binning.features[f]!.bins.kind === 'category')
      const fields = { root: first, depth: depthOf(tree), useSets, output: tree.output, width }
      this.planted.push({ ...fields, valuesAt: at - 8 * first * width })
      first += nodesOf(tree)
      at += 8 * nodesOf(tree) * width
    }
  }

  private childrenOf(node: number): number {
    return (this.childrenAt + CHILDREN * node) / 4
  }

  private plantInner(tree: Tree, n: number, first: number, binning: Binning): void {
    const feature = tree.feature[n]!
    const isCategory = binning.features[feature]!.bins.kind === 'category'
    const missingLeft = tree.missingLeft[n] === 1
    const node = first + n
    const record = new DataView(this.bytes.buffer, this.nodesAt + NODE * node, NODE)
    record.setUint16(0, binning.columns[feature]!, true)
    record.setUint8(2, missingLeft ? 0 : 1)
    record.setUint16(4, tree.bin[n]! + (missingLeft ? 1 : 0), true)
    const set = tree.sets.subarray(32 * n, 32 * n + 32)
    fillTable(table, { isCategory, bin: tree.bin[n]!, missingLeft, set })
    for (let bin = 0; bin < 256; bin++) {
      this.bytes[this.setsAt + SET * node + (bin >> 3)]! |= table[bin]! << (bin & 7)
    }
    const child = (c: number) => (c >= 0 ? first + c : first + tree.feature.length - 1 - c)
    this.words[this.childrenOf(node)] = child(tree.left[n]!)
    this.words[this.childrenOf(node) + 1] = child(tree.right[n]!)
  }

  /** Adds the leaves that the first `rows` binned rows fall in to scores (rows × outputs). */
  addTo(scores: Float64Array, bins: BinRows, rows: number): void {
    const { outputs, stride } = this
    for (let begin = 0; begin < rows; begin += BLOCK) {
      const count = Math.min(BLOCK, rows - begin)
      const from = bins.at + begin * stride
      this.bytes.set(bins.bytes.subarray(from, from + count * stride), this.binsAt)
      const block = scores.subarray(begin * outputs, (begin + count) * outputs)
      this.doubles.set(block, this.scoresAt / 8)
      for (const tree of this.planted) this.addTree(tree, count)
      const end = this.scoresAt / 8 + block.length
      block.set(this.doubles.subarray(this.scoresAt / 8, end))
    }
  }

  private addTree(tree: Planted, rows: number): void {
    const { kernel, leavesAt, outputs } = this
    kernel.walkTree(
      this.nodesAt,
      this.childrenAt,
      this.setsAt,
      tree.useSets ? 1 : 0,
      tree.root,
      tree.depth,
      this.binsAt,
      this.stride,
      rows,
      leavesAt,
    )
    for (let k = 0; k < tree.width; k++) {
      const scoresAt = this.scoresAt + 8 * (tree.output >= 0 ? tree.output : k)
      kernel.addLeaves(leavesAt, rows, tree.valuesAt + 8 * k, tree.width, scoresAt, outputs)
    }
  }
}

const table = new Uint8Array(256)

const nodesOf = (tree: Tree) => 2 * tree.feature.length + 1
const widthOf = (tree: Tree) => tree.values.length / tree.leafRows.length
