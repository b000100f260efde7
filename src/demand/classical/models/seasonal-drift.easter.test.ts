import { describe, expect, it } from 'vitest'
import { panelOf } from '../../../core/panel.ts'
import { events } from '../../../learn/index.ts'
import { forecasterOf } from '../../forecasters.ts'

const FRIDAYS = { frequency: 'W', weekStart: 4 } as const

describe('Easter in the seasonal drift', () => {
  it('moves the peak of the forecast with it, unless the knob says no', () => {
    const [before, , next] = events.easterBuckets(FRIDAYS, 2090, 2100)
    const from = before! - 8
    const easter = events.easterBuckets(FRIDAYS, 2090, 2100)
    const values = Array.from({ length: 104 }, (_, t) =>
      easter.includes(from + t) ? 180 : 100 + (t % 3),
    )
    const panel = panelOf([{ id: 'a', firstBucket: from, values }], FRIDAYS)
    const peakOf = (settings: Record<string, number>) => {
      const fitted = forecasterOf('seasonal-drift').fit(panel, { settings })
      const { mean } = fitted.predict(from + 104, 20, Float64Array.of(0.5))
      return from + 104 + mean.indexOf(Math.max(...mean))
    }
    expect(peakOf({})).toBe(next)
    expect(peakOf({ 'demand.align-easter': 0 })).not.toBe(next)
  })
})
