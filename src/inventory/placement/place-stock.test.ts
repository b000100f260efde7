import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { negativeBinomialPmf } from '../../core/distributions/counts.ts'
import { createRandom } from '../../core/random/random.ts'
import { numbersOf, textAt, textsOf } from '../../core/table.ts'
import { tableNamed } from '../../feed/index.ts'
import { newsvendorPoisson } from '../textbook/newsvendor.ts'
import { CaseWalk } from './next-case.ts'
import { placePlain } from './place-plain.ts'
import { placeStock } from './place-stock.ts'
import { placementTable } from './placement-table.ts'
import { PLACEMENT_REASONS, type PlacementInput, type PlacementPlan } from './types.ts'
import { wholeOrderSavings } from './whole-order.ts'

interface Wish {
  readonly seed: number
  readonly room: number
  readonly supply: boolean
  readonly now: boolean
}

/** Six products, two regions, three sites, all numbers drawn from the seed. */
function someInput({ seed, room, supply, now }: Wish): PlacementInput {
  const random = createRandom(seed)
  const products = 6
  const column = (make: () => number, n = products) => Float64Array.from({ length: n }, make)
  return {
    products,
    regions: 2,
    siteRegion: Int32Array.of(0, 1, 0),
    capacityM3: column(() => room * (0.5 + random.next()), 3),
    unitM3: column(() => 0.1 + random.next()),
    casePack: column(() => 1 + random.int(4)),
    demandMean: Float32Array.from({ length: 2 * products }, () => 6 * random.next() ** 2),
    dispersion: column(() => 0.8 + 2 * random.next()),
    savedCents: column(() => 100 + 400 * random.next()),
    idleCents: column(() => 60 * random.next()),
    ...(supply ? { supplyUnits: column(() => random.int(9)) } : {}),
    ...(now ? { nowUnits: Int32Array.from({ length: 18 }, () => random.int(4)) } : {}),
  }
}

const wishes = fc.record({
  seed: fc.integer({ min: 0, max: 1e6 }),
  room: fc.constantFrom(0, 0.5, 3, 8, Infinity),
  supply: fc.boolean(),
  now: fc.boolean(),
})

function unitsOf(plan: PlacementPlan, products: number, sites: number): Int32Array {
  const units = new Int32Array(products * sites)
  plan.site.forEach((s, l) => {
    units[s * products + plan.product[l]!] = plan.targetUnits[l]!
  })
  return units
}

describe('placeStock', () => {
  it('places what the plain form places', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const input = someInput(wish)
        const plan = placeStock(input)
        expect([...unitsOf(plan, 6, 3)]).toEqual([...placePlain(input)])
      }),
    )
  })

  it('keeps within room and supply, in whole cases, and says why it stops', () => {
    fc.assert(
      fc.property(wishes, (wish) => {
        const input = someInput(wish)
        const plan = placeStock(input)
        const units = new Float64Array(6)
        plan.targetUnits.forEach((target, l) => {
          expect(target % input.casePack[plan.product[l]!]!).toBe(0)
          units[plan.product[l]!]! += target
          const reason = PLACEMENT_REASONS[plan.reason[l]!]
          if (reason === 'enough') expect(plan.nextCaseCents[l]!).toBeLessThanOrEqual(0)
          if (reason === 'no_room' || reason === 'no_supply')
            expect(plan.nextCaseCents[l]!).toBeGreaterThan(0)
          if (reason === 'leaves') expect(target).toBe(0)
          expect(plan.gainCents[l]!).toBeGreaterThanOrEqual(0)
        })
        plan.filledM3.forEach((m3, s) => {
          expect(m3).toBeLessThanOrEqual(input.capacityM3[s]! + 1e-9)
        })
        units.forEach((count, j) => {
          expect(count).toBeLessThanOrEqual(input.supplyUnits?.[j] ?? Infinity)
        })
      }),
    )
  })

  it('is the newsvendor of the textbook where room and supply are loose', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 40, noNaN: true }), (mean) => {
        // Snyder & Shen, Example 4.4 has h = 0.18 and p = 0.70.
        const input = {
          ...someInput({ seed: 1, room: Infinity, supply: false, now: false }),
          demandMean: new Float32Array(12).fill(mean),
          dispersion: new Float64Array(6).fill(1),
          casePack: new Float64Array(6).fill(1),
          savedCents: new Float64Array(6).fill(70),
          idleCents: new Float64Array(6).fill(18),
        }
        const { baseStockLevel } = newsvendorPoisson(
          { holdingCost: 18, stockoutCost: 70 },
          Math.fround(mean),
        )
        const units = unitsOf(placeStock(input), 6, 3)
        for (let j = 0; j < 6; j++) {
          expect(units[j]! + units[12 + j]!).toBe(baseStockLevel)
          expect(units[6 + j]).toBe(baseStockLevel)
        }
      }),
      { numRuns: 50 },
    )
  })

  it('gains all but a case of what the best placement gains', () => {
    for (let seed = 0; seed < 30; seed++) {
      const input: PlacementInput = {
        ...someInput({ seed, room: 2, supply: false, now: false }),
        regions: 1,
        siteRegion: Int32Array.of(0),
        capacityM3: Float64Array.of(3),
        demandMean: Float32Array.from({ length: 6 }, (_, j) => 0.3 + 0.2 * j),
      }
      const plan = placeStock(input)
      const gained = plan.gainCents.reduce((sum, gain) => sum + gain, 0)
      const { best, largest } = bestGain(input, 3)
      expect(gained).toBeLessThanOrEqual(best + 1e-6)
      expect(gained).toBeGreaterThanOrEqual(best - largest)
    }
  })

  it('leaves stock where it is while that is as good', () => {
    const input = someInput({ seed: 3, room: Infinity, supply: false, now: false })
    const nowUnits = new Int32Array(18)
    const free = unitsOf(placeStock(input), 6, 3)
    for (let j = 0; j < 6; j++) nowUnits[j] = free[j]! + free[12 + j]!
    const kept = unitsOf(placeStock({ ...input, nowUnits }), 6, 3)
    for (let j = 0; j < 6; j++) expect(kept[j]).toBe(nowUnits[j])
  })

  it('prices room where it is short and not where it is not', () => {
    const wish = { seed: 2, supply: false, now: false }
    expect(Math.max(...placeStock(someInput({ ...wish, room: 1 })).roomPriceCents)).toBeGreaterThan(
      0,
    )
    expect([...placeStock(someInput({ ...wish, room: Infinity })).roomPriceCents]).toEqual([0, 0])
  })

  it('names the column that does not fit', () => {
    const input = someInput({ seed: 1, room: 1, supply: false, now: false })
    const bad = (change: Partial<PlacementInput>) => () => placeStock({ ...input, ...change })
    expect(bad({ unitM3: Float64Array.of(1) })).toThrow('unitM3 has 1 entries where 6 are needed')
    expect(bad({ savedCents: new Float64Array(6).fill(-1) })).toThrow('savedCents 0 is -1')
    expect(bad({ idleCents: new Float64Array(6).fill(Number.NaN) })).toThrow('idleCents 0')
    expect(bad({ siteRegion: Int32Array.of(0, 5, 0) })).toThrow('site 1 is in region 5')
  })
})

