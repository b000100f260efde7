import type { Random } from '../../../../core/random/random.ts'
import type { Database } from '../../../../core/sql/database.ts'

/** A column of a random table: a key, or a value of some type. */
export interface RandomColumn {
  readonly name: string
  readonly type: string
}

export interface RandomTable {
  readonly name: string
  readonly columns: readonly RandomColumn[]
}

const VALUES: readonly (readonly [type: string, expression: (domain: number) => string])[] = [
  ['INTEGER', (n) => `H % ${n} - 2`],
  ['SMALLINT', (n) => `H % ${n}`],
  ['BIGINT', (n) => `(H % ${n}) * 3000000000`],
  ['UINTEGER', (n) => `H % ${n}`],
  ['DECIMAL(9,2)', (n) => `(H % ${n}) * 0.25 - 1`],
  ['DECIMAL(4,1)', (n) => `(H % ${n}) * 12.3 - 20`],
  ['DECIMAL(18,6)', (n) => `(H % ${n}) * 1.234567`],
  ['INTEGER', (n) => `(H % ${n}) * 1000003`],
  ['DOUBLE', (n) => `(H % ${n}) * 0.1`],
  ['VARCHAR', (n) => `'v' || (H % ${n})`],
  ['DATE', (n) => `DATE '2024-01-01' + H % ${n}`],
  ['BOOLEAN', () => 'H % 2 = 0'],
]
/** Words of the grammar among them, which DuckDB shows in quotes. */
const VALUE_NAMES = ['V0', 'Name', 'year']
const KEY_TYPES = ['INTEGER', 'BIGINT', 'SMALLINT', 'VARCHAR', 'DATE']

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[random.int(from.length)]!
}

/** Makes three tables whose keys repeat, miss and are NULL; now and then one is empty. */
export async function makeTables(db: Database, random: Random): Promise<readonly RandomTable[]> {
  const keyTypes = [pick(random, KEY_TYPES), pick(random, KEY_TYPES)]
  const tables: RandomTable[] = []
  for (const name of ['a', 'b', 'c']) {
    const rows = random.int(8) === 0 ? 0 : 1 + random.int(60)
    const values = Array.from({ length: 3 }, (_, i) => {
      const [type, expression] = pick(random, VALUES)
      return { name: VALUE_NAMES[i]!, type, expression: expression(2 + random.int(9)) }
    })
    const keys = keyTypes.map((type, i) => {
      const expression = VALUES.find(([t]) => t === type)![1](2 + random.int(9))
      return { name: `k${i}`, type, expression }
    })
    const all = [...keys, ...values]
    const list = all.map(({ name: column, type, expression }) => {
      const value = expression.replace('H', `CAST(hash(i, ${random.int(1e6)}) % 1000 AS INTEGER)`)
      const nulls = pick(random, [0, 0, 5, 3])
      const filled =
        nulls === 0
          ? value
          : `CASE WHEN hash(i, ${random.int(1e6)}) % ${nulls} = 0 THEN NULL ELSE ${value} END`
      return `CAST(${filled} AS ${type}) AS ${column}`
    })
    await db.run(
      `CREATE OR REPLACE TABLE ${name} AS SELECT ${list.join(', ')} FROM range(${rows}) r(i)`,
    )
    tables.push({ name, columns: all.map(({ name: column, type }) => ({ name: column, type })) })
  }
  return tables
}

interface Joined {
  readonly alias: string
  readonly columns: readonly RandomColumn[]
  readonly isLeft: boolean
}

/** A statement that aggregates a join of these tables; most of them can be asked through groups. */
export function randomStatement(tables: readonly RandomTable[], random: Random): string {
  const hasLeft = random.int(3) === 0
  const joined: Joined[] = []
  const where: string[] = []
  let from = ''
  for (let i = 0; i < 2 + random.int(3); i++) {
    const { name, columns } = pick(random, tables)
    const one = { alias: `t${i}`, columns, isLeft: hasLeft && i > 0 && random.int(2) === 0 }
    const text = `${name} ${pick(random, ['', 'AS '])}${one.alias}`
    const partners = joined.filter((other) => one.isLeft || !other.isLeft)
    const edges = i === 0 ? [] : edgesTo(one, pick(random, partners), random)
    if (i === 0) from = text
    else if (hasLeft) {
      const own = random.int(3) === 0 ? [filterOn(one, random)] : []
      from += `${one.isLeft ? ' LEFT JOIN ' : ' JOIN '}${text} ON ${[...edges, ...own].join(' AND ')}`
    } else {
      from += `, ${text}`
      if (random.int(10) > 0) where.push(...edges)
    }
    joined.push(one)
  }
  const inner = joined.filter(({ isLeft }) => !isLeft)
  for (let i = random.int(3); i > 0; i--) where.push(filterOn(pick(random, inner), random))
  if (random.int(5) === 0 && inner.length > 1) where.push(crossOn(inner, random))
  const condition = where.length > 0 ? ` WHERE ${where.join(' AND ')}` : ''
  const { items, tail } = itemsOf(joined, random)
  return `SELECT ${items} FROM ${from}${condition}${tail}`
}

