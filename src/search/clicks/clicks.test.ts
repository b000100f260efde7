import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../core/random/random.ts'
import { type ClickCells, cellsWhere, countClicks, type Impression } from './cells.ts'
import { clickLogLoss } from './log-loss.ts'
import { fitPositionModel } from './position-model.ts'
import { effectiveClicks, inversePropensities } from './propensity.ts'
import { examinationFromSwaps, type SwapCounts } from './swap-experiments.ts'

const GAMMA = [1, 0.6, 0.35, 0.2, 0.1, 0.05]

/** Sessions of a position-based customer over shuffled documents. */
function simulate(sessions: number, seed: number) {
  const random = createRandom(seed)
  const alpha = GAMMA.map((_, d) => 0.1 + 0.13 * d)
  const impressions: Impression[] = []
  for (let s = 0; s < sessions; s++) {
    const order = alpha.map((_, d) => ({ d, key: random.next() })).sort((a, b) => a.key - b.key)
    order.forEach(({ d }, rank) => {
      const clicked = random.next() < alpha[d]! * GAMMA[rank]!
      impressions.push({ query: 'q', productId: `p${d}`, rank, clicked })
    })
  }
  return { alpha, ...countClicks(impressions) }
}

describe('fitPositionModel', () => {
  it('finds the examination and attraction that made the clicks', () => {
    const { alpha, cells, productIds } = simulate(40_000, 1)
    const model = fitPositionModel(cells)
    for (const [r, gamma] of GAMMA.entries()) expect(model.examination[r]).toBeCloseTo(gamma, 1)
    productIds.forEach((id, d) => {
      expect(Math.abs(model.attraction[d]! - alpha[Number(id.slice(1))]!)).toBeLessThan(0.05)
    })
  })

  it('foresees clicks at ranks where a document never stood better than the rank or a product of rates', () => {
    const { cells } = simulate(4000, 2)
    const isHeld = (cell: number) => (cells.document[cell]! + cells.rank[cell]!) % 4 === 0
    const seen = cellsWhere(cells, (cell) => !isHeld(cell))
    const held = cellsWhere(cells, isHeld)
    const rateOf = (key: (cell: number) => boolean) => {
      const of = cellsWhere(seen, key)
      const sum = (list: Float64Array) => list.reduce((a, b) => a + b, 0)
      return sum(of.clicks) / sum(of.impressions)
    }
    const all = rateOf(() => true)
    const rank = (r: number) => rateOf((cell) => seen.rank[cell] === r)
    const product = (d: number, r: number) =>
      (rank(r) * rateOf((cell) => seen.document[cell] === d)) / all
    const loss = clickLogLoss(held, fitPositionModel(seen).clickProbability)
    expect(loss).toBeLessThan(clickLogLoss(held, (_, r) => rank(r)))
    expect(loss).toBeLessThan(clickLogLoss(held, product))
  })

  it('never lowers the likelihood from one round to the next without a prior', () => {
    const { cells } = simulate(300, 3)
    const knobs = { 'search.click-document-prior': 0, 'search.click-rank-prior': 0 }
    let last = Infinity
    for (const rounds of [1, 2, 4, 8, 16, 32]) {
      const loss = clickLogLoss(cells, fitPositionModel(cells, { rounds, knobs }).clickProbability)
      expect(loss).toBeLessThanOrEqual(last + 1e-9)
      last = loss
    }
  })

  it('lets a document with one lucky click stay near the mean of its query', () => {
    const { cells } = simulate(2000, 4)
    const lucky: ClickCells = {
      ...cells,
      documents: cells.documents + 1,
      queryOf: Int32Array.of(...cells.queryOf, 0),
      document: Int32Array.of(...cells.document, cells.documents),
      rank: Int32Array.of(...cells.rank, 0),
      impressions: Float64Array.of(...cells.impressions, 1),
      clicks: Float64Array.of(...cells.clicks, 1),
    }
    const { attraction } = fitPositionModel(lucky)
    expect(attraction.at(-1)).toBeLessThan(0.6)
  })

  it('keeps a given examination', () => {
    const { alpha, cells, productIds } = simulate(5000, 5)
    const model = fitPositionModel(cells, { examination: GAMMA })
    expect([...model.examination]).toEqual(GAMMA)
    const best = productIds.indexOf('p5')
    expect(Math.abs(model.attraction[best]! - alpha[5]!)).toBeLessThan(0.05)
    expect(() => fitPositionModel(cells, { examination: [1] })).toThrow(/ranks/)
  })
})

describe('examinationFromSwaps', () => {
  /** Expected counts of a swap between documents of attraction a and b. */
  const swapOf = (upper: number, lower: number, n: number, a: number, b: number): SwapCounts => ({
    upper,
    lower,
    left: n,
    exchanged: n,
    clicksUpperLeft: n * a * GAMMA[upper]!,
    clicksLowerLeft: n * b * GAMMA[lower]!,
    clicksUpperExchanged: n * b * GAMMA[upper]!,
    clicksLowerExchanged: n * a * GAMMA[lower]!,
  })

  it('finds examination whatever the documents, by swaps with the first rank or in a chain', () => {
    const attractions = fc.double({ min: 0.05, max: 1, noNaN: true })
    fc.assert(
      fc.property(attractions, attractions, fc.boolean(), (a, b, isChain) => {
        const swaps = [1, 2, 3, 4, 5].map((r) => swapOf(isChain ? r - 1 : 0, r, 1e7, a, b))
        const found = examinationFromSwaps(swaps, GAMMA.length)
        for (const [r, gamma] of GAMMA.entries()) expect(found[r]).toBeCloseTo(gamma, 2)
      }),
    )
  })

  it('fills ranks that no swap reached from their neighbours', () => {
    const found = examinationFromSwaps([swapOf(0, 2, 1e6, 0.5, 0.5)], 4)
    expect(found[1]).toBeGreaterThan(found[2]!)
    expect(found[1]).toBeLessThan(1)
    expect(found[3]).toBeCloseTo(found[2]!, 6)
    expect([...examinationFromSwaps([], 3)]).toEqual([1, 1, 1])
  })
})

describe('inversePropensities', () => {
  it('clips at the floor, and counts what the weights leave', () => {
    const weights = inversePropensities([1, 0.5, 0.01], { 'search.click-propensity-floor': 0.1 })
    expect([...weights]).toEqual([1, 2, 10])
    expect(effectiveClicks([3, 3, 3])).toBeCloseTo(3, 12)
    expect(effectiveClicks(weights)).toBeLessThan(2)
    expect(effectiveClicks([])).toBe(0)
  })
})
