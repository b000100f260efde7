import type { KnownStatement } from '../types.ts'
import type { BoundShape } from './bind.ts'
import { type Shape, TOKEN } from './shape.ts'
import { classKey, type TableColumn, type TableStatistics } from './statistics.ts'

/**
 * A statement that counts the rows of a join, counted through groups:
 *
 *   SELECT count(*) FROM a, b WHERE a.k = b.k AND b.x < 3
 *   SELECT sum(a.n * b.n) FROM (SELECT k, count(*) AS n FROM a GROUP BY ALL) AS a,
 *                              (SELECT k, count(*) AS n FROM b WHERE b.x < 3 GROUP BY ALL) AS b
 *   WHERE a.k = b.k
 *
 * Where both sides hold a key many times, a join makes all pairs; groups make one row a key. (Eager
 * aggregation: Yan & Larson 1995.) In parts: texts, and the slots of constants between them.
 */
export type CountByKey = readonly (string | number)[]

/** Words a condition on one table may hold beside its columns and constants. */
const PLAIN_WORDS = new Set(
  `between and in not is null like timestamp date cast as bigint integer int smallint double varchar
  text decimal true false`.split(/\s+/),
)
const COUNTED = 'storewright_rows'
/** Mean rows of a key, weighed by rows, from which on grouping a table may pay. */
const LEAST_ROWS_A_KEY = 1.5
const KEY_TYPES = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|VARCHAR|DATE|TIMESTAMP|DECIMAL)/

/**
 * Counts through groups where that is the same count and may pay: only count(*) of an inner join
 * of base tables by equal columns, conditions on one table each, and at least two tables that hold
 * the same key many times. All of these but the largest are grouped. Undefined elsewhere.
 */
export function countByKey(
  statement: Pick<KnownStatement, 'template' | 'kinds'>,
  bound: BoundShape,
  statistics: TableStatistics,
): CountByKey | undefined {
  const parsed = parseCount(statement.template.sql, statement.kinds.length)
  if (parsed === undefined) return undefined
  const many = manyToMany(bound, statistics)
  const rows = many.map((i) => bound.relations[i]!.sample?.rows ?? 0)
  const largest = many[rows.indexOf(Math.max(...rows))]
  const grouped = many.filter((i) => i !== largest)
  return grouped.length === 0 ? undefined : renderCount(parsed, bound.shape, grouped)
}

/** Counts with these relations grouped. Undefined where the words and the shape do not agree. */
export function renderCount(
  parsed: ParsedCount,
  shape: Shape,
  grouped: readonly number[],
): CountByKey | undefined {
  return render(parsed, shape, new Set(grouped.map((i) => shape.relations[i]!.alias)))
}

/** The statement with its own constants in their places. */
export function countedByKey(parts: CountByKey, { sql, spans }: KnownStatement): string {
  return parts
    .map((part) =>
      typeof part === 'string' ? part : sql.slice(spans[2 * part], spans[2 * part + 1]),
    )
    .join('')
}

/**
 * Places of the tables that hold the keys they are joined by many times, in a class with another such;
 * `unknown`: the rows a key is taken to have where that is not known.
 */
export function manyToMany(
  bound: BoundShape,
  statistics: TableStatistics,
  unknown = 0,
): readonly number[] {
  const many = repeatingRelations(bound, statistics, unknown)
  const isShared = bound.classes.some(
    ({ members }) => members.filter(({ relation }) => many.includes(relation)).length > 1,
  )
  return isShared ? many : []
}

