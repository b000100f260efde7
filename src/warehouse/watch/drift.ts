import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { createRandom, type Random } from '../../core/random/random.ts'
import type { SqlValue } from '../../core/sql/database.ts'
import type { TemplateLoad, Workload } from '../types.ts'
import { driftDistance, driftDraws } from './knobs.ts'

/** How far two samples are apart, and how far they would be apart by chance. */
export interface Distance {
  /** 0: the same; 1: nothing in common. */
  readonly distance: number
  /** Chance alone goes beyond it once in a hundred times. */
  readonly threshold: number
  /** Beyond the threshold and beyond `warehouse.drift-distance`. */
  readonly hasDrifted: boolean
}

/** Drift of the constants of one template. */
export interface ConstantDrift extends Distance {
  readonly fingerprint: string
  /** The constant that moved most. */
  readonly slot: number
}

/** What changed between two periods. */
export interface DriftReport {
  /** Total variation between the shares of templates: ½ Σ |p − q|. */
  readonly templates: Distance
  /** Templates of one period that the other lacks, the most frequent first. */
  readonly appeared: readonly string[]
  readonly vanished: readonly string[]
  /** Templates of both whose constants could be compared, the furthest apart first. */
  readonly constants: readonly ConstantDrift[]
  readonly hasDrifted: boolean
}

const CHANCE = 0.01
/** More draws than this tell differences that nobody minds, and cost. */
const MOST_DRAWN = 2000
/** Fewer runs say nothing of constants. */
const LEAST_SAMPLE = 8

/**
 * Compares two periods: which templates were asked how often, and with which constants. Thresholds
 * come from resampling: both periods drawn from what they hold together, at their own sizes. Of the
 * constants of a template the largest distance is compared with the largest by chance, and the chance
 * is shared among all templates, so that many constants raise no false alarms.
 */
export function driftBetween(
  earlier: Workload,
  later: Workload,
  { seed, knobs }: { readonly seed: number; readonly knobs?: KnobSettings },
): DriftReport {
  const random = createRandom(`${seed} drift`)
  const draws = readKnob(driftDraws, knobs)
  const least = readKnob(driftDistance, knobs)
  const before = byFingerprint(earlier)
  const after = byFingerprint(later)
  const both = [...before.keys()].filter((fingerprint) => after.has(fingerprint))
  const templates = templateDistance(before, after, draws, least, random.split('templates'))
  const constants = both
    .flatMap((fingerprint) => {
      const of = random.split(fingerprint)
      const pair = [before.get(fingerprint)!, after.get(fingerprint)!] as const
      return constantDrift(fingerprint, pair, { draws, least, tests: both.length, random: of })
    })
    .sort((a, b) => b.distance - a.distance)
  return {
    templates,
    appeared: onlyIn(later, before),
    vanished: onlyIn(earlier, after),
    constants,
    hasDrifted: templates.hasDrifted || constants.some(({ hasDrifted }) => hasDrifted),
  }
}

type Loads = ReadonlyMap<string, TemplateLoad>

function byFingerprint({ templates }: Workload): Loads {
  return new Map(templates.map((load) => [load.template.fingerprint, load]))
}

function onlyIn({ templates }: Workload, other: Loads): readonly string[] {
  return templates
    .filter(({ template }) => !other.has(template.fingerprint))
    .sort((a, b) => b.count - a.count)
    .map(({ template }) => template.fingerprint)
}

function templateDistance(
  before: Loads,
  after: Loads,
  draws: number,
  least: number,
  random: Random,
): Distance {
  const names = [...new Set([...before.keys(), ...after.keys()])]
  const p = Float64Array.from(names, (name) => before.get(name)?.count ?? 0)
  const q = Float64Array.from(names, (name) => after.get(name)?.count ?? 0)
  const [n, m] = [sum(p), sum(q)]
  if (n === 0 || m === 0) return { distance: 0, threshold: 0, hasDrifted: false }
  const upTo = cumulative(p.map((count, i) => count + q[i]!))
  const chances = Array.from({ length: draws }, () =>
    totalVariation(
      drawCounts(upTo, Math.min(n, MOST_DRAWN), random),
      drawCounts(upTo, Math.min(m, MOST_DRAWN), random),
    ),
  )
  return judged(totalVariation(p, q), quantileOf(chances, 1 - CHANCE), least)
}

function judged(distance: number, threshold: number, least: number): Distance {
  return { distance, threshold, hasDrifted: distance > threshold && distance > least }
}

