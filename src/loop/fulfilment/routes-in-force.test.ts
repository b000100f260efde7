import { afterEach, beforeEach, expect, it } from 'vitest'
import { StorewrightError } from '../../core/errors.ts'
import { createDepartureBook } from '../../core/routes/departure-book.ts'
import { rebaseRouteSet } from '../../core/routes/door.ts'
import { makeRouteSet } from '../../core/routes/testing/made-sets.ts'
import { createMemoryLedger, type Ledger } from '../../ledger/index.ts'
import '../decisions.ts'
import { orderRollback, orderSwitch } from '../network/switches.ts'
import type { RouteSource } from './route-sources.ts'
import { openRoutesInForce, type RoutesInForce } from './routes-in-force.ts'

const DAY = 86_400_000
const areaIds = Array.from({ length: 4 }, (_, i) => `area-${i}`)
let now = 100 * DAY
let ledger: Ledger
let stop: AbortController
const opened: string[] = []

const book = createDepartureBook(500)
const source: RouteSource = {
  book,
  async open(version, day) {
    if (version === 13) throw new StorewrightError('ERR_ROUTES_DAMAGED', 'torn')
    const name =
      version === undefined ? `timetable@${day}` : version < 5 ? `${version}` : `${version}@${day}`
    opened.push(name)
    const size = { sites: 2, areas: 4, routes: 4, departures: 20, version: name }
    return rebaseRouteSet(makeRouteSet(version ?? 0, size).set, book)
  },
  close: async () => {},
}

beforeEach(() => {
  now = 100 * DAY
  opened.length = 0
  ledger = createMemoryLedger({ clock: () => now })
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await ledger.close()
})

const failures: unknown[] = []
const open = () =>
  openRoutesInForce(ledger, source, areaIds, {
    clock: () => now,
    onFailure: (e) => failures.push(e),
  })
const versionOf = (routes: RoutesInForce, area: number) => routes.take(area).set.version
const all = (version: number) => ({ orders: [{ version, areas: null }], where: 'all', by: 'ada' })

it('serves today’s timetable where nothing was switched to, and says so', async () => {
  const routes = await open()
  expect(versionOf(routes, 0)).toBe('timetable@100')
  expect(routes.serving()).toEqual([
    { routeVersion: 'timetable@100', version: undefined, areas: 4 },
  ])
})

it('follows switches and rollbacks as they come, region by region', async () => {
  const routes = await open()
  const followed = routes.follow(stop.signal)
  await orderSwitch(ledger, { ...all(1), at: now })
  await expect.poll(() => versionOf(routes, 3)).toBe('1')
  const pioneer = { orders: [{ version: 2, areas: ['area-1'] }], where: 'R1', by: 'ada' }
  await orderSwitch(ledger, { ...pioneer, at: now })
  await expect
    .poll(() => [0, 1, 2, 3].map((a) => versionOf(routes, a)))
    .toEqual(['1', '2', '1', '1'])
  await orderRollback(ledger, { at: now, by: 'ada' })
  await expect.poll(() => versionOf(routes, 1)).toBe('1')
  stop.abort()
  await followed
})

it('makes a scheduled switch when it is due', async () => {
  await orderSwitch(ledger, { ...all(3), at: now + 1000 })
  const routes = await open()
  await routes.refresh(now + 999)
  expect(versionOf(routes, 0)).toBe('timetable@100')
  await routes.refresh(now + 1000)
  expect(versionOf(routes, 0)).toBe('3')
})

it('opens sets of a new day, keeps what covers it, and lets old ones go', async () => {
  await orderSwitch(ledger, { ...all(3), at: 0 })
  await orderSwitch(ledger, {
    orders: [{ version: 7, areas: ['area-0'] }],
    where: 'R1',
    by: 'ada',
    at: 0,
  })
  const routes = await open()
  for (let day = 100; day < 112; day++) {
    await routes.refresh(day * DAY)
    expect([versionOf(routes, 0), versionOf(routes, 1)]).toEqual([`7@${day}`, '3'])
  }
  expect(() => routes.holder.inFlight('7@100')).toThrow(/no route set 7@100/)
  expect(routes.holder.inFlight('7@110')).toBe(0)
})

it('serves on with what it has where a set cannot be opened', async () => {
  const routes = await open()
  const followed = routes.follow(stop.signal)
  await orderSwitch(ledger, { ...all(13), at: now })
  await expect.poll(() => failures.length).toBe(1)
  expect(versionOf(routes, 0)).toBe('timetable@100')
  stop.abort()
  await followed
  await routes.refresh(now)
  expect(failures).toHaveLength(1)
  const again = await open()
  expect(versionOf(again, 0)).toBe('timetable@100')
  expect(failures).toHaveLength(2)
})
