import type { RankFeature } from '../feature.ts'
import { unionTitles } from '../title-words.ts'

/** "lotr" for "Lord of the Rings", and the other way round. */
export const acronym: RankFeature = {
  name: 'acronym',
  about:
    'whether a word of the query is the initials of the title, or a title word those of the query',
  columns: () => ['acronym:of-title', 'acronym:of-query'],
  directions: () => [1, 1],
  compute({ index, query, union }, out, stride) {
    const initials = initialsOf(query.tokens)
    unionTitles(index, union).forEach(({ tokens }, i) => {
      const own = initialsOf(tokens)
      out[i * stride] = Number(
        own !== undefined && query.tokens.some((token) => stands(token, own)),
      )
      out[i * stride + 1] = Number(initials !== undefined && tokens.includes(initials))
    })
  },
}

/** First letters of two or more words. */
function initialsOf(tokens: readonly string[]): string | undefined {
  return tokens.length < 2 ? undefined : tokens.map((token) => token[0]).join('')
}

/** A word of three letters or more that is the initials, or their beginning where they go on. */
function stands(token: string, initials: string): boolean {
  return token.length >= 3 && initials.startsWith(token)
}
