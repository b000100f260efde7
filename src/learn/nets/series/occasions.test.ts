import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../core/random/random.ts'
import { createNetForecast } from '../predict.ts'
import { smallOptions, smallShape } from '../testing/small-net.ts'
import { trainForecastNet } from '../training/train.ts'
import { featureWidths, writePast } from './features.ts'
import { PEAK, prepareSet } from './prepare.ts'
import type { Occasion, SeriesSet } from './types.ts'

const LENGTH = 330
const HORIZON = 7
const READING = {
  seasons: { short: 7, long: 364 },
  horizon: HORIZON,
  trainEnd: LENGTH - HORIZON,
  maskPeaks: true,
  tellTime: false,
}

/** Each series answers each occasion in its own way, the same every time; one comes at the end. */
function eventSeries(count: number): SeriesSet {
  const random = createRandom('events')
  const occasions: Occasion[] = []
  for (let day = 9; day < LENGTH - HORIZON - 2; day += 11 + random.int(5)) {
    const kind = occasions.length % 2
    occasions.push({ kind, first: day, last: day, lead: 0, tail: 0, strength: 1 })
  }
  const end = LENGTH - HORIZON
  for (const kind of [0, 1]) {
    const day = end + 1 + 3 * kind
    occasions.push({ kind, first: day, last: day, lead: 0, tail: 0, strength: 1 })
  }
  const series = Array.from({ length: count }, () => {
    const effects = [1 + 5 * random.next(), 1 + 5 * random.next()]
    const values = Float64Array.from({ length: LENGTH }, () => 10 + random.normal())
    for (const { first, kind } of occasions) values[first]! *= effects[kind]!
    return values
  })
  const offsets = Int32Array.from({ length: count + 1 }, (_, i) => i * LENGTH)
  const values = Float64Array.from(series.flatMap((one) => Array.from(one)))
  return { firstStep: new Int32Array(count), offsets, values, occasions }
}

/** Mean absolute error of the medians at the two occasions ahead. */
async function peakError(set: SeriesSet, remembers: boolean): Promise<number> {
  const prepared = prepareSet(set, READING)
  const shape = smallShape(prepared, remembers)
  const trained = await trainForecastNet(
    prepared,
    shape,
    smallOptions(shape, READING.trainEnd, 500),
  )
  const into = new Float64Array(set.firstStep.length * HORIZON * 3)
  createNetForecast(prepared, trained).predict(READING.trainEnd, into)
  let error = 0
  for (let i = 0; i < set.firstStep.length; i++) {
    for (const h of [1, 4]) {
      const y = set.values[set.offsets[i]! + READING.trainEnd + h]!
      error += Math.abs(y - into[(i * HORIZON + h) * 3 + 1]!)
    }
  }
  return error / (2 * set.firstStep.length)
}

describe('occasions', () => {
  it('are forecast at less than half the error by attention to their like', async () => {
    const set = eventSeries(30)
    const without = await peakError(set, false)
    const attending = await peakError(set, true)
    expect(attending).toBeLessThan(0.5 * without)
  })

  it('are hidden from the past: what the encoder reads does not depend on how high they were', () => {
    const calm = eventSeries(2)
    const wild = { ...calm, values: calm.values.slice() }
    // The first weeks say how large a series is before anything is known of it.
    for (const { first } of calm.occasions!) if (first > 30) wild.values[first]! *= 3
    const [a, b] = [prepareSet(calm, READING), prepareSet(wild, READING)]
    const width = featureWidths(a).past
    const [x, y] = [new Float64Array(width), new Float64Array(width)]
    let peaks = 0
    for (let t = 0; t < LENGTH; t++) {
      writePast(a, 0, t, 10, 'asinh', x, 0)
      writePast(b, 0, t, 10, 'asinh', y, 0)
      expect(y).toEqual(x)
      if (a.peak[t] === PEAK.occasion) peaks++
      expect(x[2]).toBe(a.peak[t] === PEAK.none ? 0 : 1)
    }
    expect(peaks).toBe(calm.occasions!.length)
    expect(b.level).toEqual(a.level)
    const seen = prepareSet(wild, { ...READING, maskPeaks: false })
    writePast(seen, 0, calm.occasions![3]!.first, 10, 'asinh', y, 0)
    writePast(a, 0, calm.occasions![3]!.first, 10, 'asinh', x, 0)
    expect(y[0]).toBeGreaterThan(x[0]! + 0.3)
  })
})
