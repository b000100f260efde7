import type { LeftOut, LoadAxis, LoadEvent, LoadHistory, LoadPart } from '../types.ts'
import { round } from './year-on-year.ts'

/** What a page of text is written from. */
export interface PageInput {
  readonly name: string
  readonly forecaster: string
  readonly history: LoadHistory
  readonly axis: LoadAxis
  readonly mean: Float64Array
  readonly parts: readonly LoadPart[]
  readonly peaks: readonly PagePeak[]
  /** Levels of the peaks' quantiles. */
  readonly peakLevels: readonly number[]
  readonly events: readonly LoadEvent[]
  readonly leftOut: readonly LeftOut[]
  readonly notes: readonly string[]
  /** What was read and repaired in the files. */
  readonly repairs: readonly string[]
}

/** The largest load of a day. */
export interface PagePeak {
  readonly startMs: number
  readonly atMs: number
  readonly quantiles: readonly number[]
}

/** A heading with its sentences. */
export interface PageSection {
  readonly title: string
  readonly lines: readonly string[]
}

const DAY = 86_400_000
/** Peaks, events and stretches that are told one by one. */
const MOST = 5

/** A forecast in words that a service owner can read: what comes, its peaks, its reasons, its doubts. */
export function forecastPage(input: PageInput): readonly PageSection[] {
  const sections = [
    coming(input),
    peakSection(input),
    reasonSection(input),
    eventSection(input),
    doubtSection(input),
  ]
  return sections.filter(({ lines }) => lines.length > 0)
}

function coming({ name, history, axis, mean, forecaster }: PageInput): PageSection {
  const [first, last] = [stamp(axis.startMs), stamp(axis.startMs + axis.count * axis.stepMs)]
  const average = mean.reduce((sum, v) => sum + v, 0) / mean.length
  const recent = recentMean(history, axis.count)
  const lines = [
    `${name}, ${first} to ${last}: ${round(average)} a step of ${words(axis.stepMs)} on average.`,
  ]
  if (recent > 0) {
    const change = average / recent - 1
    lines.push(
      `That is ${percent(Math.abs(change))} ${change >= 0 ? 'above' : 'below'} the last stretch of the history as long (${round(recent)}).`,
    )
  }
  lines.push(`It is served by ${forecaster}.`)
  return { title: 'What is coming', lines }
}

function recentMean({ values }: LoadHistory, steps: number): number {
  const tail = values.subarray(Math.max(0, values.length - steps)).filter((v) => !Number.isNaN(v))
  return tail.length === 0 ? Number.NaN : tail.reduce((sum, v) => sum + v, 0) / tail.length
}

function peakSection({ peaks, peakLevels, axis }: PageInput): PageSection {
  const high = peakLevels.length - 1
  const largest = [...peaks].sort((a, b) => (b.quantiles[high] ?? 0) - (a.quantiles[high] ?? 0))
  const unit = axis.stepMs <= 300_000 ? ', as the mean of five minutes' : ''
  const lines = largest.slice(0, MOST).map(({ startMs, atMs, quantiles }) => {
    const bands = peakLevels
      .map((level, l) => `${percent(level)}: ${round(quantiles[l]!)}`)
      .join(', ')
    const when = axis.stepMs < DAY ? `, about ${stamp(atMs).slice(11)}` : ''
    return `${stamp(startMs).slice(0, 10)}${when}: ${bands}`
  })
  const head = `Largest load of a day${unit}: so many of the possible courses stay at or below.`
  return { title: 'The highest peaks', lines: lines.length > 0 ? [head, ...lines] : [] }
}

function reasonSection({ parts, mean }: PageInput): PageSection {
  const total = mean.reduce((sum, v) => sum + v, 0)
  if (!(total > 0) || parts.length === 0) return { title: 'What it is made of', lines: [] }
  const shares = parts
    .map(({ name, values }) => {
      const sum = values.reduce((a, v) => a + v, 0)
      const swing = values.reduce((a, v) => a + Math.abs(v), 0)
      return { name, share: sum / total, swing: swing / total }
    })
    .filter(({ swing }) => swing >= 0.001)
    .sort((a, b) => b.swing - a.swing)
  const lines = shares.slice(0, 2 * MOST).map(({ name, share, swing }) => {
    const net = `${share >= 0 ? '+' : '−'}${percent(Math.abs(share))} of the load`
    return swing > Math.abs(share) + 0.01
      ? `${name}: ${net} in all; it moves ${percent(swing)} up and down`
      : `${name}: ${net}`
  })
  return { title: 'What it is made of', lines }
}

function eventSection({ events, parts, axis, mean }: PageInput): PageSection {
  const endMs = axis.startMs + axis.count * axis.stepMs
  const near = events.filter((event) => event.startMs < endMs && event.endMs > axis.startMs)
  const lines = near.slice(0, 4 * MOST).map((event) => {
    const part = parts.find(({ name }) => name.includes(event.eventId))
    const within = part === undefined ? undefined : effect(part, event, axis, mean)
    const says = within === undefined ? '' : `: ${within}`
    return `${event.eventId} (${event.kind}), ${stamp(event.startMs)} to ${stamp(event.endMs)}${says}`
  })
  if (near.length > 4 * MOST) lines.push(`and ${near.length - 4 * MOST} more`)
  return { title: 'Events in this time', lines }
}

/** By how much an event lifts or lowers the load while it lasts. */
function effect(
  part: LoadPart,
  event: LoadEvent,
  axis: LoadAxis,
  mean: Float64Array,
): string | undefined {
  let own = 0
  let all = 0
  for (let t = 0; t < mean.length; t++) {
    const at = axis.startMs + t * axis.stepMs
    if (at + axis.stepMs <= event.startMs || at >= event.endMs) continue
    own += part.values[t]!
    all += mean[t]!
  }
  if (!(all - own > 0)) return undefined
  const share = own / (all - own)
  return `${share >= 0 ? '+' : '−'}${percent(Math.abs(share))} over what it would be without it`
}

function doubtSection({ notes, leftOut, repairs }: PageInput): PageSection {
  const told = notes.filter((note) => !note.startsWith('Left out '))
  const stretches = [...leftOut].sort((a, b) => Math.abs(b.score ?? 99) - Math.abs(a.score ?? 99))
  const lines = stretches
    .slice(0, MOST)
    .map(({ startMs, endMs, reason }) => `left out ${stamp(startMs)} to ${stamp(endMs)}: ${reason}`)
  const rest = stretches.length - lines.length
  if (rest > 0) lines.push(`and ${rest} further stretches of the history were left out`)
  return { title: 'What it rests on', lines: [...told, ...lines, ...repairs] }
}

/** The page as plain text. */
export function pageText(sections: readonly PageSection[]): string {
  return sections
    .map(({ title, lines }) => `${title}\n${lines.map((line) => `  ${line}`).join('\n')}`)
    .join('\n\n')
}

function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ')
}

function percent(share: number): string {
  const value = 100 * share
  return `${Number.isInteger(Math.round(value * 1e6) / 1e6) ? Math.round(value) : value.toFixed(1)} %`
}

function words(stepMs: number): string {
  const names: Readonly<Record<number, string>> = {
    60000: 'a minute',
    3600000: 'an hour',
    86400000: 'a day',
    604800000: 'a week',
  }
  return names[stepMs] ?? `${stepMs / 60_000} minutes`
}
