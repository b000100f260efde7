import { money, plan } from '../state.ts'
import { formatPlural } from '../text/format.ts'
import { budgetAfterKey, gainAt, roundAmount } from './budget-curve.ts'
import { budget, curve, curveLine, cut, most, moveBudget, rows } from './buying-state.ts'

const PERCENT = (fraction: number): string => `${(100 * fraction).toFixed(2)}%`
/** As the thumb in pages.css: its centre runs from half its width to the width less that. */
const THUMB = 18

function along(fraction: number): string {
  return `calc(${THUMB / 2}px + ${fraction.toFixed(4)} * (100% - ${THUMB}px))`
}

/** The gain curve with a slider under it: what the next money would bring, and where it stops. */
export function Budget() {
  const known = plan.data.value
  const line = curve.value
  if (known === undefined || line === undefined || cut.value === undefined) {
    return <section class="card budget" aria-busy="true" />
  }
  const limit = Math.min(budget.value ?? most.value, most.value)
  const step = roundAmount(most.value / 100)
  const here = most.value === 0 ? 0 : limit / most.value
  const top = line.gain.at(-1)! || 1
  const keptLines = rows.value.filter((row) => row.kept).length
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = budgetAfterKey(event.key, limit, most.value, step)
    if (next === undefined) return
    event.preventDefault()
    moveBudget(next)
  }
  const points = curveLine.value
  return (
    <section class="card budget" aria-label="Budget">
      <label for="budget">
        <b>Budget {money(limit)}</b>
        <small>slide to cut the list</small>
      </label>
      <div class="curve">
        <svg viewBox="0 0 1000 100" preserveAspectRatio="none" aria-hidden="true">
          <clipPath id="spent">
            <rect x="0" y="-4" width={1000 * here} height="108" />
          </clipPath>
          <polygon points={`${points} 1000,100`} class="fill" clip-path="url(#spent)" />
          <polyline points={points} class="line" />
          {limitMark(known.budgetCents)}
          <line x1={1000 * here} x2={1000 * here} y1="0" y2="112" class="here" />
        </svg>
        <span
          class="dot"
          style={{ left: along(here), top: `${76 * (1 - gainAt(line, limit) / top)}px` }}
        />
        <span
          class="mark"
          style={
            here > 0.6
              ? { right: `calc(100% - ${along(here)} + 12px)`, top: '52px' }
              : { left: `calc(${along(here)} + 12px)`, top: '52px' }
          }
        >
          {nextMoney(limit, step)}
        </span>
        <input
          id="budget"
          type="range"
          min={0}
          max={most.value}
          step={1}
          value={limit}
          style={{ '--filled': PERCENT(here) }}
          aria-valuetext={`${money(limit)}: ${formatPlural(keptLines, 'line')}`}
          onInput={(event) => moveBudget(Number(event.currentTarget.value))}
          onKeyDown={onKeyDown}
        />
      </div>
    </section>
  )

  function limitMark(limitCents: number | null) {
    if (limitCents === null || limitCents >= most.value || limitCents === limit) return null
    const x = (1000 * limitCents) / most.value
    return <line x1={x} x2={x} y1="0" y2="100" class="limit" />
  }

  function nextMoney(from: number, amount: number): string {
    const ahead = roundAmount(amount * 5)
    if (from + ahead > most.value) return `all ${money(most.value)} that is worth it`
    const earns = gainAt(line!, from + ahead) - gainAt(line!, from)
    return `the next ${money(ahead)} earns ${money(Math.round(earns / 100) * 100)}`
  }
}
