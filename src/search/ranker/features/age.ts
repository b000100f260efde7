import type { SearchIndex } from '../../index/types.ts'
import type { RankFeature } from '../feature.ts'

const DAY_MS = 86_400_000

/** Days since the product's date (the first date field), and its logarithm. */
export const age: RankFeature = {
  name: 'age',
  about: 'how long ago the product came out',
  columns: (index) => (dateFieldOf(index) === undefined ? [] : ['age:days', 'age:log-days']),
  compute({ index, union, now }, out, stride) {
    const field = dateFieldOf(index)
    if (field === undefined) return
    const dates = index.numbers(field)
    union.docs.forEach((doc, i) => {
      const days = (now - dates[doc]!) / DAY_MS
      out[i * stride] = days
      out[i * stride + 1] = Math.log1p(Math.max(0, days))
    })
  },
}

function dateFieldOf(index: SearchIndex): string | undefined {
  return index.fields.find(({ role }) => role === 'date')?.name
}
