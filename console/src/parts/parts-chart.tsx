import { usePointed } from '../charts/pointed.ts'
import { formatMeasure } from '../text/format.ts'
import { waterfallOf } from './waterfall.ts'

export interface ChartPart {
  readonly label: string
  /** One sentence: what the part stands for. */
  readonly meaning: string
  readonly units: number
}

interface PartsChartProps {
  /** What the chart shows, for those who do not see it. */
  readonly label: string
  readonly parts: readonly ChartPart[]
  /** What the sum is, in two words. */
  readonly sum: string
  /** Whether every part is a change, the first one too. */
  readonly changes?: boolean
  readonly hint: string
  /** Writes a part's size; as units where absent. */
  readonly write?: (size: number) => string
  /** What the sum is, in a sentence; units where absent. */
  readonly sumMeaning?: string
}

/** Parts that sum, as a waterfall; each can be pointed at, by mouse or arrows, and says what it is. */
export function PartsChart(props: PartsChartProps) {
  const { label, parts, sum, changes = false, hint } = props
  const total = parts.reduce((all, { units }) => all + units, 0)
  const whole = Math.abs(total) >= 20
  const text = props.write ?? ((units: number) => numberText(units, whole))
  // What prints as zero, such as weekdays over whole weeks, is not told.
  const shown = parts.filter(({ units }) => /[1-9]/.test(text(units)))
  const bars = waterfallOf({ parts: shown.map((p) => ({ label: p.label, value: p.units })), total })
  const { index, point, handlers } = usePointed(bars.length)
  const { tabIndex, ...keys } = handlers
  const meaning = (i: number) =>
    i < shown.length
      ? `${shown[i]!.meaning} ${shareText(shown[i]!.units, total)}`
      : (props.sumMeaning ?? `The sum of the parts: ${text(total)} units.`)
  return (
    <>
      <div
        class="waterfall live"
        role="listbox"
        aria-label={label}
        aria-activedescendant={index < 0 ? undefined : idOf(label, index)}
        tabIndex={tabIndex}
        {...keys}
        onPointerOver={(event) => {
          const part = (event.target as Element).closest<HTMLElement>('[data-part]')
          if (part !== null) point(Number(part.dataset['part']))
        }}
      >
        {bars.map((bar, i) => {
          const isTotal = i === shown.length
          const isBase = !changes && i === 0 && !isTotal
          const kind = isTotal ? 'total' : isBase ? 'base' : bar.value < 0 ? 'down' : 'up'
          const name = isTotal ? sum : bar.label
          const value = !isTotal && !isBase ? signed(bar.value, text) : text(bar.value)
          return (
            <div
              key={bar.label}
              id={idOf(label, i)}
              role="option"
              aria-selected={i === index}
              tabIndex={-1}
              class={kind}
              data-part={i}
            >
              <span>{name}</span>
              <span class="track" aria-hidden="true">
                <i style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }} />
              </span>
              <span class="num">{value}</span>
            </div>
          )
        })}
      </div>
      <p class="readout lines" aria-live="polite">
        {index < 0 ? hint : meaning(index)}
      </p>
    </>
  )
}

const idOf = (label: string, i: number) => `${label.replace(/\W+/g, '-').toLowerCase()}-${i}`

function numberText(units: number, whole: boolean): string {
  const text = whole ? formatMeasure(Math.round(units)).replace(/\.0+$/, '') : units.toFixed(1)
  return text.replace('-', '−')
}

function signed(units: number, text: (units: number) => string): string {
  const value = text(units)
  return units > 0 && /[1-9]/.test(value) ? `+${value}` : value
}

function shareText(units: number, total: number): string {
  const share = Math.abs(units / total)
  return Number.isFinite(share) && share >= 0.01 ? `${Math.round(100 * share)} % of the sum.` : ''
}
