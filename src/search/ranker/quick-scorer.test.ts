import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { trees } from '../../learn/index.ts'
import { createJoiner } from '../engine/union.ts'
import { createIndex } from '../index/door.ts'
import { RANDOM_FIELDS, randomProduct, randomQuery } from '../index/testing/random-products.ts'
import type { SearchIndex } from '../index/types.ts'
import type { FeatureContext } from './feature.ts'
import { createRankModel, type RankPart, treeFeatures } from './model.ts'
import { quickScorer } from './quick-scorer.ts'
import { standardFeatures } from './standard-features.ts'
import { describeUnion, type RankTable } from './table.ts'

const features = standardFeatures(['text-sum', 'text-all', 'memory'])

const FIELDS = [...RANDOM_FIELDS, { name: 'year', role: 'number' } as const]

function indexOf(products: readonly { readonly id: string; readonly values: object }[]) {
  const index = createIndex(FIELDS)
  index.add(
    products.map(({ id, values }, i) => ({ id, values: { ...values, year: 1990 + (i % 30) } })),
  )
  return index
}

/** What two arms bring to a query, as the engine joins it. */
function contextOf(index: SearchIndex, raw: string): FeatureContext {
  const words = index.analyze(raw)
  const slot = { field: 'brand', probability: 0.7, negated: false, from: 0, to: 1 }
  const meaning = { kind: 'value', value: words.tokens[0] ?? 'red' } as const
  const query = {
    ...words,
    interpretations: [{ slots: [{ ...slot, meaning }], rest: [], likelihood: 0.6 }],
  } as unknown as FeatureContext['query']
  const brought = [
    { name: 'text-sum', candidates: index.top(query, { count: 30 }) },
    { name: 'text-all', candidates: index.top(query, { count: 9, match: 'all' }) },
  ]
  return { index, query, union: createJoiner()(brought, index.capacity), now: 1e12 }
}

/** A model of trees and a weighted sum over some of the columns, fit to numbers without meaning. */
function modelOf(table: RankTable, seed: number) {
  const random = createRandom(seed)
  const names = table.names.filter(() => random.next() < 0.5)
  const columns = names.map((name) => table.columns[table.names.indexOf(name)]!)
  const own = { names, rows: table.rows, columns }
  const target = Float64Array.from({ length: table.rows }, () => random.next())
  const parts: RankPart[] = [
    {
      kind: 'linear',
      weight: 0.25,
      model: {
        slopes: Float64Array.from(names, () => (random.next() < 0.5 ? 0 : random.next() - 0.5)),
        means: Float64Array.from(names, () => random.next()),
      },
    },
  ]
  for (const weight of [0.5, 0.125]) {
    const model = trees.trainTrees(
      { rows: table.rows, features: treeFeatures(own), target },
      { objective: { kind: 'squared' }, rounds: 6, leaves: 6, minRows: 1, seed: weight * 8 + seed },
    )
    parts.push({ kind: 'trees', weight, model })
  }
  return createRankModel(names, parts)
}

const some = fc.record({
  products: fc.array(randomProduct, { minLength: 4, maxLength: 50 }),
  first: randomQuery,
  later: fc.array(randomQuery, { minLength: 1, maxLength: 4 }),
  seed: fc.nat(1000),
})

describe('quickScorer', () => {
  it('scores as the model scores described documents, bit for bit, query after query', () => {
    fc.assert(
      fc.property(some, ({ products, first, later, seed }) => {
        const index = indexOf(products)
        const context = contextOf(index, first)
        fc.pre(context.union.docs.length > 1)
        const model = modelOf(describeUnion(features, context), seed)
        const score = quickScorer(model, features)
        for (const one of [context, ...later.map((raw) => contextOf(index, raw))]) {
          const plain = Float32Array.from(model.score(describeUnion(features, one)))
          expect(score(one)).toEqual(plain)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('gets the columns it wants from every feature, whatever else it does not want', () => {
    fc.assert(
      fc.property(some, fc.infiniteStream(fc.boolean()), ({ products, first }, coins) => {
        const index = indexOf(products)
        const context = contextOf(index, first)
        const rows = context.union.docs.length
        for (const feature of features) {
          const width = feature.columns(index).length
          const wanted = Uint8Array.from({ length: width }, () => Number(coins.next().value))
          const all = new Float32Array(rows * width)
          const few = new Float32Array(rows * width).fill(77)
          feature.compute(context, all, width)
          feature.compute(context, few, width, wanted)
          const read = (of: Float32Array) => of.filter((_, at) => wanted[at % width] === 1)
          expect(read(few), feature.name).toEqual(read(all))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('finds its columns anew in another index, and says which are missing there', () => {
    const index = indexOf([{ id: 'a', values: { title: 'red phone', price: 3 } }])
    const other = createIndex([{ name: 'title', role: 'title' }])
    other.add([{ id: 'b', values: { title: 'blue phone' } }])
    const names = ['number:price', 'title:words']
    const model = { slopes: Float64Array.of(1, 2), means: new Float64Array(2) }
    const score = quickScorer(
      createRankModel(names, [{ kind: 'linear', model, weight: 1 }]),
      features,
    )
    expect([...score(contextOf(index, 'phone'))]).toEqual([7])
    expect(() => score(contextOf(other, 'phone'))).toThrow(/number:price/)
  })
})
