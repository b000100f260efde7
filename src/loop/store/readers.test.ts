import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askingAs } from '../warehouse/watching.ts'
import { paceReport } from './pace.ts'
import { storePaths } from './paths.ts'
import { initStore, withDatabase } from './store.ts'

const root = mkdtempSync(join(tmpdir(), 'storewright-readers-'))
const folder = join(root, 'shop')
beforeAll(() => initStore(folder, { name: 'shop' }))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const LONG = 'SELECT count(*) AS n FROM range(300000000000) AS r(i) WHERE i % 7 < 3'

describe('withDatabase', () => {
  it('lets readers run beside each other, and tells of their order', async () => {
    const stop = new AbortController()
    const night = withDatabase(folder, 'read', (db) => db.answer(LONG), { signal: stop.signal })
    const question = await withDatabase(folder, 'read', (db) => db.rows('SELECT 1 AS one'))
    expect(question).toEqual([{ one: 1 }])
    stop.abort()
    await expect(night).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    const report = paceReport(storePaths(folder).database)
    expect(report).toMatchObject({ order: 'expected', running: 0, waiting: 0 })
    expect(report!.statements).toBeGreaterThan(1)
  })

  it('lets a writer in when the readers have left, and readers see what it wrote', async () => {
    const count = () =>
      withDatabase(folder, 'read', (db) => db.rows('SELECT count(*) AS n FROM sites'))
    const before = await Promise.all([count(), count(), count()])
    expect(before.flat()).toEqual([{ n: 0 }, { n: 0 }, { n: 0 }])
    const write = withDatabase(folder, 'write', (db) =>
      db.run('CREATE TABLE made AS SELECT 7 AS n'),
    )
    const read = withDatabase(folder, 'read', (db) => db.rows('SELECT n FROM made'))
    await write
    expect(await read).toEqual([{ n: 7 }])
  })

  it('lets what somebody waits for pass a nightly run, of which nothing is known either', async () => {
    const stop = new AbortController()
    const night = Array.from({ length: 4 }, (_, i) =>
      askingAs('nightly', () =>
        withDatabase(folder, 'read', (db) => db.answer(`${LONG} AND i % ${i + 3} < 2`), {
          signal: stop.signal,
        }),
      ),
    )
    const running = () => paceReport(storePaths(folder).database)?.running
    await expect.poll(running).toBe(2)
    const two = () => withDatabase(folder, 'read', (db) => db.rows('SELECT 2 AS two'))
    expect(await Promise.all([two(), two(), two()])).toEqual([
      [{ two: 2 }],
      [{ two: 2 }],
      [{ two: 2 }],
    ])
    expect(paceReport(storePaths(folder).database)).toMatchObject({ running: 2, waiting: 2 })
    const ended = Promise.allSettled(night)
    stop.abort()
    for (const one of await ended) {
      expect(one).toMatchObject({ status: 'rejected', reason: { code: 'ERR_CANCELLED' } })
    }
  })

  it('goes by arrival where the settings say so', async () => {
    const { settings, database } = storePaths(folder)
    const text = readFileSync(settings, 'utf8')
    writeFileSync(settings, `${text}\n[warehouse]\nschedule = "arrival"\n`)
    await withDatabase(folder, 'read', (db) => db.rows('SELECT 1 AS one'))
    expect(paceReport(database)).toMatchObject({ order: 'arrival', putFirst: 0 })
  })
})
