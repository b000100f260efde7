import type { Database } from '../../../core/sql/database.ts'
import { quote } from '../read/expression.ts'
import { fromClause, type OuterJoin } from '../read/from.ts'

/** A temporary table of rows drawn from the tables of a view, joined, and how many rows stand behind it. */
export interface Sample {
  readonly tables: readonly string[]
  readonly name: string
  readonly rows: number
  /** Rows of the whole, from the catalogue; of joins those of the largest table. */
  readonly wholeRows: number
  /** Conditions that join the tables: without them each row would meet all rows of the others. */
  readonly joinedBy: readonly string[]
  /** LEFT JOINs of the tables. */
  readonly outer?: readonly OuterJoin[]
}

/** SQL of the rows of a sample: the base tables themselves where they are small. */
export async function drawSample(
  db: Database,
  tables: readonly string[],
  wholeRows: number,
  options: { readonly rows: number; readonly seed: number; readonly name: string },
): Promise<Sample> {
  const { rows, seed, name } = options
  // Joins are not sampled: a sample of each side would hardly meet.
  if (tables.length > 1 || wholeRows <= rows) {
    return { tables, name: '', rows: wholeRows, wholeRows, joinedBy: [] }
  }
  const percent = (100 * rows) / wholeRows
  await db.run(
    `CREATE OR REPLACE TEMP TABLE ${quote(name)} AS SELECT * FROM ${quote(tables[0]!)}
     USING SAMPLE ${percent} PERCENT (bernoulli, ${seed})`,
  )
  const { columns } = await db.answer(`SELECT count(*) FROM ${quote(name)}`)
  return { tables, name, rows: Number(columns[0]![0]), wholeRows, joinedBy: [] }
}

/** Drops what `drawSample` made. */
export async function dropSample(db: Database, sample: Sample): Promise<void> {
  if (sample.name !== '') await db.run(`DROP TABLE IF EXISTS temp.${quote(sample.name)}`)
}

/** A sample of joined tables as statements join them; others as they are. */
export function joinSample(
  sample: Sample,
  conditions: readonly string[],
  outer: readonly OuterJoin[],
): Sample {
  return sample.tables.length > 1 ? { ...sample, joinedBy: conditions, outer } : sample
}

/** FROM and WHERE under which canonical expressions read the rows of a sample that meet conditions. */
function sampleFrom(
  { tables, name, joinedBy, outer }: Sample,
  fixed: readonly string[] = [],
): string {
  const from =
    name === '' ? fromClause(tables, outer) : `temp.${quote(name)} AS ${quote(tables[0]!)}`
  const conditions = [...new Set([...joinedBy, ...fixed])]
  return conditions.length === 0 ? from : `${from} WHERE ${conditions.join(' AND ')}`
}

/**
 * How many combinations of expressions the whole holds, from the sample: those seen, and once²/(2 twice)
 * that were not, of how many were seen once and twice (Chao 1984, a lower bound in expectation).
 */
export async function estimateDistinct(
  db: Database,
  sample: Sample,
  expressions: readonly string[],
  fixed: readonly string[],
): Promise<number> {
  if (expressions.length === 0) return 1
  const by = expressions.map((_, i) => i + 1).join(', ')
  const { columns } = await db.answer(
    `SELECT count(*) FILTER (seen = 1), count(*) FILTER (seen = 2), count(*)
     FROM (SELECT ${expressions.map((e, i) => `${e} AS e${i}`).join(', ')}, count(*) AS seen
     FROM ${sampleFrom(sample, fixed)} GROUP BY ${by})`,
  )
  const [once, twice, all] = columns.map((column) => Number(column[0])) as [number, number, number]
  // A sample that is the whole has seen everything.
  if (sample.name === '') return all
  return Math.min(sample.wholeRows, all + (once * (once - 1)) / (2 * (twice + 1)))
}

/** Share of the rows of a sample that each condition leaves. */
export async function sharesOf(
  db: Database,
  sample: Sample,
  conditions: readonly string[],
): Promise<readonly number[]> {
  if (conditions.length === 0) return []
  const counts = conditions.map((c) => `count(*) FILTER (${c})`).join(', ')
  const { columns } = await db.answer(`SELECT count(*), ${counts} FROM ${sampleFrom(sample)}`)
  const [all, ...left] = columns.map((column) => Number(column[0]))
  return left.map((count) => count / Math.max(1, all!))
}

/** Types of expressions, by describing a statement that holds them. */
export async function typesOf(
  db: Database,
  { tables, outer }: Pick<Sample, 'tables' | 'outer'>,
  expressions: readonly string[],
): Promise<readonly string[]> {
  if (expressions.length === 0) return []
  const list = expressions.map((e, i) => `${e} AS e${i}`).join(', ')
  const { columns } = await db.answer(`DESCRIBE SELECT ${list} FROM ${fromClause(tables, outer)}`)
  return columns[1]!.map(String)
}

/** What a sample says of a numeric expression. */
export interface NumberFacts {
  readonly extremes: readonly [least: number, greatest: number]
  /** Whether all values are whole and fit 31 bits. */
  readonly isWhole: boolean
  /** Whether −0 is among them. */
  readonly hasMinusZero: boolean
}

/** Least and greatest of numeric expressions in a sample; undefined where there are none or no finite ones. */
export async function extremesOf(
  db: Database,
  sample: Sample,
  expressions: readonly string[],
): Promise<readonly (NumberFacts | undefined)[]> {
  if (expressions.length === 0) return []
  const list = expressions
    .flatMap((e) => [
      ...[`min(${e})`, `max(${e})`, `count(*) FILTER (${e} <> round(${e}))`],
      `count(*) FILTER (${e} = 0 AND signbit(${e}))`,
    ])
    .join(', ')
  const { columns } = await db.answer(`SELECT ${list} FROM ${sampleFrom(sample)}`)
  return expressions.map((_, i) => {
    const found = [0, 1, 2, 3].map((k) => columns[4 * i + k]![0]!)
    if (found.some((value) => value === null)) return undefined
    const [least, greatest, fractions, minusZeros] = found.map(Number) as [
      ...[number, number, number, number],
    ]
    if (!Number.isFinite(least) || !Number.isFinite(greatest)) return undefined
    const isWhole = fractions === 0 && least > -(2 ** 30) && greatest < 2 ** 30
    return { extremes: [least, greatest], isWhole, hasMinusZero: minusZeros > 0 }
  })
}
