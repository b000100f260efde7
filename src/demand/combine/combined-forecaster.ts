import { readKnob } from '../../core/knobs.ts'
import { type Panel, panelEnd, type QuantileForecast } from '../../core/panel.ts'
import { throwIfStopped } from '../../core/progress.ts'
import { createRandom } from '../../core/random/random.ts'
import { planClassical } from '../classical/choose-models.ts'
import type { ClassicalForecaster } from '../classical/classical-forecaster.ts'
import type { ChosenForecaster } from '../classical/fitted-choice.ts'
import type { RunOptions } from '../classical/sharded.ts'
import type { Contributions } from '../explain/contributions.ts'
import { explainCombination } from '../explain/members.ts'
import type { FittedForecaster, Forecaster } from '../forecaster.ts'
import { censorSuspected } from '../lost-sales/suspected.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { pickForecast, pickPanel } from '../slice.ts'
import type { Wanted } from '../wanted.ts'
import {
  type BlendWeights,
  blend,
  patched,
  scaleForecast,
  wantedOf,
  weightsOfPresent,
} from './blend.ts'
import { applyCalibration, leastOf, outerWidth } from './calibrate.ts'
import { COMBINED, type JudgeOptions, judgeCombination, planOf, type Verdict } from './judge.ts'
import { predictIn } from './judged.ts'
import { combinationSeries } from './knobs.ts'
import { SEGMENTS, segmentsAt, volumeBounds } from './segments.ts'

/** A combination of the classical choice with learned forecasters, and how it came about. */
export interface CombinedForecaster extends ChosenForecaster {
  /** Names of the members; the first is the floor. */
  readonly members: readonly string[]
  readonly verdict: Verdict
  /** Indices of the series that the verdict is from. */
  readonly judged: Int32Array
  /** Name of the segment of each series now. */
  readonly segment: readonly string[]
  /** What the means of a forecast that it made are made of. */
  explain(forecast: QuantileForecast): Contributions
}

/**
 * Combines a floor with learned forecasters: judges all on rolling origins within what lies before
 * `options.trainEnd` (members fitted once before the first origin), weighs them by segment under the
 * guard of the floor, corrects level and quantiles by what the past shows, and fits those that have a
 * weight on everything. Large panels are judged on a sample of series (knob
 * demand.combination-series). Throws what its members throw.
 */
export async function combineForecasters(
  given: Panel,
  floor: ClassicalForecaster,
  learned: readonly Forecaster[],
  options: JudgeOptions,
): Promise<CombinedForecaster> {
  const end = options.trainEnd ?? (given.ids.length > 0 ? panelEnd(given) : 0)
  const panel = asKnown(given, end, planClassical(given, end, options)?.origins ?? [], options)
  const members = [floor, ...learned]
  const bounds = volumeBounds(panel, end)
  const segment = segmentsAt(panel, end, bounds, options.settings)
  const judged = sampleOf(panel, options)
  const verdict = await judgeCombination(
    sampleAsKnown(given, judged, end, options),
    members,
    end,
    bounds,
    countOf(segment),
    options,
  )
  const parameters = { ...options, trainEnd: end }
  const chosen = await floor.fit(panel, parameters)
  const fitted: (FittedForecaster | undefined)[] = [chosen]
  for (const [m, member] of learned.entries()) {
    throwIfStopped(options.signal)
    options.onProgress?.({ step: `fit ${member.name}`, done: m, total: learned.length })
    const wanted = hasWeight(verdict, members.length, m + 1, segment)
    fitted.push(wanted ? await member.fit(panel, parameters) : undefined)
  }
  const present = fitted.map((member) => member !== undefined)
  const weights = weightsOfPresent(verdict.weights, present)
  const made = {
    panel,
    bounds,
    members,
    fitted,
    weights,
    verdict,
    judged,
    chosen,
    segment,
    options,
  }
  return combinedForecaster(made)
}

/** The panel as it was known at each origin, where runs of zeros are suspected. */
function asKnown(panel: Panel, end: number, origins: readonly number[], options: JudgeOptions) {
  return censorSuspected(panel, { end, origins, settings: options.settings ?? {} })
}

/** The series to be judged, as they were known at each origin, and at those of the floor's own choice. */
function sampleAsKnown(
  panel: Panel,
  judged: Int32Array,
  end: number,
  options: JudgeOptions,
): Panel {
  const sample = judged.length === panel.ids.length ? panel : pickPanel(panel, judged)
  const origins = planOf(sample, end, options)?.origins ?? []
  const first = origins[0]
  const earlier = first === undefined ? undefined : planClassical(sample, first, options)
  return asKnown(sample, end, [...origins, ...(earlier?.origins ?? [])], options)
}

/** The series that the members are judged on: all, or a sample where there are many. */
function sampleOf(panel: Panel, options: JudgeOptions): Int32Array {
  const most = Math.round(readKnob(combinationSeries, options.settings))
  const total = panel.ids.length
  const order = Int32Array.from({ length: total }, (_, i) => i)
  if (total <= most) return order
  const random = createRandom(`combine-${options.seed ?? 1}`)
  for (let k = 0; k < most; k++) {
    const other = k + random.int(total - k)
    const kept = order[k]!
    order[k] = order[other]!
    order[other] = kept
  }
  return order.slice(0, most).sort()
}

