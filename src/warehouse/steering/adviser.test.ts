import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { priceCpu, pricedByRows } from '../../core/testing/priced.ts'
import type { AdviseOptions, TemplateLoad, Workload } from '../types.ts'
import { createTemplates } from '../watch/door.ts'
import { steeringAdviser } from './adviser.ts'
import { STEERING_ACTION } from './state.ts'
import { steererOf } from './steerer.ts'

const templates = createTemplates(100)
const options: AdviseOptions = { seed: 1, now: 0, storageBytes: 0, standing: [] }
const adviser = steeringAdviser({
  cpu: cpuNow,
  settings: { 'warehouse.steering-budget': 2500, 'warehouse.steering-effort': 1000 },
})
const DAY_MS = 86_400_000
// What is proposed hangs on CPU: here statements take it by the rows they read and make.
const cpu = priceCpu()
let db: Database

beforeAll(async () => {
  db = pricedByRows(await openDatabase(':memory:', { threads: 1 }), cpu)
  // Forty keys, each a hundred and fifty times on both sides: 900,000 pairs.
  await db.run('CREATE TABLE p AS SELECT range % 40 AS k, range % 9 AS x FROM range(6000)')
  await db.run('CREATE TABLE b AS SELECT range % 40 AS k, range % 7 AS y FROM range(6000)')
})

afterAll(() => cpu.restore())

async function load(sql: string): Promise<TemplateLoad> {
  const { statement } = await templates.meet(templates.know(sql), db)
  return {
    template: statement.template,
    ...{ count: 10, failures: 0, totalCpuMs: 60, p50CpuMs: 6, p95CpuMs: 7 },
    ...{ firstAt: 0, lastAt: 1000, sample: [], example: sql },
  }
}

async function workload(sqls: readonly string[]): Promise<Workload> {
  return { templates: await Promise.all(sqls.map(load)), fromMs: 0, toMs: 1000 }
}

const filters = [
  '',
  ' AND p.x < 8',
  ' AND b.y <> 3',
  ' AND p.x > 0',
  ' AND b.y >= 1',
  ' AND p.x <> 2',
]
const counts = ['n', 'm'].flatMap((name) =>
  filters.map((f) => `SELECT count(*) AS ${name} FROM p, b WHERE p.k = b.k${f}`),
)

describe('steeringAdviser', () => {
  it('proposes arms that gain on templates held back, and the action steers after a restart', async () => {
    const single = 'SELECT count(*) FROM p WHERE x < 3'
    const advice = await adviser.advise(await workload([...counts, single]), db, options)
    expect(advice.refusals).toContainEqual({
      kind: 'plan',
      target: templates.know(single).template.fingerprint,
      reason: 'it reads one table: there is no join to plan otherwise',
    })
    const [action] = advice.actions
    expect(action).toMatchObject({ actionId: STEERING_ACTION, kind: 'plan', apply: [], undo: [] })
    expect(action!.measured!.savedCpuMsPerDay).toBeGreaterThan(0)
    expect(action!.predicted.savedCpuMsPerDay).toBeGreaterThan(0)
    expect(action!.fingerprints.length).toBeGreaterThan(6)
    const steerer = await steererOf(db, advice.actions, { seed: 1 })
    const sql = 'SELECT count(*) AS unseen FROM p, b WHERE p.k = b.k AND p.x <> 5'
    const { statement } = await templates.meet(templates.know(sql), db)
    const choice = steerer!.choose(statement)
    expect(choice?.arm).toContain('count by key')
    expect(await db.answer(choice!.sql!)).toEqual(await db.answer(sql))
    const left = await db.answer("SELECT current_setting('disabled_optimizers')")
    expect(left.columns).toEqual([['']])
  })

  it('spends no more than may be saved, and nothing on counts that are served already', async () => {
    const all = await workload(counts)
    const day = { ...all, fromMs: -DAY_MS, toMs: 0 }
    const brief = await adviser.advise(day, db, { ...options, horizonDays: 1 })
    expect(brief.actions).toEqual([])
    expect(brief.refusals[0]!.reason).toMatch(/takes about 1080 CPU ms; of the 720 CPU ms/)
    const served = steeringAdviser({ cpu: cpuNow, areCountsServed: true })
    const { actions, refusals } = await served.advise(all, db, options)
    expect(actions).toEqual([])
    expect(new Set(refusals.map(({ reason }) => reason))).toEqual(
      new Set([
        'it is counted through groups where that is quicker, from the first time it is asked',
      ]),
    )
  })

  it('says why where there is too little to learn from', async () => {
    const advice = await adviser.advise(await workload(counts.slice(0, 3)), db, options)
    expect(advice.actions).toEqual([])
    expect(advice.refusals.map(({ reason }) => reason)).toEqual(
      Array(3).fill('3 statements with joins are too few to learn from'),
    )
  })
})
