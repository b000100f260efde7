import type { RankFeature } from '../feature.ts'
import { titleWords } from '../title-words.ts'
import { yearsOf } from '../years.ts'

const ROMAN: ReadonlyMap<string, string> = new Map([
  ['ii', '2'],
  ['iii', '3'],
  ['iv', '4'],
  ['v', '5'],
  ['vi', '6'],
  ['vii', '7'],
  ['viii', '8'],
  ['ix', '9'],
  ['x', '10'],
])

/** Numbers that the query names against those of the product: sequels, models, sizes, years. */
export const numbersNamed: RankFeature = {
  name: 'named-number',
  about: 'whether numbers and years in the query are those of the product',
  columns: () => [
    'named-number:found',
    'named-number:missing',
    'named-number:others',
    'named-number:year-distance',
  ],
  directions: () => [1, -1, 0, -1],
  compute({ index, query, union }, out, stride) {
    const years = query.tokens.filter(isYear).map(Number)
    const asked = new Set(query.tokens.map(numberIn).filter((number) => number !== undefined))
    union.docs.forEach((doc, i) => {
      const own = titleWords(index, doc).tokens.map(numberIn)
      const has = new Set(own.filter((number) => number !== undefined))
      const ofYears = years.length > 0 || asked.size > 0 ? yearsOf(index, doc) : []
      const isKnown = (number: string) => has.has(number) || ofYears.includes(Number(number))
      const found = [...asked].filter(isKnown).length
      out[i * stride] = asked.size > 0 ? found : Number.NaN
      out[i * stride + 1] = asked.size > 0 ? asked.size - found : Number.NaN
      out[i * stride + 2] = [...has].filter((number) => !asked.has(number)).length
      out[i * stride + 3] = yearDistance(years, ofYears)
    })
  },
}

const isYear = (token: string) => /^(19|20)\d\d$/.test(token)

/** The number that a word is: digits without leading zeros, or a Roman numeral of a sequel. */
function numberIn(token: string): string | undefined {
  if (/^\d+$/.test(token)) return token.replace(/^0+(?=\d)/, '')
  return ROMAN.get(token)
}

function yearDistance(asked: readonly number[], own: readonly number[]): number {
  if (asked.length === 0 || own.length === 0) return Number.NaN
  return Math.min(...asked.flatMap((year) => own.map((of) => Math.abs(year - of))))
}
