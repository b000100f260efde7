import type { Database } from '../../core/sql/database.ts'
import {
  type Ast,
  childOf,
  isAst,
  parseSelects,
  textOf,
  writeExpressions,
} from '../layout/read/ast.ts'
import type { KnownStatement } from '../types.ts'
import { createTemplates } from '../watch/templates.ts'
import { readTree } from '../watch/tree.ts'
import { type Relations, readRelations } from './catalogue.ts'
import type { Texts, Write } from './constants.ts'
import { conjuncts, draftsFor, type Filtered, filteredIn, typesAsked } from './find.ts'
import type { Draft, TypeOf } from './implied.ts'
import { wherePlace } from './place.ts'

/** What is put into statements that are written alike. */
export interface RangePlan {
  /** Ascending by place, one a WHERE. */
  readonly insertions: readonly Insertion[]
  /** Whether several tables are read: other conditions may bring another order of joins. */
  readonly isJoin: boolean
}

interface Insertion {
  readonly start: Place
  /** Where the condition ends, if it is an OR that is put into parentheses. */
  readonly end: Place | undefined
  readonly conditions: readonly Write[]
}

/** A place in statements written alike: so far behind the start, or the literal before it. */
interface Place {
  readonly slot: number
  readonly offset: number
}

/** The literals of a statement as they stand in it. */
export function textsOf({ sql, spans }: KnownStatement): Texts {
  return Array.from({ length: spans.length / 2 }, (_, k) =>
    sql.slice(spans[2 * k]!, spans[2 * k + 1]!),
  )
}

/** What statements written alike have in common: all but their literals. */
export function skeletonOf({ sql, spans }: Pick<KnownStatement, 'sql' | 'spans'>): string {
  let skeleton = ''
  let at = 0
  for (let k = 0; k < spans.length; k += 2) {
    skeleton += `${sql.slice(at, spans[k]!)}\u0000`
    at = spans[k + 1]!
  }
  return skeleton + sql.slice(at)
}

