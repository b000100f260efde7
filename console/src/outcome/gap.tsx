import type { Outcome, PolicyOutcome } from '../../../src/api/schemas/outcome.ts'
import { money } from '../state.ts'
import { formatPercent } from '../text/format.ts'
import { gapScale } from './gap-scale.ts'

function side(place: number): string {
  return place < 12 ? 'left' : place > 88 ? 'right' : ''
}

/** The plan's profit between that of the naive policy and the bound, with its interval. */
export function Gap({ outcome }: { outcome: Outcome }) {
  const scale = gapScale(outcome.gapClosed)
  const by = (role: PolicyOutcome['role']) => outcome.policies.find((p) => p.role === role)
  const [naive, plan, bound] = [by('naive'), by('plan'), by('bound')]
  const left = Math.min(scale.naive, scale.plan)
  return (
    <>
      <div class="gap" aria-hidden="true">
        <div class="rail" style={{ left: `${scale.naive}%`, right: `${100 - scale.bound}%` }} />
        <div
          class={scale.plan < scale.naive ? 'rail lost' : 'rail won'}
          style={{ left: `${left}%`, width: `${Math.abs(scale.plan - scale.naive)}%` }}
        />
        {scale.low === undefined || scale.high === undefined ? null : (
          <div
            class="unsure"
            style={{ left: `${scale.low}%`, width: `${scale.high - scale.low}%` }}
          />
        )}
        <span class={`stop low ${side(scale.naive)}`} style={{ left: `${scale.naive}%` }}>
          <b>{naive && money(naive.profitCents)}</b>
          {naive?.label}
        </span>
        <span class={`stop low ${side(scale.bound)}`} style={{ left: `${scale.bound}%` }}>
          <b>{bound && money(bound.profitCents)}</b>
          {bound?.label}
        </span>
        <span class={`stop ${side(scale.plan)}`} style={{ left: `${scale.plan}%` }}>
          <b>{plan && money(plan.profitCents)}</b>
          {plan?.label}
        </span>
        <i class="pin" style={{ left: `${scale.naive}%` }} />
        <i class="pin" style={{ left: `${scale.bound}%` }} />
        <i class="pin plan" style={{ left: `${scale.plan}%` }} />
      </div>
      <p class="dim" style={{ fontSize: '12.5px', marginTop: '8px' }}>
        {gapWords(outcome.gapClosed)}
      </p>
    </>
  )
}

/** The share of the gap that the plan closes, or loses, with its interval. */
function gapWords({ value, low, high, confidence }: Outcome['gapClosed']): string {
  const range = (from: number, to: number): string =>
    `, ${formatPercent(confidence, 0)} sure of ${formatPercent(from, 0)} to ${formatPercent(to, 0)}`
  const known = low !== null && high !== null
  if (value < 0) {
    const loss = formatPercent(-value, 0)
    return `The plan falls ${loss} of the gap below the naive policy${known ? range(-high, -low) : ''}.`
  }
  return `The plan closes ${formatPercent(value, 0)} of the gap${known ? range(low, high) : ''}.`
}
