import type { Database } from '../../../core/sql/database.ts'
import { isWhole, MOST_WHOLE } from '../answer/definition.ts'
import { print } from '../read/expression.ts'
import { extremesOf, type NumberFacts, type Sample, typesOf } from './sample.ts'
import type { Wish } from './wish.ts'

/** What is known of an expression. */
export interface Fact {
  readonly type: string
  /** Of numbers, in the sample; undefined where there are none, or NaN or infinite ones. */
  readonly extremes: readonly [number, number] | undefined
  /** Fractions by type that are whole numbers of 32 bits in all rows. */
  readonly isWholeValued: boolean
  /** Fractions by type that are small whole numbers in all rows of a table: their sums are exact. */
  readonly isExactly?: boolean
  /** Whether the sample holds −0, or any row, of those that are whole numbers. */
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
  const isFraction = (text: string) => /^(FLOAT|DOUBLE)$/.test(types[texts.indexOf(text)]!)
  const numeric = texts.filter((text, i) => isWhole(types[i]!) || isFraction(text))
  const found = await extremesOf(db, sample, numeric)
  const seen = new Map(numeric.map((text, i) => [text, found[i]]))
  const fractions = numeric.filter((text) => isFraction(text) && seen.get(text)?.isWhole === true)
  const inAll = await inAllRows(db, sample, fractions, seen)
  return new Map(
    texts.map((text, i) => {
      const { extremes, hasMinusZero = false } = seen.get(text) ?? {}
      const all = fractions.includes(text) ? inAll.get(text) : undefined
      const isSmall = all?.extremes.every((value) => Math.abs(value) <= MOST_WHOLE) ?? false
      const isWholeValued = all?.isWhole ?? false
      return [
        text,
        {
          type: types[i]!,
          extremes,
          isWholeValued,
          isExactly: isWholeValued && isSmall && sample.tables.length === 1,
          hasMinusZero: hasMinusZero || (all?.hasMinusZero ?? false),
        },
      ]
    }),
  )
}

const known = new WeakMap<Sample, Map<string, NumberFacts | undefined>>()

/** What all rows behind a sample say of expressions, looked at once for all wishes. */
async function inAllRows(
  db: Database,
  sample: Sample,
  texts: readonly string[],
  seen: ReadonlyMap<string, NumberFacts | undefined>,
): Promise<ReadonlyMap<string, NumberFacts | undefined>> {
  if (sample.name === '') return seen
  const all = known.get(sample) ?? new Map<string, NumberFacts | undefined>()
  known.set(sample, all)
  const open = texts.filter((text) => !all.has(text))
  const found = await extremesOf(db, { ...sample, name: '', rows: sample.wholeRows }, open)
  for (const [i, text] of open.entries()) all.set(text, found[i])
  return all
}
