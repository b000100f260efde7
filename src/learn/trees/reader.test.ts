import fc from 'fast-check'
import { expect, it } from 'vitest'
import { trainTrees, treeModelFromBytes } from './index.ts'
import { smallTask } from './testing/tasks.ts'
import type { TreeFeature, TreeModel } from './types.ts'

/** The table as rows of values, with a gap between columns, and read from there. */
function readTable(model: TreeModel, features: readonly TreeFeature[], rows: number) {
  const reader = model.reader()
  const width = features.length + 1
  const block = new Float32Array(rows * width).fill(Number.NaN)
  features.forEach(({ values }, f) => {
    for (let i = 0; i < rows; i++) block[i * width + f] = values[i]!
  })
  reader.begin(rows)
  const places = new Map(features.map(({ name }, f) => [name, f]))
  for (const f of reader.used) reader.put(f, block, places.get(model.featureNames[f]!)!, width)
  return reader.scores()
}

const narrow = (features: readonly TreeFeature[]) =>
  features.map((feature) => ({ ...feature, values: Float32Array.from(feature.values) }))

it('says what predict says, bit for bit, of numbers, categories and missing values', () => {
  const some = fc.record({
    seed: fc.nat(1000),
    maxBins: fc.constantFrom(3, 16, 255),
    rounds: fc.integer({ min: 1, max: 12 }),
    leaves: fc.integer({ min: 2, max: 12 }),
    rows: fc.integer({ min: 0, max: 2100 }),
    logistic: fc.boolean(),
  })
  fc.assert(
    fc.property(some, ({ seed, maxBins, rounds, leaves, rows, logistic }) => {
      const data = smallTask(300, seed)
      const objective = { kind: logistic ? 'logistic' : 'squared' } as const
      const target = logistic ? data.target.map((y) => Number(y > 1.7)) : data.target
      const model = trainTrees(
        { ...data, target },
        { objective, maxBins, rounds, leaves, minRows: 5 },
      )
      const table = narrow(smallTask(Math.max(1, rows), seed + 1).features)
      const whole = model.predict(table)
      expect(readTable(model, table, rows)).toEqual(whole.subarray(0, rows))
      expect(readTable(treeModelFromBytes(model.toBytes()), table, rows)).toEqual(
        whole.subarray(0, rows),
      )
    }),
    { numRuns: 40 },
  )
})

it('asks for the features that trees split on alone, and reads table after table', () => {
  const data = smallTask(400, 1)
  const noise = { name: 'constant', kind: 'number' as const, values: new Float32Array(400) }
  const model = trainTrees(
    { ...data, features: [...data.features, noise] },
    { objective: { kind: 'squared' }, rounds: 5 },
  )
  const reader = model.reader()
  expect(reader.used).not.toContain(data.features.length)
  const tables = [900, 20, 300].map((rows, i) => narrow(smallTask(rows, i + 5).features))
  for (const table of tables) {
    const rows = table[0]!.values.length
    reader.begin(rows)
    for (const f of reader.used) reader.put(f, table[f]!.values, 0, 1)
    const padded = [...table, { ...noise, values: new Float32Array(rows) }]
    expect(reader.scores()).toEqual(model.predict(padded))
  }
})

it('takes infinity for missing', () => {
  const data = smallTask(300, 3)
  const model = trainTrees(data, { objective: { kind: 'squared' }, rounds: 5 })
  const read = (value: number) => {
    const reader = model.reader()
    reader.begin(1)
    for (const f of reader.used) reader.put(f, Float32Array.of(value), 0, 1)
    return reader.scores()[0]
  }
  expect(read(Infinity)).toBe(read(Number.NaN))
  expect(read(-Infinity)).toBe(read(Number.NaN))
})

it('refuses a model of several outputs', () => {
  const model = trainTrees(smallTask(200, 1), {
    objective: { kind: 'quantile', levels: [0.1, 0.9] },
    rounds: 2,
  })
  expect(() => model.reader()).toThrow(/outputs/)
})
