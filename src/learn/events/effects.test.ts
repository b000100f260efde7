import { describe, expect, it } from 'vitest'
import { parseDay } from '../../core/calendar.ts'
import { samplePoisson } from '../../core/distributions/counts.ts'
import { createRandom } from '../../core/random/random.ts'
import { applyEffects, effectMultipliers, effectRows, peakMask, withoutEffects } from './effects.ts'
import { learnEffects } from './learn-effects.ts'
import { type Occurrence, occurrencesOf, profileIndex } from './occurrence.ts'
import type { EventSeries } from './windows.ts'

const seriesOf = (rows: readonly ArrayLike<number>[], firstStep = 0): EventSeries => {
  const offsets = new Int32Array(rows.length + 1)
  rows.forEach((row, i) => {
    offsets[i + 1] = offsets[i]! + row.length
  })
  const values = new Float64Array(offsets.at(-1)!)
  rows.forEach((row, i) => {
    values.set(row, offsets[i]!)
  })
  return { firstStep: new Int32Array(rows.length).fill(firstStep), offsets, values }
}

const at = (name: string, first: number, last = first): Occurrence => ({
  name,
  kind: 'holiday',
  first,
  last,
})

/** 1.2 and 1.6 the days before, 2 on the day, 0.7 and 0.85 after: delayed and decaying. */
const SHAPE = [1.2, 1.6, 2, 0.7, 0.85]
const shaped = (t: number, dates: readonly number[], strength = 1) => {
  const date = dates.find((d) => t >= d - 2 && t <= d + 2)
  return date === undefined ? 1 : 1 + strength * (SHAPE[t - date + 2]! - 1)
}

it('counts an event told twice once, and leaves out one that ends before it begins', () => {
  const event = { name: 'sale', kind: 'sale', firstDay: 10, lastDay: 12 }
  const wrong = { ...event, firstDay: 30, lastDay: 20 }
  const own = { ...event, series: Int32Array.of(1) }
  const found = occurrencesOf([event, wrong, { ...event }, own, own], { frequency: 'D' })
  expect(found.map(({ first, last }) => [first, last])).toEqual([
    [10, 12],
    [10, 12],
    [10, 12],
  ])
})

it('gives finite effects and bands for odd series, and for occasions without days', () => {
  const rows = [
    new Float64Array(200).fill(0.1),
    new Float64Array(200).fill(1e9),
    new Float64Array(200),
    new Float64Array(200).fill(-3),
    new Float64Array(200).fill(Number.NaN),
    new Float64Array(1).fill(4),
  ]
  const occasions = [at('a', 60), at('a', 120), at('a', 150), at('b', 100, 90), at('c', 400)]
  for (const group of rows.map((row) => [row]).concat([rows])) {
    const effects = learnEffects(seriesOf(group), occasions, { season: 7, responses: true })
    for (const { multiplier, low, high } of effectRows(effects)) {
      expect(Number.isFinite(multiplier + low + high)).toBe(true)
    }
    expect(effects.profiles.every(({ name }) => name === 'a')).toBe(true)
  }
})

