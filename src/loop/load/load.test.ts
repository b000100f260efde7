import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { numberColumn, textColumn } from '../../core/table.ts'
import { initStore, withDatabase, withLedger } from '../index.ts'
import { planLoadOfStore } from '../run.ts'
import { readOrderDecisions } from './order-decisions.ts'
import { approveOrders, overrideOrder, readCapacityOrders, undoOrders } from './orders.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-load-'))
const store = join(folder, 'store')
const MINUTE = 60_000
const DAY = 1440 * MINUTE
const START = Date.UTC(2026, 0, 5)
const DAYS = 21
const now = START + DAYS * DAY
/** So that the test is quick: little is kept. */
const knobs = {
  'load.store-minute-days': 4,
  'load.kept-minute-days': 1,
  'load.store-hour-days': 21,
  'load.day-horizon': 30,
  'load.week-horizon': 4,
  'load.store-origins': 1,
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const REGIONS = ['us-east', 'us-west']

/** A day's wave; each Thursday evening three hours of four times as much. */
function requestsAt(ms: number, region: string): number {
  const hour = (ms % DAY) / (60 * MINUTE)
  const day = Math.floor((ms - START) / DAY)
  const wave = 1200 * (1.2 + Math.cos((2 * Math.PI * (hour - 20)) / 24))
  const event = day % 7 === 3 && hour >= 19 && hour < 22 ? 4 : 1
  return Math.round(wave * event * (region === 'us-west' ? 0.5 : 1))
}

async function fill(): Promise<void> {
  const count = DAYS * 1440
  const minutes = Array.from({ length: count }, (_, m) => START + m * MINUTE)
  await withDatabase(store, 'write', async (db) => {
    await db.run(
      `INSERT INTO services (service_id, cpu_ms_per_request, latency_target_ms, server_type_id) VALUES ('search', 60, 400, 'c7g.large')`,
    )
    await db.run(
      `INSERT INTO server_types (server_type_id, cpu_cores, memory_gb, cost_per_hour_cents, reserved_cost_per_hour_cents, lead_time_days, core_speed) VALUES ('c7g.large', 2, 4, 7, 5, 2, 1)`,
    )
    for (let day = 3; day < DAYS + 7; day += 7) {
      const at = (hour: number) => new Date(START + day * DAY + hour * 60 * MINUTE).toISOString()
      await db.run(
        `INSERT INTO load_events (event_id, name, kind, starts_at, ends_at) VALUES ('sale-${day}', 'Deal night', 'sale', '${at(19)}', '${at(22)}')`,
      )
    }
    for (const region of REGIONS) {
      await db.append('load', {
        rowCount: count,
        columns: {
          service_id: textColumn(minutes.map(() => 'search')),
          region: textColumn(minutes.map(() => region)),
          minute_at: numberColumn(minutes),
          requests: numberColumn(minutes.map((ms) => requestsAt(ms, region))),
          servers: numberColumn(minutes.map(() => 4)),
        },
      })
    }
  })
}

const ordersNow = async () => {
  const decisions = await withLedger(store, readOrderDecisions)
  return withDatabase(store, 'read', (db) => readCapacityOrders(db, decisions))
}

describe('load in the loop', () => {
  beforeAll(async () => {
    await initStore(store, { knobs })
  })

  it('has no steps in a store that knows no load', async () => {
    expect(await planLoadOfStore(store, { now })).toEqual([])
  })

  it('forecasts services, regions and sums that agree, and skips what stands', async () => {
    await fill()
    const made = await planLoadOfStore(store, { now })
    expect(made.map(({ kind, version, skipped }) => [kind, version, skipped])).toEqual([
      ['load', 1, false],
      ['capacity', 1, false],
    ])
    const rows = await withDatabase(store, 'read', (db) =>
      db.rows(
        `SELECT grain, sum(mean) FILTER (region <> 'all' AND service_id <> 'all') AS parts,
           sum(mean) FILTER (region = 'all' AND service_id = 'all') AS whole,
           bool_and(q10 <= q50 AND q50 <= q90 AND q90 <= q99) AS rising
         FROM load_forecast GROUP BY grain ORDER BY grain`,
      ),
    )
    expect(rows.map(({ grain }) => grain)).toEqual(['day', 'hour', 'minute'])
    for (const { parts, whole, rising } of rows) {
      expect(Number(whole) / Number(parts)).toBeCloseTo(1, 4)
      expect(Number(rising)).toBe(1)
    }
    expect((await planLoadOfStore(store, { now })).every(({ skipped }) => skipped)).toBe(true)
  })

  it('keeps the minutes of the event to come, its peak, and parts that sum to the mean', async () => {
    await withDatabase(store, 'read', async (db) => {
      const event = START + 24 * DAY
      const [night] = await db.rows(
        `SELECT max(peak_q50) AS peak, count(*) AS n FROM load_forecast
         WHERE grain = 'hour' AND service_id = 'search' AND region = 'us-east'
           AND starts_at BETWEEN make_timestamp(${event + 19 * 3_600_000} * 1000) AND make_timestamp(${event + 21 * 3_600_000} * 1000)`,
      )
      expect(Number(night?.['n'])).toBe(3)
      // The wave is at 2,640 a minute, the event lifts it fourfold.
      expect(Number(night?.['peak'])).toBeGreaterThan(6000)
      const [gap] = await db.rows(
        `SELECT max(abs(f.mean - p.sum) / f.mean) AS gap FROM load_forecast f JOIN (
           SELECT service_id, region, starts_at, sum(requests) AS sum FROM load_parts
           WHERE grain = 'hour' GROUP BY ALL) p USING (service_id, region, starts_at)
         WHERE f.grain = 'hour'`,
      )
      expect(Number(gap?.['gap'])).toBeLessThan(0.01)
    })
  })

  it('orders servers, and a decision counts in the next plan', async () => {
    const before = await ordersNow()
    expect(before.rows.length).toBeGreaterThan(0)
    const [first] = before.rows
    const id = first!.order.orderId
    const [approved] = await approveOrders(store, [id], { by: 'ada' })
    expect(approved).toMatchObject({ status: 'approved', servers: first!.order.servers })
    await expect(approveOrders(store, [id], { by: 'ada' })).rejects.toMatchObject({
      code: 'ERR_PLAN_STATUS',
    })
    await expect(approveOrders(store, ['none'], { by: 'ada' })).rejects.toMatchObject({
      code: 'ERR_PLAN_NOT_FOUND',
    })
    const steps = await planLoadOfStore(store, { now })
    expect(steps.map(({ skipped }) => skipped)).toEqual([true, false])
    const after = await ordersNow()
    expect(after.rows.find(({ order }) => order.orderId === id)).toMatchObject({
      status: 'approved',
      inPlan: false,
    })
    const [changed] = await overrideOrder(store, id, 1, { by: 'ada', reason: 'a test of one' })
    expect(changed).toMatchObject({ status: 'overridden', servers: 1 })
    await expect(overrideOrder(store, id, -1, { by: 'ada', reason: 'less' })).rejects.toThrow()
    await undoOrders(store, [id], { by: 'ada' })
    await expect(undoOrders(store, [id], { by: 'ada' })).rejects.toMatchObject({
      code: 'ERR_PLAN_NOT_FOUND',
    })
    await planLoadOfStore(store, { now })
    expect((await ordersNow()).rows.map(({ order }) => order.orderId)).toEqual(
      before.rows.map(({ order }) => order.orderId),
    )
  })
})
