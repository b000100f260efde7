import { type Expression, type FrameEnd, someIn, Unserved, type Window } from './expression.ts'
import { type Node, nodesOf } from './tree.ts'

/** Whether an expression holds a window. */
export function hasWindow(e: Expression): boolean {
  return someIn(e, ({ kind }) => kind === 'window')
}

/** Whether a part of a tree holds a window. */
export function holdsWindow(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsWindow)
  if (typeof value !== 'object' || value === null) return false
  return (value as Node)['class'] === 'WINDOW' || Object.values(value).some(holdsWindow)
}

/** Rows that are equal in the order get the same of these. */
export const OF_PEERS: ReadonlySet<string> = new Set([
  'rank',
  'dense_rank',
  'percent_rank',
  'cume_dist',
])
/** Windows that tell apart rows that are equal in the order. */
export const OF_PLACES: ReadonlySet<string> = new Set([
  ...['row_number', 'ntile', 'lag', 'lead', 'first_value', 'last_value', 'nth_value', 'first'],
  'last',
])
/** Windows that count and compare. */
export const COUNTED: ReadonlySet<string> = new Set(['count', 'count_star', 'min', 'max'])
/** Windows that add up. */
export const ADDED: ReadonlySet<string> = new Set(['sum', 'avg', 'mean'])

const FRAME_ENDS: Readonly<Record<string, string>> = {
  UNBOUNDED_PRECEDING: 'UNBOUNDED PRECEDING',
  UNBOUNDED_FOLLOWING: 'UNBOUNDED FOLLOWING',
  CURRENT_ROW_RANGE: 'CURRENT ROW',
  CURRENT_ROW_ROWS: 'CURRENT ROW',
  EXPR_PRECEDING_ROWS: 'PRECEDING',
  EXPR_FOLLOWING_ROWS: 'FOLLOWING',
}

/** The window of a node. Throws Unserved for what may depend on the order in which rows come. */
export function parseWindow(node: Node, parse: (value: unknown) => Expression): Window {
  const called = String(node['function_name']).toLowerCase()
  const args = nodesOf(node['children']).map(parse)
  const name = called === 'count' && args.length === 0 ? 'count_star' : called
  if (![OF_PEERS, OF_PLACES, COUNTED, ADDED].some((names) => names.has(name))) {
    throw new Unserved(`it computes ${name} over windows`)
  }
  const isPlain =
    node['ignore_nulls'] !== true &&
    node['distinct'] !== true &&
    (node['filter_expr'] ?? null) === null &&
    nodesOf(node['arg_orders'] ?? []).length === 0 &&
    node['exclude_clause'] === 'NO_OTHER'
  if (!isPlain) throw new Unserved('a window of it is unusual')
  const further = ['offset_expr', 'default_expr'].flatMap((key) =>
    (node[key] ?? null) === null ? [] : [parse(node[key])],
  )
  const ends = [node['start'], node['end']].map(String)
  return {
    kind: 'window',
    name,
    args: [...args, ...further],
    partitions: nodesOf(node['partitions']).map(parse),
    orders: nodesOf(node['orders']).map((order) => ({
      expression: parse(order['expression']),
      suffix: suffixOf(order),
    })),
    isOfRows: ends.some((end) => end.endsWith('_ROWS')),
    frame: [
      frameEnd(ends[0]!, node['start_expr'], parse),
      frameEnd(ends[1]!, node['end_expr'], parse),
    ],
  }
}

function frameEnd(end: string, rows: unknown, parse: (value: unknown) => Expression): FrameEnd {
  const at = FRAME_ENDS[end]
  if (at === undefined) throw new Unserved(`a window of it goes to ${end.toLowerCase()}`)
  if (at !== 'PRECEDING' && at !== 'FOLLOWING') return { at }
  const count = parse(rows)
  if (count.kind !== 'literal') throw new Unserved('the length of a window of it is computed')
  return { at, rows: count }
}

/** What stands behind an expression in ORDER BY. */
export function suffixOf(node: Node): string {
  const directions: Readonly<Record<string, string>> = { ASCENDING: ' ASC', DESCENDING: ' DESC' }
  const nulls: Readonly<Record<string, string>> = {
    'NULLS FIRST': ' NULLS FIRST',
    'NULLS LAST': ' NULLS LAST',
  }
  return `${directions[String(node['type'])] ?? ''}${nulls[String(node['null_order']).replace('_', ' ')] ?? ''}`
}
