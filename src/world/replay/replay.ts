import { setImmediate } from 'node:timers/promises'
import { type Interval, studentInterval } from '../../core/distributions/student.ts'
import type { KnobSettings } from '../../core/knobs.ts'
import { readKnob } from '../../core/knobs.ts'
import { type OnProgress, silent, throwIfStopped } from '../../core/progress.ts'
import { replayBaseStock } from './base-stock.ts'
import { type Foresight, foresee } from './bound.ts'
import { createWorld, type ReplayInput, type World } from './input.ts'
import { readReplayParams, seedsKnob } from './knobs.ts'
import { type Luck, luckOf } from './luck.ts'
import {
  type DayMetrics,
  dayMetrics,
  type MetricName,
  type Metrics,
  type ProductSums,
  productMetrics,
  productSums,
  SUM_NAMES,
  totalMetrics,
} from './metrics.ts'
import { naivePolicy, naiveReplacePolicy } from './naive.ts'
import { type Observed, replayPlain } from './plain.ts'
import type { ReplayPolicy } from './policy.ts'
import { addTally, createTally, type Tally } from './tally.ts'

export interface ReplayOptions {
  readonly seed: string | number
  /** Runs with vendors of their own; default knob world.replay-seeds. */
  readonly seeds?: number
  readonly settings?: KnobSettings
  /** Whose past a policy sees; default 'store'. */
  readonly observed?: Observed
  readonly onProgress?: OnProgress
  readonly signal?: AbortSignal
}

/** A policy's figures: means over the seeds. */
export interface PolicyOutcome {
  readonly name: string
  readonly totals: Metrics
  /** 95 % intervals of the totals over the seeds (the vendors' luck; the demand is one). */
  readonly intervals: Readonly<Record<MetricName, Interval>>
  /** (profit − naive's) / (bound − naive's), seed by seed; null where there is no gap to close. */
  readonly gapClosed: Interval | null
  /** By dense product index. */
  readonly products: readonly Metrics[]
  readonly days: DayMetrics
}

export interface ReplayResult {
  readonly firstDay: number
  readonly days: number
  readonly productIds: readonly string[]
  readonly seeds: number
  /** Most profit any policy could make knowing the future; means over the seeds by product. */
  readonly bound: { readonly profitCents: Interval; readonly products: Foresight }
  /** Both naive policies first, then those given, in order. */
  readonly policies: readonly PolicyOutcome[]
}

interface Collected {
  readonly policy: ReplayPolicy
  readonly totals: Metrics[]
  readonly sums: Record<(typeof SUM_NAMES)[number], Float64Array>
  readonly tally: Tally
}

/**
 * Replays policies day by day on the same demand and the same vendors, beside both naive policies
 * and the perfect-foresight bound. Same input, policies and seed: same result. Throws ERR_ARGUMENT
 * on an unusable input, ERR_KNOB on an unusable setting, ERR_CANCELLED when stopped.
 */
export async function replay(
  input: ReplayInput,
  policies: readonly ReplayPolicy[],
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { settings = {}, onProgress = silent, signal, observed = 'store' } = options
  const world = createWorld(input, readReplayParams(settings))
  const seeds = options.seeds ?? Math.round(readKnob(seedsKnob, settings))
  const all = [naivePolicy, naiveReplacePolicy, ...policies].map((policy) => collect(world, policy))
  const foresights: Foresight[] = []
  const bounds: number[] = []
  const total = seeds * (all.length + 1)
  let done = 0
  for (let s = 0; s < seeds; s++) {
    const luck = luckOf(`${options.seed}/${s}`)
    const foresight = foresee(world, luck)
    foresights.push(foresight)
    bounds.push(foresight.profitCents.reduce((a, b) => a + b, 0))
    done++
    for (const collected of all) {
      // Lets an abort and other work through between runs.
      await setImmediate()
      throwIfStopped(signal)
      add(world, collected, runPolicy(world, luck, collected.policy, observed), 1 / seeds)
      onProgress({ step: 'replay', done: ++done, total, note: collected.policy.name })
    }
  }
  return {
    firstDay: input.firstDay,
    days: world.days,
    productIds: input.products.ids,
    seeds,
    bound: { profitCents: studentInterval(bounds), products: meanForesight(foresights) },
    policies: all.map((collected) => outcomeOf(world, collected, all[0]!, bounds)),
  }
}

function runPolicy(world: World, luck: Luck, policy: ReplayPolicy, observed: Observed): Tally {
  return policy.levels
    ? replayBaseStock(world, luck, policy.levels)
    : replayPlain(world, luck, policy, observed)
}

function collect(world: World, policy: ReplayPolicy): Collected {
  const zeros = SUM_NAMES.map((name) => [name, new Float64Array(world.products)] as const)
  return {
    policy,
    totals: [],
    sums: Object.fromEntries(zeros) as Collected['sums'],
    tally: createTally(world),
  }
}

function add(world: World, collected: Collected, tally: Tally, weight: number): void {
  const sums: ProductSums = productSums(world, tally)
  collected.totals.push(totalMetrics(sums, world.days))
  for (const name of SUM_NAMES) {
    const to = collected.sums[name]
    const from = sums[name]
    for (let p = 0; p < to.length; p++) to[p]! += weight * from[p]!
  }
  addTally(collected.tally, tally, weight)
}

function meanForesight(foresights: readonly Foresight[]): Foresight {
  const mean = (name: keyof Foresight) =>
    foresights[0]![name].map(
      (_, p) => foresights.reduce((sum, one) => sum + one[name][p]!, 0) / foresights.length,
    )
  return {
    profitCents: mean('profitCents'),
    soldUnits: mean('soldUnits'),
    marginCents: mean('marginCents'),
    holdingCents: mean('holdingCents'),
    orderingCents: mean('orderingCents'),
    writeDownCents: mean('writeDownCents'),
  }
}

function outcomeOf(
  world: World,
  { policy, totals, sums, tally }: Collected,
  naive: Collected,
  bounds: readonly number[],
): PolicyOutcome {
  const names = Object.keys(totals[0]!) as MetricName[]
  return {
    name: policy.name,
    totals: totalMetrics(sums, world.days),
    intervals: Object.fromEntries(
      names.map((name) => [name, studentInterval(totals.map((metrics) => metrics[name]))]),
    ) as Record<MetricName, Interval>,
    gapClosed: gapClosed(totals, naive.totals, bounds),
    products: Array.from(sums.profitCents, (_, p) => productMetrics(sums, p, world.days)),
    days: dayMetrics(world, tally.days),
  }
}

/**
 * Share of the gap between naive and bound that a policy closes: the ratio of the means over seeds,
 * with the interval of the delta method (a mean of ratios would be swayed by a seed without a gap).
 * Null where there is no gap.
 */
function gapClosed(
  policy: readonly Metrics[],
  naive: readonly Metrics[],
  bounds: readonly number[],
): Interval | null {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const gaps = bounds.map((bound, s) => bound - naive[s]!.profitCents)
  const gains = policy.map((metrics, s) => metrics.profitCents - naive[s]!.profitCents)
  const gap = mean(gaps)
  if (!(gap > 0)) return null
  const ratio = mean(gains) / gap
  const spread = studentInterval(gains.map((gain, s) => (gain - ratio * gaps[s]!) / gap))
  return { mean: ratio, low: ratio + spread.low, high: ratio + spread.high }
}
