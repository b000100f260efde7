import { type KnobSettings, readKnob } from '../../../../core/knobs.ts'
import { interpolateQuantile } from '../../../../core/quantiles.ts'
import { trees } from '../../../../learn/index.ts'
import { MEANS, QUANTILES, type Wanted, wantedSeries } from '../../../wanted.ts'
import { featureTable, treeFeatures } from '../features.ts'
import type { PanelGrid } from '../grid.ts'
import { growing, LEVEL_ROWS } from '../knobs.ts'
import { knownReader } from '../known.ts'
import { addEventPart, addPart, type SlotForecast, type SlotParts, type TreePath } from '../path.ts'
import { type PlainGrids, timesTable } from '../plain-grid.ts'
import {
  type LevelFacts,
  type LevelSetting,
  levelFacts,
  panelFacts,
  readLevelFacts,
} from './facts.ts'
import {
  type LevelRows,
  levelRows,
  slotFeatureNames,
  sumFeatureNames,
  writeSlotRow,
} from './rows.ts'
import { levelSetting, phase, settingAt, weekProfile } from './setting.ts'

/** Levels that the slot trees learn; others lie between them or on exponential tails. */
const LEARNED_LEVELS = [0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975]

export interface LevelOptions {
  readonly week: number
  /** Slots of a year. */
  readonly year: number
  /** Slots of the windows whose sums are learned. */
  readonly horizon: number
  /** Slots before this one alone are learned from. */
  readonly trainEnd: number
  readonly leastRows: number
  readonly seed: string | number
  readonly settings?: KnobSettings
  readonly signal?: AbortSignal
}

const SLOTS_OF_WINDOW = 2
/** Series forecast at a time: bounds the memory of their rows. */
const SERIES_AT_ONCE = 2000

/**
 * Trees on what a series sells now: one model of the sum ahead relative to a base of its recent level
 * (Tweedie loss, one row a series and origin), one of the quantiles of single slots. Undefined where
 * there are fewer than `leastRows` rows to learn from.
 */
export function fitLevelPath(grids: PlainGrids, options: LevelOptions): TreePath | undefined {
  const { week, horizon, trainEnd, seed } = options
  const now = grids.at(trainEnd)
  const setting = levelSetting(now, options, trainEnd, options.settings)
  const profile = weekProfile(setting, trainEnd)
  const rows = levelRows(setting, grids, {
    horizon,
    end: Math.min(trainEnd, now.grid.slots),
    profile,
    mostSums: readKnob(LEVEL_ROWS, options.settings),
    slotsOfWindow: SLOTS_OF_WINDOW,
    seed,
  })
  if (week < 1 || rows.sums.rows < options.leastRows) return undefined
  const sums = trainSums(rows, options)
  const slots = trainSlots(rows, options)
  const model = { setting, profile, sums, slots }
  const modelAt = (origin: number) => ({ ...model, setting: settingAt(setting, grids.at(origin)) })
  return {
    predict(origin, count, levels, wanted) {
      const said = predictLevel(modelAt(origin), origin, count, levels, wanted)
      timesTable(grids.at(origin), origin, count, said)
      return said
    },
    explain(origin, count, indices) {
      const parts = explainLevel(modelAt(origin), origin, count, indices)
      addEventPart(parts, grids.at(origin), { origin, count, indices })
      return parts
    },
  }
}

interface LevelModel {
  readonly setting: LevelSetting
  readonly profile: Float64Array
  readonly sums: trees.TreeModel
  readonly slots: trees.TreeModel
}

function trainSums(rows: LevelRows, { seed, settings, signal }: LevelOptions): trees.TreeModel {
  const { sums, sumTarget, sumWeight } = rows
  return trees.trainTrees(
    { rows: sums.rows, features: treeFeatures(sums), target: sumTarget, weights: sumWeight },
    {
      objective: { kind: 'tweedie', power: 1.5 },
      ...growing({ rounds: 120, learningRate: 0.05 }, settings),
      minRows: leafRows(sums.rows),
      rowFraction: 0.5,
      seed,
    },
    signal === undefined ? {} : { signal },
  )
}

