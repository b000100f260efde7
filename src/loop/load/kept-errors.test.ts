import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberColumn, textColumn } from '../../core/table.ts'
import { initStore, withDatabase } from '../index.ts'
import { currentVersion, writeVersion } from '../versions.ts'
import { aheadWords, describeSince, sentenceOfErrors } from './error-words.ts'
import { readForecastErrors } from './kept-errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-errors-'))
const store = join(folder, 'store')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = Date.UTC(2026, 0, 5)
const DAYS = 30
const all = { service: 'all', region: 'all' }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const loadAt = (hour: number) => 6000 + 3000 * Math.cos((2 * Math.PI * hour) / 24)

/** A version made `madeDay` days after the start, for ten days, `factor` times what comes. */
async function keep(madeDay: number, factor: number): Promise<void> {
  const hours = Array.from({ length: 240 }, (_, t) => madeDay * 24 + t)
  const times = (share: number) => numberColumn(hours.map((h) => factor * share * loadAt(h)))
  await withDatabase(store, 'write', (db) =>
    writeVersion(
      db,
      {
        ...{ kind: 'load', createdAt: START + madeDay * DAY, inputHash: `${madeDay}` },
        note: JSON.stringify({ knownUntilMs: START + madeDay * DAY }),
      },
      (version) =>
        db.append('load_forecast', {
          rowCount: hours.length,
          columns: {
            version: numberColumn(hours.map(() => version)),
            service_id: textColumn(hours.map(() => 'all')),
            region: textColumn(hours.map(() => 'all')),
            grain: textColumn(hours.map(() => 'hour')),
            starts_at: numberColumn(hours.map((h) => START + h * HOUR)),
            mean: times(1),
            ...{ q10: times(0.9), q50: times(1), q90: times(1.1), q99: times(1.3) },
          },
        }),
    ),
  )
}

const read = () =>
  withDatabase(store, 'read', async (db) =>
    readForecastErrors(db, (await currentVersion(db, 'load'))!, all, []),
  )

describe('errors of kept forecasts of load', () => {
  beforeAll(async () => {
    await initStore(store, {})
    const minutes = Array.from({ length: DAYS * 1440 }, (_, m) => START + m * 60_000)
    await withDatabase(store, 'write', async (db) => {
      await db.run(`INSERT INTO services (service_id) VALUES ('search')`)
      await db.append('load', {
        rowCount: minutes.length,
        columns: {
          service_id: textColumn(minutes.map(() => 'search')),
          region: textColumn(minutes.map(() => 'all')),
          minute_at: numberColumn(minutes),
          requests: numberColumn(minutes.map((ms) => loadAt(Math.floor((ms - START) / HOUR)) / 60)),
        },
      })
    })
  })

  it('says nothing before a version has met its time', async () => {
    await keep(DAYS, 1)
    const found = await read()
    expect(found).toMatchObject({ basis: 'none', versions: 0, byHorizon: [], change: undefined })
    expect(sentenceOfErrors(found)).toContain('No forecast has met its time yet')
  })

  it('tells misses by distance ahead, what put them right, and the change since the last', async () => {
    await keep(DAYS - 8, 1.25)
    await keep(DAYS - 4, 1.05)
    const found = await read()
    expect(found).toMatchObject({ basis: 'kept', versions: 2 })
    const [hour] = found.byHorizon
    expect(hour).toMatchObject({ upToMs: HOUR, steps: 2 })
    expect(hour!.wape).toBeCloseTo(0.15, 2)
    expect(found.byHorizon.at(-1)!.wape).toBeCloseTo(0.25, 2)
    expect(found.reductions[0]).toMatchObject({ what: 'level' })
    expect(found.reductions[0]!.share).toBeCloseTo(1, 5)
    expect(found.change!.change).toBeCloseTo(1.05 / 1.25 - 1, 3)
    expect(describeSince(found.change!)).toMatch(/^16 % less than in the forecast of 2026-01-27/)
    expect(sentenceOfErrors(found)).toContain('(2 kept versions)')
  })
})

it('says distances as people do', () => {
  expect([HOUR, 6 * HOUR, DAY, 14 * DAY].map(aheadWords)).toEqual([
    ...['an hour', '6 hours', 'a day', '14 days'],
  ])
})
