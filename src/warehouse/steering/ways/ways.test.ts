import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { type TuningFault, tunedDatabase } from '../../tuned/door.ts'
import { createTemplates } from '../../watch/templates.ts'
import { joinedRows, sketchKeys } from './sketch.ts'
import { createWays, GROUPED, type Ways } from './ways.ts'

let db: Database

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE u AS SELECT range AS id, range % 9 AS x FROM range(2000)')
  await db.run(
    'CREATE TABLE p AS SELECT CASE WHEN range % 70 = 0 THEN NULL ELSE range % 7 END AS owner, range AS id, range % 5 AS score FROM range(9000)',
  )
  await db.run(
    'CREATE TABLE b AS SELECT CASE WHEN range % 11 = 0 THEN NULL ELSE range % 6 END AS owner, range % 50 AS post FROM range(8000)',
  )
  await db.run('CREATE TABLE q AS SELECT * FROM p WHERE id < 900')
  await db.run('CREATE TABLE c AS SELECT * FROM b LIMIT 700')
  await db.run('CREATE TABLE none AS SELECT * FROM p WHERE false')
})

afterAll(() => db.close())

const PAIRS = 'SELECT count(*) FROM p, b WHERE p.owner = b.owner AND p.score <= 4 AND b.post < 50'

function steeredBy(ways: Ways) {
  const faults: TuningFault[] = []
  const onFault = (fault: TuningFault) => faults.push(fault)
  return { tuned: tunedDatabase(db, { mode: 'automatic', steerer: ways, onFault }), faults }
}

