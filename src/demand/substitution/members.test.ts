import { expect, it } from 'vitest'
import { throughOthers } from './members.ts'

/** Three products, each with the two others as candidates: 0: 1, 2; 1: 0, 2; 2: 0, 1. */
const candidates = [Int32Array.of(1, 2), Int32Array.of(0, 2), Int32Array.of(0, 1)]
const back = Int32Array.of(2, 4, 0, 5, 1, 3)

/** Membership of the pair 0, 1, which shows nothing itself, where the pairs with 2 show this. */
function memberOf(with0: number, with1: number): number {
  const evidence = Float64Array.of(0, with0, 0, with1, 0, 0)
  const member = throughOthers(candidates, 2, back, Float64Array.of(0.4, 0.4), evidence)
  expect(member[0]).toBeCloseTo(member[2]!, 12)
  return member[0]!
}

it('a product that goes with both speaks for a pair, one that goes with one alone against it', () => {
  expect(memberOf(0, 0)).toBeCloseTo(0.4, 9)
  expect(memberOf(2, 2)).toBeGreaterThan(0.6)
  expect(memberOf(3, -3)).toBeLessThan(0.15)
  expect(memberOf(3, -3)).toBeCloseTo(memberOf(-3, 3), 9)
  expect(memberOf(-3, -3)).toBeGreaterThan(0.4)
  expect(memberOf(500, 500)).toBeLessThanOrEqual(1)
  expect(Number.isFinite(memberOf(-500, 500))).toBe(true)
})
