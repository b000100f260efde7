import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Claim, fairShare } from './fair-share.ts'

const claim = (orderId: string, units: number, promisedBy = 0): Claim => ({
  ...{ orderId, units, promisedBy },
})

/** The plain rule: one unit at a time to who has least, the earliest promise first. */
function oneByOne(available: number, claims: readonly Claim[]): number[] {
  const got = claims.map(() => 0)
  for (let unit = 0; unit < available; unit++) {
    const next = claims
      .map((of, index) => ({ ...of, index }))
      .filter(({ units, index }) => got[index]! < units)
      .sort(
        (a, b) =>
          got[a.index]! - got[b.index]! ||
          a.promisedBy - b.promisedBy ||
          (a.orderId < b.orderId ? -1 : 1),
      )[0]
    if (next === undefined) break
    got[next.index]! += 1
  }
  return got
}

const claims = fc
  .array(fc.record({ units: fc.nat({ max: 9 }), promisedBy: fc.nat({ max: 5 }) }), { maxLength: 9 })
  .map((list) => list.map((of, index) => claim(`O${index}`, of.units, of.promisedBy)))

describe('fairShare', () => {
  it('gives all alike, up to what they ask, and the rest to the earliest promises', () => {
    const list = [claim('a', 1, 9), claim('b', 5, 8), claim('c', 9, 7)]
    expect(fairShare(8, list)).toEqual([1, 3, 4])
    expect(fairShare(100, list)).toEqual([1, 5, 9])
    expect(fairShare(1, [claim('b', 1), claim('a', 1)])).toEqual([0, 1])
  })

  it('refuses units that cannot be shared', () => {
    expect(() => fairShare(-1, [])).toThrow('cannot be shared')
    expect(() => fairShare(1, [claim('a', 0.5)])).toThrow('0.5')
  })

  it('is the rule of one unit at a time', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), claims, (available, list) => {
        expect(fairShare(available, list)).toEqual(oneByOne(available, list))
      }),
    )
  })

  it('gives nobody more than asked, leaves nothing while someone waits, and is fair to a unit', () => {
    fc.assert(
      fc.property(fc.nat({ max: 60 }), claims, (available, list) => {
        const shares = fairShare(available, list)
        const total = shares.reduce((sum, units) => sum + units, 0)
        const asked = list.reduce((sum, { units }) => sum + units, 0)
        expect(total).toBe(Math.min(available, asked))
        shares.forEach((units, index) => {
          expect(units).toBeLessThanOrEqual(list[index]!.units)
          if (units === list[index]!.units) return
          expect(Math.max(...shares)).toBeLessThanOrEqual(units + 1)
        })
      }),
    )
  })

  it('does not depend on the order of the claims', () => {
    const shuffled = claims.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    )
    fc.assert(
      fc.property(fc.nat({ max: 60 }), shuffled, (available, [list, other]) => {
        const byId = (of: readonly Claim[]) => {
          const shares = fairShare(available, of)
          return new Map(of.map(({ orderId }, index) => [orderId, shares[index]]))
        }
        const [a, b] = [byId(list), byId(other)]
        for (const [orderId, units] of a) expect(b.get(orderId)).toBe(units)
      }),
    )
  })
})
