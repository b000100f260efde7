import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashedNgrams, normalizedWords } from './hashed-ngrams.ts'

const likeness = (a: string, b: string) => {
  const left = new Set(hashedNgrams(a, 2 ** 20))
  const right = hashedNgrams(b, 2 ** 20)
  const shared = right.filter((gram) => left.has(gram)).length
  return shared / (left.size + right.length - shared)
}

describe('hashed n-grams', () => {
  it('counts the word and its 3- to 5-grams', () => {
    // <mug> itself, then <mu mug ug> <mug mug>; the word <mug> is a 5-gram too, each once.
    expect(hashedNgrams('mug', 2 ** 30).length).toBe(6)
    expect(hashedNgrams('a', 2 ** 30).length).toBe(1)
    expect(hashedNgrams(' -- ', 64).length).toBe(0)
  })

  it('knows what is alike', () => {
    expect(likeness('Blue MUG', 'mug, blue')).toBe(1)
    expect(likeness('café', 'cafe')).toBe(1)
    expect(likeness('lunch bag red', 'lunch bags')).toBeGreaterThan(0.4)
    expect(likeness('lunch bag red', 'wooden owl')).toBeLessThan(0.05)
  })

  it('stays within its buckets, rises, and depends on the seed', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 5000 }), (text, buckets) => {
        const grams = hashedNgrams(text, buckets)
        expect(grams.every((g, i) => g >= 0 && g < buckets && (i === 0 || g > grams[i - 1]!))).toBe(
          true,
        )
        expect(hashedNgrams(text, buckets)).toEqual(grams)
      }),
    )
    expect(hashedNgrams('mug', 1000, { seed: 1 })).not.toEqual(hashedNgrams('mug', 1000))
    expect(() => hashedNgrams('mug', 0)).toThrow('whole number')
  })

  it('reads words of any script', () => {
    expect(normalizedWords('Größe 12 – Чашка')).toEqual(['große', '12', 'чашка'])
  })
})
