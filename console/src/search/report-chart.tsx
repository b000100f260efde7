import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { SearchDay } from '../../../src/api/schemas/search-report.ts'
import { token } from '../charts/colours.ts'
import { chartHint, TimeChart } from '../charts/time-chart.tsx'
import { date } from '../state.ts'
import { formatPercent, formatPlural, isoOf, secondsOf } from '../text/format.ts'

const LINES = [
  { label: 'with a click', field: 'withClick', colour: 'accent', width: 2.2, dash: [], key: '' },
  {
    label: 'with a purchase',
    field: 'withPurchase',
    colour: 'ok',
    width: 1.6,
    dash: [6, 4],
    key: 'dash',
  },
  { label: 'no result', field: 'empty', colour: 'bad', width: 1.6, dash: [2, 3], key: 'dots' },
] as const

const percent = (value: number) => formatPercent(value, 0)

/** Shares of searches day by day: with a click, with a purchase, without a result. */
export function ReportChart({ days }: { days: readonly SearchDay[] }) {
  const pointed = useSignal<number | null>(null)
  const data = useMemo(() => {
    const told = days.filter(({ day }) => day !== null)
    return [
      told.map(({ day }) => secondsOf(day!)),
      ...LINES.map(({ field }) => told.map((one) => one[field])),
    ] as uPlot.AlignedData
  }, [days])
  const series = useMemo(
    () =>
      LINES.map(({ colour, width, dash }) => ({
        stroke: () => token(colour),
        width,
        dash: [...dash],
        points: { show: false },
      })),
    [],
  )
  const index = pointed.value
  const at = index === null ? undefined : data[0][index]
  const readout =
    at === undefined
      ? chartHint()
      : [
          date(isoOf(at)),
          formatPlural(days[index!]?.searches ?? 0, 'search', 'searches'),
          ...LINES.map(({ label }, k) => `${label} ${share(data[k + 1]![index!])}`),
        ].join(' · ')
  return (
    <section class="card report-chart" aria-label="Day by day">
      <h2>Day by day</h2>
      <TimeChart
        label="Share of searches with a click, with a purchase and without a result, day by day"
        data={data}
        series={series}
        height={220}
        formatY={percent}
        onPoint={(next) => {
          pointed.value = next
        }}
      />
      <p class="readout">{readout}</p>
      <p class="legend">
        {LINES.map(({ label, colour, key }) => (
          <span key={label}>
            <i class={key} style={{ '--key': `var(--${colour})` }} aria-hidden="true" />
            {label}
          </span>
        ))}
      </p>
    </section>
  )
}

const share = (value: number | null | undefined) =>
  value === null || value === undefined ? '–' : formatPercent(value)
