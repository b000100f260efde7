import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { LoadCurve, LoadSummary } from '../../../src/api/schemas/load.ts'
import { token } from '../charts/colours.ts'
import { isTouch } from '../media.ts'
import { Select } from '../parts/select.tsx'
import { setParams } from '../router.ts'
import { LineChart } from './line-chart.tsx'
import {
  curveKey,
  curves,
  hidden,
  namedSpans,
  region,
  type Span,
  service,
  setSpan,
  shownCurve,
  spanInAddress,
  togglePart,
  wholeSpan,
} from './load-state.ts'
import { type Clock, clockOf, rate, secondsOf } from './words.ts'

const HEIGHT = 260
const SETTLE_MS = 140

const SERIES: readonly uPlot.Series[] = [
  { stroke: () => token('ink'), width: 1.4, spanGaps: false, points: { show: false } },
  { width: 0, points: { show: false } },
  { width: 0, points: { show: false } },
  { stroke: () => token('accent', '99'), width: 1, dash: [4, 3], points: { show: false } },
  { stroke: () => token('accent'), width: 2, points: { show: false } },
]
const BANDS = (): uPlot.Band[] => [{ series: [3, 2], fill: token('accent', '2e') }]
const EMPTY: uPlot.AlignedData = [[], [], [], [], [], []]

/** Columns of the chart: what was, 10 %, 90 %, 99 %, and the mean without what is switched off. */
export function columnsOf(curve: LoadCurve, off: ReadonlySet<string>): uPlot.AlignedData {
  const times = curve.mean.map((_, t) => curve.startSeconds + t * curve.stepSeconds)
  const gone = curve.parts.filter(({ name }) => off.has(name))
  const mean = curve.mean.map((value, t) =>
    value === null ? null : gone.reduce((left, { values }) => left - values[t]!, value),
  )
  const whole = (line: readonly (number | null)[]) =>
    gone.length > 0 ? line.map(() => null) : [...line]
  return [times, [...curve.actual], whole(curve.q10), whole(curve.q90), whole(curve.q99), mean]
}

/** Load of a service, past and to come, from two years to single minutes. */
export function CurveCard({ known }: { known: LoadSummary | undefined }) {
  const clock = useMemo(() => clockOf(known?.timeZone ?? 'UTC'), [known?.timeZone])
  const pointed = useSignal<number | null>(null)
  const asked = useSignal<string | undefined>(undefined)
  const span = known === undefined ? undefined : spanInAddress(known)
  const key = span === undefined ? undefined : curveKey(span)
  useEffect(() => {
    if (key === undefined) return
    if (asked.peek() === undefined) {
      asked.value = key
      return
    }
    const timer = setTimeout(() => {
      asked.value = key
    }, SETTLE_MS)
    return () => clearTimeout(timer)
  }, [key])
  const resource = asked.value === undefined ? undefined : curves.of(asked.value)
  const fetched = resource?.data.value
  useEffect(() => {
    if (fetched !== undefined) shownCurve.value = fetched
  }, [fetched])
  const last = shownCurve.value
  const isSame = last?.serviceId === service.value && last.region === region.value
  const curve = fetched ?? (isSame ? last : undefined)
  const off = hidden.value
  const data = useMemo(() => (curve === undefined ? EMPTY : columnsOf(curve, off)), [curve, off])
  const error = resource?.error.value
  return (
    <section class="card load-curve" aria-label="Load over time">
      <header class="curve-head">
        <Which known={known} />
        <Zooms known={known} span={span} />
      </header>
      <LineChart
        label="Requests a minute: what was, then what is expected with its bands"
        data={data}
        series={SERIES}
        bands={BANDS}
        height={HEIGHT}
        formatX={clock.tick}
        timeZone={known?.timeZone ?? 'UTC'}
        {...(span === undefined ? {} : { span })}
        {...(known === undefined
          ? {}
          : { whole: wholeSpan(known), onSpan: (next: Span) => setSpan(next, known) })}
        drawUnder={(plot) => drawUnder(plot, curve, known)}
        onPoint={(index) => {
          pointed.value = index
        }}
      />
      <p class="readout" aria-live="off">
        {error !== undefined && curve === undefined
          ? `The curve could not be read: ${error.reply.message}`
          : (readoutOf(curve, data, pointed.value, clock) ?? hint())}
      </p>
      <Legend curve={curve} off={off} />
    </section>
  )
}

function hint(): string {
  return isTouch.value
    ? 'Requests a minute. Tap to read a time.'
    : 'Requests a minute. Drag to zoom, double-click for all; click it, then the wheel or + − ← → 0.'
}

function Which({ known }: { known: LoadSummary | undefined }) {
  const services = new Map((known?.services ?? []).map(({ serviceId, name }) => [serviceId, name]))
  return (
    <div class="curve-which">
      <Select
        label="Service"
        value={service.value === 'all' ? '' : service.value}
        all="All services"
        options={[...services].sort(([, a], [, b]) => (a < b ? -1 : 1))}
        onChange={(value) => setParams({ service: value })}
      />
      <Select
        label="Region"
        value={region.value === 'all' ? '' : region.value}
        all="All regions"
        options={(known?.regions ?? []).map((id) => [id, id] as const)}
        onChange={(value) => setParams({ region: value })}
      />
    </div>
  )
}

