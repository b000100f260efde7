import { type Ast, childOf, childrenOf, textOf, walk } from '../layout/read/ast.ts'
import { unquote } from '../watch/constants.ts'

/** Literals of one statement as they stand in it, by slot. */
export type Texts = readonly string[]

/** SQL of something for one statement; undefined where its literals allow none. */
export type Write = (texts: Texts) => string | undefined

/** The words of a text constant; undefined where the node is none. */
export function wordsOf(node: Ast | undefined): Write | undefined {
  if (node === undefined || textOf(node, 'class') !== 'CONSTANT') return undefined
  const { slot } = node
  if (typeof slot === 'number') {
    return (texts) => {
      const text = texts[slot]!
      return /^[-\d.]/.test(text) ? undefined : unquote(text)
    }
  }
  const value = childOf(node, 'value')?.['value']
  return typeof value === 'string' ? () => value : undefined
}

const WHOLE = /^-?\d{1,15}$/

/** The number of a literal constant; undefined where the node is none, or where the literal is no plain number. */
export function numberOf(
  node: Ast | undefined,
): ((texts: Texts) => number | undefined) | undefined {
  if (node === undefined || textOf(node, 'class') !== 'CONSTANT') return undefined
  const { slot } = node
  if (typeof slot === 'number') {
    return (texts) => {
      const text = texts[slot]!
      return /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined
    }
  }
  const value = childOf(node, 'value')?.['value']
  return WHOLE.test(String(value)) &&
    textOf(childOf(childOf(node, 'value')!, 'type')!, 'id') !== 'DECIMAL'
    ? () => Number(value)
    : undefined
}

/** Numbers of the constants of IN (…): all members share one slot. */
export function numbersOf(
  nodes: readonly Ast[],
): ((texts: Texts) => readonly number[] | undefined) | undefined {
  const slot = listSlot(nodes)
  if (slot === undefined) return undefined
  return (texts) => {
    const list = texts[slot]!.split(',').map((text) => text.trim())
    return list.every((text) => WHOLE.test(text)) ? list.map(Number) : undefined
  }
}

/** Words of the constants of IN (…), as `numbersOf`. */
export function wordsInList(
  nodes: readonly Ast[],
): ((texts: Texts) => readonly string[] | undefined) | undefined {
  const slot = listSlot(nodes)
  if (slot === undefined) return undefined
  return (texts) => {
    const list = texts[slot]!
    const words = list.match(/'(?:[^']|'')*'/g) ?? []
    return /^(?:\s*'(?:[^']|'')*'\s*(?:,|$))+$/.test(list) ? words.map(unquote) : undefined
  }
}

function listSlot(nodes: readonly Ast[]): number | undefined {
  const [first] = nodes
  const slot = first?.['slot']
  const isList = nodes.every(
    (node) => textOf(node, 'class') === 'CONSTANT' && node['slot'] === slot,
  )
  return typeof slot === 'number' && isList ? slot : undefined
}

/** Read as columns, because they stand without parentheses. */
const MOMENTS = new Set([...['current_date', 'current_timestamp', 'localtimestamp', 'today']])
const CHANGING = /random|uuid|nextval|currval|setseed|sleep|query|transaction|txid/

/** Whether an expression has one value for all rows of a statement, as far as its form tells. */
export function isFixed(node: Ast): boolean {
  let fixed = true
  walk(node, (inner) => {
    const kind = textOf(inner, 'class')
    if (/^(SUBQUERY|PARAMETER|STAR|WINDOW|DEFAULT|LAMBDA)$/.test(kind)) fixed = false
    if (kind === 'COLUMN_REF') fixed &&= isMoment(inner)
    if (kind === 'FUNCTION') fixed &&= !CHANGING.test(textOf(inner, 'function_name'))
    return fixed
  })
  return fixed
}

function isMoment(node: Ast): boolean {
  const names = node['column_names'] as readonly string[]
  return names.length === 1 && MOMENTS.has(names[0]!.toLowerCase())
}

/** The name of a function and its arguments; undefined where the node is none. */
export function callOf(
  node: Ast,
): { readonly name: string; readonly args: readonly Ast[] } | undefined {
  if (textOf(node, 'class') !== 'FUNCTION') return undefined
  return { name: textOf(node, 'function_name').toLowerCase(), args: childrenOf(node, 'children') }
}

/** The type a node is cast to, as DuckDB names it, and what is cast; undefined where it casts nothing. */
export function castOf(node: Ast): { readonly type: string; readonly of: Ast } | undefined {
  if (textOf(node, 'type') !== 'OPERATOR_CAST') return undefined
  const of = childOf(node, 'child')
  const type = textOf(childOf(node, 'cast_type') ?? {}, 'id')
  return of === undefined ? undefined : { type, of }
}
