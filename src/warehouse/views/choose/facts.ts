import type { Database } from '../../../core/sql/database.ts'
import { isExact, isWhole } from '../answer/definition.ts'
import { print } from '../read/expression.ts'
import { fromClause } from '../read/from.ts'
import { extremesOf, type Sample, typesOf } from './sample.ts'
import type { Wish } from './wish.ts'

/** What is known of an expression. */
export interface Fact {
  readonly type: string
  /** Of numbers, in the sample; undefined where there are none, or NaN or infinite ones. */
  readonly extremes: readonly [number, number] | undefined
  /** Fractions by type that are whole numbers of 32 bits in the sample. */
  readonly isWholeValued: boolean
  /** Fractions by type that are small whole numbers in all rows: their sums are exact. */
  readonly isExactly?: boolean
  /** Whether the sample holds −0. */
  readonly hasMinusZero?: boolean
}

/** Facts of the expressions of a wish, by canonical text. */
export type Facts = ReadonlyMap<string, Fact>

/** Looks at the expressions of a wish on a sample, and at all rows where a sample is no proof. */
export async function factsOf(db: Database, sample: Sample, wish: Wish): Promise<Facts> {
  const parts = [
    ...wish.groups,
    ...wish.moving.flatMap(({ over }) => over),
    ...wish.aggregates.flatMap((e) => (e.kind === 'call' ? e.args : [])),
  ]
  const texts = [...new Set(parts.map((e) => print(e)))]
  const types = await typesOf(db, wish, texts)
  const numeric = texts.filter((_, i) => isWhole(types[i]!) || /^(FLOAT|DOUBLE)$/.test(types[i]!))
  const found = await extremesOf(db, sample, numeric)
  const facts = texts.map((text, i): readonly [string, Fact] => {
    const type = types[i]!
    const known = found[numeric.indexOf(text)]
    const { extremes, isWhole: isAllWhole = false, hasMinusZero = false } = known ?? {}
    return [text, { type, extremes, isWholeValued: !isWhole(type) && isAllWhole, hasMinusZero }]
  })
  const added = new Set(
    wish.aggregates.flatMap((e) =>
      e.kind === 'call' && ['sum', 'avg', 'mean'].includes(e.name)
        ? e.args.map((a) => print(a))
        : [],
    ),
  )
  const whole = facts.filter(([text, fact]) => fact.isWholeValued && added.has(text))
  const exact = await exactOf(
    db,
    sample,
    whole.map(([text]) => text),
  )
  return new Map(facts.map(([text, fact]) => [text, { ...fact, isExactly: exact.includes(text) }]))
}

/** Expressions that are small whole numbers in all rows, whatever the sample says; of one table alone. */
async function exactOf(
  db: Database,
  { tables }: Sample,
  texts: readonly string[],
): Promise<string[]> {
  if (texts.length === 0 || tables.length > 1) return []
  const checks = texts.map((text) => `coalesce(bool_and(${isExact(text)}), TRUE)`)
  const { columns } = await db.answer(`SELECT ${checks.join(', ')} FROM ${fromClause(tables)}`)
  return texts.filter((_, i) => columns[i]![0] === true)
}
