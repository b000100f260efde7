import { formatDay } from '../../core/calendar.ts'
import { STATE } from './columns.ts'
import type { Fitted } from './fitted.ts'

/** What was found, as sentences for people. */
export function notesOf({ model }: Fitted): string[] {
  const { grid, breaks, layout, belief, leftOut, dynamics, spread } = model
  const dayOf = (bucket: number) => formatDay(grid.firstDay + bucket * grid.bucketDays)
  const growth = Math.expm1(belief.mean[STATE.growth]!)
  const growthSpread = Math.sqrt(belief.covariance[STATE.growth * (layout.size + 1)]!)
  const drift = spread * dynamics.level * Math.sqrt(dynamics.bucketsPerYear)
  const notes = [
    `growth ${percent(growth)} a year, give or take ${percent(growthSpread, false)}`,
    `the level wanders by ${percent(drift, false)} a year`,
  ]
  for (const { bucket, size } of breaks) {
    notes.push(`level break ${percent(Math.expm1(size))} on ${dayOf(bucket)}`)
  }
  for (const kind of layout.kinds) {
    const effects = belief.mean.subarray(kind.start, kind.start + kind.size)
    let largest = 0
    effects.forEach((v, i) => {
      if (Math.abs(v) > Math.abs(effects[largest]!)) largest = i
    })
    const when = placeName(largest - kind.lead, kind.core)
    const times = kind.past === 1 ? 'once' : `${kind.past} times`
    notes.push(`${kind.kind}, seen ${times}: ${percent(Math.expm1(effects[largest]!))} ${when}`)
  }
  if (leftOut.length > 0) notes.push(`${leftOut.length} stretches of the history are left out`)
  return notes
}

/** Percent with a sign (or without), as people write it. */
function percent(share: number, signed = true): string {
  const value = Math.round(1000 * Math.abs(share)) / 10
  const sign = !signed || value === 0 ? '' : share < 0 ? '−' : '+'
  return `${sign}${value} %`
}

function placeName(offset: number, core: number): string {
  const days = (n: number) => (n === 1 ? '1 day' : `${n} days`)
  if (offset < 0) return `${days(-offset)} before`
  if (offset >= core) return `${days(offset - core + 1)} after`
  return core === 1 ? 'on the day' : `on day ${offset + 1}`
}
