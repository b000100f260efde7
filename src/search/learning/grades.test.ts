import { describe, expect, it } from 'vitest'
import type { FeedbackEvent, PastSearch } from '../feedback/events.ts'
import { learnExamination } from './examination.ts'
import { gradesOf } from './grades.ts'

function search(
  raw: string,
  acts: readonly Partial<FeedbackEvent>[],
  shown: readonly string[] = [],
): PastSearch {
  return {
    record: {
      queryId: 'q',
      raw,
      text: raw,
      at: 0,
      shown,
      broughtBy: [],
      shares: [{ arm: 'text', count: 10 }],
      choice: 'default',
      propensity: 1,
      version: 0,
    },
    events: acts.map((act) => ({ kind: 'click', queryId: 'q', productId: 'A', at: 0, ...act })),
  }
}

describe('grades from acts', () => {
  it('counts a click further down for more, up to the bound, and joins spellings', () => {
    const past = [
      search('Mug', [{ productId: 'A', position: 1 }]),
      search('mug', [{ productId: 'B', position: 2 }]),
      search('mug', [{ productId: 'C', position: 3 }]),
    ]
    const [mug] = gradesOf(past, [1, 0.5, 0.01], (raw) => raw.toLowerCase())
    expect(mug).toMatchObject({ text: 'mug', searches: 3, clicks: 3 })
    // 1/1 : 1/0.5 : 1/max(0.1, 0.01), graded against the best.
    expect(mug!.grades.get('C')).toBe(4)
    expect(mug!.grades.get('B')).toBe(Math.round((4 * 2) / 10))
    expect(mug!.grades.has('A')).toBe(false)
  })

  it('leaves out queries with too few clicks, and acts worth nothing', () => {
    const past = [
      search('pan', [{ kind: 'view' }]),
      search('pot', [{}, { kind: 'view', productId: 'V' }]),
      search('pot', [{ kind: 'purchase', productId: 'B' }, {}]),
    ]
    const all = gradesOf(past, [], (raw) => raw)
    expect(all.map(({ text }) => text)).toEqual(['pot'])
    expect([...all[0]!.grades.keys()]).toEqual(['A', 'B'])
    expect(all[0]!.grades.get('B')).toBe(4)
  })
})

describe('examination', () => {
  it('falls back on the discount of nDCG without enough lists', () => {
    const { byRank, learned } = learnExamination([search('mug', [{}], ['A'])])
    expect(learned).toBe(false)
    expect(byRank[0]).toBe(1)
    expect(byRank[2]).toBeCloseTo(0.5)
  })

  it('finds the curve behind clicks', () => {
    // Ten products rotate through three places; a click comes with γ = 1, 0.5, 0.25 on every second turn.
    const past: PastSearch[] = []
    for (let i = 0; i < 4000; i++) {
      const shown = [0, 1, 2].map((rank) => `P${(i + rank) % 10}`)
      const acts = [1, 2, 4].flatMap((every, rank) =>
        Math.floor(i / 10) % (2 * every) === 0
          ? [{ productId: shown[rank]!, position: rank + 1 }]
          : [],
      )
      past.push(search('mug', acts, shown))
    }
    const { byRank, learned } = learnExamination(past)
    expect(learned).toBe(true)
    expect(byRank[1]! / byRank[0]!).toBeCloseTo(0.5, 1)
    expect(byRank[2]! / byRank[0]!).toBeCloseTo(0.25, 1)
  })
})
