import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../core/sql/database.ts'
import { multiplyCpu } from '../../core/testing/priced.ts'
import { design } from '../../warehouse/index.ts'
import { letGo } from '../store/kept-open.ts'
import { storePaths } from '../store/paths.ts'
import { initStore, withDatabase } from '../store/store.ts'
import { adviseStore } from './advise-store.ts'
import { addOpenings, KEEP_OPEN, readOpenings } from './openings.ts'
import { readStanding } from './standing.ts'
import { asWatched, readAsked, watchOf } from './watching.ts'

let folder = ''
let asItIs = () => {}
beforeEach(async () => {
  asItIs = multiplyCpu(10)
  folder = join(mkdtempSync(join(tmpdir(), 'storewright-serving-')), 'shop')
  await initStore(folder, { name: 'shop' })
  const { settings } = storePaths(folder)
  writeFileSync(settings, `${readFileSync(settings, 'utf8')}\n[warehouse]\nmode = "automatic"\n`)
  await withDatabase(folder, 'write', (db) =>
    db.run(`INSERT INTO order_lines (order_id, line_number, product_id, quantity, unit_price_cents)
      SELECT 'o' || i, 1, 'p' || i % 40, 1 + hash(i) % 9, 100 + hash(i + 1) % 900 FROM range(1500000) r(i)`),
  )
})
afterEach(() => {
  asItIs()
  rmSync(join(folder, '..'), { recursive: true, force: true })
})

const SQL = `SELECT product_id, sum(quantity) AS n, max(unit_price_cents) AS most FROM order_lines
  WHERE quantity >= $1 AND product_id <> $2 GROUP BY product_id ORDER BY product_id`
const ask = (least: number, not: string) =>
  withDatabase(folder, 'read', (db) => db.rows(SQL, [least, not]))
const askPlainly = (least: number, not: string) =>
  withDatabase(folder, 'read', (_, plain) => plain.rows(SQL, [least, not]))
const path = () => storePaths(folder).database
const served = () =>
  readAsked(path())?.templates.find(
    ({ template }) => template.sql.includes('sum(quantity)') && template.tables.length > 0,
  )?.tuned?.count ?? 0

