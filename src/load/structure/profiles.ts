import { BINS, START_AT, TAIL_AT } from './place.ts'
import { bisquare, robustScale } from './robust.ts'
import type { EventKinds, EventSpan } from './spans.ts'

/** Profiles of kinds and strengths of events: log load = base + Σ strength × profile[bin]. */
export interface EventFit {
  /** [kinds] of [BINS]: log effect of an event of strength 1, of mean square 1 between start and end. */
  readonly profiles: readonly Float64Array[]
  /** [spans] strength of each event; NaN where its steps are unknown. */
  readonly strength: Float64Array
  /** [spans] share of each event that was seen, 0 … 1: Σ profile² over its known steps ÷ that of all. */
  readonly seen: Float64Array
}

const ROUNDS = 5
const FURTHER_ROUNDS = 2
/** Share of an event that must be seen before its strength is told. */
const LEAST_SEEN = 0.1
/** Neighbouring bins are held together as if by so many steps. */
const SMOOTHNESS = 2

/**
 * Learns profiles and strengths in turns from the residuals of the base, [count], NaN where unknown: what
 * the other events of the moment do is taken out first; a strength is the least-squares multiple of the
 * profile (bisquare weights), a profile the mean over events weighted by strength, drawn to that of all
 * kinds by `shrinkage` imagined events. From `start`, the fit of the first spans, fewer rounds are needed.
 */
export function fitEvents(
  residual: Float64Array,
  spans: readonly EventSpan[],
  kinds: EventKinds,
  shrinkage: number,
  start?: EventFit,
): EventFit {
  const strength = new Float64Array(spans.length).fill(1)
  const seen = new Float64Array(spans.length).fill(1)
  let profiles: readonly Float64Array[] =
    start?.profiles ?? kinds.names.map(() => new Float64Array(BINS))
  // Spans of the former fit come first, in the same order.
  start?.strength.forEach((s, e) => {
    if (e < strength.length && !Number.isNaN(s)) strength[e] = s
  })
  for (let round = 0; round < (start ? FURTHER_ROUNDS : ROUNDS); round++) {
    const left = leftOver(residual, spans, profiles, strength)
    profiles = learnProfiles(left, spans, profiles, strength, seen, kinds, shrinkage)
    const next = leftOver(residual, spans, profiles, strength)
    spans.forEach((span, e) => {
      const found = strengthOf(next, span, profiles[span.kind]!, strength[e]!)
      strength[e] = found.strength
      seen[e] = found.seen
    })
  }
  return { profiles, strength, seen }
}

/** Profile at a fractional bin, straight between the middles of bins. */
export function profileAt(profile: Float64Array, bin: number): number {
  if (!(bin >= 0)) return 0
  const at = bin - 0.5
  const low = Math.floor(at)
  // Start and end are edges: what is before one does not run over into what is behind it.
  const edge = low + 1 === START_AT || low + 1 === TAIL_AT
  if (edge) return profile[bin < low + 1 ? low : low + 1]!
  const a = profile[Math.max(0, low)]!
  const b = profile[Math.min(BINS - 1, low + 1)]!
  return a + (b - a) * (at - low)
}

/** Adds strength × profile of an event to `curve`, whose first step is `offset` on the axis of the spans. */
export function addEvent(
  curve: Float64Array,
  span: EventSpan,
  profile: Float64Array,
  strength: number,
  offset = 0,
): void {
  const first = Math.max(span.from, offset)
  const end = Math.min(span.to, offset + curve.length)
  for (let t = first; t < end; t++) {
    curve[t - offset] =
      curve[t - offset]! + strength * profileAt(profile, span.bins[t - span.from]!)
  }
}

function leftOver(
  residual: Float64Array,
  spans: readonly EventSpan[],
  profiles: readonly Float64Array[],
  strength: Float64Array,
): Float64Array {
  const left = residual.slice()
  spans.forEach((span, e) => {
    const s = strength[e]!
    if (!Number.isNaN(s)) addEvent(left, span, profiles[span.kind]!, -s)
  })
  return left
}

