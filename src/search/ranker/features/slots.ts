import { NUMBER_ROLES, VALUE_ROLES } from '../../catalogue/product.ts'
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
    const readings = query.interpretations
      .filter((reading) => reading.slots.length > 0)
      .map(({ slots: asked, likelihood }) => ({
        likelihood,
        asked: asked.map((slot) => ({ probability: slot.probability, meets: test(index, slot) })),
        all: asked.reduce((sum, slot) => sum + slot.probability, 0),
      }))
    for (let i = 0; i < union.docs.length; i++) {
      const doc = union.docs[i]!
      let met = 0
      let broken = 0
      let best = readings.length > 0 ? 0 : Number.NaN
      for (const { asked, likelihood, all } of readings) {
        let sum = 0
        for (const { probability, meets } of asked) if (meets(doc)) sum += probability
        met += likelihood * sum
        broken += likelihood * (all - sum)
        best = Math.max(best, (likelihood * sum) / asked.length)
      }
      out[i * stride] = met
      out[i * stride + 1] = broken
      out[i * stride + 2] = best
    }
  },
}

/** Whether a document has the value of a slot (a category at any level), or lies in its range. */
function test(index: SearchIndex, { field, meaning }: Slot): (doc: number) => boolean {
  const role = index.fields.find(({ name }) => name === field)?.role
  if (meaning.kind === 'range') {
    if (role === undefined || !NUMBER_ROLES.includes(role)) return () => false
    const numbers = index.numbers(field)
    return (doc) => numbers[doc]! >= meaning.from && numbers[doc]! <= meaning.to
  }
  if (role === undefined || !VALUE_ROLES.includes(role)) return () => false
  // A union is some hundred documents: their values are looked at, not those of the catalogue.
  const codes = new Set(index.columns.valueField(field)!.codesOf(meaning.value))
  const { offsets, codes: own } = index.values(field)
  return (doc) => {
    for (let i = offsets[doc]!; i < offsets[doc + 1]!; i++) if (codes.has(own[i]!)) return true
    return false
  }
}
