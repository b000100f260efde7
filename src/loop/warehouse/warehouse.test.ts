import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { design } from '../../warehouse/index.ts'
import { storePaths } from '../store/paths.ts'
import { initStore, withDatabase } from '../store/store.ts'
import { currentVersion } from '../versions.ts'
import { adviseStore } from './advise-store.ts'
import { readWorkload } from './asked-files.ts'
import { inlineValues } from './inline-values.ts'
import { mergedWorkloads } from './merged-workloads.ts'
import { watchOf } from './watching.ts'
import { workloadDays } from './workload-days.ts'

let folder = ''
beforeEach(async () => {
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-loop-')), 'shop')
  await initStore(folder, { name: 'shop' })
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }))

const ask = (sql: string, values: (string | number)[] = []) =>
  withDatabase(folder, 'read', (db) => db.rows(sql, values))
const asked = () => readWorkload(storePaths(folder).database)

describe('inlineValues', () => {
  it('writes values out, and leaves what stands in quotes and comments', () => {
    expect(
      inlineValues(`SELECT '$1', "$2" FROM t WHERE a = $1 AND b = $2 AND c = $3 -- $1`, [
        "it's",
        2,
        null,
      ]),
    ).toBe(`SELECT '$1', "$2" FROM t WHERE a = 'it''s' AND b = 2 AND c = NULL -- $1`)
  })

  it('asks the same as with values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.integer(), async (text, number) => {
        const sql = 'SELECT $1 AS a, $2 AS b'
        const plain = inlineValues(sql, [text, number])
        const rows = await withDatabase(folder, 'read', async (db) => [
          await db.rows(sql, [text, number]),
          await db.rows(plain),
        ])
        expect(rows[1]).toEqual(rows[0])
      }),
      // DuckDB takes no text with a zero in it.
      { numRuns: 20, examples: [["'", -1]] },
    )
  })
})

describe('what is asked of a store', () => {
  it('is known by template, and kept', async () => {
    for (const units of [1, 2, 3]) await ask('SELECT count(*) FROM sales WHERE units > $1', [units])
    await expect(ask('SELECT nothing FROM sales')).rejects.toMatchObject({ code: 'ERR_SQL' })
    // What failed is taken up with the next work.
    await ask('SELECT count(*) FROM sales WHERE units > $1', [4])
    const workload = asked()
    const counted = workload?.templates.find(
      ({ template }) => /count/i.test(template.sql) && template.tables.includes('sales'),
    )
    expect(counted?.count).toBeGreaterThan(0)
    expect(counted?.example).toMatch(/units > \d/)
  })

  it('is kept without its values where the settings hide them, and what was kept before is forgotten', async () => {
    const records = join(folder, 'warehouse')
    mkdirSync(records)
    writeFileSync(join(records, 'asked-console.json'), '{"records":"Ann Smith"}')
    appendFileSync(storePaths(folder).settings, '\n[warehouse]\nprivate = "texts"\n')
    for (const units of [1, 2, 3]) {
      await ask(`SELECT count(*) FROM products WHERE title = 'Ann Smith' AND 1 < ${units}`)
    }
    await expect(ask(`SELECT CAST('Ann Smith' AS INTEGER)`)).rejects.toThrow()
    await ask('SELECT 1')
    watchOf(storePaths(folder).database).keep()
    const files = readdirSync(records)
    expect(files).toContain('asked-command.json')
    for (const name of files) {
      expect(readFileSync(join(records, name), 'utf8'), name).not.toContain('Ann Smith')
    }
    const counted = asked()!.templates.find(({ template }) => template.tables.includes('products'))!
    expect(counted).toMatchObject({ count: 3 })
    expect(counted.example).toBeUndefined()
    // Equal values stay equal, numbers stand.
    expect(new Set(counted.sample.map(({ constants }) => constants[0])).size).toBe(1)
    expect(counted.sample.map(({ constants }) => constants[2])).toEqual([1, 2, 3])
    expect(await adviseStore(folder, { now: 1000, isForced: true })).toMatchObject({ applied: [] })
  })

  it('ends the watching, never the work, where what was kept is damaged or cannot be kept', async () => {
    const file = join(folder, 'warehouse', 'asked-command.json')
    mkdirSync(join(folder, 'warehouse'), { recursive: true })
    writeFileSync(file, '{"form":')
    expect(await ask('SELECT 7 AS n')).toEqual([{ n: 7 }])
    expect(readFileSync(file, 'utf8')).toBe('{"form":')
    expect(asked).toThrow(/asked-command.json cannot be read/)
    const other = join(folder, '..', 'other')
    await initStore(other, { name: 'other' })
    // A file where the folder of the record belongs.
    writeFileSync(join(other, 'warehouse'), 'in the way')
    const rows = withDatabase(other, 'read', (db) => db.rows('SELECT 8 AS n'))
    expect(await rows).toEqual([{ n: 8 }])
  })

  it('counts as a day at the least', () => {
    const hour = 3_600_000
    expect(workloadDays({ templates: [], fromMs: 0, toMs: hour })).toBe(1)
    expect(workloadDays({ templates: [], fromMs: 0, toMs: 60 * hour })).toBe(2.5)
  })

  it('adds up from several processes', () => {
    const load = (fingerprint: string, count: number, totalCpuMs: number) => ({
      template: { fingerprint, sql: fingerprint, kind: 'select' as const, tables: ['t'] },
      ...{
        count,
        failures: 0,
        totalCpuMs,
        p50CpuMs: totalCpuMs / count,
        p95CpuMs: totalCpuMs / count,
      },
      ...{ firstAt: 0, lastAt: 1, sample: [] },
    })
    const merged = mergedWorkloads(
      { templates: [load('a', 1, 10)], fromMs: 0, toMs: 5 },
      { templates: [load('b', 1, 90), load('a', 3, 60)], fromMs: 3, toMs: 9 },
    )
    expect(merged.templates.map(({ template }) => template.fingerprint)).toEqual(['b', 'a'])
    expect(merged.templates[1]).toMatchObject({ count: 4, totalCpuMs: 70, p50CpuMs: 17.5 })
    expect([merged.fromMs, merged.toMs]).toEqual([0, 9])
  })
})

