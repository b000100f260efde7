import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateRun } from './evaluate-run.ts'
import { metricNamed } from './metric.ts'
import {
  averagePrecision,
  dcgAt,
  ndcgAt,
  precisionAt,
  recallAt,
  reciprocalRank,
} from './metrics.ts'
import { orderByScore } from './order.ts'
import { pairedDifference } from './paired.ts'

describe('metrics', () => {
  it('give the textbook values', () => {
    // Järvelin & Kekäläinen's gains 3, 2, 3, 0, 1, 2 with the discount log2(i + 1), linear gains.
    const grades = [3, 2, 3, 0, 1, 2]
    expect(dcgAt(grades, 6, 'linear')).toBeCloseTo(6.861, 3)
    expect(ndcgAt({ grades, judged: grades }, 6, 'linear')).toBeCloseTo(0.961, 3)
    // Manning, Raghavan & Schütze: relevant at places 1, 3 of two and one missed of three.
    const ranking = { grades: [1, 0, 1], judged: [1, 0, 1, 1] }
    expect(averagePrecision(ranking)).toBeCloseTo((1 + 2 / 3) / 3, 12)
    expect(recallAt(ranking, 2)).toBeCloseTo(1 / 3, 12)
    expect(precisionAt(ranking, 5)).toBeCloseTo(2 / 5, 12)
    expect(reciprocalRank({ grades: [0, 0, 2], judged: [2] })).toBeCloseTo(1 / 3, 12)
  })

  it('are not defined where nothing is relevant', () => {
    const ranking = { grades: [0, 0], judged: [0, 0] }
    for (const name of ['ndcg@10', 'recall@5', 'map', 'mrr']) {
      expect(metricNamed(name).of(ranking)).toBeNaN()
    }
    expect(metricNamed('precision@2').of(ranking)).toBe(0)
    expect(() => metricNamed('ndcg')).toThrow(/no metric "ndcg"/)
    expect(() => metricNamed('ndcg@0')).toThrow()
  })

  it('nDCG is 1 for the best order and never more', () => {
    const grades = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(grades, fc.integer({ min: 1, max: 12 }), (list, k) => {
        const best = [...list].sort((a, b) => b - a)
        const value = ndcgAt({ grades: list, judged: list }, k)
        if (best[0] === 0) {
          expect(value).toBeNaN()
          return
        }
        expect(ndcgAt({ grades: best, judged: list }, k)).toBeCloseTo(1, 12)
        expect(value).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })
})

describe('orderByScore', () => {
  it('breaks ties by id, whatever the order of the file, and puts NaN last', () => {
    const ids = ['b', 'c', 'a', 'd']
    expect([...orderByScore(ids, [1, Number.NaN, 1, 2])].map((i) => ids[i])).toEqual([
      'd',
      'a',
      'b',
      'c',
    ])
  })

  it('does not depend on the order in which documents come', () => {
    const rows = fc.uniqueArray(
      fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 0, max: 3 })),
      {
        selector: ([id]) => id,
      },
    )
    const sorted = (list: readonly (readonly [string, number])[]) => {
      const ids = list.map(([id]) => id)
      const scores = list.map(([, score]) => score)
      return [...orderByScore(ids, scores)].map((i) => ids[i])
    }
    fc.assert(
      fc.property(rows, (list) => {
        expect(sorted(list)).toEqual(sorted([...list].reverse()))
      }),
    )
  })
})

describe('evaluateRun', () => {
  const judgments = new Map([
    [
      'q1',
      new Map([
        ['a', 1],
        ['b', 0],
      ]),
    ],
    ['q2', new Map([['a', 2]])],
  ])

  it('counts unanswered queries as empty and unjudged documents as not relevant', () => {
    const run = new Map([
      ['q1', ['x', 'a']],
      ['other', ['a']],
    ])
    const { means, unanswered, values } = evaluateRun(judgments, run, [metricNamed('mrr')])
    expect([...values.get('mrr')!]).toEqual([0.5, 0])
    expect(means.get('mrr')).toBe(0.25)
    expect(unanswered).toEqual(['q2'])
  })

  it('refuses a ranking that names a document twice', () => {
    expect(() => evaluateRun(judgments, new Map([['q1', ['a', 'a']]]), [])).toThrow(/twice/)
  })
})

describe('pairedDifference', () => {
  it('counts wins, losses and ties, and leaves undefined queries out', () => {
    const { wins, losses, ties, queries, student } = pairedDifference(
      [0.5, 0.7, 0.2, Number.NaN],
      [0.4, 0.8, 0.2, 0.1],
    )
    expect([wins, losses, ties, queries]).toEqual([1, 1, 1, 3])
    expect(student.mean).toBeCloseTo(0, 12)
    expect(student.low).toBeLessThan(0)
  })

  it('is narrower than the spread of the queries, the same by both methods, and the same for a seed', () => {
    const other = Array.from({ length: 200 }, (_, i) => (i % 10) / 10)
    const ours = other.map((value, i) => value + 0.01 + 0.02 * Math.sin(i))
    const { student, bootstrap } = pairedDifference(ours, other, { seed: 3 })
    expect(student.mean).toBeCloseTo(0.01, 3)
    expect(student.low).toBeGreaterThan(0)
    expect(Math.abs(bootstrap.low - student.low)).toBeLessThan(0.001)
    expect(pairedDifference(ours, other, { seed: 3 }).bootstrap).toEqual(bootstrap)
  })

  it('is wider where near-duplicate queries say the same thing', () => {
    const ours = Array.from({ length: 100 }, (_, i) => Math.sin(Math.floor(i / 10)))
    const other = ours.map(() => 0)
    const groups = ours.map((_, i) => Math.floor(i / 10))
    const alone = pairedDifference(ours, other)
    const together = pairedDifference(ours, other, { groups })
    expect(together.student.mean).toBeCloseTo(alone.student.mean, 12)
    const width = ({ low, high }: { low: number; high: number }) => high - low
    expect(width(together.student)).toBeGreaterThan(2 * width(alone.student))
    expect(width(together.bootstrap)).toBeGreaterThan(2 * width(alone.bootstrap))
  })
})
