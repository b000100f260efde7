import { readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd } from '../../core/panel.ts'
import { seasonOf, slotOf } from '../axis.ts'
import type { Contributions } from '../explain/contributions.ts'
import { closedWith } from '../explain/contributions.ts'
import { curveWhereSilent } from '../explain/silent.ts'
import type { FitParameters, FittedForecaster, Forecaster } from '../forecaster.ts'
import { eventReader } from '../occasions/reader.ts'
import { pickPanel } from '../slice.ts'
import { MEANS, NOTHING } from '../wanted.ts'
import { type Fallback, fallbackOf } from './trees/fallback.ts'
import { gridOf, gridSlot, type PanelGrid } from './trees/grid.ts'
import { LEAST_ROWS } from './trees/knobs.ts'
import { fitLevelPath } from './trees/level/model.ts'
import type { TreePath } from './trees/path.ts'
import { plainGrids } from './trees/plain-grid.ts'
import { fitSeasonPath } from './trees/season/model.ts'
import { SlotWriter } from './trees/slot-writer.ts'

export interface TreesOptions {
  /** Rows to learn from without which the classical fallback speaks alone; by knob otherwise. */
  readonly leastRows?: number
}

/** Trees of a panel, fitted. */
export interface FittedTrees extends FittedForecaster {
  /**
   * What the means of the series at `indices` (all by default) are made of; the parts sum to them
   * exactly. Series that fallback models forecast are read from their curves; what bounds change is
   * `other`.
   */
  explain(origin: number, horizon: number, indices?: Int32Array): Contributions
}

/** A forecaster that is fitted at once and explains itself. */
export interface TreesForecaster extends Forecaster {
  fit(panel: Panel, parameters?: FitParameters): FittedTrees
}

/** Buckets ahead that are learned by default. */
const DEFAULT_HORIZON = { H: 48, D: 28, W: 13, M: 6 } as const

/**
 * One model of boosted trees for all series of a panel. Weeks and months with a season and a bit behind
 * them: what last seasons say, shared among series, corrected by trees. Else: trees on the recent
 * level for the sum ahead, and for the quantiles of each slot. Series that never sold, and panels with
 * fewer than `leastRows` rows to learn from, are forecast by classical models.
 */
export function treesForecaster({ leastRows: fixed }: TreesOptions = {}): TreesForecaster {
  return {
    name: 'trees',
    fit(panel, parameters = {}) {
      const grid = gridOf(panel)
      const fallback = fallbackOf(panel, parameters)
      const leastRows = fixed ?? readKnob(LEAST_ROWS, parameters.settings)
      const path = fitPath(grid, panel, parameters, fallback, leastRows)
      return fittedTrees(grid, path, fallback)
    },
  }
}

function fitPath(
  grid: PanelGrid,
  panel: Panel,
  parameters: FitParameters,
  { context }: Fallback,
  leastRows: number,
): TreePath | undefined {
  if (grid.series === 0 || grid.slots === 0) return undefined
  const trainEnd = parameters.trainEnd ?? panelEnd(panel)
  const end = Math.min(grid.slots, gridSlot(grid, trainEnd))
  const { frequency } = panel.buckets
  const season = seasonOf(panel, grid.axis, parameters.season)
  const { seed = 1, settings = {}, signal } = parameters
  const reader = eventReader(panel, trainEnd, settings)
  const common = {
    trainEnd: end,
    leastRows,
    seed,
    settings,
    ...(signal === undefined ? {} : { signal }),
  }
  if (frequency === 'W' || frequency === 'M') {
    const grids = plainGrids(grid, reader, end, season)
    const path = fitSeasonPath(grid, grids, { ...common, season })
    if (path !== undefined) return path
  }
  // A few returns are read as no sales; many make a base of sales meaningless.
  if (!context.nonNegative && negativeShare(grid, end) > MOST_NEGATIVE) return undefined
  const cycle = cycleOf(frequency, season)
  const asked = parameters.horizon ?? DEFAULT_HORIZON[frequency]
  const ahead = slotOf(grid.axis, trainEnd + asked) - slotOf(grid.axis, trainEnd)
  const horizon = Math.max(1, Math.min(ahead, Math.floor((end - 2 * cycle.week) / 3)))
  return fitLevelPath(plainGrids(grid, reader, end), { ...common, ...cycle, horizon })
}

/** Share of all that was sold that may have come back. */
const MOST_NEGATIVE = 0.02

function negativeShare(grid: PanelGrid, end: number): number {
  let negative = 0
  let all = 0
  for (let i = 0; i < grid.series; i++) {
    for (let t = 0; t < end; t++) {
      const y = grid.values[i * grid.slots + t]!
      if (Number.isNaN(y)) continue
      all += Math.abs(y)
      if (y < 0) negative -= y
    }
  }
  return all > 0 ? negative / all : 0
}

/** Slots of a week and of a year. */
function cycleOf(frequency: Panel['buckets']['frequency'], season: number) {
  switch (frequency) {
    case 'D':
      return { week: season, year: 52 * season }
    case 'H':
      return { week: season, year: 364 * season }
    case 'W':
      return { week: 1, year: 52 }
    case 'M':
      return { week: 1, year: 12 }
  }
}

interface Said {
  readonly origin: number
  readonly horizon: number
  readonly mean: Float64Array
}

function fittedTrees(grid: PanelGrid, path: TreePath | undefined, fallback: Fallback): FittedTrees {
  // What was last forecast is what is mostly explained: its means need not be made again.
  let last: Said | undefined
  const predict: FittedForecaster['predict'] = (origin, horizon, levels, wanted) => {
    const writer = new SlotWriter(grid, origin, horizon, levels)
    const said = path?.predict(gridSlot(grid, origin), writer.slots, levels, wanted)
    fallback.fill(writer, writer.fill(said, fallback.context.nonNegative, wanted))
    const isWhole = wanted === undefined || wanted.every((what) => what !== NOTHING)
    if (isWhole) last = { origin, horizon, mean: writer.forecast.mean.slice() }
    return writer.forecast
  }
  const meansAlone = new Uint8Array(grid.series).fill(MEANS)
  const meanOf = (origin: number, horizon: number): Float64Array =>
    last?.origin === origin && last.horizon === horizon
      ? last.mean
      : predict(origin, horizon, Float64Array.of(0.5), meansAlone).mean
  return {
    predict,
    explain(origin, horizon, indices = Int32Array.from(grid.panel.ids, (_, i) => i)) {
      const mean = meanOf(origin, horizon)
      const writer = new SlotWriter(grid, origin, horizon, Float64Array.of(0.5))
      const slots = path?.explain(gridSlot(grid, origin), writer.slots, indices) ?? {}
      const parts = writer.spreadParts(slots, indices.length)
      const wanted = new Float64Array(indices.length * horizon)
      indices.forEach((i, k) => {
        wanted.set(mean.subarray(i * horizon, (i + 1) * horizon), k * horizon)
      })
      const ids = Array.from(indices, (i) => grid.panel.ids[i]!)
      const told = { ids, origin, horizon, parts }
      const whole = curveWhereSilent(pickPanel(grid.panel, indices), told, wanted)
      return closedWith(whole, wanted, 'other')
    },
  }
}
