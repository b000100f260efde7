import fc from 'fast-check'
import { expect, it } from 'vitest'
import { explainFusion, fuseRanks } from './fuse.ts'

const CAPACITY = 40
const places = Array.from({ length: CAPACITY }, (_, i) => i)
const ranksOf = fc
  .shuffledSubarray(places)
  .map((docs) => Float32Array.from(places, (doc) => docs.indexOf(doc) + 1 || Number.NaN))

it('explains fused ranks by parts that sum to the score, one for each arm that brought it', () => {
  fc.assert(
    fc.property(fc.array(ranksOf, { minLength: 1, maxLength: 5 }), (lists) => {
      const arms = lists.map((ranks, a) => ({ name: `arm-${a}`, ranks, scores: ranks }))
      const union = { docs: Int32Array.from(places), arms }
      const order = Float32Array.from(places, (doc) => doc / CAPACITY)
      const scores = fuseRanks(union, order)
      const told = explainFusion(union, order, places, (arm) => `about ${arm}`)
      told.forEach((parts, place) => {
        const sum = parts.reduce((all, { contribution }) => all + contribution, 0)
        expect(sum).toBeCloseTo(scores[place]!, 6)
        const brought = arms.filter(({ ranks }) => ranks[place]! > 0).map(({ name }) => name)
        expect(parts.map(({ feature }) => feature)).toEqual([...brought, 'quality'])
      })
    }),
  )
})
