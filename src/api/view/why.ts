import { formatDay, formatDayShort, parseDay, weekdayOf } from '../../core/calendar.ts'
import type { Database } from '../../core/sql/database.ts'
import { type ChangePart, PART_WORDS, PARTS } from '../../demand/index.ts'
import {
  listVersions,
  moneyOf,
  readChange,
  readEventDays,
  readLikes,
  readLostDays,
  readSubstitutes,
  readWeekParts,
} from '../../loop/index.ts'
import type { ForecastChange, ForecastPart, ForecastWeek, ProductWhy } from '../schemas/explain.ts'
import type { Catalog } from './catalog.ts'
import { eventEffects, readEventDates, segmentOfCategory } from './events.ts'
import { changeText, listed, plural } from './words.ts'

/** Occasions that a product's panel names. */
const EVENTS = 4

/** Everything that explains one product's forecast; undefined where there is no such product. */
export async function productWhy(
  db: Database,
  catalog: Catalog,
  productId: string,
  currency: string,
): Promise<ProductWhy | undefined> {
  const row = catalog.byId.get(productId)
  if (row === undefined) return undefined
  const { version, note } = catalog
  const title = (id: string) => catalog.byId.get(id)?.title ?? id
  const [days, likes, substitutes] = [
    await readEventDays(db, version.version),
    await readLikes(db, version.version, productId),
    await readSubstitutes(db, productId),
  ]
  const dates = await readEventDates(db, note.origin)
  const effects = eventEffects(days, dates, segmentOfCategory(days, row.category))
  return {
    contributions: contributionsOf(
      await readWeekParts(db, version.version, productId),
      note.origin,
      note.horizonDays,
    ),
    change: await changeOf(db, version.version, productId),
    events: effects.slice(0, EVENTS),
    likes: likes.map((like) => ({
      ...like,
      title: title(like.productId),
      spark: [...(catalog.byId.get(like.productId)?.spark ?? [])],
    })),
    lost: lostOf(await readLostDays(db, version.version, productId), currency),
    substitutes: substitutes.map((one) => ({ ...one, title: title(one.productId) })),
  }
}

type PartUnits = { readonly part: ChangePart; readonly units: number }

/** Sums of parts in the order in which they are told; parts that add nothing are left out. */
function partsOf(rows: readonly PartUnits[]): ForecastPart[] {
  const sums = new Map<ChangePart, number>()
  for (const { part, units } of rows) sums.set(part, (sums.get(part) ?? 0) + units)
  return [...PARTS, 'model' as const].flatMap((part) => {
    const units = sums.get(part)
    return units === undefined ? [] : { part, ...PART_WORDS[part], units }
  })
}

const sumOf = (parts: readonly ForecastPart[]) => parts.reduce((sum, { units }) => sum + units, 0)

/** What a forecast of `days` days from `origin` on is made of, in all and by calendar week. */
export function contributionsOf(
  rows: readonly (PartUnits & { readonly weekOf: string })[],
  origin: string,
  days: number,
): ProductWhy['contributions'] {
  if (rows.length === 0) return null
  const parts = partsOf(rows)
  const first = parseDay(origin)
  const weeks: ForecastWeek[] = []
  for (let week = first - weekdayOf(first); week < first + days; week += 7) {
    const weekOf = formatDay(week)
    const own = partsOf(rows.filter((row) => row.weekOf === weekOf))
    const from = Math.max(first, week)
    const count = Math.min(first + days, week + 7) - from
    weeks.push({ weekOf, days: count, total: sumOf(own), parts: own })
  }
  return { sentence: whyWords(parts), days, total: sumOf(parts), parts, weeks }
}

