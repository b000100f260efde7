import { beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { readLeftAlone, writeLeftAlone } from '../design/door.ts'
import { type TunedDatabase, tunedDatabase } from '../tuned/door.ts'
import type { KnownStatement } from '../types.ts'
import { createTemplates } from '../watch/door.ts'
import { type Arm, DEFAULT_ARM, makeArm } from './arms.ts'
import { createSteerer, type PlanSteerer } from './steerer.ts'
import { statisticsOf, trainSteering } from './train.ts'
import { createWays } from './ways/ways.ts'

/** Without them a join by a WHERE makes all pairs. */
const PAIRS = makeArm(['filter_pushdown', 'join_order'])
const HARMLESS = makeArm(['statistics_propagation'])
const templates = createTemplates(1000)
let db: Database

const sqlOf = (i: number) =>
  `SELECT count(*) AS n${i} FROM a, b WHERE a.k = b.k AND b.y > ${1 + (i % 7)} AND a.x < ${90 - i}`

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  // 900 million pairs, of which 30,000 join.
  await db.run('CREATE TABLE a AS SELECT range AS k, range % 100 AS x FROM range(30000)')
  await db.run('CREATE TABLE b AS SELECT range AS k, range % 30 AS y FROM range(30000)')
})

/** A steerer that was taught that an arm takes half of the default's time. */
async function taught(arm: Arm, settings = {}): Promise<PlanSteerer> {
  const statements: KnownStatement[] = []
  for (let i = 0; i < 16; i++) {
    statements.push((await templates.meet(templates.know(sqlOf(i)), db)).statement)
  }
  const statistics = await statisticsOf(db, statements, { seed: 1 })
  const times = {
    arms: [DEFAULT_ARM, arm],
    statements: 16,
    cpuMs: Float64Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? 12 : 6) * (1 + (i % 5) / 50)),
    interrupted: new Uint8Array(32),
  }
  const state = trainSteering(statements, times, statistics, { seed: 1 })
  return createSteerer(statistics, { ...state, history: [] }, { seed: 1, settings })
}

function over(steerer: PlanSteerer, isOff?: (fingerprint: string) => boolean) {
  const limits: number[] = []
  const tuned: TunedDatabase = tunedDatabase(db, {
    mode: 'automatic',
    templates,
    ...(isOff === undefined ? {} : { isOff }),
    steerer: {
      choose(statement) {
        const choice = steerer.choose(statement)
        if (choice !== undefined) limits.push(choice.limitMs)
        return choice
      },
      learn: (statement, run) => steerer.learn(statement, run),
    },
  })
  return { tuned, limits }
}

describe('guards of steering', () => {
  it('interrupt an arm at a multiple of the default’s time, answer by default, and leave it at once', async () => {
    const steerer = await taught(PAIRS)
    const { tuned, limits } = over(steerer)
    const answer = await db.answer(sqlOf(40))
    expect(await tuned.answer(sqlOf(40))).toEqual(answer)
    expect(tuned.counts()).toMatchObject({ steered: 1, interrupted: 1, fellBack: 0 })
    // Three times the default's twelve, its spread and some slack: 900 million pairs take far more.
    expect(limits[0]).toBeGreaterThan(30)
    expect(limits[0]).toBeLessThan(120)
    expect(steerer.report()).toMatchObject({ regressions: 1, interrupted: 1 })
    for (let i = 0; i < 20; i++) expect(await tuned.answer(sqlOf(40))).toEqual(answer)
    expect(tuned.counts()).toMatchObject({ steered: 1, interrupted: 1 })
    const left = await db.answer("SELECT current_setting('disabled_optimizers')")
    expect(left.columns).toEqual([['']])
  })

  it('take the multiple from the knob', async () => {
    const statement = templates.know(sqlOf(41))
    const limit = async (times: number) => {
      const settings = { 'warehouse.steering-limit': times, 'warehouse.steering-limit-slack': 0 }
      return (await taught(PAIRS, settings)).choose(statement)!.limitMs
    }
    expect((await limit(8)) / (await limit(2))).toBeCloseTo(4)
  })

  it('stop an arm for all once it was interrupted on three templates', async () => {
    const steerer = await taught(PAIRS, { 'warehouse.steering-regressions': 1 })
    const { tuned } = over(steerer)
    for (let i = 50; i < 58; i++) await tuned.answer(sqlOf(i))
    expect(tuned.counts()).toMatchObject({ steered: 3, interrupted: 3 })
    expect(steerer.report().stopped).toEqual([PAIRS.name])
  })

  it('steer no new template while more became slower than the share that may', async () => {
    const steered = async (share: number) => {
      const steerer = await taught(HARMLESS, { 'warehouse.steering-regressions': share })
      for (const [i, cpuMs] of [6, 6, 6, 90, 90].entries()) {
        const statement = templates.know(sqlOf(60 + i))
        expect(steerer.choose(statement)?.arm).toBe(HARMLESS.name)
        steerer.learn(statement, { arm: HARMLESS.name, cpuMs, interrupted: false })
      }
      return [70, 71, 72].filter((i) => steerer.choose(templates.know(sqlOf(i))) !== undefined)
    }
    expect(await steered(0.03)).toEqual([])
    expect(await steered(0.9)).toHaveLength(3)
  })

  it('keep away from what a person left alone, until it is taken up again', async () => {
    const steerer = await taught(HARMLESS)
    const { fingerprint } = templates.know(sqlOf(80)).template
    let alone: ReadonlySet<string> = new Set()
    const { tuned } = over(steerer, (one) => alone.has(one))
    const steered = async () => {
      const before = tuned.counts().steered
      await tuned.answer(sqlOf(80))
      await tuned.answer(sqlOf(81))
      return tuned.counts().steered - before
    }
    expect(await steered()).toBe(2)
    await writeLeftAlone(db, fingerprint, true, 'me', 1)
    alone = await readLeftAlone(db)
    expect(alone).toEqual(new Set([fingerprint]))
    expect(await steered()).toBe(1)
    await writeLeftAlone(db, fingerprint, false, 'me', 2)
    alone = await readLeftAlone(db)
    expect(await steered()).toBe(2)
  })

  it('begin by default for good where the other way to ask was the slower one', async () => {
    await db.run('CREATE TABLE p AS SELECT range % 9 AS k, range AS x FROM range(4000)')
    const statement = templates.know('SELECT count(*) FROM p, p AS q WHERE p.k = q.k AND q.x > 1')
    const ways = createWays(db, { seed: 1, settings: { 'warehouse.steering-verify': 0 } })
    const run = (arm: string, cpuMs: number) =>
      ways.learn(statement, { arm, cpuMs, interrupted: false })
    for (let i = 0; i < 4; i++) {
      run('default', 300)
      for (let read = ways.due?.(statement); read !== undefined; read = ways.due?.(statement)) {
        await read()
      }
    }
    for (let i = 0; i < 3; i++) run('default', 300)
    expect(ways.choose(statement)).toMatchObject({ arm: 'count by key', limitMs: Infinity })
    run('count by key', 5000)
    expect(ways.report().regressions).toBe(1)
    const choice = ways.choose(statement)!
    expect(choice.arm).toBe('default')
    expect(choice.limitMs).toBeGreaterThan(1000)
    // Another template of the same join is not left.
    ways.turn(statement.template.fingerprint, 'off')
    expect(ways.choose(statement)).toBeUndefined()
  })
})
