import { describe, expect, it } from 'vitest'
import { conjunctsOf, type PlanNode, usesOf } from './conditions.ts'

const node = (fields: Record<string, unknown>): PlanNode =>
  ({ 'Node Type': 'Seq Scan', 'Total Cost': 1, 'Plan Rows': 1, ...fields }) as PlanNode

describe('conjunctsOf', () => {
  it('takes apart what AND joins, not what stands in parentheses or quotes', () => {
    expect(conjunctsOf("((o.a = $1) AND (o.b = ' AND (') AND ((o.c = 1) OR (o.d = 2)))")).toEqual([
      'o.a = $1',
      "o.b = ' AND ('",
      '(o.c = 1) OR (o.d = 2)',
    ])
  })
})

describe('usesOf', () => {
  it('tells columns compared with values, bounds and other columns, and what parameters are compared with', () => {
    const plan = node({
      'Node Type': 'Hash Join',
      'Hash Cond': '(o.customer_id = c.id)',
      Plans: [
        node({
          'Relation Name': 'orders',
          Schema: 'public',
          Alias: 'o',
          Output: ['o.customer_id', 'o."Amount"'],
          Filter:
            "((o.status = ANY ('{1,2}'::integer[])) AND (o.ds >= $1) AND ($2 > o.ds) AND ((o.name)::text ~~ $3))",
        }),
        node({ 'Relation Name': 'customers', Schema: 'crm', Alias: 'c', Output: ['c.id'] }),
      ],
    })
    const { relations, parameters } = usesOf(plan)
    expect(relations).toEqual([
      {
        schema: 'public',
        table: 'orders',
        alias: 'o',
        equal: ['status'],
        range: ['ds', 'name'],
        join: ['customer_id'],
        order: [],
        output: ['customer_id', 'Amount'],
      },
      {
        schema: 'crm',
        table: 'customers',
        alias: 'c',
        equal: [],
        range: [],
        join: ['id'],
        order: [],
        output: ['id'],
      },
    ])
    expect(parameters).toEqual([
      { parameter: 1, alias: 'o', column: 'ds', comparison: '>' },
      { parameter: 2, alias: 'o', column: 'ds', comparison: '<' },
      { parameter: 3, alias: 'o', column: 'name', comparison: '=' },
    ])
  })
})
