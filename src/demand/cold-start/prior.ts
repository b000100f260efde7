import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { launchOf } from '../launch.ts'
import {
  AGE_BINS,
  type AgeClock,
  ageBin,
  type Evidence,
  gatherEvidence,
  openBuckets,
  type StartProfile,
} from './evidence.ts'
import { FIRST_SHARE, LIKE_PRIOR, RATE_PRIOR, SIZE_CAP, SIZE_PRIOR } from './knobs.ts'
import type { Likeness, LikenessIndex } from './likeness.ts'

/** How often and how much a series sells: relative to the age profile, and units a sale. */
export interface Level {
  readonly rate: number
  readonly size: number
}

/** Levels of all series at an origin, and what they make of one of them. */
export interface Levels {
  readonly origin: number
  /** Those before the origin, by series. */
  readonly evidence: readonly Evidence[]
  /** Of all series together. */
  readonly all: Level
  /** Series that had a life before the origin. */
  readonly isKnown: (series: number) => boolean
}

/** What stays the same from origin to origin. */
export interface ColdStart {
  readonly panel: Panel
  readonly clock: AgeClock
  readonly profile: StartProfile
  readonly index: LikenessIndex
  readonly settings: KnobSettings
  /** How recent new products did relative to their likes. */
  readonly launch: number
}

/** Expected days with a sale at which a like counts half. */
const LIFE_PRIOR = 2
/** Series alike that are asked. */
const LIKES = 40

/** Evidence of every series in its last buckets before `origin`. */
export function levelsAt(model: ColdStart, origin: number): Levels {
  const { panel, clock, profile, settings } = model
  const counted = {
    cap: readKnob(SIZE_CAP, settings),
    firstShare: readKnob(FIRST_SHARE, settings),
  }
  const isSeller = openBuckets(panel)
  let sales = 0
  let expected = 0
  let units = 0
  let sized = 0
  const evidence = panel.ids.map((_, i) => {
    const one = gatherEvidence(panel, clock, profile, isSeller, i, origin, counted)
    sales += one.sales
    expected += one.expected
    units += one.units
    sized += one.sized
    return one
  })
  const all = {
    rate: expected > 0 ? sales / expected : profile.size > 0 ? 1 : 0,
    size: sized > 0 ? units / sized : profile.size,
  }
  const isKnown = (i: number) => evidence[i]!.expected > 0 || evidence[i]!.sized > 0
  return { origin, evidence, all, isKnown }
}

/** Posterior level of a series: (prior + seen) / (prior / mean + expected), for sales and units. */
export function posterior(model: ColdStart, prior: Level, own: Evidence): Level {
  const a = readKnob(RATE_PRIOR, model.settings)
  const k = readKnob(SIZE_PRIOR, model.settings)
  return {
    rate: prior.rate > 0 ? (a + own.sales) / (a / prior.rate + own.expected) : 0,
    size: (k * prior.size + own.units) / (k + own.sized),
  }
}

/** What is expected of a series before its own sales count, and of whom it was learned. */
export interface Borrowed {
  readonly level: Level
  /** Shares of the likes in what was borrowed; the rest is that of all series. */
  readonly likes: readonly Likeness[]
}

/**
 * Mean level of the likes, weighted by likeness, with all series as `demand.cold-like-prior` likes
 * more; sizes are weighted by how often each sells, so that rate × size is the mean of their sales.
 */
export function borrow(model: ColdStart, levels: Levels, series: number): Borrowed {
  const { all, evidence, isKnown } = levels
  // A like that has lived for a few days alone says little itself: a family launched together must
  // not vouch for its own first day.
  const likes = model.index.find(series, LIKES, isKnown).map((like) => {
    const { expected } = evidence[like.series]!
    return { ...like, weight: (like.weight * expected) / (expected + LIFE_PRIOR) }
  })
  let weight = readKnob(LIKE_PRIOR, model.settings)
  let rate = weight * all.rate
  let units = rate * all.size
  for (const like of likes) {
    const level = posterior(model, all, evidence[like.series]!)
    weight += like.weight
    rate += like.weight * level.rate
    units += like.weight * level.rate * level.size
  }
  return {
    level: { rate: rate / weight, size: rate > 0 ? units / rate : all.size },
    likes: likes
      .map((like) => ({ ...like, weight: like.weight / weight }))
      .sort((a, b) => b.weight - a.weight),
  }
}

/** Imagined new products that did as their likes, against which recent ones are weighed. */
const STEADY_LAUNCHES = 5

/**
 * How much more the products launched in the last weeks before `end` sold after their first bucket
 * than their likes and the age profile let expect; 1 where few were launched, 0.5 to 2.
 */
export function launchFactor(model: Omit<ColdStart, 'launch'>, end: number): number {
  const { panel, clock, profile } = model
  const whole: ColdStart = { ...model, launch: 1 }
  const span = 4 * clock.binWidth
  const origin = end - clock.young - span
  const levels = levelsAt(whole, origin)
  const isSeller = openBuckets(panel)
  let seen = 0
  let wanted = 0
  let launches = 0
  for (let i = 0; i < panel.ids.length; i++) {
    const born = panel.firstBucket[i]!
    if (born < Math.max(origin, profile.bornFrom) || born > end - span) continue
    const length = panel.offsets[i + 1]! - panel.offsets[i]!
    const { level } = borrow(whole, levels, i)
    launches++
    for (let age = 1; age < Math.min(span, length); age++) {
      const y = panel.values[panel.offsets[i]! + age]!
      if (Number.isNaN(y) || !isSeller(born + age)) continue
      seen += y
      wanted += level.rate * level.size * profile.rate[ageBin(clock, age)]!
    }
  }
  const steady = launches > 0 ? (STEADY_LAUNCHES * wanted) / launches : 0
  return steady > 0 ? Math.max(0.5, Math.min(2, (seen + steady) / (wanted + steady))) : 1
}

/** The age bin of a series whose start was not seen is the last. */
export function binAt(
  { panel, clock, profile }: ColdStart,
  i: number,
  bucket: number,
  origin: number,
): number {
  const born = panel.firstBucket[i]!
  if (born < profile.bornFrom) return AGE_BINS - 1
  // A series that has not begun is taken to begin at its launch, or at the origin.
  const begin = Math.max(Math.min(born, origin), launchOf(panel, i) ?? origin)
  return ageBin(clock, Math.max(0, bucket - begin))
}
