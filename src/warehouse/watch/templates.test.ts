import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { splice } from './constants.ts'
import { createTemplates, recentMap } from './templates.ts'

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:')
})
afterAll(() => db.close())

describe('createTemplates', () => {
  it('knows statements that differ in constants, white space and comments by one template', () => {
    const templates = createTemplates(10)
    const one = templates.know('SELECT sum(a) FROM t WHERE b > 5')
    const two = templates.know("select sum(a) -- today's\n  from t where b > -7.5e3;")
    expect(two.template).toBe(one.template)
    expect(one.template.sql).toBe('SELECT sum(a) FROM t WHERE b > ?')
    expect(one.template.fingerprint).toMatch(/^[0-9a-f]{16}$/)
    expect([one.constants, two.constants]).toEqual([[5], [-7500]])
    expect(splice(two.sql, two.spans, () => '9')).toBe(
      "select sum(a) -- today's\n  from t where b > 9;",
    )
    const text = templates.know("SELECT sum(a) FROM t WHERE b > '5'")
    expect(text.template.fingerprint).not.toBe(one.template.fingerprint)
    expect(text.kinds).toEqual(['text'])
  })

  it('reads a tree once, and tells tables and kind from then on', async () => {
    const templates = createTemplates(10)
    const first = templates.know('SELECT sum(a) FROM t WHERE b > 5')
    expect([templates.isMet(first), templates.isTrusted(first)]).toEqual([false, false])
    await templates.meet(first, db)
    const next = templates.know('SELECT sum(a) FROM t WHERE b > 6')
    expect([templates.isMet(next), templates.isTrusted(next)]).toEqual([true, true])
    expect(next.template).toMatchObject({ kind: 'select', tables: ['t'] })
  })

  it('does not trust a template whose constants name things', async () => {
    const templates = createTemplates(10)
    const statement = templates.know("SELECT a FROM t, 'more.csv' WHERE a > 5")
    const { tree } = await templates.meet(statement, db)
    expect(tree!.isTrusted).toBe(false)
    expect(templates.isTrusted(statement)).toBe(false)
  })

  it('looks again where a constant may be what did not parse, and gives up in the end', async () => {
    const templates = createTemplates(10)
    const bad = templates.know('SELECT a + INTERVAL 1.5 DAY FROM t')
    await templates.meet(bad, db)
    expect(templates.isMet(bad)).toBe(false)
    await templates.meet(templates.know('SELECT a + INTERVAL 2 DAY FROM t'), db)
    expect([templates.isMet(bad), templates.isTrusted(bad)]).toEqual([true, true])
    const nonsense = templates.know('SELECT FROM WHERE 5')
    for (let i = 0; i < 3; i++) await templates.meet(nonsense, db)
    expect([templates.isMet(nonsense), templates.isTrusted(nonsense)]).toEqual([true, false])
  })
})

describe('recentMap', () => {
  it('keeps what was used lately and is bounded', () => {
    const map = recentMap<number>(3)
    for (let i = 0; i < 100; i++) {
      map.set(`k${i}`, i)
      expect(map.get('k0')).toBe(0)
    }
    const kept = Array.from({ length: 100 }, (_, i) => map.get(`k${i}`)).filter(
      (value) => value !== undefined,
    )
    expect(kept.length).toBeLessThanOrEqual(6)
    expect(kept).toContain(99)
  })
})
