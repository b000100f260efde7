import type { ProductRow } from '../../src/api/schemas/demand.ts'
import type { GroupDetail, GroupList, GroupQuery, GroupRow } from '../../src/api/schemas/groups.ts'
import {
  AS_OF,
  closedDays,
  curvesOf,
  dayAfter,
  EVENTS,
  HORIZON_DAYS,
  itemOf,
} from './fixture-catalog.ts'
import { indexOf } from './fixture-plan.ts'

const COMMAND = 'storewright forecast --store gift-store'
/** Shares of the made-up places in all sales. */
const PLACES = { 'United Kingdom': 0.84, Germany: 0.07, France: 0.05, Ireland: 0.04 }
/** Products whose curves stand for those of their group. */
const FEW = 40

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)

/** The sums of a made-up catalog, as a store gives them. */
export function groupList(rows: readonly ProductRow[], asked: string | undefined): GroupList {
  const level = asked === 'place' ? 'place' : 'category'
  const total = totalOf(rows)
  const groups = (level === 'place' ? placesOf(total) : categoriesOf(rows)).sort(
    (a, b) => b.stakeCents! - a.stakeCents!,
  )
  const worst = groups[0]!
  return {
    sentence: `${Math.round(total.next28Units).toLocaleString('en-GB')} units in the next 28 days, 9 times in 10 between ${Math.round(total.next28Low).toLocaleString('en-GB')} and ${Math.round(total.next28High).toLocaleString('en-GB')}. ${worst.label} has most at stake: ${Math.round(100 * worst.wape!)} % off on a usual day.`,
    level,
    levels: [
      { level: 'category', label: 'Categories' },
      { level: 'place', label: 'Places' },
    ],
    days: HORIZON_DAYS,
    total,
    groups,
    command: COMMAND,
  }
}

/** A store whose forecast has no sums. */
export const noGroups = (): GroupList => ({
  sentence: null,
  level: 'total',
  levels: [],
  days: HORIZON_DAYS,
  total: null,
  groups: [],
  command: COMMAND,
})

const totalOf = (rows: readonly ProductRow[]) =>
  groupRow('total', 'all', 'All products', rows, 0.13)

function categoriesOf(rows: readonly ProductRow[]): GroupRow[] {
  const names = [...new Set(rows.map((row) => row.category!))].sort()
  return names.map((name, k) => {
    const own = rows.filter(({ category }) => category === name)
    return groupRow('category', name, name, own, 0.18 + 0.04 * ((k * 3) % 7))
  })
}

function placesOf(total: GroupRow): GroupRow[] {
  return Object.entries(PLACES).map(([group, share], k) => ({
    ...total,
    level: 'place' as const,
    group,
    label: group,
    products: Math.round(total.products * Math.sqrt(share)),
    wape: 0.14 + 0.09 * k,
    bias: -0.08 + 0.05 * k,
    stakeCents: Math.round((0.14 + 0.09 * k) * share * total.next28Units * total.priceCents!),
    last28Units: share * total.last28Units,
    next28Units: share * total.next28Units,
    next28Low: share * total.next28Low,
    next28High: share * total.next28High,
    spark: total.spark.map((units) => share * units),
  }))
}

function groupRow(
  level: GroupRow['level'],
  group: string,
  label: string,
  rows: readonly ProductRow[],
  wape: number,
): GroupRow {
  const next = sum(rows.map((row) => row.next28Units ?? 0))
  const value = sum(rows.map((row) => (row.next28Units ?? 0) * (row.priceCents ?? 0)))
  return {
    level,
    group,
    label,
    products: rows.length,
    stakeCents: Math.round(wape * value),
    wape,
    bias: 0.6 * wape - 0.16,
    last28Units: sum(rows.map((row) => row.last28Units)),
    next28Units: next,
    next28Low: next * (1 - 0.7 * wape),
    next28High: next * (1 + 0.9 * wape),
    priceCents: Math.round(value / Math.max(1, next)),
    spark: rows[0]!.spark.map((_, week) => sum(rows.map(({ spark }) => spark[week]!))),
  }
}

/** One group; its curve is that of a few of its products, scaled. */
export function groupDetail(
  rows: readonly ProductRow[],
  { level, group }: GroupQuery,
): GroupDetail | undefined {
  const list = groupList(rows, level)
  const row = level === 'total' ? list.total : list.groups.find((of) => of.group === group)
  if (row == null || row.level !== level) return undefined
  const own = level === 'category' ? rows.filter(({ category }) => category === group) : rows
  const curves = own.slice(0, FEW).map(({ productId }) => curvesOf(itemOf(indexOf(productId))))
  const first = curves[0]!
  const scale = row.next28Units / sum(curves.map(({ forecast }) => sum(forecast.mean)))
  const added = (pick: (curve: (typeof curves)[number]) => readonly number[]) =>
    pick(first).map((_, t) => scale * sum(curves.map((curve) => pick(curve)[t]!)))
  const mean = added(({ forecast }) => forecast.mean)
  return {
    row,
    sentence: `About ${Math.round(row.next28Units).toLocaleString('en-GB')} units in the next 28 days; 9 times in 10 between ${Math.round(row.next28Low).toLocaleString('en-GB')} and ${Math.round(row.next28High).toLocaleString('en-GB')}.`,
    adds:
      level === 'place'
        ? 'It is forecast on its own, and fitted with the other places to the forecast of all products.'
        : level === 'total'
          ? `The forecasts of ${row.products} products add up to it.`
          : `The forecasts of its ${row.products} products add up to it, and it to the total with the other groups.`,
    history: {
      from: first.history.from,
      units: added(({ history }) => history.units),
      inStock: first.history.inStock.map(() => true),
    },
    forecast: {
      from: dayAfter(AS_OF, 1),
      model: 'bottom-up',
      mean,
      levels: first.forecast.levels,
      quantiles: first.forecast.levels.map((share) =>
        mean.map((units) => units * (1 + 1.1 * row.wape! * (share - 0.5) * 2)),
      ),
    },
    events: EVENTS,
    closedDays: closedDays(),
    worst:
      level === 'place'
        ? []
        : [...own]
            .sort((a, b) => b.stakeCents! - a.stakeCents!)
            .slice(0, 8)
            .map(({ productId, title, stakeCents, next28Units }) => {
              return { productId, title, stakeCents, next28Units }
            }),
  }
}
