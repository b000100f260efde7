import { describe, expect, it } from 'vitest'
import {
  choice,
  copyRewriter,
  fresh,
  nothing,
  SECOND_SIGHT,
  tunedWith,
} from './testing/tuned-with.ts'
import { tunedDatabase } from './tuned.ts'

describe('reading what is asked', () => {
  it('reads a template once its statements took what reading takes, and anew after as much again', async () => {
    let shown = 0
    const knows = { now: false }
    const { tuned } = await tunedWith({
      knobs: { 'warehouse.look-after': 10_000 },
      rewriter: {
        ...nothing,
        rewrite: () => undefined,
        meet: () => shown++,
        knows: () => knows.now,
      },
    })
    for (const x of [1, 2, 3]) await tuned.answer(`SELECT a FROM t WHERE b > ${x}`)
    expect(shown).toBe(0)
    const soon = await tunedWith({
      rewriter: {
        ...nothing,
        rewrite: () => undefined,
        meet: () => {
          shown++
          knows.now = true
        },
        knows: () => knows.now,
      },
    })
    for (const x of [1, 2, 3]) await soon.tuned.answer(`SELECT a FROM t WHERE b > ${x}`)
    expect(shown).toBe(1)
    const none = await tunedWith({
      rewriter: { ...nothing, rewrite: () => undefined, meet: () => shown++, knows: () => true },
    })
    for (const x of [1, 2, 3]) await none.tuned.answer(`SELECT b FROM t WHERE b > ${x}`)
    expect(shown).toBe(1)
    none.tuned.close()
    tuned.close()
    soon.tuned.close()
  })

  it('shows a rewriter what it does not know, once more where it forgot, and no more', async () => {
    const known = new Set<string>()
    let shown = 0
    const { tuned } = await tunedWith({
      rewriter: {
        ...nothing,
        rewrite: ({ sql }) => (known.has(sql) ? { sql, actionId: 'same' } : undefined),
        meet: ({ sql }) => {
          shown++
          if (!sql.includes('99')) known.add(sql)
        },
        knows: (sql) => known.has(sql),
      },
    })
    const ask = (x: number) => tuned.answer(`SELECT a FROM t WHERE a = ${x}`)
    for (const x of [1, 1, 2, 2]) await ask(x)
    expect([shown, tuned.counts().rewritten]).toEqual([2, 3])
    known.clear()
    await ask(1)
    expect([shown, tuned.counts().rewritten]).toEqual([3, 4])
    for (let i = 0; i < 3; i++) await ask(99)
    expect(shown).toBe(4)
    tuned.close()
  })

  it.each(['off', 'automatic'] as const)(
    'tells WITH that reads from WITH that writes (%s)',
    async (mode) => {
      const told: string[] = []
      const { tuned } = await tunedWith({
        mode,
        rewriter: { rewrite: () => undefined, changed: (table) => told.push(table ?? 'any') },
      })
      await tuned.answer('WITH q AS (SELECT 1 AS a) SELECT * FROM q')
      await tuned.answer("WITH q AS (SELECT 1 AS a) SELECT * FROM q, 'nowhere.csv'").catch(() => 0)
      expect(told).toEqual([])
      await tuned.run('WITH q AS (SELECT 1 AS a) INSERT INTO u SELECT a FROM q')
      expect(told).toEqual(['any', 'any'])
      tuned.close()
    },
  )

  it('uses a view for statements with values, and steers them by other text', async () => {
    const db = await fresh()
    const rewriter = copyRewriter(db)
    await rewriter.refresh()
    const sql = 'SELECT a, b FROM t WHERE a >= $1 AND b < $2 ORDER BY ALL LIMIT $3'
    const tuned = tunedDatabase(db, { mode: 'automatic', knobs: SECOND_SIGHT, rewriter })
    const values = [1, 60.5, 7]
    const plain = await db.answer(sql, values)
    for (let i = 0; i < 3; i++) expect(await tuned.answer(sql, values)).toEqual(plain)
    // A statement is read when it is asked again.
    expect(tuned.counts()).toMatchObject({ rewritten: 2, fellBack: 0 })
    const promised = tunedDatabase(db, {
      mode: 'automatic',
      knobs: SECOND_SIGHT,
      rewriter,
      isPromising: () => true,
    })
    expect(await promised.rows(sql, values)).toEqual(await db.rows(sql, values))
    expect(promised.counts()).toMatchObject({ rewritten: 1, fellBack: 0 })
    // Where values cannot be written in, the statement runs as it is.
    const sum = 'SELECT a + $1 FROM t ORDER BY ALL'
    for (let i = 0; i < 3; i++) {
      expect(await tuned.answer(sum, [1])).toEqual(await db.answer(sum, [1]))
    }
    expect(tuned.counts().rewritten).toBe(2)
    const otherwise = tunedDatabase(db, {
      mode: 'automatic',
      steerer: {
        choose: ({ sql: text }) => ({ ...choice('other', [], []), sql: `FROM (${text}) AS q` }),
        learn: () => undefined,
      },
    })
    for (let i = 0; i < 2; i++) expect(await otherwise.answer(sql, values)).toEqual(plain)
    expect(otherwise.counts()).toMatchObject({ steered: 1, fellBack: 0 })
    db.close()
  })
})
