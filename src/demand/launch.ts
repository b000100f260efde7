import type { Panel, QuantileForecast } from '../core/panel.ts'
import type { Contributions } from './explain/contributions.ts'

/** Name of the static column with the day number of each series' first day on sale. */
const LAUNCHED_ON = 'launched_on'

/** The day from which on a series without any history sells; undefined where it is not known. */
export function launchOf(panel: Panel, i: number): number | undefined {
  const column = panel.statics?.[LAUNCHED_ON]
  if (column?.kind !== 'number' || panel.buckets.frequency !== 'D') return undefined
  if (panel.offsets[i + 1]! > panel.offsets[i]!) return undefined
  const day = column.values[i]!
  return Number.isNaN(day) ? undefined : day
}

/** Buckets of the horizon before the launch of each series that has one to come; 0 for others. */
export function waitsOf(panel: Panel, origin: number, horizon: number): Int32Array {
  return Int32Array.from(panel.ids, (_, i) => {
    const launch = launchOf(panel, i) ?? origin
    return Math.max(0, Math.min(horizon, launch - origin))
  })
}

/** The forecast with nothing sold before a product is launched. */
export function fromLaunchOn(panel: Panel, forecast: QuantileForecast): QuantileForecast {
  const { origin, horizon, levels } = forecast
  const waits = waitsOf(panel, origin, horizon)
  if (waits.every((wait) => wait === 0)) return forecast
  const [mean, quantiles] = [forecast.mean.slice(), forecast.quantiles.slice()]
  waits.forEach((wait, i) => {
    mean.fill(0, i * horizon, i * horizon + wait)
    quantiles.fill(0, i * horizon * levels.length, (i * horizon + wait) * levels.length)
  })
  return { ...forecast, mean, quantiles }
}

/** The parts of a forecast with none before a product is launched. */
export function partsFromLaunchOn(panel: Panel, made: Contributions): Contributions {
  const { origin, horizon } = made
  const waits = waitsOf(panel, origin, horizon)
  if (waits.every((wait) => wait === 0)) return made
  const parts = Object.entries(made.parts).map(([name, units]) => {
    const kept = units.slice()
    waits.forEach((wait, i) => {
      kept.fill(0, i * horizon, i * horizon + wait)
    })
    return [name, kept] as const
  })
  return { ...made, parts: Object.fromEntries(parts) }
}
