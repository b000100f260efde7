import {
  type DuckDBDateValue,
  type DuckDBMaterializedResult,
  DuckDBTimestampValue,
  type DuckDBTypeId,
  type DuckDBVector,
} from '@duckdb/node-api'

/**
 * One value as it came, exact. Whole numbers of up to 32 bits and floats are numbers (NaN is a
 * value, null is none), wider whole numbers are bigint, truth values boolean; everything else
 * (decimals, days, times, intervals, lists, …) is the text DuckDB prints for it, in UTC.
 */
export type AnswerValue = number | bigint | boolean | string | null

/** What one statement answered, column by column. */
export interface Answer {
  readonly rowCount: number
  /** As DuckDB names them; may repeat. */
  readonly names: readonly string[]
  /** As DuckDB writes them: BIGINT, DECIMAL(18,3), VARCHAR, TIMESTAMP, … */
  readonly types: readonly string[]
  readonly columns: readonly (readonly AnswerValue[])[]
}

/** Ids of types whose values cross as they are; ids are stable over versions of DuckDB. */
const AS_IS: ReadonlySet<DuckDBTypeId> = new Set<DuckDBTypeId>([
  // BOOLEAN … UBIGINT, FLOAT, DOUBLE, HUGEINT, UHUGEINT, VARCHAR
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 32, 17],
])
const DATE = 13
const TIMESTAMP_TZ = 31

/** Reads a whole result into plain values; works through its chunks without waiting. */
export function readAnswer(result: DuckDBMaterializedResult): Answer {
  const count = result.columnCount
  const convert = Array.from({ length: count }, (_, c) => converterOf(result.columnTypeId(c)))
  const columns = convert.map(() => [] as AnswerValue[])
  for (let k = 0; k < result.chunkCount; k++) {
    const chunk = result.getChunk(k)
    for (let c = 0; c < count; c++) {
      readVector(chunk.getColumnVector(c), chunk.rowCount, convert[c], columns[c]!)
    }
  }
  return {
    rowCount: result.rowCount,
    names: result.columnNames(),
    types: result.columnTypes().map(String),
    columns,
  }
}

/** What vectors of plain numbers have, beyond what all have. */
interface PlainVector {
  readonly items?: ArrayLike<number | bigint>
  readonly validity?: { readonly data: BigUint64Array | null }
}

function readVector(
  vector: DuckDBVector,
  rows: number,
  asText: ((value: unknown) => string) | undefined,
  values: AnswerValue[],
): void {
  const { items, validity } = vector as PlainVector
  if (asText === undefined && items !== undefined && validity !== undefined) {
    // Asking whether a value is NULL takes several times as long as reading it: ask once for all.
    if (isAllValid(validity.data, rows)) {
      for (let i = 0; i < rows; i++) values.push(items[i]!)
      return
    }
  }
  for (let i = 0; i < rows; i++) {
    const value: unknown = vector.getItem(i)
    values.push(value === null || asText === undefined ? (value as AnswerValue) : asText(value))
  }
}

const ALL_VALID = 0xffff_ffff_ffff_ffffn

/** Whether the first `rows` bits are set; null: no value of the vector is NULL. */
function isAllValid(mask: BigUint64Array | null, rows: number): boolean {
  if (mask === null) return true
  const whole = rows >> 6
  for (let word = 0; word < whole; word++) if (mask[word] !== ALL_VALID) return false
  const rest = BigInt(rows & 63)
  const bits = (1n << rest) - 1n
  return rest === 0n || (mask[whole]! & bits) === bits
}

function converterOf(type: DuckDBTypeId): ((value: unknown) => string) | undefined {
  if (AS_IS.has(type)) return undefined
  if (type === DATE) return dayText
  return type === TIMESTAMP_TZ ? instantText : String
}

/** The binding prints infinite days as if they were days. */
function dayText(value: unknown): string {
  const day = value as DuckDBDateValue
  return day.isFinite ? String(day) : day.days > 0 ? 'infinity' : '-infinity'
}

/** The binding prints instants in the zone of the machine; an answer must not depend on it. */
function instantText(value: unknown): string {
  const { micros } = value as { readonly micros: bigint }
  const text = String(new DuckDBTimestampValue(micros))
  return text.endsWith('infinity') ? text : `${text}+00`
}

/**
 * Whether two answers have the same columns (names, types) and rows: in the same order, or, where
 * `ordered` is false, in any. NaN equals NaN, and nothing else is forgiven.
 */
export function sameAnswer(a: Answer, b: Answer, ordered: boolean): boolean {
  if (a.rowCount !== b.rowCount || !sameTexts(a.names, b.names) || !sameTexts(a.types, b.types)) {
    return false
  }
  if (ordered) {
    return a.columns.every((column, c) =>
      column.every((value, i) => sameValue(value, b.columns[c]![i]!)),
    )
  }
  return sameTexts(rowKeys(a).sort(), rowKeys(b).sort())
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i])
}

function sameValue(a: AnswerValue, b: AnswerValue): boolean {
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

/** One text a row that tells kinds apart: 1, '1', 1n, null and NaN all differ. */
function rowKeys({ rowCount, columns }: Answer): string[] {
  return Array.from({ length: rowCount }, (_, i) =>
    columns.map((column) => valueKey(column[i]!)).join(','),
  )
}

function valueKey(value: AnswerValue): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  return value === 0 ? '0' : String(value)
}
