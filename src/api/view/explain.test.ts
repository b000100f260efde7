import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { forecastStore, makeDemoStore, withDatabase } from '../../loop/index.ts'
import type { ProductWhy } from '../schemas/explain.ts'
import { createServer } from '../server.ts'
import { calibrationOf, segmentList } from './segments.ts'
import { createStoreView } from './store-view.ts'
import { contributionsOf, forecastChange } from './why.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-explain-'))
const store = join(folder, 'demo')
const now = Date.UTC(2026, 3, 1)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Asks a server over the real store: every reply passes its schema or becomes an error. */
async function get(url: string) {
  const server = createServer({ view: createStoreView(store, { clock: () => now }) })
  const reply = await server.inject({ url, headers: { host: '127.0.0.1:4600' } })
  return { status: reply.statusCode, body: reply.json() }
}

const sql = (statement: string) => withDatabase(store, 'write', (db) => db.run(statement))

let product = ''
beforeAll(async () => {
  await makeDemoStore(store, { products: 40, days: 200, ordersPerDay: 15, vendors: 4, seed: 2 })
  // The classical floor alone, so that both forecasts are told in the same way.
  const knobs = ['demand.auto-trees', 'demand.auto-cold-start', 'demand.auto-nets']
  appendFileSync(join(store, 'storewright.toml'), knobs.map((name) => `"${name}" = 0\n`).join(''))
  await forecastStore(store, { now })
  const page = (await get('/api/demand/products?limit=1&sort=last28')).body
  product = page.rows[0].productId
  // A week of stronger sales of one product, then the next forecast.
  await sql(`INSERT INTO sales (ds, product_id, units, in_stock)
    SELECT ds + 7, product_id, units + 6, in_stock FROM sales
    WHERE ds > (SELECT max(ds) - 7 FROM sales) AND product_id = '${product}'`)
  await forecastStore(store, { now: now + 7 * 86_400_000 })
})

const whyOf = async (id: string): Promise<ProductWhy> =>
  (await get(`/api/demand/products/${encodeURIComponent(id)}/why`)).body

