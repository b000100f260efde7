import type { KnownStatement } from '../../types.ts'
import type { BoundShape } from '../bind.ts'
import { type AggregatedJoin, parseAggregate } from '../groups/parse.ts'
import type { Parts } from '../groups/render.ts'
import { readShape, type Shape } from '../shape.ts'
import { type Calm, createCalm } from './calm.ts'

/** A statement that can be asked otherwise, and what is known of its tables. */
export interface Way {
  readonly join: AggregatedJoin
  readonly shape: Shape
  /** Relations and joins as they are written: other statements with the same have the same ways. */
  readonly joins: string
  /** The statement it was read of, by its plain words. */
  readonly words: string
  /** Whether all is known that is read for it; then `bound` is there. */
  isKnown: boolean
  bound?: BoundShape
  /** Relations that are grouped, in each of the other ways. */
  choices?: readonly (readonly number[])[]
  kind: string
  readonly calm: Calm
  readonly texts: Map<number, Parts | undefined>
}

/** A way whose tables are known, with choices. */
export type OpenWay = Way & Required<Pick<Way, 'bound' | 'choices'>>

export function isOpen(way: Way): way is OpenWay {
  return way.bound !== undefined && way.choices !== undefined && way.choices.length > 0
}

/** Another way to ask a statement; null where there is none. `dull`: joins that no other way helps. */
export function readWay(
  statement: KnownStatement,
  words: string,
  dull: ReadonlySet<string>,
): Way | null {
  const join = parseAggregate(statement.template.sql, statement.kinds.length)
  if (join === undefined || join.relations.length < 2) return null
  const conditions = [...join.joins, ...join.relations.flatMap(({ left = [] }) => left)]
  const texts = conditions.map(({ words }) => words.join(' '))
  const joins = [...join.relations.map(({ text }) => text), ...texts].join(' & ')
  if (dull.has(joins)) return null
  const shape = readShape(statement.template.sql)
  return {
    join,
    shape,
    joins,
    words,
    isKnown: false,
    kind: '',
    calm: createCalm(),
    texts: new Map(),
  }
}

/** All that repeat but one: a row of it stands for itself, and no key of the others comes twice. */
export function choicesOf(many: readonly number[]): readonly (readonly number[])[] {
  return many.map((whole) => many.filter((i) => i !== whole))
}

/** Which columns of which tables are joined, and whether rows alone are counted. */
export function kindOf({ classes }: BoundShape, { items, groups }: AggregatedJoin): string {
  const isCount = groups.length === 0 && items.every(({ kind }) => kind === 'rows')
  const joined = classes
    .map(({ members }) =>
      members
        .map(({ column: c }) => `${c.table}.${c.column}`)
        .sort()
        .join('='),
    )
    .sort()
    .join(' ')
  return isCount ? joined : `${joined} of ${items.length}`
}
