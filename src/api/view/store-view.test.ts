import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDemoStore, runLoop } from '../../loop/index.ts'
import type { BuyingPlan } from '../schemas/buying.ts'
import { createServer } from '../server.ts'
import { createStoreView } from './store-view.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-view-'))
const store = join(folder, 'demo')
const now = Date.UTC(2026, 3, 1)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A server over the real store: every reply passes its schema or becomes an error. */
const server = () =>
  createServer({ view: createStoreView(store, { clock: () => now, actor: 'ada' }) })
const get = async (url: string) => {
  const reply = await server().inject({ url, headers: { host: '127.0.0.1:4600' } })
  return { status: reply.statusCode, body: reply.json() }
}
const post = async (url: string, payload: object) => {
  const headers = { host: '127.0.0.1:4600' }
  const reply = await server().inject({ method: 'POST', url, payload, headers })
  return { status: reply.statusCode, body: reply.json() }
}

beforeAll(async () => {
  await makeDemoStore(store, { products: 50, days: 220, ordersPerDay: 25, vendors: 6, seed: 11 })
})

describe('createStoreView', () => {
  it('says which command is missing before the first run', async () => {
    const { status, body } = await get('/api/buying')
    expect(status).toBe(404)
    expect(body).toMatchObject({ code: 'ERR_STORE_EMPTY' })
    expect((await get('/api/store')).status).toBe(200)
  })

  it('answers every question of the pages after a run', async () => {
    await runLoop(store, { now })
    const info = (await get('/api/store')).body
    expect(info).toMatchObject({ name: 'Demo store', currency: 'USD', asOf: '2026-03-31' })
    const page = (await get('/api/demand/products?limit=5')).body
    expect(page.rows).toHaveLength(5)
    const stakes = page.rows.map((row: { stakeCents: number }) => row.stakeCents)
    expect([...stakes].sort((a, b) => b - a)).toEqual(stakes)
    expect(stakes[0]).toBeGreaterThan(0)
    const { productId } = page.rows[0]
    const detail = (await get(`/api/demand/products/${productId}`)).body
    expect(detail.forecast.quantiles).toHaveLength(7)
    const { parts, total } = detail.breakdown
    expect(parts.reduce((sum: number, part: { value: number }) => sum + part.value, 0)).toBeCloseTo(
      total,
      6,
    )
    expect(detail.backtest.filter((row: { chosen: boolean }) => row.chosen)).toHaveLength(1)
    const outcome = (await get('/api/outcome')).body
    expect(outcome.policies.map((policy: { name: string }) => policy.name)).toEqual([
      'naive',
      'naive-replace',
      'plan',
      'bound',
    ])
    for (const url of ['/api/demand/summary', '/api/knobs', '/api/buying/history']) {
      expect((await get(url)).status).toBe(200)
    }
    expect((await get('/api/demand/products/no-such')).status).toBe(404)
  })

  it('sorts, filters and pages the grid', async () => {
    const all = (await get('/api/demand/products?limit=500&sort=title')).body
    const titles = all.rows.map((row: { title: string }) => row.title)
    expect([...titles].sort((a, b) => (a < b ? -1 : 1))).toEqual(titles)
    const word = titles[0].split(' ')[0].toLowerCase()
    const found = (await get(`/api/demand/products?q=${word}`)).body
    expect(
      found.rows.every((row: { title: string }) => row.title.toLowerCase().includes(word)),
    ).toBe(true)
    const second = (await get('/api/demand/products?sort=title&limit=1&offset=1')).body
    expect(second.rows[0].title).toBe(titles[1])
    expect(second.total).toBe(all.total)
  })

  it('approves what a budget buys, and takes it back', async () => {
    const plan: BuyingPlan = (await get('/api/buying')).body
    const [first] = plan.lines
    expect(plan.lines.map((line) => line.rank)).toEqual(plan.lines.map((_, i) => i + 1))
    const spent = (line: number) =>
      plan.steps.costCents.reduce(
        (sum, cents, s) => sum + (plan.steps.line[s] === line ? cents : 0),
        0,
      )
    expect(Math.abs(spent(0) - first!.costCents)).toBeLessThanOrEqual(2)
    const budgetCents = first!.costCents
    const approved = await post('/api/buying/approve', {
      lineIds: [first!.lineId],
      by: 'ada',
      budgetCents,
    })
    expect(approved.body.lines[0]).toMatchObject({ status: 'approved', decision: { by: 'ada' } })
    const again = await post('/api/buying/approve', { lineIds: [first!.lineId], by: 'ada' })
    expect(again.status).toBe(409)
    const undone = await post('/api/buying/undo', { lineIds: [first!.lineId], by: 'ada' })
    expect(undone.body.lines[0]).toMatchObject({ status: 'proposed', decision: null })
    const history = (await get('/api/buying/history')).body.decisions
    expect(history.map((record: { action: string }) => record.action)).toEqual(['undo', 'approve'])
  })

  it('explains a line by parts that sum, and lets a person override it', async () => {
    const plan: BuyingPlan = (await get('/api/buying')).body
    const line = plan.lines[1]!
    const url = `/api/buying/lines/${encodeURIComponent(line.lineId)}`
    const detail = (await get(url)).body
    for (const { parts, total } of detail.breakdowns) {
      expect(
        parts.reduce((sum: number, part: { value: number }) => sum + part.value, 0),
      ).toBeCloseTo(total, 6)
    }
    expect(detail.breakdowns.at(-1).total).toBe(line.quantity)
    expect(detail.alternatives.length).toBeGreaterThan(0)
    const reason = 'the shelf is full'
    const reply = await post(`${url}/override`, { quantity: 3, reason, by: 'ada' })
    expect(reply.body.lines[0]).toMatchObject({
      status: 'overridden',
      decision: { quantity: 3, reason },
    })
    expect((await get(url)).body.decisions[0]).toMatchObject({ action: 'override', toQuantity: 3 })
  })

  it('writes the plan as CSV, cut at a budget', async () => {
    const headers = { host: '127.0.0.1:4600' }
    const whole = await server().inject({ url: '/api/buying/plan.csv', headers })
    const cut = await server().inject({ url: '/api/buying/plan.csv?budgetCents=20000', headers })
    const rows = (text: string) => text.trim().split('\n').length
    expect(whole.body).toMatch(/^rank,line_id,product_id/)
    expect(rows(cut.body)).toBeLessThan(rows(whole.body))
  })
})
