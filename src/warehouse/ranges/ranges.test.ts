import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sameAnswer } from '../../core/sql/answer.ts'
import { type Database, openDatabase } from '../../core/sql/database.ts'
import { createTemplates } from '../watch/templates.ts'
import { type Relations, readRelations } from './catalogue.ts'
import { applyPlan, planRanges } from './plan.ts'
import { createRanges, RANGED } from './ranges.ts'

const SEED = Number(process.env['STOREWRIGHT_SEED'] ?? 1)
const PAIRS = Number(process.env['STOREWRIGHT_PAIRS'] ?? 400)
const templates = createTemplates(10_000)

let db: Database
beforeAll(async () => {
  db = await openDatabase(':memory:', { threads: 1 })
  const draw = (name: string) => `((hash(range, '${name}', ${SEED}) >> 11) / 2.0**53)`
  const moment = `TIMESTAMP '2019-12-20' + to_microseconds(CAST(floor(${draw('m')} * 1.6e14) AS BIGINT))`
  const odd = (type: string, value: string) =>
    `CASE WHEN range % 37 = 0 THEN NULL WHEN range % 41 = 1 THEN CAST('infinity' AS ${type})
       WHEN range % 43 = 2 THEN CAST('-infinity' AS ${type}) WHEN range % 47 = 3 THEN CAST(TIMESTAMP '0044-03-15 (BC) 12:00' AS ${type})
       WHEN range % 53 = 4 THEN CAST(TIMESTAMP '20240-03-01 00:00:00' AS ${type}) WHEN range % 5 = 4 THEN CAST(date_trunc('day', ${value}) AS ${type}) ELSE CAST(${value} AS ${type}) END`
  await db.run(`CREATE TABLE e AS SELECT range AS id, ${odd('TIMESTAMP', moment)} AS ts, ${odd('DATE', moment)} AS d,
      ${odd('TIMESTAMPTZ', moment)} AS tz, CAST(${moment} AS TIMESTAMP_S) AS tss,
      CASE WHEN range % 31 = 0 THEN NULL ELSE CAST(floor(4000 * ${draw('i')}) - 2000 AS INTEGER) END AS i,
      CASE WHEN range % 29 = 0 THEN NULL WHEN range % 31 = 1 THEN 'nan' WHEN range % 61 = 2 THEN 'infinity' WHEN range % 67 = 3 THEN '-infinity' ELSE CAST(round(200 * ${draw('x')} - 100, 1) AS VARCHAR) END::DOUBLE AS x,
      CAST(round(300 * ${draw('f')} - 150, 1) AS FLOAT) AS f, CAST(500 * ${draw('p')} AS DECIMAL(9, 2)) AS p, CAST(floor(200 * ${draw('b')}) AS UTINYINT) AS b,
      CASE WHEN range % 23 = 0 THEN NULL ELSE substr('abzäK1-ﬀ퟿', 1 + CAST(floor(9 * ${draw('s')}) AS INTEGER), 1) || CAST(floor(99 * ${draw('t')}) AS INTEGER) END AS s
    FROM range(8000)`)
  await db.run(`CREATE TABLE big AS SELECT ${moment} AS ts FROM range(40000)`)
  await db.run("CREATE TABLE names AS SELECT range AS id, 'n' || range AS name FROM range(500)")
})
afterAll(() => db.close())