const UNSURE = /\b(random|nextval|currval|setseed|uuid\w*|gen_random_uuid)\s*\(/i

/**
 * Works out what statements written like this one may be asked with besides; undefined where that is
 * nothing, or where DuckDB does not read the longer statement as the same with more conditions.
 */
export async function planRanges(
  db: Database,
  statement: KnownStatement,
  relations: Relations,
): Promise<RangePlan | undefined> {
  if (UNSURE.test(statement.sql)) return undefined
  const { tree } = await readTree(db, statement.sql, statement.spans, statement.kinds)
  if (tree === undefined || !tree.isTrusted) return undefined
  const node = tree.node as Ast
  const found = filteredIn(node, relations)
  if (found.length === 0) return undefined
  const typeOf = await readTypes(db, found.flatMap(typesAsked))
  const drafts = found.map((one) => draftsFor(one, typeOf))
  const writes = await writesOf(db, drafts)
  const insertions = found.flatMap((one, i) => {
    const conditions = writes[i]!
    const place = conditions.length === 0 ? undefined : placesOf(statement, one)
    return place === undefined ? [] : [{ ...place, conditions }]
  })
  const sorted = insertions.toSorted(
    (a, b) => a.start.slot - b.start.slot || a.start.offset - b.start.offset,
  )
  const plan = { insertions: sorted, isJoin: isJoin(node) }
  const written = applyPlan(plan, statement)
  if (written === undefined || !(await isSame(db, statement.sql, written))) return undefined
  return plan
}

/** The statement with all conditions of a plan that its literals allow; undefined where that is none. */
export function applyPlan(
  { insertions }: RangePlan,
  statement: KnownStatement,
): string | undefined {
  const { sql } = statement
  const texts = textsOf(statement)
  if (texts.some((text) => /^'?[+-]?(inf|nan|epoch)/i.test(text))) return undefined
  let written = ''
  let at = 0
  for (const { start, end, conditions } of insertions) {
    const all = conditions.flatMap((write) => write(texts) ?? [])
    if (all.length === 0) continue
    const from = placeIn(statement, start)
    const condition = [...new Set(all)].join(' AND ')
    if (end === undefined) written += `${sql.slice(at, from)} ${condition} AND `
    else
      written += `${sql.slice(at, from)} ${condition} AND (${sql.slice(from, placeIn(statement, end))})`
    at = end === undefined ? from : placeIn(statement, end)
  }
  return at === 0 ? undefined : written + sql.slice(at)
}

function placeIn({ spans }: KnownStatement, { slot, offset }: Place): number {
  return (slot < 0 ? 0 : spans[2 * slot + 1]!) + offset
}

function placesOf(
  statement: KnownStatement,
  { select, at }: Filtered,
): Pick<Insertion, 'start' | 'end'> | undefined {
  const { sql, spans } = statement
  const found = wherePlace(sql, unitsBefore(sql, at))
  if (found === undefined) return undefined
  const relative = (place: number): Place => {
    let slot = -1
    while (2 * (slot + 1) < spans.length && spans[2 * (slot + 1) + 1]! <= place) slot++
    return { slot, offset: place - (slot < 0 ? 0 : spans[2 * slot + 1]!) }
  }
  const isOr = textOf(childOf(select, 'where_clause')!, 'type') === 'CONJUNCTION_OR'
  return { start: relative(found.start), end: isOr ? relative(found.end) : undefined }
}

/** UTF-16 units before a byte of a text. */
function unitsBefore(sql: string, byte: number): number {
  return Buffer.from(sql).subarray(0, byte).toString().length
}

function isJoin(node: Ast): boolean {
  const tables = JSON.stringify(node).match(/"type":"(BASE_TABLE|TABLE_FUNCTION|SUBQUERY)"/g)
  return (tables?.length ?? 0) > 1
}

async function readTypes(db: Database, asked: readonly Ast[]): Promise<TypeOf> {
  const known = new Map<Ast, string>()
  if (asked.length === 0) return () => undefined
  const written = await writeExpressions(db, asked)
  const list = written.map((sql, i) => `typeof(${sql}) AS t${i}`)
  const types = async (some: readonly string[]) => db.rows(`SELECT ${some.join(', ')}`)
  try {
    const [row] = await types(list)
    asked.forEach((node, i) => void known.set(node, String(row![`t${i}`])))
  } catch {
    // A literal that DuckDB does not read: nothing is known of this statement.
    return () => undefined
  }
  return (node) => known.get(node)
}

const MARK = 'storewright slot '

/** What writes each draft for the literals of a statement: expressions of it are written by DuckDB once. */
async function writesOf(
  db: Database,
  drafts: readonly (readonly Draft[])[],
): Promise<readonly (readonly Write[])[]> {
  const asts = drafts.flat(2).filter((piece): piece is Ast => isAst(piece))
  const written = await writeExpressions(db, asts.map(withMarks))
  const sqlOf = new Map(asts.map((ast, i) => [ast, fillerOf(written[i]!)]))
  const pieceOf = (piece: Draft[number]): Write => {
    if (typeof piece === 'string') return () => piece
    return typeof piece === 'function' ? piece : sqlOf.get(piece)!
  }
  return drafts.map((list) =>
    list.map((draft) => {
      const pieces = draft.map(pieceOf)
      return (texts) => {
        let sql = ''
        for (const piece of pieces) {
          const part = piece(texts)
          if (part === undefined) return undefined
          sql += part
        }
        return sql
      }
    }),
  )
}

/** A tree whose constants are texts that name their slots. */
function withMarks(ast: Ast): Ast {
  const { slot } = ast
  if (typeof slot === 'number') {
    const value = {
      type: { id: 'VARCHAR', type_info: null },
      is_null: false,
      value: `${MARK}${slot}`,
    }
    const { slot: _, ...rest } = ast
    return { ...rest, value }
  }
  const copy: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(ast)) {
    copy[key] = isAst(value)
      ? withMarks(value)
      : Array.isArray(value)
        ? value.map((item: unknown) => (isAst(item) ? withMarks(item) : item))
        : value
  }
  return copy
}

function fillerOf(sql: string): Write {
  const parts = sql.split(new RegExp(`'${MARK}(\\d+)'`))
  return (texts) =>
    parts.map((part, i) => (i % 2 === 0 ? part : ` ${texts[Number(part)]!}`)).join('')
}

/** Whether DuckDB reads the second as the first with more conditions in front of those of its WHEREs. */
async function isSame(db: Database, sql: string, longer: string): Promise<boolean> {
  const [first, second] = await parseSelects(db, [sql, longer])
  return first !== undefined && second !== undefined && isSameTree(first, second)
}

function isSameTree(first: unknown, second: unknown): boolean {
  if (Array.isArray(first)) {
    return (
      Array.isArray(second) &&
      first.length === second.length &&
      first.every((item, i) => isSameTree(item, second[i]))
    )
  }
  if (!isAst(first)) return first === second
  if (!isAst(second)) return false
  return Object.keys({ ...first, ...second }).every((key) => {
    if (key === 'query_location') return true
    if (key === 'where_clause' && isAst(first[key]) && isAst(second[key])) {
      const asked = conjuncts(first[key])
      const more = conjuncts(second[key])
      return asked.every((part, i) => isSameTree(part, more[more.length - asked.length + i]))
    }
    return isSameTree(first[key], second[key])
  })
}

/**
 * Statements as they are asked with ranges; as they are where there are none. Those written alike are
 * planned once.
 */
export async function withRanges(
  db: Database,
  statements: readonly string[],
): Promise<readonly string[]> {
  const templates = createTemplates(statements.length + 1)
  const plans = new Map<string, RangePlan | undefined>()
  const relations = await readRelations(db)
  const written: string[] = []
  for (const sql of statements) {
    const known = templates.know(sql)
    const skeleton = skeletonOf(known)
    if (!plans.has(skeleton)) {
      plans.set(skeleton, await planRanges(db, known, relations).catch(() => undefined))
    }
    const plan = plans.get(skeleton)
    written.push((plan && applyPlan(plan, known)) ?? sql)
  }
  return written
}
