import { quote } from '../read/expression.ts'
import type { Shape } from '../read/shape.ts'

/** The message of a statement that stopped because its order does not decide which row comes first. */
export const TIED = 'rows of it are equal in its order'

/**
 * What stands before FROM and behind the groups of a statement that orders by what two groups may share:
 * rows that are answered are counted together with those equal to them in the order, and where there are
 * two it raises an error, because nobody knows in which order the tables would give them.
 */
export function withoutTies(
  { outputs, order }: Shape,
  columns: readonly string[],
  orders: readonly string[],
  limit: string,
): readonly [head: string, end: string] {
  const out = (i: number) => quote(`out ${i}`)
  const by = order.map(({ suffix }, i) => `${quote(`order ${i}`)}${suffix}`).join(', ')
  const parts = orders.map((_, i) => quote(`order ${i}`)).join(', ')
  const given = outputs.map(({ name, type }, i) => {
    const refusal = `CAST(error('${TIED}') AS ${type})`
    const checked = `CASE WHEN peers > 1 THEN ${refusal} ELSE ${out(i)} END`
    return `${i === 0 ? checked : out(i)} AS ${quote(name)}`
  })
  const inner = [
    ...columns.map((sql, i) => `${sql} AS ${out(i)}`),
    ...orders.map((sql, i) => `${sql} AS ${quote(`order ${i}`)}`),
  ]
  const taken = limit === '' ? '' : ` ORDER BY ${by} ${limit}`
  return [
    `SELECT ${given.join(', ')} FROM (SELECT *, count(*) OVER (PARTITION BY ${parts}) AS peers FROM (SELECT ${inner.join(', ')}`,
    `) AS grouped${taken}) AS counted ORDER BY ${by}`,
  ]
}
