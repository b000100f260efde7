import { expect, test } from 'vitest'
import { createSeenProducts } from './seen.ts'
import { packState, unpackState } from './state.ts'

test('columns of every kind come back as they were', () => {
  const arrays = [
    Uint8Array.of(1, 2, 3),
    Float64Array.of(Math.PI, Number.NaN),
    Int8Array.of(-1),
    Float32Array.of(0.5),
    Int32Array.of(-7, 7),
  ]
  const bytes = packState('thing', { words: ['ä'] }, arrays)
  expect(unpackState('thing', bytes)).toEqual({ meta: { words: ['ä'] }, arrays })
})

test.each([
  ['cut short', (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1)],
  ['changed', (bytes: Uint8Array) => bytes.with(bytes.length - 1, 77)],
  ['something else', () => new TextEncoder().encode('hello, hello, hello')],
  ['empty', () => new Uint8Array(0)],
])('bytes that are %s are refused', (_, damage) => {
  const bytes = packState('thing', {}, [Int32Array.of(1, 2)])
  expect(() => unpackState('thing', damage(bytes))).toThrow(/saved state "thing"/)
})

test('bytes of another kind are refused', () => {
  expect(() => unpackState('other', packState('thing', {}, []))).toThrow(/holds thing/)
})

test('when products came and how often they were shown is saved', () => {
  const seen = createSeenProducts()
  seen.saw(['a', 'b'], 2000)
  seen.saw(['a'], 1000)
  seen.shown('c')
  seen.shown('c')
  const again = createSeenProducts(seen.save())
  expect([again.firstSeen('a'), again.firstSeen('b'), again.firstSeen('c')]).toEqual([
    1000,
    2000,
    undefined,
  ])
  expect([again.timesShown('c'), again.timesShown('a')]).toEqual([2, 0])
  again.forget(['a', 'c'])
  expect([again.firstSeen('a'), again.timesShown('c')]).toEqual([undefined, 0])
})
