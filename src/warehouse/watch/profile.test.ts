import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openDatabase, quoteText } from '../../core/sql/database.ts'
import { createProfiler, profileStatement } from './profile.ts'
import { createRecorder } from './recorder.ts'
import { createTemplates } from './templates.ts'

async function opened() {
  const db = await openDatabase(':memory:', { threads: 1 })
  await db.run('CREATE TABLE t AS SELECT i % 7 AS a, i AS b FROM range(10000) r(i)')
  return db
}

describe('profileStatement', () => {
  it('tells what each operator expected and found', async () => {
    const db = await opened()
    const run = await profileStatement(db, 'SELECT a, count(*) FROM t WHERE b >= 5000 GROUP BY a')
    expect(run.rowsReturned).toBe(7)
    // Blocks of rows that no row of can qualify are not read.
    expect(run.rowsScanned).toBeGreaterThanOrEqual(5000)
    expect(run.rowsScanned).toBeLessThanOrEqual(10_000)
    const scan = run.operators!.find(({ table }) => table !== undefined)
    expect(scan).toMatchObject({ table: 't', rows: 5000 })
    expect(scan!.estimatedRows).toBeGreaterThan(0)
    expect(run.operators!.every(({ cpuMs }) => cpuMs >= 0)).toBe(true)
    db.close()
  })

  it.runIf(process.platform === 'linux')('tells the bytes read of files', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storewright-profile-'))
    const file = quoteText(join(folder, 't.parquet'))
    const db = await opened()
    try {
      await db.run('SET enable_external_file_cache = false')
      await db.run(`COPY (SELECT hash(b) AS h FROM t) TO ${file} (FORMAT parquet)`)
      const read = async (from: string) =>
        (await profileStatement(db, `SELECT count(DISTINCT h) FROM ${from}`)).bytesRead
      expect(await read(file)).toBeGreaterThan(50_000)
      expect(await read('(SELECT hash(b) AS h FROM t)')).toBeLessThan(50_000)
    } finally {
      db.close()
      rmSync(folder, { recursive: true })
    }
  })
})

describe('createProfiler', () => {
  it('profiles the dearest first within its budget, and not what fails', async () => {
    const db = await opened()
    const templates = createTemplates(100)
    const recorder = createRecorder({ seed: 1 })
    const see = async (sql: string, cpuMs: number) => {
      const { statement } = await templates.meet(templates.know(sql), db)
      recorder.observe(statement, { at: 1, wallMs: cpuMs, cpuMs, rowsReturned: 1 })
    }
    const profiler = createProfiler(db, recorder, templates, { 'warehouse.profile-share': 0.5 })
    await see('SELECT sum(a) FROM t', 1)
    expect(await profiler.profileNext()).toBeUndefined()
    for (let i = 0; i < 1000; i++) await see('SELECT sum(a) FROM t', 1)
    await see('SELECT a FROM gone', 2000)
    const of = (sql: string) => templates.know(sql).template.fingerprint
    // The dearer one is beyond the budget as yet.
    expect(await profiler.profileNext()).toBe(of('SELECT sum(a) FROM t'))
    expect(await profiler.profileNext()).toBeUndefined()
    for (let i = 0; i < 10; i++) await see('SELECT a FROM gone', 2000)
    expect(await profiler.profileNext()).toBe(of('SELECT a FROM gone'))
    expect(await profiler.profileNext()).toBeUndefined()
    const load = recorder.workload().templates.find(({ template }) => template.sql.includes('sum'))!
    expect(load.count).toBe(1001)
    expect(load.sample.filter(({ operators }) => operators !== undefined)).toHaveLength(1)
    expect(profiler.spentCpuMs()).toBeGreaterThan(0)
    db.close()
  })
})
