import { quoteName, quoteText } from '../../core/sql/database.ts'
import type { Column } from './column.ts'
import type { TableDeclaration } from './table.ts'

/** The SQL type of a column. Instants are UTC; money is whole cents. */
export function sqlType(column: Column): string {
  switch (column.type) {
    case 'id':
    case 'text':
    case 'enum':
      return 'VARCHAR'
    case 'integer':
    case 'money':
      return 'BIGINT'
    case 'number':
      return 'DOUBLE'
    case 'day':
      return 'DATE'
    case 'instant':
      return 'TIMESTAMP'
    case 'boolean':
      return 'BOOLEAN'
  }
}

/** A default as a SQL literal; undefined where a column has none. */
export function sqlDefault(column: Column): string | undefined {
  const value = column.default
  if (value === undefined) return undefined
  return typeof value === 'string' ? quoteText(value) : String(value)
}

/**
 * CREATE TABLE of a declaration. Keys are kept unique by the one path that writes (merge.ts), not
 * by an index: DuckDB's primary keys make bulk loads several times slower and refuse an update
 * that touches a key twice in a transaction.
 */
export function createTableSql(table: TableDeclaration): string {
  const columns = Object.entries(table.columns).map(([name, column]) => {
    const notNull = column.required ? ' NOT NULL' : ''
    return `${quoteName(name)} ${sqlType(column)}${notNull}${defaultClause(column)}`
  })
  return `CREATE TABLE IF NOT EXISTS ${quoteName(table.name)} (${columns.join(', ')})`
}

/**
 * ALTER TABLE that adds a column to a table made before the column was declared; rows that are
 * there take its default, or are missing.
 */
export function addColumnSql(table: string, name: string, column: Column): string {
  return `ALTER TABLE ${quoteName(table)} ADD COLUMN ${quoteName(name)} ${sqlType(column)}${defaultClause(column)}`
}

function defaultClause(column: Column): string {
  const fallback = sqlDefault(column)
  return fallback === undefined ? '' : ` DEFAULT ${fallback}`
}
