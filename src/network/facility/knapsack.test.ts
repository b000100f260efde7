import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createItems, type Items, packFractions, packWhole } from './knapsack.ts'

const someItems = fc.array(
  fc.record({ gain: fc.integer({ min: 1, max: 9 }), weight: fc.integer({ min: 0, max: 9 }) }),
  { maxLength: 11 },
)
type Item = { readonly gain: number; readonly weight: number }

function itemsOf(list: readonly Item[]): Items {
  const items = createItems(list.length)
  list.forEach(({ gain, weight }, k) => {
    items.item[k] = k
    items.gain[k] = gain
    items.weight[k] = weight
  })
  items.count = list.length
  return items
}

/** By sorting, as Dantzig (1957) has it. */
function plainFractions(list: readonly Item[], capacity: number): number {
  let room = capacity
  let value = 0
  for (const { gain, weight } of [...list].sort((a, b) => b.gain * a.weight - a.gain * b.weight)) {
    const share = weight <= room ? 1 : room / weight
    value += share * gain
    room -= share * weight
  }
  return value
}

function plainWhole(list: readonly Item[], capacity: number): number {
  let best = 0
  for (let set = 0; set < 2 ** list.length; set++) {
    const taken = list.filter((_, k) => ((set >> k) & 1) === 1)
    const weight = taken.reduce((sum, one) => sum + one.weight, 0)
    const gain = taken.reduce((sum, one) => sum + one.gain, 0)
    if (weight <= capacity) best = Math.max(best, gain)
  }
  return best
}

describe('knapsacks', () => {
  it('packs fractions as sorting does', () => {
    fc.assert(
      fc.property(someItems, fc.integer({ min: 0, max: 60 }), (list, capacity) => {
        const items = itemsOf(list)
        const packed = { value: 0, whole: 0, part: 0 }
        packFractions(items, capacity, packed)
        expect(packed.value).toBeCloseTo(plainFractions(list, capacity), 9)
        let gain = 0
        for (let k = 0; k < packed.whole; k++) gain += items.gain[k]!
        if (packed.part > 0) gain += packed.part * items.gain[packed.whole]!
        expect(gain).toBeCloseTo(packed.value, 9)
      }),
    )
  })

  it('packs whole items as trying every set does', () => {
    fc.assert(
      fc.property(someItems, fc.integer({ min: 0, max: 60 }), (list, capacity) => {
        const items = itemsOf(list)
        const packed = { value: 0, whole: 0, part: 0 }
        expect(packWhole(items, capacity, packed, 1e6)).toBe(true)
        expect(packed.value).toBe(plainWhole(list, capacity))
        let gain = 0
        let weight = 0
        for (let k = 0; k < packed.whole; k++) {
          gain += items.gain[k]!
          weight += items.weight[k]!
        }
        expect(gain).toBe(packed.value)
        expect(weight).toBeLessThanOrEqual(capacity)
      }),
    )
  })

  it('gives a bound where it may not search', () => {
    const list = Array.from({ length: 11 }, (_, k) => ({ gain: 7 + (k % 3), weight: 7 + (k % 2) }))
    const packed = { value: 0, whole: 0, part: 0 }
    expect(packWhole(itemsOf(list), 40, packed, 1)).toBe(false)
    expect(packed.value).toBeGreaterThanOrEqual(plainWhole(list, 40))
  })
})
