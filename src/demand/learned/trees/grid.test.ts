import { expect, it } from 'vitest'
import { panelOf } from '../../../core/panel.ts'
import { gridOf, gridSlot } from './grid.ts'

const panel = panelOf(
  [
    { id: 'old', firstBucket: 100, values: [1, 2, 3, 4, 5, 6, 7, 8] },
    { id: 'new', firstBucket: 105, values: [9, Number.NaN] },
  ],
  { frequency: 'D' },
)

it('lays series on one axis, and leaves the oldest buckets out where there are too many', () => {
  const whole = gridOf(panel)
  const none = Number.NaN
  expect([...whole.values]).toEqual(
    [1, 2, 3, 4, 5, 6, 7, 8].concat([none, none, none, none, none, 9, none, none]),
  )
  const late = gridOf(panel, 8)
  expect([...late.values]).toEqual([5, 6, 7, 8, none, 9, none, none])
  expect([late.slots, late.base, [...late.firstSlot]]).toEqual([4, 104, [0, 1]])
  expect(gridSlot(late, 108)).toBe(4)
})
