import fc from 'fast-check'
import type { Database } from '../../../core/sql/database.ts'
import type { TemplateLoad, Workload } from '../../types.ts'

/** A table `t` of `rows` rows with ties, NULL, NaN, infinities, texts and days, drawn by a seed. */
export async function makeRandomTable(db: Database, rows: number, seed: number): Promise<void> {
  const draw = (name: string) => `(hash(range, '${name}', ${seed}) >> 11) / 2.0**53`
  await db.run(`CREATE OR REPLACE TABLE t AS SELECT
    CAST(floor(50 * ${draw('a')}) AS INTEGER) AS a,
    CASE WHEN ${draw('n')} < 0.1 THEN NULL WHEN ${draw('n')} < 0.15 THEN CAST('nan' AS DOUBLE)
      WHEN ${draw('n')} < 0.17 THEN CAST('-infinity' AS DOUBLE) ELSE round(100 * ${draw('x')}, 1) END AS x,
    CASE WHEN ${draw('m')} < 0.05 THEN NULL ELSE chr(97 + CAST(floor(6 * ${draw('s')}) AS INTEGER)) || 'ä' || CAST(floor(9 * ${draw('t')}) AS INTEGER) END AS s,
    DATE '2024-01-01' + CAST(floor(400 * ${draw('d')}) AS INTEGER) AS d,
    ${draw('b')} < 0.3 AS b,
    CAST(floor(1000 * ${draw('c')}) AS DECIMAL(9, 2)) AS c
    FROM range(${rows})`)
}

/** Filters over `t`, of all the forms that are understood and some that are not. */
export const filterArbitrary: fc.Arbitrary<string> = fc.letrec<{ one: string; all: string }>(
  (tie) => ({
    one: fc.oneof(
      fc
        .tuple(fc.constantFrom('<', '<=', '>', '>=', '=', '<>'), fc.integer({ min: -5, max: 55 }))
        .map(([op, v]) => `a ${op} ${v}`),
      fc
        .tuple(fc.constantFrom('<', '<=', '>', '>=', '='), fc.integer({ min: 0, max: 1000 }))
        .map(([op, v]) => `x ${op} ${v / 10}`),
      fc
        .tuple(
          fc.constantFrom('<', '<=', '>', '>=', '=', '<>'),
          fc.constantFrom('a', 'bä4', 'cä', 'fä9', 'd'),
        )
        .map(([op, v]) => `s ${op} '${v}'`),
      fc.constantFrom('a', 'bä', 'cä4').map((v) => `s LIKE '${v}%'`),
      fc
        .array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 4 })
        .map((v) => `a IN (${v})`),
      fc
        .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 90 }))
        .map(([v, n]) => `d BETWEEN DATE '2024-01-01' + ${v} AND DATE '2024-01-01' + ${v + n}`),
      fc
        .integer({ min: 1, max: 12 })
        .map((v) => `date_trunc('month', d) = DATE '2024-${String(v).padStart(2, '0')}-01'`),
      fc.constantFrom(
        'x IS NULL',
        's IS NOT NULL',
        'b',
        'NOT b',
        'length(s) = 3',
        'a % 7 = 2',
        "x = CAST('nan' AS DOUBLE)",
      ),
      fc.integer({ min: 0, max: 1000 }).map((v) => `c >= ${v}.25`),
    ),
    all: fc.oneof(
      { maxDepth: 3 },
      tie('one'),
      fc
        .tuple(tie('all'), fc.constantFrom('AND', 'OR'), tie('all'))
        .map(([l, w, r]) => `(${l} ${w} ${r})`),
      tie('all').map((inner) => `NOT (${inner})`),
    ),
  }),
).all

/** A workload of whole statements; those of one list share a fingerprint. */
export function workloadOf(statements: readonly (readonly string[])[], cpuMs: number): Workload {
  const load = (sql: string, fingerprint: string): TemplateLoad => ({
    template: { fingerprint, sql, kind: 'select', tables: [] },
    count: 10,
    failures: 0,
    totalCpuMs: 10 * cpuMs,
    p50CpuMs: cpuMs,
    p95CpuMs: cpuMs,
    firstAt: 0,
    lastAt: 86_400_000,
    sample: [{ fingerprint, sql, at: 0, constants: [], wallMs: cpuMs, rowsReturned: 1 }],
  })
  return {
    fromMs: 0,
    toMs: 86_400_000,
    templates: statements.flatMap((texts, t) => texts.map((sql) => load(sql, `f${t}`))),
  }
}
