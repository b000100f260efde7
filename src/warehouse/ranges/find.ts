import { quoteName } from '../../core/sql/database.ts'
import { type Ast, childOf, childrenOf, isAst, namesOf, textOf, walk } from '../layout/read/ast.ts'
import { columnResolver } from '../layout/read/scans.ts'
import type { Relations } from './catalogue.ts'
import { comparisonsOf } from './compared.ts'
import { ofEither } from './either.ts'
import type { Draft, ResolveRanged, TypeOf } from './implied.ts'
import { ofNumbers } from './numbers.ts'
import { ofBeginnings, ofCalls } from './texts.ts'
import { askedTypes, isTimed, ofTimes } from './times.ts'

/** The WHERE of one SELECT of a statement. */
export interface Filtered {
  readonly select: Ast
  readonly parts: readonly Ast[]
  readonly resolve: ResolveRanged
  /** The byte of the statement at which a column of the condition stands. */
  readonly at: number
}

/** The SELECTs of a statement that filter tables known; none where names are given to columns anew. */
export function filteredIn(node: Ast, relations: Relations): readonly Filtered[] {
  const found: Filtered[] = []
  const named = namesGiven(node)
  if (named === undefined) return []
  walk(node, (inner) => {
    if (textOf(inner, 'type') === 'SELECT_NODE') {
      const one = filtered(inner, relations, named)
      if (one !== undefined) found.push(one)
    }
    return true
  })
  return found
}

/** Names of common table expressions, which tables go behind; undefined where columns of a table are renamed. */
function namesGiven(node: Ast): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  let areRenamed = false
  walk(node, (inner) => {
    const aliases = inner['column_name_alias']
    areRenamed ||= Array.isArray(aliases) && aliases.length > 0
    const map = childOf(inner, 'cte_map')?.['map']
    if (Array.isArray(map)) for (const one of map) names.add(String(one.key).toLowerCase())
    return true
  })
  return areRenamed ? undefined : names
}

function filtered(
  select: Ast,
  relations: Relations,
  named: ReadonlySet<string>,
): Filtered | undefined {
  const where = childOf(select, 'where_clause')
  if (where === undefined) return undefined
  const relationOf = (table: string) =>
    named.has(table.toLowerCase()) ? undefined : relations.get(table.toLowerCase())
  const columnOf = columnResolver(select, (table) => {
    const columns = relationOf(table)?.columns
    return columns && new Map([...columns].map(([name, column]) => [name, column.name]))
  })
  const resolve: ResolveRanged = (node) => {
    const found = columnOf(node)
    const relation = found && relationOf(found.table)
    const type = found && relation?.columns.get(found.column.toLowerCase())?.type
    if (type === undefined || relation === undefined) return undefined
    return { sql: namesOf(node).map(quoteName).join('.'), type, isCollated: relation.isCollated }
  }
  const at = firstColumn(where, resolve)
  return at === undefined ? undefined : { select, parts: conjuncts(where), resolve, at }
}

function firstColumn(where: Ast, resolve: ResolveRanged): number | undefined {
  let at: number | undefined
  walk(where, (node) => {
    if (textOf(node, 'class') === 'SUBQUERY') return false
    if (at === undefined && resolve(node) !== undefined) at = Number(node['query_location'])
    return at === undefined
  })
  return at
}

/** The parts of an AND, however deep. */
export function conjuncts(node: Ast): readonly Ast[] {
  return textOf(node, 'type') === 'CONJUNCTION_AND'
    ? childrenOf(node, 'children').flatMap(conjuncts)
    : [node]
}

/** Expressions of conditions on days and instants whose types are to be asked of DuckDB. */
export function typesAsked({ parts, resolve }: Filtered): readonly Ast[] {
  return parts
    .flatMap(comparisonsOf)
    .filter(({ of }) =>
      someColumn(of, (node) => {
        const column = resolve(node)
        return column !== undefined && isTimed(column)
      }),
    )
    .flatMap(askedTypes)
}

function someColumn(node: Ast, test: (node: Ast) => boolean): boolean {
  let isFound = false
  walk(node, (inner) => {
    isFound ||= isAst(inner) && test(inner)
    return !isFound
  })
  return isFound
}

/** Conditions that hold wherever the condition of a WHERE does, and by which DuckDB skips row groups. */
export function draftsFor({ parts, resolve }: Filtered, typeOf: TypeOf): readonly Draft[] {
  return parts.flatMap((part) => [
    ...ofEither(part, resolve),
    ...ofCalls(part, resolve),
    ...comparisonsOf(part).flatMap((compared) => [
      ...ofNumbers(compared, resolve),
      ...ofTimes(compared, resolve, typeOf),
      ...ofBeginnings(compared, resolve),
    ]),
  ])
}
