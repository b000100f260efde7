import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { exportForecastNet } from '../onnx/export.ts'
import { createNetForecast, plainForecasts } from '../predict.ts'
import { prepareSet } from '../series/prepare.ts'
import type { SeriesSet } from '../series/types.ts'
import { smallOptions, smallShape } from '../testing/small-net.ts'
import { trainForecastNet } from './train.ts'

const SEASONS = { short: 7, long: 364 }
const HORIZON = 7

function reading(trainEnd: number) {
  return { seasons: SEASONS, horizon: HORIZON, trainEnd, maskPeaks: true, tellTime: false }
}

function seriesSet(series: readonly ArrayLike<number>[]): SeriesSet {
  const offsets = new Int32Array(series.length + 1)
  series.forEach((values, i) => {
    offsets[i + 1] = offsets[i]! + values.length
  })
  const values = Float64Array.from(series.flatMap((one) => Array.from(one)))
  return { firstStep: new Int32Array(series.length), offsets, values }
}

/** What a season ago says nothing of: the level follows a slow wave of each series' own. */
function wavySeries(count: number, length: number): Float64Array[] {
  const random = createRandom('waves')
  return Array.from({ length: count }, () => {
    const phase = 40 * random.next()
    return Float64Array.from({ length }, (_, t) => {
      const wave = 10 + 6 * Math.sin((2 * Math.PI * (t + phase)) / 40)
      return wave * (t % 7 === 5 ? 1.5 : 1) + 0.3 * random.normal()
    })
  })
}

/** Mean absolute error of medians, and of another forecast, over the steps after `origin`. */
function errorOf(set: SeriesSet, origin: number, guess: (i: number, h: number) => number): number {
  let sum = 0
  const count = set.firstStep.length
  for (let i = 0; i < count; i++) {
    for (let h = 0; h < HORIZON; h++) {
      sum += Math.abs(set.values[set.offsets[i]! + origin + h]! - guess(i, h))
    }
  }
  return sum / (count * HORIZON)
}

describe('training a net', () => {
  const set = seriesSet(wavySeries(24, 200))
  const end = 200 - HORIZON
  const prepared = prepareSet(set, reading(end))
  const shape = smallShape(prepared, false)

  it('finds a structure that the seasonal naive cannot see, and stays ordered', async () => {
    const trained = await trainForecastNet(prepared, shape, smallOptions(shape, end, 300))
    const into = new Float64Array(24 * HORIZON * 3)
    createNetForecast(prepared, trained).predict(end, into)
    const net = errorOf(set, end, (i, h) => into[(i * HORIZON + h) * 3 + 1]!)
    const naive = errorOf(set, end, (i, h) => set.values[set.offsets[i]! + end + h - 7]!)
    const plain = errorOf(set, end, (i, h) => plainForecasts(prepared, i, end, HORIZON)[h]!)
    expect(net).toBeLessThan(0.6 * naive)
    expect(net).toBeLessThan(0.6 * plain)
    for (let k = 0; k < into.length; k += 3) {
      expect(into[k]! <= into[k + 1]! && into[k + 1]! <= into[k + 2]!).toBe(true)
    }
    expect(trained.heldOutLoss).toBeGreaterThan(0)
    expect(exportForecastNet(trained).length).toBeGreaterThan(trained.parameters.length)
  })

  it('goes on from a checkpoint as if never stopped', async () => {
    const options = smallOptions(shape, end, 60)
    const checkpoints: Uint8Array[] = []
    const whole = await trainForecastNet(prepared, shape, {
      ...options,
      onCheckpoint: (bytes) => checkpoints.push(bytes),
    })
    const resumed = await trainForecastNet(prepared, shape, { ...options, resume: checkpoints[0]! })
    expect(resumed).toEqual(whole)
    const cut = checkpoints[0]!.slice(0, -5)
    await expect(trainForecastNet(prepared, shape, { ...options, resume: cut })).rejects.toThrow(
      'damaged',
    )
  })

  it('gives the same net on any number of threads, and another from another seed', async () => {
    const options = smallOptions(shape, end, 12)
    const one = await trainForecastNet(prepared, shape, options)
    const two = await trainForecastNet(prepared, shape, { ...options, workers: 2 })
    const other = await trainForecastNet(prepared, shape, { ...options, seed: 2 })
    expect(two.parameters).toEqual(one.parameters)
    expect(other.parameters).not.toEqual(one.parameters)
  })

  it('stops when asked to, and refuses a step without a finite loss', async () => {
    const options = smallOptions(shape, end, 30)
    const signal = AbortSignal.abort()
    await expect(trainForecastNet(prepared, shape, { ...options, signal })).rejects.toThrow(
      'Stopped',
    )
    const states: Uint8Array[] = []
    const wild = { ...options, learningRate: 1e38, onCheckpoint: (b: Uint8Array) => states.push(b) }
    await expect(trainForecastNet(prepared, shape, wild)).rejects.toThrow('refused')
    // What it left behind is the last good state, from which a calmer run goes on.
    const calm = { ...options, learningRate: 0.003, resume: states.at(-1)! }
    const trained = await trainForecastNet(prepared, shape, calm)
    expect(Number.isFinite(trained.heldOutLoss)).toBe(true)
  })
})

describe('a warm start', () => {
  const set = seriesSet(wavySeries(24, 200))
  const end = 200 - HORIZON
  const prepared = prepareSet(set, reading(end))
  const shape = smallShape(prepared, false)

  it('begins where the other net ended, unless the plain forecast is better', async () => {
    const options = smallOptions(shape, end, 60)
    const first = await trainForecastNet(prepared, shape, options)
    const once = { ...options, steps: 1, learningRate: 1e-9 }
    const cold = await trainForecastNet(prepared, shape, once)
    const warm = await trainForecastNet(prepared, shape, { ...once, warmStart: first.parameters })
    expect(first.heldOutLoss).toBeLessThan(cold.heldOutLoss)
    expect(warm.heldOutLoss).toBeLessThanOrEqual(first.heldOutLoss + 1e-9)
    const floats = new Float32Array(first.parameters.slice().buffer).map((v) => 5 * v)
    const wild = new Uint8Array(floats.buffer)
    const guarded = await trainForecastNet(prepared, shape, { ...once, warmStart: wild })
    expect(guarded.heldOutLoss).toBeLessThanOrEqual(cold.heldOutLoss + 1e-9)
  })

  it('refuses parameters of another shape', async () => {
    const options = { ...smallOptions(shape, end, 2), warmStart: new Uint8Array(8) }
    await expect(trainForecastNet(prepared, shape, options)).rejects.toThrow(/8 bytes given/)
  })
})
