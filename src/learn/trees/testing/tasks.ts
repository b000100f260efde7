import { createRandom } from '../../../core/random/random.ts'
import type { TreeData, TreeFeature } from '../types.ts'

export interface SmallTask extends TreeData {
  readonly features: readonly TreeFeature[]
}

/** A bent surface of two numbers (one with gaps) and a category, with noise. */
export function smallTask(rows: number, seed: number): SmallTask {
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
  const features: TreeFeature[] = [
    { name: 'a', kind: 'number', values: a },
    { name: 'b', kind: 'number', values: b },
    { name: 'shop', kind: 'category', values: shop },
  ]
  return { rows, features, target }
}

/** The same rows with another target. */
export function withTarget(data: SmallTask, of: (y: number, row: number) => number): SmallTask {
  return { ...data, target: data.target.map(of) }
}

export function meanSquare(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0) / a.length
}
