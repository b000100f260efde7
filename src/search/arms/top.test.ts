import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTop, isAllowed } from './top.ts'

const idOf = (doc: number) => `p${(doc * 7919) % 1000}`
const index = { isBefore: (a: number, b: number) => idOf(a) < idOf(b) }

test('keeps the best as sorting all would, equal scores in the order of ids', () => {
  const scored = fc.array(fc.constantFrom(0, 0.1, 0.25, 1, -3, Number.NaN, Infinity), {
    maxLength: 60,
  })
  fc.assert(
    fc.property(scored, fc.integer({ min: 0, max: 20 }), (scores, count) => {
      const top = createTop(count, index)
      scores.forEach((score, doc) => {
        top.offer(doc, score)
      })
      const { docs, scores: kept } = top.take()
      const sorted = scores
        .map((score, doc) => ({ doc, score: Math.fround(score) }))
        .filter(({ score }) => Number.isFinite(score))
        .sort((a, b) => b.score - a.score || (idOf(a.doc) < idOf(b.doc) ? -1 : 1))
        .slice(0, count)
      expect([...docs]).toEqual(sorted.map(({ doc }) => doc))
      expect([...kept]).toEqual(sorted.map(({ score }) => score))
    }),
  )
})

test('a set allows the documents of its bits, and no set all', () => {
  const set = { words: Uint32Array.of(0b100, 2 ** 31), count: 2 }
  expect([2, 63, 0, 64, 31].map((doc) => isAllowed(set, doc))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ])
  expect(isAllowed(undefined, 5)).toBe(true)
})
