import { weekdayOf } from '../../core/calendar.ts'
import type { Random } from '../../core/random/random.ts'
import type { Catalog } from './catalog.ts'
import { DEPARTMENTS } from './departments.ts'
import type { DemoEvent } from './holidays.ts'

/** A time of lower prices that many products may join. */
export interface Campaign {
  readonly startsOn: number
  readonly endsOn: number
  /** −1 = every department. */
  readonly department: number
  readonly share: number
  /** Largest and smallest discount. */
  readonly discounts: readonly [number, number]
}

/** A price that holds from one day to another; endsOn NaN = until further notice. */
export interface PriceSpan {
  readonly startsOn: number
  readonly endsOn: number
  readonly cents: number
  readonly kind: 'regular' | 'promotion'
}

/** Days after a promotion in which those who stocked up stay away, and how many do. */
const HANGOVER_DAYS = 7
const HANGOVER = 0.9
/** What being shown as an offer adds to the effect of the price itself. */
const SHOWN_LIFT = 1.25
/** Days from one promotion's end to the next one's start, at least. */
const PAUSE_DAYS = 10

/** Campaigns of the store's calendar: the sale events, and one for each department and quarter. */
export function planCampaigns(
  firstDay: number,
  days: number,
  events: readonly DemoEvent[],
  random: Random,
): readonly Campaign[] {
  const campaigns: Campaign[] = events
    .filter(({ saleShare, kind }) => saleShare > 0 && kind === 'sale')
    .map(({ startsOn, endsOn, saleShare }) => ({
      startsOn,
      endsOn,
      department: -1,
      share: saleShare,
      discounts: [0.2, 0.4],
    }))
  DEPARTMENTS.forEach((_, department) => {
    const stream = random.split(department)
    for (let quarter = firstDay; quarter < firstDay + days; quarter += 91) {
      const day = quarter + stream.int(80)
      const startsOn = day + ((3 - weekdayOf(day) + 7) % 7)
      const endsOn = startsOn + 6 + stream.int(5)
      campaigns.push({ startsOn, endsOn, department, share: 0.22, discounts: [0.1, 0.3] })
    }
  })
  return campaigns
}

/** One product's prices over the days from `firstDay`: spans, and what they do to its demand. */
export interface PricePath {
  readonly spans: readonly PriceSpan[]
  /** Cents on each day; before the launch, the first price. */
  readonly cents: Int32Array
  /** Multiple of demand on each day. */
  readonly effect: Float64Array
}

/**
 * Regular prices that change about once a year, promotions from campaigns and of the product's own,
 * and the demand they make: (price / starting price)^−elasticity × 1.25 while shown as an offer ×
 * 0.9 in the week after.
 */
export function pricePath(
  catalog: Catalog,
  p: number,
  firstDay: number,
  days: number,
  campaigns: readonly Campaign[],
  random: Random,
): PricePath {
  const from = Math.max(firstDay, catalog.launchDay[p]!)
  const lastDay = firstDay + days - 1
  const cents = new Int32Array(days)
  const promotions = choosePromotions(catalog, p, from, lastDay, campaigns, random.split('offers'))
  const spans = regularSpans(catalog, p, from, lastDay, promotions, random.split('regular'))
  for (const span of spans) fillDays(cents, span, firstDay)
  cents.fill(catalog.priceCents[p]!, 0, Math.max(0, Math.min(days, from - firstDay)))
  const effect = new Float64Array(days).fill(1)
  for (const { startsOn, endsOn, discount } of promotions) {
    const regular = cents[startsOn - firstDay]!
    const low = Math.max(1, Math.round((regular * (1 - discount)) / 10) * 10 - 1)
    const span: PriceSpan = { startsOn, endsOn, cents: low, kind: 'promotion' }
    spans.push(span)
    fillDays(cents, span, firstDay)
    effect.fill(SHOWN_LIFT, startsOn - firstDay, Math.min(days, endsOn - firstDay + 1))
    const after = endsOn - firstDay + 1
    if (after < days) effect.fill(HANGOVER, after, Math.min(days, after + HANGOVER_DAYS))
  }
  const start = catalog.priceCents[p]!
  const elasticity = catalog.elasticity[p]!
  for (let t = 0; t < days; t++) {
    if (cents[t] !== start) effect[t]! *= (cents[t]! / start) ** -elasticity
  }
  spans.sort((a, b) => a.startsOn - b.startsOn)
  return { spans, cents, effect }
}

