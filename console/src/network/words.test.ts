import { expect, test } from 'vitest'
import { clockOf, fillTone, kindWords, measureText, regionWords } from './words.ts'

const pounds = (cents: number) => `£${(cents / 100).toFixed(2)}`

test('minutes before midnight belong to the day before', () => {
  expect(clockOf(485)).toBe('08:05')
  expect(clockOf(-30)).toBe('23:30')
  expect(clockOf(1440)).toBe('00:00')
})

test('a half-empty truck is bad, one three quarters full is fine', () => {
  expect([0.2, 0.55, 0.7499, 0.75, 1].map(fillTone)).toEqual(['bad', 'warn', 'warn', 'ok', 'ok'])
})

test('measures are written with their own units', () => {
  expect(measureText('wholeShare', 0.7081, pounds)).toBe('70.8\u00a0%')
  expect(measureText('costCents', 231.4, pounds)).toBe('£2.31')
  expect(measureText('miles', 214.2, pounds)).toBe('214')
  expect(measureText('outsideLines', 12_400, pounds)).toBe('12,400')
  expect(kindWords('fulfilment_centre')).toBe('fulfilment centre')
})

test('a region in one line says what it fills, costs and holds', () => {
  const row = {
    ...{ ordersADay: 4100, areas: 400, sites: 3, capacityM3: 1, breadth: 1, wholeShare: 0.71 },
    ...{ lineShare: 0.8, miles: 214, costCents: 231, promisedShare: 0.7, lanes: 1 },
    ...{ outsideLines: 1, objectiveCents: 1 },
  }
  expect(regionWords('R3', row, pounds)).toBe(
    'R3: 71\u00a0% of 4,100 orders a day filled inside · £2.31 an order · 214 miles · 3 sites',
  )
})
