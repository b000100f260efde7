import { describe, expect, it } from 'vitest'
import { trainTrees } from './index.ts'
import { modelFromBytes } from './save.ts'
import { smallTask } from './testing/tasks.ts'
import { fillTable, type Tree } from './tree.ts'

const FEATURES = 3

/** Expected leaf value of a tree when only the features of `known` are (path-dependent). */
function expectation(tree: Tree, binsOf: (feature: number) => number, known: number): number {
  const kinds = ['number', 'number', 'category']
  const visit = (node: number): number => {
    if (node < 0) return tree.values[-1 - node]!
    const feature = tree.feature[node]!
    const table = new Uint8Array(256)
    fillTable(table, {
      isCategory: kinds[feature] === 'category',
      bin: tree.bin[node]!,
      missingLeft: tree.missingLeft[node] === 1,
      set: tree.sets.subarray(32 * node, 32 * node + 32),
    })
    const [left, right] = [tree.left[node]!, tree.right[node]!]
    if ((known >> feature) & 1) return visit(table[binsOf(feature)] === 1 ? left : right)
    const rows = (c: number) => (c >= 0 ? tree.nodeRows[c]! : tree.leafRows[-1 - c]!)
    const share = rows(left) / tree.nodeRows[node]!
    return share * visit(left) + (1 - share) * visit(right)
  }
  return visit(tree.feature.length === 0 ? -1 : 0)
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1))

/** Shapley value of a feature over all subsets of the others. */
function shapley(tree: Tree, binsOf: (feature: number) => number, feature: number): number {
  let sum = 0
  for (let others = 0; others < 1 << FEATURES; others++) {
    if ((others >> feature) & 1) continue
    const size = others.toString(2).replaceAll('0', '').length
    const weight = (factorial(size) * factorial(FEATURES - size - 1)) / factorial(FEATURES)
    const gain =
      expectation(tree, binsOf, others | (1 << feature)) - expectation(tree, binsOf, others)
    sum += weight * gain
  }
  return sum
}

describe('contributions', () => {
  it('are the Shapley values of the definition', () => {
    const data = smallTask(300, 4)
    const parameters = { objective: { kind: 'squared' }, rounds: 6, leaves: 12 } as const
    const model = trainTrees(data, parameters)
    const { trees, binning, start } = modelFromBytes(model.toBytes())
    const rows = model.prepare(data.features)
    const bytes = new Uint8Array(rows.arena.memory.buffer, rows.binsAt)
    const own = model.contributions(rows)
    for (let row = 0; row < 40; row++) {
      const binsOf = (feature: number) => bytes[row * binning.stride + binning.columns[feature]!]!
      for (let feature = 0; feature < FEATURES; feature++) {
        const sum = trees.reduce((total, tree) => total + shapley(tree, binsOf, feature), 0)
        expect(own[row * 4 + feature]).toBeCloseTo(sum, 9)
      }
      const base = trees.reduce((sum, tree) => sum + expectation(tree, binsOf, 0), start[0]!)
      expect(own[row * 4 + 3]).toBeCloseTo(base, 9)
    }
  })

  it('sum to the raw score, level by level, and start from the offset', () => {
    const data = smallTask(300, 5)
    for (const shared of [true, false]) {
      const objective = { kind: 'quantile', levels: [0.1, 0.5, 0.9], shared } as const
      const model = trainTrees(data, { objective, rounds: 15 })
      const offset = Float64Array.from({ length: 900 }, (_, i) => (i * 7) % 5)
      for (const options of [{}, { offset }]) {
        const parts = model.contributions(data.features, options)
        model.predict(data.features, { ...options, raw: true }).forEach((raw, i) => {
          const sum = parts.subarray(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)
          expect(sum).toBeCloseTo(raw, 9)
        })
      }
    }
  })
})
