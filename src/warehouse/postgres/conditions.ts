/** How a plan looks at a column. */
export type Comparison = '=' | '<' | '>'

/** A parameter and the column it is compared with. */
export interface ParameterUse {
  /** Its number, from 1. */
  readonly parameter: number
  readonly alias: string
  readonly column: string
  readonly comparison: Comparison
}

/** What a statement asks of one relation of its plan. */
export interface RelationUse {
  readonly schema: string
  readonly table: string
  readonly alias: string
  /** Columns compared with one value, or with a list. */
  readonly equal: readonly string[]
  /** Columns compared with bounds. */
  readonly range: readonly string[]
  /** Columns equal to a column of another relation. */
  readonly join: readonly string[]
  /** Columns the rows are sorted or grouped by first, where they are all of this relation. */
  readonly order: readonly string[]
  /** Columns read, where all are plain. */
  readonly output: readonly string[] | undefined
}

/** A node of EXPLAIN (FORMAT JSON, VERBOSE). */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Total Cost': number
  readonly 'Plan Rows': number
  readonly 'Relation Name'?: string
  readonly Schema?: string
  readonly Alias?: string
  readonly Output?: readonly string[]
  readonly 'Sort Key'?: readonly string[]
  readonly 'Group Key'?: readonly string[]
  readonly Plans?: readonly PlanNode[]
  readonly [condition: string]: unknown
}

const CONDITIONS = [
  'Filter',
  'Index Cond',
  'Recheck Cond',
  'Hash Cond',
  'Merge Cond',
  'Join Filter',
] as const

const NAME = '(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*)'
const COLUMN = new RegExp(`^\\(*(${NAME})\\.(${NAME})\\)*(?:::[a-z ]+(?:\\(\\d+(?:,\\d+)?\\))?)?$`)
const BARE = new RegExp(`^${NAME}$`)

interface Found {
  readonly equal: Set<string>
  readonly range: Set<string>
  readonly join: Set<string>
}

/** What a plan asks of each relation, and which columns its parameters are compared with. */
export function usesOf(plan: PlanNode): {
  readonly relations: readonly RelationUse[]
  readonly parameters: readonly ParameterUse[]
} {
  const scans = nodesOf(plan).filter((node) => node['Relation Name'] !== undefined)
  const found = new Map<string, Found>()
  for (const scan of scans) {
    found.set(scan.Alias ?? '', { equal: new Set(), range: new Set(), join: new Set() })
  }
  const parameters: ParameterUse[] = []
  for (const node of nodesOf(plan)) {
    for (const kind of CONDITIONS) {
      const text = node[kind]
      if (typeof text !== 'string') continue
      for (const conjunct of conjunctsOf(text)) note(conjunct, found, parameters)
    }
  }
  const orders = nodesOf(plan).flatMap((node) => {
    const keys = node['Sort Key'] ?? node['Group Key']
    return keys === undefined ? [] : [keys.map((key) => columnOf(key))]
  })
  const relations = scans.map((scan) => {
    const alias = scan.Alias ?? ''
    const uses = found.get(alias)!
    const order = orders.find(
      (keys) => keys.length > 0 && keys.every((key) => key?.alias === alias),
    )
    return {
      schema: scan.Schema ?? 'public',
      table: scan['Relation Name']!,
      alias,
      equal: [...uses.equal],
      range: [...uses.range],
      join: [...uses.join],
      order: (order ?? []).map((key) => key!.column),
      output: outputOf(scan),
    }
  })
  return { relations, parameters }
}

/** All nodes of a plan, itself first. */
export function nodesOf(plan: PlanNode): PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}

/** What is joined by AND at the top of a condition as the server prints it. */
export function conjunctsOf(text: string): string[] {
  const inner = withoutOuterParentheses(text.trim())
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let from = 0
  for (let i = 0; i < inner.length; i++) {
    const c = inner[i]
    if (c === "'") quoted = !quoted
    if (quoted) continue
    if (c === '(') depth++
    if (c === ')') depth--
    if (depth === 0 && inner.startsWith(' AND ', i)) {
      parts.push(inner.slice(from, i))
      from = i + 5
    }
  }
  parts.push(inner.slice(from))
  return parts.length === 1 ? parts : parts.flatMap(conjunctsOf)
}

function withoutOuterParentheses(text: string): string {
  let inner = text
  while (inner.startsWith('(') && closes(inner) === inner.length - 1) {
    inner = inner.slice(1, -1).trim()
  }
  return inner
}

/** Where the parenthesis that opens a text closes. */
function closes(text: string): number {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "'") quoted = !quoted
    if (quoted) continue
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return i
  }
  return -1
}

function note(conjunct: string, found: Map<string, Found>, parameters: ParameterUse[]): void {
  const match = /^(.+?) (=|<=|>=|<|>|~~) (.+)$/s.exec(withoutOuterParentheses(conjunct))
  if (match === null) return
  const [, left, operator, right] = match as unknown as [string, string, string, string]
  const [a, b] = [columnOf(left), columnOf(right)]
  if (a !== undefined && b !== undefined) {
    if (operator !== '=' || a.alias === b.alias) return
    found.get(a.alias)?.join.add(a.column)
    found.get(b.alias)?.join.add(b.column)
    return
  }
  const column = a ?? b
  if (column === undefined || / OR /.test(conjunct)) return
  const uses = found.get(column.alias)
  if (operator === '=') uses?.equal.add(column.column)
  else uses?.range.add(column.column)
  const parameter = /\$(\d+)/.exec(a === undefined ? left : right)
  if (parameter === null || uses === undefined) return
  const turned = a === undefined
  parameters.push({
    parameter: Number(parameter[1]),
    ...column,
    comparison:
      operator === '=' || operator === '~~' ? '=' : operator.startsWith('<') !== turned ? '<' : '>',
  })
}

/** The column that a text names, where it names nothing else. */
function columnOf(text: string): { alias: string; column: string } | undefined {
  const match = COLUMN.exec(text.trim().replace(/ (DESC|ASC|NULLS FIRST|NULLS LAST)\b/g, ''))
  if (match === null) return undefined
  return { alias: unquoted(match[1]!), column: unquoted(match[2]!) }
}

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name

function outputOf(scan: PlanNode): readonly string[] | undefined {
  const columns = (scan.Output ?? []).map((text) => {
    const qualified = columnOf(text)
    if (qualified !== undefined)
      return qualified.alias === scan.Alias ? qualified.column : undefined
    return BARE.test(text) ? unquoted(text) : undefined
  })
  return columns.some((column) => column === undefined) ? undefined : (columns as string[])
}
