import type { DuckDBDataChunk } from '@duckdb/node-api'
import type { Column, Table } from '../table.ts'
import type { Row } from './database.ts'
import { quoteName } from './quote.ts'

/** How a column crosses into JavaScript: as a double or as text, cast by DuckDB in its own loops. */
export function castOut(name: string, type: string): string {
  const column = quoteName(name)
  if (type === 'DATE') return `CAST(${column} - DATE '1970-01-01' AS DOUBLE)`
  if (type.startsWith('TIMESTAMP')) return `CAST(epoch_ms(${column}) AS DOUBLE)`
  if (type === 'VARCHAR') return column
  if (/^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|BOOLEAN)$/.test(type)) {
    return `CAST(${column} AS DOUBLE)`
  }
  return `CAST(${column} AS VARCHAR)`
}

function isNumeric(type: string): boolean {
  return !castOut('x', type).endsWith('AS VARCHAR)') && type !== 'VARCHAR'
}

/** Columns of a result whose columns were cast by `castOut`. */
export function readTable(
  shape: readonly { name: string; type: string }[],
  chunks: readonly DuckDBDataChunk[],
): Table {
  const rowCount = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0)
  const columns: Record<string, Column> = {}
  shape.forEach(({ name, type }, c) => {
    columns[name] = isNumeric(type)
      ? readNumbers(chunks, c, rowCount)
      : readTexts(chunks, c, rowCount)
  })
  return { rowCount, columns }
}

function readNumbers(chunks: readonly DuckDBDataChunk[], c: number, rowCount: number): Column {
  const values = new Float64Array(rowCount)
  let row = 0
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(c)
    for (let i = 0; i < chunk.rowCount; i++) {
      const value = vector.getItem(i)
      values[row++] = value === null ? Number.NaN : (value as number)
    }
  }
  return { kind: 'number', values }
}

function readTexts(chunks: readonly DuckDBDataChunk[], c: number, rowCount: number): Column {
  const codeOf = new Map<string, number>()
  const dictionary: string[] = []
  const codes = new Int32Array(rowCount)
  let row = 0
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(c)
    for (let i = 0; i < chunk.rowCount; i++) {
      const value = vector.getItem(i) as string | null
      if (value === null) {
        codes[row++] = -1
        continue
      }
      let code = codeOf.get(value)
      if (code === undefined) {
        code = dictionary.push(value) - 1
        codeOf.set(value, code)
      }
      codes[row++] = code
    }
  }
  return { kind: 'text', codes, dictionary }
}

/** Rows of a table as objects; missing numbers and texts become null. */
export function rowsOf(table: Table): Row[] {
  const names = Object.keys(table.columns)
  return Array.from({ length: table.rowCount }, (_, i) => {
    const row: Record<string, string | number | null> = {}
    for (const name of names) row[name] = valueAt(table.columns[name]!, i)
    return row
  })
}

/** The value of a row; a missing one is null. */
export function valueAt(column: Column, i: number): string | number | null {
  if (column.kind === 'text')
    return column.codes[i]! < 0 ? null : column.dictionary[column.codes[i]!]!
  return Number.isNaN(column.values[i]!) ? null : column.values[i]!
}

/** How a column of doubles and texts becomes one of a type. */
export function castIn(name: string, type: string): string {
  const column = quoteName(name)
  if (type === 'DATE') return `DATE '1970-01-01' + CAST(${column} AS INTEGER)`
  if (type.startsWith('TIMESTAMP')) return `make_timestamp(CAST(${column} * 1000 AS BIGINT))`
  return `CAST(${column} AS ${type})`
}
