import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  approveLines,
  describeReport,
  importIntoStore,
  initStore,
  listVersions,
  makeDemoStore,
  overrideLine,
  planStore,
  readDecisions,
  readOutcome,
  readPlan,
  readReport,
  runLoop,
  switchVersion,
  undoLines,
  withDatabase,
  withLedger,
} from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-loop-'))
const store = join(folder, 'demo')
const now = Date.UTC(2026, 3, 1)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const planInForce = async () => {
  const decisions = await withLedger(store, readDecisions)
  return withDatabase(store, 'read', (db) => readPlan(db, decisions))
}

beforeAll(async () => {
  await makeDemoStore(store, { products: 60, days: 300, ordersPerDay: 25, vendors: 6, seed: 3 })
})

describe('runLoop', () => {
  it('forecasts, plans and simulates, and skips what stands', async () => {
    const first = await runLoop(store, { now })
    expect(first.map((step) => [step.kind, step.version, step.skipped])).toEqual([
      ['search', 1, false],
      ['forecast', 1, false],
      ['plan', 1, false],
      ['outcome', 1, false],
      ['warehouse', 1, false],
    ])
    // The warehouse looks again where twice as much was asked, which a second run may be.
    const second = (await runLoop(store, { now })).filter(({ kind }) => kind !== 'warehouse')
    expect(second.every((step) => step.skipped)).toBe(true)
    const { plan, forecast } = await readReport(store, Date.now())
    const { outcome } = await readOutcome(store)
    expect(forecast.products).toBeGreaterThan(40)
    expect(plan.lines.length).toBeGreaterThan(0)
    const profit = (name: string) =>
      outcome.policies.find((policy) => policy.name === name)!.totals.profitCents
    expect(profit('plan')).toBeLessThanOrEqual(outcome.boundProfitCents.mean)
    expect(profit('naive')).toBeLessThanOrEqual(outcome.boundProfitCents.mean)
    const daily = await withDatabase(store, 'read', (db) =>
      db.rows("SELECT sum(profit_cents) AS profit FROM outcome_daily WHERE policy = 'plan'"),
    )
    expect(daily[0]!['profit']).toBeCloseTo(profit('plan'), 3)
    const words = describeReport(await readReport(store, Date.now())).join('\n')
    expect(words).toContain('What should I order?')
    expect(words).not.toMatch(/NaN|undefined|Infinity/)
  })

  it('makes one plan for one state: the same seed gives the same lines', async () => {
    const before = await planInForce()
    await withDatabase(store, 'write', (db) =>
      db.run("DELETE FROM current_versions WHERE kind = 'plan'"),
    )
    await planStore(store, { now })
    const after = await planInForce()
    expect(after.version.inputHash).toBe(before.version.inputHash)
    const quantities = (plan: typeof before) => plan.lines.map((l) => [l.productId, l.quantity])
    expect(quantities(after)).toEqual(quantities(before))
  })

  it('plans anew within a budget, and keeps the lines it cuts', async () => {
    const free = await planInForce()
    const budgetCents = Math.round(free.note.costCents / 3)
    const step = await planStore(store, { now }, { budgetCents })
    expect(step.skipped).toBe(false)
    const cut = await planInForce()
    expect(cut.note.costCents).toBeLessThanOrEqual(budgetCents)
    expect(cut.lines.length).toBe(free.lines.length)
    expect(cut.lines.filter((line) => line.quantity === 0).length).toBeGreaterThan(0)
  })

  it('goes back to an older version and forward again', async () => {
    const versions = await withDatabase(store, 'read', (db) => listVersions(db, 'plan'))
    await withDatabase(store, 'write', (db) => switchVersion(db, 'plan', versions.at(-1)!.version))
    expect((await planInForce()).version.version).toBe(versions.at(-1)!.version)
    await withDatabase(store, 'write', (db) => switchVersion(db, 'plan', versions[0]!.version))
    await expect(
      withDatabase(store, 'write', (db) => switchVersion(db, 'plan', 99)),
    ).rejects.toMatchObject({ code: 'ERR_PLAN_NOT_FOUND' })
  })

  it('stops when asked and goes on where it was', async () => {
    const stopped = join(folder, 'stopped')
    await makeDemoStore(stopped, { products: 40, days: 250, ordersPerDay: 15, vendors: 4, seed: 5 })
    const controller = new AbortController()
    const run = runLoop(stopped, {
      now,
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 'replay') controller.abort()
      },
    })
    await expect(run).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    const steps = await runLoop(stopped, { now })
    expect(steps.map((step) => step.skipped)).toEqual([true, true, true, false, false])
  })
})

