import { expect, it } from 'vitest'
import { growthScenarios } from './site-scenarios.ts'

it('spreads scenarios around the growth where none are given', () => {
  const scenarios = growthScenarios(0.08, 0.06)
  expect(scenarios.map(({ name }) => name)).toEqual(['low', 'mid', 'high'])
  expect(scenarios.reduce((sum, { probability }) => sum + probability, 0)).toBe(1)
  expect(scenarios[0]!.growth).toBeCloseTo(0.02)
  expect(scenarios[2]!.growth).toBeCloseTo(0.14)
  expect(growthScenarios(0.08, 0)).toEqual([{ name: 'expected', probability: 1, growth: 0.08 }])
})

it('gives the expected growth to a scenario without its own', () => {
  const given = [
    { name: 'calm', probability: 0.6 },
    { name: 'boom', probability: 0.4, growth: 0.3 },
  ]
  expect(growthScenarios(0.05, 0.06, given).map(({ growth }) => growth)).toEqual([0.05, 0.3])
})

it('names what is wrong', () => {
  const one = { name: 'a', probability: 1, growth: 0 }
  const wrong = (growth: number, given: Parameters<typeof growthScenarios>[2] = []) => {
    return () => growthScenarios(growth, 0.06, given)
  }
  expect(wrong(Number.NaN)).toThrow('growth is NaN')
  expect(wrong(Number.POSITIVE_INFINITY)).toThrow('growth is Infinity')
  expect(wrong(0, [{ ...one, growth: -1 }])).toThrow('growth of scenario a is -1')
  expect(wrong(0, [{ ...one, probability: 0.4 }])).toThrow('add up to 0.4, not to 1')
  expect(wrong(0, [{ ...one, probability: -0.4 }])).toThrow('probability of scenario a')
  expect(
    wrong(0, [
      { ...one, probability: 0.5 },
      { ...one, probability: 0.5 },
    ]),
  ).toThrow('two scenarios a')
})