function learnProfiles(
  left: Float64Array,
  spans: readonly EventSpan[],
  profiles: readonly Float64Array[],
  strength: Float64Array,
  seen: Float64Array,
  kinds: EventKinds,
  shrinkage: number,
): Float64Array[] {
  const sums = kinds.names.map(() => new Float64Array(BINS))
  const weights = kinds.names.map(() => new Float64Array(BINS))
  const events = new Float64Array(kinds.names.length)
  spans.forEach((span, e) => {
    const s = strength[e]!
    // What stands against the mean of its kind says little about the profile.
    if (!(s > 0 && seen[e]! > 0)) return
    const profile = profiles[span.kind]!
    const [sum, weight] = [sums[span.kind]!, weights[span.kind]!]
    events[span.kind] = events[span.kind]! + s * s
    for (let t = Math.max(0, span.from); t < Math.min(left.length, span.to); t++) {
      const r = left[t]!
      const bin = span.bins[t - span.from]!
      if (Number.isNaN(r) || Number.isNaN(bin)) continue
      const j = Math.min(BINS - 1, Math.floor(bin))
      const own = r + s * profileAt(profile, bin)
      sum[j] = sum[j]! + s * own
      weight[j] = weight[j]! + s * s
    }
  })
  return combine(sums, weights, events, shrinkage)
}

/** Profiles of kinds drawn to that of all kinds, smooth over empty bins, of mean square 1 inside. */
function combine(
  sums: readonly Float64Array[],
  weights: readonly Float64Array[],
  events: Float64Array,
  shrinkage: number,
): Float64Array[] {
  const total = (rows: readonly Float64Array[]) =>
    Float64Array.from({ length: BINS }, (_, j) => rows.reduce((a, row) => a + row[j]!, 0))
  const [allSum, allWeight] = [total(sums), total(weights)]
  const allEvents = events.reduce((a, b) => a + b, 0)
  const common = smoothBins(allSum, allWeight, SMOOTHNESS)
  return sums.map((sum, k) => {
    const mixedSum = new Float64Array(BINS)
    const mixedWeight = new Float64Array(BINS)
    for (let j = 0; j < BINS; j++) {
      const imagined = allEvents > 0 ? (shrinkage * allWeight[j]!) / allEvents : 0
      mixedSum[j] = sum[j]! + imagined * common[j]!
      mixedWeight[j] = weights[k]![j]! + imagined
    }
    return ofSizeOne(smoothBins(mixedSum, mixedWeight, SMOOTHNESS))
  })
}

/** Solves (W + λ D'D) p = s: means of bins, neighbours held together, but not across start and end. */
function smoothBins(sums: Float64Array, weights: Float64Array, lambda: number): Float64Array {
  const n = sums.length
  const tie = (j: number) => (j === START_AT || j === TAIL_AT ? 1e-3 * lambda : lambda)
  const upper = new Float64Array(n)
  const solved = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    const [back, ahead] = [j > 0 ? tie(j) : 0, j + 1 < n ? tie(j + 1) : 0]
    const pivot = weights[j]! + 1e-9 + back + ahead - (j > 0 ? back * upper[j - 1]! : 0)
    upper[j] = ahead / pivot
    solved[j] = (sums[j]! + (j > 0 ? back * solved[j - 1]! : 0)) / pivot
  }
  for (let j = n - 2; j >= 0; j--) solved[j] = solved[j]! + upper[j]! * solved[j + 1]!
  return solved
}

function ofSizeOne(profile: Float64Array): Float64Array {
  let square = 0
  for (let j = START_AT; j < TAIL_AT; j++) square += profile[j]! * profile[j]!
  const size = Math.sqrt(square / (TAIL_AT - START_AT))
  // An event that does nothing keeps a profile of nothing, and one that lowers load one below 0.
  return size > 1e-6 ? profile.map((p) => p / size) : profile.fill(0)
}

function strengthOf(left: Float64Array, span: EventSpan, profile: Float64Array, current: number) {
  const first = Math.max(0, span.from)
  const end = Math.min(left.length, span.to)
  const own = left.subarray(first, Math.max(first, end))
  const scale = Math.max(0.02, robustScale(own))
  let [top, bottom, known, whole] = [0, 0, 0, 0]
  span.bins.forEach((bin, k) => {
    const t = span.from + k
    const p = profileAt(profile, bin)
    whole += p * p
    const r = t >= first && t < end ? left[t]! : Number.NaN
    if (Number.isNaN(r)) return
    known += p * p
    const w = bisquare(r, scale, 8)
    // An event whose strength was not known has taken nothing out yet.
    top += w * p * (r + (Number.isNaN(current) ? 0 : current) * p)
    bottom += w * p * p
  })
  const share = whole > 0 ? known / whole : 0
  const told = share >= LEAST_SEEN && bottom > 0
  return told ? { strength: top / bottom, seen: share } : { strength: Number.NaN, seen: 0 }
}
