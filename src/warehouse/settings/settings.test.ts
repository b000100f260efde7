import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { cpuNow } from '../../core/sql/observe.ts'
import { priceCpu, priced } from '../../core/testing/priced.ts'
import type { TemplateLoad } from '../types.ts'
import { settingsAdviser } from './adviser.ts'
import { fittingSettings } from './fitting.ts'
import { halve } from './halving.ts'
import { searchSettings } from './search.ts'
import { bytesOf, candidateAssignments, duckdbSettings, memoryLimits } from './space.ts'
import { createSettingsService } from './standing.ts'

const DAY_MS = 86_400_000

describe('halve', () => {
  it('finds the cheapest of any candidates where costs carry no noise, and does less than all of the work', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 1000 }), { minLength: 2, maxLength: 30 }),
        async (costs) => {
          let asked = 0
          const found = await halve({
            candidates: costs,
            pieces: 32,
            cost: async (candidate, piece) => {
              asked++
              return candidate * (1 + (piece % 3))
            },
            eta: 2,
            isSpent: () => false,
          })
          expect(found.best?.candidate).toBe(Math.min(...costs.slice(1)))
          expect(found.stands.candidate).toBe(costs[0])
          if (costs.length > 8) expect(asked).toBeLessThan(0.6 * 32 * costs.length)
        },
      ),
    )
  })

  it('stops when its budget is spent, or when it is told to', async () => {
    let asked = 0
    const search = {
      candidates: [1, 2, 3, 4],
      pieces: 100,
      cost: async (c: number) => {
        asked++
        return c
      },
      eta: 2,
    }
    const found = await halve({ ...search, isSpent: () => asked > 20 })
    expect(found.best?.candidate).toBe(2)
    expect(asked).toBeLessThan(30)
    const stop = new AbortController()
    stop.abort()
    await expect(
      halve({ ...search, isSpent: () => false, signal: stop.signal }),
    ).rejects.toMatchObject({ code: 'ERR_CANCELLED' })
  })
})

describe('searchSettings', () => {
  const noisy = (gain: number) => {
    const random = createRandom(7)
    return searchSettings({
      candidates: [{}, { a: '1' }, { b: '1' }, { c: '1' }],
      searchPieces: 20,
      judgePieces: 20,
      objective: 'cpu',
      cost: async (assignment) => {
        const cpuMs = 100 * ('b' in assignment ? 1 - gain : 1) * (1 + 0.05 * random.normal())
        return { cpuMs, wallMs: cpuMs / 2 }
      },
      isSpent: () => false,
      leastGain: 0.03,
      seed: 1,
    })
  }

  it('is sure of a gain that is there, with an interval that holds it', async () => {
    const found = await noisy(0.3)
    expect(found?.assignment).toEqual({ b: '1' })
    expect(found?.isSure).toBe(true)
    expect(found!.interval[0]).toBeLessThan(0.3)
    expect(found!.interval[1]).toBeGreaterThan(0.29)
  })

  it('is sure of none where there is none', async () => {
    expect((await noisy(0))?.isSure).toBe(false)
  })
})

describe('candidateAssignments', () => {
  it('tries what stands first, no value that stands already alone, none twice; same seed, same list', () => {
    const settings = duckdbSettings('time', 4)
    const standing = { perfect_ht_threshold: '12', threads: '4' }
    const list = (seed: number) => candidateAssignments(settings, standing, 24, createRandom(seed))
    expect(list(1)).toEqual(list(1))
    expect(list(1)).not.toEqual(list(2))
    expect(list(1)[0]).toEqual({})
    expect(new Set(list(1).map((one) => JSON.stringify(one))).size).toBe(24)
    expect(list(3)).not.toContainEqual({ perfect_ht_threshold: '12' })
  })
})

