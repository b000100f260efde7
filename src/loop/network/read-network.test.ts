import { afterEach, beforeEach, expect, it } from 'vitest'
import { greatCircleKm } from '../../core/great-circle.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createStoreTables } from '../../feed/index.ts'
import { readNetwork } from './read-network.ts'

let db: Database
beforeEach(async () => {
  db = await openDatabase(':memory:')
  await createStoreTables(db)
})
afterEach(() => db.close())

const AREAS = `INSERT INTO areas (area_id, name, kind, state, population, lat, lon) VALUES
  ('B', 'Bay', 'county', 'CA', 100, 37.8, -122.3), ('A', 'Ash', 'county', 'NV', NULL, 39.5, -119.8),
  ('C', 'Coast', 'county', 'CA', 50, 36.6, -121.9), ('CA', 'California', 'state', NULL, 150, 37, -120)`
const SITES = `INSERT INTO sites (site_id, kind, area_id, lat, lon, time_zone, capacity_m3) VALUES
  ('RENO', 'fulfilment_centre', 'A', NULL, NULL, 'America/Los_Angeles', 18000),
  ('OAK', 'sort_centre', NULL, 37.8, -122.2, 'America/Los_Angeles', NULL)`

it('numbers areas, sites, borders, lanes and departures by their ids', async () => {
  await db.run(`${AREAS}; ${SITES};
    INSERT INTO adjacency (area_id, neighbor_id, kind) VALUES ('A', 'B', 'land'), ('C', 'B', 'bridge'), ('A', 'CA', 'land');
    INSERT INTO lanes (lane_id, from_site_id, to_site_id, to_area_id, carrier, mode, transit_days, transit_sd_days)
      VALUES ('L2', 'OAK', NULL, 'C', 'Van', 'truck', 0.5, 0), ('L1', 'RENO', 'OAK', NULL, 'Own', 'truck', 1, 0.25);
    INSERT INTO departures (lane_id, weekday, departs_minute, cutoff_minutes) VALUES ('L1', 2, 600, 90), ('L1', 0, 1080, 60)`)
  const network = await readNetwork(db)
  expect(network.areas.ids).toEqual(['A', 'B', 'C'])
  expect([...network.areas.population]).toEqual([0, 100, 50])
  expect(network.sites.ids).toEqual(['OAK', 'RENO'])
  expect([...network.sites.area]).toEqual([-1, 0])
  expect(network.sites.lat[1]).toBe(39.5)
  expect([...network.sites.capacityM3]).toEqual([Number.POSITIVE_INFINITY, 18000])
  // Told one way, a border holds both ways; one to an area of another kind is left out.
  expect([...network.adjacency.starts]).toEqual([0, 1, 3, 4])
  expect([...network.adjacency.neighbors]).toEqual([1, 0, 2, 1])
  expect([...network.adjacency.bridge]).toEqual([0, 0, 1, 1])
  expect([...network.lanes.fromSite]).toEqual([1, 0])
  expect([...network.lanes.toSite]).toEqual([0, -1])
  expect([...network.lanes.toArea]).toEqual([-1, 2])
  expect([...network.lanes.transitMinutes]).toEqual([1440, 720])
  expect(network.lanes.distanceKm[0]).toBeCloseTo(1.2 * greatCircleKm(39.5, -119.8, 37.8, -122.2))
  expect([...network.departures.minuteOfWeek]).toEqual([1080, 2 * 1440 + 600])
})

it('reads times by hour of the week; those of a weekday stand before those of every day', async () => {
  await db.run(`${AREAS}; ${SITES};
    INSERT INTO lanes (lane_id, from_site_id, to_site_id, carrier, mode, transit_days, transit_sd_days)
      VALUES ('L1', 'RENO', 'OAK', 'Own', 'truck', 1, 0.25), ('L2', 'OAK', 'RENO', 'Own', 'truck', 1, 0.25)`)
  expect((await readNetwork(db)).hourlyTransit).toBeUndefined()
  await db.run(`INSERT INTO lane_transit (lane_id, weekday, hour, transit_days, transit_sd_days) VALUES
    ('L2', 5, 8, 0.25, 0.125), ('L2', 7, 8, 0.5, NULL), ('L2', 7, 9, 0.75, 0.5)`)
  const { hourlyTransit } = await readNetwork(db)
  const { rowOf, meanMinutes, sdMinutes } = hourlyTransit!
  expect([...rowOf]).toEqual([-1, 0])
  const stated = [...meanMinutes.keys()].filter((hour) => !Number.isNaN(meanMinutes[hour]!))
  expect(stated).toEqual([0, 1, 2, 3, 4, 5, 6].flatMap((day) => [24 * day + 8, 24 * day + 9]))
  expect([meanMinutes[8], meanMinutes[5 * 24 + 8], meanMinutes[9]]).toEqual([720, 360, 1080])
  expect([sdMinutes[8], sdMinutes[5 * 24 + 8], sdMinutes[9]]).toEqual([Number.NaN, 180, 720])
})

it('says what is missing where nothing can be planned', async () => {
  await expect(readNetwork(db)).rejects.toMatchObject({ code: 'ERR_STORE_EMPTY' })
  await db.run(AREAS)
  await expect(readNetwork(db)).rejects.toThrow('no sites')
  await db.run(
    "INSERT INTO sites (site_id, kind, time_zone) VALUES ('NOWHERE', 'fulfilment_centre', 'UTC')",
  )
  await expect(readNetwork(db)).rejects.toMatchObject({
    code: 'ERR_NETWORK',
    message: expect.stringContaining('NOWHERE'),
  })
})
