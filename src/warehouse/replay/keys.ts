import { type Database, quoteName } from '../../core/sql/database.ts'
import type { ColumnProfile } from './column-profile.ts'
import type { JoinedColumns } from './joined-columns.ts'

/** Name of a column among all tables. */
export function columnKey({ table, name }: Pick<ColumnProfile, 'table' | 'name'>): string {
  return `${table}.${name}`.toLowerCase()
}

const KEY_NAME =
  /(^|_)(id|key|sk|fk|pk|code|no|nr|uuid|guid)$|(Id|ID|Key|KEY|Code|No|Nr)$|(id|key)$/
/** Up to so many values, a column that refers to nothing is a category that all copies share. */
const CATEGORY_VALUES = 30
const NEARLY = 0.9

/**
 * Columns whose copies are shifted out of each other's way, with the stride of each: unique columns,
 * columns whose values stand in a unique one and whose name or use in the log says that they refer to
 * it, and columns that the log joins with such ones. What refers to each other has one stride, a
 * little above the spread of its values, so that rows of a copy meet rows of their own copy alone.
 */
export async function findKeys(
  db: Database,
  columns: readonly ColumnProfile[],
  joined: JoinedColumns,
  at: (table: string) => string,
): Promise<ReadonlyMap<string, number>> {
  const possible = columns.filter(
    (column) =>
      /^(integer|text|uuid)$/.test(column.nature) ||
      (column.nature === 'day' && isInLog(column, joined)),
  )
  const families = createFamilies()
  const unique = possible.filter((column) => isUnique(column, joined))
  for (const column of unique) families.join(columnKey(column), columnKey(column))
  for (const column of possible) {
    for (const key of unique) {
      if (!mayRefer(column, key, joined)) continue
      if ((await shareWithin(db, column, key, at)) < NEARLY) continue
      families.join(columnKey(column), columnKey(key))
    }
  }
  joinByLog(possible, joined, families)
  return stridesOf(possible, families)
}

function isInLog(column: ColumnProfile, joined: JoinedColumns): boolean {
  const start = `${columnKey(column)}=`
  for (const pair of joined) if (pair.startsWith(start)) return true
  return false
}

function isUnique(column: ColumnProfile, joined: JoinedColumns): boolean {
  const { filled, distinct, name, nature } = column
  if (filled < 2 || distinct < NEARLY * filled) return false
  if (KEY_NAME.test(name)) return distinct === filled || distinct > CATEGORY_VALUES
  // Names of people and places are unique too, and copies may share them; joined ones may not.
  const isWholeKey = nature === 'integer' && filled > CATEGORY_VALUES
  return distinct === filled && (isWholeKey || isInLog(column, joined))
}

function mayRefer(column: ColumnProfile, key: ColumnProfile, joined: JoinedColumns): boolean {
  if (column.nature !== key.nature || columnKey(column) === columnKey(key)) return false
  if (joined.has(`${columnKey(column)}=${columnKey(key)}`)) return true
  if (!KEY_NAME.test(column.name) || column.distinct === column.filled) return false
  // Codes counted from the least number lie in every dense key; references are spread over it.
  const isSpread = 2 * (column.maximum - key.minimum) >= key.maximum - key.minimum
  if (column.nature === 'integer' && !isSpread) return false
  // A few codes fit into every dense key; a reference to a short table covers much of it.
  return column.distinct > CATEGORY_VALUES || column.distinct >= key.distinct / 2
}

/** Share of the values of `column` that stand in `key`. */
async function shareWithin(
  db: Database,
  column: ColumnProfile,
  key: ColumnProfile,
  at: (table: string) => string,
): Promise<number> {
  const value = quoteName(column.name)
  const [row] = await db.rows<{ share: number | null }>(
    `SELECT count(*) FILTER (v IN (SELECT ${quoteName(key.name)} FROM ${at(key.table)})) / count(*) AS share
     FROM (SELECT DISTINCT ${value} AS v FROM ${at(column.table)} WHERE ${value} IS NOT NULL)`,
  )
  return row!.share ?? 0
}

/** Columns of many values that the log sets equal belong together, whatever their values. */
function joinByLog(
  possible: readonly ColumnProfile[],
  joined: JoinedColumns,
  families: Families,
): void {
  const wide = possible.filter(({ distinct }) => distinct > CATEGORY_VALUES)
  for (const a of wide) {
    for (const b of wide) {
      if (a.nature === b.nature && joined.has(`${columnKey(a)}=${columnKey(b)}`)) {
        families.join(columnKey(a), columnKey(b))
      }
    }
  }
}

function stridesOf(
  columns: readonly ColumnProfile[],
  families: Families,
): ReadonlyMap<string, number> {
  const low = new Map<string, number>()
  const high = new Map<string, number>()
  const members = columns.filter((column) => families.has(columnKey(column)))
  for (const column of members) {
    const family = families.of(columnKey(column))
    low.set(family, Math.min(low.get(family) ?? Infinity, column.minimum))
    high.set(family, Math.max(high.get(family) ?? -Infinity, column.maximum))
  }
  return new Map(
    members.map((column) => {
      const family = families.of(columnKey(column))
      return [columnKey(column), high.get(family)! - low.get(family)! + 1]
    }),
  )
}

/** Names in groups that grow together. */
interface Families {
  join(a: string, b: string): void
  has(name: string): boolean
  /** The one name that stands for the group. */
  of(name: string): string
}

function createFamilies(): Families {
  const parent = new Map<string, string>()
  const of = (name: string): string => {
    const up = parent.get(name) ?? name
    return up === name ? name : of(up)
  }
  return {
    join(a, b) {
      parent.set(a, parent.get(a) ?? a)
      parent.set(b, parent.get(b) ?? b)
      parent.set(of(a), of(b))
    },
    has: (name) => parent.has(name),
    of,
  }
}
