import { readKnob } from '../../../core/knobs.ts'
import { saleHalfLife, seasonShrink, sizeHalfLife } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { PanelContext } from '../context.ts'
import { phaseOf, type SeriesForecast, type SeriesModel, type SeriesView } from '../series-model.ts'
import { weightedQuantiles } from '../shape.ts'
import { sortPairs } from '../sort-pairs.ts'
import { seasonalFactors } from './profile.ts'

const sizes = growable()
const weights = growable()
const chanceFactors = growable()
const sizeFactors = growable()
const conditional = growable()

/**
 * Hurdle: whether anything sells in a slot and how much sells then are two questions with two
 * memories. The chance p of a sale follows the last weeks (a product that ran dry is seen soon); the
 * sizes of sales are remembered longer, for their tail. Each has its own seasonal factors, 1 − (1 −
 * p)^f for the chance; the panel's profile, to which they are pulled, acts by its root on the chance
 * and by the rest on the sizes (by all of it where everything sells every day). Zero-inflated as in
 * Croston and TSB, the sizes the weighted empirical ones. `memory` multiplies both half-lives.
 */
export function hurdleModel(name: string, memory: number): SeriesModel {
  return {
    name,
    parameterCount: 0,
    fit() {},
    forecast: (series, context, _parameters, into) => forecastHurdle(series, context, memory, into),
    suits: (series) => series.nonNegative,
  }
}

function forecastHurdle(
  series: SeriesView,
  context: PanelContext,
  memory: number,
  into: SeriesForecast,
): void {
  const { season, settings } = context
  const prior = readKnob(seasonShrink, settings)
  const chance = chanceOfSale(series, memory * readKnob(saleHalfLife, settings))
  seasonalFactors(series, context, 'sales', prior, 0.5, chanceFactors(season))
  seasonalFactors(series, context, 'sizes', prior, 0.5 + 0.5 * chance ** 2, sizeFactors(season))
  const found = collectSizes(series, season, memory * readKnob(sizeHalfLife, settings))
  for (let h = 0; h < into.horizon; h++) {
    const phase = phaseOf(series.firstSlot + series.length + h, season)
    const p = chance >= 1 ? 1 : 1 - (1 - chance) ** chanceFactors(0)[phase]!
    const factor = sizeFactors(0)[phase]!
    into.mean[h] = found.count > 0 ? (p * factor * found.sum) / found.total : 0
    writeSlot(into, h, p, factor, found)
  }
}

/** Share of slots with a sale, each slot weighted by 2^(−age/half-life). */
function chanceOfSale(series: SeriesView, halfLife: number): number {
  const { y, length } = series
  const decay = 2 ** (-1 / halfLife)
  let total = 0
  let sold = 0
  let weight = 1
  for (let t = length - 1; t >= 0; t--, weight *= decay) {
    if (Number.isNaN(y[t]!)) continue
    total += weight
    if (y[t]! > 0) sold += weight
  }
  return total > 0 ? sold / total : 0
}

interface Sizes {
  readonly count: number
  readonly total: number
  readonly sum: number
}

/** Sizes of sales over their factor, weighted by age; sorted. `sum` = Σ weight × size. */
function collectSizes(series: SeriesView, season: number, halfLife: number): Sizes {
  const { y, length, firstSlot } = series
  const x = sizes(length)
  const w = weights(length)
  const f = sizeFactors(season)
  const decay = 2 ** (-1 / halfLife)
  let count = 0
  let total = 0
  let sum = 0
  let weight = 1
  for (let t = length - 1; t >= 0; t--, weight *= decay) {
    if (!(y[t]! > 0)) continue
    const size = y[t]! / f[phaseOf(firstSlot + t, season)]!
    x[count] = size
    w[count++] = weight
    total += weight
    sum += weight * size
  }
  sortPairs(x, w, count)
  return { count, total, sum }
}

/** Quantiles of one slot: zero up to 1 − p, above it the sizes at (τ − (1 − p))/p. */
function writeSlot(into: SeriesForecast, h: number, p: number, factor: number, found: Sizes): void {
  const { levels, quantiles } = into
  const at = h * levels.length
  const inner = conditional(levels.length)
  for (let l = 0; l < levels.length; l++) inner[l] = Math.max(0, (levels[l]! - (1 - p)) / p)
  if (found.count > 0 && p > 0) {
    const { count, total } = found
    weightedQuantiles(sizes(0), weights(0), count, total, inner, levels.length, quantiles, at)
  }
  for (let l = 0; l < levels.length; l++) {
    const zero = found.count === 0 || levels[l]! <= 1 - p
    quantiles[at + l] = zero ? 0 : factor * quantiles[at + l]!
  }
}
