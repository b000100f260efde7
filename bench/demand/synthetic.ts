import { sampleGamma, samplePoisson } from '../../src/core/distributions/counts.ts'
import { type Panel, panelOf } from '../../src/core/panel.ts'
import { createRandom, type Random } from '../../src/core/random/random.ts'

/** What the synthetic panel is made of, for the `data` field of its figures. */
export const SYNTHETIC_WORDS =
  'synthetic daily counts: 30 % smooth with weekday season, 25 % the same with a trend that wanders, ' +
  '25 % intermittent (a sale on 5–40 % of days), 20 % lumpy (gamma-mixed Poisson, rare orders 10–40 times as large)'

/** `series` daily series of `length` days from day 0 on. Same seed, same panel. */
export function syntheticPanel(series: number, length: number, seed: string | number): Panel {
  const root = createRandom(seed)
  return panelOf(
    Array.from({ length: series }, (_, i) => {
      const random = root.split(i)
      const share = (i % 20) / 20
      const draw =
        share < 0.3 ? smooth : share < 0.55 ? trending : share < 0.8 ? intermittent : lumpy
      return { id: `s${i}`, firstBucket: 0, values: draw(random, length) }
    }),
    { frequency: 'D' },
  )
}

const logNormal = (random: Random, median: number, spread: number) =>
  median * Math.exp(spread * random.normal())

/** Weekday factors, mean 1. */
function weekdays(random: Random, spread: number): number[] {
  const raw = Array.from({ length: 7 }, () => Math.exp(spread * random.normal()))
  const mean = raw.reduce((a, b) => a + b, 0) / 7
  return raw.map((f) => f / mean)
}

function smooth(random: Random, length: number): Float64Array {
  const level = logNormal(random, 60, 1)
  const factors = weekdays(random, 0.35)
  const noise = 0.05 + 0.2 * random.next()
  return Float64Array.from({ length }, (_, t) =>
    samplePoisson(random, level * factors[t % 7]! * Math.exp(noise * random.normal())),
  )
}

function trending(random: Random, length: number): Float64Array {
  const factors = weekdays(random, 0.25)
  let level = Math.log(logNormal(random, 60, 0.8))
  let slope = 0.0015 * random.normal()
  return Float64Array.from({ length }, (_, t) => {
    slope = 0.995 * slope + 0.0001 * random.normal()
    level += slope + 0.01 * random.normal()
    return samplePoisson(random, Math.min(1e5, Math.exp(level) * factors[t % 7]!))
  })
}

function intermittent(random: Random, length: number): Float64Array {
  const size = logNormal(random, 2, 0.8)
  let chance = 0.05 + 0.35 * random.next()
  return Float64Array.from({ length }, () => {
    chance = Math.min(0.6, Math.max(0.02, chance + 0.004 * random.normal()))
    return random.next() < chance ? 1 + samplePoisson(random, size) : 0
  })
}

function lumpy(random: Random, length: number): Float64Array {
  const level = logNormal(random, 6, 0.7)
  const shape = 0.5 + random.next()
  const factors = weekdays(random, 0.4)
  return Float64Array.from({ length }, (_, t) => {
    const order = random.next() < 0.01 ? 10 + 30 * random.next() : 1
    return samplePoisson(
      random,
      order * sampleGamma(random, shape, (level * factors[t % 7]!) / shape),
    )
  })
}