describe('decisions', () => {
  it('go proposed → approved → proposed, or overridden, with a history', async () => {
    await planStore(store, { now })
    const { lines } = await planInForce()
    const [first, second] = lines
    const by = 'ada'
    const [approved] = await approveLines(store, [{ line: first!.lineId }], { by })
    expect(approved).toMatchObject({ status: 'approved', decision: { by } })
    await expect(approveLines(store, [{ line: first!.lineId }], { by })).rejects.toMatchObject({
      code: 'ERR_PLAN_STATUS',
    })
    const reason = 'promotion was called off'
    const [over] = await overrideLine(store, second!.productId, 1, { by, reason })
    expect(over).toMatchObject({ status: 'overridden', decision: { toQuantity: 1, reason } })
    const [undone] = await undoLines(store, [first!.lineId], { by })
    expect(undone!.status).toBe('proposed')
    const history = await withLedger(store, readDecisions)
    expect(history.map((decision) => decision.action)).toEqual(['approve', 'override', 'undo'])
  })

  it('are all or nothing', async () => {
    const { lines } = await planInForce()
    const good = lines.find((line) => line.status === 'proposed')!
    const wanted = [{ line: good.lineId }, { line: 'no-such-line' }]
    await expect(approveLines(store, wanted, { by: 'ada' })).rejects.toMatchObject({
      code: 'ERR_PLAN_NOT_FOUND',
    })
    const after = (await planInForce()).lines.find((line) => line.lineId === good.lineId)
    expect(after!.status).toBe('proposed')
  })

  it('stay on the lines of their plan: a decision alone makes no new one', async () => {
    const line = (await planInForce()).lines.find((l) => l.status === 'proposed' && l.quantity > 0)!
    await approveLines(store, [{ line: line.lineId }], { by: 'ada' })
    expect((await planStore(store, { now })).skipped).toBe(true)
    const same = (await planInForce()).lines.find((l) => l.lineId === line.lineId)
    expect(same!.status).toBe('approved')
  })

  it('are not proposed a second time on the same day, and can still be undone', async () => {
    const { lines } = await planInForce()
    const approved = lines.find((line) => line.status === 'approved')!
    const overridden = lines.find((line) => line.status === 'overridden')!
    const step = await planStore(store, { now }, { budgetCents: 123_456 })
    expect(step.skipped).toBe(false)
    const next = (await planInForce()).lines.map((line) => line.productId)
    expect(next).not.toContain(approved.productId)
    expect(next).not.toContain(overridden.productId)
    expect(await undoLines(store, [approved.productId], { by: 'ada' })).toEqual([])
    const last = (await withLedger(store, readDecisions)).at(-1)
    expect(last).toMatchObject({ action: 'undo', lineId: approved.lineId })
  })

  it('taken at the same time all count', async () => {
    const { lines } = await planInForce()
    const some = lines.filter((line) => line.status === 'proposed' && line.quantity > 0).slice(0, 5)
    await Promise.all(
      some.map((l) => approveLines(store, [{ line: l.lineId }], { by: l.productId })),
    )
    const now = (await planInForce()).lines
    for (const { lineId } of some) {
      expect(now.find((line) => line.lineId === lineId)!.status).toBe('approved')
    }
  })

  it('refuse to approve nothing', async () => {
    const cut = (await planInForce()).lines.find((line) => line.quantity === 0)!
    await expect(approveLines(store, [{ line: cut.lineId }], { by: 'ada' })).rejects.toMatchObject({
      code: 'ERR_PLAN_STATUS',
    })
  })
})

describe('a store folder', () => {
  it('is made once, and refuses what is no store', async () => {
    const shop = join(folder, 'shop')
    await initStore(shop)
    await expect(initStore(shop)).rejects.toMatchObject({ code: 'ERR_STORE_EXISTS' })
    await expect(runLoop(join(folder, 'none'), { now })).rejects.toMatchObject({
      code: 'ERR_STORE_NOT_FOUND',
    })
    await expect(runLoop(shop, { now })).rejects.toMatchObject({ code: 'ERR_STORE_EMPTY' })
    const bad = join(folder, 'bad')
    await expect(initStore(bad, { currency: 'usd' })).rejects.toMatchObject({
      code: 'ERR_SETTINGS',
    })
    await expect(initStore(bad, { timeZone: 'Mars' })).rejects.toMatchObject({
      code: 'ERR_SETTINGS',
    })
    expect(existsSync(bad)).toBe(false)
  })

  it('with a young history has a plan and no outcome yet', async () => {
    const young = join(folder, 'young')
    await makeDemoStore(young, { products: 30, days: 70, ordersPerDay: 12, vendors: 3, seed: 2 })
    const kinds = (await runLoop(young, { now })).map((step) => step.kind)
    expect(kinds).toEqual(['search', 'forecast', 'plan', 'warehouse'])
    expect(describeReport(await readReport(young, Date.now())).join('\n')).toContain(
      'too short for a replay',
    )
  })

  it('stays as it was when a feed has faults', async () => {
    const shop = join(folder, 'shop')
    const feed = join(folder, 'sales.csv')
    writeFileSync(feed, 'ds,product_id,units\n2026-01-01,A,-x\n')
    await expect(importIntoStore(shop, feed)).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_FEED/),
    })
    const rows = await withDatabase(shop, 'read', (db) =>
      db.rows('SELECT count(*) AS n FROM sales'),
    )
    expect(rows).toEqual([{ n: 0 }])
  })

  it('appears whole or not at all when the demo is stopped', async () => {
    const half = join(folder, 'half')
    const controller = new AbortController()
    controller.abort()
    await expect(
      makeDemoStore(half, { products: 30, days: 60, signal: controller.signal }),
    ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
    expect(existsSync(half)).toBe(false)
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})
