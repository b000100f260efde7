import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createTemplates } from './templates.ts'
import { type ReadTree, skeletonOf } from './tree.ts'

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:')
})
afterAll(() => db.close())

async function meet(sql: string) {
  const templates = createTemplates(100)
  const { statement, tree, reason } = await templates.meet(templates.know(sql), db)
  return { ...statement.template, tree, reason }
}

describe('readTree', () => {
  it.each<[string, ReadTree['kind'], string[]]>([
    [
      'SELECT * FROM a JOIN s.b USING (x) WHERE y IN (SELECT z FROM "c d")',
      'select',
      ['a', 'c d', 's.b'],
    ],
    [
      'WITH q AS (SELECT * FROM a), r AS (SELECT * FROM q) SELECT * FROM r, b',
      'select',
      ['a', 'b'],
    ],
    ['WITH a AS (SELECT * FROM a) SELECT * FROM a', 'select', ['a']],
    [
      'WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r WHERE i < 5) SELECT * FROM r',
      'select',
      [],
    ],
    ['SELECT * FROM (WITH q AS (SELECT 1) SELECT * FROM q) x, q', 'select', ['q']],
    ['FROM a', 'select', ['a']],
    ['DESCRIBE SELECT * FROM a', 'other', []],
    ['INSERT INTO a VALUES (1)', 'other', []],
    ['SELECT 1; SELECT 2', 'other', []],
    ['SELECT FROM WHERE', 'other', []],
  ])('%s', async (sql, kind, tables) => {
    const seen = await meet(sql)
    expect([seen.kind, seen.tables]).toEqual([kind, tables])
    expect(seen.tree === undefined).toBe(kind === 'other')
    expect(seen.reason === undefined).toBe(kind === 'select')
  })

  it('says where constants stand in the tree, in bytes beyond ASCII too', async () => {
    const { tree } = await meet("SELECT 'é', a + 2 FROM t WHERE b IN (3, 4) AND c > -5 ORDER BY 1")
    const slots: unknown[] = []
    JSON.stringify(tree!.node, (_, value) => {
      if (value?.class === 'CONSTANT') slots.push([value.value.value, value.slot])
      return value
    })
    expect(slots.sort()).toEqual(
      [
        [-5, 3],
        [1, undefined],
        [2, 1],
        [3, 2],
        [4, 2],
        ['é', 0],
      ].sort(),
    )
  })

  it.each([
    ['SELECT sum(a) FROM t WHERE b BETWEEN 1 AND 2', true],
    ['SELECT now()', false],
    ['SELECT current_date', false],
    ['SELECT random() FROM t', false],
    ['SELECT * FROM t USING SAMPLE 10', false],
    ["SELECT * FROM read_csv('x.csv')", false],
    ['SELECT * FROM range(10)', true],
  ])('tells what the same tables answer alike: %s', async (sql, isRepeatable) => {
    expect((await meet(sql)).tree!.isRepeatable).toBe(isRepeatable)
  })
})

describe('skeletonOf', () => {
  const skeleton = async (sql: string) => {
    const { columns } = await db.answer('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', [sql])
    return skeletonOf(JSON.parse(String(columns[0]![0])).statements[0].node)
  }

  it.each([
    ['SELECT a FROM t WHERE b = 1', "SELECT a FROM t WHERE b = 'x'", true],
    ['SELECT a FROM t WHERE b IN (1)', 'SELECT a FROM t WHERE b IN (1, 2, 3)', true],
    ['SELECT a FROM t LIMIT 1', 'SELECT a FROM t LIMIT 2', true],
    ['SELECT a, b FROM t ORDER BY 1', 'SELECT a, b FROM t ORDER BY 2', false],
    ['SELECT a, b FROM t ORDER BY a + 1', 'SELECT a, b FROM t ORDER BY a + 2', true],
    ['SELECT a, sum(b) FROM t GROUP BY 1', 'SELECT a, sum(b) FROM t GROUP BY 2', false],
    ['SELECT DISTINCT ON (1) a, b FROM t', 'SELECT DISTINCT ON (2) a, b FROM t', false],
    ["SELECT COLUMNS('a') FROM t", "SELECT COLUMNS('b') FROM t", false],
    ["FROM read_csv('a')", "FROM read_csv('b')", false],
    ['FROM range(1)', 'FROM range(2)', true],
    ['SELECT a + INTERVAL 5 DAY', 'SELECT a + INTERVAL 7 DAY', true],
    ['SELECT a + INTERVAL 5 DAY', 'SELECT a + INTERVAL 5 HOUR', false],
    ['SELECT a = NULL', 'SELECT a = 5', false],
    ['SELECT a = TRUE', 'SELECT a = FALSE', false],
    ['SELECT a::DECIMAL(4,2)', 'SELECT a::DECIMAL(4,1)', false],
  ])('%s / %s', async (a, b, same) => {
    expect((await skeleton(a)) === (await skeleton(b))).toBe(same)
  })
})

