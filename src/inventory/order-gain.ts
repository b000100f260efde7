import { type KnobSettings, readKnob } from '../core/knobs.ts'
import {
  EXCESS_COVER_DAYS,
  EXCESS_LOSS,
  HOLDING_RATE,
  LOST_SALE_PENALTY,
  MAX_COVER_DAYS,
  OBSOLESCENCE_RATE,
  ORDER_LINE_COST,
  STOCK_TAKE_DAYS,
} from './knobs.ts'
import type { WindowPaths } from './window.ts'

const DAYS_A_YEAR = 365
/** Points that stand for what the next review may have learned. */
const LEARNED_RATIOS = 16
/** Demand does not die out altogether in a path: its stock is waited for, not divided by zero. */
const SMALLEST_RATIO = 0.02

/** The money knobs, read once a plan. */
export interface MoneyRates {
  /** Share of unit cost a day: holding and obsolescence. */
  readonly holdPerDay: number
  /** Share of price lost with an unhappy customer. */
  readonly penalty: number
  readonly lineCost: number
  readonly maxCoverDays: number
  /** Share of unit cost that a stock-take takes off excess stock. */
  readonly excessLoss: number
  /** Stock within so many days of demand beyond lead time and review is no excess. */
  readonly excessCoverDays: number
  readonly stockTakeDays: number
}

/** Reads the knobs of holding, obsolescence, lost sales, order lines and cover. */
export function readRates(settings: KnobSettings = {}): MoneyRates {
  const yearly = readKnob(HOLDING_RATE, settings) + readKnob(OBSOLESCENCE_RATE, settings)
  return {
    holdPerDay: yearly / DAYS_A_YEAR,
    penalty: readKnob(LOST_SALE_PENALTY, settings),
    lineCost: readKnob(ORDER_LINE_COST, settings),
    maxCoverDays: readKnob(MAX_COVER_DAYS, settings),
    excessLoss: readKnob(EXCESS_LOSS, settings),
    excessCoverDays: readKnob(EXCESS_COVER_DAYS, settings),
    stockTakeDays: readKnob(STOCK_TAKE_DAYS, settings),
  }
}

/**
 * The expected gain of ordering q units of one product now instead of leaving it to the next
 * decision, in cents. Concave in q for q > 0.
 */
export interface OrderGain {
  /** Money saved by a unit that saves a lost sale, less its holding until then. */
  readonly savedPerUnit: number
  /** Holding of a unit over the window, when it does not sell in it. */
  readonly heldPerUnit: number
  /** Charge of a line, whatever its quantity. */
  readonly lineCharge: number
  /** Quantity from which on units exceed the next review's level, as expected today. */
  readonly lotFrom: number
  /** Units above lotFrom that make an economic lot; 0 where order lines do not call for one. */
  readonly lotUnits: number
  /** Money that a unit of the lot saves on later order lines. */
  readonly lotCredit: number
  /** What the next review may have learned: how demand stands to today's forecast, equally likely. */
  readonly learned: Float64Array
  /** On hand and incoming. */
  readonly position: number
  /** Position that is wanted today for the next review to order nothing. */
  readonly wanted: number
  /** Units that sell a day beyond the next review. */
  readonly dailyRate: number
  /** Holding and obsolescence of one unit that waits for one day. */
  readonly holdPerUnitDay: number
  /** Days of waiting that eat up what a stock-take leaves of the unit's cost: no unit costs more. */
  readonly writeOffDays: number
  /** Days of demand that the position may cover before it is excess. */
  readonly coverDays: number
  /** What a stock-take takes off a unit of excess, and how often there is one. */
  readonly excessLossPerUnit: number
  readonly stockTakeDays: number
  /** Lost units by path, rising, and their prefix sums (length samples + 1). */
  readonly lost: Float64Array
  readonly lostPrefix: Float64Array
}

/** Position and money of the product at hand. */
export interface ProductMoney {
  readonly unitCost: number
  readonly price: number
  /** On hand and incoming, units. */
  readonly position: number
  /** Expected demand until the next review. */
  readonly reviewDemand: number
  /** Sum of the days' variances over the days of `paths.total`. */
  readonly daysVariance: number
  readonly dailyRate: number
  readonly reviewDays: number
  readonly meanLeadTimeDays: number
}