describe('adviseStore', () => {
  it('profiles what takes most, within its share, for rows, estimates and memory', async () => {
    appendFileSync(storePaths(folder).settings, '\n"warehouse.profile-share" = 1\n')
    for (let i = 0; i < 5; i++) await ask('SELECT count(*) FROM sales WHERE units > 3')
    await adviseStore(folder, { now: 1000 })
    watchOf(storePaths(folder).database).keep()
    const load = asked()!.templates.find(({ template }) => template.tables.includes('sales'))!
    const profiled = load.sample.find(({ operators }) => operators !== undefined)!
    expect(profiled.operators!.length).toBeGreaterThan(1)
    expect(profiled.memoryBytes).toBeGreaterThanOrEqual(0)
    expect(load.count).toBe(5)
  })

  it('says why a database of which little is asked is left alone, and looks again only when more is', async () => {
    await ask('SELECT count(*) FROM sales')
    const first = await adviseStore(folder, { now: 1000 })
    expect(first).toMatchObject({ mode: 'advise', version: 1, skipped: false, applied: [] })
    const again = await adviseStore(folder, { now: 2000 })
    expect(again).toMatchObject({ version: 1, skipped: true })
    const [refusal] = await withDatabase(folder, 'read', design.readRefusals)
    expect(refusal?.reason).toContain('warehouse.least-work-seconds')
    const rows = await ask('SELECT statements FROM query_templates')
    expect(rows.length).toBeGreaterThan(0)
    const version = await withDatabase(folder, 'read', (db) => currentVersion(db, 'warehouse'))
    expect(version?.version).toBe(1)
  })

  it('applies what a person approved since, though nothing new was asked, in mode approve alone', async () => {
    const { settings, database } = storePaths(folder)
    const { quietly } = watchOf(database)
    const plain = readFileSync(settings, 'utf8')
    const inMode = (mode: string) =>
      writeFileSync(settings, `${plain}\n[warehouse]\nmode = "${mode}"\n`)
    inMode('approve')
    await ask('SELECT count(*) FROM sales')
    await adviseStore(folder, { now: 1000 })
    const none = { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 0, storageBytes: 0 }
    const by = { by: 'ann', now: 1500 }
    const approve = (name: string) =>
      withDatabase(folder, 'write', (db, bare) =>
        quietly(async () => {
          const apply = [`CREATE TABLE ${name} AS SELECT 1 AS x`]
          await design.proposeBeside(
            db,
            {
              ...{ actionId: name, kind: 'index', target: name, summary: name, reasons: [] },
              ...{ fingerprints: [], predicted: none, definition: '{}' },
              ...{ apply, undo: [`DROP TABLE ${name}`] },
            },
            by,
          )
          await design.decide(bare, name, 'approved', by)
        }),
      )
    await approve('one')
    expect((await adviseStore(folder, { now: 2000 })).applied).toEqual(['one'])
    await approve('two')
    inMode('advise')
    expect((await adviseStore(folder, { now: 3000 })).applied).toEqual([])
  })

  it.each([true, false])(
    'measures what a kill left unmeasured, though nothing new was asked (anything at all: %s)',
    async (isAsked) => {
      if (isAsked) await ask('SELECT count(*) FROM sales')
      await adviseStore(folder, { now: 1000 })
      const none = { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 0, storageBytes: 0 }
      const action = {
        ...{ actionId: 'one', kind: 'index' as const, target: 'one', summary: 'one', reasons: [] },
        ...{ fingerprints: [], predicted: none, definition: '{}', apply: [], undo: [] },
      }
      const by = { by: 'ann', now: 1500 }
      await withDatabase(folder, 'write', (db) =>
        watchOf(storePaths(folder).database).quietly(async () => {
          await design.proposeBeside(db, action, by)
          const examples = [{ sql: 'SELECT sum(1) FROM range(9)', runsPerDay: 1, beforeCpuMs: 1e6 }]
          // What stands after a kill behind the transaction that applied it.
          await design.apply(db, 'one', by, examples)
        }),
      )
      if (!isAsked) rmSync(join(folder, 'warehouse'), { recursive: true, force: true })
      await adviseStore(folder, { now: 2000 })
      const [one] = await withDatabase(folder, 'read', design.readActions)
      expect(one!.measured!.savedCpuMsPerDay).toBeGreaterThan(1000)
      expect(one!.toMeasure).toBeUndefined()
    },
  )

  it('does nothing where watching is off', async () => {
    const { settings } = storePaths(folder)
    writeFileSync(settings, `${readFileSync(settings, 'utf8')}\n[warehouse]\nmode = "off"\n`)
    await ask('SELECT count(*) FROM sales')
    expect(existsSync(join(folder, 'warehouse', 'asked-command.json'))).toBe(false)
    expect(await adviseStore(folder, { now: 1000 })).toMatchObject({ mode: 'off', skipped: true })
  })
})
