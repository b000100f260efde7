import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { tunedDatabase } from '../tuned/door.ts'
import type { Steerer } from '../types.ts'
import { type Arm, joinArms, makeArm, resetStatements, setStatements, singleArms } from './arms.ts'

const steered = (on: Database, steerer: Steerer) =>
  tunedDatabase(on, { mode: 'automatic', steerer })

/** A steerer that always wants one arm, and remembers what came of it. */
function always(arm: Arm, limitMs: number) {
  const learned: string[] = []
  const steerer: Steerer = {
    choose: () => ({
      arm: arm.name,
      set: setStatements(arm),
      reset: resetStatements(arm),
      limitMs,
    }),
    learn: (_, run) => learned.push(`${run.arm}${run.interrupted ? ' interrupted' : ''}`),
  }
  return { steerer, learned }
}

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(
    'CREATE TABLE a AS SELECT range % 50 AS k, range % 7 AS x, range AS id FROM range(400)',
  )
  await db.run('CREATE TABLE b AS SELECT range % 60 AS k, range % 5 AS y FROM range(300)')
  await db.run("CREATE TABLE c AS SELECT range % 7 AS x, 'n' || range % 9 AS name FROM range(40)")
})

const off = async () =>
  (await db.answer("SELECT current_setting('disabled_optimizers') AS s")).columns[0]![0]

describe('a statement under an arm', () => {
  it('interrupts an arm at its limit, and answers by default', async () => {
    const arm = makeArm(['filter_pushdown', 'join_order'])
    const { steerer, learned } = always(arm, 20)
    const tuned = steered(db, steerer)
    // Without both, the join is a cross product of 400 × 300 × 400 × 300 rows.
    const sql =
      'SELECT count(*) FROM a, b, a AS d, b AS e WHERE a.id = d.id AND a.k = b.k AND d.k = e.k AND b.y = 0 AND e.y = 0'
    const expected = await db.answer(sql)
    const answer = await tuned.answer(sql)
    expect(answer.columns).toEqual(expected.columns)
    expect(learned).toEqual([`${arm.name} interrupted`, 'default'])
    expect(await off()).toBe('')
  })

  it('answers by default where an arm fails, and throws what the default throws', async () => {
    const broken: Arm = { name: 'broken', off: ['no such optimizer'], settings: {} }
    const { steerer, learned } = always(broken, 1000)
    const tuned = steered(db, steerer)
    expect((await tuned.answer('SELECT 42 AS n')).columns).toEqual([[42]])
    expect(learned).toEqual(['broken interrupted', 'default'])
    await expect(tuned.answer('SELECT nonsense FROM a')).rejects.toMatchObject({
      code: 'ERR_SQL',
    })
  })

  it('leaves an arm standing between statements, and takes it back before a write', async () => {
    const seen: string[] = []
    const counted: Database = {
      ...db,
      run: (sql) => {
        seen.push(sql)
        return db.run(sql)
      },
    }
    const { steerer } = always(makeArm(['top_n']), 1000)
    const tuned = steered(counted, steerer)
    for (let i = 0; i < 3; i++) await tuned.answer('SELECT count(*) FROM a')
    expect(seen).toEqual(["SET disabled_optimizers = 'top_n'"])
    await tuned.run('CREATE TEMP TABLE written (n INTEGER)')
    expect(await off()).toBe('')
  })
})

describe('arms', () => {
  it('never change an answer', async () => {
    const singles = await singleArms(db)
    const statement = fc
      .record({
        filters: fc.subarray(['a.x < 4', 'b.y <> 2', "c.name > 'n3'", 'a.id BETWEEN 20 AND 300']),
        isGrouped: fc.boolean(),
        isThree: fc.boolean(),
        arms: fc.tuple(fc.constantFrom(...singles), fc.constantFrom(...singles)),
      })
      .filter(({ arms }) => !isRunaway(joinArms(...arms)))
    await fc.assert(
      fc.asyncProperty(statement, async ({ filters, isGrouped, isThree, arms }) => {
        const where = [
          'a.k = b.k',
          ...(isThree ? ['a.x = c.x'] : []),
          ...filters.filter((f) => isThree || !f.startsWith('c.')),
        ].join(' AND ')
        const from = isThree ? 'a, b, c' : 'a, b'
        const sql = isGrouped
          ? `SELECT b.y, count(*), sum(a.id), min(a.x) FROM ${from} WHERE ${where} GROUP BY b.y ORDER BY b.y`
          : `SELECT count(*), max(b.y), sum(a.id) FROM ${from} WHERE ${where}`
        const expected = await db.answer(sql)
        const arm = joinArms(...arms)
        for (const set of setStatements(arm)) await db.run(set)
        const found = await db.answer(sql)
        for (const reset of resetStatements(arm)) await db.run(reset)
        expect(found).toEqual(expected)
      }),
      { numRuns: 120 },
    )
  })
})

/** Cross products: right, but this is a test. */
function isRunaway({ off: switched }: Arm): boolean {
  return switched.includes('filter_pushdown') && switched.includes('join_order')
}
