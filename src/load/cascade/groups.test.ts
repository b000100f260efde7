import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { reconcile } from '../../learn/index.ts'
import type { LoadForecast } from '../types.ts'
import { agreeGroups, scaledBy, sumOfForecasts } from './groups.ts'

const DAY = 86_400_000
const DAYS = 14

/** Days of load with courses around it. */
function made(level: number, seed: number): LoadForecast {
  const mean = Float64Array.from({ length: DAYS }, (_, t) => level * (1 + 0.1 * (t % 7)))
  return {
    axis: { startMs: 0, stepMs: DAY, count: DAYS },
    mean,
    pathCount: 200,
    quantile: (q) => mean.map((v) => v * (0.7 + 0.6 * q)),
    path(index, into) {
      const random = createRandom(seed).split(index)
      for (let t = 0; t < DAYS; t++) into[t] = Math.max(0, mean[t]! * (1 + 0.2 * random.normal()))
      return into
    },
    parts: () => [{ name: 'level', kind: 'level', values: mean }],
  }
}

describe('services and the whole', () => {
  const series = [made(100, 1), made(300, 2), made(50, 3)]
  const hierarchy = reconcile.hierarchyOf(3, [
    { name: 'region', codes: [0, 0, 1], groups: ['east', 'west'] },
  ])
  // West is one series alone: the hierarchy still has it as a sum.
  const sums = Array.from({ length: hierarchy.aggregates }, (_, a) => {
    const members = hierarchy.member.slice(hierarchy.start[a], hierarchy.start[a + 1])
    const level = [...members].reduce((sum, s) => sum + [100, 300, 50][s]!, 0)
    return made(1.1 * level, 10 + a)
  })
  const variance = Float64Array.from([...sums, ...series], (node) => node.mean[0]! ** 2)
  const groups = agreeGroups({ series, hierarchy, sums, covariance: reconcile.diagonal(variance) })

  it('agree in the mean and in each course', () => {
    const nodes = [...groups.sums, ...groups.series]
    const courses = nodes.map((node) => node.path(5, new Float64Array(DAYS)))
    for (let t = 0; t < DAYS; t++) {
      for (const values of [nodes.map(({ mean }) => mean), courses]) {
        const bottom = values.slice(groups.sums.length).map((own) => own[t]!)
        const all = reconcile.aggregate(hierarchy, bottom)
        all.forEach((value, node) => {
          expect(values[node]![t]!).toBeCloseTo(value, 6)
        })
      }
    }
  })

  it('meet between what each says', () => {
    const total = groups.sums[0]!.mean[0]!
    expect(total).toBeGreaterThan(450)
    expect(total).toBeLessThan(495)
    const [low, high] = [groups.sums[0]!.quantile(0.1)[0]!, groups.sums[0]!.quantile(0.9)[0]!]
    expect(low).toBeLessThan(total)
    expect(high).toBeGreaterThan(total)
  })

  it('hand their factors to finer grains', () => {
    const hours: LoadForecast = {
      axis: { startMs: 0, stepMs: DAY / 2, count: 2 * DAYS },
      mean: Float64Array.from({ length: 2 * DAYS }, (_, t) => series[0]!.mean[t >> 1]! / 2),
      quantile: () => new Float64Array(2 * DAYS),
      pathCount: 200,
      path(index, into) {
        const days = series[0]!.path(index, new Float64Array(DAYS))
        for (let t = 0; t < into.length; t++) into[t] = days[t >> 1]! / 2
        return into
      },
      parts: () => [],
    }
    const fine = scaledBy(hours, series[0]!.axis, (index) => groups.factors(index)[0]!)
    const course = fine.path(7, new Float64Array(2 * DAYS))
    const days = groups.series[0]!.path(7, new Float64Array(DAYS))
    expect(course[4]! + course[5]!).toBeCloseTo(days[2]!, 6)
    expect(fine.mean[4]! + fine.mean[5]!).toBeCloseTo(groups.series[0]!.mean[2]!, 6)
  })

  it('add up course by course', () => {
    const whole = sumOfForecasts(series)
    const course = whole.path(3, new Float64Array(DAYS))
    const parts = series.map((one) => one.path(3, new Float64Array(DAYS))[4]!)
    expect(course[4]).toBeCloseTo(
      parts.reduce((a, b) => a + b, 0),
      9,
    )
    expect(whole.parts()[0]!.values[0]).toBeCloseTo(450, 9)
  })
})
