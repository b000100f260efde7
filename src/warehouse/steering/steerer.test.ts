import { beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { KnownStatement } from '../types.ts'
import { createTemplates } from '../watch/door.ts'
import { DEFAULT_ARM, makeArm } from './arms.ts'
import type { ArmTimes } from './measure.ts'
import type { TableStatistics } from './statistics.ts'
import { createSteerer, openSteerer } from './steerer.ts'
import { statisticsOf, trainSteering } from './train.ts'

const FAST = makeArm(['filter_pushdown'])
const SLOW = makeArm(['join_order'])
const templates = createTemplates(1000)
let db: Database
let statements: readonly KnownStatement[]
let statistics: TableStatistics

/** A statement of a template of its own. */
async function joinOf(i: number): Promise<KnownStatement> {
  const filters = ['a.x < 50', 'b.y > 10', 'a.k < 900'].filter((_, b) => (i >> b) & 1)
  const where = ['a.k = b.k', ...filters].join(' AND ')
  const known = templates.know(`SELECT count(*) AS n${i} FROM a, b WHERE ${where}`)
  return (await templates.meet(known, db)).statement
}

/** Times as if FAST took half of the default and SLOW three times as much. */
function times(rows: number): ArmTimes {
  const one = [20, 10, 60]
  return {
    arms: [DEFAULT_ARM, FAST, SLOW],
    statements: rows,
    cpuMs: Float64Array.from({ length: 3 * rows }, (_, i) => one[i % 3]! * (1 + (i % 7) / 100)),
    interrupted: new Uint8Array(3 * rows),
  }
}

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE a AS SELECT range AS k, range % 100 AS x FROM range(1000)')
  await db.run('CREATE TABLE b AS SELECT range % 700 AS k, range % 30 AS y FROM range(2000)')
  statements = await Promise.all(Array.from({ length: 24 }, (_, i) => joinOf(i)))
  statistics = await statisticsOf(db, statements, { seed: 1 })
})

const trained = () => trainSteering(statements, times(statements.length), statistics, { seed: 1 })
const steerer = (seed = 1) => createSteerer(statistics, { ...trained(), history: [] }, { seed })

describe('a steerer', () => {
  it('chooses the faster arm for a template it has not seen', async () => {
    const choice = steerer().choose(await joinOf(100))
    expect(choice?.arm).toBe(FAST.name)
    expect(choice?.set).toEqual(["SET disabled_optimizers = 'filter_pushdown'"])
    expect(choice?.reset).toEqual(['RESET disabled_optimizers'])
    expect(choice!.limitMs).toBeGreaterThan(40)
    expect(choice!.limitMs).toBeLessThan(120)
  })

  it('never steers writes, what depends on the order of rows, or what arms were not tried on', async () => {
    const s = steerer()
    const refused = [
      'INSERT INTO a SELECT a.k, a.x FROM a, b WHERE a.k = b.k',
      'SELECT a.k FROM a, b WHERE a.k = b.k LIMIT 3',
      'SELECT first(a.k) FROM a, b WHERE a.k = b.k',
      'SELECT sum(a.x / 3) FROM a, b WHERE a.k = b.k',
      'SELECT max(a.k) FROM a, b WHERE a.k = b.k',
    ]
    for (const sql of refused) {
      const { statement } = await templates.meet(templates.know(sql), db)
      expect(s.choose(statement), sql).toBeUndefined()
    }
  })

  it('leaves an arm that is slower than the default at once, for that template alone', () => {
    const s = steerer()
    const [first, second] = statements as [KnownStatement, KnownStatement]
    expect(s.choose(first)?.arm).toBe(FAST.name)
    s.learn(first, { arm: FAST.name, cpuMs: 90, interrupted: false })
    for (let i = 0; i < 50; i++) expect(s.choose(first)).toBeUndefined()
    expect(s.choose(second)?.arm).toBe(FAST.name)
    expect(s.report()).toMatchObject({ regressions: 1, interrupted: 0, stopped: [] })
  })

  it('stops an arm for all templates once three had to be interrupted', () => {
    const s = steerer()
    for (const statement of statements.slice(0, 3)) {
      s.choose(statement)
      s.learn(statement, { arm: FAST.name, cpuMs: 70, interrupted: true })
    }
    expect(s.report().stopped).toEqual([FAST.name])
    for (const statement of statements) expect(s.choose(statement)).toBeUndefined()
  })

  it('steers nothing unseen while too many became slower', () => {
    const s = steerer()
    for (const statement of statements.slice(0, 2)) {
      s.choose(statement)
      s.learn(statement, { arm: FAST.name, cpuMs: 90, interrupted: false })
    }
    expect(s.choose(statements[5]!)).toBeUndefined()
  })

  it('goes by what it sees where that differs from the model', () => {
    const s = steerer()
    const statement = statements[3]!
    for (let i = 0; i < 200; i++) {
      const arm = s.choose(statement)?.arm ?? 'default'
      s.learn(statement, { arm, cpuMs: arm === 'default' ? 8 : 9.5, interrupted: false })
    }
    const last = Array.from({ length: 20 }, () => s.choose(statement)?.arm ?? 'default')
    expect(last.filter((arm) => arm === 'default').length).toBeGreaterThan(10)
  })

  it('can be turned off for a template', () => {
    const s = steerer()
    const statement = statements[0]!
    s.turn(statement.template.fingerprint, 'off')
    expect(s.choose(statement)).toBeUndefined()
    s.turn(statement.template.fingerprint, 'on')
    expect(s.choose(statement)?.arm).toBe(FAST.name)
  })

  it('chooses the same with the same seed, also after it was saved', async () => {
    const run = (s: ReturnType<typeof steerer>) =>
      Array.from({ length: 100 }, (_, i) => {
        const statement = statements[i % 5]!
        const arm = s.choose(statement)?.arm ?? 'default'
        s.learn(statement, { arm, cpuMs: 9 + ((i * 7) % 11), interrupted: false })
        return arm
      })
    const [a, b] = [steerer(3), steerer(3)]
    expect(run(a)).toEqual(run(b))
    const saved = JSON.parse(JSON.stringify(a.save()))
    const [c, d] = [
      await openSteerer(db, saved, { seed: 4 }),
      createSteerer(statistics, saved, { seed: 4 }),
    ]
    expect(run(c)).toEqual(run(d))
    expect(c.report().asked).toBe(100)
  })
})
