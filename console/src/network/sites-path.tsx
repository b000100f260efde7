import type { SitesPlan, SiteYearRow } from '../../../src/api/schemas/network-sites.ts'
import { pathThrough } from '../charts/plane.ts'
import { markUnder, usePointed } from '../charts/pointed.ts'
import { moneyBrief, price } from '../state.ts'
import { formatCount, formatMeasure, formatPercent } from '../text/format.ts'
import { scenarioInAddress } from './sites-state.ts'

const WIDTH = 300
const HEIGHT = 92
const EDGE = 10

const CHARTS = [
  { key: 'ordersADay', label: 'Orders a day', write: formatCount },
  { key: 'sites', label: 'Buildings', write: formatCount },
  { key: 'miles', label: 'Miles to a customer', write: formatMeasure },
  { key: 'orderCents', label: 'Cost of an order', write: (c: number) => price(Math.round(c)) },
] as const
type Chart = (typeof CHARTS)[number]

/** The way there: volume, buildings, miles and money of each year, a line a way of demand. */
export function SitesPath({ plan }: { plan: SitesPlan }) {
  const scenario = scenarioInAddress(plan)
  const { index, point, handlers } = usePointed(plan.years)
  const { tabIndex, ...keys } = handlers
  const at = index < 0 ? plan.years - 1 : index
  const years = Array.from({ length: plan.years }, (_, t) => t)
  const row = rowOf(plan, scenario, at)
  return (
    <section class="card curves" aria-label="The years">
      <h2>{`The way there, if demand goes ${scenario}`}</h2>
      <div
        class="small-multiples"
        role="listbox"
        aria-label="Year by year"
        aria-activedescendant={index < 0 ? undefined : `year-${index}`}
        tabIndex={tabIndex}
        {...keys}
      >
        {CHARTS.map((chart) => (
          <figure
            key={chart.key}
            onPointerMove={(event) =>
              point(
                markUnder(
                  event,
                  years.map((t) => xOf(t, plan.years) / WIDTH),
                ),
              )
            }
          >
            <figcaption>
              {chart.label}
              <b class="num">{valueText(chart, row)}</b>
            </figcaption>
            <Curves chart={chart} plan={plan} scenario={scenario} at={at} />
          </figure>
        ))}
        {years.map((t) => (
          <span
            key={t}
            id={`year-${t}`}
            role="option"
            tabIndex={-1}
            aria-selected={t === index}
            class="unseen"
          >
            {wordsOf(rowOf(plan, scenario, t))}
          </span>
        ))}
      </div>
      <p class="readout lines" aria-live="polite">
        {wordsOf(row)}
      </p>
      <Years plan={plan} scenario={scenario} />
    </section>
  )
}

const rowOf = ({ path }: SitesPlan, scenario: string, t: number) =>
  path.find((row) => row.scenario === scenario && row.year === t + 1)

const xOf = (t: number, years: number) =>
  years < 2 ? WIDTH / 2 : EDGE + (t * (WIDTH - 2 * EDGE)) / (years - 1)

function valueText({ key, write }: Chart, row: SiteYearRow | undefined): string {
  const value = row?.[key] ?? null
  return value === null ? '–' : write(value)
}

function wordsOf(row: SiteYearRow | undefined): string {
  if (row === undefined) return ''
  const each = row.sites === 0 ? '' : ` (${formatMeasure(row.ordersADay / row.sites)} orders each)`
  const miles = row.miles === null ? '' : `, ${formatMeasure(row.miles)} miles to a customer`
  return `Year ${row.year}, ${row.scenario}: ${formatCount(row.ordersADay)} orders a day from ${formatCount(row.sites)} buildings${each}${miles}; ${price(Math.round(row.orderCents))} an order.`
}

interface CurvesProps {
  readonly chart: Chart
  readonly plan: SitesPlan
  readonly scenario: string
  readonly at: number
}

function Curves({ chart: { key }, plan, scenario, at }: CurvesProps) {
  const told = plan.path.flatMap((row) => row[key] ?? [])
  const low = Math.min(...told)
  const span = Math.max(...told) - low
  const yOf = (value: number) =>
    HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (span > 0 ? (value - low) / span : 0.5)
  const pointsOf = (name: string) =>
    plan.path.flatMap((row) => {
      const value = row[key]
      return row.scenario !== name || value === null
        ? []
        : [[xOf(row.year - 1, plan.years), yOf(value)] as const]
    })
  const others = plan.scenarios.filter(({ name }) => name !== scenario)
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 24}`} aria-hidden="true">
      <line x1={xOf(at, plan.years)} x2={xOf(at, plan.years)} y1="0" y2={HEIGHT} class="here" />
      {others.map(({ name }) => (
        <path key={name} d={pathThrough(pointsOf(name))} class="line other" />
      ))}
      <path d={pathThrough(pointsOf(scenario))} class="line own" />
      {Array.from({ length: plan.years }, (_, t) => (
        <text key={t} x={xOf(t, plan.years)} y={HEIGHT + 18} class="curve-label">
          {t + 1}
        </text>
      ))}
    </svg>
  )
}

/** The same as a table, with the money by what it goes for. */
function Years({ plan, scenario }: { plan: SitesPlan; scenario: string }) {
  const rows = plan.path.filter((row) => row.scenario === scenario)
  return (
    <table class="facts years" aria-label={`Year by year if demand goes ${scenario}`}>
      <thead>
        <tr>
          {['Year', 'Buildings', 'In use', 'Rent', 'Changes', 'Transport', 'All'].map((label) => (
            <th key={label} scope="col" class={label === 'Year' ? '' : 'num'}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.year}>
            <td>{row.year}</td>
            <td class="num">{formatCount(row.sites)}</td>
            <td class="num">
              {row.roomM3 === 0 ? '–' : formatPercent(row.neededM3 / row.roomM3, 0)}
            </td>
            <td class="num">{moneyBrief(row.buildingCents)}</td>
            <td class="num">{moneyBrief(row.changeCents)}</td>
            <td class="num">{moneyBrief(row.transportCents)}</td>
            <td class="num">
              {moneyBrief(row.buildingCents + row.changeCents + row.transportCents)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