function edgesTo(one: Joined, other: Joined, random: Random): readonly string[] {
  const edge = (key: string) =>
    random.int(2) === 0
      ? `${one.alias}.${key} = ${other.alias}.${key}`
      : `${other.alias}.${key} = ${one.alias}.${key}`
  return random.int(5) === 0 ? [edge('k0'), edge('k1')] : [edge(pick(random, ['k0', 'k1']))]
}

function filterOn({ alias, columns }: Joined, random: Random): string {
  const { name, type } = pick(random, columns)
  const column = `${alias}.${name}`
  if (type === 'BOOLEAN') return `${column} = ${pick(random, ['true', 'false'])}`
  if (type === 'VARCHAR') {
    return pick(random, [
      `${column} <> 'v1'`,
      `${column} IN ('v0', 'v2', 'v3')`,
      `${column} LIKE 'v%'`,
    ])
  }
  if (type === 'DATE') return `${column} >= '2024-01-03'::date`
  const forms = [`${column} <= 4`, `${column} BETWEEN 0 AND 5`, `(${column} = 1 OR ${column} > 2)`]
  return pick(random, [...forms, `${column} IS NOT NULL`, `NOT ${column} = 3`])
}

function crossOn(joined: readonly Joined[], random: Random): string {
  const [one, other] = [joined[0]!, joined.at(-1)!]
  const key = pick(random, ['k0', 'k1'])
  return pick(random, [
    `${one.alias}.${key} <> ${other.alias}.${key}`,
    `${one.alias}.${key} < ${other.alias}.${key}`,
    `(${one.alias}.k0 = ${other.alias}.k0 OR ${one.alias}.k1 >= ${other.alias}.k1)`,
  ])
}

function itemsOf(
  joined: readonly Joined[],
  random: Random,
): { readonly items: string; readonly tail: string } {
  const column = () => {
    const one = pick(random, joined)
    return { text: `${one.alias}.${pick(random, one.columns).name}` }
  }
  const groups = random.int(2) === 0 ? [] : [column(), ...(random.int(3) === 0 ? [column()] : [])]
  const aggregates = Array.from({ length: 1 + random.int(3) }, (_, i) => {
    const one = pick(random, joined)
    const kind = pick(random, ['count(*)', 'COUNT', 'SUM', 'AVG', 'min', 'max', 'count(DISTINCT '])
    if (kind === 'count(*)') return `${kind}${pick(random, ['', ` AS n${i}`])}`
    const fits = ({ type }: RandomColumn) =>
      (kind !== 'SUM' && kind !== 'AVG') || !/DATE|VARCHAR/.test(type)
    const names = one.columns.filter(fits)
    if (names.length === 0) return `count(*) AS n${i}`
    const call = kind.endsWith(' ') ? kind : `${kind}(`
    return `${call}${one.alias}.${pick(random, names).name})${pick(random, ['', ` AS n${i}`, ` n${i}`])}`
  })
  if (groups.length === 0) return { items: aggregates.join(', '), tail: '' }
  const texts = groups.map(({ text }) => text)
  const places = texts.map((_, i) => i + 1)
  const by = pick(random, [texts.join(', '), texts.join(', '), 'ALL', places.join(', ')])
  const order = pick(random, [
    ...['', '', ` ORDER BY ${texts.join(' DESC, ')}`],
    ` ORDER BY ${texts.join(', ')} NULLS FIRST LIMIT 3`,
  ])
  return { items: [...texts, ...aggregates].join(', '), tail: ` GROUP BY ${by}${order}` }
}
