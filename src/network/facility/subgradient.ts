import type { Relaxation, SiteStates } from './relaxation.ts'

/** How the prices are moved. */
export interface SubgradientOptions {
  /** Iterations at most. */
  readonly iterations: number
  /** Iterations without a better bound after which the step is halved. */
  readonly patience: number
  /** Step factor at the start (Polyak's is between 0 and 2) and at which to end. */
  readonly firstStep: number
  readonly lastStep: number
  /** The value of the best solution known; the search ends once the bound reaches it. Asked each time. */
  readonly upper: () => number
  /** Called after each evaluation, `better` where it raised the bound; true ends the search. */
  readonly onEvaluated?: (relaxation: Relaxation, iteration: number, better: boolean) => boolean
}

/** Where a search for prices ended. */
export interface PriceSearch {
  /** The highest bound met, and the prices there. */
  readonly bound: number
  readonly prices: Float64Array
  /** Mean of y over the last iterations, weighted towards the end: near the fractional optimum. */
  readonly meanOpen: Float64Array
  readonly iterations: number
}

/** Share of the old direction that stays in the new one. */
const INERTIA = 0.7
/** Weight of the newest y in the mean. */
const NEWEST = 0.05

/**
 * Maximizes L(u) from `start` by subgradients with deflected directions (Camerini, Fratta and
 * Maffioli 1975) and Polyak steps t = λ (upper − L) / ‖g‖²; λ halves when the bound stands still.
 */
export function searchPrices(
  relaxation: Relaxation,
  states: SiteStates,
  start: Float64Array,
  options: SubgradientOptions,
): PriceSearch {
  const prices = start.slice()
  let best = start.slice()
  let bound = -Infinity
  let lambda = options.firstStep
  let waited = 0
  const direction = new Float64Array(prices.length)
  const meanOpen = Float64Array.from(states, (state) => (state === 1 ? 1 : 0))
  let iteration = 0
  for (; iteration < options.iterations && lambda > options.lastStep; iteration++) {
    const value = relaxation.evaluate(prices, states)
    if (value === Infinity) return { bound: value, prices: best, meanOpen, iterations: iteration }
    average(meanOpen, relaxation.chosen, iteration === 0 ? 1 : NEWEST)
    const better = value > bound
    waited = value > bound + 1e-6 * Math.abs(bound) ? 0 : waited + 1
    if (better) {
      bound = value
      best = prices.slice()
    }
    if (options.onEvaluated?.(relaxation, iteration, better) === true) break
    const gap = options.upper() - value
    if (options.upper() - bound <= 1e-9 * Math.abs(bound)) break
    if (waited >= options.patience) {
      lambda /= 2
      waited = 0
      prices.set(best)
      direction.fill(0)
      continue
    }
    if (!step(prices, direction, relaxation.served, lambda * gap)) break
  }
  return { bound, prices: best, meanOpen, iterations: iteration }
}

/** u += (length / ‖direction‖²) · direction; false where nothing is left to move. */
function step(
  prices: Float64Array,
  direction: Float64Array,
  served: Float64Array,
  length: number,
): boolean {
  let norm = 0
  let moved = 0
  for (let j = 0; j < prices.length; j++) {
    const g = 1 - served[j]!
    moved += g * g
    direction[j] = INERTIA * direction[j]! + g
    norm += direction[j]! ** 2
  }
  if (moved < 1e-18 || norm < 1e-18) return false
  const factor = length / norm
  for (let j = 0; j < prices.length; j++) prices[j] = prices[j]! + factor * direction[j]!
  return true
}

function average(mean: Float64Array, chosen: Uint8Array, weight: number): void {
  for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + weight * (chosen[i]! - mean[i]!)
}
