import { describe, expect, it } from 'vitest'
import {
  estimateLeadTimes,
  gammaLeadTimePoints,
  LEAD_TIME_POINTS,
  type OfferColumns,
  type ReceiptColumns,
} from './lead-times.ts'

type Row = readonly [
  product: number,
  vendor: number,
  days: number,
  ordered: number,
  arrived: number,
]

function receipts(...rows: readonly Row[]): ReceiptColumns {
  return {
    product: Int32Array.from(rows, (row) => row[0]),
    vendor: Int32Array.from(rows, (row) => row[1]),
    orderedDay: Float64Array.from(rows, () => 100),
    arrivedDay: Float64Array.from(rows, (row) => 100 + row[2]),
    orderedQuantity: Float64Array.from(rows, (row) => row[3]),
    arrivedQuantity: Float64Array.from(rows, (row) => row[4]),
  }
}

function offers(
  ...rows: readonly (readonly [vendor: number, days: number, sd: number])[]
): OfferColumns {
  return {
    vendor: Int32Array.from(rows, (row) => row[0]),
    leadTimeDays: Float64Array.from(rows, (row) => row[1]),
    leadTimeSdDays: Float64Array.from(rows, (row) => row[2]),
  }
}

const mean = (points: Float64Array, product: number) =>
  points
    .subarray(product * LEAD_TIME_POINTS, (product + 1) * LEAD_TIME_POINTS)
    .reduce((sum, days) => sum + days / LEAD_TIME_POINTS, 0)

describe('gammaLeadTimePoints', () => {
  it('have the mean and spread asked for', () => {
    const points = gammaLeadTimePoints(20, 6)
    expect(mean(points, 0)).toBeCloseTo(20, 0)
    const variance = points.reduce((sum, days) => sum + (days - 20) ** 2 / LEAD_TIME_POINTS, 0)
    expect(Math.sqrt(variance)).toBeGreaterThan(5)
    expect(Math.sqrt(variance)).toBeLessThan(6.5)
    expect([...gammaLeadTimePoints(7, 0)]).toEqual(Array(LEAD_TIME_POINTS).fill(7))
    expect([...gammaLeadTimePoints(0, 3)]).toEqual(Array(LEAD_TIME_POINTS).fill(0))
  })
})

describe('estimateLeadTimes', () => {
  it('takes the default, then the offer, then the receipts, and says which', () => {
    const none = Number.NaN
    const rows = Array.from({ length: 40 }, () => [2, 0, 30, 10, 10] as const)
    const { points, source, receiptCount } = estimateLeadTimes(
      3,
      receipts(...rows),
      offers([-1, none, none], [-1, 5, none], [0, 5, 1]),
    )
    expect(source).toEqual(['default', 'offers', 'receipts'])
    expect([...receiptCount]).toEqual([0, 0, 40])
    expect(mean(points, 0)).toBeCloseTo(14, 0)
    expect(mean(points, 1)).toBeCloseTo(5, 0)
    expect(mean(points, 2)).toBeGreaterThan(28)
  })

  it('draws a product with few receipts towards its vendor', () => {
    const vendor = Array.from({ length: 200 }, () => [1, 0, 10, 1, 1] as const)
    const late = [0, 0, 40, 1, 1] as const
    const few = estimateLeadTimes(2, receipts(...vendor, late), offers([0, 10, 0], [0, 10, 0]))
    const many = estimateLeadTimes(
      2,
      receipts(...vendor, ...Array.from({ length: 50 }, () => late)),
      offers([0, 10, 0], [0, 10, 0]),
    )
    expect(mean(few.points, 0)).toBeLessThan(20)
    expect(mean(many.points, 0)).toBeGreaterThan(30)
  })

  it('counts partial arrivals by their quantity', () => {
    const rows: Row[] = []
    for (let order = 0; order < 200; order++) rows.push([0, 0, 10, 10, 9], [0, 0, 30, 10, 1])
    const settings = { 'inventory.lead-time-shrinkage': 0 }
    const { points } = estimateLeadTimes(1, receipts(...rows), offers([0, 10, 0]), settings)
    const late = points.filter((days) => days === 30).length
    expect(late / LEAD_TIME_POINTS).toBeGreaterThan(0)
    expect(late / LEAD_TIME_POINTS).toBeLessThan(0.2)
  })

  it('leaves out what is no receipt', () => {
    const rows: Row[] = [
      [0, 0, -5, 10, 10],
      [0, 0, Number.NaN, 10, 10],
      [0, 0, 90, 10, 0],
    ]
    const { source, points } = estimateLeadTimes(1, receipts(...rows), offers([0, 6, 0]))
    expect(source).toEqual(['offers'])
    expect(mean(points, 0)).toBe(6)
  })
})
