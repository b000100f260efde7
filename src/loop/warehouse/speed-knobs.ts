import type { KnobSettings } from '../../core/knobs.ts'
import type { Action, design } from '../../warehouse/index.ts'

/** What an action that sets knobs of speed holds. */
export interface SpeedDefinition {
  readonly set: KnobSettings
  /** Their values before, whoever had set them. */
  readonly stood: KnobSettings
  /** What storewright.toml said of them; null: nothing. */
  readonly written: Readonly<Record<string, number | null>>
}

const PREFIX = 'speed-'

/** Names an action by what it sets: other values are another action. */
export function speedId(set: KnobSettings): string {
  const parts = Object.entries(set).map(([name, value]) => `${name.replaceAll('.', '-')}-${value}`)
  return `${PREFIX}${parts.sort().join('-')}`
}

/** Whether an action sets knobs of speed. */
export function isOfSpeed({ kind, actionId }: Pick<Action, 'kind' | 'actionId'>): boolean {
  return kind === 'knob' && actionId.startsWith(PREFIX)
}

/** Knobs as they stand: those of storewright.toml, and what applied actions set, the last one last. */
export function appliedKnobs(
  actions: readonly design.StoredAction[],
  written: KnobSettings,
): KnobSettings {
  const knobs: Record<string, number> = { ...written }
  for (const { definition } of actions
    .filter(isOfSpeed)
    .sort((a, b) => a.decidedAt - b.decidedAt)) {
    const { set, written: before } = JSON.parse(definition) as SpeedDefinition
    for (const [name, value] of Object.entries(set)) {
      // What a person wrote since is what they want.
      if ((written[name] ?? null) === before[name]) knobs[name] = value
    }
  }
  return knobs
}
