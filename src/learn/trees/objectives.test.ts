import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { lossOf } from './metrics.ts'
import { createObjective, type Labels } from './objectives.ts'
import { selectNth } from './select.ts'
import type { TreeObjective } from './types.ts'

const ROWS = 12

function draw(seed: number, objective: TreeObjective) {
  const random = createRandom(seed)
  const outputs = objective.kind === 'quantile' ? objective.levels.length : 1
  const scores = Float64Array.from({ length: ROWS * outputs }, () => random.normal())
  const isShare = objective.kind === 'logistic'
  const target = Float64Array.from({ length: ROWS }, () =>
    isShare ? random.int(2) : random.int(5) + (objective.kind === 'poisson' ? 0 : 0.25),
  )
  const weights = Float64Array.from({ length: ROWS }, () => 0.5 + random.next())
  const labels: Labels = { rows: ROWS, target, weights, groups: undefined }
  return { labels, scores, total: weights.reduce((a, b) => a + b, 0), outputs }
}

/** Sum of the weighted losses. */
function sumLoss(objective: TreeObjective, set: ReturnType<typeof draw>, scores: Float64Array) {
  const mean = lossOf(objective, { kind: 'objective' }, set.labels, scores)
  return mean * set.total * set.outputs
}

function gradientsOf(objective: TreeObjective, set: ReturnType<typeof draw>, tree = 0) {
  const pairs = new Float32Array(2 * ROWS)
  createObjective(objective, set.labels).gradients(set.scores, pairs, tree, 0)
  return pairs
}

const SMOOTH: TreeObjective[] = [
  { kind: 'squared' },
  { kind: 'poisson' },
  { kind: 'tweedie', power: 1.3 },
  { kind: 'logistic' },
]

describe('gradients', () => {
  for (const objective of SMOOTH) {
    it(`of ${objective.kind} agree with differences of the loss`, () => {
      fc.assert(
        fc.property(fc.nat(), (seed) => {
          const set = draw(seed, objective)
          const pairs = gradientsOf(objective, set)
          // Poisson's hessian is e^0.7 times the second derivative, on purpose.
          const damping = objective.kind === 'poisson' ? Math.exp(0.7) : 1
          const step = 1e-4
          for (let row = 0; row < ROWS; row++) {
            const at = (shift: number) => {
              const moved = set.scores.slice()
              moved[row]! += shift
              return sumLoss(objective, set, moved)
            }
            const slope = (at(step) - at(-step)) / (2 * step)
            const bend = (at(step) - 2 * at(0) + at(-step)) / step ** 2
            expect(Math.abs(pairs[2 * row]! - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)))
            const own = pairs[2 * row + 1]! / damping
            expect(Math.abs(own - bend)).toBeLessThan(1e-3 * (1 + Math.abs(bend)))
          }
        }),
        { numRuns: 20 },
      )
    })
  }

  it('of pinball agree with differences of the loss away from the kink', () => {
    const objective = { kind: 'quantile', levels: [0.1, 0.6], shared: false } as const
    const set = draw(3, objective)
    for (const output of [0, 1]) {
      const pairs = gradientsOf(objective, set, output)
      for (let row = 0; row < ROWS; row++) {
        const moved = set.scores.slice()
        moved[2 * row + output]! += 1e-6
        const slope = (sumLoss(objective, set, moved) - sumLoss(objective, set, set.scores)) / 1e-6
        expect(pairs[2 * row]!).toBeCloseTo(slope, 4)
      }
    }
  })

  it('of all levels together are the sum over the levels in the first round', () => {
    const levels = [0.1, 0.5, 0.9]
    const set = draw(4, { kind: 'quantile', levels })
    const together = gradientsOf({ kind: 'quantile', levels }, set)
    const sum = new Float64Array(ROWS)
    for (let k = 0; k < 3; k++) {
      const own = gradientsOf({ kind: 'quantile', levels, shared: false }, set, k)
      for (let row = 0; row < ROWS; row++) sum[row]! += own[2 * row]!
    }
    sum.forEach((g, row) => {
      expect(together[2 * row]!).toBeCloseTo(g, 5)
    })
  })
})

describe('selectNth', () => {
  it('agrees with sorting', () => {
    const value = fc.oneof(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 3 }))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.nat(), (values, n) => {
        const at = n % values.length
        const sorted = Float64Array.from(values).sort()
        // −0 and 0 are equal here, as they are for a loss.
        expect(selectNth(Float64Array.from(values), values.length, at) + 0).toBe(sorted[at]! + 0)
      }),
    )
  })
})
