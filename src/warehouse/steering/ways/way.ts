import type { KnownStatement } from '../../types.ts'
import type { BoundShape } from '../bind.ts'
import { type CountByKey, type ParsedCount, parseCount } from '../count-by-key.ts'
import { readShape, type Shape } from '../shape.ts'

/** A statement that can be asked otherwise, and what is known of its tables. */
export interface Way {
  readonly parsed: ParsedCount
  readonly shape: Shape
  /** Relations and joins as they are written: other statements with the same have the same ways. */
  readonly joins: string
  /** Whether all is known that is read for it; then `bound` is there. */
  isKnown: boolean
  bound?: BoundShape
  /** Relations that are grouped, in each of the other ways. */
  choices?: readonly (readonly number[])[]
  kind: string
  readonly texts: Map<number, CountByKey | undefined>
}

/** Another way to ask a statement; null where there is none. `dull`: joins that no other way helps. */
export function readWay(statement: KnownStatement, dull: ReadonlySet<string>): Way | null {
  const parsed = parseCount(statement.template.sql, statement.kinds.length)
  if (parsed === undefined || parsed.relations.length < 2) return null
  const joins = [...parsed.relations, ...parsed.edges].join(' & ')
  if (dull.has(joins)) return null
  const shape = readShape(statement.template.sql)
  return { parsed, shape, joins, isKnown: false, kind: '', texts: new Map() }
}

/** All that repeat but one: a row of it stands for itself, and no key of the others comes twice. */
export function choicesOf(many: readonly number[]): readonly (readonly number[])[] {
  return many.map((whole) => many.filter((i) => i !== whole))
}

/** Which columns of which tables are joined. */
export function kindOf({ classes }: BoundShape): string {
  return classes
    .map(({ members }) =>
      members
        .map(({ column: c }) => `${c.table}.${c.column}`)
        .sort()
        .join('='),
    )
    .sort()
    .join(' ')
}
