import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { Forecast, History, StoreEvent } from '../../../src/api/schemas/common.ts'
import { currency, date, inMoney } from '../state.ts'
import { formatMeasure, formatMoneyShort, formatTick, isoOf, secondsOf } from '../text/format.ts'
import { token } from './colours.ts'
import { type FanData, fanData } from './fan.ts'
import { chartHint, TimeChart } from './time-chart.tsx'

const WEEKS_AT_FIRST = 12
const DAY = 86_400
const HEIGHT = 196

interface FanChartProps {
  readonly title: string
  readonly history: History
  readonly forecast: Forecast | null
  readonly events: readonly StoreEvent[]
  readonly closedDays: readonly { readonly ds: string }[]
  /** What was wanted on days out of stock, by ISO day. */
  readonly wanted?: ReadonlyMap<string, number>
  /** Turns units into money where the person asked for money. */
  readonly priceCents: number | null
}

const SERIES: readonly uPlot.Series[] = [
  { stroke: () => token('ink'), width: 1.4, spanGaps: true, points: { show: false } },
  { width: 0, points: { show: false } },
  { width: 0, points: { show: false } },
  { stroke: () => token('accent'), width: 2, points: { show: false } },
  { width: 0, points: { show: false } },
  { width: 0, points: { show: false } },
  {
    stroke: () => token('bad'),
    width: 1.4,
    dash: [3, 3],
    spanGaps: false,
    points: { show: true, size: 4, fill: () => token('bad') },
  },
]
const BANDS = (): uPlot.Band[] => [
  { series: [6, 2], fill: token('accent', '26') },
  { series: [5, 3], fill: token('accent', '40') },
]

function drawSpan(plot: uPlot, from: number, to: number, colour: string, bottomOnly = false): void {
  const left = Math.max(plot.bbox.left, plot.valToPos(from, 'x', true))
  const right = Math.min(plot.bbox.left + plot.bbox.width, plot.valToPos(to, 'x', true))
  if (right <= left) return
  const height = bottomOnly ? 5 * devicePixelRatio : plot.bbox.height
  plot.ctx.fillStyle = colour
  plot.ctx.fillRect(left, plot.bbox.top + plot.bbox.height - height, right - left, height)
}

/** Draws events, stock-outs and the line between what was and what is expected. */
function drawUnder(fan: FanData, events: readonly StoreEvent[]): (plot: uPlot) => void {
  return (plot) => {
    const { ctx, bbox } = plot
    ctx.save()
    for (const event of events) {
      drawSpan(plot, secondsOf(event.startsOn), secondsOf(event.endsOn) + DAY, token('warn-soft'))
    }
    for (const [from, to] of fan.stockOuts) {
      drawSpan(plot, from - DAY / 2, to - DAY / 2, token('bad-soft'))
      drawSpan(plot, from - DAY / 2, to - DAY / 2, token('bad'), true)
    }
    const x = Math.round(plot.valToPos(fan.now - DAY / 2, 'x', true))
    ctx.strokeStyle = token('dim')
    ctx.lineWidth = devicePixelRatio
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio])
    ctx.beginPath()
    ctx.moveTo(x, bbox.top)
    ctx.lineTo(x, bbox.top + bbox.height)
    if (x > bbox.left && x < bbox.left + bbox.width) ctx.stroke()
    ctx.restore()
  }
}

/** The words under the chart for the day that is pointed at. */
function readoutOf(
  fan: FanData,
  index: number | null,
  events: readonly StoreEvent[],
  format: (value: number) => string,
): string | undefined {
  const day = index === null ? undefined : fan.columns[0][index]
  if (index === null || day === undefined) return undefined
  const value = (column: number) => fan.columns[column]![index] ?? null
  const iso = isoOf(day)
  const event = events.find(({ startsOn, endsOn }) => startsOn <= iso && iso <= endsOn)
  const parts = [date(iso)]
  if (value(1) !== null) parts.push(`sold ${format(value(1)!)}`)
  if (value(4) !== null) {
    parts.push(`median ${format(value(4)!)}`, `90 % ${format(value(2)!)} – ${format(value(6)!)}`)
  }
  if (fan.stockOuts.some(([from, to]) => from <= day && day < to)) parts.push('▲ out of stock')
  if (value(7) !== null) parts.push(`wanted ${format(value(7)!)}`)
  if (event !== undefined) parts.push(event.name)
  return parts.join(' · ')
}

