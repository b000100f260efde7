import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openDatabase, quoteText } from '../../core/sql/database.ts'
import { addWarehouseCommands } from './warehouse.ts'

let folder: string
let parquet: string
let log: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-warehouse-layout-'))
  parquet = join(folder, 'sales.parquet')
  log = join(folder, 'log.sql')
  const db = await openDatabase(':memory:')
  await db.run(
    `COPY (SELECT i AS id, i % 40 AS product, hash(i) % 100000 AS cents, hash(i, 1) AS a, hash(i, 2) AS b FROM range(600000) AS r(i)) TO ${quoteText(parquet)} (FORMAT parquet)`,
  )
  db.close()
  const queries = Array.from(
    { length: 40 },
    (_, i) =>
      `SELECT product, count(*) AS n, max(a) AS a, max(b) AS b FROM sales WHERE cents BETWEEN ${1000 * i} AND ${1000 * i + 300} GROUP BY product`,
  )
  writeFileSync(log, `${queries.join(';\n')};\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]) {
  let printed = ''
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text)
    return true
  })
  try {
    const program = new Command()
    addWarehouseCommands(program)
    await program.parseAsync(['warehouse', 'layout', ...args, '--json'], { from: 'user' })
  } finally {
    spy.mockRestore()
  }
  return JSON.parse(printed)
}

async function facts(path: string) {
  const db = await openDatabase(':memory:')
  const [row] = await db.rows(
    `SELECT count(*) AS n, CAST(sum(hash(v)) AS VARCHAR) AS h FROM read_parquet(${quoteText(path)}) AS v`,
  )
  db.close()
  return row
}

describe('storewright warehouse layout', () => {
  it('writes copies beside what it laid out, within the room given, and says what they take', async () => {
    const out = join(folder, 'copied.parquet')
    const given = ['--parquet', parquet, '--log', log, '--out', out, '--copies']
    const outcome = await run(...given, '--copy-room', '0')
    expect(outcome).toMatchObject({ isLaidOut: true, path: out, copied: { copies: [] } })
    expect(outcome.copied.bytes).toEqual([statSync(out).size, 0])
    expect(existsSync(`${out}.copies`)).toBe(false)
    rmSync(out)
  })

  it('writes a folder of files of the size asked for, cut where cells of the order end', async () => {
    const before = await facts(parquet)
    const out = join(folder, 'in-files')
    const given = ['--parquet', parquet, '--log', log, '--files', '100000']
    await expect(run(...given)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    const outcome = await run(...given, '--out', out)
    expect(outcome).toMatchObject({ isLaidOut: true, path: out })
    // Whole row groups, of a size that the run chooses.
    expect(readdirSync(out).length).toBeGreaterThan(3)
    expect(await facts(join(out, '*.parquet'))).toEqual(before)
    expect(await facts(parquet)).toEqual(before)
    rmSync(out, { recursive: true })
  })

  it('says which Parquet is cut off', async () => {
    const cut = join(folder, 'cut.parquet')
    writeFileSync(cut, readFileSync(parquet).subarray(0, 5000))
    await expect(run('--parquet', cut, '--log', log)).rejects.toMatchObject({
      code: 'ERR_FEED_UNREADABLE',
      place: { file: cut },
    })
    rmSync(cut)
  })
  it('writes the same rows in another order to --out and leaves what was there', async () => {
    const before = await facts(parquet)
    const out = join(folder, 'new.parquet')
    const outcome = await run('--parquet', parquet, '--log', log, '--out', out)
    expect(outcome).toMatchObject({ isLaidOut: true, path: out, statements: 40 })
    expect(outcome.cpuShare).toBeLessThan(0.9)
    expect(await facts(out)).toEqual(before)
    expect(await facts(parquet)).toEqual(before)
    expect(readdirSync(folder).sort()).toEqual(['log.sql', 'new.parquet', 'sales.parquet'])
    await expect(run('--parquet', parquet, '--log', log, '--out', out)).rejects.toThrow(
      /there already/,
    )
  })

  it('says what is wrong with the call, and leaves nothing behind', async () => {
    const out = join(folder, 'none.parquet')
    const args = ['--log', log, '--out', out] as const
    await expect(run('--parquet', join(folder, 'gone'), ...args)).rejects.toThrow(/no Parquet/)
    await expect(run('--parquet', parquet, '--table', 'other', ...args)).rejects.toThrow(
      /no statement of .* reads other/,
    )
    const failing = join(folder, 'failing.sql')
    writeFileSync(failing, 'SELECT gone FROM sales WHERE cents = 3;\n')
    const call = run('--parquet', parquet, '--log', failing, '--out', out)
    await expect(call).rejects.toMatchObject({ next: expect.stringMatching(/gone/) })
    rmSync(failing)
    expect(existsSync(out)).toBe(false)
  })

  it('writes files of a pattern, and those in folders that name values, as one folder', async () => {
    const db = await openDatabase(':memory:')
    const sales = `SELECT * EXCLUDE (filename), 2020 + id % 3 AS year FROM read_parquet(${quoteText(parquet)}, filename = true)`
    const parts = join(folder, 'parts', 'sales')
    mkdirSync(join(folder, 'parts'))
    await db.run(`COPY (${sales}) TO ${quoteText(parts)} (FORMAT parquet, PARTITION_BY (year))`)
    const [before] = await db.rows(
      `SELECT count(*) AS n, sum(year) AS years, max(id) AS most FROM (${sales})`,
    )
    for (const [i, from] of [parts, join(parts, 'year=*', '*.parquet')].entries()) {
      const out = join(folder, `joined-${i}`)
      await expect(run('--parquet', from, '--log', log)).rejects.toThrow(/several places/)
      // As a run that was killed leaves it: these are no rows of the table.
      cpSync(parquet, join(`${out}.storewright-part`, 'part-0000.parquet'))
      cpSync(parquet, join(`${out}.storewright-part.storewright-next`, 'part-0000.parquet'))
      const outcome = await run('--parquet', from, '--log', log, '--out', out, '--table', 'sales')
      expect(outcome).toMatchObject({ isLaidOut: true, path: out })
      expect(readdirSync(folder).filter((name) => /storewright-/.test(name))).toEqual([])
      const [row] = await db.rows(
        `SELECT count(*) AS n, sum(year) AS years, max(id) AS most FROM read_parquet(${quoteText(join(out, '*.parquet'))})`,
      )
      expect(row).toEqual(before)
      rmSync(out, { recursive: true })
    }
    db.close()
    rmSync(join(folder, 'parts'), { recursive: true })
    await expect(
      run('--parquet', join(folder, 'none-*.parquet'), '--log', log, '--out', join(folder, 'x')),
    ).rejects.toThrow(/names no Parquet/)
  })

  it('tells what rows carry of joined tables, where they may', async () => {
    const tables = join(folder, 'tables')
    const [path, asked] = [join(folder, 'lines.parquet'), join(folder, 'asked.sql')]
    mkdirSync(tables)
    const db = await openDatabase(':memory:')
    const things = "SELECT CAST(range AS INTEGER) AS id, 'kind ' || hash(range) % 50 AS kind"
    await db.run(`COPY (${things} FROM range(2000)) TO ${quoteText(join(tables, 'things.parquet'))};
      COPY (SELECT range AS line, CAST(hash(range, 1) % 2000 AS INTEGER) AS thing, hash(range) AS a FROM range(300_000)) TO ${quoteText(path)}`)
    const queries = Array.from(
      { length: 20 },
      (_, i) =>
        `SELECT count(*), max(a) FROM lines JOIN things ON thing = id WHERE kind = 'kind ${i}'`,
    )
    writeFileSync(asked, queries.join(';\n'))
    const out = join(folder, 'carrying.parquet')
    const args = ['--parquet', path, '--log', asked, '--out', out, '--carry']
    await expect(run(...args)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    const { isLaidOut, carried = [] } = await run(...args, '--tables', tables)
    if (isLaidOut) {
      const { columns } = await db.answer(`DESCRIBE SELECT * FROM ${quoteText(out)}`)
      const names = carried.map((name: string) => `storewright_${name.replace('.', '_')}_rank`)
      expect(columns[0]).toEqual(['line', 'thing', 'a', ...names])
      expect(carried.filter((name: string) => name !== 'things.kind')).toEqual([])
    }
    db.close()
    for (const made of [tables, path, asked, out]) rmSync(made, { recursive: true, force: true })
  })

  it('keeps what it takes the place of, puts it back, and keeps nothing where told so', async () => {
    const path = join(folder, 'kept', 'sales.parquet')
    mkdirSync(join(folder, 'kept'))
    copyFileSync(parquet, path)
    const bytes = statSync(path).size
    const outcome = await run('--parquet', path, '--log', log)
    expect(outcome).toMatchObject({
      ...{ isLaidOut: true, path },
      kept: { path: `${path}.before-layout`, bytes, isEarlier: false },
    })
    expect(await run('--undo', path)).toEqual({ path, bytes })
    expect(readFileSync(path).equals(readFileSync(parquet))).toBe(true)
    await expect(run('--undo', path)).rejects.toThrow(/nothing is kept/)
    expect(await run('--parquet', path, '--log', log, '--no-keep')).not.toHaveProperty('kept')
    expect(readdirSync(join(folder, 'kept'))).toEqual(['sales.parquet'])
    for (const args of [['--parquet', path], ['--undo', path, '--log', log], []]) {
      await expect(run(...args)).rejects.toMatchObject({ code: 'ERR_ARGUMENT' })
    }
  })
})
