import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { samplePoisson } from '../../core/distributions/counts.ts'
import { createRandom } from '../../core/random/random.ts'
import { effectMultipliers } from './effects.ts'
import { learnEffects } from './learn-effects.ts'
import type { Occurrence } from './occurrence.ts'
import type { EventSeries } from './windows.ts'

const WEEK = [1.6, 1.2, 0.9, 0.8, 0.9, 1, 0.6]
const usualAt = (t: number) => WEEK[t % 7]!

const at = (day: number): Occurrence => ({ name: 'Feast', kind: 'feast', first: day, last: day })

/** Six series whose mean is what `mean` says. */
function seriesOf(length: number, mean: (t: number) => number, seed: string): EventSeries {
  const random = createRandom(seed)
  const offsets = Int32Array.from({ length: 7 }, (_, i) => i * length)
  const values = Float64Array.from({ length: 6 * length }, (_, k) =>
    samplePoisson(random, 60 * mean(k % length)),
  )
  return { firstStep: new Int32Array(6), offsets, values }
}

const learn = (data: EventSeries, dates: readonly number[]) =>
  learnEffects(data, dates.map(at), { season: 7, lead: 3, tail: 4 })

/** Multiplier learned for a feast on a day, `after` days later. */
const told = (effects: ReturnType<typeof learn>, day: number, after = 0) =>
  effectMultipliers(effects, [at(day)], day + after, 1)[0]!

describe('an occasion and the weekday it falls on', () => {
  /** Eight dates about nine weeks apart, on every weekday but Sunday (phase 6). */
  const dates = [70, 134, 198, 262, 326, 390, 455, 518].map((day) =>
    day % 7 === 6 ? day + 1 : day,
  )

  it('a feast that makes a Sunday of any day, and its days after by halves, is learned as that', () => {
    // On the day the weekday loses its hold; of the days after a part of it, as the effect decays.
    const decay = [1, 0.6, 0.3]
    const mean = (t: number) => {
      const date = dates.find((day) => t >= day && t < day + 3)
      if (date === undefined) return usualAt(t)
      const share = decay[t - date]!
      return usualAt(t) ** (1 - share) * (1 + 1.4 * share)
    }
    const effects = learn(seriesOf(600, mean, 'hold'), dates)
    const plain = effects.profiles[0]!.segments[0]!.multiplier
    for (const day of [700, 701, 702, 703, 704, 705, 706]) {
      for (const [after, share] of decay.entries()) {
        const truth = (1 + 1.4 * share) * usualAt(day + after) ** -share
        const off = Math.abs(told(effects, day, after) - truth)
        expect(off).toBeLessThan(0.25 * truth)
        if (after > 0 || Math.abs(plain[3]! - truth) < 0.2 * truth) continue
        expect(off).toBeLessThan(0.5 * Math.abs(plain[3]! - truth))
      }
    }
  })

  it('a weekday of its own is learned where it came often, and its neighbours are left alone', () => {
    // A sale each ten days; on Mondays (phase 0) it does twice as much.
    const often = Array.from({ length: 56 }, (_, k) => 40 + 10 * k)
    const mean = (t: number) => {
      if (!often.includes(t)) return usualAt(t)
      return usualAt(t) * (t % 7 === 0 ? 3 : 2)
    }
    const effects = learnEffects(seriesOf(640, mean, 'mondays'), often.map(at), {
      season: 7,
      lead: 1,
      tail: 1,
    })
    expect(Math.abs(told(effects, 700) - 3)).toBeLessThan(0.25)
    for (const day of [701, 702, 703, 704, 705, 706]) {
      expect(Math.abs(told(effects, day) - 2)).toBeLessThan(0.25)
    }
  })

  it('where the weekday does not matter, the plain profile stands', () => {
    const mean = (t: number) => usualAt(t) * (dates.includes(t) ? 2.2 : 1)
    const effects = learn(seriesOf(600, mean, 'plain'), dates)
    for (const day of [700, 701, 702, 703, 704, 705, 706]) {
      expect(Math.abs(told(effects, day) - 2.2)).toBeLessThan(0.2)
    }
  })

  it('one date alone says nothing of weekdays: the multiplier is the plain one on all of them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 66 }),
        fc.double({ min: 0, max: 6, noNaN: true }),
        (day, m) => {
          const mean = (t: number) => usualAt(t) * (t === day ? m : 1)
          const { profiles } = learn(seriesOf(140, mean, `one ${day}`), [day])
          const { multiplier, byPhase } = profiles[0]!.segments[0]!
          for (let k = 0; k < byPhase!.length; k++) {
            expect(byPhase![k]).toBeCloseTo(multiplier[Math.floor(k / 7)]!, 9)
          }
        },
      ),
      { numRuns: 25, seed: 3 },
    )
  })

  it('a date on a day on which nothing is sold anyway tells nothing', () => {
    const closed = (t: number) => (t % 7 === 5 ? 0 : usualAt(t))
    // Saturdays (phase 5) among the dates.
    const some = [70, 138, 201, 266, 334]
    const open = some.filter((day) => day % 7 !== 5)
    expect(open.length).toBeLessThan(some.length)
    const mean = (t: number) => closed(t) * (some.includes(t) ? 2 : 1)
    const data = seriesOf(420, mean, 'closed')
    const [with5, without] = [learn(data, some), learn(data, open)]
    expect(told(with5, 430)).toBeGreaterThan(1.8)
    expect(Math.abs(told(with5, 430) - told(without, 430))).toBeLessThan(0.1)
  })

  it('multipliers by phase are finite and not below zero, whatever was seen', () => {
    const value = fc.oneof(
      fc.constant(0),
      fc.constant(Number.NaN),
      fc.integer({ min: 0, max: 1e6 }),
    )
    fc.assert(
      fc.property(fc.array(value, { minLength: 120, maxLength: 120 }), (values) => {
        const data = {
          firstStep: new Int32Array(1),
          offsets: Int32Array.of(0, 120),
          values: Float64Array.from(values),
        }
        for (const { segments } of learn(data, [40, 61, 83, 104]).profiles) {
          for (const { byPhase } of segments) {
            expect(byPhase!.every((m) => Number.isFinite(m) && m >= 0)).toBe(true)
          }
        }
      }),
      { numRuns: 60, seed: 4 },
    )
  })
})
