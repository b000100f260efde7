import { describe, expect, it } from 'vitest'
import { createTemplates } from '../watch/templates.ts'
import { effectsOf } from './effects.ts'

function effects(sql: string): string {
  return effectsOf(createTemplates(10).know(sql).template.sql)
    .map((effect) =>
      effect.kind === 'changes'
        ? `${effect.how} ${effect.tables.join(' ')}`
        : effect.kind === 'ends' && effect.isUndone
          ? 'undoes'
          : effect.kind,
    )
    .join(', ')
}

describe('effectsOf', () => {
  it.each([
    ['SELECT 1', 'reads'],
    ['(SELECT 1) UNION SELECT 2', 'reads'],
    ['from t', 'reads'],
    ['DESCRIBE SELECT 1', 'reads'],
    ['EXPLAIN ANALYZE SELECT 1', 'reads'],
    ['EXPLAIN ANALYZE DELETE FROM t', 'rows t'],
    ['EXPLAIN (ANALYZE, FORMAT JSON) INSERT INTO t FROM t', 'append t'],
    ['EXPLAIN (FORMAT json) SELECT 1', 'reads'],
    ['EXPLAIN ANALYZE EXECUTE q', 'unknown'],
    ['EXPLAIN COMMIT', 'unknown'],
    ['WITH q AS (SELECT 1) SELECT * FROM q', 'reads'],
    ['WITH q AS (SELECT 1) FROM q', 'reads'],
    ['WITH q AS (SELECT 1) SELECT 2; DROP TABLE t', 'reads, other t'],
    ['insert into "My Table" values (1)', 'append My Table'],
    ['INSERT INTO s.t (a) SELECT 1', 'append s.t t'],
    ['INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING', 'rows t'],
    ['INSERT OR REPLACE INTO t VALUES (1)', 'rows t'],
    ['UPDATE t SET a = 1', 'rows t'],
    ['DELETE FROM t WHERE a = 1', 'rows t'],
    ['TRUNCATE t', 'rows t'],
    ['DROP TABLE IF EXISTS "a.b".t', 'other a.b.t t'],
    ['DROP SCHEMA s', 'unknown'],
    ['ALTER TABLE t RENAME TO u', 'other t u'],
    ['ALTER TABLE t ADD COLUMN b INTEGER', 'other t'],
    ['CREATE OR REPLACE TEMP TABLE t AS SELECT 1', 'other t'],
    ['CREATE VIEW v AS SELECT 1', 'other v'],
    ['CREATE UNIQUE INDEX i ON t (a)', 'reads'],
    ['CREATE MACRO f(x) AS x', 'unknown'],
    ["COPY t FROM 'x.csv'", 'append t'],
    ["COPY t (a, b) FROM 'x.csv'", 'append t'],
    ["COPY t TO 'x.csv'", 'reads'],
    ["COPY (SELECT 1) TO 'x.csv'", 'reads'],
    ['BEGIN', 'begins'],
    ['COMMIT', 'ends'],
    ['ROLLBACK', 'undoes'],
    ['SET threads = 4', 'reads'],
    ["SET TimeZone = 'UTC'", 'unknown'],
    ['PRAGMA enable_profiling', 'reads'],
    ["PRAGMA table_info('t')", 'reads'],
    ['PREPARE q AS DELETE FROM t', 'reads'],
    ['SET VARIABLE x = 1', 'reads'],
    ['EXECUTE q', 'unknown'],
    ["ATTACH 'x.duckdb'", 'unknown'],
    ['WITH q AS (SELECT 1) INSERT INTO t FROM q', 'unknown'],
    ['SELECT 1; DROP TABLE t;', 'reads, other t'],
    ['', 'reads'],
  ])('%s: %s', (sql, expected) => {
    expect(effects(sql)).toBe(expected)
  })
})
