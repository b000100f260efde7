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
  const { low, high, confidence } = outcome.gapClosed
  const left = Math.min(scale.naive, scale.plan)
  return (
    <>
      <div class="gap" aria-hidden="true">
        <div class="rail" style={{ left: `${scale.naive}%`, right: `${100 - scale.bound}%` }} />
        <div
          class="rail won"
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
        {`The plan closes ${formatPercent(outcome.gapClosed.value, 0)} of the gap`}
        {low === null || high === null
          ? ''
          : `, ${formatPercent(confidence, 0)} sure of ${formatPercent(low, 0)} – ${formatPercent(high, 0)}`}
        .
      </p>
    </>
  )
}
