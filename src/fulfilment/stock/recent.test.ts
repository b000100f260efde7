import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRecent } from './recent.ts'
import { hashed, hashText } from './text-hash.ts'
import type { StockOutcome } from './types.ts'

const refused: StockOutcome = { ok: false, refusal: 'short', message: 'none left' }

describe('what is remembered for a while', () => {
  it('is there for a span, and gone after two', () => {
    const recent = createRecent(100, 1_000_000)
    recent.set('a', 7, 1_000)
    recent.set('b', refused, 1_099)
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([7, refused, undefined])
    recent.set('c', 9, 1_100)
    expect([recent.get('a'), recent.get('b')]).toEqual([7, refused])
    recent.set('d', 11, 1_200)
    expect([recent.get('a'), recent.get('b'), recent.get('c')]).toEqual([undefined, undefined, 9])
    recent.set('e', 12, 5_000)
    expect([recent.get('c'), recent.get('d'), recent.get('e')]).toEqual([undefined, undefined, 12])
  })

  it('is bounded in number', () => {
    const recent = createRecent(1e9, 1_000)
    for (let i = 1; i <= 10_000; i++) recent.set(`request-${i}`, i, 0)
    expect(recent.get('request-10000')).toBe(10_000)
    expect(recent.get('request-9001')).toBe(9_001)
    expect(recent.get('request-7000')).toBeUndefined()
  })

  it('is what a map holds, over growth, repetition and far numbers', () => {
    const one = fc.tuple(fc.string({ maxLength: 4 }), fc.integer({ min: 1, max: 2 ** 34 }))
    fc.assert(
      fc.property(fc.array(one, { maxLength: 400 }), (answers) => {
        const recent = createRecent(1e9, 1e6)
        recent.touch(answers.map(([text]) => text))
        for (const [text, answer] of answers) recent.set(text, answer, 0)
        for (const [text, answer] of new Map(answers)) expect(recent.get(text)).toBe(answer)
        expect(recent.get('a longer text')).toBeUndefined()
      }),
      { numRuns: 200, seed: 4 },
    )
  })

  it('tells texts apart that are much alike, by every word of their hash', () => {
    const words = [new Set<number>(), new Set<number>(), new Set<number>()]
    const count = 200_000
    for (let i = 0; i < count; i++) {
      hashText(`order-${i}-reserve`)
      words.forEach((seen, word) => {
        seen.add(hashed[word]!)
      })
    }
    // Of so many random numbers of 32 bits about n² / 2³³ = 4.7 meet another.
    for (const seen of words) expect(count - seen.size).toBeLessThan(20)
  })
})
