import type { Random } from '../../../core/random/random.ts'
import { pick } from './random-store.ts'

/** A kind of statement: each call writes one with other constants. */
export type Template = () => string

const GROUPS = [
  'k',
  's',
  'small',
  'c',
  'day',
  'f',
  'd',
  'm',
  '-60 + 10::DOUBLE * (FLOOR((d - -60) / 10::DOUBLE))',
  '0 + 5::DOUBLE * (1 + FLOOR(f / 5::DOUBLE))',
  'FLOOR((s - 3) * 0.017)::INTEGER + FLOOR((k - 1) * 0.5)::INTEGER * 70',
  "date_trunc('month', moment)",
  "date_part('hour', moment)",
  'year(day)',
  "time_bucket(INTERVAL '1 week', moment)",
  'day::TIMESTAMP - INTERVAL 3 DAY',
  'lower(c)',
  'CASE WHEN k > 3 THEN 1 WHEN c IS NULL THEN 2 ELSE 0 END',
  's % 7',
]

const AGGREGATES = [
  'COUNT(*)',
  'COUNT(*)::INTEGER',
  'COUNT(c)',
  'SUM(s)',
  'SUM(k)::INTEGER',
  'SUM(b)',
  'SUM(m)',
  'AVG(k)',
  'AVG(s)',
  'MIN(d)',
  'MAX(f)',
  'MIN(c)',
  'MAX(day)',
  'COUNT(DISTINCT k)',
  'COUNT(DISTINCT c)',
  'SUM(s) / COUNT(*)',
  'MAX(moment)',
  'AVG(d)',
  'SUM(f)',
  'MEDIAN(s)',
  'MEDIAN(k)',
  'QUANTILE_CONT(k, 0.25)',
  'QUANTILE_CONT(s, 0.9)',
  'QUANTILE_DISC(k, 0.35)',
  'QUANTILE_DISC(day, 0.999)',
  'MEDIAN(k) FILTER (s > 100)',
  'AVG(b)',
  'AVG(m)',
  'SUM(w)',
  'AVG(w)',
  'COUNT(1)',
  'COUNT(*) FILTER (k > 2)',
  'SUM(s) FILTER (WHERE c IS NOT NULL)',
  'AVG(s) FILTER (s % 2 = 0)',
  'MIN(c) FILTER (k < 4)',
  'COUNT(DISTINCT k) FILTER (s > 100)',
  'COUNT(*) - COUNT(c)',
  'COUNT_IF(k = 2) / COUNT(*)',
  'SUM(CASE WHEN k > 1 THEN s ELSE 0 END)',
  'BOOL_AND(k > -3)',
  'BOOL_OR(s > 3400)',
  'BIT_XOR(k)',
  'SUM(DISTINCT k)',
  'AVG(DISTINCT s)',
  'MIN(DISTINCT day)',
  'APPROX_COUNT_DISTINCT(s)',
  '100.0 * SUM(k) / NULLIF(SUM(s), 0)',
]

/** Writes a moment so many times ten seconds after the year began: on a lattice, or from anywhere. */
function moment(random: Random): (tenSeconds: number) => string {
  const step = pick(random, [8640, 360, 1])
  const at = (seconds: number) => new Date(1_704_067_200_000 + 1000 * seconds).toISOString()
  const write = pick(random, [
    (iso: string) => `TIMESTAMP '${iso.slice(0, 19).replace('T', ' ')}'`,
    (iso: string) => `'${iso.slice(0, 19).replace('T', ' ')}'::TIMESTAMP`,
    (iso: string) => `TIMESTAMP '${iso}'`,
    (iso: string) => `DATE '${iso.slice(0, 10)}'`,
    (iso: string) => `'${iso.slice(0, 10)}'`,
    (iso: string) => `epoch_ms(${Date.parse(iso)})`,
    (iso: string) => `make_timestamp(${Date.parse(iso)}000)`,
  ])
  return (tenSeconds) => write(at(10 * Math.round(tenSeconds / step) * step))
}

