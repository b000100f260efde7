import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { apply, propose } from './design.ts'
import { readActions } from './records.ts'
import { crashActions, MAKE_SALES } from './testing/crash-actions.ts'

const LOOP = fileURLToPath(new URL('./testing/apply-loop.ts', import.meta.url))
let folder: string
let path: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'storewright-crash-'))
  path = join(folder, 'shop.duckdb')
  const db = await openDatabase(path, { threads: 1 })
  await db.run(MAKE_SALES)
  db.close()
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The design on disk agrees with its records, and every answer is right. */
async function expectWhole(db: Database): Promise<void> {
  const statuses = new Map((await readActions(db)).map((a) => [a.actionId, a.status]))
  const tables = (await db.rows('SELECT table_name FROM duckdb_tables()')).map(
    (r) => r['table_name'],
  )
  const hasView = statuses.get('view-by-product') === 'applied'
  expect(tables.includes('by_product')).toBe(hasView)
  expect(tables.includes('by_units')).toBe(hasView)
  expect(tables).toContain('sales')
  expect(tables).not.toContain('sales_sorted')
  const first = await db.rows('SELECT product, id FROM sales LIMIT 2')
  const isSorted = statuses.get('layout-sales') === 'applied'
  expect(first[1]).toEqual(
    isSorted ? { product: 0, id: expect.any(Number) } : { product: 1, id: 1 },
  )
  const [sums] = await db.rows(
    'SELECT count(*) AS n, sum(id) AS ids, sum(units) AS units FROM sales',
  )
  expect(sums).toEqual({ n: 60_000, ids: (59_999 * 60_000) / 2, units: 29_970_000 })
  if (!hasView) return
  const [view] = await db.rows('SELECT sum(units) AS units, count(*) AS n FROM by_product')
  expect(view).toEqual({ units: 29_970_000, n: 97 })
}

async function started(child: ChildProcess): Promise<void> {
  await once(child.stdout!, 'data')
}

describe('a crash while actions are applied and undone', () => {
  it('leaves the old design or the new one, at whatever moment it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 400 }), async (delayMs) => {
        const child = spawn(process.execPath, [LOOP, path], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const ended = once(child, 'exit')
        await started(child)
        await sleep(delayMs)
        child.kill('SIGKILL')
        expect((await ended)[1]).toBe('SIGKILL')
        const db = await openDatabase(path, { threads: 1 })
        await expectWhole(db)
        db.close()
      }),
      { numRuns: 8 },
    )
  })

  it('leaves the old design and says why when no file may grow further', async () => {
    const shell = `trap '' XFSZ; ulimit -f 1400; exec "$0" "$1" "$2" 3`
    const child = spawn('bash', ['-c', shell, process.execPath, LOOP, path], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString()
    })
    const [code] = await once(child, 'exit')
    expect(code).not.toBe(0)
    expect(said).toMatch(/ERR_DESIGN|File too large|Could not write/i)
    const db = await openDatabase(path, { threads: 1 })
    await expectWhole(db)
    db.close()
  })

  it('leaves the old design and says why when memory and disk for it are short', async () => {
    const db = await openDatabase(path, { threads: 1 })
    const decision = { by: 'test', now: 1 }
    await propose(db, { actions: crashActions, refusals: [] }, () => ['sales'], decision)
    await db.run("SET memory_limit = '3MB'; SET max_temp_directory_size = '0KB'")
    await expect(apply(db, 'layout-sales', decision)).rejects.toMatchObject({
      code: 'ERR_DESIGN',
      next: expect.stringMatching(/stands as it was/),
    })
    await db.run("SET memory_limit = '1GB'; SET max_temp_directory_size = '1GB'")
    await expectWhole(db)
    expect((await readActions(db)).find((a) => a.actionId === 'layout-sales')).toMatchObject({
      status: 'failed',
      note: expect.stringMatching(/memory/i),
    })
    db.close()
  })
})
