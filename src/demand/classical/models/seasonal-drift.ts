import { type KnobSettings, readKnob } from '../../../core/knobs.ts'
import { growthShare, normalPrior, seasonSmoothing, yearBlend } from '../../knobs.ts'
import { growable } from '../../scratch.ts'
import type { SeriesForecast, SeriesModel, SeriesView } from '../series-model.ts'
import { residualShape, spread } from '../shape.ts'

const errors = growable()
const deviation = growable()
const shape = growable()
const smooth = growable()

/** Slots over which this season is compared with the last, as a share of the season. */
const GROWTH_WINDOW = 0.15
/** Growth fades by this factor a slot ahead. */
const GROWTH_FADE = 0.98
/** Neighbours further away than this many noise deviations are another event, not noise. */
const SPIKE = 4
/** Spread grows with the size of the slot to this power, not below that of a slot of a fifth of the mean. */
const SPREAD_POWER = 0.75
const SMALLEST_SHARE = 0.2
/** Seasonal differences are about so many noise deviations wide before any of them is seen … */
const PRIOR_RATIO = 1.8
/** … which counts as this many observations. */
const PRIOR_WEIGHT = 20

/** What is learned from one series; reused. */
const learned = {
  noise: 0,
  level: 0,
  growth: 1,
  sd: 0,
  count: 0,
  /** Weeks before Easter, as indices into the history (also beyond its end). */
  easter: new Float64Array(0),
}

/**
 * Seasonal naive made steadier, for long seasons seen once or twice: last season's slots, smoothed
 * with neighbours that are no spikes and blended with the season before, times the growth since then
 * (a share of it, fading). Quantiles from the seasonal differences relative to the slot's size, their
 * deviation pulled towards the week-to-week noise while few seasons were seen.
 */
export const seasonalDrift: SeriesModel = {
  name: 'seasonal-drift',
  parameterCount: 0,
  fit() {},
  forecast(series, context, _parameters, into) {
    const { season: m, settings } = context
    learned.easter = context.easter.map((slot) => slot - series.firstSlot)
    learnNoise(series, m)
    smoothSlots(series, readKnob(seasonSmoothing, settings))
    learnGrowth(series, m, readKnob(growthShare, settings))
    learnSpread(series, m)
    blendSeasons(series, m, settings)
    writeMeans(series, m, into)
    const z = shape(into.levels.length)
    const prior = readKnob(normalPrior, settings)
    residualShape(errors(0), learned.count, learned.sd, prior, into.levels, z)
    spread(into, deviation(0), z)
  },
  suits: (series, season) => series.length >= season,
}

/** Mean of the last season and the deviation of a slot from the middle of its neighbours. */
function learnNoise(series: SeriesView, m: number): void {
  const { y, length: n } = series
  let noise = 0
  let noises = 0
  for (let t = 1; t < n - 1; t++) {
    const d = Math.abs(y[t]! - 0.5 * (y[t - 1]! + y[t + 1]!))
    if (Number.isNaN(d)) continue
    noise += d
    noises++
  }
  let level = 0
  let count = 0
  for (let t = n - 1; t >= 0 && (t >= n - m || count === 0); t--) {
    if (Number.isNaN(y[t]!)) continue
    level += y[t]!
    count++
  }
  // E|d| of a normal is σ√(2/π), and d has 1.5 times the variance of the noise.
  learned.noise = noises > 0 ? (noise / noises) * Math.sqrt(Math.PI / 3) : 0
  learned.level = count > 0 ? level / count : 0
}

/** (κ, 1 − 2κ, κ) over neighbours that are no spikes; gaps take their neighbours' mean. */
function smoothSlots(series: SeriesView, kappa: number): void {
  const { y, length: n } = series
  const s = smooth(n)
  const reach = SPIKE * learned.noise
  for (let t = 0; t < n; t++) {
    const gap = Number.isNaN(y[t]!)
    let sum = gap ? 0 : (1 - 2 * kappa) * y[t]!
    let weight = gap ? 0 : 1 - 2 * kappa
    for (let k = t - 1; k <= t + 1; k += 2) {
      if (k < 0 || k >= n || Number.isNaN(y[k]!)) continue
      if (!gap && Math.abs(y[k]! - y[t]!) > reach) continue
      const w = gap ? 1 : kappa
      sum += w * y[k]!
      weight += w
    }
    s[t] = weight > 0 ? sum / weight : Number.NaN
  }
}

