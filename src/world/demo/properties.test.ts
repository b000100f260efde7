import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { generateDemoStore } from './generate.ts'
import { createMarket } from './market.ts'
import { completeParams } from './params.ts'
import { emptySupply, type SupplyInput, supplyGroup } from './supply.ts'
import { fingerprint } from './testing.ts'
import { createOffers, createVendors, drawLeadTimes, type Offer } from './vendors.ts'

const params = fc.record({
  seed: fc.integer(),
  products: fc.integer({ min: 1, max: 40 }),
  days: fc.integer({ min: 1, max: 120 }),
  futureDays: fc.integer({ min: 0, max: 40 }),
  ordersPerDay: fc.integer({ min: 0, max: 60 }),
  vendors: fc.integer({ min: 1, max: 30 }),
  customers: fc.integer({ min: 1, max: 500 }),
  searchesPerOrder: fc.double({ min: 0, max: 3, noNaN: true }),
  asOf: fc.integer({ min: 15_000, max: 25_000 }),
  impressions: fc.boolean(),
})

/** Columns that may say nothing: open ends, sites without room, lanes without a price a truck. */
const EMPTY = new Set([
  'prices.ends_on',
  'sites.capacity_m3',
  'lanes.cost_per_truck_cents',
  'lanes.capacity_m3',
])

test('no store, however small, has a negative number or one that is none', () => {
  fc.assert(
    fc.property(params, (small) => {
      const { tables, truth } = generateDemoStore(small)
      for (const [name, { columns, rowCount }] of Object.entries(tables)) {
        for (const [column, data] of Object.entries(columns)) {
          if (data.kind === 'text') {
            expect(data.codes.length).toBe(rowCount)
            continue
          }
          expect(data.values.length).toBe(rowCount)
          const mayBeEmpty = EMPTY.has(`${name}.${column}`)
          const isSigned = column === 'lat' || column === 'lon'
          const wrong = data.values.findIndex((value) =>
            Number.isNaN(value) ? !mayBeEmpty : !Number.isFinite(value) || (value < 0 && !isSigned),
          )
          expect(`${name}.${column} row ${wrong}`).toBe(`${name}.${column} row -1`)
        }
      }
      expect(truth.mean.every((value) => value >= 0 && value < Infinity)).toBe(true)
      expect(truth.cents.every((value) => value > 0)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('history does not depend on how much future is made', () => {
  const base = { products: 60, days: 90, ordersPerDay: 20, vendors: 12 }
  const short = generateDemoStore({ ...base, futureDays: 0 })
  const long = generateDemoStore({ ...base, futureDays: 60 })
  for (const [name, table] of Object.entries(short.tables)) {
    // These three tell what is planned as well.
    if (['prices', 'events', 'closed_days'].includes(name)) continue
    expect(`${name} ${fingerprint({ [name]: table })}`).toBe(
      `${name} ${fingerprint({ [name]: long.tables[name]! })}`,
    )
  }
  const { days, totalDays, mean } = long.truth
  for (let p = 0; p < base.products; p++) {
    expect(mean.subarray(p * totalDays, p * totalDays + days)).toEqual(
      short.truth.mean.subarray(p * days, (p + 1) * days),
    )
  }
})

test('groups of substitutes may be run in any order', () => {
  const full = completeParams({ products: 120, days: 150, ordersPerDay: 40, vendors: 12 })
  const random = createRandom('order')
  const market = createMarket(full, random, () => {}, undefined)
  const vendors = createVendors(full.vendors, random.split('vendors'))
  const offerOf: Offer[] = []
  for (const offer of createOffers(market.catalog, vendors, random.split('offers'))) {
    offerOf[offer.product] ??= offer
  }
  const leadDays = drawLeadTimes(vendors, market.totalDays, random.split('leads'))
  const input: SupplyInput = { ...market, vendors, offerOf, days: full.days, leadDays }
  const groups = new Map<number, number[]>()
  market.catalog.substituteGroup.forEach((group, p) => {
    groups.set(group, [...(groups.get(group) ?? []), p])
  })
  const run = (order: readonly number[]) => {
    const supply = emptySupply(full.products, full.days)
    for (const group of order) {
      supplyGroup(input, groups.get(group)!, supply, random.split('supply').split(group))
    }
    return supply
  }
  const forward = run([...groups.keys()])
  const backward = run([...groups.keys()].reverse())
  expect(backward.sold).toEqual(forward.sold)
  expect(backward.onHand).toEqual(forward.onHand)
  expect(backward.incoming).toEqual(forward.incoming)
  expect(forward.sold.some((units) => units > 0)).toBe(true)
})