/** A condition with new constants each time it is written. */
function condition(random: Random): () => string {
  const point = () => String((random.int(120) * 25) / 27 - 20)
  // A brush keeps to its points, but for a few constants; others come from anywhere.
  const share = random.next() < 0.7 ? 0.97 : 0.5
  const number = () => (random.next() < share ? point() : String(random.int(80) - 20))
  const range = (column: string, low: () => string, width: number) => () => {
    const from = low()
    const to = Number(from) + pick(random, [width, width, width, 0, width * 2, -width])
    return `${column} BETWEEN ${from} AND ${to}`
  }
  const name = () => pick(random, ["'a'", "'b'", "'it''s'", "''", "'no'"])
  const region = () => pick(random, ["'north'", "'south'", "'east'"])
  const semi = pick(random, [
    () => `k IN (SELECT key FROM u WHERE region = ${region()})`,
    () => `k NOT IN (SELECT DISTINCT key FROM u WHERE key > ${random.int(9) - 3})`,
    () =>
      `EXISTS (SELECT 1 FROM u AS dim WHERE dim.key = k + ${random.int(3)} AND region <> ${region()})`,
    () => `NOT EXISTS (SELECT * FROM u WHERE key = k AND region = ${region()} AND s > 10)`,
    () =>
      `(c = ${name()} OR s % 50 IN (SELECT other.s % 50 FROM t AS other, u WHERE other.k = key AND other.k = ${random.int(9)}))`,
    () =>
      `EXISTS (SELECT 1 FROM u WHERE key = k AND EXISTS (SELECT 1 FROM u AS v WHERE v.region = u.region AND v.key > ${random.int(9) - 2}))`,
  ])
  const span = (column: string, write: (second: number) => string, most: number) => () => {
    const from = random.int(100_000)
    const to = from + random.int(most * 30_000)
    return pick(random, [
      `${column} BETWEEN ${write(from)} AND ${write(to)}`,
      `${column} >= ${write(from)} AND ${column} < ${write(to)}`,
      `${write(to)} > ${column}`,
    ])
  }
  const day = () => `DATE '2024-0${1 + random.int(2)}-${10 + random.int(18)}'`
  return pick(random, [
    range('d', number, 75),
    range('f', number, 250 / 27),
    range('d', number, 50 / 27),
    range('f', number, 100 / 27),
    range('small', () => String((random.int(80) * 5) / 3), 20),
    () => `small >= ${(random.int(80) * 5) / 3}`,
    () => `small < ${random.int(80) / 2} AND f > ${number()}`,
    range('s', () => String((random.int(50) * 250) / 3), 750),
    range('k', () => String(random.int(12) - 3), 4),
    range('b', () => String(random.int(4) * 1e9), 2e9),
    range('d', point, 50 / 27),
    range('f', point, 25),
    () => `d >= ${number()}`,
    () => `${number()} > f`,
    () => `f < ${number()}::DOUBLE`,
    () => `s <> ${random.int(100)}`,
    semi,
    semi,
    () => `s > ${number()} AND s <= ${500 + random.int(1000)}`,
    () => `m <= ${random.int(1000) / 100}`,
    () => `c = ${name()}`,
    () => `c IN (${name()}, ${name()})`,
    () => `NOT (k = ${random.int(9)})`,
    () => `(k < ${random.int(9)} OR c = ${name()})`,
    () => `day >= ${day()}`,
    () => `day BETWEEN ${day()} AND ${day()}`,
    span('moment', moment(random), 3),
    span('moment', moment(random), 9),
    span('day', moment(random), 3),
    span('moment::DATE', moment(random), 4),
    () => `moment >= ${moment(random)(random.int(86_400))}`,
    () => `date_trunc('day', moment) = '2024-01-${10 + random.int(18)}'`,
    () => `moment < TIMESTAMP '2024-02-${10 + random.int(18)} 10:00:00'`,
    () => 'c IS NOT NULL',
    () => `lower(c) LIKE ${pick(random, ["'a%'", "'%b'"])}`,
    () => `k = ${random.int(9) - 3}`,
    () => `s / 10 BETWEEN ${random.int(50)} AND ${50 + random.int(200)}`,
  ])
}

/** Several different ones of `list`. */
function some<T>(random: Random, list: readonly T[], most: number): T[] {
  const taken = new Set<T>()
  for (let i = random.int(most + 1); i > 0; i--) taken.add(pick(random, list))
  return [...taken]
}

/** Table t, or a derived table or a query with a name that holds its rows. */
function randomTable(random: Random, alias: string): { names: string; from: string } {
  const draw = random.next()
  if (draw < 0.75) return { names: '', from: `t${alias}` }
  const inner = pick(random, [
    'SELECT * FROM t',
    'SELECT * FROM t WHERE k IS NOT NULL',
    "SELECT *, s + 1 AS more FROM t WHERE c <> 'zz' AND k > -3",
    'SELECT k, s, small, b, d AS d, f, day, moment, lower(c) AS c, m, w FROM t',
  ])
  return draw < 0.88
    ? { names: '', from: `(${inner}) AS derived` }
    : { names: `WITH named AS (${inner}) `, from: `named${alias}` }
}