/** Places of the tables that hold all keys they are joined by many times; none where any table is not known. */
function repeatingRelations(
  { relations, classes }: BoundShape,
  statistics: TableStatistics,
  unknown: number,
): readonly number[] {
  if (relations.length < 2 || classes.length === 0) return []
  const repeats = ({ table, column }: TableColumn) => {
    const rows = statistics.tables.get(table)?.rows ?? 0
    const twice = [column, column].map((name) => ({ table, column: name }))
    const share = statistics.joined.get(classKey(twice))
    return (share === undefined ? unknown : share * rows) > LEAST_ROWS_A_KEY
  }
  const hasKeys = classes.every(({ members }) =>
    members.every(({ relation, column }) =>
      KEY_TYPES.test(relations[relation]!.sample?.columns.get(column.column)?.type ?? ''),
    ),
  )
  if (!hasKeys || relations.some(({ sample }) => sample === undefined)) return []
  return relations.flatMap((_, i) => {
    const isMany = classes.every(({ members }) => {
      const own = members.filter(({ relation }) => relation === i)
      return own.length === 0 || own.some(({ column }) => repeats(column))
    })
    return isMany ? [i] : []
  })
}

/** A count of a join, as its words say it. */
export interface ParsedCount {
  /** Name of the column of the answer, quoted. */
  readonly name: string
  /** Texts of the relations, in order, with their aliases. */
  readonly relations: readonly string[]
  readonly edges: readonly string[]
  readonly filters: readonly { readonly alias: string; readonly parts: CountByKey }[]
}

/** Reads SELECT count(*) FROM … WHERE … of a template; undefined where it is anything else. */
export function parseCount(template: string, constants: number): ParsedCount | undefined {
  const tokens = (template.match(TOKEN) ?? []).filter(
    (t, i, all) => t !== ';' || i < all.length - 1,
  )
  if (tokens.filter((t) => t === '?').length !== constants) return undefined
  const head = /^select count \( \* \) (?:as ("(?:[^"]|"")*"|\S+) )?from /i.exec(
    `${tokens.join(' ')} `,
  )
  if (head === null) return undefined
  const from = tokens.findIndex((t) => /^from$/i.test(t))
  const where = tokens.findIndex((t) => /^where$/i.test(t))
  const source = splitFrom(tokens.slice(from + 1, where < 0 ? undefined : where))
  if (source === undefined) return undefined
  const conditions = where < 0 ? [] : tokens.slice(where + 1)
  return splitConditions(head[1], source, conditions)
}

const OTHER_JOINS = new Set(
  'left right full outer cross natural semi anti asof positional lateral using tablesample sample'.split(
    ' ',
  ),
)

interface Source {
  readonly relations: readonly string[]
  /** Tokens of ON, as conditions. */
  readonly on: readonly string[]
}

