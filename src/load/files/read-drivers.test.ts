import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readDrivers } from './read-drivers.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-drivers-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const HOUR = 3_600_000
const START = Date.UTC(2026, 0, 5)

const written = (text: string): string => {
  const path = join(folder, `${Math.abs(text.length)}.csv`)
  writeFileSync(path, text)
  return path
}
const plan = { groupColumns: ['service'], stepMs: HOUR }

test('adds finer rows up, leaves gaps unknown and tells groups apart', async () => {
  const path = written(
    [
      'service,ds,orders,sessions',
      'cart,2026-01-05T00:00:00Z,1,10',
      'cart,2026-01-05T00:30:00Z,2,',
      'cart,2026-01-05T02:00:00Z,5,30',
      ',2026-01-05T00:00:00Z,7,70',
    ].join('\n'),
  )
  const drivers = await readDrivers(path, plan)
  expect(drivers.map(({ group, driver }) => [group, driver.name])).toEqual([
    [{ service: 'cart' }, 'orders'],
    [{ service: 'cart' }, 'sessions'],
    [{}, 'orders'],
    [{}, 'sessions'],
  ])
  expect(drivers[0]!.driver.axis).toEqual({ startMs: START, stepMs: HOUR, count: 3 })
  expect([...drivers[0]!.driver.values]).toEqual([3, Number.NaN, 5])
  expect([...drivers[1]!.driver.values]).toEqual([10, Number.NaN, 30])
})

test('keeps steps coarser than those asked for, and refuses times between them', async () => {
  const rows = ['ds,orders', '2026-01-05,10', '2026-01-06,20', '2026-01-08,40']
  const [day] = await readDrivers(written(rows.join('\n')), plan)
  expect(day!.driver.axis).toEqual({ startMs: START, stepMs: 24 * HOUR, count: 4 })
  expect([...day!.driver.values]).toEqual([10, 20, Number.NaN, 40])
  const odd = ['00:00', '02:00', '04:00', '06:30', '08:30'].map((at) => `2026-01-05T${at}:00Z,1`)
  await expect(readDrivers(written(['ds,orders', ...odd].join('\n')), plan)).rejects.toMatchObject({
    code: 'ERR_FEED_BAD_VALUE',
    place: { line: 5, column: 'ds' },
  })
  await expect(readDrivers(written('ds,service\n2026-01-05,cart'), plan)).rejects.toMatchObject({
    code: 'ERR_FEED_BAD_HEADER',
  })
})
