import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { type Action, design } from '../../warehouse/index.ts'
import { addWarehouseCommands } from './warehouse.ts'

let folder: string
let database: string

const view: Action = {
  actionId: 'view-t',
  kind: 'view',
  target: 't_by_a',
  summary: 't by a',
  reasons: ['asked 12 times a day'],
  fingerprints: ['f1'],
  predicted: {
    savedCpuMsPerDay: 7_200_000,
    upkeepCpuMsPerDay: 0,
    buildCpuMs: 5,
    storageBytes: 4096,
  },
  apply: ['CREATE TABLE t_by_a AS SELECT a, count(*) AS n FROM t GROUP BY a'],
  undo: ['DROP TABLE t_by_a'],
  definition: '{}',
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-warehouse-cli-'))
  database = join(folder, 'shop.duckdb')
  const db = await openDatabase(database)
  await db.run('CREATE TABLE t AS SELECT i % 5 AS a FROM range(100) AS r(i)')
  const refusals = [{ kind: 'layout' as const, target: 't', reason: 'asked too seldom' }]
  await design.propose(db, { actions: [view], refusals }, () => ['t'], { by: 'test', now: 0 })
  db.close()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a command prints. Starting the whole command line for each would take most of the time. */
async function run(...args: string[]): Promise<string> {
  let printed = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  try {
    const program = new Command()
    addWarehouseCommands(program)
    await program.parseAsync(['warehouse', ...args], { from: 'user' })
  } finally {
    spy.mockRestore()
  }
  return printed
}

describe('storewright warehouse', () => {
  it('reports, applies and undoes what was proposed', async () => {
    const before = await run('report', '--database', database)
    expect(before).toMatch(/view-t: t by a\n {2}proposed by test/)
    expect(before).toMatch(/predicted 2.0 hours, not measured yet/)
    expect(before).toMatch(/layout t: asked too seldom/)
    const applied = JSON.parse(await run('apply', '--database', database, '--json'))
    expect(applied).toEqual({
      applied: ['view-t'],
      measured: [{ actionId: 'view-t' }],
      leftOver: [],
      broken: [],
      refreshed: [],
      failed: [],
    })
    expect(await run('report', '--database', database)).toMatch(/Saved 2.0 hours of CPU a day/)
    expect((await run('report', '--database', database, '--csv')).split('\n')[1]).toBe(
      'view-t,view,t_by_a,applied,7200000,,0,5,4096,t by a',
    )
    expect(await run('undo', 'view-t', '--database', database)).toBe('view-t: undone\n')
    expect(await run('report', '--database', database)).toMatch(/No change stands/)
  })
  it('refuses with a reason, and leaves templates alone', async () => {
    await run('refuse', 'view-t', '--why', 'needed as it is', '--database', database)
    await run('leave', 'f1', '--database', database)
    const report = await run('report', '--database', database)
    expect(report).toMatch(/refused by/)
    expect(report).toMatch(/needed as it is/)
    expect(report).toMatch(/Left alone by hand: f1/)
  })
  it('goes on behind what cannot be done, says so of each, and tells by its exit code', async () => {
    const several = join(folder, 'several.duckdb')
    const db = await openDatabase(several)
    await db.run('CREATE TABLE t AS SELECT i % 5 AS a FROM range(100) AS r(i)')
    const made = (name: string): Action => ({
      ...{ ...view, actionId: name, kind: 'index', fingerprints: [`of-${name}`] },
      ...{ apply: [`CREATE TABLE ${name} (x INT)`], undo: [`DROP TABLE ${name}`] },
    })
    const actions = ['a', 'b', 'c'].map(made)
    await design.propose(db, { actions, refusals: [] }, () => ['t'], { by: 'test', now: 0 })
    db.close()
    const place = ['--database', several] as const
    const codeOf = async (...args: string[]) => {
      const said = await run(...args, ...place)
      const code = process.exitCode
      process.exitCode = undefined
      return [code, said]
    }
    expect(await codeOf('apply', 'a', 'x', 'b', 'c')).toEqual([
      2,
      expect.stringMatching(/^a: applied\nb: applied\nc: applied\nthere is no action x\n/),
    ])
    await run('undo', 'a', ...place)
    const [code, said] = await codeOf('undo', 'b', 'a', 'x', 'c', 'b')
    expect(code).toBe(2)
    expect(said).toMatch(
      /^b: undone\na is undone already\n {2}.*\nthere is no action x\n {2}.*\nc: undone\n$/,
    )
    expect(await codeOf('refuse', 'b', 'x', 'c')).toEqual([
      2,
      expect.stringMatching(/^b: refused\nthere is no action x\n {2}.*\nc: refused\n$/),
    ])
    const approved = JSON.parse((await codeOf('approve', 'y', 'b', '--json'))[1] as string)
    expect(approved).toEqual([
      { actionId: 'y', reason: 'there is no action y', next: expect.any(String) },
      { actionId: 'b', status: 'approved' },
    ])
    expect(await codeOf('leave', 'of-a', 'xyz', 'of-b')).toEqual([
      2,
      expect.stringMatching(/^of-a: left alone\nxyz is .*\n {2}.*\nof-b: left alone\n$/),
    ])
    expect(await codeOf('leave', 'of-a', 'of-b', '--again')).toEqual([
      undefined,
      'of-a: taken up again\nof-b: taken up again\n',
    ])
  })
  it('measures by the next report what a kill left applied and unmeasured', async () => {
    const killed = join(folder, 'killed.duckdb')
    const db = await openDatabase(killed)
    await db.run('CREATE TABLE t AS SELECT i % 5 AS a FROM range(100000) AS r(i)')
    const plan: Action = { ...view, kind: 'index', apply: [], undo: [] }
    const examples = [{ sql: 'SELECT sum(a) FROM t', runsPerDay: 10, beforeCpuMs: 50 }]
    await design.propose(db, { actions: [plan], refusals: [] }, () => ['t'], { by: 'test', now: 0 })
    // What stands after a kill behind the transaction that applied it.
    await design.apply(db, plan.actionId, { by: 'test', now: 0 }, examples)
    db.close()
    const said = await run('report', '--database', killed)
    expect(said).toMatch(/applied by .*; saves a day: predicted 2.0 hours, measured /)
    const { actions } = JSON.parse(await run('report', '--database', killed, '--json'))
    expect(actions[0].measured.savedCpuMsPerDay).toBeLessThan(500)
    expect(actions[0].toMeasure).toBeUndefined()
  })
  it('leaves alone and takes up again only what is known', async () => {
    const leave = (...args: string[]) => run('leave', ...args, '--database', database)
    await expect(leave('xyz')).rejects.toThrow(/xyz is the fingerprint of no statement/)
    await expect(leave('view-t')).rejects.toMatchObject({ next: expect.stringMatching(/f1/) })
    await expect(leave('xyz', '--again')).rejects.toThrow(/not left alone/)
    expect(await leave('0123456789abcdef', '--unseen')).toBe('0123456789abcdef: left alone\n')
    expect(await leave('0123456789abcdef', '--again')).toBe('0123456789abcdef: taken up again\n')
  })
  it('stops between actions when a person says so, and says how far it came', async () => {
    const others = process.listeners('SIGINT')
    const told = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    try {
      const asked = run('apply', 'view-t', '--database', database)
      process.emit('SIGINT')
      await expect(asked).rejects.toMatchObject({
        code: 'ERR_CANCELLED',
        message: 'stopped after 0 of 1 actions',
      })
    } finally {
      told.mockRestore()
      for (const one of process.listeners('SIGINT')) {
        if (!others.includes(one)) process.removeListener('SIGINT', one)
      }
    }
    expect(await run('report', '--database', database)).toMatch(/No change stands/)
  })
  it('says what to do when called wrongly', async () => {
    await expect(run('undo', 'view-x', '--database', database)).rejects.toThrow(/no action view-x/)
    await expect(run('report')).rejects.toThrow(/name one database/)
    const absent = join(folder, 'no.duckdb')
    await expect(run('report', '--database', absent)).rejects.toThrow(/no file/)
    await expect(run('report', '--database', folder)).rejects.toThrow(/is a folder/)
    const log = join(folder, 'log.jsonl')
    writeFileSync(log, '{"query":"SELECT 1"}')
    await expect(run('advise', '--database', log, '--log', log)).rejects.toThrow(
      /no DuckDB database/,
    )
  })
})
