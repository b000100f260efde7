import { describe, expect, it } from 'vitest'
import { type Panel, panelOf } from '../../core/panel.ts'
import { createRandom } from '../../core/random/random.ts'
import { createWorkerPool } from '../../core/workers.ts'
import { forecastPanel } from '../forecast-panel.ts'
import { chooseModels } from './choose-models.ts'

const LEVELS = [0.05, 0.5, 0.95]
const MODELS = ['moving-average', 'seasonal-naive', 'auto-ets', 'theta', 'tsb']

/** Even series: plain noise around a level; odd ones: a strong weekday season on a rising level. */
function mixedPanel(series: number, length = 200): Panel {
  const random = createRandom('choose')
  return panelOf(
    Array.from({ length: series }, (_, i) => ({
      id: `s${i}`,
      firstBucket: i % 3,
      values: Float64Array.from({ length: length - (i % 3) }, (_v, t) => {
        const season =
          i % 2 === 1 ? (30 + 0.3 * t) * (1 + 0.6 * Math.sin((t * 2 * Math.PI) / 7)) : 30
        return Math.max(0, Math.round(season + 6 * random.normal()))
      }),
    })),
    { frequency: 'D' },
  )
}

describe('chooseModels', () => {
  it('keeps the default for noise and takes a seasonal model for a season', async () => {
    const { chosen, backtest } = await chooseModels(mixedPanel(40), {
      horizon: 14,
      models: MODELS,
      settings: { 'demand.guard-margin': 0.1, 'demand.choice-prior': 0 },
    })
    const noise = chosen.filter((_, i) => i % 2 === 0)
    const seasonal = chosen.filter((_, i) => i % 2 === 1)
    expect(new Set(noise)).toEqual(new Set(['moving-average']))
    expect(seasonal.every((name) => /auto-ets|theta/.test(name))).toBe(true)
    expect(backtest.length).toBe(40 * (MODELS.length + 1))
    const ofFirst = backtest.find((row) => row.id === 's1' && row.model === 'auto-ets')!
    expect(ofFirst.points).toBe(3 * 14)
    expect(ofFirst.scaledPinball).toBeLessThan(0.5)
    expect(ofFirst.coverage90).toBeGreaterThan(0.7)
  })

  it('obeys the guard: with a margin nobody can reach, the default stays', async () => {
    const settings = { 'demand.guard-margin': 1 }
    const { chosen } = await chooseModels(mixedPanel(6), { horizon: 14, models: MODELS, settings })
    expect(new Set(chosen)).toEqual(new Set(['moving-average']))
  })

  it('forecasts at later origins without a new fit, and reads nothing from the origin on', async () => {
    const panel = mixedPanel(8)
    const levels = Float64Array.from(LEVELS)
    const fitted = await chooseModels(panel, { horizon: 7, models: MODELS, trainEnd: 150 })
    const clean = [150, 171].map((origin) => fitted.predict(origin, 7, levels))
    expect(clean[0]!.mean).not.toEqual(clean[1]!.mean)
    const destroyed = { ...panel, values: panel.values.slice() }
    for (let i = 0; i < panel.ids.length; i++) {
      destroyed.values.fill(
        1e5,
        panel.offsets[i]! + 171 - panel.firstBucket[i]!,
        panel.offsets[i + 1]!,
      )
    }
    const again = await chooseModels(destroyed, { horizon: 7, models: MODELS, trainEnd: 150 })
    expect(again.chosen).toEqual(fitted.chosen)
    expect(again.predict(171, 7, levels)).toEqual(clean[1])
    const sharded = await fitted.predictSharded(171, 7, levels)
    expect(sharded).toEqual(clean[1])
  })

  it('chooses the default where the history is too short for a backtest', async () => {
    const { chosen, backtestOrigins } = await chooseModels(mixedPanel(4, 20), { horizon: 28 })
    expect(new Set(chosen)).toEqual(new Set(['hurdle']))
    expect(backtestOrigins).toEqual([])
  })
})

describe('forecastPanel', () => {
  it('gives the same on one thread and on two', async () => {
    const panel = mixedPanel(600, 90)
    const options = { horizon: 14, levels: LEVELS, models: MODELS }
    const alone = await forecastPanel(panel, options)
    const pool = createWorkerPool(2)
    const steps = new Set<string>()
    const shared = await forecastPanel(panel, {
      ...options,
      pool,
      onProgress: ({ step }) => steps.add(step),
    })
    await pool.close()
    expect(shared).toEqual(alone)
    expect([...steps].at(-1)).toBe('forecast')
  })

  it('stops when told to', async () => {
    const stop = new AbortController()
    const onProgress = () => stop.abort()
    const work = forecastPanel(mixedPanel(600, 60), {
      horizon: 7,
      levels: LEVELS,
      models: MODELS,
      signal: stop.signal,
      onProgress,
    })
    await expect(work).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })

  it('names the nearest model for one that it does not know', async () => {
    const work = forecastPanel(mixedPanel(1), { horizon: 7, levels: LEVELS, models: ['thetta'] })
    await expect(work).rejects.toMatchObject({ code: 'ERR_ARGUMENT', next: /theta/ })
  })
})