const compare = fc.constantFrom('=', '<', '<=', '>', '>=')
const day = fc
  .tuple(
    fc.integer({ min: 2019, max: 2025 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join('-'))
const timed = fc.constantFrom('ts', 'd', 'tss', 'tz')
const instant = fc.oneof(
  day.map((text) => `TIMESTAMP '${text} 07:30:00.000001'`),
  day.map((text) => `TIMESTAMP '${text}'`),
  day.map((text) => `DATE '${text}'`),
  day.map((text) => `'${text}'`),
  day.map((text) => `TIMESTAMPTZ '${text} 01:00:00'`),
  day.map((text) => `DATE '${text}' - INTERVAL 30 DAY`),
  day.map((text) => `TIMESTAMP '${text}' + INTERVAL '1 month'`),
)
const interval = fc.constantFrom(
  'INTERVAL 30 DAY',
  "INTERVAL '1 month'",
  'INTERVAL 13 MONTH',
  'INTERVAL 5 HOUR',
  "INTERVAL '-2 days'",
  'INTERVAL 2 YEAR',
)
const number = fc.oneof(
  fc.integer({ min: -2100, max: 2100 }).map(String),
  fc.integer({ min: -3000, max: 3000 }).map((n) => (n / 10).toFixed(1)),
  fc.integer({ min: -300, max: 300 }).map((n) => (n / 1000).toFixed(3)),
  fc.constantFrom('0', '1e2', '-2.5e1', '0.5', '300', '70000'),
)
const factor = fc.constantFrom('2', '-2', '0.5', '10', '7', '-0.25', '100', '1')
const column = fc.constantFrom('i', 'x', 'f', 'p', 'b', 'id')
const chain: fc.Arbitrary<string> = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    column,
    fc
      .tuple(fc.constantFrom('floor', 'ceil', 'round', 'trunc', 'abs', '-'), tie('any'))
      .map(([f, of]) => `${f}(${of})`),
    fc
      .tuple(tie('any'), fc.constantFrom('+', '-', '*', '/'), factor)
      .map(([of, op, k]) => `(${of} ${op} ${k})`),
    fc
      .tuple(factor, fc.constantFrom('-', '+', '*'), tie('any'))
      .map(([k, op, of]) => `(${k} ${op} ${of})`),
    fc
      .tuple(fc.constantFrom('i', 'b', 'id'), fc.constantFrom('2', '7', '-3'))
      .map(([of, k]) => `(${of} // ${k})`),
    fc
      .tuple(tie('any'), fc.constantFrom('DOUBLE', 'DECIMAL(18, 3)', 'BIGINT'))
      .map(([of, type]) => `CAST(${of} AS ${type})`),
    tie('any').map((of) => `round(${of}, 1)`),
  ),
})).any
const plainDay = fc.oneof(
  fc.tuple(compare, instant).map(([op, x]) => `d ${op} ${x}`),
  fc.tuple(day, day).map(([a, b]) => `d BETWEEN '${a}' AND '${b}'`),
  fc.tuple(compare, fc.integer({ min: -99, max: 99 })).map(([op, n]) => `x ${op} ${n}`),
  fc
    .tuple(fc.integer({ min: -2000, max: 2000 }), fc.integer({ min: 0, max: 300 }))
    .map(([a, n]) => `i BETWEEN ${a} AND ${a + n}`),
)
const condition = fc.oneof(
  fc.tuple(timed, compare, instant).map(([c, op, x]) => `${c} ${op} ${x}`),
  fc.tuple(timed, instant, instant).map(([c, a, b]) => `${c} BETWEEN ${a} AND ${b}`),
  fc
    .tuple(timed, compare, fc.integer({ min: 2018, max: 2026 }))
    .map(([c, op, y]) => `year(${c}) ${op} ${y}`),
  fc
    .tuple(timed, fc.integer({ min: 2018, max: 2024 }))
    .map(([c, y]) => `extract(year FROM ${c}) IN (${y}, ${y + 2})`),
  fc.tuple(timed, compare, instant).map(([c, op, x]) => `CAST(${c} AS DATE) ${op} ${x}`),
  fc
    .tuple(timed, fc.constantFrom('TIMESTAMP', 'TIMESTAMPTZ'), compare, instant)
    .map(([c, type, op, x]) => `CAST(${c} AS ${type}) ${op} ${x}`),
  fc
    .tuple(timed, fc.constantFrom('+', '-'), interval, compare, instant)
    .map(([c, sign, i, op, x]) => `${c} ${sign} ${i} ${op} ${x}`),
  fc
    .tuple(fc.constantFrom('+', '-'), fc.integer({ min: -40, max: 40 }), compare, day)
    .map(([sign, n, op, x]) => `d ${sign} ${n} ${op} DATE '${x}'`),
  fc
    .tuple(
      timed,
      fc.constantFrom('day', 'month', 'hour', 'year', 'week', 'quarter'),
      compare,
      instant,
      fc.integer({ min: -40, max: 40 }),
    )
    .map(
      ([c, unit, op, x, n]) =>
        `date_diff('${unit}', ${c}, ${x.startsWith("'") ? `DATE ${x}` : x}) ${op} ${n}`,
    ),
  fc
    .tuple(
      fc.constantFrom('d', 'ts'),
      fc.constantFrom('day', 'month'),
      compare,
      day,
      fc.integer({ min: -40, max: 40 }),
    )
    .map(([c, unit, op, x, n]) => `datediff('${unit}', DATE '${x}', ${c}) ${op} ${n}`),
  fc
    .tuple(day, compare, fc.integer({ min: -90, max: 900 }))
    .map(([x, op, n]) => `DATE '${x}' - d ${op} ${n}`),
  fc
    .tuple(
      fc.constantFrom('d', 'ts'),
      fc.constantFrom('%Y', '%Y-%m', '%Y%m', '%Y-%m-%d', '%Y%m%d'),
      day,
    )
    .map(
      ([c, format, x]) =>
        `strftime(${c}, '${format}') = '${format.replace('%Y', x.slice(0, 4)).replace('%m', x.slice(5, 7)).replace('%d', x.slice(8))}'`,
    ),
  day.map((x) => `CAST(d AS VARCHAR) = '${x}'`),
  fc
    .tuple(fc.constantFrom('d', 'ts'), compare, day)
    .map(([c, op, x]) => `last_day(${c}) ${op} last_day(DATE '${x}')`),
  fc
    .tuple(
      fc.constantFrom("INTERVAL '3 hours'", 'INTERVAL 10 DAY', 'INTERVAL 2 MONTH'),
      compare,
      day,
    )
    .map(([w, op, x]) => `time_bucket(${w}, ts) ${op} TIMESTAMP '${x}'`),
  fc.tuple(chain, compare, number).map(([of, op, k]) => `${of} ${op} ${k}`),
  fc.tuple(chain, number, number).map(([of, a, b]) => `${of} BETWEEN ${a} AND ${b}`),
  fc
    .tuple(chain, fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 4 }))
    .map(([of, list]) => `${of} IN (${list})`),
  fc
    .tuple(
      fc.constantFrom('a', 'b1', 'zz', 'ä', 'K2', '1', '-', 'ﬀ', '퟿', ''),
      fc.constantFrom(
        'starts_with(s, ?)',
        's ^@ ?',
        'left(s, 2) = ?',
        'substr(s, 1, 1) = ?',
        's[1:2] = ?',
        "s ILIKE ? || ''",
        'left(s, 1) IN (?, ?)',
        'substr(s, 2, 1) = ?',
      ),
    )
    .map(([text, form]) => form.replaceAll('?', `'${text}'`)),
  fc.constantFrom('1', '-3', '1%2').map((text) => `s ILIKE '${text}%'`),
  fc
    .array(fc.array(plainDay, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 })
    .map((branches) => branches.map((parts) => `(${parts.join(' AND ')})`).join(' OR ')),
)
const where = fc.oneof(
  { weight: 3, arbitrary: condition },
  {
    weight: 1,
    arbitrary: fc
      .tuple(condition, condition)
      .map(([a, b]) => `(${a}) AND ${b.includes(' OR ') ? `(${b})` : b}`),
  },
  { weight: 1, arbitrary: fc.tuple(condition, condition).map(([a, b]) => `(${a}) OR (${b})`) },
  { weight: 1, arbitrary: condition.map((a) => `NOT (${a})`) },
)
const statement = fc.oneof(
  where.map((w) => `SELECT count(*), sum(id) FROM e WHERE ${w}`),
  where.map(
    (w) =>
      `SELECT n.name, count(*) FILTER (WHERE e.i > 3) FROM e JOIN names n USING (id) WHERE ${w} -- it's so\n GROUP BY 1`,
  ),
  where.map(
    (w) => `WITH m AS (SELECT id FROM e WHERE ${w}) SELECT 'ü', count(*) FROM m WHERE id % 2 = 1`,
  ),
  where.map(
    (w) => `SELECT count(*) FROM names WHERE id IN (SELECT id FROM e WHERE ${w}) AND id < 400`,
  ),
)

