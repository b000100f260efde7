import { Unserved } from './expression.ts'

/** A node of the AST as DuckDB serializes it. */
export type Node = Readonly<Record<string, unknown>>

/** The node that a value is. Throws Unserved where it is none. */
export function nodeOf(value: unknown): Node {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Unserved('its parse tree has a shape that is not known')
  }
  return value as Node
}

/** The nodes of a list. Throws Unserved where it is none. */
export function nodesOf(value: unknown): readonly Node[] {
  if (!Array.isArray(value)) throw new Unserved('its parse tree has a shape that is not known')
  return value.map(nodeOf)
}