/** The most that any numbers of cases gain in `room` m³, and the largest gain of one case. */
function bestGain(input: PlacementInput, room: number) {
  const gains = Array.from({ length: 6 }, (_, j) => {
    const walk = new CaseWalk(input.demandMean, input.dispersion)
    const pack = input.casePack[j]!
    const list = [0]
    for (walk.begin(j, pack); list.length < 12; walk.take(j, pack)) {
      const idle = input.idleCents[j]! * (pack - walk.sold[j]!)
      list.push(list.at(-1)! + input.savedCents[j]! * walk.sold[j]! - idle)
    }
    return list
  })
  const search = (j: number, left: number): number => {
    if (j === 6) return 0
    const m3 = input.casePack[j]! * input.unitM3[j]!
    let best = Number.NEGATIVE_INFINITY
    for (let n = 0; n < 12 && n * m3 <= left + 1e-12; n++)
      best = Math.max(best, gains[j]![n]! + search(j + 1, left - n * m3))
    return best
  }
  return { best: search(0, room), largest: Math.max(...gains.map((list) => list[1]!)) }
}

describe('CaseWalk', () => {
  it('sells what the distribution says, small and large', () => {
    const mean = Float32Array.of(0.2, 3, 80, 900, 5000)
    for (const phi of [1, 1.5, 4]) {
      const walk = new CaseWalk(mean, new Float64Array(5).fill(phi))
      mean.forEach((m, e) => {
        const pack = Math.max(1, Math.round(m / 4))
        walk.begin(e, pack)
        for (let n = 0; n < 6 * pack; n += pack) {
          const sold = phi === 1 ? undefined : soldBetween(n, pack, m, phi)
          if (sold !== undefined) expect(Math.abs(walk.sold[e]! - sold)).toBeLessThan(0.01 * pack)
          walk.take(e, pack)
        }
      })
    }
  })
})

/** Σ of P(D ≥ u) over the units of a case. */
function soldBetween(from: number, pack: number, mean: number, phi: number): number {
  let below = 0
  let sold = 0
  for (let u = 1; u <= from + pack; u++) {
    below += negativeBinomialPmf(u - 1, mean, mean / (phi - 1))
    if (u > from) sold += 1 - below
  }
  return sold
}

describe('wholeOrderSavings', () => {
  it('counts a parcel saved only where the rest of the order is there', () => {
    const orders = {
      starts: Int32Array.of(0, 1, 3, 5),
      product: Int32Array.of(0, 0, 1, 1, 1),
    }
    const savings = wholeOrderSavings(orders, Float64Array.of(0.5, 0.8), 100)
    // Lines: 0 alone (1), 0 with 1 (0.8), 1 with 0 (0.5), 1 alone, named twice (1).
    const mean = (1 + 0.8 + 0.5 + 1) / 4
    expect(savings[0]).toBeCloseTo((100 * (1.8 + 5 * mean)) / 7, 9)
    expect(savings[1]).toBeCloseTo((100 * (1.5 + 5 * mean)) / 7, 9)
  })
})

describe('placementTable', () => {
  it('has the columns of the table placement_plan', () => {
    const input = someInput({ seed: 1, room: 3, supply: false, now: true })
    const plan = placeStock(input)
    const table = placementTable(plan, {
      version: 1,
      siteIds: ['A', 'B', 'C'],
      productIds: ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'],
      unitM3: input.unitM3,
      coverDays: 14,
    })
    expect(Object.keys(table.columns)).toEqual(Object.keys(tableNamed('placement_plan').columns))
    expect(table.rowCount).toBe(plan.site.length)
    expect(textAt(textsOf(table, 'reason'), 0)).toBe(PLACEMENT_REASONS[plan.reason[0]!])
    numbersOf(table, 'volume_m3').forEach((m3, l) => {
      expect(m3).toBeCloseTo(plan.targetUnits[l]! * input.unitM3[plan.product[l]!]!, 9)
    })
  })
})