describe('why a forecast is what it is, from a real store', () => {
  it('has parts that sum to the forecast, in all and by week', async () => {
    const { contributions } = await whyOf(product)
    const detail = (await get(`/api/demand/products/${product}`)).body
    const mean = detail.forecast.mean.reduce((a: number, b: number) => a + b, 0)
    const sum = (parts: readonly { units: number }[]) => parts.reduce((s, p) => s + p.units, 0)
    expect(contributions!.total).toBeCloseTo(mean, 9)
    expect(sum(contributions!.parts)).toBeCloseTo(mean, 9)
    expect(contributions!.weeks.reduce((s, { total }) => s + total, 0)).toBeCloseTo(mean, 9)
    expect(contributions!.weeks.reduce((s, { days }) => s + days, 0)).toBe(contributions!.days)
  })

  it('says what changed since the last forecast, and why', async () => {
    const { change } = await whyOf(product)
    expect(change).toMatchObject({ previousVersion: 1, previousMadeAt: '2026-04-01T00:00:00.000Z' })
    expect(change!.units).toBeGreaterThan(0)
    expect(change!.sentence).toMatch(/units? more than the forecast of 1 Apr said, .*recent sales/)
    expect(change!.parts.reduce((s, { units }) => s + units, 0)).toBeCloseTo(change!.units, 9)
  })

  it('knows of no product that is not there, and of nothing where nothing is known', async () => {
    expect((await get('/api/demand/products/nope/why')).status).toBe(404)
    for (const url of ['segments', 'calibration', 'events', 'lost-sales']) {
      expect((await get(`/api/demand/${url}`)).status, url).toBe(200)
    }
  })

  it('reads likes, occasions, lost sales and substitutes as they were written', async () => {
    const [other] = (await get('/api/demand/products?limit=2&sort=title')).body.rows
    // What the forecast itself wrote gives way to rows whose numbers are known.
    for (const table of ['cold_start_likes', 'lost_sales', 'event_effects', 'substitution']) {
      await sql(`DELETE FROM ${table}`)
    }
    await sql(`INSERT INTO cold_start_likes BY NAME SELECT 2 AS version, '${product}' AS product_id,
      '${other.productId}' AS like_id, 1 AS rank, 0.6 AS weight, 'the same words' AS reason,
      3.5 AS units_per_week`)
    await sql(`INSERT INTO lost_sales BY NAME SELECT 2 AS version, DATE '2026-03-20' + CAST(i AS INTEGER) AS ds,
      '${product}' AS product_id, 'all' AS place_id, 1 AS sold, 3 AS wanted, 2 AS lost,
      250.4 AS lost_cents FROM range(3) t(i)`)
    await sql(`INSERT INTO event_effects BY NAME SELECT 2 AS version, 'Spring fair' AS name,
      'fair' AS kind, 'all' AS segment, i - 2 AS day_offset, 1 + i / 10 AS multiplier,
      0.8 + i / 10 AS low, 2 AS high, 3 AS occurrences FROM range(5) t(i)`)
    await sql(`INSERT INTO events (event_id, name, kind, starts_on, ends_on)
      VALUES ('E-spring', 'Spring fair', 'fair', DATE '2026-05-02', DATE '2026-05-04')`)
    await sql(`INSERT INTO substitution VALUES ('${product}', '${other.productId}', 0.25)`)
    const why = await whyOf(product)
    expect(why.likes).toMatchObject([{ productId: other.productId, title: other.title }])
    expect(why.lost).toMatchObject({ units: 6, cents: 751 })
    expect(why.lost!.sentence).toContain('Out of stock on 3 days: about 6 units')
    expect(why.events[0]).toMatchObject({
      name: 'Spring fair',
      nextOn: '2026-05-02',
      peak: { offset: 2, multiplier: 1.4 },
    })
    expect(why.substitutes).toMatchObject([{ direction: 'takes', probability: 0.25 }])
    const total = (await get('/api/demand/lost-sales')).body
    expect(total).toMatchObject({ units: 6, cents: 751, products: 1, productDays: 3 })
    const { lost } = (await get('/api/demand/summary')).body
    expect(lost).toEqual({ units: 6, cents: 751, productDays: 3 })
    expect((await get('/api/demand/events')).body.events).toHaveLength(1)
  })
})

describe('groups, from a real store', () => {
  it('come worst first and add up to the total, as the products do', async () => {
    const list = (await get('/api/demand/groups')).body
    expect(list.level).toBe('category')
    expect(list.levels.map(({ level }: { level: string }) => level)).toContain('department')
    const units = (rows: readonly { next28Units: number }[]) =>
      rows.reduce((sum, row) => sum + row.next28Units, 0)
    expect(list.groups.length).toBeGreaterThan(1)
    expect(units(list.groups)).toBeCloseTo(list.total.next28Units, 6)
    const products = (await get('/api/demand/products?limit=500')).body.rows
    expect(units(products)).toBeCloseTo(list.total.next28Units, 6)
    const stakes = list.groups.map(({ stakeCents }: { stakeCents: number }) => stakeCents)
    expect(stakes).toEqual([...stakes].sort((a, b) => b - a))
    expect(list.sentence).toMatch(/units in the next 28 days, 9 times in 10 between/)
    const last = (rows: readonly { last28Units: number }[]) =>
      rows.reduce((sum, row) => sum + row.last28Units, 0)
    expect(last(list.groups)).toBe(list.total.last28Units)
  })

  it('tell their curve and the products with most at stake', async () => {
    const [worst] = (await get('/api/demand/groups?level=department')).body.groups
    const url = `/api/demand/group?level=department&group=${encodeURIComponent(worst.group)}`
    const detail = (await get(url)).body
    const sum = detail.forecast.mean.reduce((a: number, b: number) => a + b, 0)
    expect(sum).toBeCloseTo(worst.next28Units, 6)
    expect(detail.worst.length).toBeGreaterThan(0)
    expect(detail.history.units.slice(-28).reduce((a: number, b: number) => a + b, 0)).toBe(
      worst.last28Units,
    )
    expect((await get('/api/demand/group?level=place&group=nowhere')).status).toBe(404)
  })
})

