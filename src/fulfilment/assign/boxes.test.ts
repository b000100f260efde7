import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPacker, packingBound, STANDARD_BOXES } from './boxes.ts'

const settings = { fill: 0.8, handlingCents: 60 }
const unit = fc.record({
  kg: fc.double({ min: 0, max: 20, noNaN: true }),
  m3: fc.double({ min: 0.0001, max: 0.05, noNaN: true }),
})
const lines = fc.array(fc.record({ unit, quantity: fc.integer({ min: 1, max: 40 }) }), {
  minLength: 1,
  maxLength: 6,
})

function packed(of: readonly { unit: { kg: number; m3: number }; quantity: number }[]) {
  const physics = (product: number) => of[product]!.unit
  const asked = of.map(({ quantity }, product) => ({ product, quantity }))
  return {
    ...createPacker(STANDARD_BOXES, settings, physics).pack(asked),
    bound: packingBound(asked, STANDARD_BOXES, settings, physics),
  }
}

describe('packing', () => {
  it('takes the cheapest box that holds all', () => {
    const one = packed([{ unit: { kg: 0.3, m3: 0.001 }, quantity: 1 }])
    expect(one).toMatchObject({ boxes: 1, kg: 0.3, m3: 0.002, cents: 75 })
    const heavy = packed([{ unit: { kg: 5, m3: 0.001 }, quantity: 1 }])
    expect(heavy).toMatchObject({ boxes: 1, m3: 0.008, cents: 95 })
  })

  it('fills further boxes by volume and by weight', () => {
    // 0.064 m³ usable in a large box: three of 0.02 m³; by weight three of 10 kg.
    expect(packed([{ unit: { kg: 1, m3: 0.02 }, quantity: 7 }]).boxes).toBe(3)
    expect(packed([{ unit: { kg: 10, m3: 0.001 }, quantity: 7 }]).boxes).toBe(3)
  })

  it('ships what is larger than every box as it is', () => {
    const sofa = packed([{ unit: { kg: 40, m3: 1.2 }, quantity: 2 }])
    expect(sofa).toMatchObject({ boxes: 2, kg: 80, m3: 2.4, cents: 120 })
  })

  it('agrees with the plain path that takes units one at a time', () => {
    fc.assert(
      fc.property(lines, (of) => {
        expect(packed(of).boxes).toBe(plainBoxes(of))
      }),
    )
  })

  it('keeps between the bound and first fit’s share of it, and keeps the weight', () => {
    fc.assert(
      fc.property(lines, (of) => {
        const { boxes, bound, kg } = packed(of)
        expect(boxes).toBeGreaterThanOrEqual(bound)
        expect(boxes).toBeLessThanOrEqual(4 * bound + 1)
        expect(kg).toBeCloseTo(
          of.reduce((sum, line) => sum + line.unit.kg * line.quantity, 0),
          6,
        )
      }),
    )
  })
})

/** Unit by unit, largest first, into the first box with room. */
function plainBoxes(of: readonly { unit: { kg: number; m3: number }; quantity: number }[]): number {
  const room = 0.08 * settings.fill
  const size = ({ kg, m3 }: { kg: number; m3: number }) => Math.max(m3 / room, kg / 31.5)
  const units = [...of]
    .sort((a, b) => size(b.unit) - size(a.unit))
    .flatMap((line) => Array.from({ length: line.quantity }, () => line.unit))
  const boxes: { kg: number; m3: number }[] = []
  for (const { kg, m3 } of units) {
    const box = boxes.find((one) => one.kg + kg <= 31.5 + 1e-9 && one.m3 + m3 <= room + 1e-12)
    if (box === undefined) boxes.push({ kg, m3 })
    else {
      box.kg += kg
      box.m3 += m3
    }
  }
  return boxes.length
}
