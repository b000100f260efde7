import { expect, it } from 'vitest'
import { panelOf } from '../../../core/panel.ts'
import { groupingsOf, membersOf } from './groupings.ts'

const panel = panelOf(
  Array.from({ length: 24 }, (_, k) => ({
    id: `${k % 4}_${Math.floor(k / 4)}`,
    firstBucket: 0,
    values: [1],
  })),
  { frequency: 'D' },
)

it('sorts series by the parts of their ids, the finest first', () => {
  const groupings = groupingsOf(panel)
  expect(groupings.map(({ count }) => count)).toEqual([6, 4])
  expect(membersOf(groupings[1]!)[2]).toEqual([2, 6, 10, 14, 18, 22])
})

it('takes classes too, once, and leaves out those that sort nothing', () => {
  const codes = Int32Array.from({ length: 24 }, (_, k) => k % 4)
  const dictionary = ['a', 'b', 'c', 'd']
  const statics = {
    city: { kind: 'category', codes, dictionary },
    all: { kind: 'category', codes: new Int32Array(24), dictionary },
    shelf: { kind: 'category', codes: codes.map((_, k) => (k < 12 ? 0 : -1)), dictionary },
  } as const
  expect(groupingsOf({ ...panel, statics }).map(({ count }) => count)).toEqual([6, 4, 2])
})
