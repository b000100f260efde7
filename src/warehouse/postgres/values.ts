import { createRandom } from '../../core/random/random.ts'
import type { ParameterUse, RelationUse } from './conditions.ts'
import type { PostgresSession } from './session.ts'
import type { CountedStatement } from './statements.ts'

/** What the server knows of a column's values, as text. */
interface ColumnValues {
  readonly common: readonly string[]
  readonly commonShares: readonly number[]
  /** Values that split the rest into equal parts. */
  readonly bounds: readonly string[]
}

/** Bounds of one statement are taken as far apart as a tenth of the rows. */
const RANGE_SHARE = 0.1

/**
 * Values for the parameters of a statement, `count` sets of them, drawn from the server's statistics:
 * pg_stat_statements keeps none. Values of = are drawn as often as they occur, bounds evenly, two
 * bounds of one column a tenth of the rows apart. Undefined: no value (NULL). Same seed, same values.
 */
export async function typicalValues(
  session: PostgresSession,
  statement: CountedStatement,
  relations: readonly RelationUse[],
  uses: readonly ParameterUse[],
  types: readonly string[],
  count: number,
  seed: number,
): Promise<readonly (readonly (string | undefined)[])[]> {
  const known = new Map<string, ColumnValues>()
  for (const use of uses) {
    const relation = relations.find(({ alias }) => alias === use.alias)
    const key = `${use.alias}.${use.column}`
    if (relation === undefined || known.has(key)) continue
    known.set(key, await columnValues(session, relation, use.column))
  }
  const random = createRandom(seed).split(statement.fingerprint)
  return Array.from({ length: count }, () => {
    const places = new Map<string, number>()
    return Array.from({ length: statement.parameterCount }, (_, i) => {
      const use = uses.find(({ parameter }) => parameter === i + 1)
      const values = use === undefined ? undefined : known.get(`${use.alias}.${use.column}`)
      if (use === undefined || values === undefined)
        return plainValue(statement.sql, i + 1, types[i])
      const at = `${use.alias}.${use.column}`
      if (use.comparison === '=') return drawn(values, random.next())
      if (!places.has(at)) places.set(at, random.next() * (1 - RANGE_SHARE))
      const bothEnds = uses.some(
        (other) =>
          other.alias === use.alias &&
          other.column === use.column &&
          other.comparison !== '=' &&
          other.comparison !== use.comparison,
      )
      const low = places.get(at)!
      return bound(values, use.comparison === '<' && bothEnds ? low + RANGE_SHARE : low)
    })
  })
}

async function columnValues(
  session: PostgresSession,
  relation: RelationUse,
  column: string,
): Promise<ColumnValues> {
  const [row] = await session.rows(
    `SELECT most_common_vals::text::text[] AS common, most_common_freqs AS shares,
            histogram_bounds::text::text[] AS bounds
       FROM pg_stats WHERE schemaname = $1 AND tablename = $2 AND attname = $3 LIMIT 1`,
    [relation.schema, relation.table, column],
  )
  return {
    common: (row?.['common'] as string[] | null | undefined) ?? [],
    commonShares: (row?.['shares'] as number[] | null | undefined) ?? [],
    bounds: (row?.['bounds'] as string[] | null | undefined) ?? [],
  }
}

/** A value as often as it occurs; u in [0, 1). */
function drawn(values: ColumnValues, u: number): string | undefined {
  let below = 0
  for (let i = 0; i < values.common.length; i++) {
    const share = values.commonShares[i] ?? 0
    if (u < below + share) return values.common[i]
    below += share
  }
  const rest = below >= 1 ? 0 : (u - below) / (1 - below)
  return values.bounds[Math.floor(rest * values.bounds.length)] ?? values.common[0]
}

/** The value below which a share of the rows lies. */
function bound(values: ColumnValues, share: number): string | undefined {
  const sorted = values.bounds.length > 0 ? values.bounds : [...values.common].sort(byValue)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
}

const byValue = (a: string, b: string): number => {
  const difference = Number(a) - Number(b)
  return Number.isNaN(difference) ? (a < b ? -1 : 1) : difference
}

/** A value for a parameter that is compared with no column. */
function plainValue(sql: string, parameter: number, type: string | undefined): string | undefined {
  if (new RegExp(`\\blimit\\s+\\$${parameter}\\b`, 'i').test(sql)) return '10'
  if (new RegExp(`\\boffset\\s+\\$${parameter}\\b`, 'i').test(sql)) return '0'
  if (type === 'interval') return '7 days'
  if (type !== undefined && /int|numeric|double|real/.test(type)) return '1'
  return undefined
}
