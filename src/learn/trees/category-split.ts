import type { Bench } from './group-work.ts'
import type { SplitRules } from './layout.ts'
import { splitGain } from './plain-kernel.ts'

/** Hessian sums stand for rows and carry rounding; a little less than enough is enough. */
const SLACK = 1e-9

/** Scratch of a thread: bins in order of their score. */
const order = new Int32Array(256)
const scores = new Float64Array(256)
const rules = new Float64Array(4)

/** A search at work: the node's numbers and the best set so far. */
interface Search {
  readonly doubles: Float64Array
  /** Index of slot 0. */
  readonly slots: number
  readonly binCount: number
  readonly node: Float64Array
  readonly isPlain: boolean
  /** Hessian that each side holds at least. */
  readonly least: number
  best: number
  /** Categories on the left, from which end of the order, and their sums. */
  size: number
  fromEnd: boolean
  leftG: number
  leftH: number
}

/**
 * The best set of categories to send left, missing and rare ones going right. Up to oneHotUpTo
 * categories: one against the rest. More: in order of G/(H + smooth) the best prefix is the best set
 * for a second-order loss (Fisher 1958); tried from both ends, at most maxCategories long, with an
 * extra L2 (LightGBM's rule). Writes gain over the one to beat (or −∞), size, 0, left G, left H to
 * `outAt`, the set as 256 bits to `setAt`.
 */
export function bestCategorySplit(
  { doubles, bytes, layout }: Bench,
  slotsAt: number,
  binCount: number,
  nodeAt: number,
  outAt: number,
  setAt: number,
): void {
  for (let i = 0; i < 4; i++) rules[i] = doubles[layout.rulesAt / 8 + i]!
  const toBeat = doubles[nodeAt / 8 + 3]!
  const search: Search = {
    doubles,
    slots: slotsAt / 8,
    binCount,
    node: doubles.subarray(nodeAt / 8, nodeAt / 8 + 8),
    isPlain: layout.rules.plain,
    least: Math.max(rules[2]!, doubles[nodeAt / 8 + 2]!),
    best: toBeat,
    size: 0,
    fromEnd: false,
    leftG: 0,
    leftH: 0,
  }
  const isFew = binCount <= layout.rules.oneHotUpTo
  const count = isFew ? splitOneFromRest(search) : splitPrefix(search, layout.rules)
  const out = outAt / 8
  doubles[out] = search.size === 0 ? -Infinity : search.best - toBeat
  doubles[out + 1] = search.size
  doubles[out + 2] = 0
  doubles[out + 3] = search.leftG
  doubles[out + 4] = search.leftH
  bytes.fill(0, setAt, setAt + 32)
  for (let i = 0; i < search.size; i++) {
    const bin = order[search.fromEnd ? count - 1 - i : i]!
    bytes[setAt + (bin >> 3)]! |= 1 << (bin & 7)
  }
}

function splitOneFromRest(search: Search): number {
  const { doubles, slots, least, node } = search
  for (let bin = 1; bin <= search.binCount; bin++) {
    const g = doubles[slots + 2 * bin]!
    const h = doubles[slots + 2 * bin + 1]!
    if (h < least || node[1]! - h < least) continue
    if (consider(search, g, h, 1, false)) order[0] = bin
  }
  return 1
}

/** Returns the number of categories in `order`. */
function splitPrefix(search: Search, limits: SplitRules): number {
  const { doubles, slots, node, least } = search
  const perRow = node[6]!
  const count = sortBins(search, limits.categorySmooth, perRow)
  rules[1]! += limits.categoryLambda2
  const most = Math.min(limits.maxCategories, (count + 1) >> 1)
  const leastStep = limits.minCategoryRows * perRow - SLACK
  const leastRest = Math.max(least, leastStep)
  for (let end = 0; end < 2; end++) {
    let g = 0
    let h = 0
    let step = 0
    for (let i = 0; i < most; i++) {
      const bin = order[end === 0 ? i : count - 1 - i]!
      g += doubles[slots + 2 * bin]!
      h += doubles[slots + 2 * bin + 1]!
      step += doubles[slots + 2 * bin + 1]!
      if (node[1]! - h < leastRest) break
      if (h < least || step < leastStep) continue
      step = 0
      consider(search, g, h, i + 1, end === 1)
    }
  }
  return count
}

/** Fills `order` with the categories of enough rows by rising G/(H + smooth); returns how many. */
function sortBins(search: Search, smooth: number, perRow: number): number {
  const { doubles, slots } = search
  let count = 0
  for (let bin = 1; bin <= search.binCount; bin++) {
    const h = doubles[slots + 2 * bin + 1]!
    if (h < smooth * perRow - SLACK) continue
    order[count] = bin
    scores[count++] = doubles[slots + 2 * bin]! / (h + smooth)
  }
  shellSort(count)
  return count
}

/** Sorts `scores` and `order` together (Ciura's gaps); of equal scores the lower bin comes first. */
function shellSort(count: number): void {
  for (const gap of [132, 57, 23, 10, 4, 1]) {
    for (let i = gap; i < count; i++) {
      const score = scores[i]!
      const bin = order[i]!
      let j = i
      for (; j >= gap && isAfter(j - gap, score, bin); j -= gap) {
        scores[j] = scores[j - gap]!
        order[j] = order[j - gap]!
      }
      scores[j] = score
      order[j] = bin
    }
  }
}

function isAfter(place: number, score: number, bin: number): boolean {
  const own = scores[place]!
  return own > score || (own === score && order[place]! > bin)
}

/** Keeps a set when it gains most so far. */
function consider(search: Search, g: number, h: number, size: number, fromEnd: boolean): boolean {
  const { node } = search
  const gain = gainOf(search, g, h, node[0]! - g, node[1]! - h)
  if (!(gain > search.best)) return false
  search.best = gain
  search.size = size
  search.fromEnd = fromEnd
  search.leftG = g
  search.leftH = h
  return true
}

const LIMITED = { plain: false, monotone: 0 } as const

function gainOf(search: Search, gl: number, hl: number, gr: number, hr: number): number {
  if (!search.isPlain) return splitGain([gl, hl, gr, hr], rules, search.node, LIMITED)
  const lambda2 = rules[1]!
  return (gl * gl) / (hl + lambda2) + (gr * gr) / (hr + lambda2)
}