describe('settingsAdviser', () => {
  const loadOf = (
    sql: (value: number) => string,
    fingerprint: string,
    totalCpuMs: number,
  ): TemplateLoad => ({
    template: { fingerprint, sql: sql(1), kind: 'select', tables: ['t'] },
    ...{ count: 1000, failures: 0, totalCpuMs, p50CpuMs: totalCpuMs / 1000 },
    ...{ p95CpuMs: totalCpuMs / 900, firstAt: 0, lastAt: DAY_MS },
    sample: Array.from({ length: 20 }, (_, k) => ({
      ...{ fingerprint, sql: sql(k), at: k, constants: [k], wallMs: 1, rowsReturned: 1 },
    })),
    example: sql(1),
  })
  const workloadOf = (...templates: TemplateLoad[]) => ({ templates, fromMs: 0, toMs: DAY_MS })
  const options = { seed: 1, now: 0, storageBytes: 1e9, standing: [] }
  let db: Database
  beforeAll(async () => {
    db = await openDatabase(':memory:', { threads: 1 })
    await db.run(
      'CREATE TABLE t AS SELECT i % 5000 AS a, i AS b, i / 7 AS c FROM range(20000) r(i)',
    )
  })
  afterAll(() => db.close())
  const settingsOf = () => db.rows('SELECT name, value FROM duckdb_settings() ORDER BY name')
  const grouped = loadOf((v) => `SELECT a, count(*) FROM t WHERE b > ${v} GROUP BY a`, 'f1', 60_000)

  it('leaves every setting as it was, and says why it proposes nothing or what it gains', async () => {
    const before = await settingsOf()
    const advice = await settingsAdviser({ objective: 'cpu' }).advise(
      workloadOf(grouped),
      db,
      options,
    )
    expect(advice.actions.length + advice.refusals.length).toBe(1)
    expect(await settingsOf()).toEqual(before)
  })

  it('spends no more than its share of what is asked, and searches nothing for little work', async () => {
    const advise = (load: TemplateLoad, share: number, on: Database) =>
      settingsAdviser({
        objective: 'cpu',
        knobs: { 'warehouse.settings-search-share': share },
      }).advise(workloadOf(load), on, options)
    const cpu = priceCpu()
    const before = cpuNow()
    await advise(
      { ...grouped, totalCpuMs: 20_000, p50CpuMs: 1 },
      0.02,
      priced(db, cpu, () => 5),
    )
    // 400 ms, and no more beyond than judging the best found comes to.
    expect(cpuNow() - before).toBeLessThan(1500)
    cpu.restore()
    const small = await advise({ ...grouped, totalCpuMs: 500, p50CpuMs: 1 }, 0.01, db)
    expect(small.refusals[0]?.reason).toContain('left for it take 500 ms of CPU in all')
    expect(small.refusals[0]?.reason).toContain('may take 5.0 ms (1.0 % of it')
  })

  it.each([
    ['proposes what a slow setting hides, and serves and withdraws it', 2],
    ['proposes nothing where no setting gains', 9],
  ])('%s', async (_, cheapMs) => {
    const own = await openDatabase(':memory:', { threads: 1 })
    await own.run('CREATE TABLE t AS SELECT i % 4000 AS a FROM range(20000) r(i)')
    await own.run('SET perfect_ht_threshold = 2')
    const value = async () =>
      (await own.rows("SELECT current_setting('perfect_ht_threshold')::INTEGER AS v"))[0]!['v']
    const cpu = priceCpu()
    const costly = priced(own, cpu, async (sql) =>
      sql.startsWith('SET') ? 0 : (await value()) === 2 ? 9 : cheapMs,
    )
    const load = loadOf((v) => `SELECT a, count(*) FROM t WHERE a > ${v} GROUP BY a`, 'f', 8_000)
    const { actions, refusals } = await settingsAdviser({
      objective: 'cpu',
      knobs: { 'warehouse.settings-search-share': 1, 'warehouse.settings-search-ms': 6000 },
    }).advise(workloadOf({ ...load, p50CpuMs: 4 }), costly, options)
    cpu.restore()
    expect(await value()).toBe(2)
    if (cheapMs === 9) {
      expect(actions).toEqual([])
      expect(refusals[0]!.reason).toContain('not sure enough')
    } else {
      const [action] = actions
      expect(refusals).toEqual([])
      expect(action!.summary).toContain('perfect_ht_threshold')
      expect(action!.measured!.savedCpuMsPerDay).toBeCloseTo((7 / 9) * 8_000)
      const service = createSettingsService(own)
      await service.serve(action!)
      expect(await value()).toBeGreaterThan(2)
      await service.withdraw(action!)
      expect(await value()).toBe(2)
    }
    own.close()
  })
})