function Zooms({ known, span }: { known: LoadSummary | undefined; span: Span | undefined }) {
  const isNow = ([from, to]: Span) =>
    span !== undefined && Math.abs(span[0] - from) < 2 && Math.abs(span[1] - to) < 2
  const zooms =
    known === undefined
      ? ['Two years', 'Quarter', 'Weeks', 'Day', 'Next event'].map(
          (name) => [name, undefined] as const,
        )
      : namedSpans(known)
  return (
    <fieldset class="segments zooms" aria-label="How far to look">
      {zooms.map(([name, to]) => (
        <button
          key={name}
          type="button"
          aria-pressed={to !== undefined && isNow(to)}
          onClick={() => {
            if (to !== undefined && known !== undefined) setSpan(to, known)
          }}
        >
          {name}
        </button>
      ))}
    </fieldset>
  )
}

function readoutOf(
  curve: LoadCurve | undefined,
  data: uPlot.AlignedData,
  index: number | null,
  clock: Clock,
): string | undefined {
  const at = index === null ? undefined : data[0][index]
  if (curve === undefined || index === null || at === undefined) return undefined
  const { actual, q10, q90, q99, stepSeconds, events } = curve
  const words = [stepSeconds >= 86_400 ? clock.day(at) : clock.both(at)]
  if (actual[index] !== null) words.push(`was ${rate(actual[index]!)}`)
  const mean = data[5]?.[index]
  if (mean !== null && mean !== undefined) {
    words.push(`expected ${rate(mean)}`)
    if (q10[index] != null && q90[index] != null) {
      words.push(`80 % ${rate(q10[index]!)} – ${rate(q90[index]!)}`)
    }
    if (q99[index] != null) words.push(`99 % below ${rate(q99[index]!)}`)
  }
  const event = events.find(
    ({ startsAt, endsAt }) => secondsOf(startsAt) < at + stepSeconds && secondsOf(endsAt) > at,
  )
  if (event !== undefined) words.push(event.name)
  return words.join(' · ')
}

/** Events, the line between what was and what is expected, and what the servers hold. */
function drawUnder(
  plot: uPlot,
  curve: LoadCurve | undefined,
  known: LoadSummary | undefined,
): void {
  if (curve === undefined || known === undefined) return
  const { ctx, bbox } = plot
  ctx.save()
  ctx.beginPath()
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
  ctx.clip()
  const x = (at: number) => plot.valToPos(at, 'x', true)
  for (const { startsAt, endsAt, kind } of curve.events) {
    const left = x(secondsOf(startsAt))
    const width = Math.max(2 * devicePixelRatio, x(secondsOf(endsAt)) - left)
    ctx.fillStyle = token(kind === 'robot' || kind === 'outage' ? 'bad-soft' : 'warn-soft')
    ctx.fillRect(left, bbox.top, width, bbox.height)
  }
  ctx.lineWidth = devicePixelRatio
  const dashed = (colour: string, from: [number, number], to: [number, number]) => {
    ctx.strokeStyle = colour
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(...from)
    ctx.lineTo(...to)
    ctx.stroke()
  }
  const now = Math.round(x(secondsOf(known.knownUntil)))
  dashed(token('dim'), [now, bbox.top], [now, bbox.top + bbox.height])
  if (curve.held !== null && curve.stepSeconds < 86_400) {
    const y = Math.round(plot.valToPos(curve.held, 'y', true))
    dashed(token('bad'), [bbox.left, y], [bbox.left + bbox.width, y])
  }
  ctx.restore()
}

/** What the lines are, and the parts of the forecast, each to be switched off and on. */
function Legend({ curve, off }: { curve: LoadCurve | undefined; off: ReadonlySet<string> }) {
  const parts = curve?.parts ?? []
  return (
    <>
      <p class="legend">
        <Key colour="var(--ink)">was</Key>
        <Key colour="var(--accent)">expected</Key>
        <Key colour="color-mix(in srgb, var(--accent) 22%, transparent)" kind="box">
          80 %
        </Key>
        <Key colour="var(--accent)" kind="dash">
          99 % below
        </Key>
        {curve?.held == null ? null : (
          <Key colour="var(--bad)" kind="dash">
            what the servers hold, a zone gone
          </Key>
        )}
        <Key colour="var(--warn-soft)" kind="box">
          event
        </Key>
      </p>
      <fieldset class="parts" aria-label="Parts of the forecast">
        <small>Made of</small>
        {parts.length === 0 ? (
          <span class="dim">{curve === undefined ? ' ' : 'Nothing is forecast here.'}</span>
        ) : (
          parts.map(({ name, label }) => (
            <label key={name}>
              <input type="checkbox" checked={!off.has(name)} onChange={() => togglePart(name)} />
              {label}
            </label>
          ))
        )}
      </fieldset>
    </>
  )
}

function Key(props: { colour: string; kind?: 'box' | 'dash'; children: string }) {
  return (
    <span>
      <i class={props.kind ?? ''} style={{ '--key': props.colour }} aria-hidden="true" />
      {props.children}
    </span>
  )
}