/** What was sold and what is expected, with its 50 % and 90 % bands. */
export function FanChart(props: FanChartProps) {
  const { history, forecast, events, closedDays, priceCents, wanted } = props
  const asMoney = inMoney.value && priceCents !== null
  const all = useSignal(false)
  const pointed = useSignal<number | null>(null)
  const factor = asMoney ? priceCents : 1
  const fan = useMemo(
    () =>
      fanData(
        history,
        forecast,
        closedDays.map((closed) => closed.ds),
        factor,
        wanted,
      ),
    [history, forecast, closedDays, factor, wanted],
  )
  const code = currency.value
  const format = useMemo(
    () => (value: number) => (asMoney ? formatMoneyShort(value, code) : formatMeasure(value)),
    [asMoney, code],
  )
  const formatY = useMemo(
    () => (value: number) => (asMoney ? formatMoneyShort(value, code) : formatTick(value)),
    [asMoney, code],
  )
  const last = fan.columns[0].at(-1) ?? fan.now
  const first = fan.columns[0][0] ?? fan.now
  const view = useMemo(
    () => [all.value ? first : Math.max(first, fan.now - WEEKS_AT_FIRST * 7 * DAY), last] as const,
    [all.value, fan],
  )
  const bands = useMemo(BANDS, [fan])
  const inView = events.filter(
    ({ startsOn, endsOn }) => secondsOf(endsOn) >= view[0] && secondsOf(startsOn) <= view[1],
  )
  return (
    <figure class="chart-box" style={{ margin: 0 }}>
      <figcaption class="chart-head">
        <h3>{asMoney ? `${props.title}, in money` : props.title}</h3>
        <button
          type="button"
          class="plain"
          onClick={() => {
            all.value = !all.value
          }}
        >
          {all.value ? `Last ${WEEKS_AT_FIRST} weeks` : 'All history'}
        </button>
      </figcaption>
      <TimeChart
        label={`${props.title}: sold until ${date(isoOf(fan.now - DAY))}, then expected, with bands`}
        data={fan.columns as uPlot.AlignedData}
        series={SERIES}
        bands={bands}
        height={HEIGHT}
        formatY={formatY}
        view={view}
        drawUnder={drawUnder(fan, events)}
        onPoint={(index) => {
          pointed.value = index
        }}
      />
      <p class="readout" aria-live="off">
        {readoutOf(fan, pointed.value, events, format) ?? chartHint()}
      </p>
      <p class="legend">
        <Key name="ink">sold</Key>
        {forecast === null ? null : (
          <>
            <Key name="accent">median</Key>
            <Key name="accent" alpha={45} box>
              50 %
            </Key>
            <Key name="accent" alpha={18} box>
              90 %
            </Key>
          </>
        )}
        {fan.stockOuts.some(([, to]) => to > view[0]) ? (
          <Key name="bad" box>
            out of stock
          </Key>
        ) : null}
        {wanted !== undefined && fan.stockOuts.some(([, to]) => to > view[0]) ? (
          <Key name="bad" dash>
            wanted then
          </Key>
        ) : null}
        {inView.map((event) => (
          <Key key={event.name} name="warn-soft" box>
            {event.name}
          </Key>
        ))}
      </p>
    </figure>
  )
}

function Key(props: {
  name: string
  alpha?: number
  box?: boolean
  dash?: boolean
  children: string
}) {
  const colour = `color-mix(in srgb, var(--${props.name}) ${props.alpha ?? 100}%, transparent)`
  return (
    <span>
      <i
        class={props.box === true ? 'box' : props.dash === true ? 'dash' : ''}
        style={{ '--key': colour }}
        aria-hidden="true"
      />
      {props.children}
    </span>
  )
}
