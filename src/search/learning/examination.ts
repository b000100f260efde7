import { countClicks, fitPositionModel, type Impression } from '../clicks/door.ts'
import type { PastSearch } from '../feedback/events.ts'

/** Impressions that are read at the most, newest first: the curve needs no more. */
const MOST_IMPRESSIONS = 200_000
/** Fewer clicks than this say nothing of places. */
const FEWEST_CLICKS = 500
const RANKS = 50

/** Chance that a place is looked at, from the first on, and where it comes from. */
export interface Examination {
  /** γ by rank from the first, in (0, 1]; the last holds for all behind it. */
  readonly byRank: readonly number[]
  readonly learned: boolean
}

/**
 * How likely each place of a result list is looked at: by the position-based model where enough
 * lists were logged whole, else the discount of nDCG, 1 / log₂(1 + rank), which every shop is near to.
 */
export function learnExamination(past: readonly PastSearch[]): Examination {
  const impressions: Impression[] = []
  let clicks = 0
  for (let i = past.length - 1; i >= 0 && impressions.length < MOST_IMPRESSIONS; i--) {
    const { record, events } = past[i]!
    const clicked = new Set(events.flatMap((e) => (e.kind === 'click' ? [e.productId] : [])))
    // Lists that were imported are known where they were acted on alone: they would look always clicked.
    if (record.shares.length === 0) continue
    record.shown.slice(0, RANKS).forEach((productId, rank) => {
      const isClicked = clicked.has(productId)
      impressions.push({ query: record.text, productId, rank, clicked: isClicked })
      if (isClicked) clicks++
    })
  }
  if (clicks < FEWEST_CLICKS) return { byRank: discount(), learned: false }
  const { cells } = countClicks(impressions)
  return { byRank: [...fitPositionModel(cells).examination], learned: true }
}

function discount(): number[] {
  return Array.from({ length: RANKS }, (_, i) => 1 / Math.log2(2 + i))
}
