import { type Database, quoteName } from '../../../core/sql/database.ts'
import { type Ast, childOf, childrenOf, textOf } from '../read/ast.ts'
import type { CarriedColumn } from './carried.ts'

/** The texts a constant stands for, in a list of them all; undefined where it is no plain text. */
export type TextsOf = (constant: Ast) => readonly string[] | undefined

/** Ranks from one to another, both inside. */
export type Ranks = readonly [from: number, to: number]

/**
 * The distinct texts of a column of a joined table in the order of their bytes, which is DuckDB's: the first
 * has rank 1. Rows carry the rank in place of the text, because DuckDB tells apart by least and greatest
 * values only texts whose first eight bytes differ.
 */
export class RankedTexts {
  private readonly texts: readonly Buffer[]

  constructor(texts: readonly string[]) {
    this.texts = texts.map((text) => Buffer.from(text)).sort(Buffer.compare)
  }

  get size(): number {
    return this.texts.length
  }

  /** How many are less. */
  below(text: string): number {
    const bytes = Buffer.from(text)
    return this.firstNot((one) => Buffer.compare(one, bytes) < 0)
  }

  /** How many are less or equal. */
  through(text: string): number {
    const bytes = Buffer.from(text)
    return this.firstNot((one) => Buffer.compare(one, bytes) <= 0)
  }

  /** The ranks of those that begin so. */
  beginning(text: string): Ranks {
    const bytes = Buffer.from(text)
    const end = this.firstNot((one) => Buffer.compare(one.subarray(0, bytes.length), bytes) <= 0)
    return [this.below(text) + 1, end]
  }

