import { betaI } from '../../core/distributions/special.ts'
import { requireArgument, requireFinite } from '../../core/errors.ts'
import { packBytes } from './bytes.ts'
import { checkSituation, chooseBy, withFloor } from './draw.ts'
import type { Bandit, Estimate, Outcome, Situation } from './types.ts'

export interface BetaOptions {
  /** Features an action, which it does not look at: it fits where other bandits do. Default 0. */
  readonly dimension?: number
  /** Clicks and non-clicks that the prior counts. Default 1 and 1. */
  readonly prior?: readonly [clicks: number, others: number]
  readonly halfLifeMs?: number
  readonly floor?: number
}

/** Clicks, non-clicks and time of the last one, of each action. */
export type SavedCounts = ReadonlyMap<number, readonly [clicks: number, others: number, at: number]>

/**
 * Beta-Bernoulli Thompson sampling: each action's click rate has a Beta posterior (its prior plus
 * what was seen, forgotten by the half-life), and an action is chosen with the probability that its
 * rate is the highest, integrated numerically: no draws. Sources: Thompson 1933; Chapelle & Li 2011.
 */
export function betaThompson(options: BetaOptions = {}, saved: SavedCounts = new Map()): Bandit {
  const { dimension = 0, prior = [1, 1], halfLifeMs = Infinity, floor = 0 } = options
  requireArgument(prior[0] > 0 && prior[1] > 0, `prior ${prior}: both counts must be above 0`)
  requireArgument(halfLifeMs > 0, `halfLifeMs is ${halfLifeMs}: it must be above 0`)
  requireArgument(floor >= 0 && floor <= 1, `floor is ${floor}: it lies in [0, 1]`)
  const counts = new Map(
    [...saved].map(([action, c]) => [action, [...c] as [number, number, number]]),
  )
  const betasOf = ({ actions }: Situation) =>
    Array.from(actions, (action) => {
      const [clicks, others] = counts.get(action) ?? [0, 0]
      return [prior[0] + clicks, prior[1] + others] as const
    })
  const probabilities = (situation: Situation) => {
    checkSituation(situation, dimension)
    return withFloor(chanceOfBest(betasOf(situation)), floor)
  }
  return {
    name: 'beta-thompson',
    dimension,
    probabilities,
    choose: (situation, seed) => chooseBy(situation, probabilities(situation), seed),
    estimate: (situation) => {
      checkSituation(situation, dimension)
      return momentsOf(betasOf(situation))
    },
    update: (outcome) => count(counts, outcome, halfLifeMs),
    forget: (at) => {
      for (const entry of counts.values()) fade(entry, at, halfLifeMs)
    },
    save: () => saveCounts({ dimension, prior, halfLifeMs, floor }, counts),
  }
}

type Entry = [clicks: number, others: number, at: number]

function count(
  counts: Map<number, Entry>,
  { action, reward, at }: Outcome,
  halfLifeMs: number,
): void {
  requireArgument(reward >= 0 && reward <= 1, `reward is ${reward}: clicks lie in [0, 1]`)
  requireFinite(at, 'at')
  const entry: Entry = counts.get(action) ?? [0, 0, at]
  fade(entry, at, halfLifeMs)
  entry[0] += reward
  entry[1] += 1 - reward
  counts.set(action, entry)
}

function fade(entry: Entry, at: number, halfLifeMs: number): void {
  if (!(at > entry[2])) return
  const share = halfLifeMs === Infinity ? 1 : 2 ** ((entry[2] - at) / halfLifeMs)
  entry[0] *= share
  entry[1] *= share
  entry[2] = at
}

function momentsOf(betas: readonly (readonly [number, number])[]): Estimate {
  const means = Float64Array.from(betas, ([a, b]) => a / (a + b))
  const deviations = Float64Array.from(betas, ([a, b]) =>
    Math.sqrt((a * b) / ((a + b) ** 2 * (a + b + 1))),
  )
  return { means, deviations }
}

const PLACES_AN_ACTION = 24
const PLACES = 96
const REACH = 7

/**
 * P(row k is the highest) of independent Betas: Σ over intervals of F_k's rise × the mean of
 * Π_{j≠k} F_j at the ends, on a grid through every action's quantiles; it sums to 1.
 */
export function chanceOfBest(betas: readonly (readonly [a: number, b: number])[]): Float64Array {
  const n = betas.length
  if (n === 1) return Float64Array.of(1)
  const grid = gridOf(betas)
  const out = new Float64Array(n)
  let before = betas.map(() => 0)
  let othersBefore: Float64Array = new Float64Array(n)
  for (const x of grid) {
    const now = betas.map(([a, b]) => (x >= 1 ? 1 : betaI(a, b, x)))
    const others = productsOfOthers(now)
    for (let k = 0; k < n; k++) {
      const rise = Math.max(0, now[k]! - before[k]!)
      out[k] = out[k]! + (rise * (others[k]! + othersBefore[k]!)) / 2
    }
    before = now
    othersBefore = others
  }
  const total = out.reduce((a, b) => a + b, 0)
  // Below what the integral can tell from zero, the smallest chance is kept: nothing is impossible.
  const tiny = 1e-12
  return out.map((v) => (v / total + tiny) / (1 + n * tiny))
}

/** Places in (0, 1] where some action that may be best has mass, rising; the last is 1. */
function gridOf(betas: readonly (readonly [number, number])[]): number[] {
  const { means, deviations } = momentsOf(betas)
  let low = 0
  means.forEach((mean, i) => {
    low = Math.max(low, mean - REACH * deviations[i]!)
  })
  const places = new Set<number>([1])
  for (let i = 0; i <= PLACES; i++) places.add(low + ((1 - low) * (i + 1e-9)) / PLACES)
  means.forEach((mean, i) => {
    for (let s = 0; s <= PLACES_AN_ACTION; s++) {
      const x = mean + deviations[i]! * REACH * ((2 * s) / PLACES_AN_ACTION - 1)
      if (x > low && x < 1) places.add(x)
    }
  })
  return [...places].filter((x) => x > 0 && x <= 1).sort((a, b) => a - b)
}

/** Π of all values but the k-th, by running products from both ends. */
function productsOfOthers(values: readonly number[]): Float64Array {
  const n = values.length
  const out = new Float64Array(n).fill(1)
  let left = 1
  let right = 1
  for (let k = 0; k < n; k++) {
    out[k] = out[k]! * left
    left *= values[k]!
    out[n - 1 - k] = out[n - 1 - k]! * right
    right *= values[n - 1 - k]!
  }
  return out
}

function saveCounts(
  options: Required<BetaOptions>,
  counts: ReadonlyMap<number, Entry>,
): Uint8Array {
  const known = [...counts].sort(([a], [b]) => a - b)
  const halfLifeMs = options.halfLifeMs === Infinity ? 'Infinity' : options.halfLifeMs
  const header = {
    kind: 'beta-thompson',
    options: { ...options, halfLifeMs },
    actions: known.map(([a]) => a),
  }
  return packBytes(
    header,
    known.map(([, entry]) => Float64Array.from(entry)),
  )
}
