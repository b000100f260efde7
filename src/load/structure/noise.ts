import { createRandom, type Random } from '../../core/random/random.ts'
import { robustScale } from './robust.ts'

/** What is left about base and events, by how long it lasts. */
export interface Noise {
  /** Standard deviation of single steps, log. */
  readonly step: number
  /** Standard deviation of what holds for hours, log. */
  readonly slow: number
  /** Standard deviation, in units of the profile's effect, of what moves within an event. */
  readonly event: number
}

/** Minutes between knots of the slow noise, and over how many minutes it forgets itself. */
export const KNOT_MINUTES = 10
const FORGET_MINUTES = 240
const EVENT_FORGET_MINUTES = 40

/** Blocks with a log effect beyond this tell of the noise within events. */
const STRONG = 0.4

/**
 * Splits the residual of base and events [count]: single steps by differences of neighbours, what lasts by
 * block means of an hour; within events by the residual over the size of their effect.
 */
export function measureNoise(residual: Float64Array, effect: Float64Array, stepMs: number): Noise {
  const differences = new Float64Array(residual.length)
  for (let t = 0; t < residual.length; t++) {
    differences[t] = t > 0 ? (residual[t]! - residual[t - 1]!) / Math.SQRT2 : Number.NaN
  }
  const step = robustScale(differences)
  const size = Math.max(1, Math.round((KNOT_MINUTES * 60_000) / stepMs))
  const ordinary: number[] = []
  const within: number[] = []
  for (let from = 0; from + size <= residual.length; from += size) {
    let [sum, reach] = [0, 0]
    for (let t = from; t < from + size; t++) {
      sum += residual[t]!
      reach += Math.abs(effect[t]!)
    }
    if (Number.isNaN(sum)) continue
    if (reach < 0.05 * size) ordinary.push(sum / size)
    else if (reach > STRONG * size) within.push(sum / reach)
  }
  const own = (step * step) / size
  const slow = Math.sqrt(Math.max(1e-6, robustScale(Float64Array.from(ordinary)) ** 2 - own))
  return { step, slow, event: within.length > 0 ? robustScale(Float64Array.from(within)) : 0 }
}

/** Standard noises that every path reads from a place of its own. */
export interface NoiseTables {
  /** Slow standard noise, one value a knot. */
  readonly slow: Float32Array
  readonly event: Float32Array
  /** Factor of single steps: exp(step × normal − step² / 2). */
  readonly step: Float64Array
}

const SLOW_SIZE = 1 << 16
const STEP_SIZE = 1 << 13

export function noiseTables(noise: Noise, knotMinutes: number, seed: number): NoiseTables {
  const random = createRandom(seed).split('noise')
  const step = new Float64Array(STEP_SIZE)
  const ofStep = random.split('step')
  for (let k = 0; k < STEP_SIZE; k++) {
    step[k] = Math.exp(noise.step * ofStep.normal() - 0.5 * noise.step * noise.step)
  }
  return {
    slow: ornsteinUhlenbeck(random.split('slow'), Math.exp(-knotMinutes / FORGET_MINUTES)),
    event: ornsteinUhlenbeck(random.split('event'), Math.exp(-knotMinutes / EVENT_FORGET_MINUTES)),
    step,
  }
}

/** x' = ρ x + √(1 − ρ²) ε, of variance 1; two values past the end repeat the start for reading between. */
function ornsteinUhlenbeck(random: Random, rho: number): Float32Array {
  const table = new Float32Array(SLOW_SIZE)
  const fresh = Math.sqrt(1 - rho * rho)
  let x = random.normal()
  for (let k = 0; k < SLOW_SIZE; k++) {
    table[k] = x
    x = rho * x + fresh * random.normal()
  }
  return table
}
