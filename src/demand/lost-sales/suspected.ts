import { readKnob } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { type DemandModelOptions, fitDemand } from './estimate.ts'
import { SUSPECT_STOCK_OUTS, SUSPICION } from './knobs.ts'

/** A run of days without a sale that chance hardly explains. */
export interface SuspectedStockOut {
  readonly series: number
  readonly firstBucket: number
  readonly lastBucket: number
  /** That the product could not be bought. */
  readonly probability: number
}

/** Chance that a stock-out begins on a day, before anything is seen. */
const STARTS_A_DAY = 0.002
/** Runs shorter than this are not looked at. */
const LEAST_RUN = 3

/**
 * Runs of zeros between two sales that are likelier to be stock-outs than chance, for feeds that say
 * nothing of stock: P(out | run) = π / (π + (1 − π) Π P(D_t = 0)), P(D = 0) = (r / (r + m))^r of
 * fitDemand, π the chance that a stock-out begins on its first day. A run that lasts to the end of
 * the data is left out: the product may have been given up.
 */
export function suspectStockOuts(
  panel: Panel,
  options: DemandModelOptions = {},
): SuspectedStockOut[] {
  const { expected, size } = fitDemand(panel, options)
  const found: SuspectedStockOut[] = []
  const least = readKnob(SUSPICION, options.settings)
  const end = options.end ?? Infinity
  for (let i = 0; i < panel.ids.length; i++) {
    const from = panel.offsets[i]!
    const count = Math.min(panel.offsets[i + 1]! - from, end - panel.firstBucket[i]!)
    let start = -1
    let logChance = 0
    for (let t = 0; t < count; t++) {
      const value = panel.values[from + t]!
      if (value === 0 || Number.isNaN(value)) {
        if (start < 0) start = t
        if (value === 0) logChance += logOfZero(expected[from + t]!, size[i]!)
        continue
      }
      if (start > 0 && t - start >= LEAST_RUN) {
        const odds = (STARTS_A_DAY / (1 - STARTS_A_DAY)) * Math.exp(Math.min(700, -logChance))
        const probability = odds / (1 + odds)
        const first = panel.firstBucket[i]!
        if (probability >= least) {
          found.push({
            series: i,
            firstBucket: first + start,
            lastBucket: first + t - 1,
            probability,
          })
        }
      }
      start = -1
      logChance = 0
    }
  }
  return found
}

function logOfZero(mean: number, size: number): number {
  return Number.isFinite(size) ? size * Math.log(size / (size + mean)) : -mean
}

export interface CensorOptions extends DemandModelOptions {
  /**
   * Buckets from which the past is forecast and judged: days before one of them are suspected by what
   * was sold before it alone.
   */
  readonly origins?: readonly number[]
}

/**
 * The panel of days with suspected stock-outs as censored days, where the knob
 * `demand.suspect-stock-outs` asks for it and the panel itself says nothing of stock; else the panel
 * as it is. Nothing at or after `end` is read, and of days before an origin nothing from it on: a run
 * of zeros that a sale ends after an origin is suspected from the origin on.
 */
export function censorSuspected(panel: Panel, options: CensorOptions = {}): Panel {
  const isAsked = readKnob(SUSPECT_STOCK_OUTS, options.settings) !== 0
  if (!isAsked || panel.censored || panel.buckets.frequency !== 'D') return panel
  const values = panel.values.slice()
  const censored = new Float64Array(values.length).fill(Number.NaN)
  const { origins = [], end = Infinity } = options
  const ends = [...new Set(origins.filter((origin) => origin < end)), end].sort((a, b) => a - b)
  ends.forEach((own, k) => {
    const from = ends[k - 1] ?? -Infinity
    for (const found of suspectStockOuts(panel, { ...options, end: own })) {
      const shift = panel.offsets[found.series]! - panel.firstBucket[found.series]!
      for (let day = Math.max(from, found.firstBucket); day <= found.lastBucket; day++) {
        values[shift + day] = Number.NaN
        censored[shift + day] = 0
      }
    }
  })
  return { ...panel, values, censored }
}