function sum(values: Float64Array): number {
  return values.reduce((a, b) => a + b, 0)
}

function cumulative(counts: Float64Array): Float64Array {
  const total = sum(counts)
  let so = 0
  return counts.map((count) => {
    so += count
    return so / total
  })
}

function drawCounts(upTo: Float64Array, n: number, random: Random): Float64Array {
  const counts = new Float64Array(upTo.length)
  for (let k = 0; k < n; k++) {
    const u = random.next()
    let low = 0
    let high = upTo.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (upTo[middle]! > u) high = middle
      else low = middle + 1
    }
    counts[low]!++
  }
  return counts
}

/** ½ Σ |pᵢ − qᵢ| of two sets of counts. */
function totalVariation(p: Float64Array, q: Float64Array): number {
  const [n, m] = [sum(p), sum(q)]
  let distance = 0
  for (let i = 0; i < p.length; i++) distance += Math.abs(p[i]! / n - q[i]! / m)
  return distance / 2
}

function quantileOf(values: readonly number[], level: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))]!
}

interface ConstantTest {
  readonly draws: number
  readonly least: number
  readonly tests: number
  readonly random: Random
}

function constantDrift(
  fingerprint: string,
  [before, after]: readonly [TemplateLoad, TemplateLoad],
  { draws, least, tests, random }: ConstantTest,
): readonly ConstantDrift[] {
  const rows = [...before.sample, ...after.sample].map(({ constants }) => constants)
  const n = before.sample.length
  const slots = rows[0]?.length ?? 0
  if (n < LEAST_SAMPLE || rows.length - n < LEAST_SAMPLE || slots === 0) return []
  const columns = Array.from({ length: slots }, (_, slot) => rows.map((row) => row[slot] ?? null))
  const ranked = columns.map(ranksOf)
  const order = Uint32Array.from(rows, (_, i) => i)
  const distances = ranked.map((column) => distanceOf(column, order, n))
  const slot = distances.indexOf(Math.max(...distances))
  const chances = Array.from({ length: draws }, () => {
    shuffle(order, random)
    return Math.max(...ranked.map((column) => distanceOf(column, order, n)))
  })
  const distance = distances[slot]!
  return [{ fingerprint, slot, ...judged(distance, tailOf(chances, CHANCE / tests), least) }]
}

/**
 * The value chance passes with probability `chance`, which may be rarer than the draws can show: the
 * tail beyond is taken to fall as that of a normal distribution with the draws' mean and spread.
 */
function tailOf(chances: readonly number[], chance: number): number {
  if (chance * chances.length >= 1) return quantileOf(chances, 1 - chance)
  const mean = chances.reduce((a, b) => a + b, 0) / chances.length
  const variance = chances.reduce((a, b) => a + (b - mean) ** 2, 0) / chances.length
  // Upper bound of the normal tail: P(Z > z) ≤ e^(−z²/2).
  const z = Math.sqrt(-2 * Math.log(chance))
  return Math.min(1, Math.max(Math.max(...chances), mean + z * Math.sqrt(variance)))
}

interface Ranked {
  /** Place of each row's value among the different values. */
  readonly ranks: Uint32Array
  readonly different: number
  /** Numbers have an order, so that near ones are near; texts are the same or not. */
  readonly isOrdered: boolean
}

function ranksOf(values: readonly SqlValue[]): Ranked {
  const isOrdered = values.every((value) => typeof value === 'number')
  const different = [...new Set(values)]
  if (isOrdered) different.sort((a, b) => (a as number) - (b as number))
  const rank = new Map(different.map((value, i) => [value, i]))
  return {
    ranks: Uint32Array.from(values, (value) => rank.get(value)!),
    different: different.length,
    isOrdered,
  }
}

/**
 * Distance of the first `n` rows of `order` from the rest: the largest gap of the distribution
 * functions for numbers (Kolmogorov and Smirnov), total variation for texts.
 */
function distanceOf(
  { ranks, different, isOrdered }: Ranked,
  order: Uint32Array,
  n: number,
): number {
  const gap = new Float64Array(different)
  const m = order.length - n
  for (let i = 0; i < order.length; i++) gap[ranks[order[i]!]!]! += i < n ? 1 / n : -1 / m
  if (!isOrdered) return gap.reduce((total, g) => total + Math.abs(g), 0) / 2
  let so = 0
  let widest = 0
  for (const g of gap) {
    so += g
    widest = Math.max(widest, Math.abs(so))
  }
  return widest
}

function shuffle(order: Uint32Array, random: Random): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.int(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
}
