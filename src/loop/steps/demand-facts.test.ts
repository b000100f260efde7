import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Panel } from '../../core/panel.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { writeTables } from '../../feed/index.ts'
import { generateDemoStore } from '../../world/index.ts'
import { readPanelContext } from '../inputs/panel-context.ts'
import { readSales } from '../inputs/sales.ts'
import { readUnsold } from '../inputs/unsold.ts'
import { makeDemandFacts, writeDemandFacts } from './demand-facts.ts'

describe('demand facts of a store', () => {
  let db: Database
  let panel: Panel
  let origin: number

  beforeAll(async () => {
    const { tables } = generateDemoStore({ seed: 7, products: 150, days: 500, ordersPerDay: 120 })
    const { products, sales, prices, events, closed_days } = tables
    db = await openDatabase(':memory:')
    await writeTables(db, {
      products: products!,
      sales: sales!,
      prices: prices!,
      events: events!,
      closed_days: closed_days!,
    })
    const history = await readSales(db)
    origin = history.lastDay + 1
    const unsold = await readUnsold(db, history, 84)
    panel = await readPanelContext(db, history, { unsold })
  })

  afterAll(() => db.close())

  it('reads what is known beside the sales', () => {
    expect(panel.ids.length).toBe(150)
    const { category, price, title } = panel.statics ?? {}
    expect(category?.kind === 'category' && category.codes.every((code) => code >= 0)).toBe(true)
    expect(price?.kind === 'number' && price.values.every((cents) => cents > 0)).toBe(true)
    expect(title?.kind === 'text' && title.texts.every((text) => text.length > 3)).toBe(true)
    const { offsets, columns } = panel.known!
    for (let i = 0; i < 150; i++) {
      const last = panel.firstBucket[i]! + offsets[i + 1]! - offsets[i]!
      expect(last).toBeGreaterThanOrEqual(origin + 84)
    }
    const promoted = columns['promotion']!
    const relative = columns['price_relative']!
    const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
    expect(promoted.some((flag) => flag === 1)).toBe(true)
    expect(mean(relative.filter((v, at) => v > 0 && promoted[at] === 1))).toBeLessThan(0.9)
    expect(
      Math.abs(mean(relative.filter((v, at) => v > 0 && promoted[at] === 0)) - 1),
    ).toBeLessThan(0.05)
    const out = panel.censored!.filter((units) => units >= 0).length
    expect(out).toBeGreaterThan(500)
    expect(panel.values.filter(Number.isNaN).length).toBe(out)
    expect(new Set(panel.events!.map(({ name }) => name)).has('Easter')).toBe(true)
  })

  it('reads how strong a planned occasion is to be', async () => {
    const history = await readSales(db)
    await db.run("UPDATE events SET strength = 2 WHERE name = 'Easter'")
    const { events = [] } = await readPanelContext(db, history)
    await db.run('UPDATE events SET strength = NULL')
    const strengths = (name: string) => events.filter((e) => e.name === name).map((e) => e.strength)
    expect(new Set(strengths('Easter'))).toEqual(new Set([2]))
    expect(new Set(strengths('Halloween'))).toEqual(new Set([undefined]))
  })

  it('makes tables that the store takes', async () => {
    const facts = makeDemandFacts(panel, { origin })
    await writeDemandFacts(db, facts, 1)
    const count = async (sql: string) => Number((await db.rows(sql))[0]!['n'])
    expect(await count('SELECT count(*) n FROM lost_sales WHERE wanted >= sold')).toBe(
      facts.lostSales.rowCount,
    )
    expect(facts.lostSales.rowCount).toBeGreaterThan(300)
    const worst = `SELECT max(total) AS n FROM
      (SELECT sum(probability) AS total FROM substitution GROUP BY product_id)`
    expect(await count(worst)).toBeLessThanOrEqual(1)
    const easter = `SELECT count(*) n FROM event_effects WHERE name = 'Black Friday week'
      AND segment = 'all' AND day_offset = 0 AND multiplier > 1.3 AND low < multiplier`
    expect(await count(easter)).toBe(1)
    const likes = `SELECT count(DISTINCT product_id) n FROM cold_start_likes WHERE rank = 1`
    expect(await count(likes)).toBeGreaterThan(0)
    // What a feed or an earlier run brought stays unless it is to be replaced.
    const before = await count('SELECT count(*) n FROM substitution')
    await db.run('DELETE FROM substitution WHERE probability < 0.1')
    const kept = await count('SELECT count(*) n FROM substitution')
    await writeDemandFacts(db, facts, 2)
    expect(await count('SELECT count(*) n FROM substitution')).toBe(kept > 0 ? kept : before)
    await writeDemandFacts(db, facts, 3, { replaceSubstitution: true })
    expect(await count('SELECT count(*) n FROM substitution')).toBe(before)
  })

  it('reads nothing from the origin on', () => {
    const early = origin - 60
    const dirty: Panel = { ...panel, values: panel.values.slice() }
    for (let i = 0; i < panel.ids.length; i++) {
      const from = panel.offsets[i]! + Math.max(0, early - panel.firstBucket[i]!)
      if (from < panel.offsets[i + 1]!) dirty.values.fill(99, from, panel.offsets[i + 1]!)
    }
    expect(makeDemandFacts(dirty, { origin: early })).toEqual(
      makeDemandFacts(panel, { origin: early }),
    )
  })
})
