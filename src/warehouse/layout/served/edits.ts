import { type Database, quoteName } from '../../../core/sql/database.ts'
import type { KnownStatement } from '../../types.ts'
import { type Ast, astText, isAst, parseSelects, textOf, writeExpressions } from '../read/ast.ts'

/** Writes a part of a statement from the texts of its constants, by slot. */
export type Computed = (textOf: (slot: number) => string) => string

/** A table of a statement that is read otherwise: text before, and how the filter is made of constants. */
export interface Edit {
  /** The constants of the statement that end before it, and where it is behind the last of them. */
  readonly slot: number
  readonly offset: number
  readonly length: number
  readonly parts: Parts
}

/** Texts, slots of constants, and what is computed of them. */
type Parts = readonly (string | number | Computed)[]

/**
 * Has a reference to a table in FROM read the rows of `select` (a SELECT without WHERE) that fulfil
 * conditions of the statement's own constants, under the name it has; names of `computedRef` in them stand
 * for one of `computed`. Undefined where it cannot be told for sure how that is written.
 */
export async function editOf(
  db: Database,
  statement: KnownStatement,
  scan: Ast,
  select: string,
  conditions: readonly Ast[],
  computed: readonly Computed[] = [],
): Promise<Edit | undefined> {
  const at = placeOf(statement.sql, Number(scan['query_location']))
  const name = NAME.exec(statement.sql.slice(at))?.[0]
  if (name === undefined || !isName(name, scan)) return undefined
  const filter = conditions.length === 0 ? [] : await partsOf(db, statement, conditions, computed)
  if (filter === undefined) return undefined
  const before = `(${select}${conditions.length === 0 ? '' : ' WHERE '}`
  const after = textOf(scan, 'alias') === '' ? `) AS ${quoteName(textOf(scan, 'table_name'))}` : ')'
  const slot = slotsBefore(statement.spans, at)
  return {
    ...{ slot, offset: at - endOf(statement.spans, slot), length: name.length },
    parts: [before, ...filter, after],
  }
}

/** In the order in which they stand in the statement. */
export function byPlace(a: Edit, b: Edit): number {
  return a.slot - b.slot || a.offset - b.offset
}

const NAME_PART = '(?:[A-Za-z_\\u0080-\\uffff][\\w$\\u0080-\\uffff]*|"(?:[^"]|"")*")'
const NAME = new RegExp(`^${NAME_PART}(?:\\.${NAME_PART})?`)

/** Whether a text names the table that a reference does. */
function isName(text: string, scan: Ast): boolean {
  const parts = text.match(new RegExp(NAME_PART, 'g')) ?? []
  const names = parts.map((part) =>
    part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part,
  )
  const schema = textOf(scan, 'schema_name')
  const wanted = [...(schema === '' ? [] : [schema]), textOf(scan, 'table_name')]
  return names.join('\n').toLowerCase() === wanted.join('\n').toLowerCase()
}

/** From a byte of a text to its UTF-16 unit. */
function placeOf(sql: string, byte: number): number {
  return Buffer.from(sql).subarray(0, byte).toString().length
}

function slotsBefore(spans: Int32Array, at: number): number {
  let slot = 0
  while (2 * slot < spans.length && spans[2 * slot + 1]! <= at) slot++
  return slot
}

function endOf(spans: Int32Array, slot: number): number {
  return slot === 0 ? 0 : spans[2 * slot - 1]!
}

const SLOT = 'storewright_slot_'

/** A name that stands for a condition that is computed; in text: its number. */
export function computedRef(n: number): Ast {
  return columnRef(`storewright_computed_${n}`)
}
export const COMPUTED = /"?storewright_computed_(\d+)"?/g

/**
 * Conditions as text with places of constants between. Read again by DuckDB it must say what they say:
 * undefined where it does not, as where a sign stands in the constant and in the tree.
 */
async function partsOf(
  db: Database,
  { sql, spans }: KnownStatement,
  conditions: readonly Ast[],
  computed: readonly Computed[],
): Promise<Parts | undefined> {
  const written = await writeExpressions(db, conditions.map(withSlotNames))
  const parts = written
    .map((text) => `(${text})`)
    .join(' AND ')
    .split(new RegExp(`"?${SLOT}(\\d+)"?`))
    .map((part, i) => (i % 2 === 0 ? part : Number(part)))
  const again = await parseSelects(db, [`SELECT ${fill(parts, sql, spans)}`])
  const wanted = await writeExpressions(db, conditions.map(withoutSlots))
  const plain = await parseSelects(db, [
    `SELECT ${wanted.map((text) => `(${text})`).join(' AND ')}`,
  ])
  const [read, meant] = [again[0], plain[0]]
  if (read === undefined || meant === undefined || astText(read) !== astText(meant))
    return undefined
  return parts.flatMap((part): Parts => {
    if (typeof part !== 'string') return [part]
    return part.split(COMPUTED).map((text, i) => (i % 2 === 0 ? text : computed[Number(text)]!))
  })
}

function fill(parts: Parts, sql: string, spans: Int32Array): string {
  const textOf = (slot: number) => sql.slice(spans[2 * slot]!, spans[2 * slot + 1]!)
  return parts
    .map((part) =>
      typeof part === 'string' ? part : typeof part === 'number' ? textOf(part) : part(textOf),
    )
    .join('')
}

function columnRef(name: string): Ast {
  const plain = { class: 'COLUMN_REF', type: 'COLUMN_REF', alias: '', query_location: 0 }
  return { ...plain, column_names: [name] }
}

/** Constants that change from statement to statement as names of columns; a list of them as one. */
function withSlotNames(node: Ast): Ast {
  const slot = node['slot']
  if (typeof slot === 'number') {
    return columnRef(`${SLOT}${slot}`)
  }
  return mapNodes(node, withSlotNames, (items) =>
    items.filter((item, i) => {
      const before = items[i - 1]
      return i === 0 || item['slot'] === undefined || item['slot'] !== before?.['slot']
    }),
  )
}

/** A tree without the marks of constants that change. */
function withoutSlots(node: Ast): Ast {
  const { slot: _, ...rest } = node
  return mapNodes(rest, withoutSlots, (items) => items)
}

function mapNodes(
  node: Ast,
  copy: (node: Ast) => Ast,
  choose: (items: readonly Ast[]) => readonly Ast[],
): Ast {
  return Object.fromEntries(
    Object.entries(node).map(([property, value]) => [
      property,
      isAst(value)
        ? copy(value)
        : Array.isArray(value) && value.every(isAst)
          ? choose(value).map(copy)
          : value,
    ]),
  )
}

/** A statement with its edits, which stand in the order of their places. */
export function applyEdits(sql: string, spans: Int32Array, edits: readonly Edit[]): string {
  let text = ''
  let from = 0
  for (const { slot, offset, length, parts } of edits) {
    const at = endOf(spans, slot) + offset
    text += sql.slice(from, at) + fill(parts, sql, spans)
    from = at + length
  }
  return text + sql.slice(from)
}
