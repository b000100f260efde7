import { normalCdf } from '../../src/core/distributions/normal.ts'
import type { QuantileForecast } from '../../src/core/panel.ts'
import { interpolateQuantile } from '../../src/core/quantiles.ts'
import { createRandom } from '../../src/core/random/random.ts'

const DRAWS = 101

/**
 * Median of the sum over the horizon, by series: days drawn from their quantiles, normal scores of a
 * series' days correlated by `correlation`, and the draws brought to the forecast's mean. The number
 * that makes the absolute error of sums small, where the mean keeps their total right.
 */
export function medianTotals(
  { ids, horizon, levels, mean, quantiles }: QuantileForecast,
  correlation: number,
  seed: string,
): Float64Array {
  const random = createRandom(`totals-${seed}`)
  const [common, own] = [Math.sqrt(correlation), Math.sqrt(1 - correlation)]
  const chances = new Float64Array(DRAWS * horizon)
  for (let draw = 0; draw < DRAWS; draw++) {
    const shared = common * random.normal()
    for (let h = 0; h < horizon; h++) {
      chances[draw * horizon + h] = normalCdf(shared + own * random.normal())
    }
  }
  return Float64Array.from(ids, (_, i) => {
    const sums = Float64Array.from({ length: DRAWS }, (_d, draw) => {
      let sum = 0
      for (let h = 0; h < horizon; h++) {
        const from = (i * horizon + h) * levels.length
        sum += interpolateQuantile(quantiles, from, levels, chances[draw * horizon + h]!, 0)
      }
      return sum
    })
    const drawn = sums.reduce((a, b) => a + b, 0) / DRAWS
    const said = mean.subarray(i * horizon, (i + 1) * horizon).reduce((a, b) => a + b, 0)
    return drawn > 0 ? (sums.sort()[DRAWS >> 1]! * said) / drawn : said
  })
}
