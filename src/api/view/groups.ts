import { formatDay, parseDay } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import {
  type GroupLevel,
  type GroupTotal,
  KEPT_LEVELS,
  NO_GROUP,
  readGroupDays,
  readGroups,
} from '../../loop/index.ts'
import type { Forecast, History } from '../schemas/common.ts'
import type { ProductRow } from '../schemas/demand.ts'
import type {
  GroupDetail,
  GroupList,
  GroupQuery,
  GroupRow,
  GroupsQuery,
} from '../schemas/groups.ts'
import type { Catalog } from './catalog.ts'
import { readCalendar } from './demand.ts'
import { plural, unitsText } from './words.ts'

/** Levels below the total, the default first. */
const LEVELS = ['category', 'department', 'place'] as const
const LEVEL_LABELS: Readonly<Record<GroupLevel, string>> = {
  total: 'All products',
  category: 'Categories',
  department: 'Departments',
  place: 'Places',
}

const SPARK_WEEKS = 26
const HISTORY_DAYS = 400
/** Products that a group names. */
const WORST = 8

/** Groups of one level with the total, most money at stake first. */
export async function groupList(
  db: Database,
  catalog: Catalog,
  { level: asked }: GroupsQuery,
  command: string,
): Promise<GroupList> {
  const totals = await readGroups(db, catalog.version.version)
  const known = LEVELS.filter((level) => totals.some((of) => of.level === level))
  const level = known.find((name) => name === asked) ?? known[0] ?? 'total'
  const sold = await readSold(db, level, catalog.note.origin)
  const all = await readSold(db, 'total', catalog.note.origin)
  const names = await readPlaceNames(db, level)
  const rowOf = (of: GroupTotal) => groupRow(of, catalog, of.level === 'total' ? all : sold, names)
  const total = totals.find((of) => of.level === 'total')
  const groups = level === 'total' ? [] : totals.filter((of) => of.level === level).map(rowOf)
  groups.sort(
    (a, b) => (b.stakeCents ?? -1) - (a.stakeCents ?? -1) || b.next28Units - a.next28Units,
  )
  const top = total === undefined ? null : rowOf(total)
  return {
    sentence: top === null ? null : sentenceOf(top, groups, total!.days),
    level,
    levels: known.map((name) => ({ level: name, label: LEVEL_LABELS[name] })),
    days: total?.days ?? catalog.note.horizonDays,
    total: top,
    groups,
    command,
  }
}

/** One group; undefined where there is none of that name. */
export async function groupDetail(
  db: Database,
  catalog: Catalog,
  { level, group }: GroupQuery,
): Promise<GroupDetail | undefined> {
  const { version, note } = catalog
  const totals = await readGroups(db, version.version)
  const found = totals.find((of) => of.level === level && of.group === group)
  if (found === undefined) return undefined
  const names = await readPlaceNames(db, level)
  const row = groupRow(found, catalog, await readSold(db, level, note.origin), names)
  const days = await readGroupDays(db, version.version, found, note.horizonDays)
  const forecast: Forecast = {
    from: days[0]?.ds ?? note.origin,
    model: found.method,
    mean: days.map(({ mean }) => mean),
    levels: [...KEPT_LEVELS],
    quantiles: KEPT_LEVELS.map((_, l) => days.map(({ quantiles }) => quantiles[l]!)),
  }
  return {
    row,
    sentence: `About ${plural(found.mean, 'unit')} in the next ${found.days} days; 9 times in 10 between ${unitsText(Math.round(found.low))} and ${unitsText(Math.round(found.high))}.`,
    adds: addsText(found),
    history: await readGroupHistory(db, found, note.origin),
    forecast,
    ...(await readCalendar(db, note)),
    worst: worstOf(catalog, found),
  }
}

function sentenceOf(total: GroupRow, groups: readonly GroupRow[], days: number): string {
  const [low, high] = [total.next28Low, total.next28High].map((units) =>
    unitsText(Math.round(units)),
  )
  const all = `${unitsText(Math.round(total.next28Units))} units in the next ${days} days, 9 times in 10 between ${low} and ${high}.`
  const worst = groups[0]
  if (worst === undefined || worst.wape === null) return all
  return `${all} ${worst.label} has most at stake: ${Math.round(100 * worst.wape)} % off on a usual day.`
}

/** How the numbers of a group agree with those of its products. */
function addsText({ level, method, products }: GroupTotal): string {
  switch (method) {
    case 'mint':
      return `The forecasts of its ${plural(products, 'product')} add up to it; they were moved a little by what the whole is expected to do, which was less off on the past.`
    case 'own':
      return 'It is forecast on its own, and fitted with the other places to the forecast of all products.'
    case 'shares':
      return 'It has its usual share of the forecast of all products, which was less off on the past than a forecast of its own.'
    default:
      return level === 'total'
        ? `The forecasts of ${plural(products, 'product')} add up to it.`
        : `The forecasts of its ${plural(products, 'product')} add up to it, and it to the total with the other groups.`
  }
}

