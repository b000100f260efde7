import type { Database } from '../../../core/sql/database.ts'
import {
  type Ast,
  childOf,
  isAst,
  namesOf,
  parseSelects,
  textOf,
  writeSelects,
} from '../read/ast.ts'
import type { ColumnsOf } from '../read/scans.ts'
import type { WeighedStatement } from '../read/statements.ts'
import type { CarriedColumn } from './carried.ts'
import { type Link, linksOf } from './links.ts'

/** Filters that a scan of the carrying table may have besides its own, without another answer. */
export interface ImpliedFilter {
  readonly link: Link
  /** By column of the joined table, in lower case: the carried column. */
  readonly names: ReadonlyMap<string, string>
}

/** The filters that `carried` columns of `table` let a statement imply. */
export function impliedFilters(
  statement: Ast,
  table: string,
  carried: readonly CarriedColumn[],
  columnsOf: ColumnsOf,
): readonly ImpliedFilter[] {
  return linksOf(statement, columnsOf).flatMap((link) => {
    if (link.table.toLowerCase() !== table.toLowerCase()) return []
    const mine = carried.filter((one) => isOf(one, link))
    const names = new Map(mine.map(({ attribute, name }) => [attribute.toLowerCase(), name]))
    return link.attributes.every((name) => names.has(name.toLowerCase())) ? [{ link, names }] : []
  })
}

function isOf(one: CarriedColumn, { column, joined }: Link): boolean {
  const alike = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return alike(one.column, column) && alike(one.table, joined.table) && alike(one.key, joined.key)
}

/** The condition of a filter on the carried columns, which stand under `alias`, '' for none. */
export function onCarried({ link, names }: ImpliedFilter, alias: string): Ast {
  const copy = (node: Ast): Ast => {
    if (textOf(node, 'class') === 'COLUMN_REF') {
      const name = names.get(namesOf(node).at(-1)!.toLowerCase())!
      return { ...node, column_names: alias === '' ? [name] : [alias, name] }
    }
    return mapChildren(node, copy)
  }
  return copy(link.condition)
}

function mapChildren(node: Ast, copy: (node: Ast) => Ast): Ast {
  return Object.fromEntries(
    Object.entries(node).map(([property, value]) => [
      property,
      isAst(value)
        ? copy(value)
        : Array.isArray(value)
          ? value.map((item: unknown) => (isAst(item) ? copy(item) : item))
          : value,
    ]),
  )
}

/** A statement with all its implied filters written out, for where the carried columns are seen. */
function withImplied(statement: Ast, filters: readonly ImpliedFilter[]): Ast {
  const copy = (node: Ast): Ast => {
    const mine = filters.filter(({ link }) => link.select === node)
    const next = mapChildren(node, copy)
    if (mine.length === 0) return next
    const where = childOf(next, 'where_clause')
    const parts = mine.map((filter) => onCarried(filter, filter.link.alias))
    const children = where === undefined ? parts : [where, ...parts]
    return { ...next, where_clause: children.length === 1 ? children[0] : andOf(children) }
  }
  return copy(statement)
}

function andOf(children: readonly Ast[]): Ast {
  return { class: 'CONJUNCTION', type: 'CONJUNCTION_AND', alias: '', query_location: 0, children }
}

/**
 * Statements as they can be asked of rows that carry columns: with filters on joined tables written out
 * on the rows themselves. Statements without such filters stay as they are.
 */
export async function impliedStatements(
  db: Database,
  statements: readonly WeighedStatement[],
  table: string,
  carried: readonly CarriedColumn[],
  columnsOf: ColumnsOf,
): Promise<readonly WeighedStatement[]> {
  if (carried.length === 0) return statements
  const parsed = await parseSelects(
    db,
    statements.map(({ sql }) => sql),
  )
  const changed = parsed.flatMap((select, i) => {
    const filters = select === undefined ? [] : impliedFilters(select, table, carried, columnsOf)
    return filters.length === 0 ? [] : [{ i, select: withImplied(select!, filters) }]
  })
  const written = await writeSelects(
    db,
    changed.map(({ select }) => select),
  )
  const byPlace = new Map(changed.map(({ i }, c) => [i, written[c]!]))
  return statements.map((statement, i) => ({ ...statement, sql: byPlace.get(i) ?? statement.sql }))
}
