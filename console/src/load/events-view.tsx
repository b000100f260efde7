import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { LoadProfiles, LoadSummary } from '../../../src/api/schemas/load.ts'
import { token } from '../charts/colours.ts'
import { Select } from '../parts/select.tsx'
import { Trouble } from '../parts/states.tsx'
import { param, setParams } from '../router.ts'
import { capital, formatMeasure } from '../text/format.ts'
import { LineChart } from './line-chart.tsx'
import { profiles, region, service, setSpan } from './load-state.ts'
import { type Clock, secondsOf } from './words.ts'

interface EventsViewProps {
  readonly known: LoadSummary | undefined
  readonly clock: Clock
}

/** Events of a kind laid over each other: each line is load over what the time brings otherwise. */
export function EventsView({ known, clock }: EventsViewProps) {
  const asked = new URLSearchParams({ service: service.value, region: region.value })
  const kind = param('kind')
  if (kind !== undefined) asked.set('kind', kind)
  const resource = profiles.of(asked.toString())
  const found = resource.data.value
  const error = resource.error.value
  if (error !== undefined && found === undefined) {
    return <Trouble error={error} what="the events" retry={() => void resource.load()} />
  }
  return (
    <section class="card load-profiles" id="grid" tabIndex={-1} aria-label="Events over each other">
      <header class="curve-head">
        <h2>{found === undefined ? ' ' : headOf(found)}</h2>
        <Select
          label="Kind of event"
          value={found?.kind ?? ''}
          all="Next event’s kind"
          options={(found?.kinds ?? []).map((name) => [name, capital(name)] as const)}
          onChange={(value) => setParams({ kind: value })}
        />
      </header>
      {found === undefined ? (
        <div style={{ minHeight: '320px' }} />
      ) : (
        <Profiles found={found} clock={clock} known={known} />
      )}
    </section>
  )
}

function headOf({ kind, events }: LoadProfiles): string {
  const past = events.filter(({ event, peak }) => event.isPast && peak !== null)
  if (past.length === 0) return `No past ${kind} is known.`
  const peaks = past.map(({ peak }) => peak!).sort((a, b) => a - b)
  const range =
    peaks.length === 1
      ? `${formatMeasure(peaks[0]!)} times`
      : `${formatMeasure(peaks[0]!)} to ${formatMeasure(peaks.at(-1)!)} times`
  return `Past ${past[0]!.event.name}: at its height ${range} the usual load.`
}

const PAST_ALPHAS = ['40', '59', '73', '8c', 'a6']

function Profiles({ found, clock, known }: { found: LoadProfiles } & EventsViewProps) {
  const pointed = useSignal<number | null>(null)
  const { events, fromMinute, stepMinutes } = found
  const data = useMemo((): uPlot.AlignedData => {
    const count = Math.max(0, ...events.map(({ lift }) => lift.length))
    const minutes = Array.from({ length: count }, (_, k) => fromMinute + k * stepMinutes)
    return [minutes, ...events.map(({ lift }) => [...lift])]
  }, [found])
  const past = events.filter(({ event }) => event.isPast).length
  const series = useMemo(
    () =>
      events.map(({ event }, i): uPlot.Series => {
        const alpha = PAST_ALPHAS[Math.max(0, PAST_ALPHAS.length - (past - i))] ?? '40'
        const isNext = !event.isPast && i === past
        return {
          stroke: () => (event.isPast ? token('ink', alpha) : token('accent')),
          width: isNext ? 2.4 : 1.3,
          points: { show: false },
          ...(event.isPast || isNext ? {} : { dash: [5, 3] }),
        }
      }),
    [found],
  )
  if (events.length === 0) return <p class="dim">No event of this kind is known.</p>
  const index = pointed.value
  return (
    <>
      <LineChart
        label={`Load of ${found.kind} events over the usual, by time since their start`}
        data={data}
        series={series}
        height={240}
        formatX={hoursFrom}
        drawUnder={drawStart}
        onPoint={(at) => {
          pointed.value = at
        }}
      />
      <p class="readout" aria-live="off">
        {index === null || data[0][index] === undefined
          ? 'Times the usual load of the same hour, from two hours before each start.'
          : `${hoursFrom(data[0][index]!)}: ${events
              .filter(({ lift }) => lift[index] != null)
              .map(
                ({ event, lift }) =>
                  `${clock.day(secondsOf(event.startsAt))} ${formatMeasure(lift[index]!)}`,
              )
              .join(' · ')}`}
      </p>
      <ul class="event-list">
        {events.map(({ event, peak }) => (
          <li key={event.eventId}>
            <span>
              <i class={event.isPast ? 'past' : 'coming'} aria-hidden="true" />
              <b>{event.name}</b> {clock.both(secondsOf(event.startsAt))} –{' '}
              {clock.time(secondsOf(event.endsAt))}
              {event.strength === null
                ? ''
                : `, expected ${formatMeasure(event.strength)} of its kind`}
            </span>
            <span class="dim">
              {event.isPast ? 'peaked at ' : 'expected at '}
              {peak === null ? '–' : `${formatMeasure(peak)} ×`}
            </span>
            <button
              type="button"
              class="plain"
              aria-label={`Show ${event.name} of ${clock.day(secondsOf(event.startsAt))} in the curve`}
              onClick={() => {
                if (known === undefined) return
                setSpan(
                  [secondsOf(event.startsAt) - 10_800, secondsOf(event.endsAt) + 10_800],
                  known,
                )
                document.querySelector('.load-curve')?.scrollIntoView({ block: 'nearest' })
              }}
            >
              Show
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}

function hoursFrom(minutes: number): string {
  const sign = minutes < 0 ? '−' : '+'
  const size = Math.abs(minutes)
  const hours = Math.floor(size / 60)
  const rest = Math.round(size % 60)
  if (size === 0) return 'start'
  return `${sign}${hours}:${String(rest).padStart(2, '0')}`
}

function drawStart(plot: uPlot): void {
  const x = Math.round(plot.valToPos(0, 'x', true))
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = token('dim')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}
