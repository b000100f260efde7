import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { carryingSql, markTables } from '../layout/joined/carried.ts'
import { carryingRewriter } from '../layout/joined/rewriter.ts'
import { copySql, openParquet } from '../layout/parquet/files.ts'
import { RANGED } from '../ranges/ranges.ts'
import { rangesRewriter } from '../ranges/rewriter.ts'
import type { Rewriter } from '../types.ts'
import { createViewRewriter } from '../views/rewriter.ts'
import { adviseOne } from '../views/testing/advise-one.ts'
import type { TuningFault } from './options.ts'
import { copyRewriter, fresh, nothing, SECOND_SIGHT } from './testing/tuned-with.ts'
import { rewriteTogether } from './together.ts'
import { tunedDatabase } from './tuned.ts'

const RUNS = Number(process.env['STOREWRIGHT_RUNS'] ?? 60)

/** Reads rows of u through a condition that all of them fulfil. */
function wideRewriter(): Rewriter & { readonly learned: unknown[] } {
  const met = new Set<string>()
  const shape = (sql: string) => sql.replaceAll(/\d+/g, '?')
  const learned: unknown[] = []
  return {
    ...nothing,
    learned,
    rewrite: ({ sql }) =>
      met.has(shape(sql)) && /JOIN u\b/.test(sql)
        ? {
            sql: sql.replaceAll(/JOIN u\b/g, 'JOIN (SELECT * FROM u WHERE a < 99) AS u'),
            actionId: 'wide',
          }
        : undefined,
    meet: ({ sql }) => void met.add(shape(sql)),
    knows: (sql) => met.has(shape(sql)),
    learn: ({ sql }, { actionId }) => void learned.push([sql, actionId]),
  }
}

async function tuned(db: Database, rewriter: Rewriter) {
  const faults: TuningFault[] = []
  const runs: (string | undefined)[] = []
  const asked = tunedDatabase(db, {
    ...{ mode: 'automatic', rewriter, knobs: SECOND_SIGHT, isPromising: () => true },
    onFault: (fault) => faults.push(fault),
    watcher: { observe: (_, { actionId }) => runs.push(actionId) },
  })
  return { asked, faults, runs }
}

const JOIN = (n: number) => `SELECT t.b FROM t JOIN u ON t.a = u.a WHERE t.a < ${n} ORDER BY ALL`

describe('rewriteTogether', () => {
  it('has each stage rewrite what those before it made, shown to it first', async () => {
    const db = await fresh()
    const copy = copyRewriter(db)
    const wide = wideRewriter()
    const { asked, faults, runs } = await tuned(
      db,
      rewriteTogether(db, [{ rewriter: copy }, { rewriter: wide }]),
    )
    const plain = await Promise.all([1, 2, 3, 4].map((n) => db.answer(JOIN(n))))
    expect(await asked.answer(JOIN(1))).toEqual(plain[0])
    // The copy comes while statements run: what they become is shown to the second, which knew them otherwise.
    await copy.refresh()
    expect(await asked.answer(JOIN(2))).toEqual(plain[1])
    expect(await asked.answer(JOIN(3))).toEqual(plain[2])
    await asked.run('INSERT INTO t VALUES (1, 1)')
    expect((await asked.answer(JOIN(4))).rowCount).toBe(plain[3]!.rowCount + 1)
    expect(runs.filter((run) => run !== undefined)).toEqual([
      'wide',
      'copy+wide',
      'copy+wide',
      'wide',
    ])
    expect(faults).toEqual([])
    expect(wide.learned.at(-3)).toEqual([expect.stringContaining('copy_of_t'), 'wide'])
    db.close()
  })

  it('leaves out the last that took part where they fail, and each that fails alone', async () => {
    const db = await fresh()
    const copy = copyRewriter(db)
    await copy.refresh()
    const bad = (word: string): Rewriter => ({
      ...nothing,
      rewrite: ({ sql }) => ({ sql: sql.replaceAll(word, 'nowhere'), actionId: `bad ${word}` }),
    })
    const stages = [{ rewriter: bad(' u ') }, { rewriter: copy }, { rewriter: bad('.b') }]
    const { asked, faults, runs } = await tuned(db, rewriteTogether(db, stages))
    const plain = await db.answer(JOIN(3))
    for (let i = 0; i < 6; i++) expect(await asked.answer(JOIN(3))).toEqual(plain)
    expect(runs.at(-1)).toBe('copy')
    expect(faults.length).toBeLessThan(5)
    db.close()
  })

  it('leaves a statement alone that only one rewrites that is of use beside others', async () => {
    const db = await fresh()
    const copy = copyRewriter(db)
    const stages = [{ rewriter: wideRewriter(), isOnlyBeside: true }, { rewriter: copy }]
    const { asked, runs } = await tuned(db, rewriteTogether(db, stages))
    await asked.answer(JOIN(1))
    await copy.refresh()
    await asked.answer(JOIN(2))
    expect(runs).toEqual([undefined, 'wide+copy'])
    db.close()
  })

  it('asks nobody where no stage has anything to rewrite with', async () => {
    const db = await fresh()
    let asked = 0
    const idle: Rewriter = {
      ...nothing,
      isIdle: () => true,
      rewrite: () => void asked++ as undefined,
      meet: () => asked++,
    }
    const together = rewriteTogether(db, [{ rewriter: idle }, { rewriter: idle }])
    const { asked: through } = await tuned(db, together)
    await through.answer(JOIN(1))
    expect(together.isIdle?.()).toBe(true)
    expect(asked).toBe(0)
    db.close()
  })
})

