import { type Ast, childrenOf, textOf } from '../layout/read/ast.ts'
import { comparisonsOf } from './compared.ts'
import { isFixed } from './constants.ts'
import type { Compared, Draft, ResolveRanged } from './implied.ts'

/** Clauses that an OR may become. */
const MOST_CLAUSES = 8

/**
 * What an OR says of one column, as an AND of ORs of single comparisons, by which DuckDB skips row
 * groups: a BETWEEN or an AND within an OR it does not skip by. (a AND b) OR c = (a OR c) AND (b OR c);
 * what the OR says of other columns is left out.
 */
export function ofEither(node: Ast, resolve: ResolveRanged): readonly Draft[] {
  if (textOf(node, 'type') !== 'CONJUNCTION_OR') return []
  const branches = childrenOf(node, 'children').map((branch) => plainComparisons(branch, resolve))
  if (branches.every(({ length }) => length === 1)) return []
  const columns = new Set(branches.flatMap((branch) => branch.map(({ column }) => column)))
  return [...columns].flatMap((column) => {
    const mine = branches.map((branch) => branch.filter((one) => one.column === column))
    const clauses = mine.reduce((count, { length }) => count * length, 1)
    return clauses === 0 || clauses > MOST_CLAUSES ? [] : clausesOf(mine)
  })
}

interface PlainComparison {
  readonly column: string
  readonly draft: Draft
}

function plainComparisons(branch: Ast, resolve: ResolveRanged): readonly PlainComparison[] {
  if (textOf(branch, 'type') === 'CONJUNCTION_AND') {
    return childrenOf(branch, 'children').flatMap((part) => plainComparisons(part, resolve))
  }
  return comparisonsOf(branch).flatMap((compared) => plainComparison(compared, resolve))
}

function plainComparison(
  { of, operator, constant, list }: Compared,
  resolve: ResolveRanged,
): readonly PlainComparison[] {
  const column = resolve(of)
  if (column === undefined || list !== undefined || !isFixed(constant)) return []
  return [{ column: column.sql, draft: [`${column.sql} ${operator} (`, constant, ')'] }]
}

/** One comparison of each branch, in all ways. */
function clausesOf(branches: readonly (readonly PlainComparison[])[]): readonly Draft[] {
  let clauses: readonly Draft[] = [[]]
  for (const branch of branches) {
    clauses = clauses.flatMap((before) =>
      branch.map(({ draft }) => (before.length === 0 ? draft : [...before, ' OR ', ...draft])),
    )
  }
  return clauses.map((clause) => ['(', ...clause, ')'])
}
