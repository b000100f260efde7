import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type uPlot from 'uplot'
import type { Outcome, PolicyOutcome } from '../../../src/api/schemas/outcome.ts'
import { token } from '../charts/colours.ts'
import { chartHint, TimeChart } from '../charts/time-chart.tsx'
import { Segments } from '../parts/segments.tsx'
import { param, setParams } from '../router.ts'
import { currency, date } from '../state.ts'
import { formatMoneyShort, formatPercent, isoOf, secondsOf } from '../text/format.ts'

const DAY = 86_400

const VIEWS = {
  profit: { title: 'Profit so far', field: 'cumulativeProfitCents', money: true },
  stocked: { title: 'In-stock rate', field: 'inStockRate', money: false },
  stock: { title: 'Value of the stock', field: 'stockValueCents', money: true },
} as const
type ViewName = keyof typeof VIEWS

type Look = {
  readonly colour: string
  readonly width: number
  readonly dash: number[]
  readonly key: string
}

/** Each role has a colour and a stroke of its own, so that colour never speaks alone. */
const LOOKS: Readonly<Record<PolicyOutcome['role'], Look>> = {
  plan: { colour: 'accent', width: 2.4, dash: [], key: '' },
  naive: { colour: 'dim', width: 1.6, dash: [6, 4], key: 'dash' },
  bound: { colour: 'ok', width: 1.6, dash: [2, 3], key: 'dots' },
  other: { colour: 'warn', width: 1.6, dash: [10, 3, 2, 3], key: 'dash' },
}

/** Day by day: the plan, the naive policy and the bound. */
export function PolicyChart({ outcome }: { outcome: Outcome }) {
  const chosen = param('view') ?? 'profit'
  const name: ViewName = chosen in VIEWS ? (chosen as ViewName) : 'profit'
  const view = VIEWS[name]
  const pointed = useSignal<number | null>(null)
  const looks = outcome.series.map(({ policy }) => {
    const known = outcome.policies.find((candidate) => candidate.name === policy)
    return { label: known?.label ?? policy, ...LOOKS[known?.role ?? 'other'] }
  })
  const data = useMemo(() => {
    const start = secondsOf(outcome.from)
    const days = Array.from({ length: outcome.days }, (_, t) => start + t * DAY)
    return [days, ...outcome.series.map((series) => series[view.field])] as uPlot.AlignedData
  }, [outcome, view])
  const series = useMemo(
    () =>
      looks.map((look) => ({
        stroke: () => token(look.colour),
        width: look.width,
        dash: look.dash,
        points: { show: false },
      })),
    [outcome],
  )
  const code = currency.value
  const format = useMemo(
    () => (value: number) => (view.money ? formatMoneyShort(value, code) : formatPercent(value, 1)),
    [view, code],
  )
  const index = pointed.value
  const day = index === null ? undefined : data[0][index]
  const readout =
    day === undefined
      ? chartHint()
      : [
          date(isoOf(day)),
          ...looks.map((look, k) => `${look.label} ${format(Number(data[k + 1]![index!]))}`),
        ].join(' · ')
  return (
    <>
      <div class="chart-head" style={{ alignItems: 'center' }}>
        <h2>{view.title}</h2>
        <Segments
          label="Chart"
          value={name}
          options={[
            { value: 'profit', label: 'Profit' },
            { value: 'stocked', label: 'In stock' },
            { value: 'stock', label: 'Stock value' },
          ]}
          onChange={(value) => setParams({ view: value === 'profit' ? null : value })}
        />
      </div>
      <TimeChart
        label={`${view.title} day by day, ${looks.map((look) => look.label).join(', ')}`}
        data={data}
        series={series}
        height={388}
        formatY={format}
        fromZero={view.money}
        onPoint={(next) => {
          pointed.value = next
        }}
      />
      <p class="readout">{readout}</p>
      <p class="legend">
        {looks.map((look) => (
          <span key={look.label}>
            <i class={look.key} style={{ '--key': `var(--${look.colour})` }} aria-hidden="true" />
            {look.label}
          </span>
        ))}
      </p>
    </>
  )
}
