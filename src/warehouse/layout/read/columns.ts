import { quoteName, quoteText } from '../../../core/sql/database.ts'

/** How values of a column become numbers that stand in the same order. */
export type Encoding = 'number' | 'boolean' | 'time' | 'text'

/** A column of a table; without encoding where its values are not compared (lists, blobs, …). */
export interface TableColumn {
  readonly name: string
  /** As DuckDB writes it. */
  readonly type: string
  readonly encoding: Encoding | undefined
}

/** The encoding of a type of DuckDB. */
export function encodingOf(type: string): Encoding | undefined {
  if (type === 'VARCHAR') return 'text'
  if (type === 'BOOLEAN') return 'boolean'
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) return 'time'
  return /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$/.test(type)
    ? 'number'
    : undefined
}

/**
 * SQL of the encoded value of an expression: a double, or the text itself. NaN, the greatest of
 * all, becomes infinity, because NaN stands for a missing value where samples are read.
 */
export function encodeSql(encoding: Encoding, type: string, sql: string): string {
  if (encoding === 'text') return sql
  if (encoding === 'boolean') return `CAST(CAST(${sql} AS TINYINT) AS DOUBLE)`
  if (encoding === 'time') return `CAST(epoch_us(CAST(${sql} AS TIMESTAMP)) AS DOUBLE)`
  const isFloat = type === 'FLOAT' || type === 'DOUBLE'
  const value = `CAST(${sql} AS DOUBLE)`
  return isFloat
    ? `CASE WHEN isnan(${sql}) THEN CAST('infinity' AS DOUBLE) ELSE ${value} END`
    : value
}

/** SQL of the encoded value of a column. */
export function encodedColumn({ name, type, encoding }: TableColumn): string {
  return encodeSql(encoding!, type, quoteName(name))
}

/** A finite number, or an infinite one, as SQL of type DOUBLE. */
export function doubleSql(value: number): string {
  return `CAST(${quoteText(value === Infinity ? 'infinity' : value === -Infinity ? '-infinity' : String(value))} AS DOUBLE)`
}

/** Order of texts in DuckDB: that of their UTF-8 bytes. */
export function compareTexts(a: string, b: string): number {
  // UTF-16 and UTF-8 differ only where surrogates meet letters above them.
  return isPlain(a) && isPlain(b)
    ? a < b
      ? -1
      : a > b
        ? 1
        : 0
    : Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0xd800) return false
  return true
}
