import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { meanOfDefined } from '../evaluate/evaluate-run.ts'
import { explainRanking } from './explain.ts'
import { foldsByCluster } from './folds.ts'
import { minimizeSmooth } from './lbfgs.ts'
import { trainLinear } from './linear.ts'
import { queryNdcg } from './query-ndcg.ts'
import { rankModelFromBytes, rankModelToBytes } from './save.ts'
import type { RankTable } from './table.ts'
import { judgedRows } from './testing/rows.ts'
import { trainRanker } from './train.ts'

const options = { fallbacks: ['text:score', 'text:noise'], seed: 1, folds: 3 }

describe('minimizeSmooth', () => {
  it('finds the minimum of a stretched bowl', () => {
    const found = minimizeSmooth(
      (x, g) => {
        g[0] = 2 * (x[0]! - 3)
        g[1] = 200 * (x[1]! + 1)
        return (x[0]! - 3) ** 2 + 100 * (x[1]! + 1) ** 2
      },
      Float64Array.of(0, 0),
    )
    expect(found[0]).toBeCloseTo(3, 3)
    expect(found[1]).toBeCloseTo(-1, 3)
  })
})

describe('foldsByCluster', () => {
  it('keeps clusters whole and folds about equal', () => {
    const clusters = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 60, maxLength: 120 })
    fc.assert(
      fc.property(clusters, (list) => {
        const fold = foldsByCluster(list, 4, 1)
        const ofCluster = new Map<number, number>()
        list.forEach((cluster, q) => {
          expect(ofCluster.get(cluster) ?? fold[q]).toBe(fold[q])
          ofCluster.set(cluster, fold[q]!)
        })
        const sizes = [0, 1, 2, 3].map((f) => fold.filter((of) => of === f).length)
        const largest = Math.max(
          ...[...ofCluster.keys()].map((c) => list.filter((of) => of === c).length),
        )
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(largest)
      }),
    )
  })
})

describe('trainLinear', () => {
  it('weighs columns as the grades do, leaves out what is the same within a query, and keeps directions', () => {
    const rows = judgedRows(120, 12, 1)
    const { slopes } = trainLinear(rows, { ridge: 0.01 })
    expect(slopes[0]).toBeGreaterThan(0)
    expect(slopes[1]! / slopes[0]!).toBeCloseTo(2, 0)
    expect(Math.abs(slopes[2]!)).toBeLessThan(0.1 * slopes[0]!)
    expect(slopes[3]).toBe(0)
    const against = trainLinear({ ...rows, directions: [-1, 0, 0, 0] }, { ridge: 0.01 })
    expect(against.slopes[0]).toBe(0)
  })
})

describe('trainRanker', () => {
  const rows = judgedRows(100, 12, 2)
  const { model, verdict } = trainRanker(rows, options)

  it('beats the best single column on queries it has not seen', () => {
    expect(verdict.isFallback).toBe(false)
    expect(verdict.fallback).toBe('text:score')
    expect(verdict.gain.low).toBeGreaterThan(0)
    const fresh = judgedRows(60, 12, 3)
    const ours = meanOfDefined(queryNdcg(model.score(fresh), fresh, 10))
    const column = meanOfDefined(queryNdcg(fresh.columns[0]!, fresh, 10))
    expect(ours).toBeGreaterThan(column + 0.02)
    expect(ours).toBeGreaterThan(verdict.ndcg.chosen - 0.03)
  })

  it('is the same for the same seed', () => {
    const again = trainRanker(rows, options)
    expect(rankModelToBytes(again.model)).toEqual(rankModelToBytes(model))
  })

  it('keeps the best column where nothing can be learned', () => {
    const noise = judgedRows(40, 8, 4)
    const grades = noise.grades.map((_, row) => Number(noise.columns[0]![row]! > 0.5))
    const only = trainRanker(
      { ...noise, grades, columns: noise.columns.map((c, i) => (i === 0 ? c : c.map(() => 0))) },
      options,
    )
    expect(only.verdict.ndcg.chosen).toBeGreaterThanOrEqual(only.verdict.ndcg.fallback)
    const one = trainRanker(judgedRows(1, 8, 5), options)
    expect(one.verdict.isFallback).toBe(true)
  })

  it('reads the file it writes, and refuses another', () => {
    const file = rankModelToBytes(model)
    const again = rankModelFromBytes(file)
    expect([...again.score(rows)]).toEqual([...model.score(rows)])
    const spoilt = file.slice()
    spoilt[40]! ^= 1
    expect(() => rankModelFromBytes(spoilt)).toThrow(/checksum/)
    expect(() => rankModelFromBytes(file.subarray(0, 12))).toThrow(/cut short/)
    expect(() => rankModelFromBytes(Uint8Array.of(1, 2))).toThrow(/does not start/)
  })

  it('finds its columns by name, and says which are missing', () => {
    const shuffled: RankTable = {
      names: ['more', ...[...rows.names].reverse()],
      rows: rows.rows,
      columns: [new Float32Array(rows.rows), ...[...rows.columns].reverse()],
    }
    expect([...model.score(shuffled)]).toEqual([...model.score(rows)])
    const short = { names: ['text:score'], rows: rows.rows, columns: [rows.columns[0]!] }
    expect(() => model.score(short)).toThrow(/quality:prior/)
  })

  it('explains: every share and the base sum to the score', () => {
    const features = [{ name: 'text', about: 'the words', columns: () => [], compute: () => {} }]
    const some = judgedRows(2, 5, 6)
    const scores = model.score(some)
    explainRanking(model, some, features).forEach((explanation, row) => {
      const sum = explanation.shares.reduce(
        (total, share) => total + share.points,
        explanation.base,
      )
      expect(sum).toBeCloseTo(scores[row]!, 6)
      expect(explanation.score).toBeCloseTo(scores[row]!, 6)
      expect(explanation.shares.find(({ feature }) => feature === 'text')?.about).toBe('the words')
      expect(explanation.words).toMatch(/\.$/)
    })
  })
})