/** The largest reasons why a forecast is not its usual level. */
function whyWords(parts: readonly ForecastPart[]): string {
  const total = sumOf(parts)
  const moves = parts.filter(({ part }) => part !== 'level')
  const told = largest(moves, total)
  if (told.length === 0) return 'It is what the product usually sells, little more or less.'
  const above = moves.reduce((sum, { units }) => sum + units, 0)
  const words = reasonsOf(told, total)
  const usual = parts.some(({ part }) => part === 'level')
  if (usual && Math.abs(above) < NAMED_SHARE * Math.abs(total)) {
    return `It is about what the product usually sells: ${words}.`
  }
  if (!usual) return `It has no usual level yet; it comes from ${words}.`
  return `It is ${above < 0 ? 'less' : 'more'} than usual by ${plural(Math.abs(above), 'unit')}: ${words}.`
}

/** Parts as words, beside a total: whole numbers where it is large. */
function reasonsOf(parts: readonly ForecastPart[], total: number): string {
  const whole = Math.abs(total) >= LARGE
  return listed(parts.map(({ label, units }) => `${label} (${changeText(units, whole)})`))
}

const LARGE = 20
const NAMED = 3
const NAMED_SHARE = 0.03

/** The parts worth naming: at most three, each of some weight. */
function largest(parts: readonly ForecastPart[], total: number): ForecastPart[] {
  const scale = Math.max(Math.abs(total), ...parts.map(({ units }) => Math.abs(units)))
  return [...parts]
    .filter(({ units }) => Math.abs(units) >= NAMED_SHARE * scale && Math.abs(units) >= 0.05)
    .sort((a, b) => Math.abs(b.units) - Math.abs(a.units))
    .slice(0, NAMED)
}

async function changeOf(
  db: Database,
  version: number,
  productId: string,
): Promise<ForecastChange | null> {
  const change = await readChange(db, version, productId)
  if (change === undefined) return null
  const versions = await listVersions(db, 'forecast')
  const before = versions.find((v) => v.version === change.previousVersion)
  const madeAt = before === undefined ? null : new Date(before.createdAt).toISOString()
  return forecastChange(change, madeAt)
}

/** A change in words: by how much, since when, and the largest reasons. */
export function forecastChange(
  {
    previousVersion,
    days,
    parts: rows,
  }: Pick<ForecastChange, 'previousVersion' | 'days'> & {
    readonly parts: readonly PartUnits[]
  },
  previousMadeAt: string | null,
): ForecastChange {
  const parts = partsOf(rows).sort((a, b) => Math.abs(b.units) - Math.abs(a.units))
  const units = sumOf(parts)
  const since =
    previousMadeAt === null
      ? 'the forecast before'
      : `the forecast of ${formatDayShort(parseDay(previousMadeAt.slice(0, 10)))}`
  const over = `over the ${days} days that both cover`
  const told = largest(parts, units)
  const sentence =
    Math.abs(units) < 0.5
      ? `About the same as ${since}, ${over}.`
      : `${plural(Math.abs(units), 'unit')} ${units > 0 ? 'more' : 'less'} than ${since} said, ${over}, because of ${reasonsOf(told, units)}.`
  return { sentence, previousVersion, previousMadeAt, days, units, parts }
}

type LostDay = NonNullable<ProductWhy['lost']>['days'][number]

/** Lost sales of a product in words and by day; null where it lost none. */
export function lostOf(rows: readonly LostDay[], currency: string): ProductWhy['lost'] {
  const lostDays = rows.filter(({ lost }) => lost > 0)
  if (lostDays.length === 0) return null
  const days = lostDays.map((day) => ({
    ...day,
    lostCents: day.lostCents === null ? null : Math.round(day.lostCents),
  }))
  const units = days.reduce((sum, { lost }) => sum + lost, 0)
  const priced = lostDays.flatMap(({ lostCents }) => lostCents ?? [])
  const cents = priced.length === 0 ? null : Math.round(priced.reduce((a, b) => a + b, 0))
  const worth = cents === null ? '' : ` worth ${moneyOf(currency)(cents)}`
  const sentence = `Out of stock on ${plural(days.length, 'day')}: about ${plural(units, 'unit')}${worth} wanted and not sold.`
  return { sentence, units, cents, days }
}
