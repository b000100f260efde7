import type { SearchIndex } from '../../index/types.ts'
import type { Slot } from '../../query/query.ts'
import type { RankFeature } from '../feature.ts'

/** Whether the product is what the query's slots ask for: this brand, this category, this price. */
export const slots: RankFeature = {
  name: 'slots',
  about:
    'whether brand, category, attributes and ranges that the query names are those of the product',
  columns: () => ['slots:met', 'slots:broken', 'slots:best-reading'],
  directions: () => [1, -1, 1],
  compute({ index, query, union }, out, stride) {
    const readings = query.interpretations.filter((reading) => reading.slots.length > 0)
    union.docs.forEach((doc, i) => {
      let met = 0
      let broken = 0
      let best = readings.length > 0 ? 0 : Number.NaN
      for (const { slots: asked, likelihood } of readings) {
        const meeting = asked.map((slot) => meets(index, doc, slot) * slot.probability)
        const sum = meeting.reduce((a, b) => a + b, 0)
        met += likelihood * sum
        broken += likelihood * (asked.reduce((a, slot) => a + slot.probability, 0) - sum)
        best = Math.max(best, (likelihood * sum) / asked.length)
      }
      out[i * stride] = met
      out[i * stride + 1] = broken
      out[i * stride + 2] = best
    })
  },
}

/** 1 where the document has the value or lies in the range, else 0. */
function meets(index: SearchIndex, doc: number, { field, meaning }: Slot): number {
  const value = index.valueOf(doc, field)
  if (value === undefined) return 0
  if (meaning.kind === 'range') {
    const number = typeof value === 'number' ? value : Number.NaN
    return Number(number >= meaning.from && number <= meaning.to)
  }
  if (typeof value === 'object') return Number(value.includes(meaning.value))
  return Number(String(value) === meaning.value)
}
