import { describe, expect, it } from 'vitest'
import { readShape } from './shape.ts'

const column = (alias: string, name: string) => ({ alias, column: name })

describe('readShape', () => {
  it('reads tables, joins and filters of a comma join', () => {
    const shape = readShape(
      'SELECT count(*) FROM users AS u, posts AS p WHERE u.Id = p.OwnerUserId AND p.Date >= ?::timestamp AND u.Views <= ? AND ? < p.Score',
    )
    expect(shape.relations).toEqual([
      { alias: 'u', table: 'users' },
      { alias: 'p', table: 'posts' },
    ])
    expect(shape.edges).toEqual([{ left: column('u', 'id'), right: column('p', 'owneruserid') }])
    expect(shape.filters).toEqual([
      { column: column('p', 'date'), operator: '>=', slot: 0 },
      { column: column('u', 'views'), operator: '<=', slot: 1 },
      { column: column('p', 'score'), operator: '>', slot: 2 },
    ])
    expect(shape.constructs).toEqual(['count()'])
  })

  it('reads JOIN … ON, quoted names, schemas, BETWEEN and IN', () => {
    const shape = readShape(
      'SELECT a.k, sum(b.v) FROM main.t AS a LEFT JOIN "Other t" b ON a.k = b.k WHERE a.d BETWEEN CAST(? AS DATE) AND CAST(? AS DATE) AND b.name IN (?) GROUP BY a.k',
    )
    expect(shape.relations).toEqual([
      { alias: 'a', table: 't' },
      { alias: 'b', table: 'other t' },
    ])
    expect(shape.filters.map(({ operator, slot }) => `${operator} ${slot}`)).toEqual([
      '>= 0',
      '<= 1',
      'in 2',
    ])
    expect(shape.sums).toEqual([column('b', 'v')])
    expect(shape.constructs).toEqual(['group', 'in', 'left', 'sum()'])
  })

  it('takes no table from FROM inside a function or IS DISTINCT FROM', () => {
    const shape = readShape(
      'SELECT extract(year FROM ds) FROM sales s WHERE s.a IS DISTINCT FROM s.b',
    )
    expect(shape.relations).toEqual([{ alias: 's', table: 'sales' }])
  })

  it('knows sums over more than a column as sums of something', () => {
    expect(readShape('SELECT sum(a * b), avg(c) FROM t').sums).toEqual([undefined, column('', 'c')])
  })
})
