import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assignVariant } from './assign.ts'
import { creditOf, interleave, preferenceOf } from './interleave.ts'
import { binomialTest, wilsonInterval } from './sign-test.ts'

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'), { maxLength: 8 })

describe('team-draft interleaving', () => {
  it('shows every product once, each side’s in its order, and as many of each side as of the other', () => {
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 0, max: 12 }), fc.integer(), (a, b, count, seed) => {
        const { shown, teams } = interleave(a, b, count, seed)
        expect(new Set(shown).size).toBe(shown.length)
        expect(shown.length).toBe(Math.min(count, new Set([...a, ...b]).size))
        for (const [team, list] of [
          ['a', a],
          ['b', b],
        ] as const) {
          const own = shown.filter((_, i) => teams[i] === team).map((id) => list.indexOf(id))
          expect(own).toEqual([...own].sort((x, y) => x - y))
          expect(own.includes(-1)).toBe(false)
        }
        expect(interleave(a, b, count, seed)).toEqual({ shown, teams })
      }),
    )
  })

  it('gives both sides the first place as often', () => {
    let first = 0
    for (let seed = 0; seed < 400; seed++)
      if (interleave(['x'], ['y'], 2, seed).teams[0] === 'a') first++
    expect(Math.abs(first / 400 - 0.5)).toBeLessThan(0.08)
  })

  it('credits the side with more clicks, each product once', () => {
    const list = { shown: ['p', 'q', 'r'], teams: ['a', 'b', 'b'] } as const
    expect(creditOf(list, ['p', 'p'])).toBe('a')
    expect(creditOf(list, ['q', 'r', 'p'])).toBe('b')
    expect(creditOf(list, ['p', 'q', 'unknown'])).toBe('tie')
    expect(creditOf(list, [])).toBe('tie')
  })

  it('tests the preference by the exact sign test', () => {
    const credits = [...Array<'a'>(9).fill('a'), 'b', 'tie', 'tie'] as const
    const preference = preferenceOf(credits)
    expect(preference).toMatchObject({ winsA: 9, winsB: 1, ties: 2 })
    // 2 (10 + 1) / 1024.
    expect(preference.pValue).toBeCloseTo(22 / 1024, 9)
    expect(preference.interval[0]).toBeGreaterThan(0.5)
    expect(preferenceOf([]).pValue).toBe(1)
  })

  it('has the intervals and p values of textbooks', () => {
    expect(binomialTest(5, 10)).toBe(1)
    expect(binomialTest(0, 5)).toBeCloseTo(2 / 32, 9)
    const [low, high] = wilsonInterval(8, 10)
    expect(low).toBeCloseTo(0.4902, 3)
    expect(high).toBeCloseTo(0.9433, 3)
  })
})

describe('assignment', () => {
  const variants = [
    { name: 'static', weight: 1 },
    { name: 'learned', weight: 3 },
  ]
  it('is the same for a session, apart by trial, and as weighted', () => {
    const sessions = Array.from({ length: 2000 }, (_, i) => `session-${i}`)
    const first = sessions.map((id) => assignVariant('one', id, variants))
    expect(sessions.map((id) => assignVariant('one', id, variants))).toEqual(first)
    const share = first.filter((name) => name === 'learned').length / 2000
    expect(Math.abs(share - 0.75)).toBeLessThan(0.04)
    const second = sessions.map((id) => assignVariant('two', id, variants))
    const both =
      second.filter((name, i) => name === 'learned' && first[i] === 'learned').length / 2000
    expect(Math.abs(both - 0.5625)).toBeLessThan(0.04)
  })
  it('gives nobody to a variant without weight, and refuses none at all', () => {
    expect(
      assignVariant('t', 's', [
        { name: 'x', weight: 0 },
        { name: 'y', weight: 1 },
      ]),
    ).toBe('y')
    expect(() => assignVariant('t', 's', [])).toThrow('no variant')
  })
})