/** By groups, whatever the rest; or by aggregates, in which groups may tie. */
function randomOrder(random: Random, groups: number, aggregates: number): string {
  const draw = random.next()
  if (draw > 0.35) return ''
  const suffix = () => pick(random, ['', ' DESC', ' NULLS FIRST', ' DESC NULLS LAST'])
  const limit = pick(random, ['', ' LIMIT 3', ' LIMIT 2 OFFSET 1', ' LIMIT 1'])
  const byGroups = Array.from({ length: groups }, (_, i) => `${i + 1}${suffix()}`)
  if (draw < 0.2) return ` ORDER BY ${byGroups.join(', ')}${limit}`
  const byAggregate = `${groups + 1 + random.int(aggregates)}${suffix()}`
  return ` ORDER BY ${[byAggregate, ...byGroups.slice(1)].join(', ')}${limit}`
}

/** Windows over what is grouped, of rows that may tie and of ones that may not. */
function randomWindows(random: Random, groups: readonly string[]): string[] {
  if (random.next() > 0.1) return []
  const total = `ORDER BY ${groups.join(', ')}`
  return [
    pick(random, [
      'SUM(COUNT(*)) OVER ()',
      `SUM(SUM(s)) OVER (${total})`,
      `SUM(COUNT(*)) OVER (${total} ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)`,
      'RANK() OVER (ORDER BY COUNT(*) DESC)',
      `DENSE_RANK() OVER (PARTITION BY ${groups[0]} ORDER BY MAX(d) NULLS LAST)`,
      `ROW_NUMBER() OVER (${total} DESC)`,
      `LAG(COUNT(*), 1, 0) OVER (${total})`,
      `MAX(MAX(f)) OVER (PARTITION BY ${groups[0]})`,
      `100.0 * COUNT(*) / SUM(COUNT(*)) OVER (PARTITION BY ${groups[0]})`,
      `AVG(AVG(k)) OVER (${total})`,
      `ROW_NUMBER() OVER (ORDER BY COUNT(*))`,
    ]),
  ]
}

function randomSets(random: Random, by: readonly string[]): string {
  const plain = by.join(', ')
  if (by.length === 0 || random.next() > 0.07) return plain
  const [first] = by
  return pick(random, [
    `ROLLUP (${plain})`,
    `CUBE (${plain})`,
    `GROUPING SETS ((${plain}), ())`,
    `GROUPING SETS ((${plain}), (${first}))`,
  ])
}

/** Statements around one or two that group: grouped again, joined, in unions, compared with. */
function randomAround(random: Random, block: Template): Template {
  return pick(random, [
    () => `SELECT count(*) AS n, min(g0) AS l, max(g0) AS h FROM (${block()}) AS o`,
    () => `SELECT g0, count(*) AS n FROM (${block()}) AS o GROUP BY g0 ORDER BY g0 DESC LIMIT 3`,
    () =>
      `SELECT n, count(*) AS times, sum(n) AS rows FROM (SELECT k, c, count(*) AS n FROM t WHERE s > ${random.int(900)} GROUP BY k, c) GROUP BY n ORDER BY ALL`,
    () =>
      `SELECT k, sum(total) AS s, avg(n) AS a FROM (SELECT k, c, sum(s) AS total, count(*) AS n FROM t WHERE d < ${random.int(90)} GROUP BY k, c) AS per GROUP BY k`,
    () =>
      `SELECT k, sum(biggest) AS s FROM (SELECT k, c, max(d) AS biggest FROM t WHERE s < ${random.int(900)} GROUP BY k, c) AS per GROUP BY k`,
    () => `(${block()}) UNION ALL (${block()})`,
    () =>
      `SELECT c, count(*) AS n FROM t WHERE k > ${random.int(5)} GROUP BY c UNION ALL SELECT region, sum(s) FROM t JOIN u ON k = key WHERE s < ${random.int(900)} GROUP BY region UNION ALL SELECT 'all', ${random.int(9)} ORDER BY ALL`,
    () =>
      `SELECT k, count(*) AS n, (SELECT max(s) FROM t WHERE k < ${random.int(9)}) AS most FROM t WHERE s < ${random.int(900)} GROUP BY k`,
    () => `SELECT count(*) AS n FROM t WHERE s > (SELECT avg(s) FROM t WHERE k > ${random.int(5)})`,
    () =>
      `WITH a AS (SELECT k, count(*) AS n FROM t WHERE s > ${random.int(900)} GROUP BY k), b AS (SELECT key AS k, max(region) AS r FROM u GROUP BY key) SELECT a.k, n, r, rank() OVER (ORDER BY n) AS place FROM a LEFT JOIN b USING (k) WHERE n > ${random.int(3)} ORDER BY a.k`,
    () =>
      `WITH a AS (SELECT k, c, sum(s) AS total FROM t WHERE small < ${random.int(60)} GROUP BY k, c) SELECT k, total FROM a WHERE total > (SELECT avg(total) FROM a) UNION SELECT k, -total FROM a`,
    () => `SELECT list(g0 ORDER BY g0) AS l FROM (${block()}) AS o`,
    () => `SELECT first(g0) AS l FROM (${block()}) AS o`,
    () => `SELECT g0, row_number() OVER (ORDER BY g0) AS r FROM (${block()}) AS o`,
    () => `SELECT DISTINCT g0 AS g FROM (${block()}) AS o`,
    () =>
      `SELECT s, count(*) AS n FROM t WHERE k IN (SELECT k FROM t WHERE c > ${random.int(2) ? "'a'" : "'b'"} GROUP BY k HAVING count(*) > ${random.int(30)}) GROUP BY s`,
  ])
}

