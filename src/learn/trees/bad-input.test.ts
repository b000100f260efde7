import { describe, expect, it } from 'vitest'
import { prepareTreeData, type TreeData, type TreeParameters, trainTrees } from './index.ts'
import { treeModelFromBytes } from './model.ts'
import { smallTask } from './testing/tasks.ts'

const SQUARED = { objective: { kind: 'squared' }, rounds: 2 } as const
const data = smallTask(50, 1)
const model = trainTrees(data, SQUARED)

describe('bad input speaks', () => {
  const edit = (values: Float64Array, at: number, to: number) =>
    values.map((v, i) => (i === at ? to : v))
  const bad: [words: string, data: Partial<TreeData>, parameters?: Partial<TreeParameters>][] = [
    ['target, row 7: NaN is not a finite number', { target: edit(data.target, 7, Number.NaN) }],
    ['target has 3 rows, features 50', { target: new Float64Array(3) }],
    ['rows is 49, the features have 50', { rows: 49 }],
    ['trees need at least one feature', { features: [] }],
    ['two features are named a', { features: [data.features[0]!, data.features[0]!] }],
    [
      'feature c has 3 rows, a has 50',
      {
        features: [data.features[0]!, { name: 'c', kind: 'number', values: new Float64Array(3) }],
      },
    ],
    [
      'feature c, row 0: category code 0.5 is not a whole number',
      {
        features: [{ name: 'c', kind: 'category', values: new Float64Array(50).fill(0.5) }],
      },
    ],
    [
      'feature c: a category cannot be monotone',
      {
        features: [{ name: 'c', kind: 'category', values: new Int32Array(50), monotone: 1 }],
      },
    ],
    ['weights, row 0: -1 is not a number from 0', { weights: new Float64Array(50).fill(-1) }],
    ['weights are all 0', { weights: new Float64Array(50) }],
    ['offset has 7 numbers, not 50', { offset: new Float64Array(7) }],
    ['lambdarank needs groups', {}, { objective: { kind: 'lambdarank' } }],
    ['groups sum to 40 rows, there are 50', { groups: Int32Array.of(20, 20) }],
    ['groups: query 1 has 0 rows', { groups: Int32Array.of(50, 0) }],
    ['tweedie: power is 2, not between 1 and 2', {}, { objective: { kind: 'tweedie', power: 2 } }],
    [
      'quantile: level 0.1 does not rise',
      {},
      { objective: { kind: 'quantile', levels: [0.5, 0.1] } },
    ],
    ['quantile: no levels are given', {}, { objective: { kind: 'quantile', levels: [] } }],
    ['is not from 0 to 1', {}, { objective: { kind: 'logistic' } }],
    ['rounds is 0, not a whole number from 1', {}, { rounds: 0 }],
    ['learningRate is NaN', {}, { learningRate: Number.NaN }],
    ['rowFraction is 1.5, not in (0, 1]', {}, { rowFraction: 1.5 }],
    ['maxBins is 256', {}, { maxBins: 256 }],
    ['earlyStopping needs options.validation', {}, { earlyStopping: 5 }],
  ]
  for (const [words, part, parameters] of bad) {
    it(words, () => {
      const train = () => trainTrees({ ...data, ...part }, { ...SQUARED, ...parameters })
      expect(train).toThrow(words)
    })
  }

  it('negative counts', () => {
    const target = new Float64Array(50).fill(-1)
    const train = () => trainTrees({ ...data, target }, { objective: { kind: 'poisson' } })
    expect(train).toThrow('target, row 0: -1 is negative, poisson needs counts')
  })

  it('a feature that the model knows and the rows lack, or have as another kind', () => {
    expect(() => model.predict(data.features.slice(1))).toThrow('feature a is missing')
    const others = data.features.map((f) => ({ ...f, kind: 'number' as const }))
    expect(() => model.predict(others)).toThrow(
      'feature shop is a number, was trained as a category',
    )
  })

  it('rows prepared with other bins', () => {
    const other = prepareTreeData(data.features)
    expect(() => model.predict(other)).toThrow('prepared with other bins')
    const validation = { ...data, features: other }
    expect(() =>
      trainTrees({ ...data, features: prepareTreeData(data.features) }, SQUARED, { validation }),
    ).toThrow('prepared with other bins')
  })

  it('a failed training leaves the prepared features free for the next', () => {
    const features = prepareTreeData(data.features)
    const signal = AbortSignal.abort()
    expect(() => trainTrees({ ...data, features }, SQUARED, { signal })).toThrow('Stopped')
    const again = trainTrees({ ...data, features }, SQUARED)
    expect(again.predict(features)).toEqual(model.predict(data.features))
  })
})

describe('a model file', () => {
  const file = model.toBytes()

  it('gives the same model', () => {
    const again = treeModelFromBytes(file)
    expect(again.predict(data.features)).toEqual(model.predict(data.features))
    expect(again.contributions(data.features)).toEqual(model.contributions(data.features))
    expect(again.importance('gain')).toEqual(model.importance('gain'))
    expect(again.toBytes()).toEqual(file)
  })

  it('that is broken says so', () => {
    const damaged = { code: 'ERR_STORE_DAMAGED' }
    const cases: [Uint8Array, RegExp][] = [
      [file.subarray(0, file.length - 9), /checksum/],
      [file.subarray(0, 12), /cut short/],
      [file.map((byte, i) => (i === 300 ? byte ^ 1 : byte)), /checksum/],
      [new TextEncoder().encode('SWTREES2........'), /version 2/],
      [new Uint8Array(0), /does not start as one/],
    ]
    for (const [bytes, words] of cases) {
      expect(() => treeModelFromBytes(bytes)).toThrow(expect.objectContaining(damaged))
      expect(() => treeModelFromBytes(bytes)).toThrow(words)
    }
  })

  it('tells which features matter', () => {
    const gains = model.importance('gain')
    expect(gains.length).toBe(3)
    expect(gains.every((gain) => gain >= 0)).toBe(true)
    const splits = model.importance('splits')
    expect(splits.reduce((a, b) => a + b, 0)).toBeGreaterThan(0)
    const constant = { name: 'flat', kind: 'number', values: new Float64Array(50) } as const
    const wider = trainTrees({ ...data, features: [...data.features, constant] }, SQUARED)
    expect(wider.importance('splits')[3]).toBe(0)
  })
})
