import { type Database, quoteName } from '../../../core/sql/database.ts'

/** How often the keys of a column occur, known for a share of the keys that is the same in all columns. */
export interface KeySketch {
  /** One in so many keys is kept: a power of two. */
  readonly oneIn: number
  /** Rows with each kept key, by the hash of the key; NULL is no key. */
  readonly rows: ReadonlyMap<number, number>
}

/** Keys kept of a column that has each key once. */
const MOST_KEYS = 8192
/** Whole numbers that DuckDB compares as one type must hash as one. */
const WHOLE = /^(TINY|SMALL|BIG)INT$|^INTEGER$|^U(TINY|SMALL)INT$|^UINTEGER$/

/**
 * Counts the rows of some keys of a column: those whose hash ends in zeros, so that what is kept of two
 * columns is the same keys (Acharya et al. 1999, join synopses; universe sampling). Throws ERR_SQL.
 */
export async function sketchKeys(
  db: Pick<Database, 'answer'>,
  table: string,
  column: { readonly name: string; readonly type: string },
  tableRows: number,
): Promise<KeySketch> {
  const oneIn = 2 ** Math.max(0, Math.ceil(Math.log2(tableRows / MOST_KEYS)))
  const name = quoteName(column.name)
  const key = WHOLE.test(column.type) ? `CAST(${name} AS BIGINT)` : name
  // 53 bits cross into JavaScript exactly.
  const hash = `(hash(${key}) >> 11)`
  const answer = await db.answer(
    `SELECT CAST(${hash} AS DOUBLE), CAST(count(*) AS DOUBLE) FROM ${quoteName(table)}
     WHERE ${name} IS NOT NULL AND ${hash} % ${oneIn} = 0 GROUP BY ALL`,
  )
  const [hashes = [], counts = []] = answer.columns
  return { oneIn, rows: new Map(hashes.map((h, i) => [Number(h), Number(counts[i])])) }
}

/** Keys that a column holds, about. */
export function distinctKeys({ oneIn, rows }: KeySketch): number {
  return rows.size * oneIn
}

/** Rows of the join of columns on equality, about: Σ over kept keys of Π rows, over the share kept. */
export function joinedRows(sketches: readonly KeySketch[]): number {
  const oneIn = Math.max(...sketches.map((s) => s.oneIn))
  const [least, ...others] = sketches.toSorted((a, b) => a.rows.size - b.rows.size)
  let sum = 0
  for (const [key, rows] of least!.rows) {
    if (key % oneIn !== 0) continue
    let product = rows
    for (const other of others) product *= other.rows.get(key) ?? 0
    sum += product
  }
  return sum * oneIn
}
