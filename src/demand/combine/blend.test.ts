import { describe, expect, it } from 'vitest'
import type { QuantileForecast } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { MEANS, NOTHING, QUANTILES } from '../wanted.ts'
import { blend, patched, wantedOf, weightsOfPresent } from './blend.ts'

const SERIES = 40
const HORIZON = 3
const LEVELS = Float64Array.of(0.1, 0.5, 0.9)

/** Two segments, three members: the second is for means of the first segment, the third for nothing. */
const weights = {
  means: Float64Array.of(0.4, 0.6, 0, 1, 0, 0),
  quantiles: Float64Array.of(0, 1, 0, 0.3, 0, 0.7),
}
const segment = Int32Array.from({ length: SERIES }, (_, i) => i % 2)

function forecastOf(seed: string): QuantileForecast {
  const random = createRandom(seed)
  const numbers = (n: number) => Float64Array.from({ length: n }, () => random.next())
  return {
    ids: Array.from({ length: SERIES }, (_, i) => `s${i}`),
    buckets: { frequency: 'D' },
    origin: 10,
    horizon: HORIZON,
    levels: LEVELS,
    mean: numbers(SERIES * HORIZON),
    quantiles: numbers(SERIES * HORIZON * LEVELS.length),
  }
}

describe('a blend of members', () => {
  it('reads of a member what it says that it wants, and no more', () => {
    const parts = ['a', 'b', 'c'].map(forecastOf)
    const poisoned = parts.map((part, m) => {
      const wanted = wantedOf(weights, 3, m, segment)
      const spoilt = (values: Float64Array, width: number, least: number) =>
        values.map((v, k) => (wanted[Math.floor(k / width)]! >= least ? v : 1e9))
      return {
        ...part,
        mean: spoilt(part.mean, HORIZON, MEANS),
        quantiles: spoilt(part.quantiles, HORIZON * LEVELS.length, QUANTILES),
      }
    })
    expect(blend(poisoned, weights, segment)).toEqual(blend(parts, weights, segment))
    expect([...wantedOf(weights, 3, 0, segment).subarray(0, 2)]).toEqual([MEANS, QUANTILES])
    expect([...wantedOf(weights, 3, 2, segment).subarray(0, 2)]).toEqual([NOTHING, QUANTILES])
  })

  it('gives the weight of a member that is not there to the floor', () => {
    const kept = weightsOfPresent(weights, [true, false, true])
    expect([...kept.means]).toEqual([1, 0, 0, 1, 0, 0])
    expect([...kept.quantiles]).toEqual([1, 0, 0, 0.3, 0, 0.7])
    expect(weightsOfPresent(weights, [true, true, true])).toEqual(weights)
  })

  it('asks for the floor only where a member says something that is not finite', () => {
    const [floor, member] = ['floor', 'member'].map(forecastOf) as [
      QuantileForecast,
      QuantileForecast,
    ]
    let asked = 0
    const floorOf = () => {
      asked++
      return floor
    }
    expect(patched([floor, member], floorOf)).toEqual([floor, member])
    expect(asked).toBe(0)
    const quantiles = member.quantiles.slice()
    quantiles[7] = Number.POSITIVE_INFINITY
    const [, mended] = patched([floor, { ...member, quantiles }], floorOf)
    expect(asked).toBe(1)
    expect(mended!.mean[2]).toBe(floor.mean[2])
    expect(mended!.quantiles.subarray(6, 9)).toEqual(floor.quantiles.subarray(6, 9))
    expect(mended!.quantiles[9]).toBe(member.quantiles[9])
  })
})
