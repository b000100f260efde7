import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DockedParcel, expectedTrucks, fillTruck, trucksFor } from './fill-truck.ts'

const truck = { truckM3: 10, truckCents: 1000 }
const waits = (m3: number, slackMinutes = 300): DockedParcel => ({
  m3,
  mayWait: true,
  slackMinutes,
})
const goes = (m3: number): DockedParcel => ({ m3, mayWait: false, slackMinutes: 0 })

describe('fillTruck', () => {
  it('lets all wait where the next truck runs anyway and has room', () => {
    const load = fillTruck({ ...truck, pastLoadsM3: [4, 5, 6] }, [waits(1), waits(2)])
    expect(load).toEqual({ goes: [], waits: [0, 1], trucks: 0, savedCents: 1000 })
  })

  it('fills the truck that must run, and sends no second one for what can wait', () => {
    const load = fillTruck({ ...truck, pastLoadsM3: [3] }, [waits(6, 900), goes(5), waits(4, 200)])
    expect(load).toMatchObject({ goes: [1, 2], waits: [0], trucks: 1, savedCents: 1000 })
  })

  it('sends everything where the next departure would need a truck more', () => {
    const load = fillTruck({ ...truck, pastLoadsM3: [9, 10] }, [waits(4)])
    expect(load).toMatchObject({ goes: [0], waits: [], trucks: 1 })
  })

  it('sends everything where nothing is known of the next departure', () => {
    const load = fillTruck({ ...truck, pastLoadsM3: [] }, [waits(1)])
    expect(load).toMatchObject({ goes: [0], savedCents: 0 })
  })

  it('never holds what has no time, saves what it says, and never loses by its own reckoning', () => {
    const parcel = fc.record({
      m3: fc.double({ min: 0.01, max: 6, noNaN: true }),
      mayWait: fc.boolean(),
      slackMinutes: fc.nat({ max: 3000 }),
    })
    const past = fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 6 })
    fc.assert(
      fc.property(fc.array(parcel, { maxLength: 12 }), past, (parcels, pastLoadsM3) => {
        const load = fillTruck({ ...truck, pastLoadsM3 }, parcels)
        expect([...load.goes, ...load.waits].sort((a, b) => a - b)).toEqual(
          parcels.map((_, index) => index),
        )
        for (const index of load.waits) expect(parcels[index]!.mayWait).toBe(true)
        const m3 = (list: readonly number[]) => list.reduce((sum, at) => sum + parcels[at]!.m3, 0)
        expect(trucksFor(m3(load.goes), 10)).toBeLessThanOrEqual(load.trucks)
        if (load.waits.length === 0) return
        const all = trucksFor(m3([...load.goes, ...load.waits]), 10)
        const later = 1000 * expectedTrucks(m3(load.waits), { truckM3: 10, pastLoadsM3 })
        expect(load.savedCents).toBeGreaterThan(0)
        expect((all - load.trucks) * 1000 - later).toBeCloseTo(load.savedCents, 6)
      }),
    )
  })
})
