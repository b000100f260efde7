import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import type { Product } from '../catalogue/product.ts'
import { createIndex } from '../index/door.ts'
import { calibrate, calibrated } from './calibrate.ts'
import { extractAttributes } from './extract.ts'

const FIELDS = [
  { name: 'title', role: 'title' },
  { name: 'colour', role: 'attribute' },
  { name: 'kind', role: 'attribute' },
] as const
const COLOURS = ['Black', 'White', 'Light Blue', 'Red']

/** Products whose titles name the colour, now and then another one; half of them miss the attribute. */
function made(seed: number) {
  const random = createRandom(seed)
  const pick = <T>(list: readonly T[]) => list[random.int(list.length)]!
  const truth = new Map<string, string>()
  const products = Array.from({ length: 2000 }, (_, i): Product => {
    const colour = pick(COLOURS)
    const noun = pick(['mug', 'lamp', 'phone', 'cable'])
    const said = random.next() < 0.1 ? pick(COLOURS) : colour
    const title = random.next() < 0.2 ? `A ${noun} no ${i}` : `${said} ${noun} no ${i}`
    truth.set(`p${i}`, colour)
    const kind = noun === 'phone' ? { kind: pick(['smart', 'plain']) } : {}
    return { id: `p${i}`, values: { title, ...kind, ...(i % 2 === 0 ? { colour } : {}) } }
  })
  const index = createIndex(FIELDS)
  index.add(products)
  return { index, truth }
}

describe('extractAttributes', () => {
  it('reads missing values about as often right as it says, on products it has not learned from', () => {
    for (const seed of [1, 2, 3]) {
      const { index, truth } = made(seed)
      const [colour] = extractAttributes(index).filter(({ field }) => field === 'colour')
      const { docs, codes, confidences, values } = colour!
      expect(docs.length).toBeGreaterThan(700)
      let right = 0
      let said = 0
      docs.forEach((doc, i) => {
        expect(index.valueOf(doc, 'colour')).toBeUndefined()
        if (truth.get(index.idOf(doc)!) === values[codes[i]!]) right++
        said += confidences[i]!
      })
      expect(right / docs.length).toBeGreaterThan(0.85)
      expect(Math.abs(right - said) / docs.length).toBeLessThan(0.06)
    }
  })

  it('leaves fields alone where texts say nothing, and products that the field is not for', () => {
    const { index } = made(4)
    expect(extractAttributes(index).some(({ field }) => field === 'kind')).toBe(false)
    const empty = createIndex(FIELDS)
    expect(extractAttributes(empty)).toEqual([])
  })
})

describe('calibrate', () => {
  it('gives shares that never fall with the score, and are right on the whole', () => {
    const one = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      isRight: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 40, maxLength: 400 }), (cases) => {
        const { ends, shares } = calibrate(cases)!
        for (let i = 1; i < ends.length; i++) {
          expect(ends[i]).toBeGreaterThan(ends[i - 1]!)
          expect(shares[i]).toBeGreaterThanOrEqual(shares[i - 1]!)
        }
        const said = cases.reduce((sum, { score }) => sum + calibrated({ ends, shares }, score), 0)
        const right = cases.filter(({ isRight }) => isRight).length
        expect(Math.abs(said - right)).toBeLessThanOrEqual(shares.length + 1)
      }),
    )
    expect(calibrate([])).toBeUndefined()
  })
})