let relations: Relations | undefined
async function ranged(sql: string): Promise<string | undefined> {
  relations ??= await readRelations(db)
  const known = templates.know(sql)
  const plan = await planRanges(db, known, relations)
  return plan && applyPlan(plan, known)
}

/** What a statement answers; undefined where DuckDB refuses it. */
const answerTo = (sql: string) => db.answer(sql).catch(() => undefined)

describe('ranges', () => {
  it(
    'change no answer, in any time zone',
    async () => {
      let asked = 0
      const zones = ['UTC', 'America/St_Johns', 'Pacific/Apia', 'Europe/Berlin']
      await fc.assert(
        fc.asyncProperty(statement, fc.constantFrom(...zones), async (sql, zone) => {
          await db.run(`SET TimeZone = '${zone}'`)
          const longer = await ranged(sql)
          if (longer === undefined) return
          const before = await answerTo(sql)
          const after = await answerTo(longer)
          if (before === undefined || after === undefined) return
          asked++
          expect(sameAnswer(before, after, false), longer).toBe(true)
        }),
        { numRuns: PAIRS, seed: SEED, endOnFailure: true },
      )
      expect(asked).toBeGreaterThan(PAIRS / 3)
    },
    Math.max(120_000, 400 * PAIRS),
  )

  it('of a template are those of each statement of it', async () => {
    const relations = await readRelations(db)
    const first = templates.know(
      "SELECT count(*) FROM e WHERE year(ts) = 2020 AND left(s, 2) = 'a1' AND floor(i / 10) = 3",
    )
    const plan = (await planRanges(db, first, relations))!
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -1, max: 99_999 }),
        fc.string(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        async (year, text, n) => {
          const sql = `SELECT count(*) FROM e WHERE year(ts) = ${year} AND left(s, 2) = '${text.replaceAll("'", "''")}' AND floor(i / 10) = ${n}`
          const longer = applyPlan(plan, templates.know(sql))
          const before = await answerTo(sql)
          const after = longer === undefined ? before : await answerTo(longer)
          if (before !== undefined && after !== undefined)
            expect(sameAnswer(before, after, false), longer).toBe(true)
        },
      ),
      { numRuns: 100, seed: SEED },
    )
  })

  it.each([
    [
      'year(ts) = 2021',
      /"ts" >= CAST\('2021-01-01' AS TIMESTAMP\) AND "ts" < CAST\('2022-01-01' AS TIMESTAMP\) AND {2}year/,
    ],
    ["d >= DATE '2021-03-31' - INTERVAL 30 DAY", /"d" >= CAST\(CAST\(\(/],
    ["tz::DATE = '2021-03-05'", /INTERVAL 2 DAY/],
    ['x - 5 < 3', /"x" <= CAST\('8\.0000/],
    ['i < 12.5', /"i" <= 13/],
    ['i BETWEEN 1 AND 5 OR i BETWEEN 1000 AND 1010', /\) AND \( ?i BETWEEN|AND \(i BETWEEN/],
    ["starts_with(s, 'ab')", /"s" >= 'ab' AND "s" < 'ac'/],
  ])('of %s are written behind WHERE', async (w, expected) => {
    await db.run("SET TimeZone = 'UTC'")
    expect(await ranged(`SELECT count(*) FROM e WHERE ${w}`)).toMatch(expected)
  })

  it.each([
    'i = 4',
    "ts >= TIMESTAMP '2021-01-01'",
    'p > 1.25',
    'year(ts) <> 2021',
    'random() < 0.5 AND year(ts) = 2021',
    "lower(s) = 'a'",
    'year(ts) = 2021 + i',
    "substr(s, 2, 3) = 'a'",
  ])('are not sought for %s', async (w) => {
    expect(await ranged(`SELECT count(*) FROM e WHERE ${w}`)).toBeUndefined()
  })

  it.each([
    '-(x) > 3',
    '5 - x >= 2',
    'x * -2 > 1',
    '(x / -0.25) >= 4',
    'abs(x) > 3',
    "tz < TIMESTAMP '2021-03-14 02:30:00'",
  ])('keep NaN and hours that a zone skips where they were: %s', async (w) => {
    await db.run("SET TimeZone = 'America/St_Johns'")
    const sql = `SELECT count(*), count(*) FILTER (isnan(x)) FROM e WHERE ${w}`
    const after = await db.answer((await ranged(sql)) ?? sql)
    expect(sameAnswer(await db.answer(sql), after, false)).toBe(true)
  })

  it('have DuckDB read fewer rows', async () => {
    const path =
      "CREATE TABLE ordered AS SELECT * FROM (SELECT TIMESTAMP '2020-01-01' + INTERVAL (range) MINUTE AS ts, range AS v FROM range(700000))"
    await db.run(path)
    relations = undefined
    const sql = 'SELECT sum(v) FROM ordered WHERE year(ts) = 2020 AND month(ts) = 2'
    expect(await rowsScanned((await ranged(sql))!)).toBeLessThan((await rowsScanned(sql)) * 0.95)
  })
})

async function rowsScanned(sql: string): Promise<number> {
  const { columns } = await db.answer(`EXPLAIN (ANALYZE, FORMAT json) ${sql}`)
  const found = String(columns[1]![0]).match(/"operator_rows_scanned": *(\d+)/g) ?? []
  return Math.max(...found.map((text) => Number(/\d+$/.exec(text)![0])))
}

describe('createRanges', () => {
  const know = (year: number) =>
    templates.know(`SELECT count(*) AS n FROM big WHERE year(ts) = ${year} OR year(ts) = 1`)
  const of = (year: number) =>
    templates.know(`SELECT count(*) AS n FROM big WHERE year(ts) = ${year}`)
  const byDefault = (cpuMs: number) => ({ arm: 'default', cpuMs, interrupted: false })

  it('works ranges out once statements have taken as much, and uses them for all of the template', async () => {
    const ranges = createRanges(db)
    expect(ranges.choose(of(2020))).toBeUndefined()
    ranges.learn(of(2020), byDefault(1))
    expect(ranges.due!(of(2020))).toBeUndefined()
    ranges.learn(of(2020), byDefault(50))
    await ranges.due!(of(2020))!()
    expect(ranges.choose(of(2022))).toMatchObject({
      arm: RANGED,
      sql: expect.stringContaining('2023-01-01'),
    })
    expect(ranges.choose(of(99_999))).toBeUndefined()
    expect(ranges.choose(know(2020))).toBeUndefined()
    ranges.changed!('big', 'append')
    expect(ranges.choose(of(2022))).toBeDefined()
    ranges.changed!('big', 'other')
    expect(ranges.choose(of(2022))).toBeUndefined()
  })

  it('leaves them out where statements get slower by them or fail', async () => {
    for (const run of [
      { arm: RANGED, cpuMs: 90, interrupted: false },
      { arm: RANGED, cpuMs: 1, interrupted: true },
    ]) {
      const ranges = createRanges(db)
      ranges.learn(of(2020), byDefault(50))
      await ranges.due!(of(2020))!()
      for (let i = 0; i < 4; i++) ranges.learn(of(2020), run)
      expect(ranges.choose(of(2020))).toBeUndefined()
    }
  })
})
