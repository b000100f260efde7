import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { attractionOf, createClickModel, sampleClicks, WANTED_ATTRACTION } from './clicks.ts'
import type { ProductText } from './queries.ts'

const PAN: ProductText = {
  department: 'Kitchen',
  subCategory: 'Cookware',
  brand: 'Norvane',
  adjective: 'classic',
  material: 'copper',
  noun: 'wok',
  size: '10 inch',
  colour: 'black',
}

test('click rates are examination times attraction', () => {
  const model = createClickModel(6, 1)
  expect([...model.examination]).toEqual([1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6])
  const random = createRandom(1)
  const attractions = [0.2, 0.8, 0, 0.8, 0.5, 1, 1]
  const counts = new Float64Array(7)
  const draws = 100_000
  for (let i = 0; i < draws; i++) {
    for (const k of sampleClicks(model, attractions, random)) counts[k]! += 1
  }
  attractions.forEach((attraction, k) => {
    const expected = attraction * (model.examination[k] ?? 0)
    expect(Math.abs(counts[k]! / draws - expected)).toBeLessThan(0.01)
  })
  expect(counts[6]).toBe(0)
})

test('what is wanted attracts most, then what shares most with it', () => {
  const sameMaterial = { ...PAN, brand: 'Other', size: '8 inch', colour: 'red' }
  const sameNoun = { ...sameMaterial, material: 'steel', adjective: 'compact' }
  const other = { ...PAN, noun: 'kettle' }
  const values = [PAN, { ...PAN }, sameMaterial, sameNoun, other].map((p) => attractionOf(PAN, p))
  expect(values[0]).toBe(WANTED_ATTRACTION)
  expect(values).toEqual([...values].sort((a, b) => b - a))
  expect(new Set(values).size).toBe(values.length)
})
