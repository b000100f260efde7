import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { prepareTreeData, trainTrees } from './index.ts'
import { exactGreedyTree } from './testing/exact-greedy.ts'
import type { TreeFeature } from './types.ts'

describe('a tree', () => {
  it('is the one that trying every cut of the raw values gives', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 9 }), (seed, leaves) => {
        const random = createRandom(seed)
        const rows = 60
        const features = Array.from({ length: 4 }, (_, f): TreeFeature => {
          const values = Float64Array.from({ length: rows }, () =>
            f < 2 && random.next() < 0.2 ? Number.NaN : random.int(5 + 10 * f),
          )
          return { name: `f${f}`, kind: 'number', values }
        })
        const target = Float64Array.from({ length: rows }, () => Math.fround(random.normal()))
        const mean = target.reduce((a, b) => a + b, 0) / rows
        // Gradients are f32 in the trainer; no two cuts are that close on random data.
        const gradients = Array.from(target, (y) => Math.fround(mean - y))
        const limits = { leaves, minRows: 3 }
        const expected = exactGreedyTree(features, gradients, limits)
        const model = trainTrees(
          { rows, features: prepare(features), target },
          { objective: { kind: 'squared' }, rounds: 1, learningRate: 1, minHessian: 0, ...limits },
        )
        const own = model.predict(features)
        expected.forEach((value, row) => {
          expect(own[row]! - mean).toBeCloseTo(value, 5)
        })
      }),
      { numRuns: 60 },
    )
  })
})

/** Bins of one distinct value each: binning with at least one row a bin. */
function prepare(features: readonly TreeFeature[]) {
  return prepareTreeData(features, { minRowsPerBin: 1 })
}
