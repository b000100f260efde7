import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { dayFactors, emptyDaySums } from './calendar-factors.ts'
import { meanAtLeast } from './expectation.ts'
import { FADE_HALF_LIFE, LEVEL_HALF_LIFE, LEVEL_PRIOR, NEIGHBOUR_PRIOR } from './knobs.ts'
import { localLevels } from './levels.ts'
import {
  addCell,
  emptySums,
  type PriceColumns,
  type PriceResponse,
  priceColumns,
  priceFactor,
  stepResponse,
  USUAL_RESPONSE,
} from './price-response.ts'

export interface DemandModelOptions {
  /** Nothing at or after this bucket is read. Default: the panel's end. */
  readonly end?: number
  /** Name of the static category column by which products are neighbours. Default 'category'. */
  readonly groupBy?: string
  readonly settings?: KnobSettings
}

/** What each product would sell each day if it could be bought; aligned with the panel's values. */
export interface DemandModel {
  /** Expected units wanted, whatever was in stock. */
  readonly expected: Float64Array
  /** Size r of the negative binomial of a day, by series. */
  readonly size: Float64Array
  readonly response: PriceResponse
}

const ROUNDS = 4

/**
 * Expected wanted units of every product and day: local level (days in stock on both sides) × what
 * the day does to its category × price. Days on which it ran out after selling some count with
 * E[D | D ≥ sold] (expectation maximization for censored counts: Conrad 1976, Vulcano, van Ryzin &
 * Ratliff 2012); days without stock from the morning on count for nothing. After the last day in
 * stock, demand fades by `demand.lost-fade-half-life`.
 */
export function fitDemand(panel: Panel, options: DemandModelOptions = {}): DemandModel {
  const work = prepare(panel, options)
  for (let round = 0; round < ROUNDS; round++) {
    updateFactors(work)
    updateLevels(work)
  }
  fade(work, readKnob(FADE_HALF_LIFE, options.settings))
  return { expected: work.expected, size: work.size, response: work.response }
}

interface Work {
  readonly panel: Panel
  readonly settings: KnobSettings
  readonly prices: PriceColumns
  readonly group: Int32Array
  readonly groups: number
  readonly firstDay: number
  readonly days: number
  /** Values of series i that may be read. */
  readonly counts: Int32Array
  readonly mean: Float64Array
  readonly size: Float64Array
  readonly level: Float64Array
  readonly expected: Float64Array
  factors: Float64Array
  response: PriceResponse
}

function prepare(
  panel: Panel,
  { end = Infinity, groupBy = 'category', settings = {} }: DemandModelOptions,
): Work {
  const n = panel.ids.length
  const column = panel.statics?.[groupBy]
  const codes = column?.kind === 'category' ? column.codes : undefined
  const groups = (column?.kind === 'category' ? column.dictionary.length : 0) + 1
  const counts = Int32Array.from(panel.ids, (_, i) => {
    const length = panel.offsets[i + 1]! - panel.offsets[i]!
    return Math.max(0, Math.min(length, end - panel.firstBucket[i]!))
  })
  let firstDay = Infinity
  let lastDay = -Infinity
  for (let i = 0; i < n; i++) {
    if (counts[i] === 0) continue
    firstDay = Math.min(firstDay, panel.firstBucket[i]!)
    lastDay = Math.max(lastDay, panel.firstBucket[i]! + counts[i]! - 1)
  }
  const days = Number.isFinite(firstDay) ? lastDay - firstDay + 1 : 0
  const mean = new Float64Array(n)
  for (let i = 0; i < n; i++) mean[i] = meanOf(panel, i, counts[i]!)
  const level = new Float64Array(panel.values.length)
  for (let i = 0; i < n; i++) level.fill(mean[i]!, panel.offsets[i]!, panel.offsets[i + 1]!)
  return {
    panel,
    settings,
    prices: priceColumns(panel),
    group: Int32Array.from(panel.ids, (_, i) => (codes && codes[i]! >= 0 ? codes[i]! : groups - 1)),
    groups,
    firstDay,
    days,
    counts,
    mean,
    size: new Float64Array(n).fill(Infinity),
    level,
    expected: new Float64Array(panel.values.length),
    factors: new Float64Array(groups * days).fill(1),
    response: USUAL_RESPONSE,
  }
}

