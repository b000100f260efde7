import { type Language, languageOf } from './languages.ts'
import { type AnalyzedQuery, MAX_QUERY_LENGTH, MAX_QUERY_TOKENS } from './query.ts'
import { scriptOf } from './script.ts'
import { queryWords } from './words.ts'

/** Queries of at most this many words keep their stop words, as words of little weight. */
const SHORT_QUERY = 4

/** Reads texts and queries in the languages of an index. */
export interface Analyzer {
  readonly languages: readonly Language[]
  /** The language of a text by its stop words; the first one where nothing speaks for another. */
  languageOfWords(words: readonly string[]): Language
  isStopWord(word: string): boolean
  /** Tokens, terms, language and script of a query. Never throws. */
  analyzeQuery(raw: string, unfinished: boolean, knows: (term: string) => boolean): AnalyzedQuery
}

/** An analyzer of texts in these languages (two-letter codes; the first is the usual one). */
export function createAnalyzer(codes: readonly string[]): Analyzer {
  const languages = codes.map(languageOf)
  const first = languages[0]!
  const isStopWord = (word: string) => languages.some((one) => one.stopWords.has(word))
  const languageOfWords = (words: readonly string[]) =>
    languages.length === 1 ? first : most(languages, (one) => stopsIn(one, words))
  return {
    languages,
    languageOfWords,
    isStopWord,
    analyzeQuery(raw, unfinished, knows) {
      const cut = cutQuery(raw)
      const tokens = queryWords(cut).slice(0, MAX_QUERY_TOKENS)
      const language =
        languages.length === 1
          ? first
          : most(languages, (one) => stopsIn(one, tokens) + stemsKnown(one, tokens, knows) / 100)
      return {
        raw: cut,
        text: tokens.join(' '),
        tokens,
        terms: termsOf(tokens, language, isStopWord),
        unfinished: unfinished && tokens.length > 0 && !/[\s,;:!?)]$/u.test(cut),
        script: scriptOf(cut),
        language: language.code,
        interpretations: [],
      }
    },
  }
}

/** Stems of the words; empty for stop words, but where the query is short or has no other words. */
function termsOf(
  tokens: readonly string[],
  language: Language,
  isStopWord: (word: string) => boolean,
): string[] {
  const keep = tokens.length <= SHORT_QUERY || tokens.every(isStopWord)
  return tokens.map((word) => (keep || !isStopWord(word) ? language.stem(word) : ''))
}

/** Cuts a query to its longest, at a blank where there is one, never within a surrogate pair. */
function cutQuery(raw: string): string {
  if (raw.length <= MAX_QUERY_LENGTH) return raw
  const cut = raw.slice(0, MAX_QUERY_LENGTH)
  const blank = cut.lastIndexOf(' ')
  if (blank > MAX_QUERY_LENGTH / 2) return cut.slice(0, blank)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

function most(languages: readonly Language[], score: (language: Language) => number): Language {
  let best = languages[0]!
  let high = score(best)
  for (const one of languages.slice(1)) {
    const found = score(one)
    if (found > high) {
      best = one
      high = found
    }
  }
  return best
}

function stopsIn({ stopWords }: Language, words: readonly string[]): number {
  return words.reduce((count, word) => count + (stopWords.has(word) ? 1 : 0), 0)
}

function stemsKnown(
  { stem }: Language,
  words: readonly string[],
  knows: (term: string) => boolean,
): number {
  return words.reduce((count, word) => count + (knows(stem(word)) ? 1 : 0), 0)
}
