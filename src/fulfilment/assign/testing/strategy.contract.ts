import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Assignment, AssignmentStrategy, OrderToAssign, Situation } from '../types.ts'
import { makeOrder, makeWorld, situationOf } from './made-situation.ts'

/** What every assignment strategy keeps to; `make` makes a fresh one. */
export function describeStrategyContract(name: string, make: () => AssignmentStrategy): void {
  describe(`${name} keeps the contract of strategies`, () => {
    const cases = fc.record({
      world: fc.integer({ min: 0, max: 400 }),
      order: fc.integer({ min: 0, max: 10_000 }),
      lines: fc.integer({ min: 1, max: 12 }),
    })
    const each = (check: (order: OrderToAssign, situation: Situation) => void, numRuns = 150) =>
      fc.assert(
        fc.property(cases, ({ world, order, lines }) => {
          const made = makeWorld(world, { sites: 6, products: 16, areas: 4 })
          check(makeOrder(made, order, lines), situationOf(made))
        }),
        { numRuns },
      )

    it('has a name', () => expect(make().name).toBe(name))

    it('fills every line whole and takes no more than there is', () => {
      const strategy = make()
      each((order, situation) => {
        const assignment = strategy.assign(order, situation)
        if (assignment !== undefined) expectFilled(assignment, order, situation)
        else expect(strategy.explain(order, situation).blockedBy).toMatch(/\.$/)
      })
    })

    it('fills what one site can ship, and says what is short of what none can', () => {
      const strategy = make()
      const world = makeWorld(1, { sites: 4, products: 3, areas: 1 })
      world.stock.fill(2)
      world.heaviestKg.fill(Infinity)
      const order = makeOrder(world, 1, 1)
      const one = { ...order, lines: [{ product: 0, quantity: 2 }] }
      expect(strategy.assign(one, situationOf(world))?.parcels.length).toBe(1)
      const cut = { ...order, lines: [{ product: 0, quantity: 7 }] }
      expectFilled(strategy.assign(cut, situationOf(world))!, cut, situationOf(world))
      const many = { ...order, lines: [{ product: 0, quantity: 9 }] }
      expect(strategy.assign(many, situationOf(world))).toBeUndefined()
      expect(strategy.explain(many, situationOf(world)).blockedBy).toMatch(
        /9 units.* 8 can be taken/,
      )
    })

    it('counts what it says it costs', () => {
      const strategy = make()
      each((order, situation) => {
        const assignment = strategy.assign(order, situation)
        if (assignment !== undefined) expectCounted(assignment, situation)
      })
    })

    it('answers the same twice, whatever it was asked between', () => {
      const strategy = make()
      each((order, situation) => {
        const first = strategy.assign(order, situation)
        strategy.assign({ ...order, orderId: 'other', area: 0 }, situation)
        expect(strategy.assign(order, situation)).toEqual(first)
        expect(make().assign(order, situation)).toEqual(first)
      }, 50)
    })

    it('explains what it does: the choice beside alternatives with costs and verdicts', () => {
      const strategy = make()
      each((order, situation) => {
        const { chosen, alternatives, blockedBy } = strategy.explain(order, situation)
        expect(chosen).toEqual(strategy.assign(order, situation))
        expect(blockedBy === undefined).toBe(chosen !== undefined)
        for (const alternative of alternatives) {
          expect(alternative.verdict).toMatch(/cents/)
          expectFilled(alternative, order, situation)
          expectCounted(alternative, situation)
        }
      }, 50)
    })
  })
}

function expectFilled(assignment: Assignment, order: OrderToAssign, situation: Situation): void {
  const shipped = new Map<number, number>()
  const taken = new Map<string, number>()
  for (const { site, lines } of assignment.parcels) {
    for (const { product, quantity } of lines) {
      expect(quantity).toBeGreaterThan(0)
      shipped.set(product, (shipped.get(product) ?? 0) + quantity)
      const cell = `${site}/${product}`
      taken.set(cell, (taken.get(cell) ?? 0) + quantity)
      expect(taken.get(cell)).toBeLessThanOrEqual(situation.available(site, product))
    }
  }
  const asked = order.lines.map(({ product, quantity }) => [product, quantity] as const)
  expect([...shipped].sort((a, b) => a[0] - b[0])).toEqual(asked.sort((a, b) => a[0] - b[0]))
}

function expectCounted(assignment: Assignment, situation: Situation): void {
  let [shipping, opportunity] = [0, 0]
  for (const parcel of assignment.parcels) {
    const worth = parcel.lines.reduce(
      (sum, { product, quantity }) =>
        sum + quantity * situation.unitWorthCents(parcel.site, product),
      0,
    )
    expect(parcel.opportunityCents).toBeCloseTo(worth, 6)
    expect(parcel.boxes).toBeGreaterThanOrEqual(1)
    shipping += parcel.shippingCents
    opportunity += parcel.opportunityCents
  }
  expect(assignment.shippingCents).toBeCloseTo(shipping, 6)
  expect(assignment.opportunityCents).toBeCloseTo(opportunity, 6)
}
