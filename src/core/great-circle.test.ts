import { expect, it } from 'vitest'
import { greatCircleKm } from './great-circle.ts'

it('knows the way from New York to Los Angeles, along the equator, and to the antipode', () => {
  expect(greatCircleKm(40.71, -74.01, 34.05, -118.24)).toBeCloseTo(3936, -1)
  expect(greatCircleKm(0, 0, 0, 1)).toBeCloseTo((Math.PI * 6371) / 180, 6)
  expect(greatCircleKm(0, 0, 0, 180)).toBeCloseTo(Math.PI * 6371, 6)
  expect(greatCircleKm(12, 34, 12, 34)).toBe(0)
})
