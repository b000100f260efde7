import type { RankFeature } from '../feature.ts'
import { percentiles } from '../standing.ts'
import { queryWords, titleWords } from '../title-words.ts'

/**
 * Of the documents whose titles cover the query at least as well, what share is less good in itself:
 * of twelve films called alike, the one that people mean.
 */
export const amongEquals: RankFeature = {
  name: 'equals',
  about: 'how popular it is among products whose titles match as well or better',
  columns: () => ['equals:quality', 'equals:rivals'],
  directions: () => [1, 0],
  compute({ index, query, union }, out, stride) {
    const words = queryWords(index, query)
    const all = index.quality()
    const quality = Float32Array.from(union.docs, (doc) => all[doc]!)
    const coverage = Float32Array.from(union.docs, (doc) => {
      const { terms } = titleWords(index, doc)
      return words.reduce((sum, { term, weight }) => sum + (terms.includes(term) ? weight : 0), 0)
    })
    const standing = percentiles(coverage)
    for (let i = 0; i < quality.length; i++) {
      let rivals = 0
      let worse = 0
      for (let j = 0; j < quality.length; j++) {
        if (j === i || coverage[j]! < coverage[i]! - 1e-6) continue
        rivals++
        if (quality[j]! < quality[i]!) worse++
      }
      out[i * stride] = rivals > 0 ? worse / rivals : standing[i]!
      out[i * stride + 1] = rivals
    }
  },
}
