import type { Random } from '../../../core/random/random.ts'
import type { Database } from '../../../core/sql/database.ts'

/** One of `list`. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.int(list.length)]!
}

const DOUBLES = ['NULL', "'nan'", "'inf'", "'-inf'", "'-0.0'", '0', '2.5', '30', '1e300']

function doubleSql(random: Random): string {
  const draw = random.next()
  if (draw < 0.12) return `CAST(${pick(random, DOUBLES)} AS DOUBLE)`
  // On the points of a brush, beside them, and anywhere.
  if (draw < 0.4) return `CAST(${(random.int(120) * 25) / 27 - 20} AS DOUBLE)`
  return `CAST(${random.next() * 130 - 30} AS DOUBLE)`
}

function orNull(random: Random, sql: string): string {
  return random.next() < 0.05 ? 'NULL' : sql
}

function rowSql(random: Random): string {
  const day =
    random.next() < 0.02
      ? pick(random, ["DATE 'infinity'", "DATE '-infinity'", "DATE '1701-03-04'"])
      : `DATE '2024-01-01' + ${random.int(60)}`
  const moment =
    random.next() < 0.02
      ? pick(random, ["TIMESTAMP 'infinity'", "TIMESTAMP '-infinity'", "TIMESTAMP '2400-01-01'"])
      : `TIMESTAMP '2024-01-01' + INTERVAL ${random.int(100_000 * 60)} SECOND`
  return `(${[
    orNull(random, String(random.int(12) - 3)),
    orNull(random, String(random.int(4000) - 500)),
    orNull(random, String(random.int(60))),
    orNull(random, String(random.int(5) * 1_000_000_007)),
    doubleSql(random),
    `TRY_CAST(${doubleSql(random)} AS FLOAT)`,
    orNull(random, day),
    orNull(random, moment),
    orNull(random, `'${pick(random, ['a', 'b', 'B', "it''s", '', 'zz'])}'`),
    orNull(random, `${(random.int(2000) - 300) / 100}`),
    orNull(random, `${random.int(2000) - 300}`),
  ].join(', ')})`
}

/** Adds rows to table t. */
export async function addRows(db: Database, random: Random, count: number): Promise<void> {
  const rows = Array.from({ length: count }, () => rowSql(random))
  await db.run(`INSERT INTO t VALUES ${rows.join(', ')}`)
}

/** Makes table t with columns of many types, and u, which joins it. */
export async function makeStore(db: Database, random: Random): Promise<void> {
  await db.run(`CREATE TABLE t (k INTEGER, s SMALLINT, small INTEGER, b BIGINT, d DOUBLE, f FLOAT, day DATE,
    moment TIMESTAMP, c VARCHAR, m DECIMAL(10,2), w DOUBLE)`)
  await addRows(db, random, pick(random, [50, 400, 1200]) + random.int(100))
  await db.run('CREATE TABLE u (key INTEGER, region VARCHAR)')
  await db.run(
    `INSERT INTO u VALUES ${Array.from({ length: 10 }, () => `(${random.int(12) - 3}, '${pick(random, ['north', 'south', 'east'])}')`).join(', ')}`,
  )
}

/** Changes, deletes or replaces some rows of t. */
export async function disturb(db: Database, random: Random): Promise<void> {
  const where = `k = ${random.int(12) - 3}`
  const sql = pick(random, [
    `UPDATE t SET d = d + 1 WHERE ${where}`,
    `UPDATE t SET c = 'new', m = m / 2 WHERE ${where}`,
    `UPDATE t SET w = w / 2 WHERE ${where}`,
    `DELETE FROM t WHERE ${where}`,
    `DELETE FROM t WHERE rowid % 3 = 0`,
  ])
  await db.run(sql)
}
