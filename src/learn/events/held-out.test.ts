import { expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { learnEffects } from './learn-effects.ts'
import type { Occurrence } from './occurrence.ts'

const DATES = [100, 201, 305, 402, 503]

/** One series of 600 days about 100, times `effect` on each date. */
function seriesOf(effect: (date: number) => number) {
  const random = createRandom('held out')
  const values = Float64Array.from({ length: 600 }, (_, t) => {
    return 100 * (1 + 0.05 * random.normal()) * (DATES.includes(t) ? effect(DATES.indexOf(t)) : 1)
  })
  return { firstStep: Int32Array.of(0), offsets: Int32Array.of(0, 600), values }
}

const at = (first: number, strength?: number): Occurrence => ({
  name: 'fair',
  kind: 'fair',
  first,
  last: first,
  ...(strength === undefined ? {} : { strength }),
})

const options = { season: 7, lead: 3, tail: 2, guard: true }

it('leaves out an occasion whose dates do not foretell each other', () => {
  const dates = DATES.map((first) => at(first))
  expect(
    learnEffects(
      seriesOf(() => 1.5),
      dates,
      options,
    ).profiles,
  ).toHaveLength(1)
  const mixed = seriesOf((k) => (k % 2 === 0 ? 1.5 : 0.55))
  expect(learnEffects(mixed, dates, options).profiles).toEqual([])
  expect(
    learnEffects(
      seriesOf(() => 1),
      dates,
      options,
    ).profiles,
  ).toEqual([])
})

it('believes a single date that stands out alone', () => {
  const one = [at(DATES[2]!)]
  expect(
    learnEffects(
      seriesOf(() => 2),
      one,
      options,
    ).profiles,
  ).toHaveLength(1)
  expect(
    learnEffects(
      seriesOf(() => 1.05),
      one,
      options,
    ).profiles,
  ).toEqual([])
})

it('learns the effect at strength 1 from dates of other strengths', () => {
  const strengths = [1, 2, 1, 3, 2]
  const data = seriesOf((k) => 1 + 0.4 * strengths[k]!)
  const dates = DATES.map((first, k) => at(first, strengths[k]))
  const [profile] = learnEffects(data, dates, options).profiles
  expect(profile!.segments[0]!.multiplier[3]).toBeCloseTo(1.4, 1)
})
