import type { EventEffect, ProductWhy } from '../../src/api/schemas/explain.ts'
import { eventEffects, eventList } from '../../src/api/view/events.ts'
import { calibrationOf, segmentList } from '../../src/api/view/segments.ts'
import { contributionsOf, forecastChange, lostOf } from '../../src/api/view/why.ts'
import { formatDay, parseDay } from '../../src/core/calendar.ts'
import { panelOf } from '../../src/core/panel.ts'
import { createRandom } from '../../src/core/random/random.ts'
import { curveContributions, PARTS, weeklyContributions } from '../../src/demand/index.ts'
import type { CalibrationPoint, EventDay, SegmentModel } from '../../src/loop/index.ts'
import {
  AS_OF,
  curvesOf,
  dayAfter,
  HORIZON_DAYS,
  type Item,
  itemOf,
  rowOf,
} from './fixture-catalog.ts'

const COMMAND = 'storewright forecast --store gift-store'
const ORIGIN = dayAfter(AS_OF, 1)

/** Segment, products, error of the floor, of the trees, of the net, of the combination. */
const SEGMENTS = [
  ['high/smooth/old', 62, 0.41, 0.36, 0.35, 0.33],
  ['high/erratic/old', 44, 0.58, 0.49, 0.51, 0.47],
  ['high/lumpy/old', 21, 0.66, 0.71, 0.74, 0.66],
  ['mid/smooth/old', 71, 0.52, 0.47, 0.48, 0.45],
  ['mid/intermittent/old', 48, 0.61, 0.59, 0.6, 0.57],
  ['mid/lumpy/young', 18, 0.82, 0.69, 0.72, 0.67],
  ['low/intermittent/old', 86, 0.57, 0.58, 0.6, 0.57],
  ['low/lumpy/old', 43, 0.63, 0.61, 0.64, 0.6],
  ['new', 7, 1.08, 0.83, 0.86, 0.79],
] as const

function segmentRows(): SegmentModel[] {
  return SEGMENTS.flatMap(([segment, products, floor, trees, net, combined]) => {
    const isLearned = combined < floor
    const row = (model: string, loss: number, weight: number, used: boolean): SegmentModel => ({
      segment,
      model,
      products,
      units: products * 900,
      weight,
      scaledPinball: loss,
      floorRatio: loss / floor,
      wape: 0.3 + loss / 2,
      bias: loss / 4 - 0.14,
      coverage80: 0.79 - loss / 40,
      coverage90: 0.9 - loss / 50,
      used,
    })
    return [
      row('classical', floor, isLearned ? 0.3 : 1, true),
      row('trees', trees, isLearned ? 0.45 : 0, isLearned),
      row('mqcnn', net, isLearned ? 0.25 : 0, isLearned),
      row('combined', combined, 1, isLearned),
    ]
  })
}

const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]

function calibrationRows(): CalibrationPoint[] {
  const random = createRandom('console-calibration')
  return SEGMENTS.flatMap(([segment, products], s) =>
    [1, 8, 15].flatMap((from, band) =>
      LEVELS.map((level) => {
        const tight = (0.05 + 0.02 * band + 0.01 * s) * (0.5 - level) * 2
        return {
          segment,
          horizonFrom: from,
          horizonTo: from === 15 ? HORIZON_DAYS : from + 6,
          level,
          before: Math.min(0.995, Math.max(0.005, level + tight)),
          after: Math.min(0.995, Math.max(0.005, level + 0.008 * random.normal())),
          shift: -2 * tight,
          points: products * 140,
        }
      }),
    ),
  )
}

/** Name, kind, first and last day around it, strongest day and strength, past dates. */
const OCCASIONS = [
  ['Christmas', 'holiday', -28, 7, -9, 2.4, 1],
  ['Easter', 'holiday', -14, 5, -3, 1.6, 1],
  ['Gift week', 'promotion', -1, 7, 2, 1.5, 3],
  ['Autumn fair', 'fair', -2, 6, 1, 1.25, 2],
  ['Bank holiday', 'holiday', -1, 1, 0, 0.62, 6],
] as const

function eventDays(segments: readonly string[]): EventDay[] {
  return segments.flatMap((segment, s) =>
    OCCASIONS.flatMap(([name, kind, from, to, at, peak, occurrences]) =>
      Array.from({ length: to - from + 1 }, (_, k) => {
        const offset = from + k
        const width = offset < at ? (at - from) / 2 + 0.6 : (to - at) / 2 + 0.6
        const strength = Math.log(peak) * (1 - 0.12 * s) * Math.exp(-(((offset - at) / width) ** 2))
        const spread = 0.07 + 0.22 / occurrences + 0.06 * Math.abs(strength)
        return {
          name,
          kind,
          segment,
          offset,
          multiplier: Math.exp(strength),
          low: Math.exp(strength - spread),
          high: Math.exp(strength + spread),
          occurrences,
        }
      }),
    ),
  )
}

const DATES = new Map([
  ['Christmas', { nextOn: '2011-12-25', lastOn: '2010-12-25' }],
  ['Easter', { nextOn: '2012-04-08', lastOn: '2011-04-24' }],
  ['Gift week', { nextOn: '2011-11-14', lastOn: '2011-08-15' }],
  ['Autumn fair', { nextOn: null, lastOn: '2011-09-12' }],
])

export const segments = () => segmentList(segmentRows(), COMMAND)
export const calibration = (segment: string) => calibrationOf(calibrationRows(), segment, COMMAND)
const EVENT_SEGMENTS = ['all', 'Christmas', 'Home', 'Kitchen']
export const events = (segment: string) =>
  eventList(eventDays(EVENT_SEGMENTS), DATES, segment, COMMAND)