function meanOf({ values, offsets, censored }: Panel, i: number, count: number): number {
  let units = 0
  let days = 0
  for (let at = offsets[i]!; at < offsets[i]! + count; at++) {
    const known = !Number.isNaN(values[at]!)
    units += known ? Math.max(0, values[at]!) : (censored?.[at] ?? 0) || 0
    if (known) days++
  }
  return units / Math.max(1, days)
}

/** What days and prices do, from products that could be bought all day. */
function updateFactors(work: Work): void {
  const { panel, counts, group, groups, days, firstDay, level, prices, settings } = work
  const sums = emptyDaySums(groups, days)
  const priced = emptySums()
  for (let i = 0; i < counts.length; i++) {
    const row = group[i]! * days + panel.firstBucket[i]! - firstDay
    const from = panel.offsets[i]!
    for (let t = 0; t < counts[i]!; t++) {
      const value = panel.values[from + t]!
      if (Number.isNaN(value)) continue
      const plain = level[from + t]! * priceFactor(prices, work.response, i, t)
      sums.seen[row + t]! += Math.max(0, value)
      sums.expected[row + t]! += plain
      addCell(priced, prices, i, t, Math.max(0, value), plain * work.factors[row + t]!)
    }
  }
  work.factors = dayFactors(sums, readKnob(NEIGHBOUR_PRIOR, settings))
  work.response = stepResponse(work.response, priced)
}

function updateLevels(work: Work): void {
  const { panel, counts, group, days, firstDay, level, expected, prices, mean, size } = work
  const halfLife = readKnob(LEVEL_HALF_LIFE, work.settings)
  const prior = readKnob(LEVEL_PRIOR, work.settings)
  const pooled = emptyDispersion()
  const own = counts.length
  const square = new Float64Array(own)
  const weight = new Float64Array(own)
  for (let i = 0; i < own; i++) {
    const from = panel.offsets[i]!
    const n = counts[i]!
    const units = new Float64Array(n)
    const exposure = new Float64Array(n)
    const row = group[i]! * days + panel.firstBucket[i]! - firstDay
    for (let t = 0; t < n; t++) {
      exposure[t] = work.factors[row + t]! * priceFactor(prices, work.response, i, t)
      units[t] = seenOrExpected(panel, from + t, level[from + t]! * exposure[t]!, size[i]!)
    }
    let seen = 0
    let share = 0
    for (let t = 0; t < n; t++) {
      if (Number.isNaN(units[t]!)) continue
      seen += units[t]!
      share += exposure[t]!
    }
    mean[i] = share > 0 ? seen / share : 0
    const into = level.subarray(from, from + n)
    localLevels({ units, exposure, halfLife, prior, mean: mean[i]! }, into)
    for (let t = 0; t < n; t++) {
      const m = into[t]! * exposure[t]!
      expected[from + t] = m
      const value = panel.values[from + t]!
      if (Number.isNaN(value)) continue
      square[i]! += (Math.max(0, value) - m) ** 2 - m
      weight[i]! += m * m
    }
    pooled.square += square[i]!
    pooled.weight += weight[i]!
  }
  // 1/r by moments, each product drawn to all by as much evidence as ten days of a unit a day give.
  const usual = pooled.weight > 0 ? Math.max(0, pooled.square / pooled.weight) : 0
  for (let i = 0; i < own; i++) {
    const inverse = Math.max(0, (square[i]! + 10 * usual) / (weight[i]! + 10))
    size[i] = inverse > 1e-6 ? 1 / inverse : Infinity
  }
}

const emptyDispersion = () => ({ square: 0, weight: 0 })

/** Units of a day in stock; E[D | D ≥ sold] where it ran out on the way; NaN where it was out all day. */
function seenOrExpected(panel: Panel, at: number, expected: number, size: number): number {
  const value = panel.values[at]!
  if (!Number.isNaN(value)) return Math.max(0, value)
  const sold = panel.censored?.[at] ?? Number.NaN
  return sold > 0 ? meanAtLeast(sold, expected, size) : Number.NaN
}

/** Lets what is expected after a product's last day in stock fade. */
function fade({ panel, counts, expected }: Work, halfLife: number): void {
  const keep = 0.5 ** (1 / halfLife)
  for (let i = 0; i < counts.length; i++) {
    const from = panel.offsets[i]!
    let last = counts[i]! - 1
    while (last >= 0 && Number.isNaN(panel.values[from + last]!)) last--
    for (let t = last + 1, share = keep; t < counts[i]!; t++, share *= keep) {
      expected[from + t]! *= share
    }
  }
}
