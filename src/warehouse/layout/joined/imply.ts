import { type Database, quoteName } from '../../../core/sql/database.ts'
import {
  type Ast,
  childOf,
  childrenOf,
  isAst,
  namesOf,
  parseSelects,
  textOf,
  walk,
  writeSelects,
} from '../read/ast.ts'
import type { ColumnsOf } from '../read/scans.ts'
import type { WeighedStatement } from '../read/statements.ts'
import { COMPUTED, computedRef } from '../served/edits.ts'
import type { CarriedColumn } from './carried.ts'
import { type Link, linksOf } from './links.ts'
import { type RankedTexts, rankedComparison, ranksSql, readRanked, type TextsOf } from './ranks.ts'

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

/** Writes a condition for the constants of a statement. */
export type RanksWriter = (texts: TextsOf) => string

/**
 * The condition of a filter on the carried columns, which stand under `alias`, '' for none. What compares
 * texts that are carried as ranks is left to be computed: a name in its place stands for one of `writers`,
 * which is added to them. Undefined where it says nothing of ranks.
 */
export function onCarried(
  { link, names }: ImpliedFilter,
  alias: string,
  ranked: ReadonlyMap<string, RankedTexts>,
  writers: RanksWriter[],
): Ast | undefined {
  const carriedAs = (node: Ast) => names.get(namesOf(node).at(-1)!.toLowerCase())!
  const rename = (node: Ast): Ast => {
    if (textOf(node, 'class') !== 'COLUMN_REF') return mapChildren(node, rename)
    const name = carriedAs(node)
    return { ...node, column_names: alias === '' ? [name] : [alias, name] }
  }
  const copy = (node: Ast): Ast | undefined => {
    const columns = columnsIn(node).map(carriedAs)
    if (!columns.some((name) => ranked.has(name))) return rename(node)
    const type = textOf(node, 'type')
    if (type === 'CONJUNCTION_AND' || type === 'CONJUNCTION_OR') {
      const children = childrenOf(node, 'children').map(copy)
      return children.includes(undefined) ? undefined : { ...node, children: children as Ast[] }
    }
    const [name, second] = columns
    const compared = second === undefined ? rankedComparison(node, ranked.get(name!)!) : undefined
    if (compared === undefined) return undefined
    const column = [...(alias === '' ? [] : [alias]), name!].map(quoteName).join('.')
    writers.push((texts) => ranksSql(column, compared(texts)))
    return computedRef(writers.length - 1)
  }
  return copy(link.condition)
}

function columnsIn(node: Ast): readonly Ast[] {
  const found: Ast[] = []
  walk(node, (inner) => {
    if (textOf(inner, 'class') === 'COLUMN_REF') found.push(inner)
    return true
  })
  return found
}

/** The text of a constant in a tree; undefined where it is none. */
export function textsOfConstant(constant: Ast): readonly string[] | undefined {
  const value = childOf(constant, 'value')
  const isText = textOf(childOf(value ?? {}, 'type') ?? {}, 'id') === 'VARCHAR'
  return isText && typeof value?.['value'] === 'string' ? [value['value']] : undefined
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
function withImplied(
  statement: Ast,
  filters: readonly ImpliedFilter[],
  ranked: ReadonlyMap<string, RankedTexts>,
  writers: RanksWriter[],
): Ast {
  const copy = (node: Ast): Ast => {
    const mine = filters.filter(({ link }) => link.select === node)
    const next = mapChildren(node, copy)
    const where = childOf(next, 'where_clause')
    const parts = mine
      .map((filter) => onCarried(filter, filter.link.alias, ranked, writers))
      .filter((part) => part !== undefined)
    if (parts.length === 0) return next
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
  const ranked = await readRanked(db, carried)
  const writers: RanksWriter[] = []
  const changed = parsed.flatMap((select, i) => {
    const filters = select === undefined ? [] : impliedFilters(select, table, carried, columnsOf)
    if (filters.length === 0) return []
    return [{ i, select: withImplied(select!, filters, ranked, writers) }]
  })
  const written = await writeSelects(
    db,
    changed.map(({ select }) => select),
  )
  const texts = written.map((text) =>
    text.replaceAll(COMPUTED, (_, n) => writers[Number(n)]!(textsOfConstant)),
  )
  const byPlace = new Map(changed.map(({ i }, c) => [i, texts[c]!]))
  return statements.map((statement, i) => ({ ...statement, sql: byPlace.get(i) ?? statement.sql }))
}
