import type { EventEffect } from '../../../src/api/schemas/explain.ts'
import { capital, formatPlural } from '../text/format.ts'
import { pathBetween, pathThrough } from './plane.ts'
import { markUnder, usePointed } from './pointed.ts'

const WIDTH = 320
const LEFT = 34
const RIGHT = 8
const TOP = 6
const AXIS = 18

/** A multiplier as people write it: `×1.8`. */
export const timesText = (multiplier: number): string =>
  `×${multiplier.toFixed(multiplier < 10 ? 2 : 1)}`

/** Where a day lies in an occasion, in short: `9 days before`, `first day`, `day 3`. */
export function offsetShort(offset: number): string {
  if (offset < 0) return `${formatPlural(-offset, 'day')} before`
  return offset === 0 ? 'first day' : `day ${offset + 1}`
}

/** The same within a sentence. */
export function offsetWords(offset: number): string {
  const short = offsetShort(offset)
  return offset < 0 ? short : `on ${offset === 0 ? 'its ' : ''}${short}`
}

interface EventProfileProps {
  readonly effect: EventEffect
  readonly height?: number
}

/** What an occasion does to demand day by day, with the band in which 4 of 5 cases lie. */
export function EventProfile({ effect, height = 118 }: EventProfileProps) {
  const { profile } = effect
  const { index, point, handlers } = usePointed(profile.length)
  const first = profile[0]!.offset
  const last = profile.at(-1)!.offset
  const high = Math.max(1.2, ...profile.map((day) => day.high))
  const low = Math.min(0.8, ...profile.map((day) => day.low))
  const x = (offset: number) =>
    LEFT + ((offset - first + 0.5) / (last - first + 1)) * (WIDTH - LEFT - RIGHT)
  const y = (multiplier: number) =>
    TOP + ((high - multiplier) / (high - low)) * (height - TOP - AXIS)
  const line = (of: 'multiplier' | 'low' | 'high') =>
    profile.map((day) => [x(day.offset), y(day[of])] as const)
  const at = profile[index]
  const places = profile.map(({ offset }) => x(offset) / WIDTH)
  return (
    <figure class="profile">
      <div
        role="application"
        aria-roledescription="chart"
        aria-label={`${effect.name}: demand day by day over what it would have been`}
        {...handlers}
        onPointerMove={(event) => point(markUnder(event, places))}
      >
        <svg viewBox={`0 0 ${WIDTH} ${height}`} aria-hidden="true">
          <path class="band" d={pathBetween(line('low'), line('high'))} />
          <line class="usual" x1={LEFT} x2={WIDTH - RIGHT} y1={y(1)} y2={y(1)} />
          {first <= 0 && last >= 0 ? (
            <line class="day" x1={x(0)} x2={x(0)} y1={TOP} y2={height - AXIS} />
          ) : null}
          <path class="line" d={pathThrough(line('multiplier'))} />
          {ticksOf(low, high).map((tick) => (
            <text key={tick} x={LEFT - 6} y={y(tick) + 4} text-anchor="end">
              {`×${tick}`}
            </text>
          ))}
          {[...new Set([first, 0, last])]
            .filter((offset) => offset >= first && offset <= last)
            .filter(
              (offset) => offset === 0 || Math.abs(x(offset) - x(0)) > 40 || first > 0 || last < 0,
            )
            .map((offset) => (
              <text
                key={offset}
                x={x(offset)}
                y={height - 4}
                text-anchor={
                  offset === last && last !== 0 ? 'end' : offset === 0 ? 'middle' : 'start'
                }
              >
                {offset === 0 ? 'first day' : offset < 0 ? `−${-offset}` : `+${offset}`}
              </text>
            ))}
          {at === undefined ? null : (
            <circle class="here" cx={x(at.offset)} cy={y(at.multiplier)} r={4.5} />
          )}
        </svg>
      </div>
      <p class="readout" aria-live="polite">
        {at === undefined ? peakWords(effect) : dayWords(at)}
      </p>
    </figure>
  )
}

function dayWords({ offset, multiplier, low, high }: EventEffect['peak']): string {
  return `${capital(offsetShort(offset))}: ${timesText(multiplier)}, 4 in 5 sure of ${timesText(low)} – ${timesText(high)}`
}

/** The strongest day in words. */
function peakWords({ peak }: EventEffect): string {
  return `Strongest ${offsetWords(peak.offset)}: ${timesText(peak.multiplier)}, 4 in 5 sure of ${timesText(peak.low)} – ${timesText(peak.high)}.`
}

/** Round multipliers within a range: 1 always, and the one nearest to its far end. */
function ticksOf(low: number, high: number): number[] {
  const far = high - 1 >= 1 - low ? high : low
  const step = Math.abs(far - 1) > 1 ? 1 : Math.abs(far - 1) > 0.4 ? 0.5 : 0.2
  const steps = Math.floor(Math.abs(far - 1) / step)
  const end = Math.round((1 + Math.sign(far - 1) * steps * step) * 10) / 10
  return end === 1 ? [1] : [1, end]
}
