import type { ClickCells } from './cells.ts'

/** Probabilities are held this far from 0 and 1, so that one surprise does not count infinitely. */
const LEAST = 1e-6

/**
 * Mean negative log likelihood of the clicks, per impression, in nats:
 * −(1/N) Σ c log p + (n − c) log(1 − p). NaN without impressions.
 */
export function clickLogLoss(
  cells: ClickCells,
  probability: (document: number, rank: number) => number,
): number {
  let loss = 0
  let shown = 0
  for (let cell = 0; cell < cells.document.length; cell++) {
    const given = probability(cells.document[cell]!, cells.rank[cell]!)
    const p = Math.min(1 - LEAST, Math.max(LEAST, given))
    const clicks = cells.clicks[cell]!
    loss -= clicks * Math.log(p) + (cells.impressions[cell]! - clicks) * Math.log1p(-p)
    shown += cells.impressions[cell]!
  }
  return loss / shown
}
