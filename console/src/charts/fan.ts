import type { Forecast, History } from '../../../src/api/schemas/common.ts'
import { isoOf, secondsOf } from '../text/format.ts'

const DAY = 86_400

/** Columns of a fan chart: days, then sold, 5 %, 25 %, median, 75 %, 95 %, wanted while out of stock. */
export interface FanData {
  readonly columns: [days: number[], ...values: (number | null)[][]]
  /** The first day that is forecast, in seconds. */
  readonly now: number
  /** Runs of days on which the product was out of stock: first day and the day after, in seconds. */
  readonly stockOuts: readonly (readonly [from: number, to: number])[]
}

/** Place of what was wanted among the values. */
const WANTED = 6

const BAND_LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]

function nearestLevel(levels: readonly number[], wanted: number): number {
  let best = 0
  levels.forEach((level, k) => {
    if (Math.abs(level - wanted) < Math.abs(levels[best]! - wanted)) best = k
  })
  return best
}

/**
 * What happened and what is expected on one axis, times `factor` (a price, to show money); `wanted`
 * has by ISO day what customers would have bought while it was out of stock. Closed
 * days are left out: the lines pass over them instead of falling to zero every week.
 */
export function fanData(
  history: History,
  forecast: Forecast | null,
  closed: readonly string[],
  factor = 1,
  wanted: ReadonlyMap<string, number> = new Map(),
): FanData {
  const shut = new Set(closed.map(secondsOf))
  const days: number[] = []
  const values: (number | null)[][] = [[], [], [], [], [], [], []]
  const columns: FanData['columns'] = [days, ...values]
  const start = secondsOf(history.from)
  const stockOuts: [number, number][] = []
  history.units.forEach((units, t) => {
    const day = start + t * DAY
    if (history.inStock[t] === false) addDay(stockOuts, day)
    if (shut.has(day)) return
    days.push(day)
    const asked = wanted.get(isoOf(day))
    values.forEach((column, k) => {
      if (k === WANTED) column.push(asked === undefined ? null : asked * factor)
      else column.push(k > 0 || units === null ? null : units * factor)
    })
  })
  const now = forecast === null ? start + history.units.length * DAY : secondsOf(forecast.from)
  if (forecast === null) return { columns, now, stockOuts }
  const rows = BAND_LEVELS.map((level) => forecast.quantiles[nearestLevel(forecast.levels, level)]!)
  forecast.mean.forEach((_, t) => {
    const day = now + t * DAY
    if (shut.has(day)) return
    days.push(day)
    values.forEach((column, k) => {
      column.push(k === 0 || k === WANTED ? null : rows[k - 1]![t]! * factor)
    })
  })
  return { columns, now, stockOuts }
}

function addDay(spans: [from: number, to: number][], day: number): void {
  const last = spans.at(-1)
  if (last?.[1] === day) last[1] = day + DAY
  else spans.push([day, day + DAY])
}
