import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { StockDetail } from '../../../src/api/schemas/stock-pages.ts'
import { token } from '../charts/colours.ts'
import { chartHint, TimeChart } from '../charts/time-chart.tsx'
import { date } from '../state.ts'
import { formatCount, formatTick, isoOf, secondsOf } from '../text/format.ts'

const DAY = 86_400
const HEIGHT = 168
/** Days shown at first where it runs out sooner. */
const LEAST_DAYS = 14

const SERIES: readonly uPlot.Series[] = [
  { width: 0, points: { show: false } },
  { stroke: () => token('accent'), width: 2, points: { show: false } },
  { width: 0, points: { show: false } },
]

interface CoverChartProps {
  readonly cover: NonNullable<StockDetail['cover']>
  /** The day on which more can be there, and whether it is on its way already. */
  readonly next: { readonly on: string; readonly comes: boolean }
  /** Null where it does not within a year. */
  readonly runsOutInDays: number | null
}

/** Units left day by day as the forecast sells them, and the day on which more can be there. */
export function CoverChart({ cover, next, runsOutInDays }: CoverChartProps) {
  const pointed = useSignal<number | null>(null)
  const { from, likely, low, high } = cover
  const data = useMemo<uPlot.AlignedData>(() => {
    const days = likely.map((_, day) => secondsOf(from) + day * DAY)
    return [days, [...high], [...likely], [...low]]
  }, [cover])
  const bands = useMemo<uPlot.Band[]>(
    () => [{ series: [1, 3], fill: token('accent', '26') }],
    [cover],
  )
  const at = secondsOf(next.on)
  const drawUnder = useMemo(() => (plot: uPlot) => drawDay(plot, at), [at])
  const view = useMemo(() => {
    const first = secondsOf(from)
    const wanted = Math.max(1.4 * (runsOutInDays ?? 0), (at - first) / DAY + 2, LEAST_DAYS)
    return [first, first + DAY * Math.min(likely.length - 1, Math.ceil(wanted))] as const
  }, [cover, at])
  const index = pointed.value
  const day = index === null ? undefined : data[0][index]
  return (
    <figure class="chart-box" style={{ margin: 0 }}>
      <figcaption class="chart-head">
        <h3>Units left to sell</h3>
      </figcaption>
      <TimeChart
        label={`Units left to sell, day by day from ${date(from)}`}
        data={data}
        series={SERIES}
        bands={bands}
        height={HEIGHT}
        view={view}
        formatY={formatTick}
        drawUnder={drawUnder}
        onPoint={(i) => {
          pointed.value = i
        }}
      />
      <p class="readout" aria-live="off">
        {index === null || day === undefined
          ? chartHint()
          : `${date(isoOf(day))} · ${formatCount(likely[index]!)} left · 90 % ${formatCount(low[index]!)} – ${formatCount(high[index]!)}`}
      </p>
      <p class="legend">
        <span>
          <i style={{ '--key': 'var(--accent)' }} />
          expected
        </span>
        <span>
          <i
            class="box"
            style={{ '--key': 'color-mix(in srgb, var(--accent) 18%, transparent)' }}
          />
          90 %
        </span>
        <span>
          <i class="dash" style={{ '--key': 'var(--dim)' }} />
          {next.comes ? 'next delivery' : 'if ordered today'}
        </span>
      </p>
    </figure>
  )
}

/** A dashed line on the day on which more can be there. */
function drawDay(plot: uPlot, at: number): void {
  const { ctx, bbox } = plot
  const x = Math.round(plot.valToPos(at, 'x', true))
  if (x <= bbox.left || x >= bbox.left + bbox.width) return
  ctx.save()
  ctx.strokeStyle = token('dim')
  ctx.lineWidth = devicePixelRatio
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio])
  ctx.beginPath()
  ctx.moveTo(x, bbox.top)
  ctx.lineTo(x, bbox.top + bbox.height)
  ctx.stroke()
  ctx.restore()
}
