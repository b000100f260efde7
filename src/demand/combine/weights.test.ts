import { describe, expect, it } from 'vitest'
import { panelOf } from '../../core/panel.ts'
import { guardSegments } from './guard.ts'
import { isThin, planJudgement } from './plan.ts'
import type { Points } from './points.ts'
import { SEGMENTS } from './segments.ts'
import { fitWeights, learnedWeights } from './weights.ts'

const SEGMENT = SEGMENTS.indexOf('high/smooth/old')

/** Points at one level, each member off by a share of the truth. */
function pointsOf(errors: readonly number[], count = 200): Points {
  const members = errors.length
  const actual = Float64Array.from({ length: count }, (_, p) => 10 + (p % 7))
  const quantiles = new Float64Array(count * members)
  for (let p = 0; p < count; p++) {
    errors.forEach((error, m) => {
      quantiles[p * members + m] = actual[p]! * (1 + (p % 2 === 0 ? error : -error))
    })
  }
  return {
    count,
    members,
    forYoung: new Uint8Array(members),
    levels: Float64Array.of(0.5),
    actual,
    weight: new Float64Array(count).fill(1),
    quantiles,
    segment: new Int32Array(count).fill(SEGMENT),
    fold: Int32Array.from({ length: count }, (_, p) => (p % 4) >> 1),
    folds: 2,
    seriesOf: Float64Array.from(SEGMENTS, (_, s) => (s === SEGMENT ? count : 0)),
  }
}

describe('weights after one origin', () => {
  const priors = { series: 100, origins: 1 }

  it('are drawn to equal ones, or to the share believed before', () => {
    const points = pointsOf([0.2, 0.2])
    const of = (weights: Float64Array) => weights[SEGMENT * 2 + 1]!
    expect(of(fitWeights(points, 1, priors))).toBeCloseTo(0.5, 1)
    const believed = of(fitWeights(points, 1, { ...priors, learned: 0.8 }))
    expect(believed).toBeGreaterThan(0.6)
    expect(believed).toBeLessThan(0.8)
    const many = of(fitWeights(points, 50, { ...priors, learned: 0.8 }))
    expect(Math.abs(many - 0.5)).toBeLessThan(0.05)
  })

  it('keep learned members that are believed unless the floor is clearly ahead', () => {
    const used = (errors: number[], learned?: number) =>
      guardSegments(
        pointsOf(errors),
        1,
        learned === undefined ? priors : { ...priors, learned },
        0.02,
      ).used[SEGMENT]
    expect(used([0.2, 0.2])).toBe(0)
    expect(used([0.2, 0.2], 0.75)).toBe(1)
    expect(used([0.2, 0.5], 0.75)).toBe(0)
    expect(used([0.2, 0.2], 0.25)).toBe(0)
  })

  it('share what the learned members weigh among those that have a say', () => {
    expect([...learnedWeights(Uint8Array.of(0, 1, 0), false, 0.75)]).toEqual([0.25, 0, 0.75])
    const ofYoung = learnedWeights(Uint8Array.of(0, 1, 0), true, 0.75)
    expect(ofYoung[0]).toBe(0.25)
    for (const m of [1, 2]) expect(ofYoung[m]).toBeCloseTo(0.375, 12)
    expect([...learnedWeights(Uint8Array.of(0), false, 0.75)]).toEqual([1])
  })
})

describe('a thin judgement', () => {
  const weeks = (count: number) =>
    panelOf([{ id: 'a', firstBucket: 0, values: new Float64Array(count).fill(1) }], {
      frequency: 'W',
    })

  it('is one origin of a long season; two say more, and short seasons are soon seen', () => {
    const thinOf = (count: number, horizon: number, season?: number) => {
      const panel = weeks(count)
      return isThin(panel, planJudgement(panel, count, horizon, 3, season)!, season)
    }
    expect(thinOf(104, 39)).toBe(true)
    expect(thinOf(156, 39)).toBe(false)
    expect(thinOf(60, 39, 4)).toBe(false)
  })
})
