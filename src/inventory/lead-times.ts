import { gammaCdf } from '../core/distributions/counts.ts'
import { requireArgument } from '../core/errors.ts'
import { type KnobSettings, readKnob } from '../core/knobs.ts'
import { DEFAULT_LEAD_TIME_DAYS, DEFAULT_LEAD_TIME_SPREAD, LEAD_TIME_SHRINKAGE } from './knobs.ts'

/** Equally likely points that stand for the lead time distribution of a product. */
export const LEAD_TIME_POINTS = 16

export type LeadTimeSource = 'receipts' | 'offers' | 'default'

/** Lead times in whole days from order to arrival, one distribution a product. */
export interface LeadTimes {
  /** products × LEAD_TIME_POINTS, rising within a product. */
  readonly points: Float64Array
  readonly source: readonly LeadTimeSource[]
  /** Receipts of the product itself that speak in its distribution. */
  readonly receiptCount: Int32Array
}

/** What came in, a row a receipt; product and vendor are indices, −1 = unknown. */
export interface ReceiptColumns {
  readonly product: Int32Array
  readonly vendor: Int32Array
  readonly orderedDay: Float64Array
  readonly arrivedDay: Float64Array
  readonly orderedQuantity: Float64Array
  readonly arrivedQuantity: Float64Array
}

/** What each product's vendor says, a row a product; NaN = not said, vendor −1 = unknown. */
export interface OfferColumns {
  readonly vendor: Int32Array
  readonly leadTimeDays: Float64Array
  readonly leadTimeSdDays: Float64Array
}

interface Weighted {
  readonly days: number
  readonly weight: number
}

/** The same lead time for every one of `products`, without spread. */
export function fixedLeadTimes(products: number, days: number): LeadTimes {
  return {
    points: new Float64Array(products * LEAD_TIME_POINTS).fill(days),
    source: Array.from({ length: products }, () => 'default' as const),
    receiptCount: new Int32Array(products),
  }
}

/**
 * LEAD_TIME_POINTS equally likely points of a gamma lead time of the given mean and standard
 * deviation (days), rounded to whole days: F⁻¹((j + ½) / points).
 */
export function gammaLeadTimePoints(meanDays: number, sdDays: number): Float64Array {
  const points = new Float64Array(LEAD_TIME_POINTS)
  if (!(sdDays > 0) || !(meanDays > 0)) return points.fill(Math.round(Math.max(0, meanDays)))
  const shape = (meanDays / sdDays) ** 2
  const scale = meanDays / shape
  for (let j = 0; j < LEAD_TIME_POINTS; j++) {
    const u = (j + 0.5) / LEAD_TIME_POINTS
    let low = 0
    let high = meanDays + 10 * sdDays
    for (let step = 0; step < 50; step++) {
      const middle = (low + high) / 2
      if (gammaCdf(middle, shape, scale) < u) low = middle
      else high = middle
    }
    points[j] = Math.round(high)
  }
  return points
}

/**
 * Lead time distributions of `products` products from their receipts, shrunk to their vendor's and
 * those to what was offered, else to the stated default: a product's own receipts weigh their
 * share of the quantity ordered (so partial arrivals of one order count by quantity), all receipts
 * of its vendor together weigh `inventory.lead-time-shrinkage` receipts, and the offer (or the
 * default) weighs as much until the vendor has receipts to speak for it.
 * Rows with missing or negative lead times or without quantity are left out.
 */
