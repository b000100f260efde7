import { type KnobSettings, readKnob } from '../../core/knobs.ts'
import type { Panel } from '../../core/panel.ts'
import { SeriesReader } from '../panel-forecaster.ts'
import { youngWeeks } from './knobs.ts'

const VOLUMES = ['low', 'mid', 'high'] as const
const PATTERNS = ['smooth', 'erratic', 'intermittent', 'lumpy'] as const
const AGES = ['young', 'old'] as const

/** Names of the segments: volume/pattern/age, then that of series without any observation. */
export const SEGMENTS: readonly string[] = [
  ...VOLUMES.flatMap((v) => PATTERNS.flatMap((p) => AGES.map((a) => `${v}/${p}/${a}`))),
  'new',
]

/** Index of the segment of series that have not sold yet. */
export const NEW_SEGMENT = SEGMENTS.length - 1

/** Whether each segment is of young series. */
const IS_YOUNG = SEGMENTS.map((name) => name.endsWith('/young'))

/** True for segments of young series and of those that have not sold yet. */
export const isYoungSegment = (segment: number) => IS_YOUNG[segment]! || segment === NEW_SEGMENT

/**
 * Fills the row of series that have not sold yet, of which nothing can be judged, with the mean of the
 * rows of the young segments (by their series); leaves it where there are none. `values` has `width`
 * numbers a segment.
 */
export function likeYoung(values: Float64Array, width: number, seriesOf: Float64Array): void {
  const total = seriesOf.reduce((sum, n, s) => sum + (IS_YOUNG[s] ? n : 0), 0)
  if (total === 0) return
  for (let m = 0; m < width; m++) {
    let sum = 0
    for (let s = 0; s < SEGMENTS.length; s++) {
      if (IS_YOUNG[s]) sum += (seriesOf[s]! / total) * values[s * width + m]!
    }
    values[NEW_SEGMENT * width + m] = sum
  }
}

/** Bounds of the classes of Syntetos, Boylan & Croston 2005. */
const ADI_BOUND = 1.32
const CV2_BOUND = 0.49

/** What puts a series into a segment. */
interface SeriesShape {
  /** Mean a slot. */
  readonly mean: number
  /** Mean interval between slots with demand. */
  readonly interval: number
  /** Squared coefficient of variation of the demands that are not zero. */
  readonly variation: number
  /** Slots since the first. */
  readonly age: number
  readonly observed: number
}

/** Bounds of the terciles of volume over the series of a panel as known before `end`. */
export function volumeBounds(panel: Panel, end: number): readonly number[] {
  const volumes = shapesAt(panel, new SeriesReader(panel), end)
    .filter((shape) => shape.observed > 0)
    .map((shape) => shape.mean)
    .sort((a, b) => a - b)
  return [1 / 3, 2 / 3].map((share) => volumes[Math.floor(share * volumes.length)] ?? 0)
}

/**
 * Segment (index into SEGMENTS) of every series as known before `origin`: volume by `bounds`,
 * intermittency by the mean interval between demands and the variation of their sizes (Syntetos,
 * Boylan & Croston 2005), young below knob demand.young-weeks.
 */
export function segmentsAt(
  panel: Panel,
  origin: number,
  bounds: readonly number[],
  settings: KnobSettings = {},
): Int32Array {
  const reader = new SeriesReader(panel)
  const youngSlots = readKnob(youngWeeks, settings) * slotsPerWeek(panel, reader)
  return Int32Array.from(shapesAt(panel, reader, origin), (shape) =>
    segmentOf(shape, bounds, youngSlots),
  )
}

function shapesAt(panel: Panel, reader: SeriesReader, origin: number): SeriesShape[] {
  return panel.ids.map((_, i) => {
    const { y, length } = reader.read(i, origin)
    return shapeOf(y, length)
  })
}

function slotsPerWeek(panel: Panel, reader: SeriesReader): number {
  switch (panel.buckets.frequency) {
    case 'H':
      return 168
    case 'D':
      return reader.axis.slotsPerWeek
    case 'W':
      return 1
    case 'M':
      return 12 / 52
  }
}

function shapeOf(y: Float64Array, length: number): SeriesShape {
  let observed = 0
  let sum = 0
  let sold = 0
  let size = 0
  let squares = 0
  for (let t = 0; t < length; t++) {
    const value = y[t]!
    if (Number.isNaN(value)) continue
    observed++
    sum += Math.abs(value)
    if (value === 0) continue
    sold++
    size += value
    squares += value * value
  }
  const mean = sold > 0 ? size / sold : 0
  const variance = sold > 0 ? squares / sold - mean * mean : 0
  return {
    mean: observed > 0 ? sum / observed : 0,
    interval: sold > 0 ? observed / sold : Infinity,
    variation: mean === 0 ? 0 : Math.max(0, variance) / (mean * mean),
    age: length,
    observed,
  }
}

function segmentOf(shape: SeriesShape, bounds: readonly number[], youngSlots: number): number {
  if (shape.observed === 0) return NEW_SEGMENT
  const volume = shape.mean < bounds[0]! ? 0 : shape.mean < bounds[1]! ? 1 : 2
  const rare = shape.interval >= ADI_BOUND ? 2 : 0
  const uneven = shape.variation >= CV2_BOUND ? 1 : 0
  const old = shape.age < youngSlots ? 0 : 1
  return (volume * PATTERNS.length + rare + uneven) * AGES.length + old
}
