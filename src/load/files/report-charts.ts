import { round } from '../explain/year-on-year.ts'
import type { LeftOut, LoadAxis, LoadEvent, LoadHistory } from '../types.ts'
import type { DayPeak } from './series-task.ts'

/** The curve of a report. */
export interface BandChart {
  readonly history: LoadHistory
  readonly axis: LoadAxis
  readonly mean: Float64Array
  /** [levels][count]. */
  readonly quantiles: readonly Float64Array[]
  readonly levels: readonly number[]
  readonly events: readonly LoadEvent[]
  readonly leftOut: readonly LeftOut[]
}

const WIDTH = 960
const HEIGHT = 280
const LEFT = 56
const BOTTOM = 22
/** Points of a line: more than pixels show nothing. */
const MOST_POINTS = 900

/** The tail of the history, the mean, the median's bands up to each level, events shaded. */
export function bandChart(chart: BandChart): string {
  const { history, axis, mean, quantiles, levels, events, leftOut } = chart
  const endMs = axis.startMs + axis.count * axis.stepMs
  const startMs = Math.max(history.axis.startMs, axis.startMs - (endMs - axis.startMs))
  const past = tailOf(history, startMs)
  const highest = largest([past.values, mean, ...quantiles])
  const x = (ms: number) => LEFT + ((ms - startMs) / (endMs - startMs)) * (WIDTH - LEFT)
  const y = (load: number) => HEIGHT - BOTTOM - (load / highest) * (HEIGHT - BOTTOM - 8)
  const shade = (from: number, to: number, colour: string, title: string) =>
    to <= startMs || from >= endMs
      ? ''
      : `<rect x="${px(x(Math.max(from, startMs)))}" y="8" width="${px(Math.max(1, x(Math.min(to, endMs)) - x(Math.max(from, startMs))))}" height="${HEIGHT - BOTTOM - 8}" fill="${colour}" opacity="0.18"><title>${escaped(title)}</title></rect>`
  const bands = levels.flatMap((level, l) => {
    if (level <= 0.5) return []
    const upper = line(quantiles[l]!, axis, x, y, 'max')
    return [
      `<polyline points="${upper}" fill="none" stroke="var(--band)" stroke-width="0.8" opacity="${(1.2 - level).toFixed(2)}"><title>${level * 100} %</title></polyline>`,
    ]
  })
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Load, past and to come">
${gridLines(highest, y)}
${events.map((e) => shade(e.startMs, e.endMs, 'var(--event)', `${e.eventId} (${e.kind})`)).join('')}
${leftOut.map((l) => shade(l.startMs, l.endMs, 'var(--soft)', `left out: ${l.reason}`)).join('')}
<polyline points="${line(past.values, past.axis, x, y, 'mean')}" fill="none" stroke="var(--soft)" stroke-width="1"/>
${bands.join('')}
<polyline points="${line(mean, axis, x, y, 'mean')}" fill="none" stroke="var(--band)" stroke-width="1.6"/>
<line x1="${px(x(axis.startMs))}" x2="${px(x(axis.startMs))}" y1="8" y2="${HEIGHT - BOTTOM}" stroke="var(--ink)" stroke-dasharray="3 3"/>
${timeLabels(startMs, endMs, x)}
</svg>
<p><code>grey: history · blue: expected load, thin lines: ${levels
    .filter((level) => level > 0.5)
    .map((level) => `${level * 100} %`)
    .join(', ')} of possible courses lie below · shaded: events</code></p>`
}

function tailOf({ axis, values }: LoadHistory, startMs: number) {
  const from = Math.max(0, Math.floor((startMs - axis.startMs) / axis.stepMs))
  const tail = {
    startMs: axis.startMs + from * axis.stepMs,
    stepMs: axis.stepMs,
    count: axis.count - from,
  }
  return { axis: tail, values: values.subarray(from) }
}

function largest(tracks: readonly Float64Array[]): number {
  let most = 0
  for (const track of tracks) for (const v of track) if (v > most) most = v
  return most > 0 ? most : 1
}

/** Points of a line; several steps of one point show their mean or their largest. */
function line(
  values: Float64Array,
  { startMs, stepMs }: LoadAxis,
  x: (ms: number) => number,
  y: (load: number) => number,
  by: 'mean' | 'max',
): string {
  const each = Math.max(1, Math.ceil(values.length / MOST_POINTS))
  const points: string[] = []
  for (let from = 0; from < values.length; from += each) {
    let sum = 0
    let most = Number.NEGATIVE_INFINITY
    let known = 0
    for (let t = from; t < Math.min(values.length, from + each); t++) {
      if (Number.isNaN(values[t]!)) continue
      sum += values[t]!
      most = Math.max(most, values[t]!)
      known++
    }
    if (known === 0) continue
    const at = x(startMs + (from + each / 2) * stepMs)
    points.push(`${px(at)},${px(y(by === 'mean' ? sum / known : most))}`)
  }
  return points.join(' ')
}

function gridLines(highest: number, y: (load: number) => number): string {
  return [0, 0.25, 0.5, 0.75, 1]
    .map((share) => {
      const at = px(y(share * highest))
      return `<line x1="${LEFT}" x2="${WIDTH}" y1="${at}" y2="${at}" stroke="var(--line)"/><text x="${LEFT - 6}" y="${at}" dy="4" text-anchor="end">${round(share * highest)}</text>`
    })
    .join('')
}

function timeLabels(startMs: number, endMs: number, x: (ms: number) => number): string {
  return [0, 0.25, 0.5, 0.75]
    .map((share) => {
      const ms = startMs + share * (endMs - startMs)
      return `<text x="${px(x(ms))}" y="${HEIGHT - 5}">${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')}</text>`
    })
    .join('')
}

