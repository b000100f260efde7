import { requireArgument } from '../../core/errors.ts'
import { packBytes } from './bytes.ts'
import { checkSituation, chooseBy, withFloor } from './draw.ts'
import type { Bandit, Situation } from './types.ts'

export interface FixedOptions {
  /** Features an action, which it does not look at. Default 0. */
  readonly dimension?: number
  /** The action to take wherever it is on offer; else the first row. */
  readonly action: number
  readonly floor?: number
}

/** Always the same action: the default that a learned policy is compared with. It learns nothing. */
export function fixedAction(options: FixedOptions): Bandit {
  const { dimension = 0, action, floor = 0 } = options
  requireArgument(floor >= 0 && floor <= 1, `floor is ${floor}: it lies in [0, 1]`)
  const probabilities = (situation: Situation) => {
    checkSituation(situation, dimension)
    const out = new Float64Array(situation.actions.length)
    out[Math.max(0, situation.actions.indexOf(action))] = 1
    return withFloor(out, floor)
  }
  return {
    name: 'fixed',
    dimension,
    probabilities,
    choose: (situation, seed) => chooseBy(situation, probabilities(situation), seed),
    estimate: ({ actions }) => ({
      means: new Float64Array(actions.length),
      deviations: new Float64Array(actions.length),
    }),
    update: () => undefined,
    forget: () => undefined,
    save: () =>
      packBytes({ kind: 'fixed', options: { dimension, action, floor }, actions: [] }, []),
  }
}