function countOf(segment: Int32Array): Int32Array {
  const counts = new Int32Array(SEGMENTS.length)
  for (const s of segment) counts[s]! += 1
  return counts
}

function hasWeight(verdict: Verdict, members: number, m: number, segment: Int32Array): boolean {
  const { quantiles, means } = verdict.weights
  return segment.some((s) => quantiles[s * members + m]! > 0 || means[s * members + m]! > 0)
}

interface Combination {
  readonly panel: Panel
  readonly bounds: readonly number[]
  readonly members: readonly Forecaster[]
  readonly fitted: readonly (FittedForecaster | undefined)[]
  /** Those of the verdict, among the members that were fitted. */
  readonly weights: BlendWeights
  readonly verdict: Verdict
  readonly judged: Int32Array
  readonly chosen: ChosenForecaster
  readonly segment: Int32Array
  readonly options: JudgeOptions
}

function combinedForecaster(made: Combination): CombinedForecaster {
  const { panel, members, verdict, chosen, segment } = made
  const predictSharded = (
    origin: number,
    horizon: number,
    levels: Float64Array,
    run: RunOptions = {},
  ) => forecastCombined(made, origin, horizon, levels, run)
  return {
    members: members.map((member) => member.name),
    verdict,
    judged: made.judged,
    segment: Array.from(segment, (s) => SEGMENTS[s]!),
    chosen: panel.ids.map((_, i) => (verdict.used[segment[i]!] ? COMBINED : chosen.chosen[i]!)),
    backtest: [...chosen.backtest, ...verdict.rows],
    backtestOrigins: verdict.origins.length > 0 ? verdict.origins : chosen.backtestOrigins,
    predict(origin, horizon, levels) {
      const asked = ask(made, origin, horizon, levels)
      const parts = made.fitted.map((member, m) =>
        member?.predict(origin, horizon, asked.all, asked.wanted[m]),
      )
      return finish(made, asked, parts)
    },
    explain: (forecast) =>
      explainCombination(
        panel,
        {
          members: made.fitted,
          weights: made.weights.means,
          segment: segmentsAt(panel, forecast.origin, made.bounds, made.options.settings),
        },
        forecast,
      ),
    predictSharded,
    async predictSeries(indices, origin, horizon, levels, run) {
      return pickForecast(await predictSharded(origin, horizon, levels, run), indices)
    },
  }
}

async function forecastCombined(
  made: Combination,
  origin: number,
  horizon: number,
  levels: Float64Array,
  run: RunOptions,
): Promise<QuantileForecast> {
  const asked = ask(made, origin, horizon, levels)
  const parts: (QuantileForecast | undefined)[] = []
  for (const [m, member] of made.fitted.entries()) {
    throwIfStopped(run.signal)
    const wanted = asked.wanted[m]
    parts.push(member && (await predictIn(member, origin, horizon, asked.all, run, wanted)))
  }
  return finish(made, asked, parts)
}

/** What is asked of a combination, and what that asks of each member. */
interface Asked {
  readonly origin: number
  readonly horizon: number
  readonly levels: Float64Array
  /** The levels asked for and those that the correction is made of. */
  readonly all: Float64Array
  readonly segment: Int32Array
  readonly wanted: readonly Wanted[]
}

function ask(made: Combination, origin: number, horizon: number, levels: Float64Array): Asked {
  const { panel, bounds, members, weights, options } = made
  const segment = segmentsAt(panel, origin, bounds, options.settings)
  const wanted = members.map((_, m) => wantedOf(weights, members.length, m, segment))
  return { origin, horizon, levels, all: allLevels(levels), segment, wanted }
}

/** The levels asked for and those that the correction is made of. */
function allLevels(levels: Float64Array): Float64Array {
  return Float64Array.from(new Set([...levels, ...BACKTEST_LEVELS])).sort()
}

/** Members' forecasts blended, corrected, and cut to the levels asked for. */
function finish(
  made: Combination,
  { origin, horizon, levels, all, segment }: Asked,
  parts: readonly (QuantileForecast | undefined)[],
): QuantileForecast {
  const { verdict, chosen, weights } = made
  const floorOf = () => chosen.predict(origin, horizon, all)
  const whole = blend(patched(parts, floorOf), weights, segment)
  scaleForecast(whole, verdict.level)
  const outer = outerWidth(pickLevels(whole, BACKTEST_LEVELS))
  const forecast = pickLevels(whole, levels)
  if (verdict.calibration === undefined) return forecast
  applyCalibration(forecast, verdict.calibration, segment, outer, leastOf([forecast.quantiles]))
  return forecast
}

function pickLevels(forecast: QuantileForecast, levels: Float64Array): QuantileForecast {
  const size = forecast.levels.length
  if (levels.length === size && levels.every((level, l) => level === forecast.levels[l])) {
    return forecast
  }
  const places = Array.from(levels, (level) => forecast.levels.indexOf(level))
  const quantiles = new Float64Array(forecast.mean.length * levels.length)
  for (let at = 0, k = 0; at < forecast.mean.length; at++) {
    for (const place of places) quantiles[k++] = forecast.quantiles[at * size + place]!
  }
  return { ...forecast, levels, quantiles }
}
