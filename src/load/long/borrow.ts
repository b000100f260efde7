import { type Layout, STATE } from './columns.ts'
import type { KindColumns } from './event-columns.ts'
import type { EventShapes } from './event-shape.ts'
import type { Belief, Dynamics } from './filter.ts'
import type { Fitted } from './fitted.ts'

/** A fitted series that another one borrows from. */
export interface Lender {
  readonly fitted: Fitted
  /** 0 … 1: how far it is believed to be alike. */
  readonly similarity: number
}

/** Share of a prior variance that stays where one like cannot say how likes differ. */
const SINGLE_LIKE_SHARE = 0.25

/** Weights of lenders, by similarity; they sum to 1. */
export function lenderWeights(lenders: readonly Lender[]): number[] {
  const total = lenders.reduce((sum, { similarity }) => sum + similarity, 0)
  return lenders.map(({ similarity }) => similarity / total)
}

/** Columns of every kind that a lender knows, from `start` on, as the first lender that knows it has them. */
export function lentKinds(lenders: readonly Lender[], start: number): KindColumns[] {
  const kinds = new Map<string, KindColumns>()
  for (const { fitted } of lenders) {
    for (const kind of fitted.model.layout.kinds) {
      if (!kinds.has(kind.kind)) kinds.set(kind.kind, kind)
    }
  }
  let next = start
  return [...kinds.values()].map((kind) => {
    next += kind.size
    return { ...kind, start: next - kind.size }
  })
}

/** Mean of the lenders' spreads of each kind. */
export function lentSpreads(lenders: readonly Lender[], kinds: readonly KindColumns[]): number[] {
  return kinds.map(({ kind }) => {
    const known = lenders.flatMap(({ fitted: { model } }) => {
      const at = model.layout.kinds.findIndex((one) => one.kind === kind)
      return at < 0 ? [] : [model.kindSpreads[at]!]
    })
    return known.reduce((a, b) => a + b, 0) / known.length
  })
}

/** Geometric means of how the lenders' levels move. */
export function lentDynamics(lenders: readonly Lender[]): Dynamics {
  const weights = lenderWeights(lenders)
  const first = lenders[0]!.fitted.model.dynamics
  const mix = (name: keyof Dynamics) => {
    return Math.exp(
      lenders.reduce((sum, { fitted }, i) => {
        return sum + weights[i]! * Math.log(fitted.model.dynamics[name])
      }, 0),
    )
  }
  const names = Object.keys(first) as (keyof Dynamics)[]
  return Object.fromEntries(names.map((name) => [name, mix(name)])) as unknown as Dynamics
}

/** Places in a lender's layout of the parameters of `layout`; −1 where it does not have one. */
function placesIn(lender: Layout, layout: Layout): Int32Array {
  const places = new Int32Array(layout.size).fill(-1)
  places[STATE.growth] = STATE.growth
  for (const name of ['year', 'week', 'weekYear'] as const) {
    const [from, to] = layout[name]
    const [own, end] = lender[name]
    for (let k = from; k < to && own + k - from < end; k++) places[k] = own + k - from
  }
  for (const kind of layout.kinds) {
    const own = lender.kinds.find((one) => one.kind === kind.kind && one.size === kind.size)
    if (own === undefined) continue
    for (let i = 0; i < kind.size; i++) places[kind.start + i] = own.start + i
  }
  return places
}

/**
 * What is believed of a series before its first day, from its likes. Growth, seasons and events have the
 * likes' mean, weighted by similarity; their variance is what the likes do not know themselves, plus
 * what they differ by, plus (1 − similarity)² of the plain prior's. Level and swings are the plain
 * prior's: they are the series' own. Reading its days then moves it from the likes to itself as far as
 * they tell (empirical Bayes; Robbins 1956).
 */
export function lentBelief(lenders: readonly Lender[], layout: Layout, plain: Belief): Belief {
  const weights = lenderWeights(lenders)
  const n = layout.size
  const mean = plain.mean.slice()
  const covariance = new Float64Array(n * n)
  const unlike = lenders.reduce((sum, one, i) => sum + weights[i]! * (1 - one.similarity) ** 2, 0)
  const places = lenders.map(({ fitted }) => placesIn(fitted.model.layout, layout))
  for (let k = 0; k < n; k++) {
    const known = lenders.flatMap(({ fitted }, i) => {
      const place = places[i]![k]!
      return place < 0 ? [] : [{ weight: weights[i]!, value: fitted.model.belief.mean[place]! }]
    })
    const prior = plain.covariance[k * (n + 1)]!
    const among = meanAmong(known)
    mean[k] = known.length > 0 ? among.mean : mean[k]!
    const apart = known.length > 1 ? among.variance : SINGLE_LIKE_SHARE * prior
    covariance[k * (n + 1)] = known.length > 0 ? apart + unlike * prior : prior
  }
  lenders.forEach(({ fitted }, i) => {
    addUnknown(covariance, fitted.model.belief.covariance, places[i]!, weights[i]!)
  })
  return { mean, covariance }
}

/** Weighted mean of what lenders believe, and what they differ by: × n / (n − 1), for few say little. */
function meanAmong(known: readonly { readonly weight: number; readonly value: number }[]) {
  const n = known.length
  const total = known.reduce((sum, { weight }) => sum + weight, 0)
  const mean = known.reduce((sum, { weight, value }) => sum + (weight / total) * value, 0)
  const apart = known.reduce((sum, one) => {
    return sum + (one.weight / total) * (one.value - mean) ** 2
  }, 0)
  return { mean, variance: (apart * n) / Math.max(1, n - 1) }
}

/** Adds a lender's own covariance of the parameters it has, times its weight. */
function addUnknown(
  into: Float64Array,
  covariance: Float64Array,
  places: Int32Array,
  weight: number,
): void {
  const n = places.length
  const own = Math.round(Math.sqrt(covariance.length))
  for (let i = 0; i < n; i++) {
    if (places[i]! < 0) continue
    for (let j = 0; j < n; j++) {
      if (places[j]! < 0) continue
      into[i * n + j]! += weight * covariance[places[i]! * own + places[j]!]!
    }
  }
}

/** Mean of the lenders' shapes of event days, at the places of `layout`. */
export function lentEventShapes(lenders: readonly Lender[], layout: Layout): EventShapes {
  const weights = lenderWeights(lenders)
  const shapes = new Map<number, Float64Array>()
  lenders.forEach(({ fitted }, i) => {
    placesIn(fitted.model.layout, layout).forEach((place, k) => {
      const shape = fitted.shapes.get(place)
      if (place < 0 || shape === undefined) return
      const sum = shapes.get(k) ?? new Float64Array(shape.length)
      shape.forEach((v, s) => {
        sum[s]! += weights[i]! * v
      })
      shapes.set(k, sum)
    })
  })
  return shapes
}
