import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { type TreeData, trainTrees, treeModelFromBytes } from './index.ts'

/** A bent surface with a category, missing values and noise. */
export function smallTask(rows: number, seed: number): TreeData {
  const random = createRandom(seed)
  const a = new Float64Array(rows)
  const b = new Float32Array(rows)
  const shop = new Int32Array(rows)
  const target = new Float64Array(rows)
  for (let i = 0; i < rows; i++) {
    a[i] = random.normal()
    b[i] = random.next() < 0.2 ? Number.NaN : random.next()
    shop[i] = random.int(12) - 1
    const bend = Number.isNaN(b[i]!) ? 0.7 : Math.sin(6 * b[i]!)
    target[i] = a[i]! ** 2 + bend + (shop[i]! % 3) + 0.1 * random.normal()
  }
  const features = [
    { name: 'a', kind: 'number', values: a },
    { name: 'b', kind: 'number', values: b },
    { name: 'shop', kind: 'category', values: shop },
  ] as const
  return { rows, features, target }
}

const meanSquare = (a: Float64Array, b: Float64Array) =>
  a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length

describe('trainTrees', () => {
  it('learns a bent surface with categories and missing values', () => {
    const data = smallTask(3000, 1)
    const later = smallTask(1000, 2)
    const model = trainTrees(data, { objective: { kind: 'squared' }, rounds: 200 })
    const flat = meanSquare(new Float64Array(1000).fill(1.7), later.target)
    const own = meanSquare(model.predict(later.features), later.target)
    expect(own).toBeLessThan(0.1)
    expect(own).toBeLessThan(flat / 15)
  })

  it('gives the same model from its file', () => {
    const data = smallTask(500, 3)
    const model = trainTrees(data, { objective: { kind: 'squared' }, rounds: 20 })
    const again = treeModelFromBytes(model.toBytes())
    expect(again.predict(data.features)).toEqual(model.predict(data.features))
    expect(again.toBytes()).toEqual(model.toBytes())
  })

  it('sums contributions to the raw score', () => {
    const data = smallTask(300, 4)
    const model = trainTrees(data, { objective: { kind: 'squared' }, rounds: 20 })
    const parts = model.contributions(data.features)
    const raw = model.predict(data.features, { raw: true })
    for (let i = 0; i < data.rows; i++) {
      const sum = parts.subarray(4 * i, 4 * i + 4).reduce((a, b) => a + b, 0)
      expect(sum).toBeCloseTo(raw[i]!, 9)
    }
  })
})
