import type { Keys } from './keys.ts'

/** From how many keys on a way is the faster one, measured on distributions of stores. */
export interface Crossovers {
  /** Below it the engine's sort, or a merge of rows. */
  readonly radix: number
  /** Below it the radix, which is quick while histograms and keys fit the second cache. */
  readonly learned: number
}

const FLOATS: Crossovers = { radix: 1000, learned: 30_000 }
const FLOATS_WITH_PAYLOAD: Crossovers = { radix: 256, learned: 40_000 }
const WHOLES: Crossovers = { radix: 800, learned: 400_000 }
const WHOLES_WITH_PAYLOAD: Crossovers = { radix: 256, learned: 700_000 }
const BIGS: Crossovers = { radix: 4096, learned: 150_000 }

/** Crossovers of a kind of keys. */
export function crossoversOf(keys: Keys, hasPayload: boolean): Crossovers {
  if (keys instanceof Float64Array) return hasPayload ? FLOATS_WITH_PAYLOAD : FLOATS
  if (hasPayload) return WHOLES_WITH_PAYLOAD
  return keys instanceof BigInt64Array ? BIGS : WHOLES
}

/** Whole numbers up to which the engine is quickest where nearly all are the same. */
export const MOST_MONOTONOUS = 2000
const GLANCES = 64
const SAME = 48

/** Whether, at a glance, nearly all keys are one: in short arrays the engine passes over those. */
export function isMonotonous(keys: Keys): boolean {
  const middle = keys[keys.length >> 1]!
  let same = 0
  for (let i = 0; i < GLANCES; i++) {
    if (keys[Math.floor(((i + 0.5) * keys.length) / GLANCES)] === middle) same++
  }
  return same >= SAME
}

/** Glances of 64 that may speak against it: with more the merge would set too many aside. */
const FALLS = 8

/** Whether, at a glance, hardly any key is below the one before it, or below one far before it. */
export function isNearlyRising(keys: Keys): boolean {
  let [falls, farFalls] = [0, 0]
  let farBefore = keys[0]!
  for (let i = 0; i < GLANCES; i++) {
    const at = Math.floor(((i + 0.5) * (keys.length - 1)) / GLANCES)
    if (keys[at]! > keys[at + 1]!) falls++
    if (keys[at]! < farBefore) farFalls++
    farBefore = keys[at]!
  }
  return falls <= FALLS && farFalls <= FALLS
}

/** From so many keys on a radix of two passes is quicker than a model of whole numbers that travel wide. */
const LEAST_TWO_DIGITS = 500_000
const DIGIT_BITS = 11n

/**
 * Whether the radix has, at a glance, two passes at most, over many whole numbers of 64 bits or with
 * payload: then it moves less than a model does.
 */
export function isQuickRadix(keys: Keys, hasPayload: boolean): boolean {
  if (keys instanceof Float64Array || keys.length < LEAST_TWO_DIGITS) return false
  if (!hasPayload && !(keys instanceof BigInt64Array)) return false
  const first = BigInt(keys[0]!)
  let differing = 0n
  for (let i = 0; i < GLANCES; i++) {
    differing |= first ^ BigInt(keys[Math.floor(((i + 0.5) * keys.length) / GLANCES)]!)
  }
  let bits = BigInt.asUintN(64, differing)
  let digits = 0
  for (; bits > 0n; bits >>= DIGIT_BITS) digits += bits % (1n << DIGIT_BITS) > 0n ? 1 : 0
  return digits <= 2
}
