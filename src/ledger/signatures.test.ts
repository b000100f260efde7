import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeSignature, mayHave } from './signatures.ts'
import { firstSegment, hasPrefix, isSubject, prefixHash, subjectOf } from './subjects.ts'

const segment = fc.constantFrom('a', 'b', 'ab', 'SKU-1', 'é', '%2E')
const subject = fc
  .array(segment, { minLength: 1, maxLength: 4 })
  .map((segments) => segments.join('.'))

describe('signatures', () => {
  it('never deny a prefix that a subject has, and deny those that none has', () => {
    fc.assert(
      fc.property(fc.array(subject, { minLength: 1, maxLength: 30 }), subject, (list, prefix) => {
        const has = list.some((one) => hasPrefix(one, prefix))
        // 32-bit hashes of so few words do not collide: the seed is fixed.
        expect(mayHave(encodeSignature(list), prefixHash(prefix))).toBe(has)
      }),
      { seed: 3, numRuns: 300 },
    )
  })

  it('are read at any byte offset, and know when they are damaged', () => {
    const signature = encodeSignature(['plan.purchase', 'stock.FC1.SKU-1'])
    const shifted = Buffer.alloc(signature.length + 1)
    signature.copy(shifted, 1)
    expect(mayHave(shifted.subarray(1), prefixHash('stock.FC1'))).toBe(true)
    expect(mayHave(shifted.subarray(1), prefixHash('stock.FC'))).toBe(false)
    shifted[7]! ^= 1
    expect(mayHave(shifted.subarray(1), prefixHash('stock.FC1'))).toBeUndefined()
  })
})

describe('subjects', () => {
  it('made from ids stay one segment a part, and differ when the ids do', () => {
    expect(subjectOf('stock', 'FC 1', '85123.A%')).toBe('stock.FC%201.85123%2EA%25')
    expect(subjectOf('\u2028')).not.toBe(subjectOf(' 28'))
    const part = fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    fc.assert(
      fc.property(part, part, (a, b) => {
        const made = subjectOf('stock', a)
        expect(isSubject(made)).toBe(true)
        expect(made.split('.')).toHaveLength(2)
        expect(firstSegment(made)).toBe('stock')
        expect(made === subjectOf('stock', b)).toBe(a === b)
      }),
      { seed: 4 },
    )
  })
})