  private firstNot(test: (text: Buffer) => boolean): number {
    let [low, high] = [0, this.texts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (test(this.texts[middle]!)) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The texts of ranked columns, by the name that rows carry them under. */
export async function readRanked(
  db: Database,
  columns: readonly CarriedColumn[],
): Promise<ReadonlyMap<string, RankedTexts>> {
  const ranked = new Map<string, RankedTexts>()
  for (const { name, table, attribute, isRank } of columns) {
    if (!isRank) continue
    const column = quoteName(attribute)
    const rows = await db.rows<{ text: string }>(
      `SELECT DISTINCT ${column} AS text FROM ${table.split('.').map(quoteName).join('.')} WHERE ${column} IS NOT NULL`,
    )
    ranked.set(name, new RankedTexts(rows.map(({ text }) => text)))
  }
  return ranked
}

/** SQL of the ranks of a column, NULL where it is. */
export function rankSql(column: string): string {
  return `CASE WHEN ${column} IS NULL THEN NULL ELSE CAST(dense_rank() OVER (ORDER BY encode(${column}) NULLS LAST) AS INTEGER) END`
}

/** Ranks that hold for what a comparison of a ranked column says; undefined: any may. */
type Compared = (texts: TextsOf) => readonly Ranks[] | undefined

const FLIPPED: Readonly<Record<string, string>> = {
  COMPARE_LESSTHAN: 'COMPARE_GREATERTHAN',
  COMPARE_LESSTHANOREQUALTO: 'COMPARE_GREATERTHANOREQUALTO',
  COMPARE_GREATERTHAN: 'COMPARE_LESSTHAN',
  COMPARE_GREATERTHANOREQUALTO: 'COMPARE_LESSTHANOREQUALTO',
  COMPARE_EQUAL: 'COMPARE_EQUAL',
}
const BEGINNINGS = new Set(['^@', 'prefix', 'starts_with'])

/**
 * Reads a comparison of the one column in it with constants: =, <, <=, >, >=, BETWEEN, IN, LIKE (by what
 * stands before its first wildcard) and `starts_with`; undefined where it is anything else.
 */
export function rankedComparison(node: Ast, ranked: RankedTexts): Compared | undefined {
  const type = textOf(node, 'type')
  const one = (constant: Ast, ranks: (text: string) => Ranks): Compared | undefined =>
    isConstant(constant) ? (texts) => texts(constant)?.map(ranks) : undefined
  if (type === 'COMPARE_BETWEEN') {
    const [input, lower, upper] = ['input', 'lower', 'upper'].map((name) => childOf(node, name)!)
    if (!isColumn(input!) || !isConstant(lower!) || !isConstant(upper!)) return undefined
    return (texts) => {
      const [from, to] = [texts(lower!)?.[0], texts(upper!)?.[0]]
      if (from === undefined || to === undefined) return undefined
      return [[ranked.below(from) + 1, ranked.through(to)]]
    }
  }
  if (FLIPPED[type] !== undefined) {
    const [left, right] = [childOf(node, 'left')!, childOf(node, 'right')!]
    if (isColumn(left)) return one(right, comparing(type, ranked))
    return isColumn(right) ? one(left, comparing(FLIPPED[type], ranked)) : undefined
  }
  const [column, ...all] = childrenOf(node, 'children')
  // A whole list is one constant of the statement.
  const constants = all.filter((one, i) => i === 0 || !isOneWith(one, all[i - 1]!))
  if (column === undefined || !isColumn(column) || !constants.every(isConstant)) return undefined
  if (type === 'COMPARE_IN') {
    return (texts) => {
      const lists = constants.map(texts)
      if (lists.includes(undefined)) return undefined
      return lists.flatMap((list) => list!.map(comparing('COMPARE_EQUAL', ranked)))
    }
  }
  const call = textOf(node, 'class') === 'FUNCTION' ? textOf(node, 'function_name') : ''
  if (constants.length !== 1) return undefined
  if (BEGINNINGS.has(call)) return one(constants[0]!, (text) => ranked.beginning(text))
  return call === '~~' ? one(constants[0]!, (text) => likeRanks(text, ranked)) : undefined
}

function comparing(type: string, ranked: RankedTexts): (text: string) => Ranks {
  switch (type) {
    case 'COMPARE_LESSTHAN':
      return (text) => [1, ranked.below(text)]
    case 'COMPARE_LESSTHANOREQUALTO':
      return (text) => [1, ranked.through(text)]
    case 'COMPARE_GREATERTHAN':
      return (text) => [ranked.through(text) + 1, ranked.size]
    case 'COMPARE_GREATERTHANOREQUALTO':
      return (text) => [ranked.below(text) + 1, ranked.size]
    default:
      return (text) => [ranked.below(text) + 1, ranked.through(text)]
  }
}

function likeRanks(pattern: string, ranked: RankedTexts): Ranks {
  const wildcard = pattern.search(/[%_]/)
  return wildcard < 0
    ? comparing('COMPARE_EQUAL', ranked)(pattern)
    : ranked.beginning(pattern.slice(0, wildcard))
}

function isOneWith({ slot }: Ast, before: Ast): boolean {
  return slot !== undefined && slot === before['slot']
}

function isColumn(node: Ast): boolean {
  return textOf(node, 'class') === 'COLUMN_REF'
}

function isConstant(node: Ast): boolean {
  return textOf(node, 'class') === 'CONSTANT'
}

/** A condition on a column of ranks that holds for these; `ranks` undefined: for all. */
export function ranksSql(column: string, ranks: readonly Ranks[] | undefined): string {
  if (ranks === undefined) return 'TRUE'
  const held = ranks.filter(([from, to]) => from <= to)
  // No rank is 0: nothing is left, and NULL stays unknown.
  if (held.length === 0) return `${column} = 0`
  if (held.every(([from, to]) => from === to)) {
    const all = [...new Set(held.map(([from]) => from))].sort((a, b) => a - b)
    return all.length === 1 ? `${column} = ${all[0]}` : `${column} IN (${all.join(', ')})`
  }
  const parts = held.map(([from, to]) => `${column} BETWEEN ${from} AND ${to}`)
  return parts.length === 1 ? parts[0]! : `(${parts.join(' OR ')})`
}
