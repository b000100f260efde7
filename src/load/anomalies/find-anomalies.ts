import { requireArgument } from '../../core/errors.ts'
import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import { requireLoad } from '../axis.ts'
import { runsOf } from '../runs.ts'
import { dayClock } from '../structure/clock.ts'
import { blank } from '../structure/ordinary.ts'
import type { LeftOut, LoadAxis, LoadEvent, LoadHistory } from '../types.ts'
import { type AnomalyKind, describeAnomaly, type Reading, type Run } from './describe.ts'
import {
  ANOMALY_FALSE_ALARMS,
  ANOMALY_LEAST_SIZE,
  ANOMALY_MEMORY,
  ANOMALY_SILENCE,
} from './knobs.ts'
import { measuresOf } from './measures.ts'
import { scalesOf } from './scales.ts'
import { type Scan, scanMeasures } from './scan.ts'
import { type Reference, usualOf } from './usual.ts'

/** A stretch of load that does not belong. */
export interface Anomaly {
  /** First step that raises an alarm: when a person is called. */
  readonly startMs: number
  /** End of the last such step. */
  readonly endMs: number
  /** Known some time later only: it tells by how long the load stayed so. */
  readonly kind: AnomalyKind
  /** A phrase that a person reads. */
  readonly reason: string
  /** −ln of how often a month the like would come by chance: 0 once a month, 4.6 once in a hundred. */
  readonly score: number
  /** Start of the step that belongs least. */
  readonly peakMs: number
  /** Load of that step. */
  readonly load: number
}

export interface AnomalyOptions {
  /**
   * False alarms a series a month that are borne, 0.001 to 100; default: knob load.anomaly-false-alarms.
   */
  readonly sensitivity?: number
  /**
   * What a step is compared with. `past`: what came before it, as an alarm must (the first two
   * seasons only teach). `whole`: all of the history but its own surroundings, to clean it. Default past.
   */
  readonly reference?: Reference
  /** Steps of a day (or of the shortest season); default: from the length of the step. */
  readonly season?: number
  /** IANA zone whose clock days follow; default UTC. Only for steps that divide a day. */
  readonly zone?: string
  /** Known events: their steps are neither judged nor learned from. */
  readonly events?: readonly LoadEvent[]
  /** Stretches that a person left out: likewise. */
  readonly leftOut?: readonly LeftOut[]
  readonly settings?: KnobSettings
}

/**
 * Finds what does not belong, by start. Alarms less than `load.anomaly-silence` apart are one. Throws
 * ERR_ARGUMENT on a sensitivity out of range, on load below zero, on events that end before they start
 * and on unknown zones.
 */
export function findAnomalies(
  history: LoadHistory,
  options: AnomalyOptions = {},
): readonly Anomaly[] {
  const settings = options.settings ?? {}
  const sensitivity = options.sensitivity ?? readKnob(ANOMALY_FALSE_ALARMS, settings)
  requireArgument(
    sensitivity >= 0.001 && sensitivity <= 100,
    `sensitivity: ${sensitivity} is not between 0.001 and 100 false alarms a series a month`,
  )
  const { scan, reading } = scanHistory(history, options)
  const { season } = reading.scales
  const silence = Math.max(1, Math.round(readKnob(ANOMALY_SILENCE, settings) * season))
  return alarmRuns(scan.score, -Math.log(sensitivity), silence).map((run) =>
    anomalyOf(history, scan, reading, run),
  )
}

/** [count] score of every step, as in Anomaly.score; −Infinity where nothing can be told. Throws like findAnomalies. */
export function scoreAnomalies(history: LoadHistory, options: AnomalyOptions = {}): Float64Array {
  return scanHistory(history, options).scan.score
}

function scanHistory(
  history: LoadHistory,
  options: AnomalyOptions,
): { readonly scan: Scan; readonly reading: Reading } {
  const { axis } = history
  const { reference = 'past', settings = {}, events = [] } = options
  requireLoad(history, { events, seed: 0 })
  const scales = scalesOf(axis.stepMs, options.season)
  const values = history.values.slice()
  blank(values, [...events, ...(options.leftOut ?? [])], axis)
  const memory = Math.round(readKnob(ANOMALY_MEMORY, settings) * scales.season)
  const usual = usualOf(values, { ...scales, memory, reference })
  const offset = options.zone === undefined ? undefined : clockOffset(axis, options.zone)
  const measures = measuresOf(values, scales, usual, readKnob(ANOMALY_LEAST_SIZE, settings), offset)
  const scan = scanMeasures(axis.count, measures, {
    ...{ blocks: scales.blocks, stepMs: axis.stepMs, memory, reference },
  })
  return { scan, reading: { values, scales, usual, measures } }
}

function clockOffset(axis: LoadAxis, zone: string): Int32Array | undefined {
  if (zone === 'UTC') return undefined
  const { day, slot, slots } = dayClock(axis, zone)
  const placeOf = (t: number) => day[t]! * slots + slot[t]! - t
  const first = placeOf(0)
  return Int32Array.from({ length: axis.count }, (_, t) => placeOf(t) - first)
}

/**
 * Stretches of steps with a score above `limit`, with the step of the largest; such less than `silence`
 * steps apart are one.
 */
export function alarmRuns(score: Float64Array, limit: number, silence: number): readonly Run[] {
  return runsOf(score.length, silence, (t) => score[t]! > limit).map(({ from, to }) => {
    let peak = from
    for (let t = from; t < to; t++) if (score[t]! > score[peak]!) peak = t
    return { from, to, peak }
  })
}

function anomalyOf(history: LoadHistory, scan: Scan, reading: Reading, run: Run): Anomaly {
  const { startMs, stepMs } = history.axis
  const measure = reading.measures[scan.lead[run.peak]!]!
  return {
    startMs: startMs + run.from * stepMs,
    endMs: startMs + run.to * stepMs,
    ...describeAnomaly(reading, measure, run, stepMs),
    score: scan.score[run.peak]!,
    peakMs: startMs + run.peak * stepMs,
    load: history.values[run.peak]!,
  }
}
