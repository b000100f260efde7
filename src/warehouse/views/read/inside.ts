import type { Catalogue } from './catalogue.ts'
import { type Expression, mapParts, type Semi, Unserved } from './expression.ts'

/** Names of columns of views: a table that has some would hide them where it is read inside. */
const VIEW_COLUMN = /^([km]\d+(_\w+)?|n)$/i

/** A test whether rows of tables meet conditions that may read columns around them. */
export function asSemi(
  tables: readonly string[],
  conditions: readonly Expression[],
  depth: number,
  catalogue: Catalogue,
): Semi {
  for (const table of tables) {
    const columns = [...(catalogue.tables.get(table.toLowerCase())?.columns.keys() ?? [])]
    if (columns.some((name) => VIEW_COLUMN.test(name))) {
      throw new Unserved('a table of a subquery of it has columns that are named as those of views')
    }
  }
  const from = tables.map((table) => ({ table, alias: aliasOf(table, depth) }))
  return { kind: 'semi', from, conditions }
}

/** An expression over tables as one over the same tables inside a subquery. */
export function inside(e: Expression, depth: number): Expression {
  if (e.kind === 'column') {
    return { kind: 'inner', alias: aliasOf(e.table, depth), name: e.name }
  }
  return mapParts(e, (part) => inside(part, depth))
}

/** No statement has such an alias. */
function aliasOf(table: string, depth: number): string {
  return `inner ${depth} ${table}`
}