/**
 * Builds the gain function from the followed paths. With m = price − cost, p = penalty · price,
 * h = holding a unit-day, Λ the units lost in the order's window [A, N) and W its length:
 *
 *   G(q) = (m + p − h·wait) E[min(q, Λ)] − h·W E[(q − Λ)⁺] + lot(q) − charge
 *
 * that is a newsvendor on the sales lost in the window (Snyder & Shen §4.3), a unit that is left
 * over being ordered anyway at the next review, if that still wants it. By then demand may have
 * turned out ρ times the forecast (`learned`); of the position beyond the level wanted then, ρ ·
 * wanted, e units wait e / (ρ · rate) days and are held as long, each at most for its cost.
 * Order lines of cost K make lots (§3.2): with cycles of τ = √(2K / (h · rate)) days, at most
 * `inventory.max-cover-days`, a lot of Q = rate · (τ − R) units above the expected level saves a
 * later line; its units are credited the same share each of K and the lot's holding. The charge is K
 * and, with a lot, what the cycle costs for beginning one review earlier, (K / τ + h · rate · τ / 2)
 * R, at most K.
 * `sorted` and `prefix` are room for samples and samples + 1 numbers.
 */
export function orderGain(
  money: ProductMoney,
  rates: MoneyRates,
  paths: WindowPaths,
  sorted: Float64Array,
  prefix: Float64Array,
): OrderGain {
  const { unitCost, price, reviewDays } = money
  const hold = rates.holdPerDay * unitCost
  const samples = paths.lost.length
  const { lostUnits, waited, length } = sumPaths(paths)
  const meanWait = lostUnits > 0 ? waited / lostUnits : 0
  const savedPerUnit = price - unitCost + rates.penalty * price - hold * meanWait
  const heldPerUnit = (hold * length) / samples
  sorted.set(paths.lost)
  sorted.sort()
  for (let k = 0; k < samples; k++) prefix[k + 1] = prefix[k]! + sorted[k]!
  const { earlyCost, ...lot } = economicLot(money, rates, hold)
  const level = reorderLevel(paths.nextNeed, savedPerUnit, hold * reviewDays, earlyCost)
  return {
    savedPerUnit,
    heldPerUnit,
    lotFrom: level + money.reviewDemand - money.position,
    ...lot,
    learned: learnedRatios(paths.total, money.daysVariance),
    position: money.position,
    wanted: level + money.reviewDemand,
    dailyRate: money.dailyRate,
    holdPerUnitDay: hold,
    writeOffDays: rates.holdPerDay > 0 ? (1 - rates.excessLoss) / rates.holdPerDay : Infinity,
    coverDays: money.meanLeadTimeDays + reviewDays + rates.excessCoverDays,
    excessLossPerUnit: rates.excessLoss * unitCost,
    stockTakeDays: rates.stockTakeDays,
    lost: sorted,
    lostPrefix: prefix,
  }
}

/** The lot that the cost of an order line calls for, and what a line is charged. */
function economicLot(money: ProductMoney, rates: MoneyRates, hold: number) {
  const { dailyRate, reviewDays } = money
  const { lineCost, maxCoverDays } = rates
  const economic = hold > 0 ? Math.sqrt((2 * lineCost) / (hold * dailyRate)) : Infinity
  const cycle = Math.min(economic, maxCoverDays)
  const lotUnits = lineCost > 0 ? Math.floor(dailyRate * (cycle - reviewDays)) : 0
  if (lotUnits < 1) return { lotUnits: 0, lotCredit: 0, lineCharge: lineCost, earlyCost: 0 }
  const cyclePerDay = lineCost / cycle + (hold * dailyRate * cycle) / 2
  const earlyCost = Math.min(lineCost, cyclePerDay * reviewDays)
  return {
    lotUnits,
    lotCredit: lineCost / lotUnits + (hold * lotUnits) / (2 * dailyRate),
    lineCharge: lineCost + earlyCost,
    earlyCost,
  }
}

/**
 * The position below which the next review will order, from the sampled demand that it must cover:
 * the newsvendor level, or, where a cycle that begins early costs `earlyCost`, the lower level at
 * which the sales lost by waiting, `under` · E[(D − s)⁺], are worth that.
 */
function reorderLevel(
  demand: Float64Array,
  under: number,
  over: number,
  earlyCost: number,
): number {
  if (!(under > 0)) return 0
  const sorted = Float64Array.from(demand).sort()
  const samples = sorted.length
  const level = sortedCriticalLevel(sorted, under, over)
  const target = (earlyCost / under) * samples
  let above = 0
  for (let k = samples - 1; k >= 0; k--) {
    above += sorted[k]!
    const below = k === 0 ? 0 : sorted[k - 1]!
    const count = samples - k
    if (above - count * below > target) return Math.min(level, (above - target) / count)
  }
  return 0
}

function sumPaths(paths: WindowPaths) {
  let lostUnits = 0
  let waited = 0
  let length = 0
  for (let k = 0; k < paths.lost.length; k++) {
    lostUnits += paths.lost[k]!
    waited += paths.wait[k]!
    length += paths.length[k]!
  }
  return { lostUnits, waited, length }
}

/**
 * Newsvendor level of sampled demand: its quantile at under / (under + over), the smallest sample
 * that reaches it (Snyder & Shen eq. 4.17).
 */
