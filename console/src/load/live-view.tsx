import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { LiveEvent } from '../../../src/api/schemas/load.ts'
import { token } from '../charts/colours.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { formatPercent } from '../text/format.ts'
import { LineChart } from './line-chart.tsx'
import { live } from './load-state.ts'
import { type Clock, rate, secondsOf } from './words.ts'

type Tracked = NonNullable<LiveEvent['tracked']>

interface LiveViewProps {
  readonly clock: Clock
  readonly timeZone: string
}

/** The last event minute by minute against its forecast, with its alarms. */
export function LiveView(props: LiveViewProps) {
  useEffect(() => void live.load(), [])
  const found = live.data.value
  const error = live.error.value
  if (error !== undefined && found === undefined) {
    return <Trouble error={error} what="the followed event" retry={() => void live.load()} />
  }
  if (found === undefined) return <div style={{ minHeight: '320px' }} aria-busy="true" />
  if (found.tracked === null) {
    return (
      <section class="card state" id="grid" tabIndex={-1}>
        <h2>No event was followed yet.</h2>
        <p class="dim">
          The nightly run follows the last planned event once it is over. This command follows one
          live, from Prometheus, OpenTelemetry or a file.
        </p>
        <CopyCommand command="storewright load track --forecast o.csv --source http://127.0.0.1:9090/api/v1/query_range?query=requests" />
      </section>
    )
  }
  return <Followed tracked={found.tracked} {...props} />
}

const SERIES: readonly uPlot.Series[] = [
  { stroke: () => token('accent'), width: 1.6, points: { show: false } },
  { width: 0, points: { show: false } },
  { width: 0, points: { show: false } },
  { stroke: () => token('ink'), width: 1.6, points: { show: false } },
]
const BANDS = (): uPlot.Band[] => [{ series: [3, 2], fill: token('accent', '2e') }]

const TONES: Readonly<Record<Tracked['notices'][number]['kind'], readonly [Tone, string]>> = {
  above: ['bad', 'above'],
  below: ['warn', 'below'],
  back: ['ok', 'back'],
  'edge-up': ['warn', 'jump'],
  'edge-down': ['warn', 'drop'],
}

function Followed({ tracked, clock, timeZone }: { tracked: Tracked } & LiveViewProps) {
  const pointed = useSignal<number | null>(null)
  const { actual, expected, low, high, startSeconds, notices, error } = tracked
  const data = useMemo(
    (): uPlot.AlignedData => [
      expected.map((_, t) => startSeconds + 60 * t),
      ...[expected, low, high].map((values) => [...values]),
      [...actual],
    ],
    [tracked],
  )
  return (
    <section
      class="card load-profiles"
      id="grid"
      tabIndex={-1}
      aria-label="Event that was followed"
    >
      <h2>{tracked.sentence}</h2>
      <LineChart
        label={`Requests a minute during ${tracked.event.name}, against what was forecast before`}
        data={data}
        series={SERIES}
        bands={BANDS}
        height={240}
        formatX={clock.tick}
        timeZone={timeZone}
        drawUnder={(plot) => drawNotices(plot, notices)}
        onPoint={(at) => {
          pointed.value = at
        }}
      />
      <p class="readout" aria-live="off">
        {readoutOf(tracked, pointed.value, clock) ??
          `Requests a minute; missed by ${formatPercent(error, 0)} of the load in all. Drag to zoom.`}
      </p>
      <p class="legend">
        <span>
          <i style={{ '--key': 'var(--ink)' }} />
          was
        </span>
        <span>
          <i style={{ '--key': 'var(--accent)' }} />
          forecast before
        </span>
        <span>
          <i
            class="box"
            style={{ '--key': 'color-mix(in srgb, var(--accent) 22%, transparent)' }}
          />
          90 %
        </span>
        <span>
          <i class="dash" style={{ '--key': 'var(--bad)' }} />
          alarm
        </span>
      </p>
      <ul class="event-list" aria-label="Alarms">
        {notices.length === 0 ? <li>Nothing left the band for long: no alarm.</li> : null}
        {notices.map(({ at, kind, text }) => (
          <li key={`${at} ${kind}`}>
            <span>
              <Chip tone={TONES[kind][0]}>{TONES[kind][1]}</Chip> {clock.time(secondsOf(at))} {text}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function readoutOf(tracked: Tracked, index: number | null, clock: Clock): string | undefined {
  const { actual, expected, low, high, startSeconds, projections } = tracked
  if (index === null || expected[index] === undefined) return undefined
  const at = startSeconds + 60 * index
  const words = [clock.both(at)]
  if (actual[index] != null) words.push(`was ${rate(actual[index]!)}`)
  words.push(`forecast ${rate(expected[index]!)}`)
  words.push(`90 % ${rate(low[index]!)} – ${rate(high[index]!)}`)
  const then = projections.findLast((one) => secondsOf(one.at) <= at)
  if (then !== undefined) {
    words.push(
      `peak then seen at ${rate(then.peak)} (${rate(then.peakLow)} – ${rate(then.peakHigh)})`,
    )
  }
  return words.join(' · ')
}

/** A line at each alarm that says load has left its band. */
function drawNotices(plot: uPlot, notices: Tracked['notices']): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.strokeStyle = token('bad')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  for (const { at, kind } of notices) {
    if (kind !== 'above' && kind !== 'below') continue
    const x = Math.round(plot.valToPos(secondsOf(at), 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
