/** How a value may be written where its parameter stands: as a literal, or cast to its type. */
export interface Place {
  /** A whole number. */
  readonly whole: 'plain' | 'cast'
  readonly text: 'plain' | 'cast'
  /** Parameters compared in one step with it: what they are together decides how they are read. */
  readonly beside: readonly number[]
}

/** Types of a table's columns, by name in small letters. */
export type ColumnKinds = ReadonlyMap<string, string>

type Node = Readonly<Record<string, unknown>>

const PLAIN: Place = { whole: 'plain', text: 'plain', beside: [] }
const CAST: Place = { whole: 'cast', text: 'cast', beside: [] }
const LIMIT: Place = { whole: 'plain', text: 'cast', beside: [] }

/** Beside such a column a whole literal and a bound INTEGER or BIGINT are the same number. */
const WHOLE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE)$/

/**
 * Where the parameters of a statement's tree stand, by number: the most careful of a parameter's
 * places. A literal is typed by what it stands beside and a bound value is not, so that only places
 * where both are surely read alike are plain. Undefined where writing values would change the names
 * of columns: a column without a name of its own is named after its text.
 */
export function placesOf(
  tree: unknown,
  tables: readonly ColumnKinds[],
): ReadonlyMap<number, Place> | undefined {
  const names = createNames(tree, tables)
  const places = new Map<number, Place>()
  let isNamed = true
  const put = (node: Node, place: Place) => {
    const number = numberOf(node)
    const before = places.get(number) ?? PLAIN
    places.set(number, {
      whole: before.whole === 'cast' ? 'cast' : place.whole,
      text: before.text === 'cast' ? 'cast' : place.text,
      beside: [...before.beside, ...place.beside],
    })
  }
  const visit = (value: unknown, place: Place): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one, place)
      return
    }
    if (value === null || typeof value !== 'object') return
    const node = value as Node
    if (node['class'] === 'PARAMETER') {
      put(node, place)
      return
    }
    const inside = compared(node, names) ?? CAST
    for (const [key, child] of Object.entries(node)) {
      if (key === 'select_list' && !areNamed(child as readonly Node[])) isNamed = false
      visit(child, isLimit(node, key) ? LIMIT : inside)
    }
  }
  visit(tree, CAST)
  return isNamed ? places : undefined
}

const numberOf = (node: Node) => Number(node['identifier'])

const isLimit = (node: Node, key: string) =>
  node['type'] === 'LIMIT_MODIFIER' && (key === 'limit' || key === 'offset')

function areNamed(list: readonly Node[]): boolean {
  return list.every((node) => node['alias'] !== '' || !holdsParameter(node))
}

function holdsParameter(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false
  if (!Array.isArray(value) && (value as Node)['class'] === 'PARAMETER') return true
  return Object.values(value).some(holdsParameter)
}

/** How a value may be written directly under a node; undefined: it is not known. */
function compared(node: Node, names: Names): Place | undefined {
  switch (node['class']) {
    case 'CAST':
      return PLAIN
    case 'COMPARISON':
      return names.placeBeside([node['left'], node['right']])
    case 'BETWEEN':
      return names.placeBeside([node['input'], node['lower'], node['upper']])
    case 'OPERATOR':
      return node['type'] === 'COMPARE_IN' || node['type'] === 'COMPARE_NOT_IN'
        ? names.placeBeside(node['children'] as readonly unknown[])
        : undefined
    default:
      return undefined
  }
}

interface Names {
  /** Where parameters are compared with one column: by its type. */
  placeBeside(parts: readonly unknown[]): Place | undefined
}

function createNames(tree: unknown, tables: readonly ColumnKinds[]): Names {
  const made = new Set<string>()
  let isKnown = true
  const collect = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return
    const node = value as Node
    if (!Array.isArray(value)) {
      if (node['type'] === 'TABLE_FUNCTION' || node['type'] === 'PIVOT') isKnown = false
      for (const name of namesMadeBy(node)) made.add(name.toLowerCase())
    }
    for (const child of Object.values(node)) collect(child)
  }
  collect(tree)
  const typesOf = (name: string) => tables.flatMap((table) => table.get(name) ?? [])
  return {
    placeBeside(parts) {
      const others = (parts as readonly Node[]).filter(({ class: kind }) => kind !== 'PARAMETER')
      const [column, more] = others
      // Beside further parts the comparison is of what all have in common.
      if (!isKnown || column?.['class'] !== 'COLUMN_REF' || more !== undefined) return undefined
      const path = (column['column_names'] as readonly string[]).map((n) => n.toLowerCase())
      const name = path.at(-1)!
      // A field of a column that holds several is of a type of its own.
      if (path.length > 2 || (path.length === 2 && typesOf(path[0]!).length > 0)) return undefined
      const types = typesOf(name)
      if (types.length === 0 || made.has(name)) return undefined
      return {
        whole: types.every((type) => WHOLE.test(type)) ? 'plain' : 'cast',
        text: types.every((type) => type === 'VARCHAR') ? 'plain' : 'cast',
        beside: (parts as readonly Node[]).filter((part) => !others.includes(part)).map(numberOf),
      }
    },
  }
}

/** Names that a statement gives to columns, which may be of any type. */
function namesMadeBy(node: Node): readonly string[] {
  const aliases = Array.isArray(node['column_name_alias']) ? node['column_name_alias'] : []
  const alias =
    node['class'] !== undefined && typeof node['alias'] === 'string' ? node['alias'] : ''
  const isOwn =
    node['class'] === 'COLUMN_REF' && (node['column_names'] as string[]).at(-1) === alias
  const list = Array.isArray(node['aliases']) ? node['aliases'] : []
  return [...aliases, ...list, ...(alias === '' || isOwn ? [] : [alias])].map(String)
}
