import { stemmer as arabicStemmer } from '@orama/stemmers/arabic'
import { stemmer as armenianStemmer } from '@orama/stemmers/armenian'
import { stemmer as bulgarianStemmer } from '@orama/stemmers/bulgarian'
import { stemmer as danishStemmer } from '@orama/stemmers/danish'
import { stemmer as dutchStemmer } from '@orama/stemmers/dutch'
import { stemmer as englishStemmer } from '@orama/stemmers/english'
import { stemmer as finnishStemmer } from '@orama/stemmers/finnish'
import { stemmer as frenchStemmer } from '@orama/stemmers/french'
import { stemmer as germanStemmer } from '@orama/stemmers/german'
import { stemmer as greekStemmer } from '@orama/stemmers/greek'
import { stemmer as hungarianStemmer } from '@orama/stemmers/hungarian'
import { stemmer as indonesianStemmer } from '@orama/stemmers/indonesian'
import { stemmer as italianStemmer } from '@orama/stemmers/italian'
import { stemmer as norwegianStemmer } from '@orama/stemmers/norwegian'
import { stemmer as portugueseStemmer } from '@orama/stemmers/portuguese'
import { stemmer as romanianStemmer } from '@orama/stemmers/romanian'
import { stemmer as russianStemmer } from '@orama/stemmers/russian'
import { stemmer as spanishStemmer } from '@orama/stemmers/spanish'
import { stemmer as swedishStemmer } from '@orama/stemmers/swedish'
import { stemmer as turkishStemmer } from '@orama/stemmers/turkish'
import { stemmer as ukrainianStemmer } from '@orama/stemmers/ukrainian'
import { stopwords as arabicStops } from '@orama/stopwords/arabic'
import { stopwords as armenianStops } from '@orama/stopwords/armenian'
import { stopwords as bulgarianStops } from '@orama/stopwords/bulgarian'
import { stopwords as danishStops } from '@orama/stopwords/danish'
import { stopwords as dutchStops } from '@orama/stopwords/dutch'
import { stopwords as englishStops } from '@orama/stopwords/english'
import { stopwords as finnishStops } from '@orama/stopwords/finnish'
import { stopwords as frenchStops } from '@orama/stopwords/french'
import { stopwords as germanStops } from '@orama/stopwords/german'
import { stopwords as greekStops } from '@orama/stopwords/greek'
import { stopwords as hungarianStops } from '@orama/stopwords/hungarian'
import { stopwords as indonesianStops } from '@orama/stopwords/indonesian'
import { stopwords as italianStops } from '@orama/stopwords/italian'
import { stopwords as norwegianStops } from '@orama/stopwords/norwegian'
import { stopwords as portugueseStops } from '@orama/stopwords/portuguese'
import { stopwords as romanianStops } from '@orama/stopwords/romanian'
import { stopwords as russianStops } from '@orama/stopwords/russian'
import { stopwords as spanishStops } from '@orama/stopwords/spanish'
import { stopwords as swedishStops } from '@orama/stopwords/swedish'
import { stopwords as turkishStops } from '@orama/stopwords/turkish'
import { stopwords as ukrainianStops } from '@orama/stopwords/ukrainian'
import { StorewrightError } from '../../core/errors.ts'
import { fold } from './fold.ts'

/** What a language brings: how its words are cut to stems, and which of them say little. */
export interface Language {
  /** Two letters of ISO 639-1. */
  readonly code: string
  stem(word: string): string
  /** Folded, without apostrophes. */
  readonly stopWords: ReadonlySet<string>
}

const KNOWN: Readonly<Record<string, readonly [(word: string) => string, readonly string[]]>> = {
  ar: [arabicStemmer, arabicStops],
  bg: [bulgarianStemmer, bulgarianStops],
  da: [danishStemmer, danishStops],
  de: [germanStemmer, germanStops],
  el: [greekStemmer, greekStops],
  en: [englishStemmer, englishStops],
  es: [spanishStemmer, spanishStops],
  fi: [finnishStemmer, finnishStops],
  fr: [frenchStemmer, frenchStops],
  hu: [hungarianStemmer, hungarianStops],
  hy: [armenianStemmer, armenianStops],
  id: [indonesianStemmer, indonesianStops],
  it: [italianStemmer, italianStops],
  nl: [dutchStemmer, dutchStops],
  no: [norwegianStemmer, norwegianStops],
  pt: [portugueseStemmer, portugueseStops],
  ro: [romanianStemmer, romanianStops],
  ru: [russianStemmer, russianStops],
  sv: [swedishStemmer, swedishStops],
  tr: [turkishStemmer, turkishStops],
  uk: [ukrainianStemmer, ukrainianStops],
}

/** Words that say little in English and that the library's list lacks. */
const MORE_STOPS: Readonly<Record<string, readonly string[]>> = { en: ['a'] }

/** Two-letter codes of the languages that words can be stemmed in. */
export const LANGUAGES: readonly string[] = Object.keys(KNOWN)

/**
 * The language of a two-letter code: its Snowball (English: Porter 1980) stemmer and stop words.
 * Throws ERR_ARGUMENT on a code that is not among LANGUAGES.
 */
export function languageOf(code: string): Language {
  const known = Object.hasOwn(KNOWN, code) ? KNOWN[code] : undefined
  if (known === undefined) {
    throw new StorewrightError('ERR_ARGUMENT', `there is no language ${code}`, {
      next: `Name one of ${LANGUAGES.join(', ')}.`,
    })
  }
  const [stemmer, stops] = known
  const stopWords = new Set<string>()
  for (const word of [...stops, ...(MORE_STOPS[code] ?? [])]) {
    // Without their apostrophe, she'll, we'd and we're are words of their own; 's is cut from all.
    if (code === 'en' && /('ll|'d|'s|we're)$/.test(word)) continue
    const folded = fold(word).replace(/['’]/g, '')
    if (folded !== '') stopWords.add(folded)
  }
  return { code, stem: remembering(safely(stemmer)), stopWords }
}

/** Stemmers are other people's code, fed with anything: what they make of a word may not be nothing. */
function safely(stemmer: (word: string) => string): (word: string) => string {
  return (word) => {
    try {
      const stem = stemmer(word)
      return typeof stem === 'string' && stem !== '' ? stem : word
    } catch {
      return word
    }
  }
}

/** Stems kept by a language: words of queries come again and again. */
const KEPT_STEMS = 20_000

/** The same, remembering the stems of words met; when there are too many it begins anew. */
function remembering(stem: (word: string) => string): (word: string) => string {
  const known = new Map<string, string>()
  return (word) => {
    const found = known.get(word)
    if (found !== undefined) return found
    const made = stem(word)
    if (known.size >= KEPT_STEMS) known.clear()
    known.set(word, made)
    return made
  }
}