describe('fittingSettings', () => {
  it('leaves out what brings rows in another order where an answer hangs on it, and what concerns nothing', async () => {
    const db = await openDatabase(':memory:', { threads: 1 })
    const fitting = async (...statements: string[]) => {
      const templates = statements.map((sql, i) => ({
        ...{ template: { fingerprint: `f${i}`, sql, kind: 'select' as const, tables: [] } },
        ...{ count: 1, failures: 0, totalCpuMs: 1, p50CpuMs: 1, p95CpuMs: 1 },
        ...{ firstAt: 0, lastAt: 1, sample: [], example: sql },
      }))
      const found = await fittingSettings(
        duckdbSettings('cpu', 1),
        { templates, fromMs: 0, toMs: 1 },
        db,
      )
      return found.map(({ name }) => name)
    }
    const counted = await fitting('SELECT a, count(*) FROM t GROUP BY a')
    expect(counted).toContain('perfect_ht_threshold')
    expect(counted).not.toContain('parquet_metadata_cache')
    expect(counted).not.toContain('merge_join_threshold')
    expect(await fitting('SELECT a, count(*) FROM t JOIN s USING (k) GROUP BY a')).toContain(
      'merge_join_threshold',
    )
    const summed = await fitting('SELECT a, sum(x) FROM t JOIN s USING (k) GROUP BY a')
    expect(summed).toContain('perfect_ht_threshold')
    expect(summed).not.toContain('merge_join_threshold')
    const first = await fitting('SELECT a, count(*) AS n FROM t GROUP BY a ORDER BY n LIMIT 3')
    expect(first).not.toContain('perfect_ht_threshold')
    expect(
      await fitting('SELECT sum(n) FROM (SELECT sum(x) AS n FROM t GROUP BY a)'),
    ).not.toContain('perfect_ht_threshold')
    db.close()
  })
})

describe('memoryLimits', () => {
  it('tries more where statements come near to what stands, within a quarter of the machine', () => {
    const [gib, machine] = [2 ** 30, 16 * 2 ** 30]
    expect(memoryLimits(gib, undefined, machine)).toEqual(['2048MiB', '4096MiB'])
    expect(memoryLimits(gib, 0.6 * gib, machine)).toEqual(['2048MiB', '4096MiB'])
    expect(memoryLimits(gib, 0.1 * gib, machine)).toEqual([])
    expect(memoryLimits(2 * gib, undefined, machine)).toEqual(['4096MiB'])
    expect(memoryLimits(0.8 * machine, undefined, machine)).toEqual([])
  })

  it('reads sizes as DuckDB writes them', async () => {
    const db = await openDatabase(':memory:', { memoryLimit: '1GB' })
    const [row] = await db.rows<{ value: string }>(
      "SELECT value FROM duckdb_settings() WHERE name = 'memory_limit'",
    )
    db.close()
    expect(bytesOf(row?.value)! / 1e9).toBeCloseTo(1, 2)
    expect(bytesOf('18.8 GiB')).toBe(18.8 * 2 ** 30)
    expect(bytesOf('auto')).toBeUndefined()
  })
})

describe('settings of files', () => {
  it('are tried for statements that read them under the name of a view', async () => {
    const db = await openDatabase(':memory:')
    await db.run('CREATE TABLE t AS SELECT 1 AS i')
    const folder = mkdtempSync(join(tmpdir(), 'storewright-settings-'))
    await db.run(`COPY t TO '${folder}/t.csv'`)
    await db.run(`CREATE VIEW v AS SELECT * FROM read_csv('${folder}/t.csv')`)
    const load = (sql: string) =>
      ({ template: { fingerprint: sql, sql, kind: 'select', tables: [] } }) as never
    const fitting = async (sql: string) =>
      (
        await fittingSettings(
          duckdbSettings('cpu', 1),
          { fromMs: 0, toMs: DAY_MS, templates: [load(sql)] } as never,
          db,
        )
      ).map(({ name }) => name)
    expect(await fitting('SELECT count(*) FROM v')).toContain('enable_external_file_cache')
    expect(await fitting('SELECT count(*) FROM t')).not.toContain('enable_external_file_cache')
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
