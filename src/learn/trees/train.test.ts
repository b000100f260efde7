import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { prepareTreeData, trainTrees } from './index.ts'
import { meanSquare, smallTask, withTarget } from './testing/tasks.ts'
import type { TreeFeature, TreeParameters } from './types.ts'

const SQUARED = { objective: { kind: 'squared' } } as const

describe('trainTrees', () => {
  it('learns a bent surface with categories and missing values', () => {
    const data = smallTask(3000, 1)
    const later = smallTask(1000, 2)
    const model = trainTrees(data, { ...SQUARED, rounds: 200 })
    const flat = meanSquare(new Float64Array(1000).fill(1.7), later.target)
    const own = meanSquare(model.predict(later.features), later.target)
    expect(own).toBeLessThan(0.1)
    expect(own).toBeLessThan(flat / 15)
  })

  it('gives the same model for the same seed, and another for another', () => {
    const data = smallTask(400, 1)
    const train = (seed: number) =>
      trainTrees(data, { ...SQUARED, rounds: 5, rowFraction: 0.5, seed }).toBytes()
    expect(train(1)).toEqual(train(1))
    expect(train(1)).not.toEqual(train(2))
  })

  it('predicts rows that come and go in one memory, beside those that were prepared', () => {
    const model = trainTrees(smallTask(400, 1), { ...SQUARED, rounds: 5 })
    const [many, few] = [smallTask(900, 2).features, smallTask(50, 3).features]
    const prepared = model.prepare(many)
    const first = model.predict(many)
    const other = model.predict(few)
    const parts = model.contributions(few)
    expect(model.predict(many)).toEqual(first)
    expect(model.predict(prepared)).toEqual(first)
    expect(model.predict(few)).toEqual(other)
    expect(model.contributions(few)).toEqual(parts)
  })

  it('trains many targets on features prepared once', () => {
    const data = smallTask(400, 1)
    const features = prepareTreeData(data.features)
    const doubled = withTarget(data, (y) => 2 * y)
    const once = trainTrees({ ...doubled, features }, SQUARED)
    trainTrees({ ...data, features }, SQUARED)
    const again = trainTrees(doubled, SQUARED)
    expect(once.predict(features)).toEqual(again.predict(data.features))
  })

  it('takes a row of weight 2 for two rows', () => {
    const whole = smallTask(200, 5)
    const data = { ...whole, features: whole.features.slice(0, 2) }
    const twice = (values: TreeFeature['values']) =>
      Float64Array.from({ length: 400 }, (_, i) => values[i % 200]!)
    const doubled = {
      rows: 400,
      features: data.features.map((f) => ({ ...f, values: twice(f.values) })),
      target: twice(data.target) as Float64Array,
    }
    const parameters = { ...SQUARED, rounds: 10, minRows: 1 }
    const weights = new Float64Array(200).fill(2)
    const features = prepareTreeData(data.features, { minRowsPerBin: 1 })
    const others = prepareTreeData(doubled.features, { like: features })
    const a = trainTrees({ ...data, features, weights }, parameters)
    const b = trainTrees({ ...doubled, features: others }, parameters)
    a.predict(data.features).forEach((p, i) => {
      expect(p).toBeCloseTo(b.predict(data.features)[i]!, 5)
    })
  })

  it('starts from the offset', () => {
    const data = smallTask(400, 6)
    const offset = data.target.map((y) => y - 1)
    const model = trainTrees({ ...data, offset }, { ...SQUARED, rounds: 60 })
    const predicted = model.predict(data.features, { offset })
    expect(meanSquare(predicted, data.target)).toBeLessThan(1e-3)
  })

  it('sends missing values where they belong', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => (i % 4 === 0 ? Number.NaN : i))
    const target = x.map((value) => (Number.isNaN(value) || value > 150 ? 5 : 0))
    const features = [{ name: 'x', kind: 'number', values: x }] as const
    const model = trainTrees({ rows: 200, features, target }, { ...SQUARED, rounds: 100 })
    const ask = [
      { name: 'x', kind: 'number', values: Float64Array.of(Number.NaN, 10, 180) },
    ] as const
    const [missing, low, high] = model.predict(ask)
    expect(missing).toBeCloseTo(5, 1)
    expect(low).toBeCloseTo(0, 1)
    expect(high).toBeCloseTo(5, 1)
  })

  it('finds the set of categories, in one split, out of many', () => {
    const random = createRandom('sets')
    const codes = Int32Array.from({ length: 4000 }, () => random.int(40))
    const isHigh = Array.from({ length: 40 }, () => random.int(2))
    const target = Float64Array.from(codes, (code) => 10 * isHigh[code]!)
    const features = [{ name: 'code', kind: 'category', values: codes }] as const
    const parameters = { ...SQUARED, rounds: 1, leaves: 2, learningRate: 1, categoryLambda2: 0 }
    const model = trainTrees({ rows: 4000, features, target }, parameters)
    expect(meanSquare(model.predict(features), target)).toBeLessThan(1e-9)
    const stranger = [{ name: 'code', kind: 'category', values: Int32Array.of(99, -1) }] as const
    const [unknown, missing] = model.predict(stranger)
    expect(unknown).toBe(missing)
  })

  it('keeps monotone features in order', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(-1 as const, 1 as const), (seed, monotone) => {
        const task = smallTask(300, seed)
        const features = task.features.map((f) => (f.name === 'a' ? { ...f, monotone } : f))
        const model = trainTrees({ ...task, features }, { ...SQUARED, rounds: 20, minRows: 5 })
        const grid = Float64Array.from({ length: 50 }, (_, i) => (i - 25) / 8)
        for (let row = 0; row < 5; row++) {
          const asked = features.map((f) => ({
            ...f,
            values: f.name === 'a' ? grid : new Float64Array(50).fill(f.values[row]!),
          }))
          const p = model.predict(asked)
          for (let i = 1; i < 50; i++)
            expect(monotone * (p[i]! - p[i - 1]!)).toBeGreaterThanOrEqual(0)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('learns from samples of rows and columns', () => {
    const data = smallTask(3000, 1)
    const later = smallTask(1000, 2)
    const cases: Partial<TreeParameters>[] = [
      { rowFraction: 0.5 },
      { rowFraction: 0.5, rowEvery: 5 },
      { goss: { top: 0.2, other: 0.1 } },
      { columnFraction: 0.67 },
      { columnFractionByNode: 0.67 },
    ]
    for (const sampling of cases) {
      const model = trainTrees(data, { ...SQUARED, ...sampling, rounds: 200 })
      expect(meanSquare(model.predict(later.features), later.target)).toBeLessThan(0.15)
    }
  })

  it('keeps to the limits on leaves and depth', () => {
    const data = smallTask(1000, 1)
    const stump = trainTrees(data, { ...SQUARED, rounds: 1, maxDepth: 1 })
    expect(new Set(stump.predict(data.features)).size).toBe(2)
    const five = trainTrees(data, { ...SQUARED, rounds: 1, leaves: 5 })
    expect(new Set(five.predict(data.features)).size).toBe(5)
  })

  it('stops early at the best round on validation', () => {
    const noisy = (seed: number) => {
      const random = createRandom(`noise ${seed}`)
      return withTarget(smallTask(300, seed), (y) => y + 3 * random.normal())
    }
    const parameters = { ...SQUARED, rounds: 500, leaves: 15 }
    const validation = noisy(9)
    const model = trainTrees(noisy(8), { ...parameters, earlyStopping: 10 }, { validation })
    expect(model.history.length).toBeLessThan(500)
    expect(model.bestRound).toBe(model.history.indexOf(Math.min(...model.history)) + 1)
    const plain = trainTrees(noisy(8), { ...parameters, rounds: model.bestRound })
    expect(model.predict(validation.features)).toEqual(plain.predict(validation.features))
    const loss = meanSquare(model.predict(validation.features), validation.target) / 2
    expect(loss).toBeCloseTo(model.history[model.bestRound - 1]!, 9)
  })

  it('predicts the mean when nothing can be learned', () => {
    const data = withTarget(smallTask(100, 1), () => 4)
    const model = trainTrees(data, SQUARED)
    expect(model.treeCount).toBe(0)
    expect([...model.predict(data.features)]).toEqual(new Array(100).fill(4))
    expect([...model.contributions(data.features).subarray(0, 4)]).toEqual([0, 0, 0, 4])
  })

  it('tells its progress and stops when asked', () => {
    const seen: number[] = []
    const data = smallTask(100, 1)
    trainTrees(data, { ...SQUARED, rounds: 3 }, { onProgress: ({ done }) => seen.push(done) })
    expect(seen).toEqual([1, 2, 3])
    const signal = AbortSignal.abort()
    expect(() => trainTrees(data, SQUARED, { signal })).toThrow(/Stopped/)
  })
})
