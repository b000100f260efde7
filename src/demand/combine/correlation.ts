import { normalQuantile } from '../../core/distributions/normal.ts'
import type { QuantileForecast } from '../../core/panel.ts'
import type { JudgedOrigin } from './judged.ts'

/**
 * How far errors of one series in different buckets hang together: the mean product of their normal
 * scores over pairs of buckets, over the mean square. A bucket's score is that of the middle of the
 * share of the forecast that equals what came. Between 0 and 0.99; undefined without pairs.
 */
export function errorCorrelation(
  origins: readonly JudgedOrigin[],
  combined: readonly QuantileForecast[],
): number | undefined {
  let products = 0
  let pairs = 0
  let squares = 0
  let points = 0
  origins.forEach((judged, k) => {
    const { horizon, actual, scale } = judged
    for (let i = 0; i < scale.length; i++) {
      let sum = 0
      let own = 0
      let count = 0
      for (let at = i * horizon; at < (i + 1) * horizon; at++) {
        if (Number.isNaN(actual[at]!)) continue
        const z = normalScore(combined[k]!, at, actual[at]!)
        sum += z
        own += z * z
        count++
      }
      products += sum * sum - own
      pairs += count * (count - 1)
      squares += own
      points += count
    }
  })
  if (pairs === 0 || !(squares > 0)) return undefined
  return Math.min(0.99, Math.max(0, (products / pairs) * (points / squares)))
}

function normalScore({ quantiles, levels }: QuantileForecast, at: number, y: number): number {
  const n = levels.length
  const q = (l: number) => quantiles[at * n + l]!
  let below = 0
  while (below < n && q(below) < y) below++
  let atMost = below
  while (atMost < n && q(atMost) <= y) atMost++
  if (atMost > below) {
    const low = below === 0 ? 0 : levels[below]!
    const high = atMost === n ? 1 : levels[atMost - 1]!
    return normalQuantile((low + high) / 2)
  }
  if (below === 0) return normalQuantile(levels[0]! / 2)
  if (below === n) return normalQuantile((1 + levels[n - 1]!) / 2)
  const share = (y - q(below - 1)) / (q(below) - q(below - 1))
  return normalQuantile(levels[below - 1]! + share * (levels[below]! - levels[below - 1]!))
}