describe('a store in automatic mode', () => {
  it('serves a view to statements with values, never an old one, and brings it up to date with the next run', async () => {
    for (let i = 0; i < 12; i++) await ask(1 + (i % 8), `p${i}`)
    const advised = await adviseStore(folder, { now: 1000, isForced: true })
    const why = await withDatabase(folder, 'read', design.readRefusals)
    const actions = await withDatabase(folder, 'read', design.readActions)
    const views = actions.filter(({ kind, status }) => kind === 'view' && status === 'applied')
    expect(views.length, JSON.stringify([actions, why])).toBe(1)
    expect(advised.applied).toContain(views[0]!.actionId)
    expect(views[0]!.measured?.savedCpuMsPerDay).toBeGreaterThan(0)
    const before = served()
    const asked = await ask(5, 'p3')
    expect(asked).toEqual(await askPlainly(5, 'p3'))
    expect(asked).toHaveLength(39)
    await ask(6, 'p4')
    expect(served()).toBeGreaterThan(before)

    // New rows come by the door: the tables answer, until the next run.
    await withDatabase(folder, 'write', (db) =>
      db.run(
        `INSERT INTO order_lines SELECT * REPLACE ('new' AS product_id) FROM order_lines LIMIT 9`,
      ),
    )
    expect(readStanding(path())?.stale).toEqual(['order_lines'])
    const newly = await ask(1, 'p0')
    expect(newly).toEqual(await askPlainly(1, 'p0'))
    expect(newly.some(({ product_id }) => product_id === 'new')).toBe(true)
    await adviseStore(folder, { now: 2000, isForced: true })
    expect(readStanding(path())?.stale).toEqual([])
    const again = served()
    expect(await ask(1, 'p0')).toEqual(newly)
    await ask(2, 'p0')
    expect(served()).toBeGreaterThan(again)

    // Others change the file beside the door: nothing of before is served.
    letGo(path())
    const other = await openDatabase(path())
    await other.run(`UPDATE order_lines SET quantity = 8 WHERE product_id = 'new'`)
    other.close()
    expect(readStanding(path())).toBeUndefined()
    expect(await ask(8, 'p0')).toEqual(await askPlainly(8, 'p0'))
    await withDatabase(folder, 'write', (db) => db.run('DELETE FROM products'))
    expect(readStanding(path())?.stale).toEqual(['*'])
    expect((await ask(8, 'p0')).some(({ product_id }) => product_id === 'new')).toBe(true)
    await adviseStore(folder, { now: 3000, isForced: true })
    expect(await ask(8, 'p0')).toEqual(await askPlainly(8, 'p0'))

    // What is undone serves no more, and nothing is left of it.
    await withDatabase(folder, 'write', (db) =>
      design.undo(db, views[0]!.actionId, { by: 'me', now: 4000 }),
    )
    expect(readStanding(path())?.actions.filter(({ kind }) => kind === 'view')).toEqual([])
    expect(await ask(8, 'p0')).toEqual(await askPlainly(8, 'p0'))
  })

  it('leaves alone what a person left by the fingerprint it had before it was served', async () => {
    const shifted = SQL.replace('quantity >= $1', 'quantity >= 0 + $1')
    const askShifted = (least: number) =>
      withDatabase(folder, 'read', (db) => db.rows(shifted, [least, 'p1']))
    const fingerprint = asWatched(shifted, [5, 'p1']).template.fingerprint
    const counted = () =>
      (readAsked(path())?.templates ?? [])
        .filter(({ template }) => template.sql.includes('sum(quantity)'))
        .reduce((sum, { tuned }) => sum + (tuned?.count ?? 0), 0)
    for (let i = 0; i < 12; i++) await askShifted(1 + (i % 8))
    await adviseStore(folder, { now: 1000, isForced: true })
    const before = counted()
    const rows = await askShifted(5)
    expect(counted()).toBeGreaterThan(before)
    // On record it is one, served or not.
    const onRecord = (readAsked(path())?.templates ?? []).filter(({ template }) =>
      template.sql.includes('? + ?'),
    )
    expect(onRecord.map(({ template }) => template.fingerprint)).toEqual([fingerprint])
    await withDatabase(folder, 'write', (db) =>
      design.writeLeftAlone(db, fingerprint, true, 'ann', 2000),
    )
    const left = counted()
    expect(await askShifted(5)).toEqual(rows)
    expect(counted()).toBe(left)
  })

  it('keeps the database open between readings where that pays, and lets writers in', async () => {
    const { settings } = storePaths(folder)
    const text = readFileSync(settings, 'utf8')
    // However long a busy machine takes between two readings, and however little a quick one to open it.
    writeFileSync(
      settings,
      text.replace('[knobs]', '[knobs]\n"warehouse.keep-open-milliseconds" = 60000'),
    )
    const at = Date.now()
    const known = { opened: 100, cpuMs: 1000, soon: 100, reused: 0 }
    addOpenings(path(), { fromMs: at, toMs: at, ...known })
    for (let i = 0; i < 20; i++) await ask(20, 'p1')
    const advised = await adviseStore(folder, { now: 1000 })
    expect(advised.applied).toContain(KEEP_OPEN)
    const rows = await ask(5, 'p1')
    const opened = () => {
      watchOf(path()).keep()
      return readOpenings(path())
    }
    const before = opened()
    for (let i = 0; i < 3; i++) expect(await ask(5, 'p1')).toEqual(rows)
    expect(opened()).toMatchObject({ opened: before.opened, reused: before.reused + 3 })
    await withDatabase(folder, 'write', (db) =>
      db.run("DELETE FROM order_lines WHERE product_id = 'p2'"),
    )
    expect(await ask(5, 'p1')).toHaveLength(rows.length - 1)
    await adviseStore(folder, { now: 2000, isForced: true })
    const [action] = (await withDatabase(folder, 'read', design.readActions)).filter(
      ({ actionId }) => actionId === KEEP_OPEN,
    )
    expect(action?.measured?.savedCpuMsPerDay).toBeGreaterThan(0)
  })
})
