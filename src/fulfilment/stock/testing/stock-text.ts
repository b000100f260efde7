import { columnsOf } from '../snapshot-columns.ts'
import type { StockState } from '../state.ts'
import { CELL_WORDS } from '../types.ts'

/** All that a state holds (but for refusals, which are no events), as text: equal for equal stock. */
export function stockText(state: StockState): string {
  const { sequence, time, numbers, texts } = columnsOf(state)
  const cells: string[] = []
  texts.products.forEach((productId, product) => {
    const first = numbers.index[2 * product]!
    for (let k = 0; k < numbers.index[2 * product + 1]!; k++) {
      const [site, ...counts] = numbers.cells.subarray(
        first + k * CELL_WORDS,
        first + (k + 1) * CELL_WORDS,
      )
      // A cell may be made for a moment's zero: nothing is what was never there.
      if (counts.some((count) => count !== 0)) {
        cells.push(`${productId} ${texts.sites[site!]} ${counts.join(' ')}`)
      }
    }
  })
  const { helds, receipts } = state.entries()
  const { older, newer } = state.answers.ages()
  const answers = [...older, ...newer].filter(([, a]) => typeof a === 'number' || a.ok)
  const expired = state.expired.ages()
  const held = [...helds].map(([id, { lines, expiresAt }]) => [id, expiresAt, ...lines])
  return JSON.stringify({
    ...{ sequence, time, sites: texts.sites, products: texts.products },
    ...{ cells: cells.sort(), held: held.sort(), receipts: [...receipts].sort() },
    answers: answers.sort(),
    expired: [...new Set([...expired.older.keys(), ...expired.newer.keys()])].sort(),
  })
}
