import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { initStore, withDatabase, withLedger } from '../index.ts'
import { calendarNow, eventsInForce, eventsOfSeries, readCalendar } from './calendar.ts'
import {
  changeEvent,
  confirmEvent,
  disputeEvent,
  planEvent,
  withdrawEvent,
} from './calendar-decisions.ts'
import { type NamedEntry, readCalendarRecord } from './calendar-events.ts'
import { strengthForPeak } from './event-peaks.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-calendar-'))
const store = join(folder, 'store')
const HOUR = 3_600_000
const START = Date.UTC(2026, 3, 9, 19)
const NOW = Date.UTC(2026, 3, 1)
const by = 'ada'
const sale = { name: 'Deal night', kind: 'sale', startMs: START, endMs: START + 4 * HOUR }
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const calendar = async () => {
  const record = await withLedger(store, readCalendarRecord)
  return withDatabase(store, 'read', (db) => readCalendar(db, record))
}
const strengthOf = async (service: string) =>
  eventsOfSeries(await calendar(), { service, region: 'us-east' }, NOW).map(
    ({ eventId, strength }) => [eventId, strength],
  )

describe('the calendar of a store', () => {
  beforeAll(async () => {
    await initStore(store, {})
    await withDatabase(store, 'write', async (db) => {
      await db.run(`INSERT INTO services (service_id) VALUES ('cart'), ('search')`)
      await db.run(
        `INSERT INTO load (service_id, region, minute_at, requests) VALUES ('cart', 'us-east', '2026-03-31T23:59:00Z', 5)`,
      )
      await db.run(
        `INSERT INTO load_events (event_id, name, kind, starts_at, ends_at) VALUES ('feed-1', 'Launch', 'launch', '2026-04-16T16:00:00Z', '2026-04-16T17:00:00Z'), ('past', 'Launch', 'launch', '2026-03-16T16:00:00Z', '2026-03-16T17:00:00Z')`,
      )
    })
  })

  it('takes what a planner enters beside what a feed told, and asks every service', async () => {
    const made = await planEvent(store, sale, { by })
    expect(made).toMatchObject({ event: { eventId: 'sale-2026-04-09' }, plannedBy: 'ada' })
    expect(made.services.map(({ standing }) => standing)).toEqual(['open', 'open'])
    const second = await planEvent(store, { ...sale, name: 'Another' }, { by })
    expect(second.event.eventId).toBe('sale-2026-04-09-2')
    await withdrawEvent(store, second.event.eventId, { by, note: 'entered twice' })
    expect(eventsInForce(await calendar()).map(({ eventId }) => eventId)).toEqual([
      ...['past', 'sale-2026-04-09', 'feed-1'],
    ])
  })

  it("counts a team's own number for that service alone, until the plan changes", async () => {
    const id = 'sale-2026-04-09'
    await confirmEvent(store, id, 'cart', { by })
    await disputeEvent(store, id, 'search', { by, strength: 0.6, reason: 'mostly known buyers' })
    await disputeEvent(store, 'feed-1', 'cart', { by, strength: 0, reason: 'nothing to buy' })
    expect(await strengthOf('search')).toEqual([
      ['past', undefined],
      [id, 0.6],
      ['feed-1', undefined],
    ])
    expect(await strengthOf('cart')).toEqual([
      ['past', undefined],
      [id, undefined],
    ])
    const moved = await changeEvent(store, id, { ...sale, strength: 1.3 }, { by })
    expect(moved.services.map(({ standing }) => standing)).toEqual(['open', 'open'])
    expect((await strengthOf('search'))[1]).toEqual([id, 1.3])
  })

  it('refuses what cannot be', async () => {
    const refused = (code: string) => expect.objectContaining({ code })
    const wrong = refused('ERR_ARGUMENT')
    await expect(planEvent(store, { ...sale, endMs: START }, { by })).rejects.toEqual(wrong)
    await expect(
      planEvent(store, { ...sale, startMs: 0, endMs: HOUR }, { by }),
    ).rejects.toMatchObject({ message: expect.stringContaining('over where load is known') })
    await expect(planEvent(store, { ...sale, serviceId: 'cat' }, { by })).rejects.toMatchObject({
      next: 'Did you mean cart?',
    })
    await expect(planEvent(store, { ...sale, kind: 'outage' }, { by })).rejects.toEqual(wrong)
    const dispute = { by, reason: 'too much', strength: 2 }
    await expect(disputeEvent(store, 'none', 'cart', dispute)).rejects.toEqual(
      refused('ERR_PLAN_NOT_FOUND'),
    )
    await expect(confirmEvent(store, 'past', 'cart', { by })).rejects.toEqual(
      refused('ERR_PLAN_STATUS'),
    )
    await expect(withdrawEvent(store, 'sale-2026-04-09-2', { by })).rejects.toEqual(
      refused('ERR_PLAN_STATUS'),
    )
    await expect(
      disputeEvent(store, 'feed-1', 'cart', { by, reason: 'no forecast yet', peakPerMinute: 9 }),
    ).rejects.toMatchObject({ message: expect.stringContaining('sees no effect') })
  })
})

it('survives answers to events that a later feed no longer has', () => {
  const entry: NamedEntry = {
    ...{ type: 'load-event-confirmed', atMs: 1, by, eventId: 'gone', service: 'cart' },
  }
  expect(calendarNow([], [entry], ['cart'])).toEqual([])
})

it('turns a peak into the strength that brings it', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 100, max: 1e6, noNaN: true }),
      fc.double({ min: 0.2, max: 5, noNaN: true }),
      fc.double({ min: 0.3, max: 3, noNaN: true }),
      fc.double({ min: 0, max: 4, noNaN: true }),
      (usual, adds, strength, wanted) => {
        const peak = { service: 's', usual, peak: usual * (1 + adds * strength) }
        const target = usual * (1 + adds * wanted)
        expect(strengthForPeak(peak, strength, target)).toBeCloseTo(wanted, 1)
      },
    ),
  )
  expect(strengthForPeak({ service: 's', usual: 100, peak: 100 }, 1, 200)).toBeUndefined()
  expect(strengthForPeak({ service: 's', usual: 100, peak: 300 }, 1, 50)).toBe(0)
})
