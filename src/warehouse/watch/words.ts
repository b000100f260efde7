/**
 * Words that are reserved (no name unless quoted) and decide how constants around them are read.
 * Only these are folded to upper case: case of other words shows in the names of columns.
 */
const RESERVED = [
  ...['SELECT', 'DISTINCT', 'ALL', 'FROM', 'WHERE', 'GROUP', 'BY', 'HAVING', 'QUALIFY', 'WINDOW'],
  ...['ORDER', 'ASC', 'DESC', 'LIMIT', 'OFFSET', 'UNION', 'INTERSECT', 'EXCEPT', 'WITH'],
  ...['JOIN', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'CROSS', 'NATURAL', 'ON', 'USING', 'AS'],
  ...['AND', 'OR', 'NOT', 'IN', 'IS', 'BETWEEN', 'LIKE', 'ILIKE', 'NULL', 'TRUE', 'FALSE'],
  ...['CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'CAST', 'SIMILAR', 'GLOB', 'RETURNING'],
] as const
/** Not reserved, but they say how constants in their parentheses or after them are read. */
const TELLING = ['ROLLUP', 'CUBE', 'SETS', 'INTERVAL', 'VALUES'] as const

/** What a word is to the scanner. */
export const WORD = {
  name: 0,
  /** Reserved without more to say. */
  reserved: 1,
  /** A minus behind it is a sign. */
  beforeValue: 2,
  by: 3,
  group: 4,
  order: 5,
  in: 6,
  from: 7,
  distinct: 8,
  on: 9,
  /** Ends a list of things to group or order by. */
  clause: 10,
  /** ROLLUP, CUBE, SETS: what stands in their parentheses is grouped by. */
  groupers: 11,
  /** A type whose parentheses hold its width. */
  type: 12,
  /** A function whose first argument names a unit. */
  unitFunction: 13,
  /** A function whose arguments say which columns or tables there are. */
  shapeFunction: 14,
} as const
export type WordClass = (typeof WORD)[keyof typeof WORD]

const CLASSES: readonly (readonly [WordClass, readonly string[]])[] = [
  [WORD.reserved, [...RESERVED, ...TELLING]],
  [
    WORD.beforeValue,
    [
      ...['AND', 'OR', 'NOT', 'BETWEEN', 'LIKE', 'ILIKE', 'WHEN', 'THEN', 'ELSE', 'CASE'],
      ...['IS', 'SIMILAR', 'GLOB', 'ALL', 'INTERVAL'],
    ],
  ],
  [WORD.by, ['BY']],
  [WORD.group, ['GROUP']],
  [WORD.order, ['ORDER']],
  [WORD.in, ['IN']],
  [WORD.from, ['FROM', 'JOIN']],
  [WORD.distinct, ['DISTINCT']],
  [WORD.on, ['ON']],
  [
    WORD.clause,
    [
      ...['SELECT', 'WHERE', 'HAVING', 'QUALIFY', 'WINDOW', 'LIMIT', 'OFFSET', 'UNION'],
      ...['INTERSECT', 'EXCEPT', 'RETURNING', 'VALUES'],
    ],
  ],
  [WORD.groupers, ['ROLLUP', 'CUBE', 'SETS']],
  [
    WORD.type,
    [
      ...['DECIMAL', 'NUMERIC', 'DEC', 'VARCHAR', 'CHAR', 'CHARACTER', 'BPCHAR', 'NVARCHAR'],
      ...['BIT', 'TIME', 'TIMESTAMP', 'FLOAT', 'VARYING', 'ENUM'],
    ],
  ],
  [
    WORD.unitFunction,
    [
      ...['date_trunc', 'datetrunc', 'date_part', 'datepart', 'date_diff', 'datediff'],
      ...['date_sub', 'datesub', 'date_add'],
    ],
  ],
  [
    WORD.shapeFunction,
    [
      ...['COLUMNS', 'query', 'query_table', 'read_csv', 'read_csv_auto', 'read_parquet', 'glob'],
      ...['parquet_scan', 'read_json', 'read_json_auto', 'read_ndjson', 'read_text', 'read_blob'],
      ...['nextval', 'currval', 'getvariable', 'current_setting', 'struct_extract', 'unnest'],
    ],
  ],
]

const SLOTS = 1024
const slotClass = new Uint8Array(SLOTS)
const slotWord: string[] = new Array<string>(SLOTS).fill('')
const reserved = new Set<string>(RESERVED)

// Open addressing: a few of the 1024 places are taken, so that most names end at an empty one.
for (const [wordClass, words] of CLASSES) {
  for (const word of words) {
    const lower = word.toLowerCase()
    let slot = hashOf(lower) & (SLOTS - 1)
    while (slotWord[slot] !== '' && slotWord[slot] !== lower) slot = (slot + 1) & (SLOTS - 1)
    slotWord[slot] = lower
    slotClass[slot] = wordClass
  }
}

function hashOf(lower: string): number {
  let hash = 0
  for (let i = 0; i < lower.length; i++) hash = nextHash(hash, lower.charCodeAt(i))
  return hash
}

/** One more character of a word into its hash, whatever its case. */
export function nextHash(hash: number, code: number): number {
  return (Math.imul(hash, 31) + (code | 32)) | 0
}

/** What the word `sql[start, end)` with that hash is; letters of any case. */
export function classOfWord(sql: string, start: number, end: number, hash: number): WordClass {
  let slot = hash & (SLOTS - 1)
  for (;;) {
    const word = slotWord[slot]!
    if (word === '') return WORD.name
    if (equalsFolded(sql, start, end, word)) return slotClass[slot] as WordClass
    slot = (slot + 1) & (SLOTS - 1)
  }
}

function equalsFolded(sql: string, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false
  for (let i = 0; i < lower.length; i++) {
    const code = sql.charCodeAt(start + i)
    const folded = code >= 65 && code <= 90 ? code | 32 : code
    if (folded !== lower.charCodeAt(i)) return false
  }
  return true
}

/** The word in upper case where it is reserved, else as it is. */
export function foldWord(word: string): string {
  const upper = word.toUpperCase()
  return reserved.has(upper) ? upper : word
}
