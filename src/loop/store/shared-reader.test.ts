import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openDatabase, openShared } from '../../core/sql/database.ts'
import { connectReader } from './shared-reader.ts'

const folder = mkdtempSync(join(tmpdir(), 'storewright-shared-reader-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function fileWith(name: string, n: number): Promise<string> {
  const path = join(folder, name)
  const db = await openDatabase(path)
  await db.run(`CREATE TABLE t AS SELECT ${n} AS n`)
  db.close()
  return path
}

it('reads the file that stands under the name when a reader comes, and one handle where it is the same', async () => {
  const path = await fileWith('shop.duckdb', 1)
  let opened = 0
  const connect = () =>
    connectReader(path, () => {
      opened++
      return openShared(path, { mode: 'read' })
    })
  const read = (db: { rows(sql: string): Promise<unknown> }) => db.rows('SELECT n FROM t')
  const first = await connect()
  const beside = await connect()
  expect(opened).toBe(1)
  renameSync(await fileWith('new.duckdb', 2), path)
  const later = await connect()
  expect(opened).toBe(2)
  expect(await Promise.all([first, beside, later].map(read))).toEqual([
    [{ n: 1 }],
    [{ n: 1 }],
    [{ n: 2 }],
  ])
  first.close()
  beside.close()
  const last = await connect()
  expect([opened, await read(last)]).toEqual([2, [{ n: 2 }]])
  later.close()
  last.close()
})
