import { isOpen } from '../../src/core/calendar.ts'
import type { Panel } from '../../src/core/panel.ts'
import { COLD_START } from '../../src/demand/index.ts'

/** Days of a total, and of an origin's distance from the next. */
export const HORIZON = 28
const YOUNG = 56
/** Levels of the quantiles that are judged. */
export const LEVELS = Float64Array.from([0.5, 0.75, 0.9, 0.95])

/** Errors over all young products and origins, as shares of the units wanted. */
export interface ColdScore {
  readonly products: number
  readonly wape: number
  readonly ofAge: number
  readonly carried: number
  readonly bias: number
  readonly below: readonly number[]
}

/** Units of series i on a day, closed or not; NaN outside the series. */
export function unitsOn(panel: Panel, i: number, day: number): number {
  const t = day - panel.firstBucket[i]!
  const length = panel.offsets[i + 1]! - panel.offsets[i]!
  return t >= 0 && t < length ? panel.values[panel.offsets[i]! + t]! : Number.NaN
}

/** Mean units of 28 days of products whose start was seen, by age in weeks, from windows that ended before the origin. */
function meansOfAge(panel: Panel, origin: number, bornFrom: number): Float64Array {
  const sum = new Float64Array(YOUNG / 7)
  const count = new Float64Array(YOUNG / 7)
  panel.firstBucket.forEach((born, i) => {
    if (born < bornFrom) return
    for (let age = 0; age < YOUNG && born + age + HORIZON <= origin; age++) {
      sum[Math.floor(age / 7)]! += unitsBetween(panel, i, born + age, born + age + HORIZON)
      count[Math.floor(age / 7)]! += 1
    }
  })
  const all =
    sum.reduce((a, b) => a + b, 0) /
    Math.max(
      1,
      count.reduce((a, b) => a + b, 0),
    )
  return sum.map((units, week) => (count[week]! > 0 ? units / count[week]! : all))
}

function unitsBetween(panel: Panel, i: number, from: number, to: number): number {
  let units = 0
  for (let day = from; day < to; day++) units += unitsOn(panel, i, day) || 0
  return units
}

/** Errors of the 28-day totals of products in their first eight weeks, over what was wanted. */
export function judgeCold(
  panel: Panel,
  origins: readonly number[],
  wanted: (i: number, day: number) => number,
): ColdScore {
  const bornFrom = panel.firstBucket.reduce((a, b) => Math.min(a, b)) + 28
  const sum = { y: 0, ours: 0, age: 0, carried: 0, bias: 0 }
  const below = new Float64Array(LEVELS.length)
  const points = new Float64Array(LEVELS.length)
  let count = 0
  for (const origin of origins) {
    const { mean, quantiles } = COLD_START.fit(panel, { trainEnd: origin }).predict(
      origin,
      HORIZON,
      LEVELS,
    )
    const ofAge = meansOfAge(panel, origin, bornFrom)
    panel.firstBucket.forEach((born, i) => {
      const age = origin - born
      if (born < bornFrom || age < 1 || age >= YOUNG) return
      let [y, m] = [0, 0]
      for (let h = 0; h < HORIZON; h++) {
        const actual = wanted(i, origin + h)
        if (Number.isNaN(actual)) continue
        y += actual
        m += mean[i * HORIZON + h]!
        if (panel.openDays && !isOpen(origin + h, panel.openDays)) continue
        LEVELS.forEach((_, l) => {
          const q = quantiles[(i * HORIZON + h) * LEVELS.length + l]!
          if (q <= 0) return
          points[l]! += 1
          if (actual <= q) below[l]! += 1
        })
      }
      const days = Math.min(HORIZON, age)
      const carried = (unitsBetween(panel, i, origin - days, origin) / days) * HORIZON
      sum.y += y
      sum.ours += Math.abs(m - y)
      sum.age += Math.abs(ofAge[Math.floor(age / 7)]! - y)
      sum.carried += Math.abs(carried - y)
      sum.bias += m - y
      count++
    })
  }
  return {
    products: count,
    wape: sum.ours / sum.y,
    ofAge: sum.age / sum.y,
    carried: sum.carried / sum.y,
    bias: sum.bias / sum.y,
    below: Array.from(below, (n, l) => n / points[l]!),
  }
}
