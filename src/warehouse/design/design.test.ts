import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import type { Action } from '../types.ts'
import { apply, decide, propose, recordGain, takeOutBroken, undo } from './design.ts'
import { readActions, readEvents, readLeftAlone, readRefusals, writeLeftAlone } from './records.ts'
import { crashActions, MAKE_SALES } from './testing/crash-actions.ts'

let db: Database
const by = { by: 'ann', now: 1000 }
const view = crashActions[0]!

beforeEach(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  await db.run(MAKE_SALES)
})
afterEach(() => db.close())

const proposeAll = (actions: readonly Action[] = crashActions) =>
  propose(
    db,
    { actions, refusals: [{ kind: 'layout', target: 'sales', reason: 'why' }] },
    () => ['sales'],
    by,
  )
const tables = async () =>
  (
    await db.rows(
      `SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY table_name`,
    )
  ).map((row) => row['table_name'])
const statusOf = async (actionId: string) =>
  (await readActions(db)).find((action) => action.actionId === actionId)?.status

describe('a design', () => {
  it('applies, measures and undoes an action and remembers all of it', async () => {
    await proposeAll()
    await apply(db, view.actionId, by)
    expect(await tables()).toEqual(['by_product', 'by_units', 'sales'])
    await recordGain(db, view.actionId, { ...view.predicted, savedCpuMsPerDay: 7 }, by)
    expect(await readActions(db)).toContainEqual(
      expect.objectContaining({
        actionId: view.actionId,
        status: 'applied',
        measured: { ...view.predicted, savedCpuMsPerDay: 7 },
      }),
    )
    await undo(db, view.actionId, { by: 'bob', now: 2000 })
    expect(await tables()).toEqual(['sales'])
    const events = (await readEvents(db)).filter((event) => event.actionId === view.actionId)
    expect(events.map(({ status, by }) => `${status} ${by}`)).toEqual([
      'proposed ann',
      'applied ann',
      'applied ann',
      'undone bob',
    ])
    expect(await readRefusals(db)).toEqual([{ kind: 'layout', target: 'sales', reason: 'why' }])
  })

  it('leaves nothing of an action whose statement k fails, whatever k', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.nat(5), async (count, at) => {
        const k = at % count
        const statements = Array.from({ length: count }, (_, i) =>
          i === k
            ? 'CREATE TABLE broken AS SELECT error(units) FROM sales'
            : `CREATE TABLE step_${i} AS SELECT 1 AS x`,
        )
        const action: Action = {
          ...view,
          actionId: `fails-${count}-${k}`,
          apply: statements,
          undo: [],
        }
        await proposeAll([action])
        await expect(apply(db, action.actionId, by)).rejects.toMatchObject({ code: 'ERR_DESIGN' })
        expect(await tables()).toEqual(['sales'])
        expect(await statusOf(action.actionId)).toBe('failed')
      }),
      { numRuns: 20 },
    )
  })

  it('keeps an action in service whose undo fails, and says why', async () => {
    await proposeAll([{ ...view, undo: ['DROP TABLE by_product', 'DROP TABLE nowhere'] }])
    await apply(db, view.actionId, by)
    await expect(undo(db, view.actionId, by)).rejects.toThrow(/nowhere/)
    expect(await tables()).toEqual(['by_product', 'by_units', 'sales'])
    expect(await statusOf(view.actionId)).toBe('applied')
  })

  it('takes out of service what rests on a table that changed', async () => {
    await proposeAll()
    await apply(db, view.actionId, by)
    expect(await takeOutBroken(db, by)).toEqual([])
    await db.run('ALTER TABLE sales DROP COLUMN units')
    expect(await takeOutBroken(db, by)).toEqual([
      { actionId: view.actionId, reason: 'table sales no longer has units BIGINT' },
    ])
    expect(await tables()).toEqual(['sales'])
    expect((await readActions(db)).find((a) => a.actionId === view.actionId)).toMatchObject({
      status: 'failed',
      note: 'table sales no longer has units BIGINT',
    })
    await expect(apply(db, 'layout-sales', by)).rejects.toMatchObject({
      code: 'ERR_DESIGN_CHANGED',
    })
  })

  it('drops proposals that were not taken up, and does not propose again what was refused', async () => {
    await proposeAll()
    await decide(db, 'layout-sales', 'refused', { ...by, note: 'the nightly job needs the order' })
    await proposeAll([])
    expect((await readActions(db)).map(({ actionId }) => actionId)).toEqual(['layout-sales'])
    await proposeAll()
    expect(await statusOf('layout-sales')).toBe('refused')
    expect(await statusOf(view.actionId)).toBe('proposed')
  })

  it('refuses what cannot be', async () => {
    await proposeAll()
    await expect(undo(db, view.actionId, by)).rejects.toMatchObject({ code: 'ERR_DESIGN' })
    await expect(apply(db, 'nothing', by)).rejects.toThrow(/no action nothing/)
    await apply(db, view.actionId, by)
    await expect(apply(db, view.actionId, by)).rejects.toThrow(/is applied/)
  })

  it('remembers templates that are left alone', async () => {
    await writeLeftAlone(db, 'f1', true, 'ann', 1)
    await writeLeftAlone(db, 'f2', true, 'ann', 1)
    await writeLeftAlone(db, 'f1', false, 'ann', 2)
    expect([...(await readLeftAlone(db))]).toEqual(['f2'])
  })
})
