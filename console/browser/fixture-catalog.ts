import type { ProductRow } from '../../src/api/schemas/demand.ts'
import { formatDay, parseDay } from '../../src/core/calendar.ts'
import { createRandom, type Random } from '../../src/core/random/random.ts'

/** Last day of the made-up sales, a Monday. */
export const AS_OF = '2011-10-31'
export const HISTORY_DAYS = 300
export const HORIZON_DAYS = 28
const LEVELS = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]
const NORMAL_QUANTILES = [-1.645, -1.282, -0.674, 0, 0.674, 1.282, 1.645]
const WEEKDAYS = [0.9, 1.15, 1.1, 1.35, 0.95, 0, 0.55]

const KINDS = [
  ['Regency cakestand', '3 tier', 'Kitchen'],
  ['Hanging heart T-light holder', 'white', 'Candles'],
  ['Jumbo bag', 'red retrospot', 'Bags'],
  ['Party bunting', 'vintage', 'Party'],
  ['Hot water bottle', 'knitted union flag', 'Home'],
  ['Paper chain kit', '50’s Christmas', 'Christmas'],
  ['Bird ornament', 'assorted colours', 'Home'],
  ['Rabbit night light', 'small', 'Children'],
  ['Cake tins pantry design', 'set of 3', 'Kitchen'],
  ['Lunch bag', 'black skull', 'Bags'],
  ['Alarm clock bakelike', 'green', 'Home'],
  ['Heart of wicker', 'small', 'Home'],
  ['Wooden picture frame', 'white finish', 'Home'],
  ['Vintage snap cards', 'boxed', 'Children'],
  ['Doormat', 'keep calm and come in', 'Home'],
  ['Gardener’s kneeling pad', 'cup of tea', 'Garden'],
  ['Feltcraft doll', 'Emily', 'Children'],
  ['Wooden star Christmas', 'Scandinavian', 'Christmas'],
  ['Metal sign', 'take it or leave it', 'Home'],
  ['Ceramic storage jar', 'strawberry', 'Kitchen'],
] as const
const COLOURS = ['', 'blue', 'ivory', 'pink', 'polka dot', 'slate', 'rose', 'mint', 'gold', 'large']
const MODELS = ['ets', 'theta', 'croston', 'seasonal-naive', 'level', 'regression']
export const MODEL_LABELS: Readonly<Record<string, string>> = {
  ets: 'exponential smoothing',
  theta: 'theta',
  croston: 'Croston',
  'seasonal-naive': 'seasonal naive',
  level: 'level and weekday',
  regression: 'regression',
}

/** What product i of the made-up catalog is like. */
export interface Item {
  readonly index: number
  readonly productId: string
  readonly title: string
  readonly category: string
  readonly model: string
  readonly level: number
  /** Change of the level over the whole history, as a fraction. */
  readonly trend: number
  readonly spread: number
  readonly priceCents: number
  readonly unitCostCents: number
  readonly casePack: number
  readonly random: Random
}

export function itemOf(index: number): Item {
  const random = createRandom('console-fixture').split(index)
  const [name, detail, category] = KINDS[index % KINDS.length]!
  const colour = COLOURS[Math.floor(index / KINDS.length) % COLOURS.length]!
  const series = Math.floor(index / (KINDS.length * COLOURS.length))
  const level = Math.exp(1.1 + 1.15 * random.normal())
  const priceCents = Math.max(39, Math.round(Math.exp(5.6 + 0.7 * random.normal())))
  const words = [name, colour, detail, series === 0 ? '' : `no. ${series + 1}`]
  return {
    index,
    productId: `${20000 + index * 7}${index % 9 === 4 ? 'B' : ''}`,
    title: words.filter((word) => word !== '').join(' '),
    category,
    model: MODELS[random.int(MODELS.length)]!,
    level,
    trend: 0.35 * random.normal(),
    spread: 0.35 + 0.5 * random.next(),
    priceCents,
    unitCostCents: Math.max(12, Math.round(priceCents * (0.35 + 0.2 * random.next()))),
    casePack: [1, 4, 6, 8, 10, 12, 24][random.int(7)]!,
    random,
  }
}

/** The row of the product grid; cheap, so that 100,000 of them can be served. */
export function rowOf(index: number): ProductRow {
  const item = itemOf(index)
  const random = item.random.split('row')
  const isNew = index % 57 === 13
  const error = Math.min(2.4, 0.45 + 0.35 * item.spread + 0.22 * Math.abs(random.normal()))
  const next28 = Math.round(expectedTotal(item))
  const wape = 0.35 + 0.5 * error * item.spread
  const half = Math.round(1.645 * item.spread * Math.sqrt(item.level * 24 * (1 + item.level / 3)))
  return {
    productId: item.productId,
    title: item.title,
    category: item.category,
    model: item.model,
    priceCents: item.priceCents,
    stakeCents: Math.round(next28 * (isNew ? 1 : wape) * item.priceCents),
    error: isNew ? null : error,
    wape: isNew ? null : wape,
    bias: isNew ? null : 0.12 * random.normal(),
    coverage90: isNew ? null : Math.min(1, 0.89 + 0.05 * random.normal()),
    last28Units: Math.round(item.level * 24),
    next28Units: next28,
    next28Low: Math.max(0, next28 - half),
    next28High: next28 + Math.round(half * 1.2),
    status: isNew ? 'new' : error > 1 ? 'poor' : error > 0.85 ? 'watch' : 'good',
    spark: Array.from({ length: 16 }, (_, week) =>
      Math.max(
        0,
        Math.round(item.level * 6 * (1 + (item.trend * week) / 16 + 0.25 * random.normal())),
      ),
    ),
  }
}

