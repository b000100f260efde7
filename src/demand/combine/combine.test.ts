import { describe, expect, it } from 'vitest'
import type { Panel } from '../../core/panel.ts'
import { forecastPanel } from '../forecast-panel.ts'
import { BACKTEST_LEVELS } from '../score.ts'
import { oracle, panelAround, type Truth } from './testing.ts'

const LENGTH = 200
const HORIZON = 14
/** Weekly jumps that no classical model can know, but a covariate could. */
const truth: Truth = (i, t) =>
  (20 + 5 * (i % 4)) * (1 + 0.8 * Math.sin((Math.floor(t / 3) + i) ** 2))
const smooth: Truth = (i) => 20 + 5 * (i % 4)

const run = (panel: Panel, members: Parameters<typeof oracle>[], settings = {}) =>
  forecastPanel(panel, {
    horizon: HORIZON,
    levels: [0.1, 0.33, 0.5, 0.9],
    origin: LENGTH - HORIZON,
    models: ['auto'],
    learned: members.map((args) => oracle(...args)),
    settings: { 'demand.segment-prior': 5, ...settings },
  })

describe('the combination', () => {
  it('gives the weight to the member that knows more, in every segment', async () => {
    const panel = panelAround(truth, 60, LENGTH, 0.1, 'knows')
    const made = await run(panel, [
      ['seer', truth, 0.1],
      ['liar', truth, 0.1, 3],
    ])
    const { verdict, members } = made.combination!
    expect(members).toEqual(['classical', 'seer', 'liar'])
    expect(new Set(made.chosen)).toEqual(new Set(['combined']))
    for (const row of verdict.segments.filter((r) => r.model === 'seer' && r.series > 0)) {
      expect(row.weight).toBeGreaterThan(0.6)
      expect(row.used).toBe(true)
    }
    const weights = verdict.segments.filter((r) => r.model !== 'combined')
    for (const segment of new Set(weights.map((r) => r.segment))) {
      const rows = weights.filter((r) => r.segment === segment)
      expect(rows.reduce((sum, r) => sum + r.weight, 0)).toBeCloseTo(1, 9)
      expect(rows.every((r) => r.weight >= 0)).toBe(true)
    }
    expect(verdict.heldOutRatio.every((r) => r < 0.9)).toBe(true)
  })

  it('keeps the floor, and says so, where nothing learned beats it', async () => {
    const panel = panelAround(smooth, 60, LENGTH, 0.1, 'floor')
    const floor = await run(panel, [])
    const made = await run(panel, [['liar', smooth, 0.1, 2]])
    expect(made.chosen).toEqual(floor.chosen)
    expect(made.combination!.verdict.used.every((used) => used === 0)).toBe(true)
    const rows = made.combination!.verdict.segments
    expect(rows.filter((r) => r.model === 'combined').every((r) => !r.used)).toBe(true)
    // What the floor says may be calibrated, but not changed much.
    made.forecast.mean.forEach((mean, k) => {
      expect(Math.abs(mean / floor.forecast.mean[k]! - 1)).toBeLessThan(0.05)
    })
  })

  it('parts series: each segment gets the member that is right there', async () => {
    const both: Truth = (i, t) => (i < 40 ? truth(i, t) : 300 + 10 * (i % 3))
    const wrongBelow: Truth = (i, t) => (i < 40 ? 3 * truth(i, t) : both(i, t))
    const wrongAbove: Truth = (i, t) => (i < 40 ? truth(i, t) : 2 * both(i, t))
    const panel = panelAround(both, 80, LENGTH, 0.1, 'parts')
    const made = await run(panel, [
      ['above', wrongBelow, 0.1],
      ['below', wrongAbove, 0.1],
    ])
    const { segments } = made.combination!.verdict
    const weight = (segment: string, model: string) =>
      segments.find((r) => r.segment.startsWith(segment) && r.model === model)!.weight
    expect(weight('low/', 'below')).toBeGreaterThan(weight('low/', 'above') + 0.5)
    expect(weight('high/', 'below')).toBeLessThan(0.2)
  })

  it('widens quantiles that were too narrow and moves a total that was too low', async () => {
    const panel = panelAround(truth, 80, LENGTH, 0.3, 'narrow')
    const made = await run(panel, [['narrow', truth, 0.1, 0.8]])
    const { verdict, segment } = made.combination!
    expect(verdict.level).toBeGreaterThan(1.05)
    const { forecast } = made
    let inside = 0
    let above = 0
    for (let at = 0; at < forecast.mean.length; at++) {
      const i = Math.floor(at / HORIZON)
      const y = panel.values[panel.offsets[i]! + forecast.origin + (at % HORIZON)]!
      if (y >= forecast.quantiles[at * 4]! && y <= forecast.quantiles[at * 4 + 3]!) inside++
      if (forecast.quantiles[at * 4 + 1]! > forecast.quantiles[at * 4 + 2]!) above++
    }
    expect(inside / forecast.mean.length).toBeGreaterThan(0.68)
    expect(above).toBe(0)
    expect(segment).toHaveLength(80)
    const { before, after, calibration } = share90(made)
    expect(calibration).toBeDefined()
    expect(Math.abs(after - 0.95)).toBeLessThan(Math.abs(before - 0.95))
  })

  it('goes by knob where the history is too short to judge anything', async () => {
    const panel = panelAround(truth, 12, 30, 0.1, 'short')
    const made = await forecastPanel(panel, {
      horizon: 200,
      levels: [0.5],
      origin: 30,
      learned: [oracle('seer', truth, 0.1)],
      settings: { 'demand.learned-unjudged': 0 },
    })
    expect(made.combination!.verdict.origins).toEqual([])
    expect(made.chosen).not.toContain('combined')
    const asked = await forecastPanel(panel, {
      horizon: 200,
      levels: [0.5],
      origin: 30,
      learned: [oracle('seer', truth, 0.1)],
      settings: { 'demand.learned-unjudged': 1 },
    })
    expect(asked.forecast.mean[7]).toBeCloseTo(truth(0, 37), 6)
  })

  it('says the same on a sample of the series, nearly, and the same again exactly', async () => {
    const panel = panelAround(truth, 120, LENGTH, 0.1, 'sample')
    const members: Parameters<typeof oracle>[] = [['seer', truth, 0.1]]
    const whole = await run(panel, members)
    const part = await run(panel, members, { 'demand.combination-series': 60 })
    const again = await run(panel, members, { 'demand.combination-series': 60 })
    expect(again.forecast).toEqual(part.forecast)
    expect(part.forecast.mean[5]! / whole.forecast.mean[5]!).toBeCloseTo(1, 1)
  })

  it('reads nothing at or after the origin', async () => {
    const panel = panelAround(truth, 20, LENGTH, 0.1, 'leak')
    const values = panel.values.map((v, k) => (k % LENGTH >= LENGTH - HORIZON ? 1e6 : v))
    const members: Parameters<typeof oracle>[] = [['seer', truth, 0.1]]
    const clean = await run(panel, members)
    const dirty = await run({ ...panel, values }, members)
    expect(dirty.forecast).toEqual(clean.forecast)
    expect(dirty.combination!.verdict).toEqual(clean.combination!.verdict)
  })
})

function share90({ combination }: Awaited<ReturnType<typeof run>>) {
  const calibration = combination!.verdict.calibration!
  const last = BACKTEST_LEVELS.length - 1
  let [before, after, count] = [0, 0, 0]
  calibration.before.forEach((share, k) => {
    if (k % BACKTEST_LEVELS.length !== last || Number.isNaN(share)) return
    before += share
    after += calibration.after[k]!
    count++
  })
  return { before: before / count, after: after / count, calibration }
}
