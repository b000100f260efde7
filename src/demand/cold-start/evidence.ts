import type { Panel } from '../../core/panel.ts'
import { isOpenBucket } from '../axis.ts'

/** How the buckets of a panel are counted for young series. */
export interface AgeClock {
  /** Buckets in a step of the age profile: a week of days. */
  readonly binWidth: number
  /** Series younger than this many buckets are young. */
  readonly young: number
  /** Length of the pattern within a week or a day. */
  readonly season: number
}

/** Steps of the age profile; the last stands for every later age. */
export const AGE_BINS = 12

/** The clock of a panel, `youngDays` long. */
export function ageClock({ buckets }: Panel, youngDays: number): AgeClock {
  switch (buckets.frequency) {
    case 'H':
      return { binWidth: 168, young: Math.ceil(24 * youngDays), season: 24 }
    case 'D':
      return { binWidth: 7, young: Math.ceil(youngDays), season: 7 }
    case 'W':
      return { binWidth: 1, young: Math.ceil(youngDays / 7), season: 1 }
    case 'M':
      return { binWidth: 1, young: Math.max(2, Math.ceil(youngDays / 30)), season: 1 }
  }
}

export function ageBin(clock: AgeClock, age: number): number {
  return Math.min(AGE_BINS - 1, Math.floor(age / clock.binWidth))
}

/** What was learned from all series: how young ones start, and how buckets of a season differ. */
export interface StartProfile {
  /** Chance of a sale in an open bucket, by age bin. */
  readonly rate: Float64Array
  /** Mean units of a bucket with a sale. */
  readonly size: number
  /** Chance of a sale at a phase of the season over the mean one. */
  readonly phases: Float64Array
  /** Sizes over their series' mean size, sorted, by level (k + ½) / length. */
  readonly sizes: Float64Array
  /** First bucket of the panel from which on a first sale is taken for the start of a series. */
  readonly bornFrom: number
}

/** What one series showed in its last buckets before an origin. */
export interface Evidence {
  /** Buckets with a sale; the first of a life, which is one by definition, is left out. */
  sales: number
  /** What the profile would have let expect of them. */
  expected: number
  /** Units in buckets with a sale, large ones capped, and how many such buckets. */
  units: number
  sized: number
}

/** True where the panel sells in the bucket. */
export function openBuckets(panel: Panel): (bucket: number) => boolean {
  return (bucket) => isOpenBucket(panel, bucket)
}

export const phaseOf = (bucket: number, season: number) => ((bucket % season) + season) % season

/**
 * Learns from the buckets before `end`: rates by age from series whose start was seen (from all
 * where none was), rates by phase and sizes from all.
 */
export function learnStart(panel: Panel, clock: AgeClock, end: number): StartProfile {
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), end)
  const bornFrom = first + Math.min(4 * clock.binWidth, clock.young)
  const isSeller = openBuckets(panel)
  const seen = new Float64Array(AGE_BINS)
  const days = new Float64Array(AGE_BINS)
  const phaseSeen = new Float64Array(clock.season)
  const phaseDays = new Float64Array(clock.season)
  let units = 0
  let sold = 0
  let oldSeen = 0
  let oldDays = 0
  for (let i = 0; i < panel.ids.length; i++) {
    const born = panel.firstBucket[i]!
    const isBorn = born >= bornFrom
    const stop = Math.min(end, born + panel.offsets[i + 1]! - panel.offsets[i]!)
    for (let t = born; t < stop; t++) {
      const y = panel.values[panel.offsets[i]! + t - born]!
      if (Number.isNaN(y) || !isSeller(t)) continue
      const sells = y > 0 ? 1 : 0
      phaseSeen[phaseOf(t, clock.season)]! += sells
      phaseDays[phaseOf(t, clock.season)]! += 1
      units += y > 0 ? y : 0
      sold += sells
      oldSeen += sells
      oldDays += 1
      if (!isBorn || t === born) continue
      const bin = ageBin(clock, t - born)
      seen[bin]! += sells
      days[bin]! += 1
    }
  }
  const usual = (oldSeen + 0.5) / (oldDays + 1)
  // Steps that few have reached lean on the one before, the first on all series.
  const rate = new Float64Array(AGE_BINS)
  for (let bin = 0; bin < AGE_BINS; bin++) {
    const before = bin === 0 ? usual : rate[bin - 1]!
    rate[bin] = (seen[bin]! + 50 * before) / (days[bin]! + 50)
  }
  return {
    rate,
    size: sold > 0 ? units / sold : 0,
    phases: phaseSeen.map((s, p) => (s + 20 * usual) / (phaseDays[p]! + 20) / usual),
    sizes: sizePool(panel, end),
    bornFrom,
  }
}

