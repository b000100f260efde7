import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { LiveEvent } from '../../../src/api/schemas/load.ts'
import { api } from '../api.ts'
import { token } from '../charts/colours.ts'
import { Chip, type Tone } from '../parts/chip.tsx'
import { CopyCommand, Trouble } from '../parts/states.tsx'
import { formatPercent } from '../text/format.ts'
import { change } from './changes.ts'
import { LineChart } from './line-chart.tsx'
import { live } from './load-state.ts'
import { type Clock, rate, secondsOf } from './words.ts'

type Tracked = NonNullable<LiveEvent['tracked']>
type Now = NonNullable<LiveEvent['now']>

interface LiveViewProps {
  readonly clock: Clock
  readonly timeZone: string
}

/** A replay is asked for often; a source is asked by the server every ten seconds at most. */
const REPLAY_MS = 1500
const SOURCE_MS = 10_000

/** The event that is on, minute by minute against its forecast, and the last one as it went. */
export function LiveView(props: LiveViewProps) {
  useEffect(() => void live.load(), [])
  const found = live.data.value
  const error = live.error.value
  const now = found?.now ?? null
  const every =
    now === null || now.phase === 'over' ? 0 : now.source === 'replay' ? REPLAY_MS : SOURCE_MS
  useEffect(() => {
    if (every === 0) return
    const timer = setInterval(() => {
      if (!document.hidden) void live.load()
    }, every)
    return () => clearInterval(timer)
  }, [every])
  if (error !== undefined && found === undefined) {
    return <Trouble error={error} what="the followed event" retry={() => void live.load()} />
  }
  if (found === undefined) return <div style={{ minHeight: '320px' }} aria-busy="true" />
  return (
    <>
      {now === null ? null : <NowCard now={now} {...props} />}
      {now === null && found.canReplay ? <ReplayOffer /> : null}
      {found.tracked === null ? (
        now === null ? (
          <NoneYet />
        ) : null
      ) : now?.source === 'replay' ? null : (
        <section class="card load-profiles" aria-label="Event that was followed">
          <Followed tracked={found.tracked} {...props} />
        </section>
      )}
    </>
  )
}

function NoneYet() {
  return (
    <section class="card state" id="grid" tabIndex={-1}>
      <h2>No event was followed yet.</h2>
      <p class="dim">
        The nightly run follows the last planned event once it is over. To follow one live here,
        name its source as live_source under [load] in storewright.toml; this command follows one in
        a terminal.
      </p>
      <CopyCommand command="storewright load track --forecast o.csv --source http://127.0.0.1:9090/api/v1/query_range?query=requests" />
    </section>
  )
}

const SPEEDS = [60, 300] as const

function ReplayOffer() {
  return (
    <p class="replay">
      <span class="dim">Nothing is on now. Play the last event again as if it came live:</span>
      {SPEEDS.map((speed) => (
        <button
          key={speed}
          type="button"
          class="ghost"
          onClick={() => void change(async () => live.set(await api.replayEvent(speed)))}
        >
          {speed} × as fast
        </button>
      ))}
    </p>
  )
}

const STATES: Readonly<Record<Now['state'], readonly [Tone, string]>> = {
  inside: ['ok', 'within its band'],
  above: ['bad', 'above its band'],
  below: ['warn', 'below its band'],
}

function NowCard({ now, clock, timeZone }: { now: Now } & LiveViewProps) {
  const { source, label, phase, at, state, peak, trouble, tracked } = now
  const [tone, words] = STATES[state]
  return (
    <section class="card load-profiles" id="grid" tabIndex={-1} aria-label="Event that is followed">
      <p class="live-label">
        <Chip tone={source === 'replay' ? 'calm' : 'ok'}>
          {source === 'replay' ? 'replay' : 'live'}
        </Chip>
        <span class="dim">
          {label}; read up to {clock.both(secondsOf(at))}
        </span>
        {source === 'replay' ? (
          <button
            type="button"
            class="plain"
            onClick={() => void change(async () => live.set(await api.stopReplay()))}
          >
            Stop the replay
          </button>
        ) : null}
      </p>
      {trouble === null ? null : <p class="bad-t">▲ The source answers badly: {trouble}</p>}
      <Followed tracked={tracked} clock={clock} timeZone={timeZone} now={now} />
      {phase === 'waiting' ? null : (
        <dl class="order-facts live-facts">
          <dt>Load</dt>
          <dd>
            <Chip tone={tone}>{words}</Chip>
          </dd>
          {peak === null ? null : (
            <>
              <dt>Peak as it looks now</dt>
              <dd>
                {rate(peak.middle)} a minute ({rate(peak.low)} – {rate(peak.high)}), about{' '}
                {clock.time(secondsOf(peak.at))}
              </dd>
              <dt>Half of it until</dt>
              <dd>{clock.time(secondsOf(peak.ends))}</dd>
            </>
          )}
        </dl>
      )}
    </section>
  )
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

function Followed({
  tracked,
  clock,
  timeZone,
  now,
}: { tracked: Tracked; now?: Now } & LiveViewProps) {
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
  const hint =
    now === undefined
      ? `Requests a minute; missed by ${formatPercent(error, 0)} of the load in all. Drag to zoom.`
      : 'Requests a minute; what is to come is the forecast from before the event.'
  return (
    <>
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
        {readoutOf(tracked, pointed.value, clock) ?? hint}
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
        <span>
          <i class="dash" style={{ '--key': 'var(--warn)' }} />
          sharp edge
        </span>
      </p>
      <ul class="event-list" aria-label="Alarms">
        {notices.length === 0 ? (
          <li>
            {now?.phase === 'running'
              ? 'No alarm so far.'
              : 'Nothing left the band for long: no alarm.'}
          </li>
        ) : null}
        {notices.map(({ at, kind, text }) => (
          <li key={`${at} ${kind}`}>
            <span>
              <Chip tone={TONES[kind][0]}>{TONES[kind][1]}</Chip> {clock.time(secondsOf(at))} {text}
            </span>
          </li>
        ))}
      </ul>
    </>
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

/** A line at each alarm that says load has left its band, and at each sharp edge. */
function drawNotices(plot: uPlot, notices: Tracked['notices']): void {
  const { ctx, bbox } = plot
  ctx.save()
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
  for (const { at, kind } of notices) {
    if (kind === 'back') continue
    ctx.strokeStyle = token(kind === 'above' || kind === 'below' ? 'bad' : 'warn')
    const x = Math.round(plot.valToPos(secondsOf(at), 'x', true))
    if (x < bbox.left || x > bbox.left + bbox.width) continue
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    ctx.stroke()
  }
  ctx.restore()
}