function trainSlots(rows: LevelRows, { seed, settings, signal }: LevelOptions): trees.TreeModel {
  const { slots, slotTarget, slotWeight } = rows
  return trees.trainTrees(
    { rows: slots.rows, features: treeFeatures(slots), target: slotTarget, weights: slotWeight },
    {
      objective: { kind: 'quantile', levels: LEARNED_LEVELS },
      ...growing({ rounds: 60, learningRate: 0.08 }, settings),
      minRows: leafRows(slots.rows),
      rowFraction: 0.5,
      seed,
    },
    signal === undefined ? {} : { signal },
  )
}

const leafRows = (rows: number) => Math.max(10, Math.min(200, Math.round(rows / 60)))

/** Facts of some series as of an origin, and the sum model's rate (mean a slot over base) of each. */
interface Facts {
  readonly indices: Int32Array
  readonly base: Float64Array
  readonly features: readonly Float64Array[]
  readonly table: ReturnType<typeof featureTable>
}

function factsOf(
  model: LevelModel,
  origin: number,
  count: number,
  wanted: Int32Array,
  own: LevelFacts,
): Facts {
  const { setting } = model
  const panel = panelFacts(setting, origin)
  const known = knownReader(setting.grid, origin, setting.week, setting.table)
  const indices = wanted.filter((i) => hasSold(setting.grid, i, origin))
  const table = featureTable(sumFeatureNames(setting), indices.length)
  const base = new Float64Array(indices.length)
  const features = Array.from(indices, (i, k) => {
    readLevelFacts(setting, panel, i, own)
    base[k] = own.base
    own.features.forEach((value, f) => {
      table.columns[f]![k] = value
    })
    known.writeMean(i, count, table.columns, own.features.length, k)
    return own.features.slice()
  })
  return { indices, base, features, table }
}

/** Whether anything was sold before the origin. */
function hasSold(grid: PanelGrid, i: number, origin: number): boolean {
  for (let t = Math.min(origin, grid.slots) - 1; t >= grid.firstSlot[i]!; t--) {
    if (grid.values[i * grid.slots + t]! > 0) return true
  }
  return false
}

function predictLevel(
  model: LevelModel,
  origin: number,
  count: number,
  levels: Float64Array,
  asked?: Wanted,
): SlotForecast {
  const { series } = model.setting.grid
  const mean = new Float64Array(series * count).fill(Number.NaN)
  const quantiles = new Float64Array(series * count * levels.length).fill(Number.NaN)
  const own = levelFacts(model.setting.groupings)
  const shape = weekShape(model, origin, count)
  const size = levels.length
  const wanted = wantedSeries(series, asked, MEANS)
  for (let from = 0; from < wanted.length; from += SERIES_AT_ONCE) {
    const some = wanted.subarray(from, from + SERIES_AT_ONCE)
    const facts = factsOf(model, origin, count, some, own)
    if (facts.indices.length === 0) continue
    const rates = model.sums.predict(treeFeatures(facts.table))
    facts.indices.forEach((i, k) => {
      const level = facts.base[k]! * rates[k]!
      for (let h = 0; h < count; h++) mean[i * count + h] = level * shape[h]!
      // Nobody asked, which is not the same as having nothing to say.
      if (asked?.[i] === MEANS) quantiles.fill(0, i * count * size, (i + 1) * count * size)
    })
    const spread = asked === undefined ? facts : someFacts(facts, asked)
    writeQuantiles(model, spread, origin, count, levels, quantiles)
  }
  return { mean, quantiles }
}

/** The facts of those series whose quantiles are wanted; the table of the sums is left as it is. */
function someFacts(facts: Facts, wanted: Wanted): Facts {
  const kept = Array.from(facts.indices, (_, k) => k).filter(
    (k) => wanted[facts.indices[k]!] === QUANTILES,
  )
  return {
    ...facts,
    indices: Int32Array.from(kept, (k) => facts.indices[k]!),
    base: Float64Array.from(kept, (k) => facts.base[k]!),
    features: kept.map((k) => facts.features[k]!),
  }
}