function groupRow(
  of: GroupTotal,
  catalog: Catalog,
  sold: ReadonlyMap<string, Sold>,
  names: ReadonlyMap<string, string>,
): GroupRow {
  const { level, group, products, wape, bias, mean, low, high } = of
  const { spark, last28 } = sold.get(group) ?? { spark: emptySpark(), last28: 0 }
  const price = meanPrice(level === 'place' ? catalog.rows : membersOf(catalog, of))
  return {
    level,
    group,
    label: names.get(group) ?? labelOf(of),
    products,
    stakeCents: price === null ? null : Math.round((wape ?? 1) * mean * price),
    wape,
    bias,
    last28Units: last28,
    next28Units: mean,
    next28Low: low,
    next28High: high,
    priceCents: price === null ? null : Math.round(price),
    spark,
  }
}

function labelOf({ level, group }: Pick<GroupTotal, 'level' | 'group'>): string {
  if (level === 'total') return LEVEL_LABELS.total
  return level !== 'place' && group === NO_GROUP ? 'Without a category' : group
}

/** Names of places that are areas or sites of the store. */
async function readPlaceNames(
  db: Database,
  level: GroupLevel,
): Promise<ReadonlyMap<string, string>> {
  if (level !== 'place') return new Map()
  const rows = await db.rows(
    `SELECT area_id AS id, name FROM areas
     UNION ALL SELECT site_id, name FROM sites WHERE name IS NOT NULL`,
  )
  return new Map(rows.map((row) => [String(row['id']), String(row['name'])] as const))
}

/** Mean price of the units expected, of products that have one; null where none has. */
function meanPrice(rows: readonly ProductRow[]): number | null {
  let [cents, units] = [0, 0]
  for (const { priceCents, next28Units } of rows) {
    if (priceCents === null || next28Units === null) continue
    cents += priceCents * next28Units
    units += next28Units
  }
  return units > 0 ? cents / units : null
}

/** Products of a group, by the category of the catalog. */
function membersOf({ rows }: Catalog, { level, group }: GroupTotal): readonly ProductRow[] {
  if (level === 'total') return rows
  return rows.filter(({ category }) => {
    const name = level === 'department' ? category?.split('>')[0]?.trim() : category
    return (name ?? NO_GROUP) === group
  })
}

function worstOf(catalog: Catalog, of: GroupTotal): GroupDetail['worst'] {
  if (of.level === 'place') return []
  return [...membersOf(catalog, of)]
    .sort((a, b) => (b.stakeCents ?? -1) - (a.stakeCents ?? -1))
    .slice(0, WORST)
    .map(({ productId, title, stakeCents, next28Units }) => {
      return { productId, title, stakeCents, next28Units }
    })
}

/** What a group sold of late. */
interface Sold {
  /** Units a week, oldest first. */
  readonly spark: number[]
  readonly last28: number
}

const emptySpark = () => new Array<number>(SPARK_WEEKS).fill(0)

/** The group of a row of sales s joined with products p, in SQL. */
const GROUP_SQL: Readonly<Record<GroupLevel, string>> = {
  total: "'all'",
  category: `coalesce(p.category, '${NO_GROUP}')`,
  department: `coalesce(trim(split_part(p.category, '>', 1)), '${NO_GROUP}')`,
  place: 's.place_id',
}

async function readSold(
  db: Database,
  level: GroupLevel,
  origin: string,
): Promise<ReadonlyMap<string, Sold>> {
  const rows = await db.rows(
    `SELECT ${GROUP_SQL[level]} AS name,
       CAST(floor((CAST($1 AS DATE) - 1 - s.ds) / 7) AS INTEGER) AS week, sum(s.units) AS units
     FROM sales s LEFT JOIN products p USING (product_id)
     WHERE s.ds >= CAST($1 AS DATE) - ${7 * SPARK_WEEKS} AND s.ds < CAST($1 AS DATE) GROUP BY ALL`,
    [origin],
  )
  const sold = new Map<string, { spark: number[]; last28: number }>()
  for (const row of rows) {
    const name = String(row['name'])
    const own = sold.get(name) ?? { spark: emptySpark(), last28: 0 }
    sold.set(name, own)
    const [week, units] = [Number(row['week']), Number(row['units'])]
    own.spark[SPARK_WEEKS - 1 - week] = units
    if (week < 4) own.last28 += units
  }
  return sold
}

async function readGroupHistory(
  db: Database,
  { level, group }: GroupTotal,
  origin: string,
): Promise<History> {
  const first = parseDay(origin) - HISTORY_DAYS
  const rows = await db.rows(
    `SELECT s.ds, sum(s.units) AS units FROM sales s LEFT JOIN products p USING (product_id)
     WHERE ${GROUP_SQL[level]} = $1 AND s.ds >= CAST($2 AS DATE) AND s.ds < CAST($3 AS DATE)
     GROUP BY s.ds ORDER BY s.ds`,
    [group, formatDay(first), origin],
  )
  const from = rows.length > 0 ? Number(rows[0]!['ds']) : parseDay(origin)
  const units = new Array<number>(parseDay(origin) - from).fill(0)
  for (const row of rows) units[Number(row['ds']) - from] = Number(row['units'])
  return { from: formatDay(from), units, inStock: units.map(() => true) }
}