export function criticalLevel(demand: Float64Array, under: number, over: number): number {
  return sortedCriticalLevel(Float64Array.from(demand).sort(), under, over)
}

function sortedCriticalLevel(sorted: Float64Array, under: number, over: number): number {
  const ratio = under <= 0 ? 0 : under / (under + over)
  const index = Math.ceil(ratio * sorted.length) - 1
  return sorted[Math.min(sorted.length - 1, Math.max(0, index))]!
}

/** E[min(q, Λ)] over the paths, in O(log samples). */
export function expectedSaved(gain: OrderGain, quantity: number): number {
  const { lost, lostPrefix } = gain
  const samples = lost.length
  let low = 0
  let high = samples
  while (low < high) {
    const middle = (low + high) >> 1
    if (lost[middle]! < quantity) low = middle + 1
    else high = middle
  }
  return (lostPrefix[low]! + (samples - low) * quantity) / samples
}

/** Expected gain in cents of ordering `quantity` units; 0 for nothing. */
export function gainOf(gain: OrderGain, quantity: number): number {
  return quantity <= 0 ? 0 : gainOfUnits(gain, quantity) - gain.lineCharge
}

/** The gain without the line's charge; concave from 0 on. */
export function gainOfUnits(gain: OrderGain, quantity: number): number {
  const saved = expectedSaved(gain, quantity)
  const sales = gain.savedPerUnit * saved - gain.heldPerUnit * (quantity - saved)
  return sales + lotGain(gain, quantity) - lotGain(gain, 0)
}

/** Money that a quantity saves on order lines and costs by waiting for a later demand. */
function lotGain(gain: OrderGain, quantity: number): number {
  const inLot = Math.min(gain.lotUnits, Math.max(0, quantity - gain.lotFrom))
  return gain.lotCredit * inLot - waitingCost(gain, quantity)
}

/**
 * E over ρ of what the units cost that demand of ρ times the forecast keeps waiting in line: those
 * beyond the level wanted then are held, at most until they have cost what they cost; those beyond
 * the cover that is no excess meet a stock-take with probability wait / stockTakeDays, which takes
 * the excess loss off them.
 */
function waitingCost(gain: OrderGain, quantity: number): number {
  const { dailyRate, learned, wanted, coverDays, excessLossPerUnit, stockTakeDays } = gain
  const position = gain.position + quantity
  const excessPerDay = excessLossPerUnit / stockTakeDays
  let cost = 0
  for (const ratio of learned) {
    const rate = ratio * dailyRate
    cost += inLine(position - ratio * wanted, rate, gain.holdPerUnitDay, gain.writeOffDays)
    cost += inLine(position - rate * coverDays, rate, excessPerDay, stockTakeDays)
  }
  return cost / learned.length
}

/**
 * Cost of `units` in line for a demand of `rate` a day, each at `perDay` for the days before its
 * turn, at most `longest` of them: perDay e² / (2 rate) while e ≤ rate · longest, linear beyond.
 */
function inLine(units: number, rate: number, perDay: number, longest: number): number {
  if (units <= 0 || perDay === 0) return 0
  const waiting = Math.min(units, rate * longest)
  const cost = (perDay * waiting * waiting) / (2 * rate)
  return units > waiting ? cost + perDay * longest * (units - waiting) : cost
}

/**
 * Ratios ρ of later demand to the forecast that the demand of a path will have taught, as
 * LEARNED_RATIOS equally likely numbers: ρ = 1 + κ (total / mean total − 1), shrunk by the share of
 * the total's variance that is not the days' own noise, κ = 1 − Σ Var(day) / Var(total) (the
 * credibility of Bühlmann 1967). Without a common level κ = 0 and nothing is learned.
 */
function learnedRatios(total: Float64Array, daysVariance: number): Float64Array {
  const ratios = new Float64Array(LEARNED_RATIOS).fill(1)
  const samples = total.length
  const sorted = total.slice().sort()
  let sum = 0
  let squares = 0
  for (const units of sorted) {
    sum += units
    squares += units * units
  }
  const mean = sum / samples
  const variance = squares / samples - mean * mean
  if (!(variance > daysVariance) || !(mean > 0)) return ratios
  const credibility = 1 - daysVariance / variance
  for (let g = 0; g < LEARNED_RATIOS; g++) {
    const from = Math.floor((g * samples) / LEARNED_RATIOS)
    const to = Math.floor(((g + 1) * samples) / LEARNED_RATIOS)
    let group = 0
    for (let k = from; k < to; k++) group += sorted[k]!
    const ratio = 1 + credibility * (group / (to - from) / mean - 1)
    ratios[g] = Math.max(SMALLEST_RATIO, ratio)
  }
  return ratios
}