/** Writes quantiles of slots in units, series × count × levels, of the series that `facts` has. */
function writeQuantiles(
  model: LevelModel,
  facts: Facts,
  origin: number,
  count: number,
  levels: Float64Array,
  quantiles: Float64Array,
): void {
  if (facts.indices.length === 0) return
  const learned = slotQuantiles(model, facts, origin, count)
  const size = levels.length
  // Most levels asked for are learned ones.
  const places = Array.from(levels, (level) => LEARNED_LEVELS.indexOf(level))
  for (let k = 0; k < facts.indices.length; k++) {
    const base = facts.base[k]!
    for (let h = 0; h < count; h++) {
      const from = (k * count + h) * LEARNED_LEVELS.length
      const to = (facts.indices[k]! * count + h) * size
      for (let l = 0; l < size; l++) {
        const place = places[l]!
        const z =
          place >= 0
            ? Math.max(0, learned[from + place]!)
            : interpolateQuantile(learned, from, LEARNED_LEVELS, levels[l]!, 0)
        quantiles[to + l] = base * z
      }
    }
  }
}

/** Usual share of each slot ahead in the week, mean 1 over the slots asked for. */
function weekShape(model: LevelModel, origin: number, count: number): Float64Array {
  const { setting, profile } = model
  const shape = Float64Array.from(
    { length: count },
    (_, h) => profile[phase(setting.grid, origin + h, setting.week)]!,
  )
  const whole = Math.max(setting.week, Math.floor(count / setting.week) * setting.week)
  // Fewer slots than a week say nothing of the mean: a week's own is 1.
  if (count < whole) return shape
  let mean = 0
  for (let h = 0; h < whole; h++) mean += shape[h]! / whole
  return shape.map((s) => s / mean)
}

/** Quantiles over base at the learned levels, series × slots × levels. */
function slotQuantiles(
  model: LevelModel,
  facts: Facts,
  origin: number,
  count: number,
): Float64Array {
  const { setting, profile } = model
  const table = featureTable(slotFeatureNames(setting), facts.indices.length * count)
  const known = knownReader(setting.grid, origin, setting.week, setting.table)
  facts.indices.forEach((i, k) => {
    const own = { base: facts.base[k]!, features: facts.features[k]! }
    for (let h = 0; h < count; h++) {
      const row = k * count + h
      writeSlotRow(setting, profile, origin, i, origin + h, own, table.columns, row)
      known.write(i, origin + h, table.columns, own.features.length, row)
    }
  })
  return model.slots.predict(treeFeatures(table))
}

/**
 * mean = base · rate · shape. The rate is exp(Σ φ) with φ the trees' contributions on the log scale;
 * rate − 1 is shared out as φ · (rate − 1) / Σ φ, which sums to it exactly. What the expected score of
 * all rows says, of every series alike, is `level`, as the base is; the shape of the week is `weekday`; the base is `level`.
 */
function explainLevel(
  model: LevelModel,
  origin: number,
  count: number,
  indices: Int32Array,
): SlotParts {
  const parts: SlotParts = {}
  const size = indices.length * count
  const own = levelFacts(model.setting.groupings)
  const facts = factsOf(model, origin, count, indices, own)
  if (facts.indices.length === 0) return parts
  const shape = weekShape(model, origin, count)
  const placeOf = new Map(Array.from(indices, (i, place) => [i, place] as const))
  const names = facts.table.names
  const phi = model.sums.contributions(treeFeatures(facts.table))
  const width = names.length + 1
  facts.indices.forEach((i, k) => {
    const scores = phi.subarray(k * width, (k + 1) * width)
    const sum = scores.reduce((a, b) => a + b, 0)
    const share = Math.abs(sum) > 1e-9 ? Math.expm1(sum) / sum : 1
    const place = placeOf.get(i)! * count
    for (let h = 0; h < count; h++) {
      addPart(parts, 'level', size, place + h, facts.base[k]!)
      const rate = Math.exp(sum)
      addPart(parts, 'weekday', size, place + h, facts.base[k]! * rate * (shape[h]! - 1))
      scores.forEach((score, f) => {
        const part = f < names.length ? names[f]!.part : 'level'
        if (score !== 0) addPart(parts, part, size, place + h, facts.base[k]! * score * share)
      })
    }
  })
  return parts
}
