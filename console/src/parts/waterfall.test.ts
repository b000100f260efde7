import { expect, test } from 'vitest'
import { waterfallOf } from './waterfall.ts'

test('each bar starts where the one before ended, and the total starts at zero', () => {
  const parts = [
    { label: 'level', value: 80 },
    { label: 'season', value: 40 },
    { label: 'trend', value: -20 },
  ]
  const bars = waterfallOf({ parts, total: 100 })
  expect(bars.map((bar) => [bar.left * 120, bar.width * 120].map(Math.round))).toEqual([
    [0, 80],
    [80, 40],
    [100, 20],
    [0, 100],
  ])
})

test('sums below zero move the zero line, and nothing leaves the track', () => {
  const bars = waterfallOf({ parts: [{ label: 'on hand', value: -50 }], total: -50 })
  expect(bars).toEqual([
    { label: 'on hand', value: -50, left: 0, width: 1 },
    { label: 'total', value: -50, left: 0, width: 1 },
  ])
  expect(waterfallOf({ parts: [], total: 0 })[0]!.width).toBe(0)
})
