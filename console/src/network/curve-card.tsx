import type { CurvePoint, NetworkInfo } from '../../../src/api/schemas/network.ts'
import { pathThrough } from '../charts/plane.ts'
import { markUnder, usePointed } from '../charts/pointed.ts'
import { price } from '../state.ts'
import { formatCount, formatPercent, formatPlural } from '../text/format.ts'

const WIDTH = 300
const HEIGHT = 92
const EDGE = 10

const CHARTS = [
  {
    key: 'wholeShare',
    label: 'Filled wholly inside',
    write: (value: number) => formatPercent(value, 0),
  },
  {
    key: 'costCents',
    label: 'Cost of an order',
    write: (value: number) => price(Math.round(value)),
  },
  { key: 'breadth', label: 'Products in a region', write: formatCount },
  { key: 'outsideLines', label: 'Lines a day between regions', write: formatCount },
] as const
type Chart = (typeof CHARTS)[number]

/** What each number of regions would give, and which was chosen and why. */
export function CurveCard({ known }: { known: NetworkInfo | undefined }) {
  const curve = known?.curve ?? []
  const { index, point, handlers } = usePointed(curve.length)
  const { tabIndex, ...keys } = handlers
  const chosenAt = curve.findIndex(({ chosen }) => chosen)
  const at = index < 0 ? chosenAt : index
  const fractions = curve.map((_, i) => xOf(i, curve.length) / WIDTH)
  return (
    <section class="card curves" aria-label="Number of regions" aria-busy={known === undefined}>
      <h2>How many regions?</h2>
      <div
        class="small-multiples"
        role="listbox"
        aria-label="What each number of regions would give"
        aria-activedescendant={index < 0 ? undefined : `curve-${index}`}
        tabIndex={tabIndex}
        {...keys}
      >
        {CHARTS.map((chart) => (
          <figure key={chart.key} onPointerMove={(event) => point(markUnder(event, fractions))}>
            <figcaption>
              {chart.label}
              <b class="num">{valueAt(chart, curve[at])}</b>
            </figcaption>
            <Curve chart={chart} curve={curve} at={at} />
          </figure>
        ))}
        {curve.map((one, i) => (
          <span
            key={one.regions}
            id={`curve-${i}`}
            role="option"
            tabIndex={-1}
            aria-selected={one.chosen}
            class="unseen"
          >
            {wordsOf(one)}
          </span>
        ))}
      </div>
      <p class="readout lines" aria-live="polite">
        {curve[at] === undefined ? '' : wordsOf(curve[at])}
      </p>
    </section>
  )
}

const xOf = (i: number, count: number) =>
  count < 2 ? WIDTH / 2 : EDGE + (i * (WIDTH - 2 * EDGE)) / (count - 1)

function valueAt({ key, write }: Chart, point: CurvePoint | undefined): string {
  return point === undefined ? '' : point.measures === null ? '–' : write(point.measures[key])
}

/** What is known of a number of regions; the reason says whether it was chosen. */
function wordsOf({ regions, chosen, feasible, why }: CurvePoint): string {
  const shape = chosen ? '● ' : feasible ? '' : '▲ '
  return `${formatPlural(regions, 'region')} – ${shape}${why.replace(/\.$/, '')}.`
}

function Curve({ chart, curve, at }: { chart: Chart; curve: readonly CurvePoint[]; at: number }) {
  const values = curve.map(({ measures }) => measures?.[chart.key])
  const told = values.filter((value) => value !== undefined)
  const low = Math.min(...told)
  const span = Math.max(...told) - low
  const yOf = (value: number) =>
    HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * (span > 0 ? (value - low) / span : 0.5)
  const points = values.flatMap((value, i) =>
    value === undefined ? [] : [[xOf(i, curve.length), yOf(value)] as const],
  )
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT + 24}`} aria-hidden="true">
      <path d={pathThrough(points)} class="line" />
      {curve.map(({ regions, chosen, feasible }, i) => {
        const [x, value] = [xOf(i, curve.length), values[i]]
        const y = value === undefined ? HEIGHT - EDGE : yOf(value)
        return (
          <g key={regions} class={chosen ? 'chosen' : feasible ? '' : 'not'}>
            {i === at ? <line x1={x} x2={x} y1="0" y2={HEIGHT} class="here" /> : null}
            {value === undefined ? (
              <path d={`M${x - 4} ${y - 4}l8 8m0 -8l-8 8`} class="cross" />
            ) : (
              <circle cx={x} cy={y} r={chosen ? 6 : 3.5} />
            )}
            <text x={x} y={HEIGHT + 18} class="curve-label">
              {regions}
            </text>
          </g>
        )
      })}
    </svg>
  )
}
