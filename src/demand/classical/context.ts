import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { events } from '../../learn/index.ts'
import { axisOf, copyHistory, seasonOf, slotOf } from '../axis.ts'
import type { FitParameters } from '../forecaster.ts'
import { alignEaster } from '../knobs.ts'
import { growable } from '../scratch.ts'
import { phaseOf } from './series-model.ts'

/** What models learn from the panel as a whole; plain data, so that it travels to workers. */
export interface PanelContext {
  readonly season: number
  readonly trainEnd: number
  /** Multipliers by phase, mean 1: how the panel's demand is spread over its season. */
  readonly profile: Float64Array
  /** Every observation before trainEnd is at least zero. */
  readonly nonNegative: boolean
  /** Values of young series by level (k + ½)/length: what is expected of a series without history. */
  readonly pool: Float64Array
  /** For weeks: the buckets with the shopping before Easter, which is in another week each year. */
  readonly easter: Float64Array
  readonly settings: KnobSettings
}

const POOL_SIZE = 64
const POOL_SAMPLE = 20_000
const history = growable()

/** Learns the context of a panel from its buckets before `trainEnd`. */
export function learnContext(panel: Panel, parameters: FitParameters = {}): PanelContext {
  const axis = axisOf(panel)
  const season = seasonOf(panel, axis, parameters.season)
  const hasData = panel.ids.length > 0 && panel.values.length > 0
  const trainEnd = parameters.trainEnd ?? (hasData ? panelEnd(panel) : 0)
  const profile = new ProfileSum(season)
  const pool: number[] = []
  let nonNegative = true
  const stride = Math.max(1, Math.ceil((panel.ids.length * 14) / POOL_SAMPLE))
  for (let i = 0; i < panel.ids.length; i++) {
    const y = history(panel.offsets[i + 1]! - panel.offsets[i]!)
    const length = copyHistory(panel, axis, i, trainEnd, y)
    for (let t = 0; t < length; t++) if (y[t]! < 0) nonNegative = false
    profile.add(y, length, slotOf(axis, panel.firstBucket[i]!))
    if (i % stride === 0) {
      for (let t = 0; t < Math.min(14, length); t++) if (!Number.isNaN(y[t]!)) pool.push(y[t]!)
    }
  }
  return {
    season,
    trainEnd,
    profile: profile.finish(),
    nonNegative,
    pool: poolQuantiles(pool),
    easter: easterOf(panel, trainEnd, parameters.settings ?? {}),
    settings: parameters.settings ?? {},
  }
}

function easterOf(panel: Panel, trainEnd: number, settings: KnobSettings): Float64Array {
  if (panel.ids.length === 0 || readKnob(alignEaster, settings) === 0) return new Float64Array(0)
  const first = panel.firstBucket.reduce((a, b) => Math.min(a, b), trainEnd)
  return events.easterBuckets(panel.buckets, first, trainEnd)
}

/** Sums demand by phase, each series divided by its mean and clipped so that no single one rules. */
class ProfileSum {
  readonly #sum: Float64Array
  readonly #weight: Float64Array

  constructor(season: number) {
    this.#sum = new Float64Array(season)
    this.#weight = new Float64Array(season)
  }

  add(y: Float64Array, length: number, firstSlot: number): void {
    const season = this.#sum.length
    if (length < 2 * season) return
    let total = 0
    let sold = 0
    for (let t = 0; t < length; t++) {
      if (!(y[t]! > 0)) continue
      total += y[t]!
      sold++
    }
    if (sold < 5) return
    const mean = total / length
    const weight = Math.sqrt(sold)
    for (let t = 0; t < length; t++) {
      if (Number.isNaN(y[t]!)) continue
      const phase = phaseOf(firstSlot + t, season)
      this.#sum[phase]! += weight * Math.max(0, Math.min(10, y[t]! / mean))
      this.#weight[phase]! += weight
    }
  }

  finish(): Float64Array {
    const profile = this.#sum.map((sum, p) => (this.#weight[p]! > 0 ? sum / this.#weight[p]! : 1))
    const mean = profile.reduce((a, b) => a + b, 0) / profile.length
    return mean > 0 ? profile.map((f) => Math.max(0.02, f / mean)) : profile.fill(1)
  }
}

function poolQuantiles(values: number[]): Float64Array {
  if (values.length === 0) return new Float64Array(POOL_SIZE)
  const sorted = Float64Array.from(values).sort()
  return Float64Array.from({ length: POOL_SIZE }, (_, k) => {
    return sorted[Math.floor(((k + 0.5) / POOL_SIZE) * sorted.length)]!
  })
}
