import type { Script } from '../../query/query.ts'
import type { RankFeature } from '../feature.ts'
import { queryWords } from '../title-words.ts'

const SCRIPTS: readonly Script[] = [
  'latin',
  'cyrillic',
  'greek',
  'arabic',
  'hebrew',
  'cjk',
  'thai',
  'other',
]

/** What kind of query it is: the same for all documents, it lets the trees weigh the rest by it. */
export const queryShape: RankFeature = {
  name: 'query',
  about: 'what kind of query it is: length, rareness of its words, slots, script',
  columns: () => [
    'query:tokens',
    'query:characters',
    'query:mean-idf',
    'query:highest-idf',
    'query:lowest-idf',
    'query:unknown-words',
    'query:digits',
    'query:script',
    'query:slots',
    'query:certainty',
    'query:documents',
  ],
  compute({ index, query, union }, out, stride) {
    const weights = queryWords(index, query).filter(({ term }) => term !== '')
    const idf = weights.map(({ weight }) => weight)
    const best = query.interpretations[0]
    const unknown = weights.filter(({ term }) => index.documentFrequency(term) === 0)
    const row = [
      query.tokens.length,
      query.text.length,
      idf.length > 0 ? idf.reduce((a, b) => a + b, 0) / idf.length : 0,
      Math.max(0, ...idf),
      idf.length > 0 ? Math.min(...idf) : 0,
      unknown.length,
      query.tokens.filter((token) => /\d/.test(token)).length,
      SCRIPTS.indexOf(query.script),
      best?.slots.length ?? 0,
      best?.likelihood ?? Number.NaN,
      union.docs.length,
    ]
    for (let i = 0; i < union.docs.length; i++) out.set(row, i * stride)
  },
}
