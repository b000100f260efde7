import { describe, expect, it } from 'vitest'
import { type Database, openDatabase } from '../../../core/sql/database.ts'
import { type Expression, print } from '../read/expression.ts'
import { createViewRewriter } from '../rewriter.ts'
import { adviseOne } from '../testing/advise-one.ts'
import { quantileOfCells } from './quantiles.ts'

const SHARES = ['0', '0.001', '.1', '0.25', '0.333333', '0.5', '0.7', '0.95', '0.999', '1', '1.0']
const COLUMNS = { x: 'BIGINT', y: 'TINYINT', d: 'DATE', m: 'DECIMAL(9,2)' } as const

/** A table of groups with one row or many, values that repeat, NULLs, and groups of nothing else. */
async function makeTable(rows: number, groups: number): Promise<Database> {
  const db = await openDatabase(':memory:', { threads: 1 })
  const draw = (n: number, below: number) => `CAST(hash(range, ${n}) % ${below} AS BIGINT)`
  await db.run(`CREATE TABLE t AS SELECT CAST(hash(range) % ${groups} AS INTEGER) AS g, range % 7 AS c,
    CASE WHEN hash(range) % ${groups} = 3 OR hash(range, 1) % 11 = 0 THEN NULL
      ELSE ${draw(2, 60)} * 123456789012 - 4000000000000 END AS x,
    CAST(${draw(3, 200)} - 100 AS TINYINT) AS y, DATE '2024-01-01' + CAST(${draw(4, 90)} AS INTEGER) AS d,
    CAST(${draw(5, 90)} * 0.25 AS DECIMAL(9, 2)) AS m FROM range(${rows})`)
  return db
}

/** A quantile of a column of `t` as SQL over its groups and values. */
function overCells(name: string, column: keyof typeof COLUMNS, share: string): string | undefined {
  const type = COLUMNS[column]
  const argument: Expression = { kind: 'column', table: 't', name: column, type }
  const literal: Expression = { kind: 'literal', text: share, slot: 0 }
  const args = name === 'median' ? [argument] : [argument, literal]
  const expression = print(argument)
  return quantileOfCells(
    { kind: 'call', name, isOperator: false, isAggregate: true, isDistinct: false, args },
    new Map([[expression, { column: 'k1', expression, type, stored: type }]]),
  )
}

describe('quantiles over cells', () => {
  it.each([
    [300, 60],
    [4000, 9],
    [40_000, 2],
  ])('are the very ones of DuckDB: %i rows in %i groups', async (rows, groups) => {
    const db = await makeTable(rows, groups)
    for (const column of ['x', 'y', 'd', 'm'] as const) {
      const names = ['d', 'm'].includes(column) ? [] : ['median', 'quantile_cont']
      for (const name of [...names, 'quantile_disc']) {
        for (const share of SHARES) {
          const cells = `(SELECT g AS k0, ${column} AS k1, CAST(count(*) AS INTEGER) AS n FROM t GROUP BY ALL)`
          const call = name === 'median' ? `median(${column})` : `${name}(${column}, ${share})`
          const { columns } = await db.answer(`SELECT g, ${call} FROM t GROUP BY 1 ORDER BY 1`)
          const sql = `SELECT k0, ${overCells(name, column, share)} FROM ${cells} GROUP BY 1 ORDER BY 1`
          expect({ call, columns: (await db.answer(sql)).columns }).toEqual({ call, columns })
        }
      }
    }
    db.close()
  })

  it('are told by cells of whole numbers, and of others where nothing is between two values', () => {
    expect(overCells('quantile_cont', 'd', '0.5')).toBeUndefined()
    expect(overCells('median', 'm', '0.5')).toBeUndefined()
    for (const share of ['-0.5', '1.5', '5e-1', '[0.1, 0.5]']) {
      expect(overCells('quantile_cont', 'x', share), share).toBeUndefined()
    }
  })

  it('answer statements from a view of cells while their share stays', async () => {
    const db = await makeTable(40_000, 3)
    const asked = (share: string, c: number) =>
      `SELECT g, median(y) AS a, quantile_disc(y, ${share}) AS b, sum(y) AS s FROM t WHERE c = ${c} GROUP BY g ORDER BY g`
    const view = await adviseOne(
      db,
      [0, 1, 2, 3].map((c) => asked('0.9', c)),
    )
    expect(JSON.parse(view.definition)).toMatchObject({ grain: 'cells' })
    for (const sql of view.apply) await db.run(sql)
    const rewriter = createViewRewriter(db)
    await rewriter.serve(view, false)
    await rewriter.meet({ sql: asked('0.9', 1) })
    for (const c of [2, 5, 99]) {
      const other = rewriter.rewrite({ sql: asked('0.9', c) })
      expect(await db.answer(other!.sql)).toEqual(await db.answer(asked('0.9', c)))
    }
    expect(rewriter.rewrite({ sql: asked('0.1', 2) })).toBeUndefined()
    db.close()
  })
})