describe('event effects', () => {
  const dates = [80, 170, 275]
  const week = [1.3, 1, 0.9, 0.8, 1, 1.1, 0.9]

  it('learns an effect by day through weekday and growth, and applies it to a planned date', () => {
    const random = createRandom('effects')
    const rows = Array.from({ length: 40 }, () =>
      Float64Array.from({ length: 330 }, (_, t) =>
        samplePoisson(random, (20 + t / 20) * week[t % 7]! * shaped(t, dates)),
      ),
    )
    const effects = learnEffects(
      seriesOf(rows),
      dates.map((d) => at('Feast', d)),
      {
        season: 7,
        lead: 4,
        tail: 4,
      },
    )
    const planned = effectMultipliers(effects, [at('Feast', 400)], 396, 9)
    const wanted = [1, 1, ...SHAPE, 1, 1]
    for (const [k, m] of planned.entries()) expect(Math.abs(m - wanted[k]!)).toBeLessThan(0.09)
    const [profile] = effects.profiles
    expect(profile!.occurrences).toBe(3)
    // A weaker planned occurrence moves demand less.
    const half = effectMultipliers(effects, [{ ...at('Feast', 400), strength: 0.5 }], 396, 9)
    expect(half[4]!).toBeCloseTo(1 + 0.5 * (planned[4]! - 1), 10)
    const row = effectRows(effects).find(
      ({ segment, offset }) => segment === 'all' && offset === 0,
    )!
    expect(row.low).toBeLessThan(row.multiplier)
    expect(row.high).toBeGreaterThan(row.multiplier)
    expect(row.low).toBeGreaterThan(1.3)
  })

  it('draws groups towards all where little is sold, and tells them apart where much is', () => {
    const random = createRandom('groups')
    const answer = [0, 1, 2]
    const mean = [60, 60, 0.2]
    const of = Int32Array.from({ length: 60 }, (_, i) => i % 3)
    const rows = Array.from(of, (g) =>
      Float64Array.from({ length: 330 }, (_, t) =>
        samplePoisson(random, mean[g]! * shaped(t, dates, answer[g]!)),
      ),
    )
    const { profiles } = learnEffects(
      seriesOf(rows),
      dates.map((d) => at('Feast', d)),
      {
        season: 7,
        groups: { of, names: ['none', 'full', 'small'] },
      },
    )
    const peak = profiles[0]!.segments.map(({ multiplier }) => multiplier[profiles[0]!.lead]!)
    expect(peak[1]!).toBeLessThan(1.1)
    expect(peak[2]!).toBeGreaterThan(1.85)
    // All together: (60 · 1 + 60 · 2 + 0.2 · 3) / 120.2.
    expect(Math.abs(peak[0]! - 1.5)).toBeLessThan(0.08)
    expect(peak[3]!).toBeLessThan(2.9)
  })

  it('finds nothing where nothing happens', () => {
    const random = createRandom('nothing')
    const rows = Array.from({ length: 5 }, () =>
      Float64Array.from({ length: 330 }, () => samplePoisson(random, 3)),
    )
    const effects = learnEffects(
      seriesOf(rows),
      dates.map((d) => at('Feast', d)),
      { season: 7 },
    )
    const multipliers = effectMultipliers(effects, [at('Feast', 100)], 80, 40)
    const off = multipliers.reduce((sum, m) => sum + Math.abs(m - 1), 0) / 40
    expect(off).toBeLessThan(0.03)
  })

  it('tells overlapping occasions apart when they meet at different distances', () => {
    const [first, second] = [
      [60, 150, 240],
      [62, 157, 300],
    ]
    const rows = [
      Float64Array.from({ length: 360 }, (_, t) => {
        const one = shaped(t, first!)
        return 1000 * one * (second!.includes(t) ? 1.5 : 1)
      }),
    ]
    const occurrences = [...first!.map((d) => at('Feast', d)), ...second!.map((d) => at('Sale', d))]
    const effects = learnEffects(seriesOf(rows), occurrences, { season: 7, lead: 3, tail: 3 })
    const sale = effectMultipliers(effects, [at('Sale', 500)], 500, 1)[0]!
    expect(Math.abs(sale - 1.5)).toBeLessThan(0.15)
  })

  it('learns how strongly single series answer', () => {
    const random = createRandom('answers')
    const answers = [0, 0.5, 1, 1.5, 2]
    const rows = answers.map((answer) =>
      Float64Array.from({ length: 330 }, (_, t) =>
        samplePoisson(random, 50 * shaped(t, dates, answer)),
      ),
    )
    const { profiles } = learnEffects(
      seriesOf(rows),
      dates.map((d) => at('Feast', d)),
      {
        season: 7,
        responses: true,
      },
    )
    for (const [i, response] of profiles[0]!.response!.entries()) {
      expect(Math.abs(response - answers[i]!)).toBeLessThan(0.35)
    }
  })

  it('reads nothing from the end on', () => {
    const rows = [Float64Array.from({ length: 330 }, (_, t) => 20 * shaped(t, dates))]
    const dirty = [rows[0]!.map((v, t) => (t >= 200 ? 1e6 : v))]
    const options = { season: 7, end: 200 }
    const occurrences = dates.map((d) => at('Feast', d))
    expect(learnEffects(seriesOf(dirty), occurrences, options)).toEqual(
      learnEffects(seriesOf(rows), occurrences, options),
    )
  })

  it('takes events out of the past and masks peaks', () => {
    const multipliers = Float64Array.from([1, 2, 0.01])
    expect([...withoutEffects([5, 10, 3], multipliers)]).toEqual([5, 5, Number.NaN])
    expect([...peakMask(multipliers)]).toEqual([0, 1, 1])
    const into = new Float64Array(3).fill(1)
    applyEffects({ profiles: [], groups: [] }, [at('New', 1)], 0, {}, into)
    expect([...into]).toEqual([1, 1, 1])
  })
})

describe('occurrences', () => {
  it('cover the weeks they touch', () => {
    const event = {
      name: 'Sale',
      kind: 'sale',
      firstDay: parseDay('2026-07-05'),
      lastDay: parseDay('2026-07-06'),
    }
    const [weeks] = occurrencesOf([event], { frequency: 'W' })
    expect(weeks!.last - weeks!.first).toBe(1)
    const [hours] = occurrencesOf([event], { frequency: 'H' })
    expect(hours!.last - hours!.first).toBe(47)
  })

  it('find their place in a profile of another length', () => {
    const profile = { lead: 2, during: 3, tail: 2 }
    const places = (o: Occurrence) =>
      Array.from({ length: 12 }, (_, t) => profileIndex(profile, o, t))
    expect(places(at('a', 3, 5))).toEqual([-1, 0, 1, 2, 3, 4, 5, 6, -1, -1, -1, -1])
    expect(places(at('a', 3, 7))).toEqual([-1, 0, 1, 2, 3, 3, 3, 4, 5, 6, -1, -1])
    expect(places(at('a', 3, 3))).toEqual([-1, 0, 1, 2, 5, 6, -1, -1, -1, -1, -1, -1])
  })
})
