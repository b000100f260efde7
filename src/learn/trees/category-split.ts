import type { Bench } from './group-work.ts'
import { splitGain } from './plain-kernel.ts'

const MODE = { plain: false, monotone: 0 } as const

/** What a search for a set of categories works with. */
interface Search {
  readonly slots: Float64Array
  readonly rules: Float64Array
  readonly node: Float64Array
  readonly toBeat: number
  readonly least: number
  /** Result: gain, number of categories left, 0, left G, left H. */
  readonly out: Float64Array
  /** 256 bits: bins that go left. */
  readonly set: Uint8Array
}

/**
 * The best set of categories to send left, missing and rare ones going right. Up to oneHotUpTo
 * categories: one against the rest. More: in order of G/(H + smooth) the best prefix is the best set
 * for a second-order loss (Fisher 1958); tried from both ends, at most maxCategories long, with an
 * extra L2 (LightGBM's rule).
 */
export function bestCategorySplit(
  bench: Bench,
  slotsAt: number,
  binCount: number,
  nodeAt: number,
  outAt: number,
  setAt: number,
): void {
  const { doubles, bytes, layout } = bench
  const search: Search = {
    slots: doubles.subarray(slotsAt / 8, slotsAt / 8 + 2 * (binCount + 1)),
    rules: doubles.slice(layout.rulesAt / 8, layout.rulesAt / 8 + 4),
    node: doubles.subarray(nodeAt / 8, nodeAt / 8 + 8),
    toBeat: doubles[nodeAt / 8 + 3]!,
    least: Math.max(doubles[layout.rulesAt / 8 + 2]!, doubles[nodeAt / 8 + 2]!),
    out: doubles.subarray(outAt / 8, outAt / 8 + 5),
    set: bytes.subarray(setAt, setAt + 32),
  }
  search.out[0] = -Infinity
  if (binCount <= layout.rules.oneHotUpTo) splitOneFromRest(search)
  else splitPrefix(search, layout.rules)
}

function splitOneFromRest(search: Search): void {
  const { slots, node, least } = search
  let best = search.toBeat
  for (let bin = 1; bin < slots.length / 2; bin++) {
    const g = slots[2 * bin]!
    const h = slots[2 * bin + 1]!
    if (h < least || node[1]! - h < least) continue
    const gain = splitGain([g, h, node[0]! - g, node[1]! - h], search.rules, node, MODE)
    if (!(gain > best)) continue
    best = gain
    report(search, gain, [bin], g, h)
  }
}

function splitPrefix(search: Search, rules: Bench['layout']['rules']): void {
  const { slots, node, least } = search
  // The node's least hessian stands for minRows; scale it to rows of a category.
  const perRow = node[6]!
  const order: number[] = []
  for (let bin = 1; bin < slots.length / 2; bin++) {
    if (slots[2 * bin + 1]! >= rules.categorySmooth * perRow - 1e-9) order.push(bin)
  }
  const score = (bin: number) => slots[2 * bin]! / (slots[2 * bin + 1]! + rules.categorySmooth)
  order.sort((a, b) => score(a) - score(b) || a - b)
  search.rules[1]! += rules.categoryLambda2
  const most = Math.min(rules.maxCategories, (order.length + 1) >> 1)
  const group = Math.max(least, rules.minCategoryRows * perRow - 1e-9)
  let best = search.toBeat
  for (const end of [0, 1]) {
    let g = 0
    let h = 0
    let sinceLast = 0
    for (let i = 0; i < most; i++) {
      const bin = order[end === 0 ? i : order.length - 1 - i]!
      g += slots[2 * bin]!
      h += slots[2 * bin + 1]!
      sinceLast += slots[2 * bin + 1]!
      if (h < least || sinceLast < rules.minCategoryRows * perRow - 1e-9) continue
      if (node[1]! - h < group) break
      sinceLast = 0
      const gain = splitGain([g, h, node[0]! - g, node[1]! - h], search.rules, node, MODE)
      if (!(gain > best)) continue
      best = gain
      const left = end === 0 ? order.slice(0, i + 1) : order.slice(order.length - 1 - i)
      report(search, gain, left, g, h)
    }
  }
}

function report(search: Search, gain: number, left: readonly number[], g: number, h: number): void {
  search.out.set([gain - search.toBeat, left.length, 0, g, h])
  search.set.fill(0)
  for (const bin of left) search.set[bin >> 3]! |= 1 << (bin & 7)
}