export const dayAfter = (iso: string, days: number): string => formatDay(parseDay(iso) + days)
const START = dayAfter(AS_OF, 1 - HISTORY_DAYS)
const weekday = (dayNumber: number): number => (((dayNumber + 3) % 7) + 7) % 7

const CHRISTMAS_PEAK = parseDay('2011-12-18')
const FIRST_DAY = parseDay(START)

function season(dayNumber: number): number {
  const daysToChristmas = CHRISTMAS_PEAK - dayNumber
  return 1 + 0.8 * Math.exp(-((daysToChristmas / 35) ** 2))
}

function expected(item: Item, dayNumber: number): number {
  const age = (dayNumber - FIRST_DAY) / HISTORY_DAYS
  return item.level * WEEKDAYS[weekday(dayNumber)]! * (1 + item.trend * age) * season(dayNumber)
}

/** Units of all days forecast. */
function expectedTotal(item: Item): number {
  let total = 0
  for (let t = 0; t < HORIZON_DAYS; t++) {
    total += Math.max(0, expected(item, FIRST_DAY + HISTORY_DAYS + t))
  }
  return total
}

/** Daily sales with stock-outs, and the forecast of the days after them. */
export function curvesOf(item: Item) {
  const random = item.random.split('days')
  const first = parseDay(START)
  const outFrom = 200 + random.int(60)
  const units: number[] = []
  const inStock: boolean[] = []
  for (let t = 0; t < HISTORY_DAYS; t++) {
    const mean = Math.max(0, expected(item, first + t))
    const stocked = item.index % 3 !== 0 || t < outFrom || t > outFrom + 8
    const drawn = mean * Math.exp(item.spread * random.normal() - item.spread ** 2 / 2)
    units.push(stocked ? Math.round(drawn) : 0)
    inStock.push(stocked)
  }
  const mean: number[] = []
  const quantiles: number[][] = LEVELS.map(() => [])
  for (let t = 0; t < HORIZON_DAYS; t++) {
    const m = Math.max(0, expected(item, first + HISTORY_DAYS + t))
    const spread = item.spread * (1 + t / 60)
    mean.push(round2(m))
    LEVELS.forEach((_, k) => {
      const z = NORMAL_QUANTILES[k]!
      quantiles[k]!.push(round2(m * Math.exp(spread * z - spread ** 2 / 2)))
    })
  }
  return {
    history: { from: START, units, inStock },
    forecast: { from: dayAfter(AS_OF, 1), model: item.model, mean, levels: LEVELS, quantiles },
  }
}

const round2 = (value: number): number => Math.round(value * 100) / 100

export const EVENTS = [
  { name: 'Gift week', kind: 'promotion', startsOn: '2011-11-14', endsOn: '2011-11-20' },
  { name: 'Autumn fair', kind: 'fair', startsOn: '2011-09-12', endsOn: '2011-09-16' },
]

/** Every Saturday, and Easter. */
export function closedDays(): { ds: string; reason: string }[] {
  const days: { ds: string; reason: string }[] = []
  for (let t = 0; t < HISTORY_DAYS + HORIZON_DAYS; t++) {
    const ds = dayAfter(START, t)
    if (weekday(parseDay(ds)) === 5) days.push({ ds, reason: 'Saturday' })
  }
  return days
}

/** Parts of the 28-day forecast that sum to its total. */
export function demandBreakdown(item: Item) {
  const { history, forecast } = curvesOf(item)
  const total = Math.round(forecast.mean.reduce((a, b) => a + b, 0))
  const recent = history.units.slice(-28).reduce((a, b) => a + b, 0)
  const event = Math.round(total * 0.12)
  const censored = item.index % 3 === 0 ? Math.round(total * 0.06) : 0
  const trend = Math.round((recent * item.trend) / 10)
  const parts = [
    { label: 'last 4 weeks', value: recent },
    { label: 'season', value: total - recent - event - censored - trend },
    { label: 'gift week', value: event },
    { label: 'stock-outs', value: censored },
    { label: trend < 0 ? 'level slowing' : 'level rising', value: trend },
  ].filter((part) => part.value !== 0)
  return { title: `${total} units in 28 days`, unit: 'units' as const, parts, total }
}
