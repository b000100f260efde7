import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDay } from '../../core/calendar.ts'
import { panelOf, type QuantileForecast } from '../../core/panel.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { type Contributions, curveContributions } from '../../demand/index.ts'
import { createStoreTables } from '../../feed/index.ts'
import type { Version } from '../versions.ts'
import { explainForecast } from './explain.ts'
import { readChange, readSubstitutes, readWeekParts } from './explain-read.ts'

const ORIGIN = parseDay('2026-04-01')
const HORIZON = 28
const NOTE = JSON.stringify({ horizonDays: 21 })
const version = (number: number): Version => ({
  kind: 'forecast',
  version: number,
  createdAt: 0,
  inputHash: '',
  note: NOTE,
})

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:')
  await createStoreTables(db)
})
afterAll(() => db.close())

/** A week's forecast of two products made at `origin`, with its contributions. */
function madeAt(origin: number, means: readonly number[]) {
  const ids = means.map((_, i) => `p${i}`)
  const series = ids.map((id) => ({
    id,
    firstBucket: origin - 100,
    values: Array.from({ length: 100 }, (_, t) => (t < 80 ? 3 : 5)),
  }))
  const mean = Float64Array.from({ length: means.length * HORIZON }, (_, at) => {
    return means[Math.floor(at / HORIZON)]! + 0.1 * (at % HORIZON)
  })
  const forecast: QuantileForecast = {
    ids,
    buckets: { frequency: 'D' },
    origin,
    horizon: HORIZON,
    levels: Float64Array.of(0.5),
    mean,
    quantiles: mean,
  }
  const panel = panelOf(series, forecast.buckets)
  return { forecast, contributions: curveContributions(panel, forecast) }
}

/** As the forecast step does: explained while reading, written with the forecast. */
async function write(
  number: number,
  made: { forecast: QuantileForecast; contributions: Contributions },
  previous?: number,
) {
  const before = previous === undefined ? undefined : version(previous)
  const explained = await explainForecast(
    db,
    before,
    { ...made, chosen: made.forecast.ids.map(() => 'auto-ets') },
    21,
  )
  const { ids, origin, mean } = made.forecast
  for (const [i, id] of ids.entries()) {
    for (let t = 0; t < HORIZON; t++) {
      await db.run(
        `INSERT INTO demand_forecast SELECT $1, $2, 'all', DATE '1970-01-01' + CAST($3 AS INTEGER),
         'theta', $4, 0, 0, 0, 0, 0, 0, 0`,
        [number, id, origin + t, mean[i * HORIZON + t]!],
      )
    }
  }
  await explained.write(db, number)
}

describe('explainForecast', () => {
  it('keeps contributions that sum to the mean of each calendar week', async () => {
    await write(1, madeAt(ORIGIN, [4, 6]))
    const sums = await db.rows(`
      SELECT f.product_id, f.week, f.mean, c.units FROM
        (SELECT product_id, date_trunc('week', ds) AS week, sum(mean) AS mean
         FROM demand_forecast WHERE version = 1 AND ds < DATE '2026-04-22' GROUP BY ALL) f
        JOIN (SELECT product_id, week_of AS week, sum(units) AS units
         FROM forecast_contributions WHERE version = 1 GROUP BY ALL) c USING (product_id, week)`)
    expect(sums).toHaveLength(8)
    for (const row of sums) expect(row['units']).toBeCloseTo(Number(row['mean']), 9)
    expect(await readChange(db, 1, 'p0')).toBeUndefined()
    const parts = await readWeekParts(db, 1, 'p0')
    expect(parts[0]!.weekOf).toBe('2026-03-30')
    expect(new Set(parts.map(({ part }) => part))).toContain('trend')
  })

  it('says what changed over the weeks that both versions cover, and why', async () => {
    await write(2, madeAt(ORIGIN + 7, [9, 6]), 1)
    const change = (await readChange(db, 2, 'p0'))!
    expect(change).toMatchObject({ previousVersion: 1, days: 7 })
    const [difference] = await db.rows(`
      SELECT sum(CASE version WHEN 2 THEN mean ELSE -mean END) AS units FROM demand_forecast
      WHERE product_id = 'p0' AND ds BETWEEN DATE '2026-04-13' AND DATE '2026-04-19'`)
    const sum = change.parts.reduce((total, { units }) => total + units, 0)
    expect(sum).toBeCloseTo(Number(difference!['units']), 9)
    expect(change.parts.map(({ part }) => part)).not.toContain('model')
  })

  it('calls it the model where the older version does not tell', async () => {
    await db.run('DELETE FROM forecast_contributions WHERE version = 2')
    await write(3, madeAt(ORIGIN + 7, [4, 6]), 2)
    const change = (await readChange(db, 3, 'p0'))!
    expect(change.parts).toEqual([{ part: 'model', units: expect.closeTo(-5 * change.days, 9) }])
    expect(await readChange(db, 3, 'p1')).toBeUndefined()
  })

  it('has nothing to say of a store that lacks the tables, or of weeks apart', async () => {
    const old = await openDatabase(':memory:')
    await old.run(
      'CREATE TABLE substitution (product_id VARCHAR, substitute_id VARCHAR, probability DOUBLE)',
    )
    expect(await readWeekParts(old, 1, 'p0')).toEqual([])
    expect(await readSubstitutes(old, 'p0')).toEqual([])
    old.close()
    await write(4, madeAt(ORIGIN + 70, [4, 6]), 3)
    expect(await readChange(db, 4, 'p0')).toBeUndefined()
  })
})

it('reads substitutes both ways', async () => {
  await db.run("INSERT INTO substitution VALUES ('p0', 'p1', 0.2), ('p1', 'p0', 0.3)")
  expect(await readSubstitutes(db, 'p0')).toEqual([
    { productId: 'p1', probability: 0.3, direction: 'gives' },
    { productId: 'p1', probability: 0.2, direction: 'takes' },
  ])
})
