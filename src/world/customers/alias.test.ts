import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { createAlias } from './alias.ts'

test('indices come as often as their weights say', () => {
  const weights = [5, 0, 1, 3, 1]
  const alias = createAlias(weights)
  const random = createRandom('alias')
  const draws = 200_000
  const counts = new Float64Array(weights.length)
  for (let i = 0; i < draws; i++) counts[alias.sample(random)]! += 1
  weights.forEach((weight, i) => {
    // Within five standard errors of the share.
    const share = weight / 10
    const error = 5 * Math.sqrt((share * (1 - share)) / draws)
    expect(Math.abs(counts[i]! / draws - share)).toBeLessThanOrEqual(error)
  })
})

test('a weight of zero is never drawn, whatever the others', () => {
  const weight = fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true }))
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 1, maxLength: 40 }),
      fc.integer(),
      (weights, seed) => {
        fc.pre(weights.some((w) => w > 0))
        const alias = createAlias(weights)
        const random = createRandom(seed)
        for (let i = 0; i < 50; i++) expect(weights[alias.sample(random)]).toBeGreaterThan(0)
      },
    ),
  )
})

test('weights that sum to nothing, negative or infinite are refused', () => {
  for (const weights of [[], [0, 0], [1, -1], [Number.NaN], [Infinity]]) {
    expect(() => createAlias(weights)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT' }))
  }
})
