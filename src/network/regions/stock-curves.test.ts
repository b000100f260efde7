import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { filledInside, learnStockCurves, type StoreStock, stockedAt } from './stock-curves.ts'

/** The same by definition: weights a^n / n!, and subsets counted by their units in the region. */
function plainFilled(units: number, away: number, own: number): number {
  let [weight, sum, filled] = [1, 0, 0]
  for (let n = 0; n <= units; n++) {
    if (n > 0) weight *= away / n
    const there = units - n
    let none = 1
    for (let i = 0; i < there; i++) none *= Math.max(0, units - own - i) / (units - i)
    sum += weight
    filled += there === 0 ? 0 : weight * (1 - none)
  }
  return filled / sum
}

/** Plays a store: units come back one by one after `days`, orders go to whoever has a unit. */
function played(units: number, away: number, own: number, quantity: number): number {
  const random = createRandom(units)
  const shelves = [own, units - own]
  const due: { at: number; shelf: number }[] = []
  const share = own / units
  let [now, asked, filled] = [0, 0, 0]
  for (let order = 0; order < 40_000; order++) {
    now += -Math.log(1 - random.next()) / (away / quantity)
    while (due[0] !== undefined && due[0].at <= now) shelves[due.shift()!.shelf]!++
    const home = random.next() < share ? 0 : 1
    const from = [home, 1 - home].find((shelf) => shelves[shelf]! >= quantity)
    if (home === 0) asked++
    if (home === 0 && from === 0) filled++
    if (from === undefined) continue
    shelves[from]! -= quantity
    for (let unit = 0; unit < quantity; unit++) due.push({ at: now + 1, shelf: from })
  }
  return filled / asked
}

describe('filledInside', () => {
  it('is what the definition gives', () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0.01, max: 120, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    fc.assert(
      fc.property(cases, ([units, away, part]) => {
        const own = Math.round(part * units)
        expect(filledInside(units, away, own / units, 1)).toBeCloseTo(
          plainFilled(units, away, own),
          7,
        )
      }),
    )
  })

  it.each([
    [6, 13, 3, 1],
    [6, 3, 3, 1],
    [24, 20, 6, 1],
    [60, 60, 10, 1],
    [40, 24, 10, 2],
  ])(
    'is what a store sees: %i units, %d away, %i in the region, %i asked for',
    (units, away, own, quantity) => {
      const chance = filledInside(units, away, own / units, quantity)
      expect(Math.abs(chance - played(units, away, own, quantity))).toBeLessThan(0.06)
    },
  )

  it('is 0 and 1 at the ends, with large numbers too', () => {
    expect(filledInside(0, 5, 0.5, 1)).toBe(0)
    expect(filledInside(3, 0, 1, 4)).toBe(0)
    expect(filledInside(1e6, 1e3, 0.1, 1)).toBeCloseTo(1, 9)
    expect(filledInside(10, 1e6, 0.5, 1)).toBeLessThan(1e-4)
  })
})

const stock = (supply: number): StoreStock => ({
  supplyUnits: new Float64Array(50).fill(supply),
  unitsPerOrder: new Float64Array(50).fill(0.04),
  wantedUnits: () => Number.POSITIVE_INFINITY,
  coverDays: 20,
  ordersADay: 100,
})
const random = createRandom('curves')
const orders = {
  starts: Int32Array.from({ length: 301 }, (_, o) => 2 * o),
  product: Int32Array.from({ length: 600 }, () => random.int(50)),
  quantity: new Int32Array(600).fill(1),
}

describe('learnStockCurves', () => {
  it('fills more in larger regions and from more stock, whole orders less often than lines', () => {
    const [few, many] = [learnStockCurves(orders, stock(12)), learnStockCurves(orders, stock(80))]
    for (const curves of [few, many]) {
      const { wholeShare, lineShare } = curves
      expect([...wholeShare]).toEqual([...wholeShare].sort((a, b) => a - b))
      wholeShare.forEach((share, k) => {
        expect(share).toBeCloseTo(lineShare[k]! ** 2, 9)
      })
    }
    few.wholeShare.forEach((share, k) => {
      expect(share).toBeLessThan(many.wholeShare[k]!)
    })
    expect([...learnStockCurves(orders, stock(Infinity)).wholeShare]).toEqual(Array(8).fill(1))
  })

  it('keeps no more than regions want', () => {
    const curves = learnStockCurves(orders, { ...stock(80), wantedUnits: () => 0 })
    expect([...curves.lineShare]).toEqual(Array(8).fill(0))
  })

  it('is read between knots, and stays at its ends', () => {
    const curves = learnStockCurves(orders, stock(12))
    const { demand, wholeShare } = curves
    demand.forEach((knot, k) => {
      expect(stockedAt(curves, wholeShare, knot)).toBeCloseTo(wholeShare[k]!, 9)
    })
    expect(stockedAt(curves, wholeShare, 0)).toBe(wholeShare[0])
    expect(stockedAt(curves, wholeShare, 1e9)).toBe(wholeShare.at(-1))
  })

  it('needs orders', () => {
    const none = { ...orders, starts: Int32Array.of(0) }
    expect(() => learnStockCurves(none, stock(1))).toThrow('no orders')
  })
})