describe('words', () => {
  it('name the parts that matter, and no more', () => {
    const rows = [
      { weekOf: '2026-03-30', part: 'level', units: 100 },
      { weekOf: '2026-03-30', part: 'recent_sales', units: 30 },
      { weekOf: '2026-03-30', part: 'trend', units: -0.4 },
    ] as const
    const told = contributionsOf(rows, '2026-03-30', 7)!
    expect(told.sentence).toBe('It is more than usual by 30 units: recent sales (+30).')
    expect(told.parts.map(({ part }) => part)).toEqual(['level', 'recent_sales', 'trend'])
    const steady = contributionsOf(rows.slice(0, 1), '2026-03-30', 7)!
    expect(steady.sentence).toBe('It is what the product usually sells, little more or less.')
    expect(contributionsOf([], '2026-03-30', 7)).toBeNull()
  })

  it('of a change say how much, since when and why', () => {
    const parts = [
      { part: 'level', units: -2 },
      { part: 'event', units: -30 },
    ] as const
    const change = forecastChange({ previousVersion: 4, days: 21, parts }, null)
    expect(change.sentence).toBe(
      '32 units less than the forecast before said, over the 21 days that both cover, because of occasions (−30) and usual level (−2).',
    )
    const same = forecastChange({ previousVersion: 4, days: 21, parts: [] }, null)
    expect(same.sentence).toContain('About the same')
  })
})

describe('segments', () => {
  const row = (segment: string, model: string, loss: number | null, used: boolean) => ({
    segment,
    model,
    products: 10,
    units: 100,
    weight: used && model !== 'combined' ? 0.5 : 0,
    scaledPinball: loss,
    floorRatio: loss === null ? null : loss / 0.5,
    wape: null,
    bias: null,
    coverage80: null,
    coverage90: null,
    used,
  })

  it('tell what is used and put the least gain first', () => {
    const list = segmentList(
      [
        row('high/smooth/old', 'classical', 0.5, true),
        row('high/smooth/old', 'trees', 0.45, true),
        row('high/smooth/old', 'combined', 0.4, true),
        row('low/lumpy/young', 'classical', 0.5, true),
        row('low/lumpy/young', 'trees', 0.55, false),
        row('low/lumpy/young', 'combined', 0.5, false),
        row('new', 'classical', null, false),
        row('new', 'trees', null, true),
      ],
      'do it',
    )
    expect(list.segments.map(({ segment, uses, ratio }) => [segment, uses, ratio])).toEqual([
      ['low/lumpy/young', 'floor', 1],
      ['high/smooth/old', 'mix', 0.8],
      ['new', 'learned', null],
    ])
    expect(list.segments[1]).toMatchObject({ learned: 0.45, learnedLabel: 'Boosted trees' })
    expect(list.sentence).toContain('2 of 3 segments (20 of 30 products)')
    expect(list.sentence).toContain('the classical floor keeps the other one')
    expect(segmentList([], 'do it')).toEqual({ sentence: null, segments: [], command: 'do it' })
  })

  it('pool the calibration over all where it has no rows of its own', () => {
    const point = (segment: string, after: number, points: number) => ({
      segment,
      horizonFrom: 1,
      horizonTo: 7,
      level: 0.9,
      before: 0.8,
      after,
      shift: 0.1,
      points,
    })
    const rows = [point('a', 0.9, 300), point('b', 0.94, 100)]
    const all = calibrationOf(rows, 'all', 'do it')
    expect(all.bands[0]!.points).toEqual([
      { level: 0.9, before: 0.8, after: expect.closeTo(0.91, 12), shift: 0.1, points: 400 },
    ])
    expect(all.sentence).toContain('1.0 points in a hundred; 10.0 without')
    expect(calibrationOf(rows, 'b', 'do it').bands[0]!.points[0]!.after).toBe(0.94)
    expect(calibrationOf(rows, 'c', 'do it').bands).toEqual([])
  })
})
