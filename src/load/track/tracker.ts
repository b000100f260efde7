import type { KnobSettings } from '../../core/knobs.ts'
import { createReprojector, type Projection } from './reproject.ts'
import { createMeter, type NullModel } from './residuals.ts'

/** One thing to tell: load has left its band, come back, or jumped. */
export interface TrackNotice {
  readonly kind: 'above' | 'below' | 'back' | 'edge-up' | 'edge-down'
  /** Epoch ms of the step. */
  readonly atMs: number
  readonly load: number
  readonly expected: number
  /** How far beyond its bound the test was: 1 is at it. */
  readonly strength: number
  readonly text: string
}

/** One step of an event. */
export interface TrackStep {
  readonly atMs: number
  readonly load: number
  /** Median and the band of nine in ten, as forecast before. */
  readonly expected: number
  readonly low: number
  readonly high: number
  readonly isInside: boolean
  readonly notices: readonly TrackNotice[]
}

/** Follows an event; steps in order, each once. */
export interface Tracker {
  /** Reads step `t` of the forecast's axis. */
  read(t: number, load: number): TrackStep
  /** What the rest looks like after the last step that was read. */
  project(): Projection
}

/** An edge is told once in so many steps. */
const EDGE_PAUSE = 5

/** A tracker at the start of a forecast, with bounds from the forecast's own courses (`learnNull`). */
export function createTracker(model: NullModel, settings: KnobSettings = {}): Tracker {
  const { forecast } = model
  const meter = createMeter(model)
  const reprojector = createReprojector(model, settings)
  const [low, middle, high] = [0.05, 0.5, 0.95].map((level) => forecast.quantile(level)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  const { axis } = forecast
  const { bounds } = model
  let state: 'inside' | 'above' | 'below' = 'inside'
  let lastEdge = -Infinity
  let lastStep = -1
  return {
    read(t, load) {
      const { above, below, edge } = meter.read(t, load)
      reprojector.see(t, load)
      lastStep = t
      const atMs = axis.startMs + t * axis.stepMs
      const expected = middle[t]!
      const notices: TrackNotice[] = []
      const tell = (kind: TrackNotice['kind'], strength: number) =>
        notices.push({ kind, atMs, load, expected, strength, text: textOf(kind, load, expected) })
      if (!Number.isNaN(load)) {
        if (Math.abs(edge) > bounds.edge && t - lastEdge > EDGE_PAUSE) {
          lastEdge = t
          tell(edge > 0 ? 'edge-up' : 'edge-down', Math.abs(edge) / bounds.edge)
        }
        if (state === 'inside' && above > bounds.above) {
          state = 'above'
          tell('above', above / bounds.above)
        } else if (state === 'inside' && below > bounds.below) {
          state = 'below'
          tell('below', below / bounds.below)
        } else if (
          (state === 'above' && above < bounds.above / 2) ||
          (state === 'below' && below < bounds.below / 2)
        ) {
          state = 'inside'
          tell('back', 0)
        }
      }
      const isInside = Number.isNaN(load) || (load >= low[t]! && load <= high[t]!)
      return { atMs, load, expected, low: low[t]!, high: high[t]!, isInside, notices }
    },
    project: () => reprojector.project(lastStep),
  }
}

function textOf(kind: TrackNotice['kind'], load: number, expected: number): string {
  const number = (value: number) => Math.round(value).toLocaleString('en-US')
  const against = `${number(load)} where ${number(expected)} was expected`
  if (kind === 'above')
    return `Load has been above its forecast for longer than chance allows: ${against}.`
  if (kind === 'below')
    return `Load has been below its forecast for longer than chance allows: ${against}.`
  if (kind === 'edge-up') return `Load jumps: ${against}.`
  if (kind === 'edge-down') return `Load drops: ${against}.`
  return `Load is back within its forecast: ${against}.`
}
