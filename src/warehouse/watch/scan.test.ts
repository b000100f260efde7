import { describe, expect, it } from 'vitest'
import { canonicalKey, templateText } from './canonical.ts'
import { constantsOf, kindsOfKey, splice } from './constants.ts'
import { scanStatement } from './scan.ts'

/** Template and constants as they stand in the text. */
function read(sql: string): [string, ...string[]] {
  const { key, spans } = scanStatement(sql)
  const texts: string[] = []
  splice(sql, spans, (text) => {
    texts.push(text)
    return text
  })
  return [templateText(canonicalKey(key)), ...texts]
}

describe('scanStatement', () => {
  it.each<[string, ...string[]]>([
    [
      'SELECT 1.5, .5, 1., 1e-3, 1_000, 0x1F',
      'SELECT ?, ?, ?, ?, ?, ?',
      '1.5',
      '.5',
      '1.',
      '1e-3',
      '1_000',
      '0x1F',
    ],
    [
      'SELECT a-5, a - -5, (-5), -5 + - 7',
      'SELECT a - ?, a - ?, (?), ? + - ?',
      '5',
      '-5',
      '-5',
      '-5',
      '7',
    ],
    ['SELECT -5::DOUBLE, -x[1]', 'SELECT - ?::DOUBLE, - x[?]', '5', '1'],
    [
      "SELECT 'it''s', E'a\\'b', x'ff', $$it's$$, $a$ $$ $a$",
      'SELECT ?, ?, ?, ?, ?',
      "'it''s'",
      "E'a\\'b'",
      "x'ff'",
      "$$it's$$",
      '$a$ $$ $a$',
    ],
    ['SELECT "a 5", t1.c2, "x""7" FROM t3', 'SELECT "a 5", t1.c2, "x""7" FROM t3'],
    [
      "WHERE d > DATE '2024-01-01' - INTERVAL 5 DAY",
      'WHERE d > DATE ? - INTERVAL ? DAY',
      "'2024-01-01'",
      '5',
    ],
    ["WHERE t >= '2010-01-01'::timestamp", 'WHERE t >= ?::timestamp', "'2010-01-01'"],
    ['WHERE a IS NULL AND b = TRUE', 'WHERE a IS NULL AND b = TRUE'],
    ['WHERE a = ? AND b = $1 AND c = ?2 - 5', 'WHERE a = ? AND b = $1 AND c = ? 2 - ?', '5'],
    [
      'ORDER BY 1, a + 2, 3 DESC LIMIT 10 OFFSET 5',
      'ORDER BY 1, a + ?, 3 DESC LIMIT ? OFFSET ?',
      '2',
      '10',
      '5',
    ],
    [
      'GROUP BY 1, ROLLUP (2), f(3) HAVING x > 4',
      'GROUP BY 1, ROLLUP(2), f(?) HAVING x > ?',
      '3',
      '4',
    ],
    ['SELECT DISTINCT ON (1) a, 2', 'SELECT DISTINCT ON (1) a, ?', '2'],
    ['ORDER BY (SELECT x ORDER BY 1), 2', 'ORDER BY (SELECT x ORDER BY 1), 2'],
    [
      "SELECT CAST(x AS DECIMAL(10, 2)), date_trunc('hour', t), f('hour')",
      "SELECT CAST(x AS DECIMAL(10, 2)), date_trunc('hour', t), f(?)",
      "'hour'",
    ],
    ["SELECT COLUMNS('a.*') FROM 'x.parquet'", "SELECT COLUMNS('a.*') FROM 'x.parquet'"],
    ['SELECT 1 -- 2\n, /* 3 /* 4 */ 5 */ 6;', 'SELECT ?, ?', '1', '6'],
    ['SELECT #1 - 5', 'SELECT # 1 - ?', '5'],
  ])('%s', (sql, ...expected) => {
    expect(read(sql)).toEqual(expected)
  })

  it('takes lists of constants behind IN as one, whatever their length', () => {
    const [template] = read("SELECT a FROM t WHERE b IN (1) AND c NOT IN ('x', 'y')")
    expect(template).toBe('SELECT a FROM t WHERE b IN (?) AND c NOT IN (?)')
    expect(read("select a from t where b in ( 1,-2 , 3 ) and c not in ('z')")).toEqual([
      template,
      '1,-2 , 3',
      "'z'",
    ])
    expect(read('WHERE b IN (1, x) OR b IN (SELECT 1)')[0]).toBe(
      'WHERE b IN (?, x) OR b IN (SELECT ?)',
    )
  })

  it('reads texts that never close, and other nonsense, to the end', () => {
    for (const sql of [
      "SELECT 'a",
      '/* a',
      'SELECT "a',
      '$a$',
      "E'\\",
      '((((',
      '))',
      ']',
      '1e',
      '-',
      '',
    ]) {
      expect(() => canonicalKey(scanStatement(sql).key)).not.toThrow()
    }
    expect(() => scanStatement('('.repeat(10_000))).not.toThrow()
  })
})

describe('constantsOf', () => {
  it('gives values', () => {
    const sql = "SELECT -1_000, 0x1F, 'it''s', E'a\\tb''', $q$x$q$ WHERE a IN (1, 2)"
    const { key, spans } = scanStatement(sql)
    expect(constantsOf(sql, spans, kindsOfKey(key))).toEqual([
      -1000,
      31,
      "it's",
      "a\tb'",
      'x',
      '1, 2',
    ])
  })
})

describe('canonicalKey', () => {
  it('folds white space and reserved words, and nothing that shows in an answer', () => {
    const forms = ['SELECT  a,b\nFROM t', 'select a , b from t', 'Select a,b From t -- x']
    expect(new Set(forms.map((sql) => read(sql)[0]))).toEqual(new Set(['SELECT a, b FROM t']))
    expect(read('select A AS Order, f (x) from T')[0]).toBe('SELECT A AS Order, f(x) FROM T')
  })
})
