import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StorewrightError } from '../../core/errors.ts'
import { makeDemoStore } from '../index.ts'
import { storePaths } from '../store/paths.ts'
import { initStore, withDatabase } from '../store/store.ts'
import { currentVersion } from '../versions.ts'
import { runByHand } from './by-hand.ts'
import { type MakeNight, nightInChild } from './in-child.ts'
import { takeNightLock } from './lock.ts'
import { readNights, writeNights } from './record.ts'
import { openNightly } from './service.ts'
import { nightAfter, nightBefore } from './times.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const iso = (text: string) => Date.parse(text)

describe('the hour of the night', () => {
  it.each([
    ['2026-11-27T01:29:59Z', '02:30', 'Europe/Berlin', '2026-11-26T01:30:00Z'],
    ['2026-11-27T01:30:00Z', '02:30', 'Europe/Berlin', '2026-11-27T01:30:00Z'],
    // Skipped on 29 March: the clocks move by an hour.
    ['2026-03-29T12:00:00Z', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00Z'],
    // Twice on 25 October: the first time.
    ['2026-10-25T12:00:00Z', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00Z'],
    ['2026-01-01T00:10:00Z', '23:30', 'UTC', '2025-12-31T23:30:00Z'],
  ])('before %s at %s in %s is %s', (now, at, zone, expected) => {
    expect(nightBefore(iso(now), at, zone)).toBe(iso(expected))
  })

  it('comes once a day, whatever clocks do', () => {
    let now = iso('2026-01-01T00:00:00Z')
    for (let day = 0; day < 366; day++) {
      const next = nightAfter(now, '02:30', 'America/New_York')
      expect(next - now).toBeGreaterThan(0)
      if (day > 0) expect(Math.abs(next - now - DAY)).toBeLessThanOrEqual(HOUR)
      expect(nightBefore(next, '02:30', 'America/New_York')).toBe(next)
      now = next
    }
  })
})

let folder = ''
let now = 0
const made: number[] = []
const done: MakeNight = async (_, options) => {
  made.push(options.now)
  return [{ kind: 'forecast', skipped: false, cpuSeconds: 1 }]
}
const setHour = (at: string | undefined) => {
  const { settings } = storePaths(folder)
  const text = readFileSync(settings, 'utf8').replace(/\[nightly\][^[]*/, '')
  writeFileSync(settings, `[nightly]\n${at === undefined ? '' : `at = "${at}"`}\n\n${text}`)
}
const open = (make: MakeNight = done) => openNightly(folder, { clock: () => now, every: 0, make })

beforeEach(async () => {
  made.length = 0
  now = iso('2026-11-27T12:00:00Z')
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-nightly-')), 'shop')
  await initStore(folder, { name: 'shop' })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

describe('openNightly', () => {
  it('makes none unless an hour is set, and then one a night', async () => {
    const nightly = open()
    await nightly.tick()
    now += 2 * DAY
    await nightly.tick()
    expect(made).toEqual([])
    expect(nightly.status()).toMatchObject({ at: null, nextAt: null, running: null, last: null })
    setHour('02:30')
    // Of the nights before it was set none is missed.
    await nightly.tick()
    expect(made).toEqual([])
    expect(nightly.status().nextAt).toBe(iso('2026-11-30T02:30:00Z'))
    for (; now < iso('2026-12-03T12:00:00Z'); now += 10 * 60_000) await nightly.tick()
    const nights = [30, 31, 32, 33].map((day) => Date.UTC(2026, 10, day, 2, 30))
    expect(made).toEqual(nights)
    expect(nightly.status()).toMatchObject({ last: { outcome: 'done' }, doneAt: nights[3] })
  })

  it('makes up missed nights by one, after a restart too', async () => {
    setHour('02:30')
    await open().tick()
    now += 5 * DAY
    const nightly = open()
    await nightly.tick()
    await nightly.tick()
    expect(made).toEqual([now])
    await open().tick()
    expect(made.length).toBe(1)
  })

  it('makes none at once for an hour that is set when it has passed', async () => {
    setHour('02:30')
    const nightly = open()
    await nightly.tick()
    now += DAY
    await nightly.tick()
    setHour('11:00')
    await nightly.tick()
    setHour(undefined)
    await nightly.tick()
    now += DAY
    setHour('11:00')
    await nightly.tick()
    expect(made.length).toBe(1)
  })

  it('makes one at a time, here and beside other servers', async () => {
    setHour('02:30')
    await open().tick()
    now += DAY
    let end = () => {}
    const held = new Promise<void>((resolve) => {
      end = resolve
    })
    const nightly = open(async (path, options) => {
      options.onProgress({ step: 'forecast', done: 3, total: 4 })
      await held
      return done(path, options)
    })
    const all = [nightly.tick(), nightly.tick()]
    await expect.poll(() => nightly.status().running?.step).toBe('forecast')
    expect(nightly.status()).toMatchObject({ running: { done: 3 }, last: { outcome: 'running' } })
    const other = open()
    await other.tick()
    expect(made).toEqual([])
    end()
    await Promise.all(all)
    expect(nightly.status()).toMatchObject({ running: null, last: { outcome: 'done' } })
    await other.tick()
    expect(made.length).toBe(1)
  })

  it('says why one failed, and makes the next', async () => {
    setHour('02:30')
    await open().tick()
    now += DAY
    const nightly = open(async () => {
      throw new Error('no room')
    })
    await nightly.tick()
    await nightly.tick()
    expect(nightly.status().last).toMatchObject({
      outcome: 'failed',
      message: 'no room',
      attempts: 1,
    })
    expect(nightly.status().doneAt).toBeNull()
    now += DAY
    await open().tick()
    expect(made).toEqual([now])
  })

  it('begins again what was stopped, or whose server is gone, three times at most', async () => {
    setHour('02:30')
    await open().tick()
    now += DAY
    const stopping = open(
      (_, { signal }) =>
        new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () =>
            reject(new StorewrightError('ERR_CANCELLED', 'stopped')),
          ),
        ),
    )
    void stopping.tick()
    await expect.poll(() => stopping.status().running).not.toBeNull()
    await stopping.close()
    expect(readNights(folder)?.last?.outcome).toBe('stopped')
    expect(existsSync(join(folder, 'nightly.lock'))).toBe(false)
    await open().tick()
    expect(made).toEqual([now])
    for (let attempts = 1; attempts <= 3; attempts++) {
      const kept = readNights(folder)!
      writeNights(folder, { ...kept, last: { ...kept.last!, outcome: 'running', attempts } })
      await open().tick()
    }
    expect(made.length).toBe(3)
  })
})

describe('takeNightLock', () => {
  it('is held by one, and taken over from a process that is gone', async () => {
    const mine = await takeNightLock(folder, 'test')
    expect(await takeNightLock(folder, 'test')).toBeUndefined()
    mine?.release()
    const { host } = JSON.parse(await heldBy()) as { host: string }
    writeFileSync(join(folder, 'nightly.lock'), JSON.stringify({ pid: 2 ** 22 + 1, host }))
    const [a, b] = await Promise.all([takeNightLock(folder, 'test'), takeNightLock(folder, 'test')])
    expect([a, b].filter((lock) => lock !== undefined).length).toBe(1)
  })

  it('is held by a process that lives however long it says nothing, not by one that has its number now', async () => {
    const file = join(folder, 'nightly.lock')
    const lock = await takeNightLock(folder, 'test')
    const text = readFileSync(file, 'utf8')
    const { mark } = JSON.parse(text) as { mark?: string }
    const long = new Date(Date.now() - 3_600_000)
    utimesSync(file, long, long)
    // Where the system tells of no process when it began, one that says nothing is gone.
    if (mark !== undefined) expect(await takeNightLock(folder, 'test')).toBeUndefined()
    lock?.release()
    writeFileSync(file, text.replace(/"mark":"\d+"/, '"mark":"1"'))
    utimesSync(file, long, long)
    expect(await takeNightLock(folder, 'test')).toBeDefined()
  })

  it('is taken by a run by hand too, which says who holds it', async () => {
    const lock = await takeNightLock(folder, 'the nightly run')
    const refused = runByHand(folder, { now })
    await expect(refused).rejects.toMatchObject({
      code: 'ERR_STORE_BUSY',
      message: expect.stringContaining(`under way: the nightly run (process ${process.pid} on `),
    })
    lock?.release()
    // A store without sales: the run fails, and the lock is free again.
    await expect(runByHand(folder, { now })).rejects.toMatchObject({ code: 'ERR_STORE_EMPTY' })
    expect(existsSync(join(folder, 'nightly.lock'))).toBe(false)
  })

  const heldBy = async () => {
    const lock = await takeNightLock(folder, 'test')
    const text = readFileSync(join(folder, 'nightly.lock'), 'utf8')
    lock?.release()
    return text
  }
})

describe('nightInChild', () => {
  it('makes the run in a process of its own, stops it without loss, and says why it failed', async () => {
    const store = join(folder, '..', 'demo')
    await makeDemoStore(store, { products: 12, days: 200, ordersPerDay: 8, vendors: 3, seed: 3 })
    const stop = new AbortController()
    const seen = new Set<string>()
    const stopped = nightInChild(store, {
      ...{ now: iso('2026-04-01T02:30:00Z'), signal: stop.signal },
      onProgress: ({ step }) => {
        seen.add(step)
        stop.abort()
      },
    })
    await expect(stopped).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    expect(seen.size).toBeGreaterThan(0)
    const again = { now: iso('2026-04-01T02:30:00Z'), onProgress: () => {} }
    const steps = await nightInChild(store, { ...again, signal: new AbortController().signal })
    expect(steps.map(({ kind }) => kind)).toContain('forecast')
    const plan = await withDatabase(store, 'read', (db) => currentVersion(db, 'plan'))
    expect(plan?.version).toBe(1)
    const missing = nightInChild(join(folder, 'nothing'), {
      ...{ ...again, signal: new AbortController().signal },
    })
    await expect(missing).rejects.toThrow(/is no store/)
  })
})
