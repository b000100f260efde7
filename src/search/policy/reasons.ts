import type { KnobSettings } from '../../core/knobs.ts'
import { capOf, isRetreated } from './guard.ts'
import type { PolicyState } from './saved.ts'
import type { ChoiceProbability, PolicyRequest } from './types.ts'

export interface ReasonsRequest {
  readonly name: 'thompson' | 'ucb'
  readonly state: PolicyState
  readonly request: PolicyRequest
  readonly options: readonly ChoiceProbability[]
  readonly place: number
  readonly settings: KnobSettings
}

/** Why a choice was made, in sentences. */
export function reasonsFor(asked: ReasonsRequest): string[] {
  const { name, state, request, options, place, settings } = asked
  const cap = capOf(state.guard, request.now, settings)
  if (cap === 0) return [whyDefault(asked)]
  const percent = (share: number) => `${Math.round(share * 1000) / 10} %`
  const chosen = options[place]
  const reachable = options.filter(({ probability }) => probability > 0).length
  const method = name === 'thompson' ? 'Thompson sampling' : 'upper confidence bounds'
  return [
    place === 0
      ? `The default, as in ${percent(options[0]?.probability ?? 1)} of searches like this.`
      : `Chosen by ${method} in ${percent(chosen?.probability ?? 0)} of searches like this, among ${reachable} combinations that the guard allows.`,
    ...strongestArm(asked),
  ]
}

function whyDefault({ state, request, settings }: ReasonsRequest): string {
  if (isRetreated(state.guard, request.now, settings)) {
    return 'The static default: the policy has retreated to it.'
  }
  return 'The static default: nothing else is tried yet, or learning is switched off.'
}

/** The chosen arm that did best on this query beyond what it does elsewhere, where one stands out. */
function strongestArm({ state, request, options, place }: ReasonsRequest): string[] {
  let best: { readonly arm: string; readonly mean: number } | undefined
  for (const { arm } of options[place]?.shares ?? []) {
    const { mean, variance } = state.effects.of(arm, request.query, request.now)
    const noise = state.models.of(arm).noise()
    if (mean > 2 * noise * Math.sqrt(variance) && mean > (best?.mean ?? 0)) best = { arm, mean }
  }
  if (best === undefined) return []
  const more = Math.round(best.mean * 1000) / 1000
  return [
    `On this and similar queries ${best.arm} brings ${more} more reward a search than elsewhere.`,
  ]
}
