import { describe, expect, it } from 'vitest'
import { contractEvents, contractHistory, forecasterContract } from '../forecaster.contract.ts'
import { structureForecaster } from '../structure/structure.ts'
import { coarserHistory } from './coarser.ts'
import { refined } from './refine.ts'

forecasterContract(refined(structureForecaster(), 10), { stepMs: 60_000, days: 28, ahead: 2880 })

describe('minutes out of longer steps', () => {
  const history = contractHistory(60_000, 28)
  const context = { events: contractEvents(60), seed: 3 }
  const range = { startMs: history.axis.startMs + history.axis.count * 60_000, count: 1440 }

  it('add up to them, course by course', () => {
    const inner = structureForecaster()
    const fine = refined(inner, 10).fit(history, context).forecast(range)
    const coarse = inner
      .fit(coarserHistory(history, 10), context)
      .forecast({ startMs: range.startMs, count: 144 })
    const minutes = fine.path(7, new Float64Array(1440))
    const tens = coarse.path(7, new Float64Array(144))
    for (let b = 0; b < 144; b++) {
      let sum = 0
      let mean = 0
      for (let j = 0; j < 10; j++) {
        sum += minutes[b * 10 + j]!
        mean += fine.mean[b * 10 + j]!
      }
      expect(sum).toBeCloseTo(tens[b]!, 6)
      expect(mean).toBeCloseTo(coarse.mean[b]!, 6)
    }
  })

  it('keep what happens each day at a minute', () => {
    const values = history.values.map((value, t) => (t % 60 === 0 ? 3 * value : value))
    const made = refined(structureForecaster(), 10).fit({ ...history, values }, context)
    const { mean } = made.forecast(range)
    expect(mean[600]! / mean[603]!).toBeGreaterThan(2)
  })

  it('start anywhere within a longer step', () => {
    const fitted = refined(structureForecaster(), 10).fit(history, context)
    const whole = fitted.forecast(range)
    const later = fitted.forecast({ startMs: range.startMs + 33 * 60_000, count: 100 })
    expect(later.mean[20]).toBeCloseTo(whole.mean[53]!, 6)
    expect(later.mean[50]).toBeCloseTo(whole.mean[83]!, 6)
  })
})
