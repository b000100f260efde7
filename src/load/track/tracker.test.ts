import { describe, expect, test } from 'vitest'
import { normalQuantile } from '../../core/distributions/normal.ts'
import { quantilePaths } from '../quantile-paths.ts'
import { learnNull } from './residuals.ts'
import { createTracker, type TrackNotice } from './tracker.ts'

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const COUNT = 720
const EVENT = { from: 300, to: 480 }

/** Twelve hours of minutes with an event in them, known to about a fifth. */
function forecast(seed: number, paths = 300) {
  const mean = Float64Array.from({ length: COUNT }, (_, t) =>
    t >= EVENT.from && t < EVENT.to ? 9000 : 3000 + 2 * t,
  )
  const quantiles = LEVELS.map((level) =>
    mean.map((one) => one * Math.exp(0.2 * normalQuantile(level))),
  )
  const axis = { startMs: Date.UTC(1998, 5, 30), stepMs: 60_000, count: COUNT }
  return quantilePaths({ axis, mean, levels: LEVELS, quantiles, persistence: 0.97, paths, seed })
}

function noticesOf(load: Float64Array, settings = {}): TrackNotice[] {
  const tracker = createTracker(learnNull(forecast(1), settings), settings)
  return Array.from(load).flatMap((one, t) => [...tracker.read(t, one).notices])
}

describe('tracking an event', () => {
  test('raises as few false alarms as the knob says, on days unlike those it learned from', () => {
    const days = 120
    const falseDays = (rate: number) => {
      const model = learnNull(forecast(1), { 'load.track-false-alarms': rate })
      const fresh = forecast(77, days)
      let count = 0
      for (let day = 0; day < days; day++) {
        const tracker = createTracker(model)
        const load = fresh.path(day, new Float64Array(COUNT))
        const notices = Array.from(load).flatMap((one, t) => [...tracker.read(t, one).notices])
        if (notices.some(({ kind }) => kind !== 'back')) count++
      }
      return count / days
    }
    // Half a day of 0.4 alarms a day: 0.18 of the days at the most, and 4 standard errors.
    expect(falseDays(0.4)).toBeLessThan(0.18 + 4 * Math.sqrt((0.18 * 0.82) / days))
    expect(falseDays(0.02)).toBeLessThan(0.07)
  })

  test('tells within half an hour that load is twice what was forecast', () => {
    const load = forecast(5).path(0, new Float64Array(COUNT))
    const doubled = load.map((one, t) => (t >= 200 ? 2 * one : one))
    const first = noticesOf(doubled).find(({ kind }) => kind === 'above')
    const minute = (first!.atMs - Date.UTC(1998, 5, 30)) / 60_000
    expect(minute).toBeGreaterThan(195)
    expect(minute).toBeLessThan(230)
  })

  test('highlights a sharp edge at its minute', () => {
    const load = forecast(6)
      .path(0, new Float64Array(COUNT))
      .map((one, t) => (t >= 150 && t < 160 ? one / 5 : one))
    const edges = noticesOf(load).filter(({ kind }) => kind.startsWith('edge'))
    expect((edges[0]!.atMs - Date.UTC(1998, 5, 30)) / 60_000).toBe(150)
    expect(edges[0]!.kind).toBe('edge-down')
    expect(
      edges.some(({ kind, atMs }) => kind === 'edge-up' && atMs >= Date.UTC(1998, 5, 30, 2, 40)),
    ).toBe(true)
  })

  test('projects a higher peak from a higher level, surer as the event goes on, and its end', () => {
    const tracker = createTracker(learnNull(forecast(1)))
    const truth = forecast(9)
      .path(3, new Float64Array(COUNT))
      .map((one) => 1.3 * one)
    const before = tracker.project()
    for (let t = 0; t < 280; t++) tracker.read(t, truth[t]!)
    const peak = truth.reduce((a, b) => Math.max(a, b), 0)
    const ahead = tracker.project()
    expect(ahead.level).toBeGreaterThan(0.05)
    expect(Math.abs(ahead.peak.middle - peak)).toBeLessThan(Math.abs(before.peak.middle - peak))
    expect(ahead.peak.high - ahead.peak.low).toBeLessThan(
      1.3 * (before.peak.high - before.peak.low),
    )
    for (let t = 280; t < COUNT; t++) tracker.read(t, truth[t]!)
    const after = tracker.project()
    expect(after.peak.middle).toBe(peak)
    expect(truth[(after.endMs.middle - Date.UTC(1998, 5, 30)) / 60_000]!).toBeGreaterThanOrEqual(
      peak / 2,
    )
  })

  test('stands unknown minutes', () => {
    const load = forecast(5)
      .path(0, new Float64Array(COUNT))
      .map((one, t) => (t % 3 === 0 ? one : Number.NaN))
    expect(noticesOf(load).length).toBeLessThan(3)
  })
})
