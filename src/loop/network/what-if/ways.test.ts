import { expect, it } from 'vitest'
import { type AskedParcels, compareWays, laterAreas, type Ways } from './ways.ts'

const asked: AskedParcels = {
  demand: Float64Array.of(3, 1, 4),
  moments: Int32Array.of(0, 60),
  areaRegion: Int32Array.of(0, 0, 1),
  siteRegion: Int32Array.of(0),
  units: 1,
  kg: 1,
  promiseMinutes: 1440,
}

/** Ways of three areas at two moments. */
const ways = (minutes: number[], cents: number[], elsewhere = [0, 0, 0, 0, 0, 0]): Ways => ({
  minutes: Int32Array.from(minutes),
  cents: Float64Array.from(cents),
  elsewhere: Uint8Array.from(elsewhere),
})

const before = ways([600, 600, 1200, 1200, 1800, 1200], [100, 100, 200, 200, 300, 300])
const after = ways([600, 2040, -1, -1, 1800, 1200], [100, 140, 0, 0, 300, 300], [0, 1, 0, 0, 0, 0])

it('weighs areas by their orders, and compares time and money over what arrives both ways', () => {
  const { before: was, after: is } = compareWays(asked, before, after, new Uint8Array(3))
  expect(was).toMatchObject({ inTimeShare: 12 / 16, elsewhereShare: 0, unreachedShare: 0 })
  expect(is).toMatchObject({ inTimeShare: 7 / 16, elsewhereShare: 3 / 16, unreachedShare: 2 / 16 })
  expect(was.cents).toBeCloseTo((6 * 100 + 8 * 300) / 14, 9)
  expect(is.cents).toBeCloseTo((3 * 100 + 3 * 140 + 8 * 300) / 14, 9)
  expect(is.hours - was.hours).toBeCloseTo((3 * 24) / 14, 9)
})

it('leaves areas out that are closed', () => {
  const { after: is } = compareWays(asked, before, after, Uint8Array.of(0, 1, 0))
  expect(is.unreachedShare).toBe(0)
  expect(is.inTimeShare).toBeCloseTo(7 / 14, 9)
})

it('names areas that are reached hours later or no more', () => {
  expect(laterAreas(before, after, 3, 6)).toEqual([
    { area: 0, hoursBefore: 10, hoursAfter: 22 },
    { area: 1, hoursBefore: 20, hoursAfter: undefined },
  ])
  expect(laterAreas(before, after, 3, 13).map(({ area }) => area)).toEqual([1])
  expect(laterAreas(after, before, 3, 6)).toEqual([])
})
