import { describe, expect, it } from 'vitest'
import { summaryOf } from './summary.ts'

describe('summaryOf', () => {
  it('groups by what parameters are compared with, and adds up over it', () => {
    const summary = summaryOf(
      'SELECT o.region, count(*) AS n, sum(amount), avg(o.amount) mean FROM orders o WHERE o.kind = 3 AND o.ds BETWEEN $1 AND $2 GROUP BY o.region ORDER BY n DESC LIMIT $3',
    )
    expect(summary?.query).toBe(
      'SELECT o.region AS g1, count(*) AS a2, sum(amount) AS a3, sum(o.amount) AS a4, count(o.amount) AS a5, o.ds AS g6 FROM orders o WHERE o.kind = 3 GROUP BY o.region, o.ds',
    )
    expect(summary?.rewritten).toBe(
      'SELECT g1 AS region, sum(a2)::bigint AS n, sum(a3) AS sum, sum(a4) / nullif(sum(a5), 0) AS mean FROM /*view*/ WHERE g6 BETWEEN $1 AND $2 GROUP BY g1 ORDER BY n DESC LIMIT $3',
    )
  })

  it.each([
    ['SELECT a, count(DISTINCT b) FROM t GROUP BY a', 'distinct values do not add up'],
    ['SELECT a, sum(b) FROM t GROUP BY a HAVING sum(b) > $1', 'HAVING'],
    ['SELECT a, sum(b) / count(c) FROM t GROUP BY a', 'an aggregate of aggregates'],
    ['SELECT sum(b) FROM t WHERE a = $1', 'no groups'],
    ['SELECT a, sum(b) FROM t WHERE c + d > $1 GROUP BY a', 'a condition on two columns'],
    ['SELECT a, sum(b) FROM t WHERE c > $1 OR d > $2 GROUP BY a', 'OR'],
    ['SELECT sum(b) FROM t GROUP BY a', 'a group that is not selected'],
    ['SELECT a, sum(b) FROM t GROUP BY a ORDER BY max(c)', 'an order that is not selected'],
    ['SELECT a, sum(b) OVER () FROM t GROUP BY a, b', 'a window'],
    ['SELECT a, sum(b * $1) FROM t GROUP BY a', 'a parameter in an aggregate'],
  ])('takes no view for %s: %s', (sql) => {
    expect(summaryOf(sql)).toBeUndefined()
  })
})