/** Relations joined by commas or [INNER] JOIN … ON; no other join, no subquery, no constant among them. */
function splitFrom(tokens: readonly string[]): Source | undefined {
  const relations: string[][] = [[]]
  const on: string[] = []
  let isOn = false
  for (const token of tokens) {
    const word = token.toLowerCase()
    if (OTHER_JOINS.has(word)) return undefined
    if (word === ',' || word === 'join') {
      relations.push([])
      isOn = false
    } else if (word === 'inner') continue
    else if (word === 'on') {
      isOn = true
      if (on.length > 0) on.push('AND')
    } else if (isOn) {
      if (token === '?') return undefined
      on.push(token)
    } else relations.at(-1)!.push(token)
  }
  const texts = relations.map((words) => words.join(' '))
  // table, schema . table, table AS alias, table alias
  const isPlain = texts.every((text) =>
    /^[\w"]+( \. [\w"]+)?( as)? [\w"]+$|^[\w"]+( \. [\w"]+)?$/i.test(text),
  )
  return isPlain ? { relations: texts, on } : undefined
}

function splitConditions(
  name: string | undefined,
  { relations, on }: Source,
  where: readonly string[],
): ParsedCount | undefined {
  const edges: string[] = []
  const filters: { alias: string; parts: CountByKey }[] = []
  // ON holds no constants, so that slots count on in WHERE alone.
  let slot = 0
  for (const tokens of [...conjuncts(on), ...conjuncts(where)]) {
    const edge = /^([\w"]+) \. [\w"]+ = ([\w"]+) \. [\w"]+$/.exec(tokens.join(' '))
    if (edge !== null && edge[1]!.toLowerCase() !== edge[2]!.toLowerCase()) {
      edges.push(tokens.join(' '))
      continue
    }
    const alias = aliasOf(tokens)
    if (alias === undefined) return undefined
    filters.push({ alias, parts: tokens.flatMap((t) => (t === '?' ? [slot++, ' '] : [`${t} `])) })
  }
  return { name: name ?? '"count_star()"', relations, edges, filters }
}

/** Conditions between the ANDs outside of parentheses and BETWEEN. */
function conjuncts(tokens: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]]
  let depth = 0
  let isBetween = false
  for (const token of tokens) {
    const word = token.toLowerCase()
    if (word === '(') depth++
    if (word === ')') depth--
    if (word === 'between') isBetween = true
    if (word === 'and' && depth === 0 && !isBetween) {
      parts.push([])
      continue
    }
    if (word === 'and' && depth === 0) isBetween = false
    parts.at(-1)!.push(token)
  }
  return parts.filter((part) => part.length > 0)
}

/** The one table a condition speaks of; undefined where it is more, none, or not understood. */
function aliasOf(tokens: readonly string[]): string | undefined {
  const aliases = new Set<string>()
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!
    if (tokens[i + 1] === '.') {
      aliases.add(nameOf(token))
      i += 2
    } else if (/^["\p{L}_]/u.test(token)) {
      if (!PLAIN_WORDS.has(token.toLowerCase())) return undefined
    } else if (!/^(\?|\(|\)|,|::|=|<>|!=|<|<=|>|>=|\d+)$/.test(token)) return undefined
  }
  return aliases.size === 1 ? [...aliases][0] : undefined
}

function render(
  { name, relations, edges, filters }: ParsedCount,
  shape: Shape,
  grouped: ReadonlySet<string>,
): CountByKey | undefined {
  if (shape.relations.length !== relations.length) return undefined
  const aliases = shape.relations.map(({ alias }) => alias)
  if (new Set(aliases).size !== aliases.length) return undefined
  if (!filters.every(({ alias }) => aliases.includes(alias))) return undefined
  const counts = aliases
    .filter((a) => grouped.has(a))
    .map((a) => `CAST(${quoted(a)}.${COUNTED} AS HUGEINT)`)
  const parts: (string | number)[] = [
    `SELECT CAST(coalesce(sum(${counts.join(' * ')}), 0) AS BIGINT) AS ${name} FROM `,
  ]
  relations.forEach((text, i) => {
    const alias = aliases[i]!
    if (i > 0) parts.push(', ')
    if (!grouped.has(alias)) {
      parts.push(text)
      return
    }
    const own = filters.filter((f) => f.alias === alias)
    const keys = keysOf(shape, alias).map((key) => `${key}, `)
    parts.push(`(SELECT ${keys.join('')}count(*) AS ${COUNTED} FROM ${text}`)
    own.forEach((f, k) => {
      parts.push(k === 0 ? ' WHERE ' : ' AND ', ...f.parts)
    })
    parts.push(` GROUP BY ALL) AS ${quoted(alias)}`)
  })
  parts.push(` WHERE ${edges.join(' AND ')}`)
  for (const { alias, parts: own } of filters) {
    if (!grouped.has(alias)) parts.push(' AND ', ...own)
  }
  return parts
}

function keysOf({ edges }: Shape, alias: string): readonly string[] {
  const sides = edges.flatMap(({ left, right }) => [left, right])
  const own = sides.filter((side) => side.alias === alias).map(({ column }) => column)
  return [...new Set(own)].map((column) => `${quoted(alias)}.${quoted(column)}`)
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function nameOf(token: string): string {
  return (token.startsWith('"') ? token.slice(1, -1).replaceAll('""', '"') : token).toLowerCase()
}
