import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { sortedQuantile } from '../../core/quantiles.ts'
import { createRandom } from '../../core/random/random.ts'
import { structures } from '../../learn/index.ts'
import { transferConfidence, transferPriorPoints, transferReach } from './knobs.ts'
import { risingFit } from './monotone.ts'

/** What was seen of one service: a step of a load test, or a minute of history. */
export interface TransferPoints {
  /** Requests/s on one core (of the reference speed). */
  readonly load: Float64Array
  /** 99th percentile of the answer time, ms; NaN where unknown. */
  readonly latencyMs: Float64Array
  /** Share of requests that failed; NaN where unknown. */
  readonly errorShare: Float64Array
}

/** What is asked of a service and known of it beside its points. */
export interface TransferGoal {
  /** Longest answer time at the 99th percentile, ms. */
  readonly latencyTargetMs: number
  /** CPU time of a request, ms; NaN where unknown: then found from the points. */
  readonly cpuMsPerRequest: number
  /** Largest share of failed requests. */
  readonly errorTarget: number
}

/** Requests/s that one core holds, with what it rests on. */
export interface TransferCurve {
  /** At the confidence asked for: what to plan with. */
  readonly perCore: number
  /** The middle estimate, and the range of nine in ten resamples. */
  readonly middle: number
  readonly range: readonly [number, number]
  /** Load at which a core has no time left, requests/s: from CPU time, or fitted. */
  readonly fullLoad: number
  readonly points: number
  /** For people. */
  readonly basis: string
}

const RESAMPLES = 100
/** Where neither points nor CPU time say more, a core is not planned fuller than this. */
const MOST_BUSY = 0.9
const BINS = 24

interface Sample {
  readonly load: Float64Array
  readonly logLatency: Float64Array
}

/**
 * The load of a core at its latency objective. Medians of the logarithm of latency over bins of load are
 * made to rise (`risingFit`) and drawn towards a queueing curve, latency = s / (1 − load / full) (M/M/1,
 * processor sharing; Kleinrock 1976), the more the fewer points there are; beyond the largest load seen
 * the curve goes on from the last bin, as far as the knob load.transfer-reach. Repeated on resampled points, whose
 * low quantile is what is planned with (knob load.transfer-confidence). Points with more failures than
 * allowed bound the load from above. Throws ERR_ARGUMENT without points and CPU time.
 */
export function fitTransfer(
  points: TransferPoints,
  goal: TransferGoal,
  seed: number,
  settings: KnobSettings = {},
): TransferCurve {
  const sample = usable(points)
  const count = sample.load.length
  const limit = errorLimit(points, goal)
  if (count < 2) return fromCpuTime(goal, limit, count)
  const random = createRandom(`transfer ${seed}`)
  const full = fullLoadOf(sample, goal)
  const middle = Math.min(limit, loadAt(sample, goal, full, settings))
  const drawn = Float64Array.from({ length: RESAMPLES }, () => {
    const rows = Int32Array.from({ length: count }, () => random.int(count))
    structures.sortInt32(rows)
    const again = {
      load: Float64Array.from(rows, (i) => sample.load[i]!),
      logLatency: Float64Array.from(rows, (i) => sample.logLatency[i]!),
    }
    return Math.min(limit, loadAt(again, goal, full, settings))
  }).sort()
  const confidence = readKnob(transferConfidence, settings)
  return {
    perCore: Math.min(middle, sortedQuantile(drawn, 1 - confidence)),
    middle,
    range: [sortedQuantile(drawn, 0.05), sortedQuantile(drawn, 0.95)],
    fullLoad: full,
    points: count,
    basis: `${count} points of load and latency`,
  }
}

/** Points with load and latency, by load. */
function usable({ load, latencyMs }: TransferPoints): Sample {
  const rows = Array.from(load, (_, i) => i).filter((i) => load[i]! > 0 && latencyMs[i]! > 0)
  rows.sort((a, b) => load[a]! - load[b]!)
  return {
    load: Float64Array.from(rows, (i) => load[i]!),
    logLatency: Float64Array.from(rows, (i) => Math.log(latencyMs[i]!)),
  }
}

/** Least load from which more fail than allowed in half of the points above it; Infinity: none. */
function errorLimit({ load, errorShare }: TransferPoints, { errorTarget }: TransferGoal): number {
  const rows = Array.from(load, (_, i) => i).filter((i) => load[i]! > 0 && errorShare[i]! >= 0)
  rows.sort((a, b) => load[b]! - load[a]!)
  let failing = 0
  let limit = Infinity
  rows.forEach((i, seen) => {
    if (errorShare[i]! > errorTarget) failing++
    if (errorShare[i]! > errorTarget && failing * 2 > seen + 1) limit = load[i]!
  })
  return limit
}

