/** A value without objects in it. */
export type Leaf = string | number | boolean | readonly (string | number | boolean)[]

const DEPTH = 3

/**
 * The values of a row by field: members of objects as `outer.inner`, lists of texts and numbers as
 * lists, lists of objects as a list for each member. Blank texts, nulls, numbers that are not finite
 * and empty lists are missing.
 */
export function flatten(values: Readonly<Record<string, unknown>>): Map<string, Leaf> {
  const leaves = new Map<string, Leaf>()
  for (const name in values) put(leaves, name, values[name], 0)
  return leaves
}

function put(leaves: Map<string, Leaf>, name: string, value: unknown, depth: number): void {
  if (Array.isArray(value)) putList(leaves, name, value, depth)
  else if (isScalar(value)) {
    if (!isBlank(value)) leaves.set(name, value)
  } else if (typeof value === 'object' && value !== null && depth < DEPTH) {
    for (const [inner, part] of Object.entries(value)) {
      put(leaves, `${name}.${inner}`, part, depth + 1)
    }
  }
}

function putList(leaves: Map<string, Leaf>, name: string, list: unknown[], depth: number): void {
  const scalars = list.filter(isScalar).filter((value) => !isBlank(value))
  if (scalars.length > 0) leaves.set(name, scalars)
  if (depth >= DEPTH) return
  for (const item of list) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue
    for (const [inner, part] of Object.entries(item)) {
      if (!isScalar(part) || isBlank(part)) continue
      const path = `${name}.${inner}`
      const before = leaves.get(path)
      leaves.set(path, before === undefined ? [part] : [...asList(before), part])
    }
  }
}

/** A leaf as a list. */
export function asList(leaf: Leaf): readonly (string | number | boolean)[] {
  return typeof leaf === 'object' ? leaf : [leaf]
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function isBlank(value: string | number | boolean): boolean {
  if (typeof value === 'string') return value.trim() === ''
  return typeof value === 'number' && !Number.isFinite(value)
}
