import type { KnobSettings } from '../../core/knobs.ts'
import type { Projection } from './reproject.ts'
import { learnNull, type TrackedForecast } from './residuals.ts'
import { type LoadSample, onSteps } from './samples.ts'
import { createTracker, type TrackNotice, type TrackStep } from './tracker.ts'

/** What a followed event says as it goes on. */
export type TrackMessage =
  | { readonly kind: 'notice'; readonly notice: TrackNotice }
  | { readonly kind: 'status'; readonly step: TrackStep; readonly projection: Projection }

/** How often the rest is projected again. */
export interface FollowOptions {
  readonly statusSteps: number
  /** Told of every step that is read, known or not. */
  readonly onStep?: (step: TrackStep) => void
  readonly settings?: KnobSettings
}

/** Follows a forecast as samples come in, in any portions. */
export interface Follower {
  /** Reads further samples; steps that end at or before `atMs` are taken as complete. */
  take(samples: readonly LoadSample[], atMs: number): TrackMessage[]
  /** What was seen in all. */
  summary(): TrackSummary
}

export interface TrackSummary {
  readonly steps: number
  /** Share of the steps seen that lay inside the band of nine in ten. */
  readonly inside: number
  /** Σ |load − expected| / Σ load. */
  readonly error: number
  readonly notices: readonly TrackNotice[]
  readonly projection: Projection | undefined
}

/** A follower at the start of its forecast. A sample counts once, whenever it comes, until its step is read. */
export function createFollower(forecast: TrackedForecast, options: FollowOptions): Follower {
  const { axis } = forecast
  const tracker = createTracker(learnNull(forecast, options.settings), options.settings)
  const wholes = new Map<string, LoadSample>()
  let parts: LoadSample[] = []
  const notices: TrackNotice[] = []
  const sums = { steps: 0, inside: 0, error: 0, load: 0 }
  let next = 0
  let projection: Projection | undefined
  const readStep = (t: number, load: number): TrackMessage[] => {
    const step = tracker.read(t, load)
    options.onStep?.(step)
    const messages: TrackMessage[] = step.notices.map((notice) => ({ kind: 'notice', notice }))
    notices.push(...step.notices)
    if (!Number.isNaN(load)) {
      sums.steps++
      sums.inside += step.isInside ? 1 : 0
      sums.error += Math.abs(load - step.expected)
      sums.load += load
    }
    if ((t + 1) % options.statusSteps === 0 || step.notices.length > 0) {
      projection = tracker.project()
      messages.push({ kind: 'status', step, projection })
    }
    return messages
  }
  return {
    take(samples, atMs) {
      for (const one of samples) {
        if (one.whole) wholes.set(`${one.fromMs} ${one.toMs}`, one)
        else parts.push(one)
      }
      const end = Math.min(axis.count, Math.floor((atMs - axis.startMs) / axis.stepMs))
      if (end <= next) return []
      const values = onSteps([...wholes.values(), ...parts], axis)
      const messages: TrackMessage[] = []
      for (; next < end; next++) messages.push(...readStep(next, values[next]!))
      const readUntil = axis.startMs + next * axis.stepMs
      for (const [key, one] of wholes) if (one.toMs <= readUntil) wholes.delete(key)
      parts = parts.filter((one) => one.toMs > readUntil)
      return messages
    },
    summary: () => ({
      steps: sums.steps,
      inside: sums.steps === 0 ? 0 : sums.inside / sums.steps,
      error: sums.load === 0 ? 0 : sums.error / sums.load,
      notices,
      projection: next > 0 ? tracker.project() : projection,
    }),
  }
}
