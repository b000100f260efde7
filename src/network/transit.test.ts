import { expect, it } from 'vitest'
import { lanes as lanePlanner, type Network } from './index.ts'
import { longestTransit, transitMinutes } from './transit.ts'

const MONDAY_EIGHT = 8 * 60

/** Two lanes of 100 ± 10 minutes; the second takes 200 ± 30 on Mondays at eight, 150 on Tuesdays. */
function network(leaves: readonly (readonly [lane: number, minute: number])[]): Network {
  const meanMinutes = new Float64Array(168).fill(Number.NaN)
  const sdMinutes = meanMinutes.slice()
  meanMinutes[8] = 200
  sdMinutes[8] = 30
  meanMinutes[24 + 8] = 150
  return {
    sites: { ids: ['C', 'S'], kinds: ['fulfilment_centre', 'sort_centre'] },
    lanes: {
      ids: ['plain', 'hourly'],
      modes: ['truck', 'truck'],
      fromSite: Int32Array.of(0, 0),
      toSite: Int32Array.of(1, 1),
      transitMinutes: Float64Array.of(100, 100),
      transitSdMinutes: Float64Array.of(10, 10),
      costPerParcelCents: new Float64Array(2),
      costPerKgCents: new Float64Array(2),
      costPerTruckCents: new Float64Array(2),
      capacityM3: Float64Array.of(80, 80),
    },
    departures: {
      lane: Int32Array.from(leaves, ([lane]) => lane),
      minuteOfWeek: Int32Array.from(leaves, ([, minute]) => minute),
      cutoffMinutes: new Int32Array(leaves.length),
    },
    hourlyTransit: { rowOf: Int32Array.of(-1, 0), meanMinutes, sdMinutes },
  } as unknown as Network
}

it('takes the time of the hour, and that of the lane where no hour is stated', () => {
  const all = network([])
  expect(transitMinutes(all, 0, MONDAY_EIGHT, 2)).toBe(120)
  expect(transitMinutes(all, 1, MONDAY_EIGHT + 59, 2)).toBe(260)
  expect(transitMinutes(all, 1, MONDAY_EIGHT + 60, 2)).toBe(120)
  expect(transitMinutes(all, 1, 1440 + MONDAY_EIGHT, 2)).toBe(170)
  const { hourlyTransit: _, ...plain } = all
  expect(transitMinutes(plain, 1, MONDAY_EIGHT, 2)).toBe(120)
})

it('plans a lane by the longest time of its departures', () => {
  const options = { kgPerM3: 150, parcelsPerM3: 120, deviations: 1 }
  const planned = (all: Network) => [...lanePlanner.plannableLanes(all, options).lanes.minutes]
  expect([...longestTransit(network([]), 1)]).toEqual([110, 110])
  expect(planned(network([[1, MONDAY_EIGHT]]))).toEqual([110, 230])
  const both = [
    [0, MONDAY_EIGHT],
    [1, 1440 + MONDAY_EIGHT],
    [1, 0],
  ] as const
  expect(planned(network(both))).toEqual([110, 160])
})