/**
 * The smoothed slot one season (or more, until it lies in the history) before slot `t`. The week before
 * Easter is compared with the last one of its kind, and other weeks never with it.
 */
function seasonBefore(t: number, n: number, m: number): number {
  const s = smooth(0)
  if (learned.easter.includes(t)) {
    const last = learned.easter.findLast((e) => e >= 0 && e < n && e < t && !Number.isNaN(s[e]!))
    if (last !== undefined) return s[last]!
  }
  for (let i = t - m * Math.max(1, Math.ceil((t - n + 1) / m)); i >= 0; i -= m) {
    const special = learned.easter.includes(i) && i > 0 && i + 1 < n
    const value = special ? 0.5 * (s[i - 1]! + s[i + 1]!) : s[i]!
    if (!Number.isNaN(value)) return value
  }
  return Number.NaN
}

/** (level of the last slots / level of the same slots a season ago)^share, within [½, 2]. */
function learnGrowth(series: SeriesView, m: number, share: number): void {
  const { y, length: n } = series
  const window = Math.max(2, Math.round(GROWTH_WINDOW * m))
  let now = 0
  let then = 0
  let count = 0
  for (let t = n - 1; t >= Math.max(m, n - window); t--) {
    const before = seasonBefore(t, n, m)
    if (Number.isNaN(y[t]!) || Number.isNaN(before)) continue
    now += y[t]!
    then += before
    count++
  }
  const ratio = now > 0 && then > 0 ? Math.min(2, Math.max(0.5, now / then)) : 1
  learned.growth = ratio ** ((share * count) / window)
}

/** Seasonal differences over the size of their slot, and their deviation. */
function learnSpread(series: SeriesView, m: number): void {
  const { y, length: n } = series
  const e = errors(n)
  let count = 0
  let squares = 0
  let sum = 0
  for (let t = m; t < n; t++) {
    const before = seasonBefore(t, n, m)
    const error = (y[t]! - before * learned.growth) / sizeOf(before)
    if (Number.isNaN(error)) continue
    e[count++] = error
    squares += error * error
    sum += error
  }
  // A year that grew more than its end did must not bend the quantiles: part of the mean error goes.
  const center = sum / (count + PRIOR_WEIGHT)
  for (let k = 0; k < count; k++) e[k]! -= center
  squares += count * center * center - 2 * center * sum
  const prior = PRIOR_WEIGHT * (PRIOR_RATIO * learned.noise) ** 2
  learned.count = count
  learned.sd = Math.sqrt((squares + prior) / (count + PRIOR_WEIGHT))
}

/** How much wider a slot of this size spreads than a slot of mean size. */
function sizeOf(value: number): number {
  const { level } = learned
  return level > 0 ? Math.max(SMALLEST_SHARE, value / level) ** SPREAD_POWER : 1
}

/** Moves the last season towards the one before, brought to its level, where the two agree. */
function blendSeasons(series: SeriesView, m: number, settings: KnobSettings): void {
  const n = series.length
  const s = smooth(0)
  const share = readKnob(yearBlend, settings)
  let now = 0
  let then = 0
  for (let t = Math.max(m, n - m); t < n; t++) {
    if (Number.isNaN(s[t]!) || Number.isNaN(s[t - m]!)) continue
    now += s[t]!
    then += s[t - m]!
  }
  const ratio = now > 0 && then > 0 ? now / then : 1
  for (let t = n - 1; t >= Math.max(m, n - m); t--) {
    const before = ratio * seasonBefore(t, n, m)
    if (Math.abs(before - s[t]!) <= SPIKE * learned.noise * sizeOf(s[t]!)) {
      s[t] = (1 - share) * s[t]! + share * before
    }
  }
}

/** Means and standard deviations of the slots ahead. */
function writeMeans(series: SeriesView, m: number, into: SeriesForecast): void {
  const n = series.length
  const sd = deviation(into.horizon)
  let fade = 1
  for (let h = 0; h < into.horizon; h++) {
    let base = seasonBefore(n + h, n, m)
    if (Number.isNaN(base)) base = learned.level
    into.mean[h] = base * (1 + (learned.growth - 1) * fade)
    sd[h] = sizeOf(base) * learned.sd * Math.sqrt(Math.floor(h / m) + 1)
    fade *= GROWTH_FADE
  }
}
