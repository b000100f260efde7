import fc from 'fast-check'
import { expect, it } from 'vitest'
import { areaAt, listOf, listText, requestOf, stormOf, stormOnMap } from './outage.ts'

it('keeps any ids in one parameter', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' })), (ids) => {
      expect(listOf(listText(ids))).toEqual(ids)
    }),
  )
  expect(listOf('FC-A,%zz')).toEqual(['FC-A', '%zz'])
})

it('reads a storm, or none', () => {
  expect(stormOf('29.8,-95.4,150')).toEqual({ lat: 29.8, lon: -95.4, km: 150 })
  for (const bad of ['29.8,-95.4', '99,0,10', '0,200,10', '0,0,0', '0,0,9999', 'a,b,c', '1,,2', ''])
    expect(stormOf(bad)).toBeUndefined()
})

it('asks nothing until something is closed', () => {
  expect(requestOf({ sites: [], lanes: [], storm: undefined })).toBeUndefined()
  expect(requestOf({ sites: [], lanes: ['L'], storm: undefined })).toEqual({ closeLanes: ['L'] })
})

const area = (areaId: string, lat: number, lon: number, x: number | null) => ({
  ...{ areaId, name: areaId, lat, lon, x, y: x === null ? null : 0 },
})

it('finds the area under a point, and how wide a storm is on the map', () => {
  // A degree of longitude at the equator is 111.2 km; here it takes 50 on the plane.
  const areas = [
    area('A', 0, 0, 0),
    area('B', 0, 1, 50),
    area('C', 0, 2, 100),
    area('D', 0, 3, null),
  ]
  expect(areaAt(areas, 60, 5)?.areaId).toBe('B')
  expect(areaAt([areas[3]!], 0, 0)).toBeUndefined()
  const circle = stormOnMap(areas, { lat: 0, lon: 1, km: 222.4 })!
  expect(circle.x).toBe(50)
  expect(circle.r).toBeCloseTo(100, 1)
})
