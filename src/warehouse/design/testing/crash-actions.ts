import type { Action, Gain } from '../../types.ts'

const gain: Gain = { savedCpuMsPerDay: 1, upkeepCpuMsPerDay: 0, buildCpuMs: 1, storageBytes: 1 }
const common = {
  summary: '',
  reasons: [],
  fingerprints: [],
  predicted: gain,
  definition: '{}',
} as const

/** Makes the table that the actions rest on. */
export const MAKE_SALES = `CREATE TABLE sales AS
  SELECT i AS id, i % 97 AS product, (i * 7919) % 1000 AS units FROM range(60000) AS r(i)`

/** A view in two tables and a rewrite of the table itself, both several statements long. */
export const crashActions: readonly Action[] = [
  {
    ...common,
    actionId: 'view-by-product',
    kind: 'view',
    target: 'by_product',
    apply: [
      'CREATE TABLE by_product AS SELECT product, sum(units) AS units FROM sales GROUP BY product',
      'CREATE TABLE by_units AS SELECT units, count(*) AS n FROM sales GROUP BY units',
    ],
    undo: ['DROP TABLE by_product', 'DROP TABLE by_units'],
  },
  {
    ...common,
    actionId: 'layout-sales',
    kind: 'layout',
    target: 'sales',
    apply: [
      'CREATE TABLE sales_sorted AS SELECT * FROM sales ORDER BY product, units, id',
      'DROP TABLE sales',
      'ALTER TABLE sales_sorted RENAME TO sales',
    ],
    undo: [
      'CREATE TABLE sales_sorted AS SELECT * FROM sales ORDER BY id',
      'DROP TABLE sales',
      'ALTER TABLE sales_sorted RENAME TO sales',
    ],
  },
]