/** A small curve around zero: one component. */
export function lineChart(values: Float64Array, axis: LoadAxis): string {
  const [width, height] = [300, 60]
  let [low, high] = [0, 0]
  for (const v of values) {
    low = Math.min(low, v)
    high = Math.max(high, v)
  }
  const span = high - low || 1
  const x = (ms: number) => ((ms - axis.startMs) / (axis.count * axis.stepMs)) * width
  const y = (load: number) => height - 4 - ((load - low) / span) * (height - 8)
  return `<svg viewBox="0 0 ${width} ${height}"><line x1="0" x2="${width}" y1="${px(y(0))}" y2="${px(y(0))}" stroke="var(--line)"/><polyline points="${line(values, axis, x, y, 'mean')}" fill="none" stroke="var(--band)"/><text x="0" y="10">${round(high)}</text><text x="0" y="${height - 1}">${round(low)}</text></svg>`
}

/** Days whose peaks are drawn; of longer ranges those with the highest. */
const MOST_DAYS = 40

/** A bar a day from the lowest to the highest level told, the levels between as ticks. */
export function peakChart(peaks: readonly DayPeak[], levels: readonly number[]): string {
  const last = levels.length - 1
  const shown =
    peaks.length <= MOST_DAYS
      ? peaks
      : [...peaks]
          .sort((a, b) => b.quantiles[last]! - a.quantiles[last]!)
          .slice(0, MOST_DAYS)
          .sort((a, b) => a.startMs - b.startMs)
  const highest = Math.max(...shown.map(({ quantiles }) => quantiles[last]!), 1e-9)
  const height = 18 * shown.length + 18
  const x = (load: number) => 90 + (load / highest) * (WIDTH - 190)
  const rows = shown.map(({ startMs, quantiles }, at) => {
    const y = 18 * at + 12
    const ticks = quantiles.map(
      (q, l) =>
        `<line x1="${px(x(q))}" x2="${px(x(q))}" y1="${y - 5}" y2="${y + 5}" stroke="var(--band)" stroke-width="2"><title>${levels[l]! * 100} %: ${round(q)}</title></line>`,
    )
    return `<text x="0" y="${y + 4}">${new Date(startMs).toISOString().slice(0, 10)}</text><line x1="${px(x(quantiles[0]!))}" x2="${px(x(quantiles[last]!))}" y1="${y}" y2="${y}" stroke="var(--band)" stroke-width="6" opacity="0.3"/>${ticks.join('')}<text x="${px(x(quantiles[last]!) + 6)}" y="${y + 4}">${round(quantiles[last]!)}</text>`
  })
  return `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Peaks">${rows.join('\n')}</svg>
<p><code>ticks: ${levels.map((level) => `${level * 100} %`).join(', ')} of possible courses peak at or below</code></p>`
}

function px(value: number): string {
  return value.toFixed(1)
}

function escaped(plain: string): string {
  return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
