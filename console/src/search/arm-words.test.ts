import { expect, test } from 'vitest'
import { engine } from '../../../src/search/index.ts'
import { armLabel, familyRanks, isArm } from './arm-words.ts'

test('every arm that there can be has words of its own', () => {
  expect(engine.STANDARD_ARMS.filter((arm) => !isArm(arm))).toEqual([])
  const labels = engine.STANDARD_ARMS.map(armLabel)
  expect(new Set(labels).size).toBe(labels.length)
  expect(armLabel('of-tomorrow')).toBe('of-tomorrow')
})

test('a family stands once, with its best rank', () => {
  const arms = [
    { arm: 'vectors', rank: 7 },
    { arm: 'text-fuzzy', rank: 4 },
    { arm: 'text-sum-prior', rank: 2 },
    { arm: 'of-tomorrow', rank: 9 },
  ]
  expect(familyRanks(arms).map(({ family, rank }) => `${family.label} ${rank}`)).toEqual([
    'words 2',
    'vectors 7',
    'others 9',
  ])
})
