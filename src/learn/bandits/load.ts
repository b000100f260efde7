import { StorewrightError } from '../../core/errors.ts'
import { type BetaOptions, betaThompson } from './beta.ts'
import { unpackBytes } from './bytes.ts'
import { type FixedOptions, fixedAction } from './fixed.ts'
import {
  epsilonGreedy,
  linearThompson,
  linUcb,
  logisticThompson,
  type SavedModels,
} from './linear.ts'
import type { Bandit } from './types.ts'

interface Header {
  readonly kind: string
  readonly options: Record<string, unknown>
  readonly actions: readonly number[]
}

const LINEAR = {
  'linear-ucb': linUcb,
  'linear-thompson': linearThompson,
  'epsilon-greedy': epsilonGreedy,
  'logistic-thompson': logisticThompson,
} as const

/** The bandit that `save` wrote. Throws ERR_STORE_DAMAGED on bytes that are not one, or damaged. */
export function loadBandit(bytes: Uint8Array): Bandit {
  const { header, arrays } = unpackBytes(bytes)
  const { kind, options: words, actions } = header as Header
  const options = Object.fromEntries(
    Object.entries(words).map(([k, v]) => [k, v === 'Infinity' ? Infinity : v]),
  )
  if (kind in LINEAR) {
    const saved: SavedModels = new Map(
      actions.map((action, i) => {
        const [precision, moment, factor, scalars] = arrays.slice(4 * i, 4 * i + 4)
        return [
          action,
          { precision: precision!, moment: moment!, factor: factor!, scalars: scalars! },
        ]
      }),
    )
    return LINEAR[kind as keyof typeof LINEAR](options as { dimension: number }, saved)
  }
  if (kind === 'beta-thompson') {
    const entry = (i: number) => [...arrays[i]!] as unknown as readonly [number, number, number]
    return betaThompson(options as BetaOptions, new Map(actions.map((a, i) => [a, entry(i)])))
  }
  if (kind === 'fixed') return fixedAction(options as unknown as FixedOptions)
  throw new StorewrightError('ERR_STORE_DAMAGED', `there is no bandit of the kind ${kind}`, {
    next: 'It was saved by a newer version: open it with that one.',
  })
}
