import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { atReach, learnOrderModel, productRoom, reachOf, roomFor } from './order-model.ts'
import { someOrders } from './testing/problems.ts'

const OPTIONS = { coverDays: 10, safety: 1 }

/** Orders of three lines, each line drawn anew or, with probability `same`, near the one before. */
function threeLineOrders(products: number, orders: number, same: number) {
  const random = createRandom(`three-${same}`)
  const product = new Int32Array(3 * orders)
  const linesPerOrder = new Float64Array(products)
  for (let i = 0; i < product.length; i++) {
    const near = i % 3 > 0 && random.next() < same
    const j = near ? (product[i - 1]! + 1) % products : Math.floor(products * random.next() ** 2)
    product[i] = j
    linesPerOrder[j]! += 1 / orders
  }
  const columns = {
    linesPerOrder,
    unitsPerOrder: linesPerOrder,
    unitM3: new Float64Array(products).fill(0.01),
    casePack: new Float64Array(products).fill(1),
  }
  const starts = Int32Array.from({ length: orders + 1 }, (_, o) => 3 * o)
  return { columns, sample: { starts, product } }
}

describe('learnOrderModel', () => {
  it('takes independent lines as independent, and dependent ones as fewer', () => {
    const apart = threeLineOrders(1000, 20_000, 0)
    const close = threeLineOrders(1000, 20_000, 0.8)
    const lines = (made: typeof apart) =>
      learnOrderModel(made.columns, made.sample, OPTIONS).basketLines[2]!
    expect(lines(apart)).toBeGreaterThan(2.8)
    expect(lines(apart)).toBeLessThan(3.2)
    expect(lines(close)).toBeLessThan(2)
  })

  it('expects as many whole orders as there are, at every breadth', () => {
    for (const same of [0, 0.8]) {
      const { columns, sample } = threeLineOrders(1000, 20_000, same)
      const model = learnOrderModel(columns, sample, { ...OPTIONS, knots: 20 })
      const rank = new Int32Array(1000)
      model.ranking.forEach((j, i) => {
        rank[j] = i
      })
      model.breadth.forEach((breadth, knot) => {
        let whole = 0
        for (let o = 0; o < 20_000; o++)
          if (sample.product.subarray(3 * o, 3 * o + 3).every((j) => rank[j]! < breadth)) whole++
        expect(Math.abs(model.wholeShare[knot]! - whole / 20_000)).toBeLessThan(0.05)
      })
    }
  })

  it('rises along every curve, from nothing to all', () => {
    const model = someOrders(3)
    for (const curve of [model.lineShare, model.wholeShare, model.perOrderM3, model.fixedM3]) {
      for (let k = 1; k < curve.length; k++) expect(curve[k]!).toBeGreaterThanOrEqual(curve[k - 1]!)
    }
    expect(model.wholeShare[0]).toBe(0)
    expect(model.lineShare.at(-1)).toBeCloseTo(1, 9)
    expect(model.wholeShare.at(-1)).toBeCloseTo(1, 9)
  })

  it('adds up the room of single products', () => {
    const { columns, sample } = threeLineOrders(50, 200, 0)
    const model = learnOrderModel(columns, sample, OPTIONS)
    const demand = 123
    let room = 0
    model.ranking.forEach((j, i) => {
      room += productRoom(columns, j, demand, OPTIONS)
      expect(roomFor(model, i + 1, demand)).toBeCloseTo(room, 9)
    })
  })

  it('reaches as far as the room lasts', () => {
    const model = someOrders(5)
    const demand = fc.double({ min: 0.1, max: 1e5, noNaN: true })
    fc.assert(
      fc.property(demand, fc.double({ min: 0, max: 1e4, noNaN: true }), (orders, room) => {
        const reach = reachOf(model, orders, room, { knot: 0, part: 0 })
        const breadth = atReach(model.breadth, reach)
        const all = model.breadth.at(-1)!
        if (roomFor(model, all, orders) <= room) expect(breadth).toBe(all)
        else expect(roomFor(model, breadth, orders)).toBeCloseTo(room, 6)
      }),
    )
  })

  it('refuses bad numbers by name', () => {
    const { columns, sample } = threeLineOrders(10, 10, 0)
    const unitM3 = columns.unitM3.slice()
    unitM3[3] = -1
    expect(() => learnOrderModel({ ...columns, unitM3 }, sample, OPTIONS)).toThrow(
      'unitM3 of product 3 is negative',
    )
    const none = { starts: Int32Array.of(0), product: new Int32Array(0) }
    expect(() => learnOrderModel(columns, none, OPTIONS)).toThrow('no orders')
  })
})
