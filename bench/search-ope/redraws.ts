import { createRandom } from '../../src/core/index.ts'
import { bandits } from '../../src/learn/index.ts'
import { crossFittedRates } from './model.ts'
import { POSITIONS } from './read.ts'

/** Contexts with the chance of each item, and policies by position: a world whose truth is known. */
export interface SyntheticWorld {
  /** contexts × items. */
  readonly chances: Float64Array
  readonly positions: Int32Array
  readonly items: number
  /** Of each policy: POSITIONS × items. */
  readonly logging: Float64Array
  readonly target: Float64Array
}

/** What the target policy earns, exactly. */
export function truthOf({ chances, positions, items, target }: SyntheticWorld): number {
  let sum = 0
  positions.forEach((position, c) => {
    for (let a = 0; a < items; a++) sum += target[position * items + a]! * chances[c * items + a]!
  })
  return sum / positions.length
}

/** A log of `rows` rows drawn from the world by the logging policy. */
export function drawLog(world: SyntheticWorld, rows: number, seed: string): bandits.OffPolicyLog {
  const { chances, positions, items, logging, target } = world
  const random = createRandom(seed)
  const rewards = new Float64Array(rows)
  const weights = new Float64Array(rows)
  const drawn = new Int32Array(rows)
  const at = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const context = random.int(positions.length)
    const position = positions[context]!
    const policy = logging.subarray(position * items, (position + 1) * items)
    const item = bandits.pick(policy, random.next())
    drawn[i] = item
    at[i] = position
    rewards[i] = random.next() < chances[context * items + item]! ? 1 : 0
    weights[i] = target[position * items + item]! / policy[item]!
  }
  const { rateOf } = crossFittedRates(drawn, rewards, items)
  const predictedLogged = Float64Array.from(drawn, (item, i) => rateOf(i, item))
  const predictedTarget = Float64Array.from(at, (position, i) => {
    let sum = 0
    for (let a = 0; a < items; a++) sum += target[position * items + a]! * rateOf(i, a)
    return sum
  })
  return { rewards, weights, predictedLogged, predictedTarget }
}

/** Of each estimator: in how many of `redraws` logs its interval held the truth, and how wide it was. */
export function countCoverage(
  world: SyntheticWorld,
  rows: number,
  redraws: number,
  interval: bandits.IntervalName,
  level: number,
) {
  const truth = truthOf(world)
  const held = new Map<bandits.EstimatorName, { covered: number; width: number; bias: number }>()
  let warned = 0
  for (let r = 0; r < redraws; r++) {
    const log = drawLog(world, rows, `redraw ${r}`)
    const { estimates, overlap } = bandits.evaluateOffPolicy(log, {
      interval,
      level,
      seed: r,
      draws: 200,
    })
    if (overlap.isPoor) warned++
    for (const {
      estimator,
      value,
      interval: [low, high],
    } of estimates) {
      const entry = held.get(estimator) ?? { covered: 0, width: 0, bias: 0 }
      entry.covered += low <= truth && truth <= high ? 1 / redraws : 0
      entry.width += (high - low) / redraws
      entry.bias += (value - truth) / redraws
      held.set(estimator, entry)
    }
  }
  return { truth, held, warned: warned / redraws }
}

/**
 * Shares of items by position to the power of `sharpness` (the sharper, the less it shares with other
 * policies), a little smoothed so that none is impossible.
 */
export function sharesByPosition(
  items: Int32Array,
  positions: Int32Array,
  itemCount: number,
  sharpness = 1,
): Float64Array {
  const shares = new Float64Array(POSITIONS * itemCount).fill(1)
  items.forEach((item, i) => {
    const at = positions[i]! * itemCount + item
    shares[at] = shares[at]! + 1
  })
  for (let p = 0; p < POSITIONS; p++) {
    const row = shares.subarray(p * itemCount, (p + 1) * itemCount)
    const total = row.reduce((a, b) => a + b, 0)
    for (let a = 0; a < itemCount; a++) row[a] = (row[a]! / total) ** sharpness
    const powers = row.reduce((a, b) => a + b, 0)
    for (let a = 0; a < itemCount; a++) row[a] = row[a]! / powers
  }
  return shares
}
