import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { choicePrior, guardMargin } from '../knobs.ts'
import { LOSS, NON_ZERO, POINTS, SCORE_SIZE } from '../score.ts'

/** Scores of models of every series: series × models × SCORE_SIZE. */
export interface ScoreTable {
  readonly series: number
  readonly models: number
  readonly scores: Float64Array
}

/** Shares of slots with a sale that part the classes of series. */
const CLASS_BOUNDS = [0.15, 0.5, 0.9]
/** Models in a mix. */
const MIX_SIZE = 3

/**
 * Loss of each model as a ratio to that of the series' default, pulled towards the ratio over all
 * series of like intermittency: (n·r + k·R) / (n + k), n = non-zero points judged, k = knob
 * demand.choice-prior. One series judges its models on few points; the lucky one would win without
 * this. NaN where a model was not judged. Returns series × models.
 */
export function shrunkRatios(
  table: ScoreTable,
  defaults: Int32Array,
  settings: KnobSettings,
): Float64Array {
  const { series, models } = table
  const prior = readKnob(choicePrior, settings)
  const pooled = pooledRatios(table, defaults)
  const ratios = new Float64Array(series * models).fill(Number.NaN)
  for (let i = 0; i < series; i++) {
    const base = scoreOf(table, i, defaults[i]!, LOSS)
    const n = base > 0 ? scoreOf(table, i, defaults[i]!, NON_ZERO) : 0
    for (let m = 0; m < models; m++) {
      if (scoreOf(table, i, m, POINTS) === 0) continue
      const own = n > 0 ? scoreOf(table, i, m, LOSS) / base : 1
      const common = pooled[classOf(table, i, defaults[i]!) * models + m]!
      ratios[i * models + m] = n + prior > 0 ? (n * own + prior * common) / (n + prior) : common
    }
  }
  return ratios
}

/** Mean over the series of a class of log-free ratios, each cut to [¼, 4]; class × models. */
function pooledRatios(table: ScoreTable, defaults: Int32Array): Float64Array {
  const { series, models } = table
  const sums = new Float64Array((CLASS_BOUNDS.length + 1) * models)
  const weights = new Float64Array(sums.length)
  for (let i = 0; i < series; i++) {
    const base = scoreOf(table, i, defaults[i]!, LOSS)
    if (!(base > 0)) continue
    const at = classOf(table, i, defaults[i]!) * models
    for (let m = 0; m < models; m++) {
      if (scoreOf(table, i, m, POINTS) === 0) continue
      sums[at + m]! += Math.min(4, Math.max(0.25, scoreOf(table, i, m, LOSS) / base))
      weights[at + m]! += 1
    }
  }
  return sums.map((sum, k) => (weights[k]! > 0 ? sum / weights[k]! : 1))
}

function classOf(table: ScoreTable, i: number, model: number): number {
  const points = scoreOf(table, i, model, POINTS)
  const share = points > 0 ? scoreOf(table, i, model, NON_ZERO) / points : 0
  let c = 0
  while (c < CLASS_BOUNDS.length && share >= CLASS_BOUNDS[c]!) c++
  return c
}

function scoreOf(table: ScoreTable, i: number, m: number, what: number): number {
  return table.scores[(i * table.models + m) * SCORE_SIZE + what]!
}

/** Bits of the best MIX_SIZE models of each series by ratio; 0 where fewer than two were judged. */
export function mixOfBest(ratios: Float64Array, series: number, models: number): Int32Array {
  const mixes = new Int32Array(series)
  for (let i = 0; i < series; i++) {
    let members = 0
    let count = 0
    for (; count < MIX_SIZE; count++) {
      const m = smallest(ratios, i, models, members)
      if (m < 0) break
      members |= 1 << m
    }
    mixes[i] = count >= 2 ? members : 0
  }
  return mixes
}

/**
 * The column chosen for each series: the one with the smallest ratio, but the default unless that
 * ratio is below 1 − knob demand.guard-margin.
 */
export function guardedChoice(
  ratios: Float64Array,
  defaults: Int32Array,
  columns: number,
  settings: KnobSettings,
): Int32Array {
  const margin = readKnob(guardMargin, settings)
  return defaults.map((standard, i) => {
    const best = smallest(ratios, i, columns, 0)
    return best >= 0 && ratios[i * columns + best]! < 1 - margin ? best : standard
  })
}

function smallest(ratios: Float64Array, i: number, models: number, without: number): number {
  let best = -1
  for (let m = 0; m < models; m++) {
    const ratio = ratios[i * models + m]!
    if ((without & (1 << m)) !== 0 || Number.isNaN(ratio)) continue
    if (best < 0 || ratio < ratios[i * models + best]!) best = m
  }
  return best
}
