import type { Arm } from './arms.ts'
import type { SavedCostModel } from './cost-model.ts'
import type { SavedHistory } from './history.ts'

/** The one action that steering proposes; its definition is a SteeringState. */
export const STEERING_ACTION = 'plan-steering'

/** All that steering has learned, as JSON: what an action carries and a restart reads. */
export interface SteeringState {
  readonly format: 1
  /** Of the samples of tables: the same rows again after a restart. */
  readonly seed: number
  /** The default first. */
  readonly arms: readonly Arm[]
  readonly model: SavedCostModel
  /** Tables whose sizes are features, in the order of the model's features. */
  readonly tables: readonly string[]
  /** Shares of joins (see TableStatistics.joined). */
  readonly joined: readonly (readonly [key: string, share: number])[]
  /** Words of the grammar and functions that the arms were tried on. */
  readonly constructs: readonly string[]
  readonly history: SavedHistory
  /** Templates that a person turned steering off for. */
  readonly off: readonly string[]
  /** Arms that were stopped for all templates. */
  readonly stopped: readonly string[]
}
