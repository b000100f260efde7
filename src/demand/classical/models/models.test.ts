import { describe, expect, it } from 'vitest'
import { panelOf } from '../../../core/panel.ts'
import { createRandom } from '../../../core/random/random.ts'
import { forecasterOf } from '../../forecasters.ts'

const LEVELS = Float64Array.from([0.05, 0.25, 0.5, 0.75, 0.9, 0.95])

function forecast(name: string, values: ArrayLike<number>, season = 7, horizon = 14) {
  const panel = panelOf([{ id: 'a', firstBucket: 0, values }], { frequency: 'D' })
  return forecasterOf(name).fit(panel, { season }).predict(values.length, horizon, LEVELS)
}

describe('seasonal naive', () => {
  it('repeats the last season', () => {
    const values = Array.from({ length: 28 }, (_, t) => (t % 7) + 10 * Math.floor(t / 7))
    const { mean } = forecast('seasonal-naive', values)
    expect([...mean]).toEqual([30, 31, 32, 33, 34, 35, 36, 30, 31, 32, 33, 34, 35, 36])
  })
})

describe('Theta', () => {
  it('rises by half the slope of the data, as simple smoothing with drift (Hyndman & Billah 2003)', () => {
    const random = createRandom('theta')
    const values = Array.from({ length: 120 }, (_, t) => 20 + 0.8 * t + random.normal())
    const { mean } = forecast('theta', values, 1)
    let slope = 0
    const middle = 60.5
    for (let t = 1; t <= 120; t++)
      slope += ((t - middle) * values[t - 1]!) / ((120 * (120 ** 2 - 1)) / 12)
    for (let h = 1; h < 14; h++) expect(mean[h]! - mean[h - 1]!).toBeCloseTo(slope / 2, 6)
  })
})

describe('Croston, SBA and TSB', () => {
  const everyFourth = Array.from({ length: 80 }, (_, t) => (t % 4 === 3 ? 10 : 0))

  it('forecast a sale of ten every fourth day as 2.5 a day, SBA less by its correction', () => {
    expect(forecast('croston', everyFourth).mean[0]).toBeCloseTo(2.5, 6)
    const sba = forecast('sba', everyFourth).mean[0]!
    expect(sba).toBeLessThan(2.5 * (1 - 0.03 / 2) + 1e-6)
    expect(sba).toBeGreaterThan(2.5 * (1 - 0.3 / 2) - 1e-6)
    expect(Math.abs(forecast('tsb', everyFourth).mean[0]! - 2.5)).toBeLessThan(1)
  })

  it('give zero up to the chance of no sale, and the size of a sale above it', () => {
    const { quantiles } = forecast('croston', everyFourth)
    expect([...quantiles.subarray(0, 6)]).toEqual([0, 0, 0, 0, 10, 10])
  })

  it('differ on a product that died: TSB falls, Croston does not', () => {
    const dead = [...everyFourth, ...Array(120).fill(0)]
    expect(forecast('croston', dead).mean[0]).toBeGreaterThan(2)
    expect(forecast('tsb', dead).mean[0]).toBeLessThan(0.5)
  })
})

describe('weighted history and hurdle', () => {
  for (const name of ['weighted-history', 'hurdle', 'tsb', 'moving-average']) {
    it(`${name} covers lumpy demand as its levels say`, () => {
      const random = createRandom(`coverage-${name}`)
      const draw = () => {
        if (random.next() < 0.4) return 0
        return Math.ceil(-4 * Math.log(1 - random.next())) * (random.next() < 0.03 ? 20 : 1)
      }
      const above = new Float64Array(LEVELS.length)
      const days = 40 * 14
      for (let series = 0; series < 40; series++) {
        const { quantiles } = forecast(name, Array.from({ length: 250 }, draw))
        for (let h = 0; h < 14; h++) {
          const y = draw()
          for (let l = 0; l < LEVELS.length; l++)
            if (y <= quantiles[h * LEVELS.length + l]!) above[l]! += 1 / days
        }
      }
      for (const l of [3, 4, 5]) expect(Math.abs(above[l]! - LEVELS[l]!)).toBeLessThan(0.05)
    })
  }

  it('follow the weekday', () => {
    const random = createRandom('weekday')
    const values = Array.from({ length: 210 }, (_, t) =>
      Math.round((t % 7 === 2 ? 30 : 6) * (0.5 + random.next())),
    )
    for (const name of ['weighted-history', 'hurdle']) {
      const { mean } = forecast(name, values)
      expect(mean[2]! / mean[3]!).toBeGreaterThan(2.5)
    }
  })
})

describe('seasonal drift', () => {
  it('repeats a yearly pattern with less noise than last year had', () => {
    const random = createRandom('drift')
    const truth = (t: number) => 100 * (1 + 0.3 * Math.sin((t * 2 * Math.PI) / 52))
    const values = Array.from({ length: 104 }, (_, t) => truth(t) + 6 * random.normal())
    const panel = panelOf([{ id: 'a', firstBucket: 0, values }], { frequency: 'W' })
    const errorOf = (name: string) => {
      const { mean } = forecasterOf(name).fit(panel).predict(104, 39, LEVELS)
      return mean.reduce((sum, m, h) => sum + (m - truth(104 + h)) ** 2, 0)
    }
    expect(errorOf('seasonal-drift')).toBeLessThan(0.8 * errorOf('seasonal-naive'))
  })
})
