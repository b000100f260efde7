import type { SampleColumn } from '../choose/sample.ts'
import { columnsOfPredicate } from '../read/predicate.ts'
import type { Layout } from './candidates.ts'
import type { SortKey } from './keys.ts'

/** A layout in a few words for a person. */
export function describeLayout({ kind, keys }: Layout, columns: readonly SampleColumn[]): string {
  const name = (column: number) => columns[column]!.name
  const words = keys.map((key) => describeKey(key, kind, name))
  return words.join(', then ')
}

function describeKey(key: SortKey, kind: string, name: (column: number) => string): string {
  switch (key.kind) {
    case 'column':
      return name(key.column)
    case 'cell': {
      const parts = key.ranges.map(({ column, codes }) => `${name(column)} in ${codes.length}`)
      const what = { 'z-order': 'Z-order', cells: 'learned Z-order', grid: 'grid' }[kind] ?? 'cells'
      return `${what} of ${parts.join(' × ')} ranges`
    }
    case 'bits': {
      const used = new Set(
        key.predicates.flatMap((predicate) => [...columnsOfPredicate(predicate)]),
      )
      return `${key.predicates.length} predicates on ${[...used].map(name).join(', ')}`
    }
    case 'tree': {
      const { blocks, used } = shapeOf(key)
      return `a tree of ${blocks} blocks over ${[...used].map(name).join(', ')}`
    }
  }
}

function shapeOf({ tree }: Extract<SortKey, { readonly kind: 'tree' }>): {
  readonly blocks: number
  readonly used: ReadonlySet<number>
} {
  const used = new Set<number>()
  let blocks = 0
  const visit = (node: typeof tree): void => {
    if ('leaf' in node) {
      blocks++
      return
    }
    for (const column of columnsOfPredicate(node.question)) used.add(column)
    visit(node.yes)
    visit(node.no)
  }
  visit(tree)
  return { blocks, used }
}
