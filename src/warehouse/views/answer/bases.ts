import type { Catalogue } from '../read/catalogue.ts'
import type { ViewBase, ViewDefinition } from './definition.ts'

/** Texts, and names with what they belong to, in canonical SQL. */
const PARTS = /'(?:[^']|'')*'|"((?:[^"]|"")*)"(?:\."((?:[^"]|"")*)")?/g

/**
 * Which columns of its tables a view is made of, with their types: what `checksum`s of its tables go
 * over. Its expressions are canonical: columns stand as "table"."column".
 */
export function basesOf(view: ViewDefinition, catalogue: Catalogue): readonly ViewBase[] {
  const texts = [
    ...view.fixed,
    ...(view.outer ?? []).map(({ on }) => on),
    ...view.keys.map(({ expression }) => expression),
    ...view.measures.map(({ expression }) => expression),
  ]
  const named = new Set<string>()
  for (const [, table, column] of texts.join(' ').matchAll(PARTS)) {
    if (column !== undefined) named.add(`${table!.toLowerCase()}\n${column.toLowerCase()}`)
  }
  return view.tables.map((table) => {
    const known = catalogue.tables.get(table.toLowerCase())
    const plain = (name: string) => name.replaceAll('"', '""').toLowerCase()
    const columns = [...(known?.columns.values() ?? [])].filter(({ name }) =>
      named.has(`${plain(table)}\n${plain(name)}`),
    )
    return { table, columns }
  })
}
