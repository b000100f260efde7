import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { createJudge, createScene, type Probe } from '../choose/cost.ts'
import { drawSample, type TableSample, tableSource } from '../choose/sample.ts'
import { orderBySql } from '../native.ts'
import { encodingOf } from '../read/columns.ts'
import { probesOf, scansOfStatements } from '../read/probes.ts'
import { filterArbitrary, makeRandomTable } from '../testing/random-tables.ts'
import { LAYOUT_KINDS, learnLayout, orderOf } from './candidates.ts'
import { keySql, keyValues } from './keys.ts'

const ROWS = 1500
let db: Database
let sample: TableSample

beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await makeRandomTable(db, ROWS, 3)
  const described = await db.rows<{ column_name: string; column_type: string }>(
    'SELECT column_name, column_type FROM (DESCRIBE t)',
  )
  const columns = described.map(({ column_name: name, column_type: type }) => ({
    ...{ name, type, encoding: encodingOf(type) },
  }))
  sample = await drawSample(db, await tableSource(db, 't'), columns, { rows: 10 * ROWS, seed: 1 })
})
afterAll(() => db.close())

async function probesFor(filters: readonly string[]): Promise<readonly Probe[]> {
  const statements = filters.map((filter) => ({
    ...{ sql: `SELECT count(*) FROM t WHERE ${filter}`, fingerprint: 'f', cpuMs: 1, runs: 1 },
  }))
  const names = new Map(sample.columns.map(({ name }) => [name, name]))
  const scans = await scansOfStatements(db, statements, () => names)
  return probesOf(db, 't', statements, scans, sample, () => undefined)
}

describe.each(LAYOUT_KINDS)('%s', (kind) => {
  it('orders rows here as its SQL does in DuckDB, each once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(filterArbitrary, { minLength: 3, maxLength: 12 }),
        async (filters) => {
          const probes = await probesFor(filters)
          const scene = createScene(sample)
          const judge = createJudge(scene, probes, {
            groupRows: 64,
            groupReadMs: 0.001,
            groupThereMs: 0,
          })
          const layout = learnLayout(kind, judge)
          if (layout === undefined) return
          for (const key of layout.keys) {
            const sql = `SELECT CAST(${keySql(key, sample.columns)} AS DOUBLE) AS k FROM t ORDER BY rowid`
            if (key.kind === 'column') continue
            const theirs = (await db.rows<{ k: number }>(sql)).map(({ k }) => k)
            expect(theirs).toEqual([...keyValues(key, scene.values, ROWS)])
          }
          const ours = [...orderOf(layout, scene)]
          expect(ours.toSorted((a, b) => a - b)).toEqual(Array.from({ length: ROWS }, (_, i) => i))
          const by = orderBySql(layout, sample.columns, 'rowid')
          const theirs = await db.rows<{ r: number }>(`SELECT rowid AS r FROM t ORDER BY ${by}`)
          expect(ours).toEqual(theirs.map(({ r }) => r))
        },
      ),
      { numRuns: 12 },
    )
  })

  it('reads no more than unsorted rows where filters are selective', async () => {
    const filters = Array.from(
      { length: 12 },
      (_, i) => `a BETWEEN ${3 * i} AND ${3 * i + 2} AND d < DATE '2024-01-01' + ${30 * i}`,
    )
    const scene = createScene(sample)
    const judge = createJudge(scene, await probesFor(filters), {
      groupRows: 64,
      groupReadMs: 0.001,
      groupThereMs: 0,
    })
    const layout = learnLayout(kind, judge)!
    const now = judge.ofOrder(Int32Array.from({ length: ROWS }, (_, i) => i))
    const then = judge.ofOrder(orderOf(layout, scene))
    expect(then.groupShare).toBeLessThan(0.6 * now.groupShare)
    expect(then.cost).toBeLessThan(now.cost)
  })
})