describe('templates', () => {
  const number = fc.oneof(
    fc.integer({ min: -5000, max: 5000 }).map(String),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  )
  const text = fc
    .string({ maxLength: 8 })
    .map((s) => `'${s.replaceAll("'", "''").replaceAll('\0', '')}'`)
  const list = fc.array(number, { minLength: 1, maxLength: 6 }).map((items) => items.join(', '))
  const constant = { N: number, P: fc.nat().map(String), T: text, L: list }

  const scalar = fc.constantFrom(
    ...['a', '"b c"', 't.d', 'N', 'a - N', 'a -P', '(N)', '-(a)', 'abs(N)', 'a * N + N', 'T'],
    ...[
      'a::DECIMAL(9,2)',
      '-a[N]',
      '-P',
      'P::DOUBLE',
      '-P::DOUBLE',
      'CAST(T AS DATE)',
      'DATE T',
      'a % N',
      'a || T',
    ],
    ...["date_trunc('day', a)", 'CASE WHEN a > N THEN N ELSE -P END', 'coalesce(a, N, T)', 'a->T'],
    ...['INTERVAL P DAY', 'sum(a) FILTER (WHERE a > N)', '[N, N]', '{x: N}', 'a[N:N]'],
  )
  const test = fc.oneof(
    fc.tuple(scalar, fc.constantFrom('=', '<', '>=', '<>'), scalar).map((p) => p.join(' ')),
    scalar.map((s) => `${s} BETWEEN N AND N`),
    scalar.map((s) => `${s} IN (L)`),
    scalar.map((s) => `${s} NOT IN (N, a)`),
    scalar.map((s) => `${s} LIKE T`),
    scalar.map((s) => `${s} IS NOT NULL`),
  )
  const order = fc.constantFrom('1', '2 DESC', 'a + N', 'b', '(1)', 'a NULLS LAST')
  const statement = fc
    .record({
      items: fc.array(scalar, { minLength: 2, maxLength: 4 }),
      tests: fc.array(test, { maxLength: 3 }),
      // DuckDB drops what is grouped by twice, which would be a matter of equal constants.
      groups: fc.uniqueArray(fc.constantFrom('1', '2', 'a', 'a + N', 'ROLLUP (1, a)'), {
        maxLength: 2,
      }),
      orders: fc.array(order, { maxLength: 2 }),
      limit: fc.constantFrom('', ' LIMIT 1N', ' LIMIT 5 OFFSET 2'),
    })
    .map(({ items, tests, groups, orders, limit }) => {
      const where = tests.length > 0 ? ` WHERE ${tests.join(' AND ')}` : ''
      const by = groups.length > 0 ? ` GROUP BY ${groups.join(', ')}` : ''
      const sorted = orders.length > 0 ? ` ORDER BY ${orders.join(', ')}` : ''
      return `SELECT ${items.join(', ')} FROM t${where}${by}${sorted}${limit.replace('1N', '10')}`
    })

  /** The form with other constants at each N, P, T and L that stands as a word of its own. */
  const filled = (form: string) => {
    const holes = form.match(/\b[NPTL]\b/g) ?? []
    const values = fc.tuple(...holes.map((hole) => constant[hole as keyof typeof constant]))
    return values.map((texts) => {
      let k = 0
      return form.replace(/\b[NPTL]\b/g, () => String(texts[k++]))
    })
  }

  it('have one tree each, with any constants', async () => {
    const pair = statement.chain((form) => fc.tuple(filled(form), filled(form)))
    await fc.assert(
      fc.asyncProperty(pair, async ([one, other]) => {
        const templates = createTemplates(10)
        const a = templates.know(one)
        const b = templates.know(other)
        expect(b.template.sql).toBe(a.template.sql)
        const first = await templates.meet(a, db)
        const second = await templates.meet(b, db)
        if (first.tree === undefined || second.tree === undefined) throw new Error(first.reason)
        expect([first.tree.isTrusted, second.tree.isTrusted]).toEqual([true, true])
        expect(skeletonOf(second.tree.node)).toBe(skeletonOf(first.tree.node))
      }),
      { numRuns: 400 },
    )
  })
})
