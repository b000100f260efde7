import type { KeptForecast } from '../cascade/versions.ts'

/** How a forecast differs from the one before it, on the steps that both know. */
export interface ForecastChange {
  /** Σ now / Σ before − 1. */
  readonly change: number
  readonly steps: number
  /** Stretches of a day that changed most, largest first. */
  readonly days: readonly DayChange[]
  /** Width of the outer band now over before; 1 where both know the future alike. */
  readonly bandRatio: number
}

/** One day's change. */
export interface DayChange {
  readonly startMs: number
  readonly now: number
  readonly before: number
}

const DAY = 86_400_000

/** The change since the last forecast; undefined where the two share no step. */
export function changeSince(now: KeptForecast, before: KeptForecast): ForecastChange | undefined {
  const offset = Math.round((now.axis.startMs - before.axis.startMs) / now.axis.stepMs)
  const days = new Map<number, { now: number; before: number }>()
  const widths = { now: 0, before: 0 }
  let steps = 0
  for (let t = Math.max(0, -offset); t < now.mean.length; t++) {
    const s = t + offset
    if (s >= before.mean.length) break
    const day = Math.floor((now.axis.startMs + t * now.axis.stepMs) / DAY) * DAY
    const own = days.get(day) ?? { now: 0, before: 0 }
    days.set(day, { now: own.now + now.mean[t]!, before: own.before + before.mean[s]! })
    widths.now += widthAt(now, t)
    widths.before += widthAt(before, s)
    steps++
  }
  if (steps === 0) return undefined
  const all = [...days].map(([startMs, sums]) => ({ startMs, ...sums }))
  const total = all.reduce((sum, d) => sum + d.now, 0)
  const was = all.reduce((sum, d) => sum + d.before, 0)
  return {
    change: total / was - 1,
    steps,
    days: all.sort((a, b) => Math.abs(b.now - b.before) - Math.abs(a.now - a.before)),
    bandRatio: widths.before > 0 ? widths.now / widths.before : 1,
  }
}

function widthAt({ quantiles }: KeptForecast, t: number): number {
  return quantiles.length < 2 ? 0 : quantiles.at(-1)![t]! - quantiles[0]![t]!
}
