import { type Expression, type OrderPart, print, Unserved } from './expression.ts'
import type { FindColumn } from './parse.ts'
import { type Node, nodeOf, nodesOf } from './tree.ts'
import { suffixOf } from './window-node.ts'

/** A column of the answer that others can name. */
export interface NamedOutput {
  readonly expression: Expression
  readonly alias: string
}

export type Parse = (part: unknown) => Expression

interface Grouping {
  readonly groups: readonly Expression[]
  readonly sets: readonly (readonly number[])[] | undefined
}

interface Modifiers {
  readonly order: readonly OrderPart[]
  readonly limit: Expression | undefined
  readonly offset: Expression | undefined
  readonly mayTie: boolean
}

/** Reads parts in which a name that is no column is the output of that name. */
export function aliasParser(
  outputs: readonly NamedOutput[],
  parse: Parse,
  find: FindColumn,
): Parse {
  return (part) => {
    const node = nodeOf(part)
    if (node['class'] !== 'COLUMN_REF') return parse(node)
    const names = node['column_names'] as readonly string[]
    if (names.length > 1 || find(names) !== undefined) return parse(node)
    const wanted = names[0]!.toLowerCase()
    const named = outputs.filter(({ alias }) => alias.toLowerCase() === wanted)
    if (named.length !== 1) throw new Unserved(`it names ${names[0]}, which is not one column`)
    return named[0]!.expression
  }
}

/** The output that a bare number in GROUP BY or ORDER BY stands for. */
export function byPosition(
  e: Expression,
  outputs: readonly NamedOutput[],
  positions: Set<number>,
): Expression {
  if (e.kind !== 'literal') return e
  if (e.slot !== undefined) positions.add(e.slot)
  const output = /^\d+$/.test(e.text) ? outputs[Number(e.text) - 1] : undefined
  if (output === undefined) throw new Unserved('it groups or orders by a constant')
  return output.expression
}

/** Order and limits of a SELECT, and whether groups may be equal in its order. */
export function readModifiers(
  node: Node,
  outputs: readonly NamedOutput[],
  parse: Parse,
  { groups, sets }: Grouping,
  positions: Set<number>,
): Modifiers {
  let order: OrderPart[] = []
  let [limit, offset]: (Expression | undefined)[] = []
  for (const part of nodesOf(node['modifiers'])) {
    if (part['type'] === 'ORDER_MODIFIER') {
      order = nodesOf(part['orders']).flatMap((o) => readOrders(o, outputs, parse, positions))
    } else if (part['type'] === 'LIMIT_MODIFIER') {
      limit = part['limit'] === null ? undefined : parse(part['limit'])
      offset = part['offset'] === null ? undefined : parse(part['offset'])
    } else if (part['type'] !== 'DISTINCT_MODIFIER') throw new Unserved('it ends in an unusual way')
  }
  const ordered = new Set(order.map(({ expression }) => print(expression)))
  // In several grouping sets a NULL of the table looks like one of a set.
  const isTotal = sets === undefined && groups.every((group) => ordered.has(print(group)))
  if ((limit ?? offset) !== undefined && order.length === 0 && groups.length > 0) {
    throw new Unserved('it takes some rows in no order')
  }
  return { order, limit, offset, mayTie: order.length > 0 && !isTotal }
}

/** ORDER BY ALL goes by every output, from left to right. */
function readOrders(
  node: Node,
  outputs: readonly NamedOutput[],
  parse: Parse,
  positions: Set<number>,
): OrderPart[] {
  const given = nodeOf(node['expression'])
  const isBare = ['exclude_list', 'replace_list', 'rename_list', 'qualified_exclude_list'].every(
    (key) => Array.isArray(given[key]) && given[key].length === 0,
  )
  const isAll = given['class'] === 'STAR' && given['expr'] === null && given['relation_name'] === ''
  if (!isAll || !isBare) return [readOrder(node, outputs, parse, positions)]
  const suffix = suffixOf(node)
  return outputs.map(({ expression }) => ({ expression, suffix }))
}

function readOrder(
  node: Node,
  outputs: readonly NamedOutput[],
  parse: Parse,
  positions: Set<number>,
): OrderPart {
  const given = nodeOf(node['expression'])
  const names = given['class'] === 'COLUMN_REF' ? (given['column_names'] as string[]) : []
  const wanted = names.length === 1 ? names[0]!.toLowerCase() : undefined
  // In ORDER BY the output of a name goes before the column.
  const output = outputs.find(({ alias }) => alias !== '' && alias.toLowerCase() === wanted)
  const expression = output?.expression ?? byPosition(parse(given), outputs, positions)
  return { expression, suffix: suffixOf(node) }
}
