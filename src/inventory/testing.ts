import { negativeBinomialQuantile } from '../core/distributions/counts.ts'
import type { QuantileForecast } from '../core/panel.ts'
import { createRandom } from '../core/random/random.ts'
import {
  fixedLeadTimes,
  gammaLeadTimePoints,
  LEAD_TIME_POINTS,
  type LeadTimes,
} from './lead-times.ts'
import type { PlanInput } from './plan-input.ts'

/** Levels of the demand room's forecasts. */
export const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]

/** A forecast with the same quantiles every day: `quantiles(i)` rise with the level. */
export function flatForecast(
  products: number,
  horizon: number,
  day: (i: number, d: number) => { readonly mean: number; readonly quantiles: readonly number[] },
  levels: readonly number[] = LEVELS,
  origin = 20_000,
): QuantileForecast {
  const mean = new Float64Array(products * horizon)
  const quantiles = new Float64Array(products * horizon * levels.length)
  for (let i = 0; i < products; i++) {
    for (let d = 0; d < horizon; d++) {
      const cell = i * horizon + d
      const given = day(i, d)
      mean[cell] = given.mean
      quantiles.set(given.quantiles, cell * levels.length)
    }
  }
  return {
    ids: Array.from({ length: products }, (_, i) => `p${i}`),
    buckets: { frequency: 'D' },
    origin,
    horizon,
    levels: Float64Array.from(levels),
    mean,
    quantiles,
  }
}

/** A forecast of negative binomial days of the given means (size 1: lumpy). */
export function countForecast(means: ArrayLike<number>, horizon: number): QuantileForecast {
  const known = Array.from(means, (mean) =>
    LEVELS.map((level) => negativeBinomialQuantile(level, mean, 1)),
  )
  return flatForecast(means.length, horizon, (i) => ({ mean: means[i]!, quantiles: known[i]! }))
}

/** A store of random products around a forecast, nothing unknown, no limits. */
export function randomStore(seed: number, products: number, horizon = 56): PlanInput {
  const random = createRandom(seed)
  const column = (draw: () => number) => Float64Array.from({ length: products }, draw)
  const forecast = countForecast(
    column(() => Math.exp(random.normal() * 1.5 - 1)),
    horizon,
  )
  const unitCostCents = column(() => 20 + random.int(2000))
  return {
    today: forecast.origin,
    forecast,
    onHand: column(() => random.int(30)),
    incoming: randomIncoming(random.int(products + 1), products, forecast.origin, seed),
    unitCostCents,
    priceCents: unitCostCents.map((cost) => Math.round(cost * (1.2 + random.next() * 2))),
    volumeM3: column(() => 0.0005 + 0.01 * random.next()),
    minimumQuantity: column(() => (random.next() < 0.5 ? 1 : random.int(40))),
    casePack: column(() => [1, 1, 6, 12][random.int(4)]!),
    leadTimes: gammaLeadTimes(products, 10, 3),
    reviewPeriodDays: 7,
    seed,
  }
}

function randomIncoming(rows: number, products: number, today: number, seed: number) {
  const random = createRandom(`incoming ${seed}`)
  const draw = (bound: number) => Int32Array.from({ length: rows }, () => random.int(bound))
  return {
    product: draw(products),
    arrivalDay: draw(25).map((day) => today - 5 + day),
    units: Float64Array.from(draw(40)),
  }
}

/** The same gamma lead time for all products. */
export function gammaLeadTimes(products: number, meanDays: number, sdDays: number): LeadTimes {
  const points = gammaLeadTimePoints(meanDays, sdDays)
  const all = new Float64Array(products * LEAD_TIME_POINTS)
  for (let i = 0; i < products; i++) all.set(points, i * LEAD_TIME_POINTS)
  return { ...fixedLeadTimes(products, meanDays), points: all }
}
