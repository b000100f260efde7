import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { trainBetterQuantiles, trainTrees } from './index.ts'
import { smallTask, withTarget } from './testing/tasks.ts'

const LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]

/** Noise that grows with the first feature. */
function noisyTask(rows: number, seed: number) {
  const random = createRandom(`noisy ${seed}`)
  const task = smallTask(rows, seed)
  const a = task.features[0]!.values
  return withTarget(task, (y, row) => y + Math.exp(a[row]! / 2) * random.normal())
}

describe('quantile trees', () => {
  it('never cross', () => {
    fc.assert(
      fc.property(fc.nat(), fc.boolean(), (seed, shared) => {
        const data = noisyTask(200, seed)
        const objective = { kind: 'quantile', levels: LEVELS, shared } as const
        const p = trainTrees(data, { objective, rounds: 10, minRows: 5 }).predict(data.features)
        for (let i = 0; i < p.length; i++) {
          if (i % LEVELS.length > 0) expect(p[i]!).toBeGreaterThanOrEqual(p[i - 1]!)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('cover what their levels say, with weights and without', () => {
    const data = noisyTask(6000, 1)
    const later = noisyTask(4000, 2)
    for (const weights of [undefined, new Float64Array(6000).fill(0.7)]) {
      for (const shared of [true, false]) {
        const objective = { kind: 'quantile', levels: LEVELS, shared } as const
        const given = weights === undefined ? data : { ...data, weights }
        const model = trainTrees(given, { objective, rounds: 60, leaves: 8 })
        const p = model.predict(later.features)
        LEVELS.forEach((level, k) => {
          const below = later.target.filter((y, i) => y <= p[i * LEVELS.length + k]!).length
          expect(Math.abs(below / later.rows - level)).toBeLessThan(0.04)
        })
      }
    }
  })

  it('are chosen by validation', () => {
    const data = noisyTask(1500, 3)
    const validation = noisyTask(800, 4)
    const parameters = { levels: LEVELS, rounds: 60, leaves: 8, earlyStopping: 8 }
    const better = trainBetterQuantiles(data, parameters, { validation })
    const lossOf = (shared: boolean) => {
      const objective = { kind: 'quantile', levels: LEVELS, shared } as const
      return Math.min(...trainTrees(data, { ...parameters, objective }, { validation }).history)
    }
    const losses = [lossOf(true), lossOf(false)]
    expect(Math.min(...better.history)).toBe(Math.min(...losses))
  })
})
