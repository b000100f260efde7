import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openDatabase, quoteText } from '../../core/sql/database.ts'
import { type Action, design } from '../../warehouse/index.ts'
import { addWarehouseCommands } from './warehouse.ts'

/** Runs for hours unless it is stopped. */
const ENDLESS = 'SELECT sum(a.i * b.i * c.i * d.i) FROM t AS a, t AS b, t AS c, t AS d'

let folder: string
let database: string
let log: string
/** Written once the endless statement is next. */
let began: string

const action = (actionId: string, apply: readonly string[]): Action => ({
  ...{ actionId, kind: 'index', target: 't', summary: 't', reasons: [], fingerprints: [] },
  predicted: { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 1, storageBytes: 1 },
  ...{ apply, undo: [`DROP TABLE ${actionId}`], definition: '{}' },
})

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-warehouse-stop-'))
  database = join(folder, 'shop.duckdb')
  began = join(folder, 'began.csv')
  log = join(folder, 'log.sql')
  writeFileSync(log, `SELECT count(*) FROM t;\n${ENDLESS};\n`)
  const db = await openDatabase(database)
  await db.run('CREATE TABLE t AS SELECT range AS i FROM range(100000)')
  mkdirSync(join(folder, 'tables'))
  mkdirSync(join(folder, 'scratch'))
  await db.run(`COPY t TO ${quoteText(join(folder, 'tables', 't.parquet'))} (FORMAT parquet)`)
  db.close()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a command and stops it, as Ctrl-C does, once `isDue` of what it told so far. */
async function stopped(isDue: (told: string) => boolean, ...args: string[]): Promise<unknown> {
  const others = process.listeners('SIGINT')
  let told = ''
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(() => true)
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text)
    return true
  })
  const program = new Command()
  addWarehouseCommands(program)
  const look = setInterval(() => {
    if (!isDue(told) || process.listenerCount('SIGINT') === others.length) return
    clearInterval(look)
    process.emit('SIGINT')
  }, 10)
  try {
    await program.parseAsync(['warehouse', ...args], { from: 'user' })
    return undefined
  } catch (error) {
    return error
  } finally {
    clearInterval(look)
    spy.mockRestore()
    out.mockRestore()
    for (const one of process.listeners('SIGINT')) {
      if (!others.includes(one)) process.removeListener('SIGINT', one)
    }
  }
}

test('apply stops within a statement, keeps what is made and says so', async () => {
  const db = await openDatabase(database)
  const endless = [
    'CREATE TABLE b (x INT)',
    `COPY (SELECT 1) TO ${quoteText(began)}`,
    `CREATE TABLE b2 AS ${ENDLESS}`,
  ]
  const actions = [action('a', ['CREATE TABLE a (x INT)']), action('b', endless)]
  await design.propose(db, { actions, refusals: [] }, () => [], { by: 'test', now: 0 })
  db.close()
  const error = await stopped(() => existsSync(began), 'apply', '--database', database)
  expect(error).toMatchObject({
    code: 'ERR_CANCELLED',
    message: 'stopped after 1 of 2 actions',
    next: expect.stringMatching(/What was made stands: a\. The others are proposed still/),
  })
  const after = await openDatabase(database)
  const statuses = (await design.readActions(after)).map((one) => [one.actionId, one.status])
  expect(new Map(statuses as [string, string][])).toEqual(
    new Map([
      ['a', 'applied'],
      ['b', 'proposed'],
    ]),
  )
  const tables = await after.rows(
    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main'",
  )
  expect(tables.map((row) => row['table_name']).sort()).toEqual(['a', 't'])
  after.close()
})

test('apply that is stopped while it measures keeps what it made, to be measured later', async () => {
  const db = await openDatabase(database)
  await db.run('CREATE VIEW v AS SELECT count(*) FROM t')
  const made = action('a', [
    'CREATE TABLE a (x INT)',
    `CREATE OR REPLACE VIEW v AS ${ENDLESS}`,
    `COPY (SELECT 1) TO ${quoteText(began)}`,
  ])
  const proposed = { actions: [made], refusals: [] }
  const examples = () => [{ sql: 'FROM v', runsPerDay: 1 }]
  await design.propose(db, proposed, () => [], { by: 'test', now: 0 }, examples)
  db.close()
  const error = await stopped(() => existsSync(began), 'apply', '--database', database)
  expect(error).toMatchObject({ code: 'ERR_CANCELLED' })
  const after = await openDatabase(database)
  const [one] = await design.readActions(after)
  after.close()
  // Ctrl-C may come before the transaction has ended.
  if (one!.status === 'proposed') {
    expect(error).toMatchObject({ next: expect.stringMatching(/stands as it was/) })
  } else {
    expect(one).toMatchObject({ status: 'applied', toMeasure: [{ sql: 'FROM v' }] })
    expect(error).toMatchObject({
      message: 'stopped after 1 of 1 actions',
      next: 'What was made stands: a. The next command measures a.',
    })
  }
})

test('advise stops within a statement that it measures', async () => {
  const args = ['advise', '--database', database, '--log', log]
  const error = await stopped((told) => told.includes('measure the log'), ...args)
  expect(error).toMatchObject({ code: 'ERR_CANCELLED' })
})

test('layout stops within a statement, and leaves the Parquet as it was', async () => {
  const parquet = join(folder, 'tables', 't.parquet')
  const error = await stopped(
    (told) => told.includes('measure the log'),
    ...['layout', '--parquet', parquet, '--log', log],
  )
  expect(error).toMatchObject({ code: 'ERR_CANCELLED' })
  expect(readdirSync(join(folder, 'tables'))).toEqual(['t.parquet'])
})

test('replay stops within a statement, and leaves nothing in its scratch folder', async () => {
  const scratch = join(folder, 'scratch')
  writeFileSync(log, `${ENDLESS};\n${ENDLESS};\n`)
  const error = await stopped(
    (told) => told.includes('watch'),
    ...['replay', '--tables', join(folder, 'tables'), '--log', log, '--scratch', scratch],
  )
  expect(error).toMatchObject({ code: 'ERR_CANCELLED' })
  expect(readdirSync(scratch)).toEqual([])
})