describe('createWays', () => {
  it('stops a join of many to many that runs away, without having learned anything, and learns from it', async () => {
    const ways = createWays(db, { seed: 1 })
    const { tuned, faults } = steeredBy(ways)
    for (let i = 0; i < 4; i++) {
      const sql = PAIRS.replace('< 50', `< ${50 - i}`)
      expect(await tuned.answer(sql)).toEqual(await db.answer(sql))
    }
    const { straight, switched, asked } = ways.report()
    expect(straight + switched).toBeGreaterThanOrEqual(3)
    expect(switched).toBeLessThanOrEqual(2)
    expect(asked).toBe(4)
    expect(faults).toEqual([])
    const again = createWays(db, { seed: 1, state: ways.save() })
    expect(again.save().lines.grouped.runs).toBe(ways.save().lines.grouped.runs)
  })

  it('has no concern with joins by keys that come once, once they are known to', async () => {
    const ways = createWays(db, { seed: 1 })
    const byKey = 'SELECT sum(u.x) FROM u, p WHERE u.id = p.id AND p.score < 3'
    const templates = createTemplates(10)
    const statement = templates.know(byKey)
    expect([
      ways.concerns(byKey),
      ways.concerns('SELECT count(*), x FROM u GROUP BY x, id'),
    ]).toEqual([true, false])
    for (let read = 0; read < 10; read++) {
      ways.learn(statement, { arm: 'default', cpuMs: 1000, interrupted: false })
      await ways.due?.(statement)?.()
      ways.choose(statement)
    }
    expect(ways.concerns('SELECT max(u.x) FROM u, p WHERE p.score < 4 AND u.id = p.id')).toBe(false)
    expect(ways.concerns(PAIRS)).toBe(true)
    ways.changed?.('u', 'other')
    expect(ways.concerns(byKey)).toBe(true)
  })

  it('weighs ever fewer statements of a template that keeps ending by default, until one is stopped', async () => {
    const ways = createWays(db, { seed: 1 })
    const statement = createTemplates(10).know('SELECT count(*) FROM q, c WHERE q.owner = c.owner')
    const learn = (cpuMs: number, interrupted = false) =>
      ways.learn(statement, { arm: 'default', cpuMs, interrupted })
    const weighed = () => ways.save().lines.normal.runs
    // What is spent pays for reading the tables, step by step.
    for (let i = 0; i < 1000 && weighed() === 0; i++) {
      learn(0.2)
      await ways.due?.(statement)?.()
    }
    expect(weighed()).toBe(1)
    const before = { weighed: weighed(), asked: ways.report().asked }
    for (let i = 0; i < 40; i++) {
      expect(ways.choose(statement)).toMatchObject({ arm: 'default' })
      learn(0.2)
    }
    expect(ways.report().asked - before.asked).toBe(40)
    expect(weighed() - before.weighed).toBeLessThan(20)
    // One that is stopped without having been weighed is weighed then, and so are those that follow.
    let stopped = weighed()
    for (let i = 0; i < 16 && weighed() === stopped; i++) {
      ways.choose(statement)
      learn(0.2)
    }
    expect(weighed()).toBe(stopped + 1)
    expect(ways.choose(statement)).toMatchObject({ arm: 'default' })
    learn(1000, true)
    expect(ways.choose(statement)).toBeDefined()
    learn(0.2)
    stopped = weighed()
    for (let i = 1; i < 4; i++) {
      ways.choose(statement)
      learn(0.2)
      expect(weighed()).toBe(stopped + i)
    }
  })

  it('asks nothing otherwise of statements without another way, nor where it is turned off', async () => {
    const ways = createWays(db, { seed: 1 })
    const { tuned } = steeredBy(ways)
    const others = [
      'SELECT count(*) FROM u',
      'SELECT sum(x) FROM u, p WHERE u.id = p.owner',
      'SELECT 1',
    ]
    for (const sql of others) expect(await tuned.answer(sql)).toEqual(await db.answer(sql))
    expect(ways.report()).toMatchObject({ asked: 0, straight: 0, switched: 0 })
    expect(tuned.counts()).toMatchObject({ steered: 0, interrupted: 0 })
  })

  it('answers as the plain database, whatever it believes, also while tables change', async () => {
    const settings = {
      'warehouse.steering-rent-least': 0.5,
      'warehouse.steering-rent': 0.1,
      'warehouse.steering-rent-risk': 1,
      'warehouse.steering-rent-gain': 0,
    }
    const ways = createWays(db, { seed: 2, settings })
    // Told the same on any machine: the default takes long, so that tables are read and other ways taken.
    const learn = ways.learn.bind(ways)
    ways.learn = (statement, run) =>
      learn(statement, { ...run, cpuMs: run.arm === GROUPED ? 0.5 : 1000 })
    const { tuned, faults } = steeredBy(ways)
    const filters = fc.subarray([
      ...['q.score <= 3', 'c.post IN (1, 2, 3)', 'c.post IS NOT NULL', 'q.score > 9'],
    ])
    const items = fc.constantFrom(
      ...['count(*) AS n', 'count(*) AS n', 'sum(q.score), min(c.post), count(q.id) AS m'],
      'max(q.id) AS most, count(DISTINCT c.post)',
    )
    const joins = fc.constantFrom(
      'q, c WHERE q.owner = c.owner',
      'u, q, c WHERE u.id = q.owner AND u.id = c.owner',
      'q JOIN c ON q.owner = c.owner',
      'c, q, none AS n WHERE q.owner = c.owner AND n.owner = c.owner',
      'c, q, u AS d WHERE q.owner = c.owner AND d.id < 3',
    )
    const change = fc.constantFrom(
      ...['', '', 'INSERT INTO q VALUES (3, 1, 2)', 'DELETE FROM c WHERE post = 7'],
    )
    await fc.assert(
      fc.asyncProperty(items, joins, filters, change, async (item, from, chosen, write) => {
        if (write !== '') await tuned.run(write)
        const sql = [`SELECT ${item} FROM `, from, ...chosen.map((f) => ` AND ${f}`)]
          .join('')
          .replace(/ON q.owner = c.owner AND/, 'ON q.owner = c.owner WHERE')
        expect(await tuned.answer(sql), sql).toEqual(await db.answer(sql))
        await tuned.settle()
      }),
      { numRuns: 60 },
    )
    expect(faults).toEqual([])
    expect(tuned.counts().fellBack).toBe(0)
    expect(ways.report().straight).toBeGreaterThan(10)
  })

  it('gives the error of the statement, and gives way to what is written with values', async () => {
    const { tuned } = steeredBy(createWays(db, { seed: 1 }))
    const wrong = 'SELECT count(*) FROM p, b WHERE p.owner = b.nothing'
    await expect(tuned.answer(wrong)).rejects.toThrow(/nothing/)
    const sql = `${PAIRS} AND p.id < $1`
    expect(await tuned.answer(sql, [40])).toEqual(await db.answer(sql, [40]))
    expect(GROUPED).toBe('count by key')
  })
})

describe('sketchKeys', () => {
  it('tells the rows of joins: exactly where all keys are kept, about where some are', async () => {
    const key = { name: 'owner', type: 'BIGINT' }
    const sides = await Promise.all([
      sketchKeys(db, 'p', key, 9000),
      sketchKeys(db, 'b', key, 8000),
    ])
    const [row] = await db.rows('SELECT count(*) AS n FROM p, b WHERE p.owner = b.owner')
    const whole = await Promise.all([sketchKeys(db, 'p', key, 100), sketchKeys(db, 'b', key, 100)])
    expect(joinedRows(whole)).toBe(row!['n'])
    expect(sides[0]!.oneIn).toBe(2)
    const ids = await sketchKeys(db, 'u', { name: 'id', type: 'BIGINT' }, 64 * 8192)
    expect(ids.oneIn).toBe(64)
    expect(joinedRows([ids, ids])).toBeGreaterThan(500)
    expect(joinedRows([ids, ids])).toBeLessThan(6000)
  })
})
