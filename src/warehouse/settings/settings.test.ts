import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { openDatabase } from '../../core/sql/database.ts'
import type { Workload } from '../types.ts'
import { settingsAdviser } from './adviser.ts'
import { halve } from './halving.ts'
import { searchSettings } from './search.ts'
import { candidateAssignments, duckdbSettings } from './space.ts'

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
      cost: async (assignment) =>
        100 * ('b' in assignment ? 1 - gain : 1) * (1 + 0.05 * random.normal()),
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
  const loadOf = (sql: string, i: number): Workload['templates'][number] => ({
    template: { fingerprint: `f${i}`, sql, kind: 'select', tables: ['t'] },
    count: 100,
    failures: 0,
    totalCpuMs: 1000,
    p50CpuMs: 10,
    p95CpuMs: 12,
    firstAt: 0,
    lastAt: 3_600_000,
    sample: [],
    example: sql,
  })

  it('leaves every setting as it was, and says why it proposes nothing or what it gains', async () => {
    const db = await openDatabase(':memory:', { threads: 1 })
    await db.run('CREATE TABLE t AS SELECT i % 5000 AS a, i AS b FROM range(20000) r(i)')
    const settingsOf = () => db.rows('SELECT name, value FROM duckdb_settings() ORDER BY name')
    const before = await settingsOf()
    const adviser = settingsAdviser({
      objective: 'cpu',
      knobs: { 'warehouse.settings-search-ms': 300 },
    })
    const options = { seed: 1, now: 0, storageBytes: 1e9, standing: [] }
    const templates = [1, 2, 3, 4].map((i) =>
      loadOf(`SELECT a, count(*) FROM t WHERE b > ${i} GROUP BY a`, i),
    )
    const workload = { templates, fromMs: 0, toMs: 3_600_000 }
    const advice = await adviser.advise(workload, db, options)
    expect(advice.actions.length + advice.refusals.length).toBe(1)
    expect(await settingsOf()).toEqual(before)
    const none = await adviser.advise({ ...workload, templates: [] }, db, options)
    expect(none.refusals[0]?.reason).toContain('it takes 2')
    db.close()
  })
})
