import type { CostPrediction } from './cost-model.ts'
import type { ArmSeen } from './history.ts'

/** What is believed of a statement's time under each arm, the default first: logs of CPU ms. */
export interface Beliefs {
  readonly mean: Float64Array
  /** How far the mean may be off; of other arms beside that of the default. */
  readonly spread: Float64Array
}

/** One run of a statement is off its mean by about this (log): caches, neighbours, timers. */
const RUN_SPREAD = 0.15

/**
 * Times seen in the bucket of the statement, where there are any, over what the model expects: for
 * each arm a normal prior (model) and normal runs, mean = (m₀/s₀² + n x̄/s²) / (1/s₀² + n/s²).
 */
export function beliefs(
  arms: readonly string[],
  model: CostPrediction,
  seen: ReadonlyMap<string, ArmSeen> | undefined,
): Beliefs {
  const mean = new Float64Array(arms.length)
  const spread = new Float64Array(arms.length)
  const normal = update(model.logDefaultMs, model.defaultSpread, seen?.get(arms[0]!))
  mean[0] = normal.mean
  spread[0] = normal.spread
  // An arm that was seen tells of the default too, where the default was not: by the model's ratio.
  if (seen?.get(arms[0]!) === undefined) {
    for (const [a, arm] of arms.entries()) {
      const runs = a === 0 ? undefined : seen?.get(arm)
      if (runs === undefined) continue
      const told = { ...runs, meanLog: runs.meanLog - model.logRatio[a]! }
      const joint = update(mean[0], spread[0], told, model.spread[a]!)
      mean[0] = joint.mean
      spread[0] = joint.spread
    }
  }
  for (let a = 1; a < arms.length; a++) {
    const own = update(mean[0] + model.logRatio[a]!, model.spread[a]!, seen?.get(arms[a]!))
    mean[a] = own.mean
    spread[a] = own.spread
  }
  return { mean, spread }
}

function update(
  mean: number,
  spread: number,
  seen: ArmSeen | undefined,
  more = 0,
): { readonly mean: number; readonly spread: number } {
  if (seen === undefined) return { mean, spread }
  const prior = 1 / Math.max(spread, 1e-3) ** 2
  const noise = Math.max(RUN_SPREAD ** 2, seen.squares / Math.max(1, seen.runs - 1))
  const runs = 1 / (noise / seen.runs + more ** 2)
  return {
    mean: (mean * prior + seen.meanLog * runs) / (prior + runs),
    spread: Math.sqrt(1 / (prior + runs)),
  }
}
