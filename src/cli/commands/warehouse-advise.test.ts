import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { multiplyCpu } from '../../core/testing/priced.ts'
import { addWarehouseCommands } from './warehouse.ts'

let folder: string
let database: string
let log: string
const asItIs = multiplyCpu(10)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-warehouse-advise-'))
  database = join(folder, 'shop.duckdb')
  log = join(folder, 'log.jsonl')
  const db = await openDatabase(database)
  await db.run(
    'CREATE TABLE sales AS SELECT i AS id, i % 40 AS product, (i * 17) % 1000 AS cents FROM range(300000) AS r(i)',
  )
  db.close()
  const queries = Array.from(
    { length: 200 },
    (_, i) =>
      `SELECT product, count(*) AS n FROM sales WHERE cents BETWEEN ${i} AND ${i + 300} GROUP BY product`,
  )
  const lines = [...queries, 'SELECT nothing FROM nowhere'].map((query) =>
    JSON.stringify({ query }),
  )
  writeFileSync(log, `${lines.join('\n')}\nno json\n`)
})
afterAll(() => {
  asItIs()
  rmSync(folder, { recursive: true, force: true })
})

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

describe('storewright warehouse watch', () => {
  it('says what a log asks, and which lines cannot be read', async () => {
    const seen = await run('watch', '--log', log, '--database', database)
    expect(seen).toMatch(
      / 200 .*SELECT product, count\(\*\) AS n FROM sales WHERE cents BETWEEN \?/,
    )
    expect(seen).toMatch(/201 statements: 99.0 % of a template asked before/)
    expect(seen).toMatch(/line 202: no JSON/)
  })
  it('profiles statements once more on request, operator by operator', async () => {
    const place = ['watch', '--log', log, '--database', database, '--most', '1', '--profile']
    expect(await run(...place)).toMatch(/rows scanned, .* read, .* held; /)
    const { profiles } = JSON.parse(await run(...place, '--json'))
    expect(profiles).toHaveLength(1)
    expect(profiles[0].memoryBytes).toBeGreaterThan(0)
    expect(profiles[0].operators.length).toBeGreaterThan(1)
    expect(profiles[0].operators[0]).toMatchObject({
      operator: expect.any(String),
      rows: expect.any(Number),
    })
    await expect(run('watch', '--log', log, '--profile')).rejects.toThrow(/on a database/)
  })
  it('needs something to watch', async () => {
    await expect(run('watch')).rejects.toThrow(/nothing to watch/)
  })
})

describe('storewright warehouse advise', () => {
  it('proposes what pays for the statements of a log, which apply then makes', async () => {
    const args = ['--log', log, '--database', database, '--json'] as const
    const advice = JSON.parse(await run('advise', ...args))
    expect(advice.actions.length).toBeGreaterThan(0)
    expect(advice.actions[0].predicted.savedCpuMsPerDay).toBeGreaterThan(0)
    const applied = JSON.parse(await run('apply', '--database', database, '--json'))
    expect(applied.applied).toEqual(advice.actions.map((a: { actionId: string }) => a.actionId))
  })
  it('says which lines hold no statement, which statements fail, and refuses a log without any', async () => {
    const told = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    const wrong = join(folder, 'wrong.jsonl')
    const asked = ['SELECT nothing FROM nowhere', 'SELECT count(*) FROM sales', 'SELEC 1']
    writeFileSync(wrong, `${asked.map((query) => JSON.stringify({ query })).join('\n')}\n{"q":1}\n`)
    await run('advise', '--database', database, '--log', wrong)
    const said = told.mock.calls.map(([text]) => String(text)).join('')
    told.mockRestore()
    expect(said).toMatch(
      /1 lines of the log hold no statement, the first is line 4: no statement under/,
    )
    expect(said).toMatch(/1 of 3 statements fail on this database, as: Catalog Error: .*nowhere/)
    for (const content of ['', '{"q":1}\n']) {
      writeFileSync(wrong, content)
      await expect(run('advise', '--database', database, '--log', wrong)).rejects.toMatchObject({
        code: 'ERR_FEED_EMPTY',
      })
    }
    for (const command of ['advise', 'watch']) {
      writeFileSync(wrong, Buffer.from([0x53, 0x45, 0, 1, 2]))
      await expect(run(command, '--database', database, '--log', wrong)).rejects.toMatchObject({
        code: 'ERR_FEED_UNREADABLE',
        message: `${wrong} is no text`,
      })
    }
  })
  it('keeps to what a person refused, in mode automatic too', async () => {
    const place = ['--database', database] as const
    const report = JSON.parse(await run('report', ...place, '--json'))
    const { actionId } = report.actions.find(({ kind }: { kind: string }) => kind === 'view')
    await run('undo', actionId, ...place)
    await run('refuse', actionId, '--why', 'not now', ...place)
    const advice = JSON.parse(
      await run('advise', '--log', log, ...place, '--mode', 'automatic', '--json'),
    )
    const ids = advice.actions.map((action: { actionId: string }) => action.actionId)
    expect(ids).not.toContain(actionId)
    expect(JSON.stringify(advice.refusals)).toContain('refused it: not now')
    const after = JSON.parse(await run('report', ...place, '--json'))
    expect(after.actions.find((a: { actionId: string }) => a.actionId === actionId)).toMatchObject({
      status: 'refused',
      note: 'not now',
    })
  })
})