/** The spans that have begun by `lastDay`; a regular one whose successor has not goes on. */
export function spansUntil(spans: readonly PriceSpan[], lastDay: number): readonly PriceSpan[] {
  const begun = spans.filter(({ startsOn }) => startsOn <= lastDay)
  return begun.map((span) =>
    span.kind === 'regular' && span.endsOn >= lastDay ? { ...span, endsOn: Number.NaN } : span,
  )
}

interface Promotion {
  readonly startsOn: number
  readonly endsOn: number
  readonly discount: number
}

function choosePromotions(
  catalog: Catalog,
  p: number,
  from: number,
  lastDay: number,
  campaigns: readonly Campaign[],
  random: Random,
): readonly Promotion[] {
  const chosen: Promotion[] = []
  const add = (startsOn: number, endsOn: number, discount: number) => {
    const free = chosen.every(
      (other) => startsOn > other.endsOn + PAUSE_DAYS || endsOn + PAUSE_DAYS < other.startsOn,
    )
    const inside = startsOn > from + 14 && endsOn <= lastDay
    if (free && inside) chosen.push({ startsOn, endsOn, discount })
  }
  for (const { startsOn, endsOn, department, share, discounts } of campaigns) {
    // Drawn for every campaign, so that one joined or not leaves the others as they are.
    const joins = random.next() < share
    const discount = discountBetween(discounts, random)
    if (joins && (department < 0 || department === catalog.department[p])) {
      add(startsOn, endsOn, discount)
    }
  }
  for (let year = from; year <= lastDay; year += 365) {
    const startsOn = year + random.int(365)
    const endsOn = startsOn + 6 + random.int(8)
    const discount = discountBetween([0.1, 0.3], random)
    if (random.next() < 0.7) add(startsOn, endsOn, discount)
  }
  return chosen.sort((a, b) => a.startsOn - b.startsOn)
}

/** One of the multiples of 5 % in the range. */
function discountBetween([low, high]: readonly [number, number], random: Random): number {
  const steps = Math.round((high - low) / 0.05)
  return low + 0.05 * random.int(steps + 1)
}

/** Regular prices, none changed on a day within a promotion or on its first day. */
function regularSpans(
  catalog: Catalog,
  p: number,
  from: number,
  lastDay: number,
  promotions: readonly Promotion[],
  random: Random,
): PriceSpan[] {
  const spans: PriceSpan[] = []
  let startsOn = from
  let cents = catalog.priceCents[p]!
  for (;;) {
    const next = startsOn + 60 + Math.floor(-Math.log(1 - random.next()) * 400)
    const change = 1 + (random.next() < 0.65 ? 1 : -1) * (0.03 + 0.09 * random.next())
    const busy = promotions.some((o) => next >= o.startsOn && next <= o.endsOn + 1)
    if (next > lastDay) break
    if (!busy) {
      spans.push({ startsOn, endsOn: next - 1, cents, kind: 'regular' })
      cents = Math.max(99, Math.round((cents * change) / 10) * 10 - 1)
    }
    startsOn = busy ? startsOn : next
    if (busy) break
  }
  spans.push({ startsOn, endsOn: Number.NaN, cents, kind: 'regular' })
  return spans
}

function fillDays(cents: Int32Array, span: PriceSpan, firstDay: number): void {
  const end = Number.isNaN(span.endsOn) ? cents.length : span.endsOn - firstDay + 1
  cents.fill(span.cents, Math.max(0, span.startsOn - firstDay), Math.max(0, end))
}
