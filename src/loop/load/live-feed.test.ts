import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberColumn, textColumn } from '../../core/table.ts'
import { initStore, withDatabase } from '../index.ts'
import { openLiveFeed } from './live-feed.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-live-'))
const store = join(folder, 'store')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 5)
const DAYS = 22
const PAST = START + 20 * DAY + 19 * HOUR
const NEXT = START + 27 * DAY + 19 * HOUR
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A day's wave; each event triples it. */
function loadAt(ms: number): number {
  const hour = (ms % DAY) / HOUR
  const isOn = [6, 13, 20, 27].some((day) => {
    const from = START + day * DAY + 19 * HOUR
    return ms >= from && ms < from + 2 * HOUR
  })
  return Math.round(1200 * (1.3 + Math.cos((2 * Math.PI * (hour - 20)) / 24)) * (isOn ? 3 : 1))
}

const settle = (line: string) => {
  const file = join(store, 'storewright.toml')
  const plain = readFileSync(file, 'utf8').replace(/\nlive_source = .*/g, '')
  writeFileSync(file, plain.replace('[load]', `[load]\nlive_source = "${line}"`))
}

describe('a live feed', () => {
  beforeAll(async () => {
    await initStore(store, {})
    const minutes = Array.from({ length: DAYS * 1440 }, (_, m) => START + m * MINUTE)
    await withDatabase(store, 'write', async (db) => {
      await db.run(`INSERT INTO services (service_id) VALUES ('search')`)
      for (const day of [6, 13, 20, 27]) {
        const at = (hour: number) => new Date(START + day * DAY + hour * HOUR).toISOString()
        await db.run(
          `INSERT INTO load_events (event_id, name, kind, starts_at, ends_at) VALUES ('sale-${day}', 'Deal night', 'sale', '${at(19)}', '${at(21)}')`,
        )
      }
      await db.append('load', {
        rowCount: minutes.length,
        columns: {
          service_id: textColumn(minutes.map(() => 'search')),
          region: textColumn(minutes.map(() => 'all')),
          minute_at: numberColumn(minutes),
          requests: numberColumn(minutes.map(loadAt)),
        },
      })
    })
  })

  it('follows nothing where no source is named', async () => {
    expect(await openLiveFeed(store, () => PAST).read()).toBe(undefined)
  })

  it('plays the last event again at a speed, minute by minute, to its end', async () => {
    let now = 1_000_000
    const feed = openLiveFeed(store, () => now)
    const first = await feed.replay(60)
    expect(first).toMatchObject({ phase: 'running', event: { eventId: 'sale-20' } })
    expect(first.tracked.actual.every((value) => value === null)).toBe(true)
    now += 150_000
    const later = (await feed.read())!
    expect(later.atMs).toBe(PAST - 2 * HOUR + 150 * MINUTE)
    const known = later.tracked.actual.filter((value) => value !== null)
    expect(known).toHaveLength(150)
    expect(known.at(-1)).toBe(loadAt(later.atMs - MINUTE))
    expect(later.tracked.summary.error).toBeLessThan(0.3)
    now += 3_600_000
    expect(await feed.read()).toMatchObject({ phase: 'over' })
    feed.stop()
    expect(await feed.read()).toBe(undefined)
    await expect(feed.replay(0)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
  })

  it('follows the next event from a file that grows', async () => {
    const file = join(folder, 'live.csv')
    const write = (minutes: number) => {
      const lines = ['ds,y']
      for (let m = 0; m < minutes; m++) {
        const at = NEXT - 2 * HOUR + m * MINUTE
        lines.push(`${new Date(at).toISOString()},${loadAt(at)}`)
      }
      writeFileSync(file, `${lines.join('\n')}\n`)
    }
    settle(file)
    let now = NEXT - 3 * HOUR
    const feed = openLiveFeed(store, () => now)
    write(0)
    expect(await feed.read()).toMatchObject({ phase: 'waiting', event: { eventId: 'sale-27' } })
    now = NEXT - HOUR
    write(60)
    const running = (await feed.read())!
    expect(running).toMatchObject({ phase: 'running', atMs: NEXT - HOUR, trouble: undefined })
    now += 30 * MINUTE
    rmSync(file)
    expect((await feed.read())!.trouble).toContain('is not there')
    write(90)
    now += MINUTE
    expect(await feed.read()).toMatchObject({ atMs: NEXT - 30 * MINUTE, trouble: undefined })
  })

  it('takes metrics in that are pushed, and refuses them elsewhere', async () => {
    const nano = (ms: number) => `${ms}000000`
    const points = Array.from({ length: 31 }, (_, m) => ({
      startTimeUnixNano: nano(NEXT - 2 * HOUR + m * MINUTE),
      timeUnixNano: nano(NEXT - 2 * HOUR + (m + 1) * MINUTE),
      count: '1500',
    }))
    const payload = {
      resourceMetrics: [
        {
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'http.server.request.duration',
                  histogram: { aggregationTemporality: 1, dataPoints: points },
                },
              ],
            },
          ],
        },
      ],
    }
    const now = NEXT - HOUR
    await expect(openLiveFeed(store, () => now).push(payload)).rejects.toMatchObject({
      code: 'ERR_ARGUMENT',
    })
    settle('push')
    const feed = openLiveFeed(store, () => now)
    expect(await feed.push(payload)).toBe(31)
    const state = (await feed.read())!
    // Parts of the last minute may still come from other servers.
    expect(state.atMs).toBe(NEXT - 2 * HOUR + 30 * MINUTE)
    expect(state.tracked.actual.slice(0, 31)).toEqual([...new Array(30).fill(1500), null])
  })
})
