import { expect, it } from 'vitest'
import { createPassing } from './passing.ts'
import { tunedWith } from './testing/tuned-with.ts'

/** A clock that is moved by hand, and a door by it. */
function doorWith(share: number, concerns: (sql: string) => boolean = () => false) {
  let now = 0
  const passing = createPassing({ share, concerns, cpu: () => now })
  /** Asks a statement that takes `ms`, and whose look takes `lookMs`; whether it passed. */
  const ask = (sql: string, ms: number, lookMs: number): boolean => {
    if (passing.passes(sql)) {
      now += ms
      passing.ran(ms)
      return true
    }
    const looked = passing.look()
    now += ms
    passing.ran(ms)
    now += lookMs
    looked()
    return false
  }
  return { ask }
}

it('looks at no more short statements than their share pays for', () => {
  const { ask } = doorWith(0.03)
  let looked = 0
  for (let i = 0; i < 2000; i++) if (!ask('SELECT a FROM t', 0.5, 0.2)) looked++
  // 2000 × 0.5 × 0.03 = 30 ms, and 2 on trust, at 0.2 each.
  expect(looked).toBeGreaterThan(140)
  expect(looked).toBeLessThan(180)
})

it('looks at all statements that are long beside a look', () => {
  const { ask } = doorWith(0.03)
  for (let i = 0; i < 200; i++) expect(ask('SELECT a FROM t', 20, 0.3)).toBe(false)
})

it('looks again once looking has become cheap', () => {
  const { ask } = doorWith(0.03)
  for (let i = 0; i < 500; i++) ask('SELECT a FROM t', 2, 0.4)
  for (let i = 0; i < 500; i++) ask('SELECT a FROM t', 2, 0.02)
  for (let i = 0; i < 100; i++) expect(ask('SELECT a FROM t', 2, 0.02)).toBe(false)
})

it('passes nothing that may write, that is several statements or that concerns anyone', () => {
  const { ask } = doorWith(0, (sql) => sql.includes('viewed'))
  while (!ask('SELECT a FROM t', 1, 0.3));
  for (const sql of [
    'INSERT INTO t VALUES (1)',
    'WITH a AS (SELECT 1) FROM a',
    'SELECT 1; DROP TABLE t',
    'BEGIN',
    '(SELECT 1)',
    'SELECT a FROM viewed',
  ]) {
    expect(ask(sql, 1, 0.3)).toBe(false)
  }
  expect(ask('  select a FROM t ; ', 1, 0.3)).toBe(true)
})

it('counts what passed, fails as it does, and sees the changes between', async () => {
  const passed: number[] = []
  const seen: string[] = []
  const changed: unknown[] = []
  const { tuned } = await tunedWith({
    lookShare: 0,
    rewriter: {
      rewrite: () => undefined,
      concerns: (sql) => sql.includes('u'),
      changed: (table) => changed.push(table),
    },
    watcher: {
      observe: ({ sql }) => seen.push(sql),
      passed: ({ cpuMs, wallMs }) => passed.push(cpuMs ?? wallMs),
    },
  })
  for (let i = 0; i < 10_000 && passed.length === 0; i++) await tuned.answer('SELECT a FROM t')
  const looked = seen.length
  await expect(tuned.answer('SELECT nothing FROM t')).rejects.toThrow(/nothing/)
  expect((await tuned.rows('SELECT max(a) AS m FROM t'))[0]).toEqual({ m: 6 })
  expect([seen.length, passed.length, tuned.counts().passed]).toEqual([looked, 3, 3])
  await tuned.answer('SELECT a FROM u')
  await tuned.run('INSERT INTO t VALUES (9, 9)')
  expect((await tuned.rows('SELECT max(a) AS m FROM t'))[0]).toEqual({ m: 9 })
  expect(seen.slice(looked)).toEqual(['SELECT a FROM u', 'INSERT INTO t VALUES (9, 9)'])
  expect(changed).toContain('t')
  tuned.close()
})