/** A store whose forecast was made before there were segments, occasions and lost sales. */
export const nothing = {
  segments: () => segmentList([], COMMAND),
  calibration: (segment: string) => calibrationOf([], segment, COMMAND),
  events: (segment: string) => eventList([], DATES, segment, COMMAND),
  why: (): ProductWhy => ({
    contributions: null,
    change: null,
    events: [],
    likes: [],
    lost: null,
    substitutes: [],
  }),
}

/** Why the forecast of a product is what it is, from its made-up curve. */
export function productWhy(index: number): ProductWhy {
  const item = itemOf(index)
  const isNew = rowOf(index).status === 'new'
  const { history } = curvesOf(item)
  const lost = lostDays(item, history)
  return {
    contributions: contributionsOf(weekRows(item), ORIGIN, HORIZON_DAYS),
    change: isNew ? null : changeOf(item),
    events: effectsOf(item.category),
    likes: isNew ? likesOf(index) : [],
    lost: lostOf(lost, 'GBP'),
    substitutes: index % 4 === 3 ? [] : substitutesOf(index),
  }
}

function effectsOf(category: string): EventEffect[] {
  const segment = EVENT_SEGMENTS.includes(category) ? category : 'all'
  return eventEffects(eventDays(EVENT_SEGMENTS), DATES, segment).slice(0, 4)
}

/** The real method on the made-up curve, with a share of gift week called an occasion. */
function weekRows(item: Item) {
  const { history, forecast } = curvesOf(item)
  const origin = parseDay(ORIGIN)
  const values = history.units.map((units, t) => (history.inStock[t] ? units : Number.NaN))
  const closedWeekdays = [5] as const
  const openDays = { closedWeekdays, closedDays: new Set<number>() }
  const firstBucket = origin - values.length
  const panel = panelOf([{ id: item.productId, firstBucket, values }], { frequency: 'D' }, openDays)
  const mean = Float64Array.from(forecast.mean)
  const contributions = curveContributions(panel, {
    ids: panel.ids,
    buckets: panel.buckets,
    origin,
    horizon: mean.length,
    levels: Float64Array.of(0.5),
    mean,
    quantiles: mean,
  })
  const rows = weeklyContributions(contributions)
  const weekly = Array.from(rows.units, (units, r) => ({
    weekOf: formatDay(rows.week[r]!),
    part: PARTS[rows.part[r]!]!,
    units,
  }))
  const event = 0.12 * item.level * 24
  return [
    ...weekly,
    { weekOf: '2011-11-14', part: 'event' as const, units: event },
    { weekOf: '2011-11-14', part: 'season' as const, units: -event },
  ]
}

function changeOf(item: Item) {
  const random = item.random.split('change')
  const scale = item.level * 18
  const parts = [
    { part: 'recent_sales', units: 0.12 * scale * random.normal() },
    { part: 'event', units: 0.08 * scale },
    { part: 'level', units: 0.02 * scale * random.normal() },
    { part: 'calibration', units: 0.03 * scale * random.normal() },
  ] as const
  return forecastChange({ previousVersion: 30, days: 21, parts }, '2011-10-24T06:00:00Z')
}

function lostDays(item: Item, history: ReturnType<typeof curvesOf>['history']) {
  const from = parseDay(history.from)
  return history.inStock.flatMap((inStock, t) => {
    const ds = formatDay(from + t)
    const wanted = item.level * (0.8 + (0.4 * ((t * 7) % 5)) / 4)
    if (inStock || (from + t + 3) % 7 === 5) return []
    return { ds, sold: 0, wanted, lost: wanted, lostCents: wanted * item.priceCents }
  })
}

function likesOf(index: number): ProductWhy['likes'] {
  return [20, 40, 60, 3, 7].map((step, k) => {
    const other = rowOf(index + step)
    return {
      productId: other.productId,
      title: other.title,
      weight: [0.34, 0.24, 0.18, 0.13, 0.11][k]!,
      reason: k < 3 ? `category ${other.category}; the same words` : `category ${other.category}`,
      unitsPerWeek: other.last28Units / 4,
      spark: other.spark,
    }
  })
}

function substitutesOf(index: number): ProductWhy['substitutes'] {
  return (
    [
      ['takes', 20, 0.22],
      ['takes', 40, 0.09],
      ['gives', 20, 0.14],
    ] as const
  ).map(([direction, step, probability]) => {
    const { productId, title } = rowOf(index + step)
    return { productId, title, probability, direction }
  })
}

/** What was lost in all, by the first products of the catalog. */
export function lostSales(products: number) {
  const worst = Array.from({ length: Math.min(products, 400) }, (_, index) => {
    const item = itemOf(index)
    const lost = lostOf(lostDays(item, curvesOf(item).history), 'GBP')
    const { productId, title } = item
    return {
      productId,
      title,
      days: lost?.days.length ?? 0,
      units: lost?.units ?? 0,
      cents: lost?.cents ?? 0,
    }
  })
    .filter(({ units }) => units > 0)
    .sort((a, b) => b.cents - a.cents)
  const sum = (pick: (row: (typeof worst)[number]) => number) =>
    worst.reduce((total, row) => total + pick(row), 0)
  return {
    units: sum((row) => row.units),
    cents: sum((row) => row.cents),
    products: worst.length,
    productDays: sum((row) => row.days),
    worst: worst.slice(0, 20),
  }
}