function fromCpuTime(goal: TransferGoal, limit: number, points: number): TransferCurve {
  const { cpuMsPerRequest, latencyTargetMs } = goal
  requireArgument(
    cpuMsPerRequest > 0,
    'a service has neither load tests, nor history with CPU time and latency, nor cpu_ms_per_request',
  )
  const fullLoad = 1000 / cpuMsPerRequest
  // The 99th percentile of an exponential answer time is ln 100 times its mean, s / (1 − busy).
  const busy = 1 - (Math.log(100) * cpuMsPerRequest) / latencyTargetMs
  requireArgument(
    busy > 0,
    `a latency target of ${latencyTargetMs} ms cannot be held with ${cpuMsPerRequest} ms of CPU time a request`,
  )
  const middle = Math.min(limit, fullLoad * Math.min(MOST_BUSY, busy))
  return {
    perCore: middle,
    middle,
    range: [middle, middle],
    fullLoad,
    points,
    basis: 'CPU time of a request and the queueing curve alone',
  }
}

/** 1000 / CPU ms; without it the full load whose queueing curve is nearest to the points. */
function fullLoadOf({ load, logLatency }: Sample, { cpuMsPerRequest }: TransferGoal): number {
  if (cpuMsPerRequest > 0) return Math.max(1000 / cpuMsPerRequest, load.at(-1)! * 1.001)
  let best = Infinity
  let bestError = Infinity
  for (let factor = 1.02; factor < 12; factor *= 1.06) {
    const full = load.at(-1)! * factor
    const offset = offsets(load, logLatency, full)
    const middle = sortedQuantile(offset, 0.5)
    const error = offset.reduce((sum, one) => sum + Math.abs(one - middle), 0)
    if (error < bestError * (1 - 1e-9)) {
      bestError = error
      best = full
    }
  }
  return best
}

/** log latency + log(1 − load / full), sorted: log s, were the queueing curve exact. */
function offsets(load: Float64Array, logLatency: Float64Array, full: number): Float64Array {
  const offset = Float64Array.from(
    load,
    (x, i) => logLatency[i]! + Math.log(Math.max(1e-3, 1 - x / full)),
  )
  structures.sortFloat64(offset)
  return offset
}

/** Load at which the curve meets the target. */
function loadAt(
  { load, logLatency }: Sample,
  { latencyTargetMs }: TransferGoal,
  full: number,
  settings: KnobSettings,
): number {
  const target = Math.log(latencyTargetMs)
  const bins = binned(load, logLatency)
  const service = sortedQuantile(offsets(load, logLatency, full), 0.5)
  const prior = (x: number) => service - Math.log(Math.max(1e-3, 1 - x / full))
  const fit = risingFit(bins.log, bins.count)
  const extra = readKnob(transferPriorPoints, settings)
  const curve = Array.from(bins.load, (x, b) => {
    const share = bins.count[b]! / (bins.count[b]! + extra)
    return share * fit[b]! + (1 - share) * prior(x)
  })
  const rising = risingFit(curve, bins.count)
  const last = rising.length - 1
  const reach = load.at(-1)! * readKnob(transferReach, settings)
  if (rising[0]! >= target) {
    // Even the lightest load seen is too slow: only the curve speaks below it.
    return Math.max(0, Math.min(bins.load[0]!, full * (1 - Math.exp(service - target))))
  }
  for (let b = 1; b <= last; b++) {
    if (rising[b]! < target) continue
    const share = (target - rising[b - 1]!) / (rising[b]! - rising[b - 1]!)
    return bins.load[b - 1]! + share * (bins.load[b]! - bins.load[b - 1]!)
  }
  // Beyond what was seen: the queueing curve, moved to pass through the last bin.
  const moved = service + rising[last]! - prior(bins.load[last]!)
  const meets = full * (1 - Math.exp(moved - target))
  return Math.max(bins.load[last]!, Math.min(reach, meets, full * MOST_BUSY))
}

/** Medians over bins of about equal numbers of points. */
function binned(load: Float64Array, logLatency: Float64Array) {
  const bins = Math.min(BINS, load.length)
  const edge = (b: number) => Math.floor((b * load.length) / bins)
  const middle = (of: Float64Array, b: number) =>
    sortedQuantile(of.slice(edge(b), edge(b + 1)).sort(), 0.5)
  return {
    load: Float64Array.from({ length: bins }, (_, b) => middle(load, b)),
    log: Float64Array.from({ length: bins }, (_, b) => middle(logLatency, b)),
    count: Float64Array.from({ length: bins }, (_, b) => edge(b + 1) - edge(b)),
  }
}
