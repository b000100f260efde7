import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type PostgresServer,
  skipsPostgres,
  startPostgres,
} from '../../core/testing/postgres-server.ts'
import { advisePostgres } from './advise.ts'
import { applyToPostgres, dropInvalidIndexes, undoOnPostgres } from './apply.ts'
import { openPostgres, type PostgresSession } from './session.ts'

const DAY_MS = 86_400_000

const TABLES = `
  CREATE TABLE customers (id int PRIMARY KEY, city int);
  INSERT INTO customers SELECT i, i % 50 FROM generate_series(1, 5000) i;
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int, ds date, status int, amount numeric(10,2), note text);
  SELECT setseed(0.5);
  INSERT INTO orders SELECT i, (random() * 4999)::int + 1, date '2025-01-01' + (random() * 364)::int,
    (random() * 5)::int, (random() * 100)::numeric(10,2), repeat('x', 60) FROM generate_series(1, 60000) i;
  CREATE TABLE written (id int, k int);
  INSERT INTO written SELECT i, i % 100 FROM generate_series(1, 20000) i;
  ANALYZE`

// On CI a missing PostgreSQL is a failure, elsewhere it skips.
describe.skipIf(skipsPostgres)('with a PostgreSQL server', () => {
  let server: PostgresServer
  let session: PostgresSession

  beforeAll(async () => {
    server = await startPostgres()
    session = await openPostgres(server.url)
    await session.rows(TABLES)
  })
  afterAll(async () => {
    await session?.close()
    await server?.close()
  })

  const adviceOf = (measure: boolean, now = Date.now()) =>
    advisePostgres(session, { seed: 1, now, storageBytes: 1e9, measure })

  it('says what to install where an extension is missing', async () => {
    await expect(adviceOf(false)).rejects.toMatchObject({
      code: 'ERR_POSTGRES',
      next: expect.stringContaining('CREATE EXTENSION hypopg'),
    })
    await session.rows('CREATE EXTENSION hypopg; CREATE EXTENSION pg_stat_statements')
    // What filling the tables took is no workload.
    await session.rows('SELECT pg_stat_force_next_flush()')
    await session.rows('SELECT pg_stat_reset(), pg_stat_statements_reset()')
  })

  it('never shows a password', async () => {
    const wrong = server.url.replace('store@', 'nobody:secret-word@')
    const error = await openPostgres(wrong).catch((cause: unknown) => cause)
    expect(error).toMatchObject({ code: 'ERR_POSTGRES' })
    expect(String(error)).not.toContain('secret-word')
    await expect(openPostgres('mysql://x')).rejects.toMatchObject({ code: 'ERR_POSTGRES' })
  })

  it('proposes, tries, applies and undoes indexes, orders of rows and views', async () => {
    for (let i = 1; i <= 60; i++) {
      await session.rows('SELECT id, amount FROM orders WHERE customer_id = $1', [i * 7])
      await session.rows(
        'SELECT status, count(*) AS n, avg(amount) AS mean FROM orders WHERE ds >= $1 AND ds < $2 GROUP BY status',
        ['2025-02-01', `2025-03-${String((i % 28) + 1).padStart(2, '0')}`],
      )
    }
    for (let i = 0; i < 20; i++)
      await session.rows('SELECT count(*) FROM written WHERE k = $1', [i])
    const advice = await adviceOf(true)
    const index = advice.actions.find(
      ({ kind, summary }) => kind === 'index' && summary.includes('customer_id'),
    )
    expect(index?.predicted.savedCpuMsPerDay).toBeGreaterThan(0)
    expect(index?.measured?.savedCpuMsPerDay).toBeGreaterThan(0)
    const view = advice.actions.find(({ kind }) => kind === 'view')
    expect(view?.reasons.join('\n')).toContain('ask instead: SELECT')
    // What was tried is gone.
    const left = await session.rows(
      `SELECT relname FROM pg_class WHERE relname LIKE 'storewright%'`,
    )
    expect(left).toEqual([])

    await applyToPostgres(session, index!)
    const [plan] = await session.rows(
      'EXPLAIN (FORMAT JSON) SELECT id, amount FROM orders WHERE customer_id = 7',
    )
    expect(JSON.stringify(plan)).toContain(index!.actionId)
    await expect(applyToPostgres(session, index!)).rejects.toThrow('is there already')
    await undoOnPostgres(session, index!)
    const [after] = await session.rows(
      'EXPLAIN (FORMAT JSON) SELECT id, amount FROM orders WHERE customer_id = 7',
    )
    expect(JSON.stringify(after)).not.toContain(index!.actionId)

    await applyToPostgres(session, view!)
    const asked = /ask instead: (.*)/.exec(view!.reasons[0]!)![1]!
    const rewritten = asked.replace('$1', "'2025-02-01'").replace('$2', "'2025-04-01'")
    expect((await session.rows(rewritten)).length).toBe(6)
    await undoOnPostgres(session, view!)
  })

  it('prefers no index where writes cost more than it saves', async () => {
    await session.rows('SELECT pg_stat_statements_reset()')
    for (let i = 0; i < 5; i++) await session.rows('SELECT count(*) FROM written WHERE k = $1', [i])
    await session.rows('INSERT INTO written SELECT i, i FROM generate_series(1, 20000) i')
    await session.rows('SELECT pg_stat_force_next_flush()')
    const advice = await adviceOf(false, Date.now() + DAY_MS)
    expect(advice.actions.filter(({ target }) => target === 'public.written')).toEqual([])
    expect(advice.refusals.some(({ reason }) => /in writes/.test(reason))).toBe(true)
  })

  it('says where a role may not read what others ask', async () => {
    await session.rows('CREATE ROLE guest LOGIN; SELECT count(*) FROM orders WHERE status = 1')
    const guest = await openPostgres(server.url.replace('store@', 'guest@'))
    try {
      const advice = await advisePostgres(guest, {
        ...{ seed: 1, now: Date.now(), storageBytes: 1e9, measure: false },
      })
      expect(advice.refusals[0]).toMatchObject({
        target: expect.stringMatching(/\d+ statements of other roles/),
        reason: expect.stringMatching(/GRANT pg_read_all_stats TO guest/),
      })
      expect((await adviceOf(false)).refusals.some(({ reason }) => /GRANT/.test(reason))).toBe(
        false,
      )
    } finally {
      await guest.close()
    }
  })

  it('tells statements it cannot plan, and goes on', async () => {
    await session.rows('CREATE TABLE passing (a int); SELECT count(*) FROM passing WHERE a = 1')
    await session.rows('DROP TABLE passing')
    const advice = await adviceOf(false)
    expect(advice.refusals.some(({ reason }) => /cannot be planned.*passing/.test(reason))).toBe(
      true,
    )
  })

  it('leaves nothing behind where applying fails or was killed', async () => {
    await expect(
      applyToPostgres(session, {
        actionId: 'storewright_twice',
        kind: 'index',
        target: 'public.orders',
        summary: '',
        reasons: [],
        fingerprints: [],
        predicted: { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 0, storageBytes: 0 },
        apply: ['CREATE UNIQUE INDEX CONCURRENTLY storewright_twice ON public.orders (status)'],
        undo: ['DROP INDEX CONCURRENTLY IF EXISTS public.storewright_twice'],
        definition: '{}',
      }),
    ).rejects.toMatchObject({ code: 'ERR_POSTGRES' })
    expect(await dropInvalidIndexes(session)).toEqual([])
    await session
      .rows('CREATE UNIQUE INDEX CONCURRENTLY storewright_half ON public.orders (status)')
      .catch(() => undefined)
    expect(await dropInvalidIndexes(session)).toEqual(['public.storewright_half'])
  })
})
