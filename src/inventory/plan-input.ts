import { isOpen, type OpenDays } from '../core/calendar.ts'
import { requireArgument } from '../core/errors.ts'
import { type KnobSettings, readKnob } from '../core/knobs.ts'
import type { QuantileForecast } from '../core/panel.ts'
import { DEFAULT_MARGIN, DEFAULT_VOLUME_M3 } from './knobs.ts'
import { LEAD_TIME_POINTS, type LeadTimes } from './lead-times.ts'

/** Orders placed and not arrived, a row an order line; product is the index in the forecast. */
export interface IncomingOrders {
  readonly product: Int32Array
  /** Day number on which the rest is expected; overdue ones count as due tomorrow. */
  readonly arrivalDay: Int32Array
  readonly units: Float64Array
}

/**
 * What a purchase decision needs to know; arrays have one number a product, in the order of
 * `forecast.ids`. Days are day numbers. The decision is taken at the start of `today`, before its
 * sales and after its arrivals; an order with a lead time of L days can be sold from today + L on.
 */
export interface PlanInput {
  readonly today: number
  /** Daily; today must lie within it. Past its horizon its last week repeats. */
  readonly forecast: QuantileForecast
  /** Units that can be sold; NaN = 0. */
  readonly onHand: Float64Array
  readonly incoming: IncomingOrders
  /** NaN: from the price and `inventory.default-margin`; where both are NaN nothing is planned. */
  readonly unitCostCents: Float64Array
  /** NaN: from the cost and `inventory.default-margin`. */
  readonly priceCents: Float64Array
  /** NaN: `inventory.default-volume-m3`. */
  readonly volumeM3: Float64Array
  /** NaN: 1. */
  readonly minimumQuantity: Float64Array
  /** Orders are multiples of it; NaN: 1. */
  readonly casePack: Float64Array
  readonly leadTimes: LeadTimes
  /** 0 for products that are not to be bought (not launched yet, discontinued); absent: all are. */
  readonly orderable?: ArrayLike<number>
  /** Days until the next decision. */
  readonly reviewPeriodDays: number
  /** Closed days sell nothing and a review that falls on one moves to the next open day. */
  readonly openDays?: OpenDays
  /** Money that may be spent now, in cents; absent: no limit. */
  readonly budgetCents?: number
  /** Room for what is ordered now, in cubic metres; absent: no limit. */
  readonly spaceM3?: number
  /** Common correlation of the days of each product; NaN: `inventory.level-correlation`. */
  readonly levelCorrelation?: Float64Array
  readonly settings?: KnobSettings
  readonly seed: number | string
}

/** Columns of PlanInput with defaults filled in, and open orders grouped by product. */
export interface Products {
  readonly count: number
  readonly onHand: Float64Array
  readonly unitCost: Float64Array
  readonly price: Float64Array
  readonly volume: Float64Array
  /** Smallest order: the minimum quantity rounded up to whole cases. */
  readonly smallest: Float64Array
  readonly casePack: Float64Array
  /** Open orders of product i are rows incomingFrom[i] … incomingFrom[i + 1), by day. */
  readonly incomingFrom: Int32Array
  /** Days from today, ≥ 1. */
  readonly incomingDay: Int32Array
  readonly incomingUnits: Float64Array
  /** Units incoming in all. */
  readonly incomingTotal: Float64Array
}

