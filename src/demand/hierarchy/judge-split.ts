import type { Panel } from '../../core/panel.ts'
import { reconcile } from '../../learn/index.ts'
import { classicalForecaster } from '../classical/classical-forecaster.ts'
import { actualsOf, predictIn } from '../combine/judged.ts'
import type { FitParameters } from '../forecaster.ts'
import type { PastForecast } from '../past-forecast.ts'
import { errorsOf, type NodeErrors, naiveErrors, pastNodes } from './errors.ts'

/** own: the parts' own forecasts, scaled to the total; shares: what each had of it of late. */
export type SplitMethod = 'own' | 'shares'

/** A window of the past: first bucket and length. */
export interface SplitWindow {
  readonly origin: number
  readonly horizon: number
}

/** Which way of splitting was less off, by how much each part was, and the errors themselves. */
export interface JudgedSplit {
  readonly method: SplitMethod
  readonly wape: Float64Array
  readonly bias: Float64Array
  /** Of the parts' own forecasts, for the order of sample paths. */
  readonly errors: NodeErrors
}

const MIDDLE = Float64Array.of(0.5)

/** Compares the methods on windows before `end`; usual shares where there are none. */
export async function judgeSplit(
  parts: Panel,
  hierarchy: reconcile.Hierarchy,
  windows: readonly SplitWindow[],
  end: number,
  parameters: FitParameters,
): Promise<JudgedSplit> {
  const unknown = new Float64Array(parts.ids.length).fill(Number.NaN)
  if (windows.length === 0) {
    const errors = naiveErrors(hierarchy, parts, end, parameters.season)
    return { method: 'shares', wape: unknown, bias: unknown, errors }
  }
  const trainEnd = Math.min(...windows.map(({ origin }) => origin))
  const longest = Math.max(...windows.map((of) => of.horizon))
  const fitted = await classicalForecaster().fit(parts, {
    ...parameters,
    horizon: longest,
    trainEnd,
  })
  const past: PastForecast[] = []
  for (const { origin, horizon } of windows) {
    const { mean } = await predictIn(fitted, origin, horizon, MIDDLE, parameters)
    const actual = actualsOf(parts, origin, Math.min(end, origin + horizon), horizon)
    past.push({ origin, horizon, mean, actual })
  }
  const own = errorSums(past, parts.ids.length)
  const byShares = errorSums(
    past.map((at) => ({ ...at, mean: sharedOut(at, usualShares(parts, at.origin)) })),
    parts.ids.length,
  )
  const total = (values: Float64Array) => values.reduce((a, b) => a + b, 0)
  const method = total(own.absolute) < total(byShares.absolute) ? 'own' : 'shares'
  const { absolute, signed, size } = method === 'own' ? own : byShares
  const share = (values: Float64Array) =>
    values.map((v, p) => (size[p]! > 0 ? v / size[p]! : Number.NaN))
  const nodes = past.map((at) => pastNodes(hierarchy, at, sumsOf(hierarchy, at)))
  return { method, wape: share(absolute), bias: share(signed), errors: errorsOf(nodes) }
}

function errorSums(past: readonly PastForecast[], parts: number) {
  const absolute = new Float64Array(parts)
  const signed = new Float64Array(parts)
  const size = new Float64Array(parts)
  for (const { horizon, mean, actual } of past) {
    for (let at = 0; at < mean.length; at++) {
      if (Number.isNaN(actual[at]!)) continue
      const p = Math.floor(at / horizon)
      absolute[p]! += Math.abs(mean[at]! - actual[at]!)
      signed[p]! += mean[at]! - actual[at]!
      size[p]! += Math.abs(actual[at]!)
    }
  }
  return { absolute, signed, size }
}

/** Aggregates × horizon of a past forecast. */
function sumsOf(hierarchy: reconcile.Hierarchy, { horizon, mean }: PastForecast): Float64Array {
  const sums = new Float64Array(hierarchy.aggregates * horizon)
  for (let h = 0; h < horizon; h++) {
    const own = Float64Array.from({ length: hierarchy.bottom }, (_, i) => mean[i * horizon + h]!)
    const all = reconcile.aggregate(hierarchy, own)
    for (let a = 0; a < hierarchy.aggregates; a++) sums[a * horizon + h] = all[a]!
  }
  return sums
}

/** The parts' total of each bucket, shared out. */
function sharedOut({ horizon, mean }: PastForecast, shares: Float64Array): Float64Array {
  return shareOut(mean, totalsOf(mean, horizon), 'shares', shares)
}

function totalsOf(mean: Float64Array, horizon: number): Float64Array {
  const totals = new Float64Array(horizon)
  mean.forEach((units, at) => {
    totals[at % horizon]! += units
  })
  return totals
}

/** Buckets of the past that the usual shares are taken from. */
const SHARE_BUCKETS = 56

/** Share of each part in the total of the last buckets before `origin`; alike where nothing sold. */
export function usualShares(parts: Panel, origin: number): Float64Array {
  const sold = Float64Array.from(parts.ids, (_, p) => {
    const first = parts.firstBucket[p]!
    const from = parts.offsets[p]!
    const held = Math.min(parts.offsets[p + 1]! - from, origin - first)
    let sum = 0
    for (let t = Math.max(0, origin - SHARE_BUCKETS - first); t < held; t++) {
      sum += Math.max(0, parts.values[from + t]! || 0)
    }
    return sum
  })
  const total = sold.reduce((a, b) => a + b, 0)
  return sold.map((units) => (total > 0 ? units / total : 1 / sold.length))
}

/** Splits a total (horizon) among parts (parts × horizon): in proportion to `own`, or by shares. */
export function shareOut(
  own: Float64Array,
  total: Float64Array,
  method: SplitMethod,
  shares: Float64Array,
): Float64Array {
  const horizon = total.length
  const sums = totalsOf(own, horizon)
  return own.map((units, at) => {
    const h = at % horizon
    const part = method === 'own' && sums[h]! > 0
    return total[h]! * (part ? units / sums[h]! : shares[Math.floor(at / horizon)]!)
  })
}
