import type { Breakdown } from '../../../src/api/schemas/common.ts'
import { money, moneyChange } from '../state.ts'
import { formatChange, formatCount } from '../text/format.ts'
import { waterfallOf } from './waterfall.ts'

/** Contributions that sum, as a waterfall: "Why 497 units in 28 days". */
export function BreakdownChart({ breakdown }: { breakdown: Breakdown }) {
  const bars = waterfallOf(breakdown)
  const isMoney = breakdown.unit === 'cents'
  const change = isMoney ? moneyChange : formatChange
  const whole = isMoney ? money : formatCount
  return (
    <>
      <h3>Why {breakdown.title}</h3>
      <dl class="waterfall">
        {bars.map((bar, i) => {
          const isTotal = i === bars.length - 1
          const kind = isTotal ? 'total' : i === 0 ? '' : bar.value < 0 ? 'down' : 'up'
          return (
            <div key={bar.label} class={kind}>
              <dt>{bar.label}</dt>
              <dd class="track" aria-hidden="true">
                <i style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }} />
              </dd>
              <dd class="num">{isTotal ? whole(bar.value) : change(bar.value)}</dd>
            </div>
          )
        })}
      </dl>
    </>
  )
}