export function estimateLeadTimes(
  products: number,
  receipts: ReceiptColumns,
  offers: OfferColumns,
  settings: KnobSettings = {},
): LeadTimes {
  requireArgument(offers.vendor.length === products, 'offers: give one row a product')
  const shrinkage = readKnob(LEAD_TIME_SHRINKAGE, settings)
  const byProduct = groupReceipts(receipts, receipts.product)
  const byVendor = groupReceipts(receipts, receipts.vendor)
  const prior = priorPoints(settings)
  const points = new Float64Array(products * LEAD_TIME_POINTS)
  const source: LeadTimeSource[] = []
  const receiptCount = new Int32Array(products)
  for (let i = 0; i < products; i++) {
    const own = byProduct.get(i) ?? []
    const vendor = byVendor.get(offers.vendor[i]!) ?? []
    const said = offers.leadTimeDays[i]!
    const parts: Weighted[] = [...own, ...reweigh(vendor, shrinkage)]
    const heard = totalWeight(own) + totalWeight(vendor)
    const priorWeight = parts.length === 0 ? 1 : (shrinkage * shrinkage) / (shrinkage + heard)
    const fallback = prior(said, offers.leadTimeSdDays[i]!)
    parts.push(...reweigh(fallback, priorWeight))
    points.set(weightedPoints(parts), i * LEAD_TIME_POINTS)
    receiptCount[i] = own.length
    if (own.length + vendor.length > 0) source.push('receipts')
    else source.push(said >= 0 ? 'offers' : 'default')
  }
  return { points, source, receiptCount }
}

/** Prior points by what was offered, computed once for each pair of mean and deviation. */
function priorPoints(settings: KnobSettings): (mean: number, sd: number) => readonly Weighted[] {
  const defaultDays = readKnob(DEFAULT_LEAD_TIME_DAYS, settings)
  const spread = readKnob(DEFAULT_LEAD_TIME_SPREAD, settings)
  const known = new Map<string, readonly Weighted[]>()
  return (offered, offeredSd) => {
    const mean = offered >= 0 ? offered : defaultDays
    const sd = offeredSd >= 0 ? offeredSd : mean * spread
    const key = `${mean} ${sd}`
    const found = known.get(key)
    if (found !== undefined) return found
    const made = Array.from(gammaLeadTimePoints(mean, sd), (days) => ({ days, weight: 1 }))
    known.set(key, made)
    return made
  }
}

function groupReceipts(receipts: ReceiptColumns, key: Int32Array): Map<number, Weighted[]> {
  const groups = new Map<number, Weighted[]>()
  for (let row = 0; row < key.length; row++) {
    const days = receipts.arrivedDay[row]! - receipts.orderedDay[row]!
    const ordered = receipts.orderedQuantity[row]!
    const arrived = receipts.arrivedQuantity[row]!
    if (key[row]! < 0 || !(days >= 0) || !(arrived > 0)) continue
    const weight = ordered > 0 ? Math.min(1, arrived / ordered) : 1
    const group = groups.get(key[row]!)
    if (group === undefined) groups.set(key[row]!, [{ days: Math.round(days), weight }])
    else group.push({ days: Math.round(days), weight })
  }
  return groups
}

function totalWeight(parts: readonly Weighted[]): number {
  return parts.reduce((sum, part) => sum + part.weight, 0)
}

function reweigh(parts: readonly Weighted[], total: number): Weighted[] {
  const factor = parts.length === 0 ? 0 : total / totalWeight(parts)
  return parts.map(({ days, weight }) => ({ days, weight: weight * factor }))
}

/** The points at (j + ½) / LEAD_TIME_POINTS of a weighted sample (inverse of its step function). */
function weightedPoints(parts: readonly Weighted[]): Float64Array {
  const sorted = parts.filter((part) => part.weight > 0).sort((a, b) => a.days - b.days)
  const total = totalWeight(sorted)
  const points = new Float64Array(LEAD_TIME_POINTS)
  let at = 0
  let passed = sorted[0]?.weight ?? 0
  for (let j = 0; j < LEAD_TIME_POINTS; j++) {
    const target = ((j + 0.5) / LEAD_TIME_POINTS) * total
    while (passed < target && at < sorted.length - 1) passed += sorted[++at]!.weight
    points[j] = sorted[at]?.days ?? 0
  }
  return points
}
