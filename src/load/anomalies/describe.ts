import { medianInPlace } from '../structure/robust.ts'
import type { Measure } from './measures.ts'
import type { Scales } from './scales.ts'
import type { Usual } from './usual.ts'

/**
 * spike: up for an hour at most; burst: up for longer and back again, as robots make it; outage: down and
 * back again; break: stays for half a season or to the end; unrest: ups and downs become larger; flatline:
 * load hardly moves any more.
 */
export type AnomalyKind = 'spike' | 'burst' | 'outage' | 'break' | 'unrest' | 'flatline'

/** Steps from … to with the one that belongs least. */
export interface Run {
  readonly from: number
  /** Not included. */
  readonly to: number
  readonly peak: number
}

/** What a scan has read of a series. */
export interface Reading {
  readonly values: Float64Array
  readonly scales: Scales
  readonly usual: Usual
  readonly measures: readonly Measure[]
}

/** What kind of anomaly a run is, and why, in words; `measure` is the one that it stands out by most. */
export function describeAnomaly(
  reading: Reading,
  measure: Measure,
  run: Run,
  stepMs: number,
): { readonly kind: AnomalyKind; readonly reason: string } {
  const { look, sign, values } = measure
  if (look === 'noise') return describeNoise(sign, values, run.peak)
  const kind = kindOf(reading, measure, run)
  const verb = sign > 0 ? 'rose' : 'fell'
  if (look === 'level') {
    const hours = Number((((2 * reading.scales.level + 1) * stepMs) / 3_600_000).toPrecision(2))
    const [low, high] = [reading.usual.low[run.peak]!, reading.usual.high[run.peak]!]
    const level = shown(sign * values[run.peak]!)
    return {
      kind,
      reason: `the median of ${hours} h ${verb} to ${level}; single steps are usually ${shown(low)} to ${shown(high)}`,
    }
  }
  const load = shown(reading.values[run.peak]!)
  const before = shown(medianBefore(reading, run.peak))
  const when = look === 'time-of-day' ? ', as it did not at this time of earlier days' : ''
  return { kind, reason: `load ${verb} to ${load} from ${before}${when}` }
}

function describeNoise(sign: 1 | -1, values: Float64Array, peak: number) {
  const known = values.slice(0, peak).filter((value) => !Number.isNaN(value))
  const times = Math.exp(values[peak]! - medianInPlace(known))
  return sign > 0
    ? { kind: 'unrest' as const, reason: `ups and downs ${shown(times)} times as large as usual` }
    : { kind: 'flatline' as const, reason: `ups and downs 1/${shown(times)} of what is usual` }
}

/** By how long load stays beyond what had been usual when it began. */
function kindOf({ values, scales, usual }: Reading, measure: Measure, run: Run): AnomalyKind {
  const { sign, look } = measure
  const { season, refresh } = scales
  const edge = sign > 0 ? usual.high[run.from]! : usual.low[run.from]!
  /** Whether most known steps of so many after the peak lie beyond the edge. */
  const lastsFor = (steps: number) => {
    let [out, known] = [0, 0]
    const end = Math.min(values.length, run.peak + steps)
    for (let t = run.peak; t < end; t++) {
      if (Number.isNaN(values[t]!)) continue
      known++
      if (sign > 0 ? values[t]! > edge : values[t]! < edge) out++
    }
    return 2 * out > known
  }
  const isSeen = values.length - run.peak > refresh
  if (isSeen && lastsFor(Math.max(2, Math.round(season / 2)))) return 'break'
  if (sign < 0) return 'outage'
  return look === 'level' || (isSeen && lastsFor(2 * refresh)) ? 'burst' : 'spike'
}

/** Median of the stretch before a step. */
function medianBefore({ values, scales }: Reading, step: number): number {
  const known = values.slice(Math.max(0, step - 2 * scales.before - 1), step)
  return medianInPlace(known.filter((value) => !Number.isNaN(value)))
}

/** Three digits, and thousands apart. */
function shown(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US', { maximumFractionDigits: 6 })
}