const POOL = 200
const SAMPLE = 60_000

/** Units of buckets with a sale over their series' mean, thinned to POOL quantiles of mean 1. */
function sizePool(panel: Panel, end: number): Float64Array {
  const ratios: number[] = []
  const stride = Math.max(1, Math.floor(panel.values.length / (4 * SAMPLE)))
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]!
    const stop = Math.min(panel.offsets[i + 1]!, from + Math.max(0, end - panel.firstBucket[i]!))
    let sum = 0
    let count = 0
    for (let at = from; at < stop; at++) {
      if (!(panel.values[at]! > 0)) continue
      sum += panel.values[at]!
      count++
    }
    if (count < 2) continue
    for (let at = from + (i % stride); at < stop; at += stride) {
      if (panel.values[at]! > 0) ratios.push((panel.values[at]! * count) / sum)
    }
  }
  if (ratios.length === 0) return Float64Array.of(1)
  const sorted = Float64Array.from(ratios).sort()
  const pool = Float64Array.from({ length: Math.min(POOL, sorted.length) }, (_, k) => {
    const length = Math.min(POOL, sorted.length)
    return sorted[Math.floor(((k + 0.5) / length) * sorted.length)]!
  })
  const mean = pool.reduce((a, b) => a + b, 0) / pool.length
  return pool.map((x) => x / mean)
}

/** The first bucket of a life is cut this many times lower than others. */
const FIRST_CUT = 3

/** How large sales and first ones count. */
export interface EvidenceKnobs {
  /** Mean sizes at which a bucket is cut. */
  readonly cap: number
  /** Weight of the first bucket of a life in its size. */
  readonly firstShare: number
}

/** What series `i` showed in the `clock.young` buckets before `origin`. */
export function gatherEvidence(
  panel: Panel,
  clock: AgeClock,
  profile: StartProfile,
  isSeller: (bucket: number) => boolean,
  i: number,
  origin: number,
  { cap, firstShare }: EvidenceKnobs,
): Evidence {
  const born = panel.firstBucket[i]!
  const isBorn = born >= profile.bornFrom
  const stop = Math.min(origin, born + panel.offsets[i + 1]! - panel.offsets[i]!)
  const evidence: Evidence = { sales: 0, expected: 0, units: 0, sized: 0 }
  for (let t = Math.max(born, origin - clock.young); t < stop; t++) {
    const y = panel.values[panel.offsets[i]! + t - born]!
    if (Number.isNaN(y) || !isSeller(t)) continue
    if (y > 0) {
      // Whoever waited for it buys on the first day: it says less than a later one.
      const isFirst = isBorn && t === born
      const weight = isFirst ? firstShare : 1
      const most = isFirst ? cap / FIRST_CUT : cap
      evidence.units += weight * Math.min(y, most * profile.size)
      evidence.sized += weight
    }
    if (isBorn && t === born && y > 0) continue
    const bin = isBorn ? ageBin(clock, t - born) : AGE_BINS - 1
    evidence.expected += profile.rate[bin]! * profile.phases[phaseOf(t, clock.season)]!
    if (y > 0) evidence.sales += 1
  }
  return evidence
}