const FACTS = 40_000
const COLUMN = {
  name: 'carried_kind',
  column: 'thing',
  table: 'things',
  key: 'id',
  attribute: 'kind',
}
const BLOCK = (lo: number, hi: number) =>
  `SELECT shop, count(*) AS n, sum(price) AS p FROM sales WHERE price BETWEEN ${lo} AND ${hi} GROUP BY shop`
const FORMS: readonly ((kind: string, lo: number, hi: number) => string)[] = [
  (kind, lo, hi) =>
    `${BLOCK(lo, hi)} UNION ALL SELECT -shop, count(*), sum(price) FROM facts JOIN things ON thing = id WHERE ${kind} GROUP BY 1`,
  (kind, lo) =>
    `SELECT count(*) AS n, min(line) AS l FROM facts JOIN things ON thing = id WHERE ${kind} AND floor(price / 10) = ${lo % 50}`,
  (kind, lo, hi) =>
    `SELECT s.n, f.line FROM (${BLOCK(lo, hi)}) AS s JOIN facts AS f ON f.line = s.n JOIN things ON f.thing = id WHERE ${kind}`,
  (_kind, lo, hi) => BLOCK(lo, hi),
  (kind) => `SELECT count(*) AS n FROM facts AS f, things WHERE f.thing = things.id AND ${kind}`,
]
const CHANGES = [
  "UPDATE things SET kind = 'kind 3' WHERE id % 7 = 0",
  'INSERT INTO sales SELECT line, thing, shop, price FROM plain WHERE line < 50',
  'DELETE FROM sales WHERE line % 97 = 5',
  'UPDATE things SET id = id WHERE id < 10',
]

describe('views, ranges and carried columns together', () => {
  it('answer as the tables do, whatever is asked and changes in between', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'storewright-together-'))
    const file = join(folder, 'facts.parquet')
    const db = await openDatabase(':memory:', { threads: 1 })
    await db.run(
      `CREATE TABLE things AS SELECT CAST(range AS INTEGER) AS id, 'kind ' || (hash(range) % 20) AS kind FROM range(500)`,
    )
    await db.run(`CREATE TABLE sales AS SELECT range AS line, CAST(hash(range, 1) % 520 AS INTEGER) AS thing,
      CAST(hash(range, 3) % 5 AS INTEGER) AS shop, CAST(hash(range, 2) % 500 AS INTEGER) AS price FROM range(${FACTS})`)
    await db.run('CREATE TABLE plain AS FROM sales')
    const carrying = carryingRewriter(db)
    const carry = async () => {
      const carried = { columns: [COLUMN], marks: await markTables(db, [COLUMN]) }
      const sql = `SELECT * FROM ${carryingSql('plain', [COLUMN])} ORDER BY carried_kind, line`
      await db.run(copySql(sql, file, { groupRows: 2048, codec: 'uncompressed', carried }))
      await openParquet(db, 'facts', file)
      expect(await carrying.serve('facts', file)).toBe(true)
    }
    await carry()
    const views = createViewRewriter(db, { 'warehouse.view-union-share': 1e6 })
    const view = await adviseOne(db, [BLOCK(10, 90), BLOCK(20, 300), BLOCK(0, 400)])
    for (const sql of view.apply) await db.run(sql)
    await views.serve(view)
    await views.refresh()
    const stages = [
      { rewriter: views },
      { rewriter: rangesRewriter(db), isOnlyBeside: true },
      { rewriter: carrying },
    ]
    const { asked, faults, runs } = await tuned(db, rewriteTogether(db, stages))
    const check = async (sql: string) => {
      const expected = await db.answer(sql.replace(/\bfacts\b/g, 'plain'))
      for (let i = 0; i < 2; i++) {
        const found = await asked.answer(sql)
        if (!sameAnswer(found, expected, false))
          expect({ sql, found }).toEqual({ sql, found: expected })
      }
    }
    const kind = fc.oneof(
      fc.nat(20).map((k) => `kind = 'kind ${k}'`),
      fc.tuple(fc.nat(20), fc.nat(20)).map(([a, b]) => `kind IN ('kind ${a}', 'kind ${b}')`),
    )
    const step = fc.record({
      form: fc.nat(FORMS.length - 1),
      kind,
      lo: fc.nat(400),
      width: fc.nat(200),
      change: fc.nat(4 * CHANGES.length),
      isServedAgain: fc.nat(3),
    })
    await fc.assert(
      fc.asyncProperty(step, async ({ form, kind: filter, lo, width, change, isServedAgain }) => {
        const sql = FORMS[form]!(filter, lo, lo + width)
        await check(sql)
        if (CHANGES[change] === undefined) return
        await asked.run(CHANGES[change])
        await check(sql)
        if (isServedAgain === 0) return
        await views.refresh()
        await carry()
        await check(sql)
      }),
      { numRuns: RUNS },
    )
    expect(faults).toEqual([])
    const ways = new Set(
      runs.map((run) =>
        run
          ?.split('+')
          .map((id) => (id.startsWith('carried') ? 'carried' : id === RANGED ? id : 'view'))
          .join('+'),
      ),
    )
    expect(ways).toContain('view+carried')
    expect(ways).toContain(`${RANGED}+carried`)
    expect(ways).toContain('carried')
    expect(ways).toContain('view')
    db.close()
    rmSync(folder, { recursive: true, force: true })
  })
})