/** Checks a plan's input and fills in defaults. Throws ERR_ARGUMENT naming what is wrong. */
export function prepareProducts(input: PlanInput): Products {
  const count = input.forecast.ids.length
  checkInput(input, count)
  const margin = readKnob(DEFAULT_MARGIN, input.settings)
  const volume = readKnob(DEFAULT_VOLUME_M3, input.settings)
  const { unitCostCents, priceCents } = input
  const casePack = input.casePack.map((units) => (units >= 1 ? Math.ceil(units) : 1))
  return {
    count,
    casePack,
    onHand: input.onHand.map((units) => Math.max(0, units || 0)),
    unitCost: unitCostCents.map((cost, i) => (cost >= 0 ? cost : priceCents[i]! * (1 - margin))),
    price: priceCents.map((price, i) => (price >= 0 ? price : unitCostCents[i]! / (1 - margin))),
    volume: input.volumeM3.map((m3) => (m3 >= 0 ? m3 : volume)),
    smallest: input.minimumQuantity.map((units, i) => {
      const pack = casePack[i]!
      return Math.max(1, Math.ceil((units || 0) / pack)) * pack
    }),
    ...groupIncoming(input, count),
  }
}

function checkInput(input: PlanInput, count: number): void {
  const { forecast, today, leadTimes, reviewPeriodDays } = input
  requireArgument(forecast.buckets.frequency === 'D', 'forecast: it is not daily')
  requireArgument(
    today >= forecast.origin && today < forecast.origin + forecast.horizon,
    `today: day ${today} is not among the ${forecast.horizon} days from ${forecast.origin} that the forecast covers`,
  )
  requireArgument(
    Number.isInteger(reviewPeriodDays) && reviewPeriodDays >= 1 && reviewPeriodDays <= 365,
    `reviewPeriodDays: ${reviewPeriodDays} is not a whole number from 1 to 365`,
  )
  requireArgument(
    leadTimes.points.length === count * LEAD_TIME_POINTS,
    `leadTimes: ${leadTimes.points.length} points, not ${count} × ${LEAD_TIME_POINTS}`,
  )
  const { onHand, unitCostCents, priceCents, volumeM3, minimumQuantity, casePack } = input
  const columns = { onHand, unitCostCents, priceCents, volumeM3, minimumQuantity, casePack }
  for (const [name, column] of Object.entries(columns)) {
    requireArgument(column.length === count, `${name}: ${column.length} numbers, not ${count}`)
  }
  const budget = input.budgetCents ?? 0
  requireArgument(budget >= 0, `budgetCents: ${budget} is negative`)
  requireArgument((input.spaceM3 ?? 0) >= 0, `spaceM3: ${input.spaceM3} is negative`)
}

function groupIncoming(input: PlanInput, count: number) {
  const { product, arrivalDay, units } = input.incoming
  const incomingFrom = new Int32Array(count + 1)
  for (let row = 0; row < product.length; row++) {
    const i = product[row]!
    requireArgument(i >= 0 && i < count, `incoming: there is no product ${i}`)
    incomingFrom[i + 1]! += 1
  }
  for (let i = 0; i < count; i++) incomingFrom[i + 1]! += incomingFrom[i]!
  const rows = Array.from(product, (_, row) => row)
  rows.sort((a, b) => product[a]! - product[b]! || arrivalDay[a]! - arrivalDay[b]! || a - b)
  const incomingTotal = new Float64Array(count)
  for (const row of rows) incomingTotal[product[row]!]! += Math.max(0, units[row]!)
  return {
    incomingFrom,
    incomingDay: Int32Array.from(rows, (row) => Math.max(1, arrivalDay[row]! - input.today)),
    incomingUnits: Float64Array.from(rows, (row) => Math.max(0, units[row]!)),
    incomingTotal,
  }
}

/** Days from today to the next decision: the review period, moved on over closed days. */
export function daysToNextReview(input: PlanInput): number {
  let days = input.reviewPeriodDays
  if (input.openDays === undefined) return days
  for (let moved = 0; moved < 14 && !isOpen(input.today + days, input.openDays); moved++) days++
  return days
}

/** 1 for each of `days` days from today on which the store is closed. */
export function closedDays(input: PlanInput, days: number): Uint8Array {
  const closed = new Uint8Array(days)
  if (input.openDays === undefined) return closed
  for (let d = 0; d < days; d++) closed[d] = isOpen(input.today + d, input.openDays) ? 0 : 1
  return closed
}