/** A kind of statement over t (and u) that groups and aggregates under conditions. */
export function randomTemplate(random: Random): Template {
  const groups = some(random, GROUPS, 2)
  const isJoined = random.next() < 0.12
  if (isJoined) groups.push('region')
  const aggregates = [pick(random, AGGREGATES), ...some(random, AGGREGATES, 2)]
  const conditions = Array.from({ length: random.int(4) }, () => condition(random))
  // A condition that stays as it is.
  const fixed = random.next() < 0.3 ? [condition(random)()] : []
  const byAlias = random.next() < 0.5
  const alias = random.next() < 0.5 ? ' AS source' : ''
  const having = random.next() < 0.15 ? () => ` HAVING COUNT(*) > ${random.int(5)}` : () => ''
  const order = groups.length > 0 ? randomOrder(random, groups.length, aggregates.length) : ''
  const isDistinct = groups.length > 0 && !isJoined && random.next() < 0.07
  const windows = groups.length > 0 ? randomWindows(random, groups) : []
  const qualify =
    windows.length > 0 && random.next() < 0.4
      ? ` QUALIFY rank() OVER (PARTITION BY ${groups[0]} ORDER BY COUNT(*) DESC) < 3`
      : ''
  const select = [
    ...groups.map((group, i) => `${group} AS g${i}`),
    ...(isDistinct ? [] : [...aggregates, ...windows]).map((aggregate, i) =>
      random.next() < 0.5 ? aggregate : `${aggregate} AS "a ${i}"`,
    ),
  ].join(', ')
  const by = randomSets(
    random,
    groups.map((group, i) => (byAlias ? `g${i}` : group)),
  )
  const table = randomTable(random, alias)
  const join = pick(random, [
    'JOIN u ON k = key',
    'LEFT JOIN u ON k = key',
    "LEFT JOIN u ON k = key AND region <> 'south'",
    'LEFT JOIN u AS other ON other.key = k + 1',
  ])
  const _region = () => pick(random, ["'north'", "'south'", "'east'"])
  const semi = pick(random, [
    'SEMI JOIN u ON k = key',
    "ANTI JOIN u ON key = k AND region = 'east'",
  ])
  const isSemi = !isJoined && random.next() < 0.05
  const from = isJoined ? `${table.from} ${join}` : isSemi ? `${table.from} ${semi}` : table.from
  const isInside = random.next() < 0.12 && groups.length > 0 && order === ''
  const block = () => {
    const written = [...fixed, ...conditions.map((write) => write())].map((c) => `(${c})`)
    const where = written.length > 0 ? ` WHERE ${written.join(' AND ')}` : ''
    if (isDistinct) return `SELECT DISTINCT ${select} FROM ${from}${where}${order}`
    const grouped = groups.length > 0 ? ` GROUP BY ${by}` : ''
    return `SELECT ${select} FROM ${from}${where}${grouped}${having()}${qualify}${order}`
  }
  if (isInside) {
    return () => `${table.names}SELECT * FROM (${block()}) AS o WHERE g0 IS NOT NULL`
  }
  const around = random.next() < 0.3 && groups.length > 0 ? randomAround(random, block) : block
  return () => table.names + around()
}
