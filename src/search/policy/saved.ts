import { StorewrightError } from '../../core/errors.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { bandits } from '../../learn/index.ts'
import { ARM_DIMENSION, type ArmModels, armModels } from './arm-models.ts'
import { type Effects, effectsOf } from './effects.ts'
import { FRESH_GUARD, type GuardState, rewardNoise } from './guard.ts'

/** All that a learned policy knows. */
export interface PolicyState {
  readonly models: ArmModels
  readonly effects: Effects
  readonly wholes: Effects
  guard: GuardState
  noise(): number
}

/** Nothing learned. */
export function emptyState(settings: KnobSettings = {}): PolicyState {
  return stateOf(armModels(settings), effectsOf(settings), wholesOf(settings), FRESH_GUARD)
}

/** A combination differs less from the sum of its arms than arms do from each other. */
const WHOLE_SHARE = 0.3

const wholesOf = (settings: KnobSettings, saved?: Parameters<typeof effectsOf>[2]) =>
  effectsOf(settings, WHOLE_SHARE, saved)

function stateOf(
  models: ArmModels,
  effects: Effects,
  wholes: Effects,
  guard: GuardState,
): PolicyState {
  const state: PolicyState = {
    models,
    effects,
    wholes,
    guard,
    noise: () => rewardNoise(state.guard),
  }
  return state
}

const FORMAT = 2

interface Header {
  readonly kind: 'retrieval-policy'
  readonly format: number
  /** Features an arm: a state of other features cannot be gone on from. */
  readonly dimension: number
  readonly arms: readonly string[]
  readonly keys: readonly string[]
  readonly wholes: readonly string[]
}

const GUARD_FIELDS = [
  'learned',
  'searches',
  'defaultReward',
  'defaultWeight',
  'rewardSquares',
  'gain',
  'gainSquares',
  'retreatedAt',
  'retreats',
  'at',
] as const

/** The state as bytes with a checksum. */
export function packState({ models, effects, wholes, guard }: PolicyState): Uint8Array {
  const known = models.known()
  const { keys, values } = effects.state()
  const whole = wholes.state()
  const header: Header = {
    kind: 'retrieval-policy',
    format: FORMAT,
    dimension: ARM_DIMENSION,
    arms: known.map(([arm]) => arm),
    keys,
    wholes: whole.keys,
  }
  const numbers = Float64Array.from([...GUARD_FIELDS.map((f) => guard[f]), guard.isProven ? 1 : 0])
  const posteriors = known.flatMap(([, model]) => {
    const { precision, moment, factor, scalars } = model.state()
    return [precision, moment, factor, scalars]
  })
  return bandits.packBytes(header, [numbers, values, whole.values, ...posteriors])
}

/** What `packState` packed. Throws ERR_STORE_DAMAGED on other or damaged bytes. */
export function unpackState(bytes: Uint8Array, settings: KnobSettings = {}): PolicyState {
  const { header, arrays } = bandits.unpackBytes(bytes)
  const { kind, format, dimension, arms, keys, wholes } = header as Header
  if (kind !== 'retrieval-policy' || format !== FORMAT || dimension !== ARM_DIMENSION) {
    throw new StorewrightError(
      'ERR_STORE_DAMAGED',
      'these bytes are not a retrieval policy of this version',
      {
        next: 'Begin with a policy that has learned nothing: it answers the default meanwhile.',
      },
    )
  }
  const posteriors = new Map(
    arms.map((arm, i) => {
      const [precision, moment, factor, scalars] = arrays.slice(3 + 4 * i, 7 + 4 * i)
      return [arm, { precision: precision!, moment: moment!, factor: factor!, scalars: scalars! }]
    }),
  )
  return stateOf(
    armModels(settings, posteriors),
    effectsOf(settings, 1, { keys, values: arrays[1]! }),
    wholesOf(settings, { keys: wholes, values: arrays[2]! }),
    guardOf(arrays[0]!),
  )
}

function guardOf(numbers: Float64Array): GuardState {
  const values = Object.fromEntries(GUARD_FIELDS.map((field, i) => [field, numbers[i]!]))
  return { ...FRESH_GUARD, ...values, isProven: numbers[GUARD_FIELDS.length] === 1 }
}
