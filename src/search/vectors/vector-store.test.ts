import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { DocSet } from '../index/types.ts'
import { askerVector } from './asker.ts'
import { toUnit } from './encoder.ts'
import { createVectorStore, loadVectorStore, type VectorStore } from './vector-store.ts'

const WIDTH = 32
const COUNT = 12_000
/** Product p7 is document 7. */
const index = {
  idOf: (doc: number) => `p${doc}`,
  isBefore: (a: number, b: number) => `p${a}` < `p${b}`,
  docOf: (id: string) => Number(id.slice(1)),
  revision: 0,
}

function randomVector(seed: string): Float32Array {
  const random = createRandom(seed)
  return toUnit(Float32Array.from({ length: WIDTH }, () => random.normal()))
}

function filled(graph: boolean, count = COUNT): VectorStore {
  const store = createVectorStore(WIDTH, { graph })
  for (let i = 0; i < count; i++) store.put(`p${i}`, randomVector(`vector ${i}`))
  return store
}

function setOf(docs: readonly number[], capacity = COUNT): DocSet {
  const words = new Uint32Array(Math.ceil(capacity / 32))
  for (const doc of docs) words[doc >>> 5]! |= 1 << (doc & 31)
  return { words, count: docs.length }
}

describe('neighbours', () => {
  const store = filled(true)
  const queries = Array.from({ length: 60 }, (_, i) => randomVector(`query ${i}`))

  test('the graph finds at least 19 in 20 of the nearest, with exact scores', () => {
    expect(store.hasGraph).toBe(true)
    let found = 0
    for (const query of queries) {
      const [near, exact] = [
        store.near(query, { count: 10, index }),
        store.exact(query, { count: 10, index }),
      ]
      const scores = new Map([...exact.docs].map((doc, i) => [doc, exact.scores[i]!]))
      near.docs.forEach((doc, i) => {
        if (!scores.has(doc)) return
        found++
        expect(near.scores[i]).toBe(scores.get(doc))
      })
    }
    expect(found / (10 * queries.length)).toBeGreaterThanOrEqual(0.95)
  })

  test.each([1, 7, 300, 3000, 9000])('of %i allowed products only those come', (count) => {
    const docs = Array.from({ length: count }, (_, i) => (i * 7) % COUNT)
    const allowed = setOf([...new Set(docs)])
    const near = store.near(queries[0]!, { count: 10, index, allowed })
    expect(near.docs).toHaveLength(Math.min(10, allowed.count))
    for (const doc of near.docs) expect(docs.includes(doc)).toBe(true)
  })

  test('no vector, no neighbours', () => {
    for (const bad of [new Float32Array(WIDTH), new Float32Array(WIDTH).fill(Number.NaN)]) {
      expect(store.near(bad, { count: 10, index }).docs).toHaveLength(0)
      expect(store.exact(bad, { count: 10, index }).docs).toHaveLength(0)
    }
  })
})

test.each([true, false])('products come, change and go without rebuilding (graph: %s)', (graph) => {
  const store = filled(graph, 7000)
  const query = randomVector('asked')
  const best = () => store.near(query, { count: 1, index }).docs[0]
  store.put('p9000', query)
  expect(best()).toBe(9000)
  store.put('p9000', randomVector('elsewhere'))
  expect(best()).not.toBe(9000)
  store.put('p3', query)
  expect([best(), store.size]).toEqual([3, 7001])
  store.remove(['p3', 'never there'])
  expect(best()).not.toBe(3)
  store.put('p5', new Float32Array(WIDTH))
  expect([store.size, store.vectorOf('p5')]).toEqual([6999, undefined])
  expect(() => store.put('p6', new Float32Array(3))).toThrow(/3 numbers, not 32/)
})

test('a saved store answers as before, with its graph from a file or built anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
  try {
    const store = filled(true, 8000)
    store.remove(['p0'])
    const graphPath = join(folder, 'graph.usearch')
    store.saveGraph(graphPath)
    const bytes = store.save()
    const query = randomVector('again')
    const before = store.near(query, { count: 20, index })
    for (const options of [{ graphPath }, {}, { graph: false }]) {
      const after = loadVectorStore(bytes, options)
      expect(after.size).toBe(7999)
      expect(after.near(query, { count: 1, index }).docs[0]).toBe(before.docs[0])
    }
    const opened = loadVectorStore(bytes, { graphPath }).near(query, { count: 20, index })
    expect(opened).toEqual(before)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('who asks is what they looked at, the newest most', () => {
  const store = filled(false, 10)
  const vector = askerVector(
    store,
    { recentProducts: ['p1', 'gone'], pastProducts: ['p2', 'p1'] },
    0.5,
  )!
  const [first, second] = [store.vectorOf('p1')!, store.vectorOf('p2')!]
  const plain = toUnit(first.map((value, i) => value + 0.5 * second[i]!))
  for (const [i, value] of vector.entries()) expect(value).toBeCloseTo(plain[i]!, 6)
  expect(askerVector(store, { recentProducts: ['gone'] }, 0.5)).toBeUndefined()
})
