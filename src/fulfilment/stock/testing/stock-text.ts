import type { Recent } from '../recent.ts'
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
  const answers = remembered(state.answers)
  const expired = remembered(state.expired)
  const held = [...helds].map(([id, { lines, expiresAt }]) => [id, expiresAt, ...lines])
  return JSON.stringify({
    ...{ sequence, time, sites: texts.sites, products: texts.products },
    ...{ cells: cells.sort(), held: held.sort(), receipts: [...receipts].sort() },
    ...{ answers, expired },
  })
}

/** What is remembered, but for refusals, by the hash of its text. */
function remembered(recent: Recent): string[] {
  const { older, newer } = recent.ages()
  return [older, newer]
    .flatMap(({ slots, base, words }) =>
      Array.from({ length: slots.length / 4 }, (_, slot) => {
        const [a, b, c, value] = slots.subarray(4 * slot, 4 * slot + 4)
        if (value === 0) return []
        const answer = value! < 0 ? words[-1 - value!]! : value! + base
        const isEvent = typeof answer === 'number' || answer.ok
        return isEvent ? [`${a} ${b} ${c} ${JSON.stringify(answer)}`] : []
      }).flat(),
    )
    .sort()
}
